"""Pages of figures by territory: table, chart, files; frozen states; a funder's account; what lacks."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kit.central import atlas, coverage_pages, figures_by, figures_queries, frozen
from kit.central.figures_by import Asked, Table
from kit.directory import maps
from kit.errors import Problem, counted
from kit.errors.kind import fr
from kit.ids import read_text, to_text
from kit.people import audit
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.web.security import takes_files
from kit.workshops import charts, figures_pages
from kit.workshops.reports.exports import send_xlsx
from kit.workshops.reports.vocabulary import FAMILIES, FAMILY_WORDS
from kit.workshops.spreadsheet import Sheet, row_xml, write_csv

blueprint = Blueprint("figures_home", __name__, url_prefix="/chiffres")
MOST_FROZEN = 200


@blueprint.get("/territoires")
@staff_only("central", bounded=True)
def by_territory() -> str:
    """Figures of every part of one level, with their chart."""
    node, asked = the_node(), figures_by.read_asked(request.args)
    table = figures_by.count_table(node, asked, current_staff())
    return render_template(
        "central/figures_by.html", table=table, levels=figures_by.LEVELS, query=_query(asked),
        tags=figures_queries.list_tags(node.store), drawing=_draw(table), noted_ms=node.clock.wall_ms(),
        title=_title(asked), credit=maps.credit(),
    )  # fmt: skip


def _query(asked: Asked) -> str:
    return urlencode({"niveau": asked.level, "du": asked.since, "au": asked.until, "etiquette": asked.tag})


def _draw(table: Table) -> object:
    rows = [(line.label, line.found.participations) for line in table.lines if line.found.participations]
    if table.asked.level != "month":
        rows = figures_pages.shorten(rows)
    return charts.bars(rows)


def _title(asked: Asked) -> str:
    days = "".join(f" {word} {day}" for word, day in ((fr("du"), asked.since), (fr("au"), asked.until)) if day)
    level = figures_by.LEVELS[asked.level].lower()
    return (fr("Par %(level)s%(days)s") % {"level": level, "days": days}) + (f" · {asked.tag}" if asked.tag else "")


@blueprint.get("/territoires/export.<kind>")
@staff_only("central", bounded=True)
def export(kind: str) -> Response:
    """The same as xlsx (with the themes on a second sheet) or csv."""
    node, asked = the_node(), figures_by.read_asked(request.args)
    if kind not in ("csv", "xlsx"):
        raise Problem("web.not_found")
    table, columns = figures_by.count_table(node, asked, current_staff()), figures_by.headers(asked.level)
    audit.note(node, current_staff(), "exported")
    rows = [figures_by.row(line) for line in table.lines]
    if kind == "csv":
        answer = Response(write_csv(columns, rows), content_type="text/csv; charset=utf-8")
    else:
        themes = map(row_xml, figures_by.theme_rows(table))
        sheets = [
            Sheet(fr("Chiffres"), columns, map(row_xml, rows)),
            Sheet(fr("Thématiques"), [columns[0], fr("Thématique"), fr("Participations")], themes),
            Sheet(
                fr("Ce qui manque"),
                [fr("Ce que ces chiffres ne disent pas")],
                (row_xml([one]) for one in table.missing),
            ),
        ]
        answer = send_xlsx(node, sheets)
    answer.headers["Content-Disposition"] = f'attachment; filename="chiffres-{asked.level}.{kind}"'
    return answer


# -- frozen states ------------------------------------------------------------------------------------------------


@blueprint.post("/figer")
@staff_only("central", bounded=True)
def freeze() -> AnyResponse:
    """Keep what is shown as it is today."""
    asked = figures_by.read_asked(request.form)
    made = frozen.freeze(the_node(), current_staff(), asked, _title(asked))
    tell("ok", fr("Ces chiffres sont figés. Ce qui arrivera plus tard sera montré à côté, comme une différence."))
    return redirect(f"/chiffres/figes/{to_text(made)}", 303)


@blueprint.get("/figes")
@staff_only("central", bounded=True)
def frozen_list() -> str:
    """What was frozen, the newest first."""
    return render_template(
        "central/frozen_list.html", frozen=frozen.list_frozen(the_node(), current_staff(), MOST_FROZEN)
    )


@blueprint.get("/figes/<frozen_id>")
@staff_only("central", bounded=True)
def frozen_page(frozen_id: str) -> str:
    """One frozen state, with what changed since."""
    node, staff = the_node(), current_staff()
    kept = frozen.get(node, staff, read_text(frozen_id))
    lines, missing = frozen.compare(node, staff, kept)
    return render_template(
        "central/frozen.html", kept=kept, lines=lines, missing_now=missing,
        level=figures_by.LEVELS[kept.body.asked.level], query=_query(kept.body.asked),
        now_ms=node.clock.wall_ms(), is_changed=any(one.is_changed for one in lines),
    )  # fmt: skip


# -- one page for who pays ----------------------------------------------------------------------------------------


@blueprint.get("/financeur")
@staff_only("central", bounded=True)
def account() -> str:
    """What one scheme paid for, on one page to print; without a tag, the list of them."""
    node, staff, asked = the_node(), current_staff(), figures_by.read_asked(request.args)
    tags = figures_queries.list_tags(node.store)
    if asked.tag not in tags:
        return render_template("central/account.html", tags=tags, asked=asked, table=None)
    table = figures_by.count_table(node, msgspec.structs.replace(asked, level="commune"), staff)
    families = [(FAMILY_WORDS[one], table.total.family_rows(one)) for one in FAMILIES]
    return render_template(
        "central/account.html", tags=tags, asked=asked, table=table, families=families, query=_query(asked),
        themes=table.total.theme_rows(), noted_ms=node.clock.wall_ms(), days=_title(asked).partition(" · ")[0],
    )  # fmt: skip


# -- what lacks ---------------------------------------------------------------------------------------------------


@blueprint.get("/couverture")
@staff_only("central", bounded=True)
def uncovered() -> str:
    """Communes of a department without a place or a stop within a distance, on a map and in a table."""
    return coverage_pages.show_uncovered(the_node(), request.args)


@blueprint.get("/demandes")
@staff_only("central")
def demands() -> str:
    """Letters without an answer and people left waiting, by commune, on a map and in a table."""
    return coverage_pages.show_demands(the_node())


@blueprint.post("/communes")
@staff_only("enrol")
@takes_files(lambda _app: atlas.MOST_BYTES + 65_536)
def load_communes() -> AnyResponse:
    """Take in outlines of communes (GeoJSON) or their intercommunalities (CSV)."""
    given = request.files.get("fichier")
    try:
        kind, taken, refused = atlas.load(the_node().store, given.read(atlas.MOST_BYTES) if given else b"")
    except Problem as problem:
        tell("bad", str(problem))
        return redirect("/chiffres/couverture", 303)
    what = fr("communes placées") if kind == "outlines" else fr("communes rangées dans leur intercommunalité")
    tell(
        "warn" if refused else "ok",
        f"{taken} {what}."
        + (
            counted(refused, fr(" %s ligne n’a pas été comprise."), fr(" %s lignes n’ont pas été comprises."))
            if refused
            else ""
        ),
    )
    return redirect("/chiffres/couverture", 303)
