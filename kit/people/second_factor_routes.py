"""Pages of the second factor: setting it up, printing the codes in reserve, typing a code at the door."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors import Problem
from kit.errors.kind import fr
from kit.ids import read_text
from kit.people import actions, second_factor, second_factor_queries
from kit.people.access import COOKIE, current_staff, staff_only, the_throttle
from kit.people.node import the_node
from kit.people.routes import CODE_PAGE, entrance
from kit.web.pages import tell
from kit.web.qr import qr_svg

blueprint = Blueprint("second_factor", __name__)
PAGE = "/equipe/deuxieme-facteur"


@blueprint.get(PAGE)
@staff_only("self")
def factor_page() -> str:
    """Whether it is on; or the secret that waits for its first code."""
    return _page()


def _page(spares: list[str] | None = None, problem: Problem | None = None) -> str:
    node, staff = the_node(), current_staff()
    setup = second_factor.find_begun(node, staff)
    return render_template(
        "people/second_factor.html", setup=setup, spares=spares or [], problem=problem,
        code=qr_svg(setup.uri, fr("Le secret en QR code")) if setup else "",
        is_on=second_factor_queries.is_on(node.store, staff.staff_id), is_central=node.settings.is_central,
        left=second_factor_queries.count_spares(node.store, staff.staff_id),
    )  # fmt: skip


@blueprint.post(PAGE)
@staff_only("self")
def change() -> Response | str | tuple[str, int]:
    """Begin, confirm with a code, print new codes, or stop: what the button says."""
    node, staff, typed = the_node(), current_staff(), request.form.get("code", "")[:60]
    do = request.form.get("faire", "")
    throttle, who = _pace(staff.staff_id)
    throttle.check(who)
    try:
        if do in ("confirmer", "imprimer"):
            make = second_factor.confirm if do == "confirmer" else second_factor.renew_spares
            spares = make(node, staff, typed)
            throttle.passed(who)
            return _page(spares)
        if do == "arreter":
            second_factor.stop(node, staff, typed)
            throttle.passed(who)
            tell("ok", fr("Le deuxième facteur est enlevé. Votre phrase secrète suffit de nouveau."))
        else:
            second_factor.begin(node, staff)
    except Problem as problem:
        throttle.failed(who)
        return _page(problem=problem), problem.status
    return redirect(PAGE, 303)  # type: ignore[return-value]


def _pace(staff_id: bytes) -> tuple[actions.Throttle, str]:
    return the_throttle(), f"code {staff_id.hex()}"


@blueprint.post("/equipe/<person>/deuxieme-facteur")
@staff_only("team")
def remove_for(person: str) -> Response:
    """Somebody lost her phone and her printed codes."""
    second_factor.remove_for(the_node(), current_staff(), read_text(person) or b"")
    tell("ok", fr("Son deuxième facteur est enlevé : sa phrase secrète suffit. Demandez-lui d’en remettre un."))
    return redirect("/equipe", 303)  # type: ignore[return-value]


@blueprint.get(CODE_PAGE)
def code_page() -> str:
    """The code is asked here, after the passphrase."""
    _owing()
    return render_template("people/code.html", wanted=request.args.get("suite", ""), problem=None)


def _owing() -> tuple[bytes, bytes]:
    found = actions.find_owing(the_node(), request.cookies.get(COOKIE, ""))
    if found is None:
        raise Problem("people.no_code_asked")
    return found


@blueprint.post(CODE_PAGE)
def check_code() -> Response | tuple[str, int]:
    """Check the code; the phone is signed in."""
    session, staff_id = _owing()
    throttle, who = _pace(staff_id)
    throttle.check(who)
    if not second_factor.pay(the_node(), session, request.form.get("code", "")[:60]):
        throttle.failed(who)
        problem = Problem("people.wrong_code")
        return render_template(
            "people/code.html", wanted=request.form.get("suite", ""), problem=problem
        ), problem.status
    throttle.passed(who)
    return entrance(request.cookies.get(COOKIE, ""), request.form.get("suite", ""))
