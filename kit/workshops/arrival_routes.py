"""« Je suis là »: ticking by the code of a ticket while nobody of the team can open the roll.

After a power cut, with no passphrase at hand, the door still works (journal.md, "Personal data": when the roll is
locked, attendance can still be ticked by ticket code). The code is the proof; no name is shown, nothing unticked.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from kit.errors import Problem
from kit.ids import read_text
from kit.people.node import Node, the_node
from kit.web.language import say
from kit.web.pages import tell
from kit.workshops import actions, queries, rules
from kit.workshops.queries import Workshop
from kit.workshops.ticket_routes import find_signup
from kit.workshops.words import problem_words

blueprint = Blueprint("arrival", __name__)


@blueprint.get("/ateliers/<workshop>/presence")
def arrival_page(workshop: str) -> str:
    """The field for a code, at the hour of the workshop."""
    return _page(queries.get_workshop(the_node().store, read_text(workshop)))


@blueprint.post("/ateliers/<workshop>/presence")
def arrive(workshop: str) -> Response | tuple[str, int]:
    """Tick everybody of a ticket. The same code again changes nothing; wrong ones in a row are slowed down."""
    node, typed = the_node(), request.form.get("code", "")
    found = queries.get_workshop(node.store, read_text(workshop))
    try:
        if not is_time(node, found):
            raise Problem("workshops.not_the_hour")
        find_signup(typed)
        ticked = actions.note_ticket(node, found.workshop_id, typed)
    except Problem as problem:
        if not problem.code.startswith(("workshops.", "people.slow_down")):
            raise
        return _page(found, code=typed[:60], error=problem_words(problem)), problem.status
    tell("ok", say("Présence notée. Bienvenue !") if len(ticked) == 1 else say("Présences notées pour tout le ticket."))
    return redirect(f"/ateliers/{workshop}/presence", 303)


def is_time(node: Node, workshop: Workshop) -> bool:
    """True around the hour of a workshop of ours that goes on (`rules.is_around`)."""
    is_on = workshop.is_ours and not workshop.is_closed and not workshop.is_cancelled
    now, is_unsure = node.clock.wall_ms(), not node.is_hour_sure
    return is_on and rules.is_around(workshop.starts_at_ms, workshop.ends_at_ms, now, is_unsure)


def _page(workshop: Workshop, **more: object) -> str:
    given = {"code": "", "error": None, **more}
    return render_template("workshops/arrival.html", workshop=workshop, is_time=is_time(the_node(), workshop), **given)
