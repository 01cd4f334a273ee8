"""The bench's pages: drop files, see what waits, correct, settle rights of many at once, accept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, jsonify, redirect, render_template, request, send_file

from kit.errors import FieldProblems, Problem, counted
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.library import queries as item_queries
from kit.library.bench import acceptance, arrival, feed, queries
from kit.library.bench.fetching import FEED_FILE, near_hosts
from kit.library.bench.names import batch_folder, covers_folder, to_inside
from kit.library.bench.outside import check_address
from kit.library.bench.queries import Entry
from kit.library.bench.replacing import replace_copy, replace_many
from kit.library.bench.worker import is_running, start_worker
from kit.library.forms import read_correction, read_for_many
from kit.library.licences import all_licences
from kit.library.packs.arrived import list_arrived
from kit.library.routes_desk import domain_help
from kit.library.shelves.actions import check_may_change
from kit.people.access import current_staff, staff_only
from kit.people.node import Node, the_node
from kit.usb import list_keys
from kit.web.pages import asked_page, size_words, tell, to_page
from kit.web.security import takes_files

blueprint = Blueprint("bench", __name__)

DESK = "/console/bibliotheque"
PER_PAGE = 50
CHUNK_BYTES = 16 << 20
FEW = 20  # accepted at once in the request; more are the worker's
MOST_SHOWN = 200


def _node_of(app: Flask) -> Node:
    node: Node = app.extensions["valise.node"]
    return node


@blueprint.get("/console/bibliotheque/arrivees")
@staff_only("library")
def bench() -> str:
    """What has arrived and waits: batches with their progress, works with what is proposed, refusals with reasons."""
    node = the_node()
    counts, batches = queries.count_entries(node.store), queries.list_batches(node.store)
    if any(one.is_busy for one in batches) or counts.get("chosen"):
        start_worker(node)  # one that was cut short goes on; nothing is started twice
    state = request.args.get("voir", "proposed")
    state = state if state in ("proposed", "refused", "known") else "proposed"
    batch_id = read_text(request.args.get("lot", ""))
    page = to_page(
        len(queries.entry_ids(node.store, state, batch_id)), asked_page(), PER_PAGE,
        lambda limit, offset: queries.list_entries(node.store, state, limit, offset, batch_id),
    )  # fmt: skip
    return render_template(
        "library/bench.html", page=page, counts=counts, batches=batches, state=state, batch=request.args.get("lot", ""),
        is_busy=is_running(node.data) or any(one.is_busy for one in batches), licences=_licences(fr("Ne pas changer")),
        keys=list_keys(node.settings.keys_folder), packs_count=len(list_arrived(node.data)),
        folders=queries.list_folders(node.store, state, batch_id),
    )  # fmt: skip


def _licences(first: str) -> list[tuple[str, str]]:
    return [("", first), *((one.licence_id, f"{one.short} · {one.name}") for one in all_licences().values())]


@blueprint.post("/console/bibliotheque/arrivees/deposer")
@staff_only("library")
@takes_files(lambda app: _node_of(app).settings.max_upload)
def drop() -> Response:
    """Files from a plain form, several at once, or the content of a marked key."""
    node, key = the_node(), request.form.get("key", "")
    if key:
        _take_key(node, Path(key))
        return _back()
    sent = [one for one in request.files.getlist("files") if one.filename]
    if not sent:
        tell("warn", fr("Aucun fichier n’a été choisi."))
        return _back()
    batch_id = arrival.open_batch(node, "upload", _label(str(sent[0].filename), len(sent)))
    try:
        for one in sent:
            arrival.take_stream(node, batch_id, str(one.filename), one.stream)  # type: ignore[arg-type]
    finally:
        arrival.close_batch(node, batch_id)
        start_worker(node)
    tell("ok", fr("Les fichiers sont arrivés. La valise les lit ; vous pouvez quitter cette page."))
    return _back()


def _label(name: str, count: int) -> str:
    """How a delivery is called: its file, its first file and how many more, or the folder that was dropped."""
    first, *inside = to_inside(name).parts
    if inside and count > 1:
        return f"{first} ({count} fichiers)"
    return first if count == 1 else f"{first} et {count - 1} autre{'s' if count > 2 else ''}"


def _take_key(node: Node, key: Path) -> None:
    if key not in list_keys(node.settings.keys_folder):
        raise Problem("bench.no_key")
    arrival.open_batch(node, "key", f"Clé USB « {key.parent.name} »", str(key), "waiting")
    start_worker(node)
    tell("ok", fr("La valise copie la clé. Laissez-la branchée jusqu’à la fin de la copie."))


def _back(query: str = "") -> Response:
    return redirect(f"{DESK}/arrivees{query}", 303)  # type: ignore[return-value]


@blueprint.post("/console/bibliotheque/arrivees/catalogue")
@staff_only("library")
@takes_files(lambda _app: feed.LARGEST)
def take_feed() -> Response:
    """Another library's catalogue, by its address or as a file: the worker fetches what it offers."""
    node, url, sent = the_node(), request.form.get("url", "").strip()[:1000], request.files.get("feed")
    raw = sent.stream.read(feed.LARGEST + 1) if sent is not None and sent.filename else b""
    if raw:
        feed.parse_feed(raw, url)
    else:
        check_address(url, near_hosts(node))
    batch_id = arrival.open_batch(node, "feed", f"Catalogue {urlsplit(url).hostname or 'reçu en fichier'}", url)
    if raw:
        (batch_folder(node.data, batch_id) / FEED_FILE).write_bytes(raw)
    arrival.close_batch(node, batch_id)
    start_worker(node)
    tell("ok", fr("La valise prend ce que ce catalogue offre librement ; vous pouvez quitter cette page."))
    return _back()


# -- by pieces, for the script of the page ---------------------------------------------------------------------------


@blueprint.post("/console/bibliotheque/arrivees/lot")
@staff_only("library")
def begin_batch() -> Response:
    """A batch that the script fills, or the end of one."""
    node, ended = the_node(), read_text(request.form.get("end", ""))
    if ended:
        arrival.close_batch(node, ended)
        start_worker(node)
        return jsonify(ok=True)
    label = _label(request.form.get("name", "")[:500], max(1, request.form.get("count", 1, type=int)))
    return jsonify(batch=to_text(arrival.take_up(node, read_text(request.form.get("again", "")) or b"", label)))


@blueprint.post("/console/bibliotheque/arrivees/lot/<text_id>")
@staff_only("library")
@takes_files(lambda app: CHUNK_BYTES)
def piece(text_id: str) -> Response:
    """A file that begins (`?size=`, `?mark=`), a piece of it (`?part=`, `?place=`), or its end (`?part=`, `?end=1`)."""
    node, asked, batch_id = the_node(), request.args, read_text(text_id) or b""
    name, size, part = asked.get("name", ""), max(0, asked.get("size", 0, type=int)), asked.get("part", "")
    if size > node.settings.max_upload:
        raise Problem("web.too_large", limit=size_words(node.settings.max_upload))
    if not part:
        begun = arrival.begin_file(node, batch_id, name, size, asked.get("mark", "")[:100])
        return jsonify(part=begun.part_id, received=begun.received_bytes, whole=begun.is_whole)
    if asked.get("end"):
        arrival.end_file(node, batch_id, part, name, size)
        return jsonify(whole=True)
    here = arrival.add_chunk(node, batch_id, part, asked.get("place", -1, type=int), request.stream)  # type: ignore[arg-type]
    return jsonify(received=here)


# -- many at once -----------------------------------------------------------------------------------------------------


@blueprint.post("/console/bibliotheque/arrivees")
@staff_only("library")
def many() -> Response | str | tuple[str, int]:
    """Do something with the works ticked, or with all of a batch: preview or settle rights, accept, throw away."""
    node, do = the_node(), request.form.get("do", "")
    ids = _ticked(node)
    if not ids:
        tell("warn", fr("Aucun document n’est coché."))
        return _back()
    if do == "throw":
        tell("ok", counted(acceptance.throw_away(node, ids), fr("%s document retiré."), fr("%s documents retirés.")))
        return _back()
    if do == "replace":
        return _replace(node, ids)
    if do in ("preview", "settle"):
        return _settle(node, ids, do)
    return _accept(node, ids)


def _ticked(node: Node) -> list[bytes]:
    if folder := request.form.get("folder", ""):
        state = request.form.get("state", "proposed")
        return queries.folder_ids(node.store, state, folder, read_text(request.form.get("lot", "")))
    if request.form.get("all"):
        state = request.form.get("state", "proposed")
        return queries.entry_ids(node.store, state, read_text(request.form.get("lot", "")))
    return [found for one in request.form.getlist("entry") if (found := read_text(one))]


def _settle(node: Node, ids: list[bytes], do: str) -> Response | str | tuple[str, int]:
    try:
        given = read_for_many(request.form)
    except FieldProblems as problem:
        for refusal in problem.fields.values():
            tell("bad", str(refusal))
        return _back()
    if do == "settle":
        changed = acceptance.correct_many(node, ids, given)
        done = counted(changed, fr("%s fiche complétée."), fr("%s fiches complétées."))
        tell("ok", fr("%(done)s Rien n’est encore sur les étagères : il reste à accepter.") % {"done": done})
        return _back()
    entries = [one for entry_id in ids if (one := queries.find_entry(node.store, entry_id))]
    seen = acceptance.foresee(entries, given)
    return render_template(
        "library/rights_preview.html", given=given, ids=ids, seen=seen[:MOST_SHOWN], total=len(seen),
        shown=sum(not reasons for _, _, reasons in seen), held=sum(bool(reasons) for _, _, reasons in seen),
        licence=all_licences().get(str(given.get("licence", ""))), form=request.form,
        licence_words={licence_id: one.short for licence_id, one in all_licences().items()},
    )  # fmt: skip


def _replace(node: Node, ids: list[bytes]) -> Response:
    done, left = replace_many(node, current_staff(), ids)
    words = counted(done, fr("%s copie remplacée"), fr("%s copies remplacées"))
    tell("ok" if done else "warn", fr("%(words)s : les adresses et les mercis restent.") % {"words": words})
    if left:
        tell("warn", _left_words(left))
    start_worker(node)  # the words inside the new copies
    return _back()


def _left_words(left: int) -> str:
    return counted(
        left, fr("%s document reste ici : son étagère est à une autre bibliothèque."),
        fr("%s documents restent ici : leur étagère est à une autre bibliothèque."),
    )  # fmt: skip


def _accept(node: Node, ids: list[bytes]) -> Response:
    if not request.form.get("twins"):
        ids = [one for one in ids if (entry := queries.find_entry(node.store, one)) and entry.twin is None]
    ids, left = acceptance.part_ours(node, current_staff(), ids)
    if left:
        tell("warn", _left_words(left))
    chosen = acceptance.choose(node, ids)
    if chosen <= FEW:
        try:
            tell("ok", counted(acceptance.take_chosen(node), fr("%s document accepté."), fr("%s documents acceptés.")))
        except Problem as problem:
            tell("bad", str(problem))
            return _back()
    else:
        tell(
            "ok",
            fr("%(chosen)s documents acceptés. La valise les range ; vous pouvez quitter cette page.")
            % {"chosen": chosen},
        )
    start_worker(node)  # for the rest of them, and to make what is in them findable
    return _back()


# -- one work ---------------------------------------------------------------------------------------------------------


def _entry(text_id: str) -> Entry:
    return acceptance.get_entry(the_node(), read_text(text_id) or b"")


@blueprint.get("/console/bibliotheque/arrivee/<text_id>")
@staff_only("library")
def entry(text_id: str) -> str:
    """One work that waits, with all that is proposed."""
    found = _entry(text_id)
    return _entry_page(found, _values(found))


def _values(found: Entry) -> dict[str, str]:
    if found.proposal is None:
        return {}
    names = ("title", "language", "licence", "source", "attribution", "summary", "shelf", "level", "series")
    values = {name: str(getattr(found.proposal, name)) for name in names}
    values["series_place"] = str(found.proposal.series_place or "")
    return {**values, "creators": "; ".join(found.proposal.creators), "subjects": "; ".join(found.proposal.subjects)}


def _entry_page(found: Entry, values: Mapping[str, str], errors: Mapping[str, Problem] | None = None) -> str:
    node = the_node()
    twin = item_queries.find_item(node.store, found.twin) if found.twin else None
    waiting = queries.find_entry(node.store, found.twin) if found.twin and twin is None else None
    files = item_queries.list_files(node.store, twin.item_id) if twin else []
    return render_template(
        "library/bench_entry.html", entry=found, values=values, licences=_licences(fr("Je ne sais pas encore")),
        errors={name: str(one) for name, one in (errors or {}).items()}, twin=twin, waiting=waiting,
        twin_file=files[0] if files else None,
        **domain_help(found.proposal.creators if found.proposal else ()),
    )  # fmt: skip


@blueprint.post("/console/bibliotheque/arrivee/<text_id>")
@staff_only("library")
def change(text_id: str) -> Response | tuple[str, int]:
    """Correct one work; then leave it, accept it, or throw it away."""
    node, found, do = the_node(), _entry(text_id), request.form.get("do", "")
    if do == "throw":
        acceptance.throw_away(node, [found.entry_id])
        tell("ok", fr("« %(title)s » est retiré.") % {"title": found.title})
        return _back()
    if do == "replace":
        item = replace_copy(node, current_staff(), found)
        start_worker(node)
        tell("ok", fr("La copie de « %(title)s » est remplacée.") % {"title": item.title})
        return redirect(f"{DESK}/{item.text_id}", 303)  # type: ignore[return-value]
    try:
        given = read_correction(request.form)
    except FieldProblems as problem:
        return _entry_page(found, problem.values, problem.fields), problem.status
    acceptance.correct(node, found, request.form.get("version", 0, type=int), **given)
    if do == "accept":
        _accept_one(node, found)
    words = fr("« %(title)s » est accepté.") if do == "accept" else fr("« %(title)s » est corrigé.")
    tell("ok", words % {"title": given["title"]})
    return _back()


def _accept_one(node: Node, found: Entry) -> None:
    check_may_change(node, current_staff(), [acceptance.get_entry(node, found.entry_id).shelf])
    acceptance.choose(node, [found.entry_id])
    acceptance.take_chosen(node)
    start_worker(node)


@blueprint.get("/console/bibliotheque/arrivee/<text_id>/couverture")
@staff_only("library")
def cover(text_id: str) -> Response:
    """The cover that was drawn for a work that waits."""
    found = _entry(text_id)
    if found.proposal is None or not found.proposal.covers:
        raise Problem("web.not_found")
    path = covers_folder(the_node().data, found.batch_id) / found.proposal.covers[0].name
    if not path.is_file():
        raise Problem("web.not_found")
    return send_file(path, mimetype="image/jpeg")


@blueprint.post("/console/bibliotheque/arrivees/lot/<text_id>/retirer")
@staff_only("library")
def drop_batch(text_id: str) -> Response:
    """Take a whole batch off the bench, or read what has arrived of one that was never ended."""
    node, batch_id = the_node(), read_text(text_id) or b""
    if request.form.get("do") == "read":
        arrival.close_batch(node, batch_id)
        start_worker(node)
    else:
        arrival.drop_batch(node, batch_id)
        tell("ok", fr("Ce dépôt est retiré. Ce qui avait été accepté reste dans la valise."))
    return _back()
