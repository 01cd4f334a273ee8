"""The first page of a box that nobody prepared: its name, Wi-Fi, language, coordination, and its team's phrase."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request

from kit.device import machine
from kit.device.depart import read_depart, write_depart
from kit.errors import Problem
from kit.front.first import PAGE, take_up
from kit.keys.passphrase import make_passphrase
from kit.people import actions as people
from kit.people.node import the_node
from kit.web.language import OWN_NAMES, chosen, languages

blueprint = Blueprint("first", __name__)
FIELDS = (
    "nom", "wifi_nom", "wifi_cle", "wifi_cle_equipe", "wifi_pays", "langue", "rattachement", "phrase", "secours"
)  # fmt: skip


def _check_is_new() -> None:
    if people.is_set_up(the_node()) or not the_node().settings.card:
        raise Problem("people.already_set_up")


@blueprint.get(PAGE)
def first_page() -> str:
    """A phrase and a code are made for whoever prepares the box; nothing is kept before she says they are noted."""
    _check_is_new()
    return _page({"phrase": make_passphrase(), "secours": make_passphrase(10), "wifi_pays": "FR", "langue": chosen()})


def _page(values: dict[str, str], problem: Problem | None = None) -> str:
    spoken = [(code, OWN_NAMES[code]) for code in languages()]
    return render_template("front/first.html", values=values, problem=problem, is_done=False, languages=spoken)


@blueprint.post(PAGE)
def begin() -> str | tuple[str, int]:
    """Noted on paper: from now on the box has a team. It starts anew for its Wi-Fi, where it can."""
    _check_is_new()
    words = {name: request.form.get(name, "").strip()[:2000] for name in FIELDS}
    try:
        if request.form.get("note") != "1":
            raise Problem("field.required")
        if not words["phrase"] or not words["nom"]:
            raise Problem("field.required")
        take_up(the_node(), read_depart(write_depart(words).encode()))
    except Problem as problem:
        return _page(words, problem), problem.status
    _start_anew()
    return render_template("front/first.html", is_done=True, values=words, problem=None)


def _start_anew() -> None:
    door = the_node().settings.machine
    try:
        if machine.is_here(door):
            machine.ask(door, "restart")
    except Problem as problem:
        current_app.logger.warning("not started anew: %s", problem.code)
