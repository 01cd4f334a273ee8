"""A device that several people use: the team declares it, every participant's page then ends with « J’ai fini ».

Its cookie gives no power, so it needs no proof: it only makes pages offer to erase themselves. What a person leaves is
in the browser (cookies, cache, typed words) and, while she answers step by step, a sealed draft on the box.
"""

from __future__ import annotations

import re

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kit.feedback import drafts
from kit.ids import read_text
from kit.people import access
from kit.people import actions as people
from kit.people.access import current_staff, find_current_staff, staff_only
from kit.people.node import the_node
from kit.web.navigation import SHARED

blueprint = Blueprint("shared", __name__)
DAYS = 2
_DRAFT = re.compile(r"/questionnaires/[^/]+/pas/([0-9a-z]+)")


@blueprint.get("/console/appareil-partage")
@staff_only("console")
def prepare_page() -> str:
    """What a shared device does, and whether this one is."""
    return render_template("front/shared.html", is_shared_now=SHARED in request.cookies)


@blueprint.post("/console/appareil-partage")
@staff_only("console")
def declare() -> Answer:
    """This very device is shared from now on (its team is signed out), or no longer."""
    if "rendre" in request.form:
        answer = redirect("/console/appareil-partage", 303)
        answer.delete_cookie(SHARED)
        return answer
    people.sign_out(the_node(), current_staff())
    answer = redirect("/", 303)
    answer.delete_cookie(access.COOKIE)
    answer.set_cookie(SHARED, "1", max_age=DAYS * 86_400, httponly=True, samesite="Strict", secure=request.is_secure)
    return answer


@blueprint.get("/fini")
def finished_page() -> Answer:
    """« J’ai fini »: nothing is left of whoever was here, then the first page by itself."""
    if SHARED not in request.cookies:  # a phone of one's own erases nothing by an address
        return redirect("/", 303)
    found = _DRAFT.search(request.referrer or "")
    if found and (token := read_text(found.group(1))) is not None:
        drafts.forget_draft(the_node(), token)
    if find_current_staff() is not None:
        people.sign_out(the_node(), current_staff())
    answer = make_response(render_template("front/finished.html", nav=[], shared=False, simple=False))
    for name in request.cookies.keys() - {SHARED}:
        answer.delete_cookie(name)
    # Where the browser believes the address (https, this machine), it forgets its own: W3C, Clear Site Data.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
