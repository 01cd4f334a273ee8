"""The team's page of the Wi-Fi: how it is set, who is here, and what to print."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from kit.device.stations import count_stations, link_state
from kit.errors import Problem
from kit.errors.kind import fr
from kit.hotspot.configs import HALL
from kit.hotspot.door import find_phones
from kit.hotspot.joining import Joining, read_joining
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.qr import qr_svg

blueprint = Blueprint("wifi", __name__)
PAGE = "/console/wifi"
FORMATS = {"a4": "A4", "a5": "A5"}


def joining() -> Joining:
    """What people are told here."""
    return read_joining(the_node().settings, request.url_root)


@blueprint.get(PAGE)
@staff_only("box")
def wifi() -> str:
    """Name, key, country and channel as they are set; how many phones came today; posters and the team's card."""
    phones, settings = find_phones(), the_node().settings
    return render_template(
        "hotspot/wifi.html", joining=joining(), settings=settings, counts=phones.count() if phones else None,
        connected=count_stations(settings.hotspot) if settings.hotspot else None, hall=link_state(HALL),
        air=link_state(settings.hotspot) if settings.hotspot else "up",
    )  # fmt: skip


@blueprint.get(f"{PAGE}/affiche")
@staff_only("box")
def poster() -> str:
    """The poster of the hall: how to join, in big letters and pictograms, on A4 or A5."""
    size = request.args.get("format", "a4")
    told = joining()
    return render_template(
        "hotspot/poster.html", size=size if size in FORMATS else "a4", joining=told,
        join=qr_svg(told.code, fr("Code à photographier pour rejoindre le Wi-Fi")) if told.code else "",
        address=qr_svg(told.url, fr("Code à photographier pour ouvrir la page")),
    )  # fmt: skip


@blueprint.get(f"{PAGE}/carte")
@staff_only("box")
def card() -> str:
    """Pocket cards of the team: its own key. Raises Problem `hotspot.no_staff_key`."""
    told = joining()
    if not told.staff_key:
        raise Problem("hotspot.no_staff_key")
    return render_template(
        "hotspot/card.html", joining=told, join=qr_svg(told.staff_code, fr("Code pour rejoindre le Wi-Fi de l’équipe"))
    )
