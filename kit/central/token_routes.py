"""Tokens of programs (for those who answer for the team), and what they read under /api/v1."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request

from kit.central import bounds, figures_by, tokens
from kit.central import token_queries as queries
from kit.errors import FieldProblems
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people.access import current_staff, staff_only
from kit.people.node import the_node
from kit.web.pages import tell
from kit.workshops.reports import exports, forms

blueprint = Blueprint("tokens", __name__)
PAGE = "/equipe/jetons"


@blueprint.get(PAGE)
@staff_only("team")
def tokens_page() -> str:
    """Every token, and the form of a new one."""
    return _page()


def _page(token: str = "", problem: FieldProblems | None = None) -> str:
    node = the_node()
    return render_template(
        "central/tokens.html", tokens=queries.list_all(node.store), token=token, scopes=tokens.SCOPES,
        territories=tokens.list_territories(node), errors=problem.fields if problem else {},
        values=problem.values if problem else {}, chosen=request.form.getlist("portee"), day_ms=tokens.DAY_MS,
    )  # fmt: skip


@blueprint.post(PAGE)
@staff_only("team")
def make() -> str | tuple[str, int]:
    """Make a token and show it once."""
    node, many = the_node(), request.form.getlist
    try:
        new = tokens.read_token(request.form, many("portee"), many("territoire"), tokens.list_territories(node))
    except FieldProblems as problem:
        return _page(problem=problem), problem.status
    return _page(tokens.make(node, current_staff(), new))


@blueprint.post(f"{PAGE}/<mark>/retirer")
@staff_only("team")
def revoke(mark: str) -> Response:
    """It opens nothing any more."""
    tokens.revoke(the_node(), current_staff(), read_text(mark) or b"")
    tell("ok", fr("Ce jeton n’ouvre plus rien."))
    return redirect(PAGE, 303)  # type: ignore[return-value]


@blueprint.get("/api/v1/chiffres")
def figures() -> Response:
    """Figures by territory (`niveau`, `du`, `au`, `etiquette`), with what they do not know."""
    node = the_node()
    by = tokens.check(node, request.headers.get("Authorization", ""), "chiffres")
    tokens.check_asked(request.args, figures_by.LEVELS)
    asked = figures_by.read_asked(request.args)
    table, columns = figures_by.count_table(node, asked, by), figures_by.headers(asked.level)
    rows = [dict(zip(columns, figures_by.row(line), strict=True)) for line in table.lines]
    return jsonify(niveau=asked.level, lignes=rows, manque=table.missing, compte_le=node.clock.now().isoformat())


@blueprint.get("/api/v1/comptes-rendus")
def reports() -> Response:
    """Reports of the days `du` to `au`, shaped like La Coop's API v1."""
    node = the_node()
    by = tokens.check(node, request.headers.get("Authorization", ""), "comptes-rendus")
    tokens.check_asked(request.args)
    period = forms.read_period(request.args, node.settings.timezone)
    return exports.export(node, "json", *period, bounds.find_logs(node, by))
