"""The machine under the kit: what it tells, stopping it, and the way back in when every phrase is lost."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app, render_template, request

from kit.device import machine, readings
from kit.errors import Problem
from kit.people import presence
from kit.people.access import current_staff, staff_only, the_throttle
from kit.people.node import the_node
from kit.sync.routes import PRESENCE
from kit.usb import list_told

blueprint = Blueprint("machine", __name__)
ROOT = "valise.machine_root"  # where /sys and /proc are, for tests
WORDS = {"arret": "power-off", "redemarrage": "restart"}


@blueprint.get("/console/machine")
@staff_only("box")
def machine_page() -> str:
    """Temperature, power, memory, disk, battery, clock, card: each with what to do about it."""
    return _page()


def _page(told: str = "") -> str:
    node = the_node()
    root = Path(current_app.config.get(ROOT, "/"))
    here = current_app.extensions.get(PRESENCE)
    return render_template(
        "front/machine.html",
        near_url=here.url if here is not None else "",
        readings=readings.read_all(root, node.data, node.settings.reserve),
        board=readings.board(root),
        uptime=readings.uptime_seconds(root),
        can_stop=machine.is_here(node.settings.machine),
        has_code=presence.has_code(node),
        has_card=bool(node.settings.card),
        told=told,
        keys=list_told(node.settings.keys_told),
    )


@blueprint.get("/console/machine/<what>")
@staff_only("box")
def ask_stop(what: str) -> str:
    """Are you sure? Who is on the Wi-Fi will be cut off."""
    if what not in WORDS:
        raise Problem("web.not_found")
    can_stop = machine.is_here(the_node().settings.machine)
    return render_template("front/stop.html", what=what, can_stop=can_stop, is_done=False)


@blueprint.post("/console/machine/<what>")
@staff_only("box")
def stop(what: str) -> str:
    """Switch the machine off, or start it anew. What was noted is on the disk already."""
    if what not in WORDS:
        raise Problem("web.not_found")
    machine.ask(the_node().settings.machine, WORDS[what])
    return render_template("front/stop.html", what=what, can_stop=True, is_done=True)


@blueprint.post("/console/machine/code")
@staff_only("team")
def make_code() -> str:
    """A code for the sealed envelope."""
    return _page(presence.make_code(the_node(), current_staff()))


@blueprint.get("/presence")
def presence_page() -> str:
    """Somebody who has the card and the envelope."""
    return _presence()


def _presence(told: str = "", name: str = "", problem: Problem | None = None) -> str:
    node = the_node()
    names = [(one, one) for one in presence.list_names(node)]
    return render_template(
        "people/presence.html", names=names, told=told, name=name, problem=problem,
        is_there=presence.find_file(node) is not None, has_code=presence.has_code(node), file=presence.FILE,
    )  # fmt: skip


@blueprint.post("/presence")
def recover() -> str | tuple[str, int]:
    """The code of the envelope: a new phrase, shown once; the file on the card has served."""
    node, throttle = the_node(), the_throttle()
    who, name = f"presence {request.remote_addr}", request.form.get("nom", "")[:200]
    throttle.check(who)
    try:
        words = presence.recover(node, name, request.form.get("code", "")[:400])
    except Problem as problem:
        if problem.code not in ("people.wrong_presence", "people.no_presence"):
            raise
        throttle.failed(who)
        return _presence(problem=problem), problem.status
    _forget_file()
    return _presence(words, name)


def _forget_file() -> None:
    """Take the file off the card; where that fails it opens nothing without another code all the same."""
    node = the_node()
    if machine.is_here(node.settings.machine):
        try:
            machine.ask(node.settings.machine, "card-taken")
        except Problem as problem:
            current_app.logger.warning("the card was not cleared: %s", problem.code)
    if (path := presence.find_file(node)) is not None:
        path.unlink(missing_ok=True)
