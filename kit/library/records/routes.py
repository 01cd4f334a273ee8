"""The table's pages: take it away, bring it back, see what it changes, change it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request, send_file

from kit.errors import Problem, counted
from kit.errors.kind import fr
from kit.library.licences import all_licences
from kit.library.queries import count_by_shelf
from kit.library.records import actions
from kit.library.records.queries import SCOPES, list_rows
from kit.library.records.table import HEADS, LARGEST, write_csv, write_xlsx
from kit.library.rules import LEVEL_WORDS
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.web.security import takes_files

blueprint = Blueprint("records", __name__)

PAGE = "/console/bibliotheque/tableau"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200


@blueprint.get(PAGE)
@staff_only("library")
def table() -> str:
    """What the table is, the two files to take away, and the field to bring one back."""
    shelves = [("", fr("Toutes")), *((name, f"{name} ({count})") for name, count in count_by_shelf(the_node().store))]
    return render_template(
        "library/records/table.html", shelves=shelves, scopes=list(SCOPES.items()), heads=list(HEADS.values()),
        licences=list(all_licences().values()), levels=list(LEVEL_WORDS.values()), error=None,
    )  # fmt: skip


@blueprint.get(f"{PAGE}.csv")
@staff_only("library")
def as_csv() -> Response:
    """The table as CSV."""
    made = Response(write_csv(list_rows(the_node().store, *_asked())), mimetype="text/csv")
    made.headers["Content-Disposition"] = "attachment; filename=tableau-des-documents.csv"
    made.headers["Cache-Control"] = "no-store"
    return made


@blueprint.get(f"{PAGE}.xlsx")
@staff_only("library")
def as_xlsx() -> Response:
    """The table as XLSX."""
    licences = [(one.licence_id, one.name) for one in all_licences().values()]
    with tempfile.NamedTemporaryFile(dir=the_node().data / "tmp", suffix=".part") as held:
        write_xlsx(Path(held.name), list_rows(the_node().store, *_asked()), licences)
        raw = Path(held.name).open("rb")  # noqa: SIM115 - sent, then closed, after its name is gone
    made = send_file(raw, mimetype=XLSX, as_attachment=True, download_name="tableau-des-documents.xlsx")
    made.headers["Cache-Control"] = "no-store"
    return made


def _asked() -> tuple[str, str]:
    scope = request.args.get("quoi", "tout")
    return scope if scope in SCOPES else "tout", request.args.get("etagere", "")[:100]


@blueprint.post(PAGE)
@staff_only("library")
@takes_files(lambda _app: LARGEST)
def bring() -> Response | str | tuple[str, int]:
    """A table that came back: what it would change. Or, after that, change it."""
    key = request.form.get("key", "")
    if key and request.form.get("do") == "drop":
        actions.forget_table(the_node(), key)
        tell("ok", fr("Rien n’a été changé."))
        return redirect(PAGE, 303)  # type: ignore[return-value]
    if not key:
        sent = request.files.get("table")
        if sent is None or not sent.filename:
            raise Problem("records.no_file")
        key = actions.keep_table(the_node(), sent.filename, sent.stream.read(LARGEST + 1))
    return _preview_or_change(key)


def _preview_or_change(key: str) -> Response | str:
    node = the_node()
    foreseen = actions.foresee(node, current_staff(), actions.get_table(node, key))
    asked = request.form.get("mark", "")
    if asked and asked == foreseen.mark:
        changed = actions.apply(node, foreseen)
        actions.forget_table(node, key)
        tell("ok", counted(changed, fr("%s fiche corrigée."), fr("%s fiches corrigées.")))
        if foreseen.refused:
            left = counted(
                len(foreseen.refused), fr("%s case n’a pas été prise."), fr("%s cases n’ont pas été prises.")
            )
            tell("warn", fr("%(left)s Corrigez votre tableau.") % {"left": left})
        return redirect(PAGE, 303)  # type: ignore[return-value]
    return render_template(
        "library/records/preview.html", foreseen=foreseen, key=key, most=MOST_SHOWN, is_late=bool(asked),
        shown=foreseen.changed[:MOST_SHOWN], refused=foreseen.refused[:MOST_SHOWN],
    )  # fmt: skip
