"""The console page "Send home": what is only here, what arrived, and one button."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState

from kit.announce import Presence
from kit.errors import Problem
from kit.errors.kind import fr
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.sync import carry_routes, enrolment_routes, parcels
from kit.sync.actions import journey
from kit.sync.enrolment import enrol, find_enrolment, is_refused, read_certificate
from kit.sync.forks import is_copied
from kit.sync.neighbours import AnyNeighbour
from kit.sync.outbox import Outbox
from kit.sync.packing import count_files
from kit.sync.sender import Sender
from kit.usb import list_keys
from kit.web.pages import tell

blueprint = Blueprint("sync", __name__)
blueprint.register_blueprint(carry_routes.blueprint)
blueprint.register_blueprint(enrolment_routes.blueprint)
EXTENSION = "valise.sender"
PRESENCE = "valise.presence"


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Each application has a sender of its own."""
    state.app.extensions[EXTENSION] = Sender()


def the_sender() -> Sender:
    """The sender of the application that answers this request."""
    sender: Sender = current_app.extensions[EXTENSION]
    return sender


@blueprint.get("/console/envoi")
@staff_only("send")
def sending_page() -> str:
    """What is only here, what arrived, and the button."""
    return _page()


@blueprint.post("/console/envoi")
@staff_only("send")
def start_sending() -> Response:
    """Begin to send in the background; a second press while it runs changes nothing."""
    try:
        the_sender().start(the_node())
    except Problem as problem:
        if problem.code != "sync.running":
            raise
        tell("info", str(problem))
    return redirect("/console/envoi", 303)  # type: ignore[return-value]


@blueprint.post("/console/envoi/voisine")
@staff_only("send")
def ask_neighbour() -> Response:
    """Look for another kit of the coordination on the network, and hand over to it what is only here."""
    presence: Presence | None = current_app.extensions.get(PRESENCE)
    try:
        the_sender().start(the_node(), AnyNeighbour(presence.hear if presence is not None else list))
    except Problem as problem:
        if problem.code != "sync.running":
            raise
        tell("info", str(problem))
    return redirect("/console/envoi#voisine", 303)  # type: ignore[return-value]


@blueprint.post("/console/envoi/relier")
@staff_only("send")
def join() -> Response | tuple[str, int]:
    """Attach this kit to a coordination with the link it gave."""
    link = request.form.get("lien", "")[:600]
    try:
        enrol(the_node(), link)
    except Problem as problem:
        if not problem.code.startswith("sync."):
            raise
        return _page(link, problem), problem.status
    tell("ok", fr("Cette valise est reliée à sa coordination."))
    return redirect("/console/envoi", 303)  # type: ignore[return-value]


@blueprint.post("/console/envoi/paquet")
@staff_only("send")
def ask_for_parcel() -> Response:
    """Ask the coordination for one of its packs, or no longer; what was asked for begins to come if a way is open."""
    node, name = the_node(), request.form.get("paquet", "")
    list_id = bytes.fromhex(name) if len(name) == 64 and set(name) <= set("0123456789abcdef") else b""
    is_wanted = request.form.get("do") == "want"
    if node.coming is None or not list_id:
        raise Problem("web.not_found")
    node.coming.want(list_id, is_wanted)
    if not is_wanted:
        parcels.let_go(node, list_id)
    elif the_sender().progress is None:
        the_sender().start(node)
    return redirect("/console/envoi", 303)  # type: ignore[return-value]


def _asked() -> Sender | None:
    """The sender, when what it did last was asking neighbours."""
    return the_sender() if isinstance(the_sender().carrier, AnyNeighbour) else None


def _page(link: str = "", error: Problem | None = None) -> str:
    node = the_node()
    enrolment = find_enrolment(node)
    return render_template(
        "sync/sending.html",
        status=journey(node),
        progress=the_sender().progress,
        asked=_asked(),
        certificate=read_certificate(enrolment) if enrolment else None,
        refused=is_refused(node),
        copied=is_copied(node),
        link=link,
        keys=list_keys(node.settings.keys_folder) if enrolment else [],
        error=error,
        key_copy=carry_routes.the_key_copy(),
        files=count_files(Outbox(node)) if enrolment else 1,
        parcels=[(one, parcels.here_bytes(node, one.list_id)) for one in node.coming.parcels()] if node.coming else [],
    )
