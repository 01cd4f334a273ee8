"""The first start of a suitcase: what its card or its first page says becomes its settings and team."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from kit.device.depart import Depart
from kit.errors import Problem
from kit.front.wifi_settings import SETTINGS_FILE, write_settings
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync.enrolment import read_link
from kit.sync.kept_link import keep_link

PAGE = "/premier-demarrage"


def take_up(node: Node, depart: Depart) -> None:
    """Settings always; the team only where there is none. Safe to repeat: a first start cut short does it again.

    Raises Problem `start.bad_setting`, `people.weak_passphrase`, `sync.bad_link`.
    """
    _check(depart)
    if depart.phrase and not people.is_set_up(node):
        people.set_up(node, "Équipe", "mediator", depart.phrase, depart.recovery_code)
    if depart.link:
        keep_link(node, depart.link)  # tried by kit/upkeep.py when there is a line
    write_settings(node.data / SETTINGS_FILE, depart.settings)
    node.store.flush()


def _check(depart: Depart) -> None:
    """What would keep the box from starting, or leave half of it done, is refused before anything is kept."""
    zone = read_settings({}, **depart.settings).timezone
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as refusal:
        raise Problem("start.bad_setting", name="timezone", value=zone) from refusal
    if depart.link:
        read_link(depart.link)


def init_first(app: Flask, node: Node) -> None:
    """While a box of ours has no team, every page is the first one."""

    @app.before_request
    def lead_there() -> Response | None:
        if request.path.startswith((PAGE, "/static/")) or request.method != "GET" or people.is_set_up(node):
            return None
        return redirect(PAGE)
