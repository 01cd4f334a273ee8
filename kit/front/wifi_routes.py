"""The console's form of the Wi-Fi: name, keys, country, channel, and how many phones."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from kit.device import machine
from kit.errors import Problem
from kit.front.wifi_settings import WORDS, can_change, change_wifi, read_wanted
from kit.people.access import staff_only
from kit.people.node import the_node

blueprint = Blueprint("wifi_settings", __name__)
PAGE = "/console/wifi/reglages"


@blueprint.get(PAGE)
@staff_only("box")
def form() -> str:
    """What is set, to change."""
    return _page(read_wanted(the_node()))


def _page(values: dict[str, str], problem: Problem | None = None, is_done: bool = False) -> str:
    node = the_node()
    return render_template(
        "front/wifi_settings.html", values=values, problem=problem, is_done=is_done, can_change=can_change(node),
        can_restart=machine.is_here(node.settings.machine),
    )  # fmt: skip


@blueprint.post(PAGE)
@staff_only("box")
def change() -> str | tuple[str, int]:
    """Keep them for the next start. Raises Problem `hotspot.not_ours` where another wrote the settings."""
    node = the_node()
    if not can_change(node):
        raise Problem("hotspot.not_ours")
    values = {word: request.form.get(word, "").strip()[:200] for word in WORDS}
    values["wifi_pays"] = values["wifi_pays"].upper()
    try:
        change_wifi(node, values)
    except Problem as problem:
        return _page(values, problem), problem.status
    return _page(values, is_done=True)
