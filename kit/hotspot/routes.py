"""The portal's window and what stands behind it; it works on a machine without a Wi-Fi too, to be looked at."""

from __future__ import annotations

from flask import Blueprint, Response, json, render_template, request

from kit.hotspot.door import WINDOW, find_phones
from kit.hotspot.joining import read_joining
from kit.hotspot.probes import WORDS, guess_system
from kit.people.node import the_node
from kit.web.qr import qr_svg

blueprint = Blueprint("portal", __name__)
SHOWN = ("apple", "android", "samsung", "huawei", "xiaomi")  # systems whose help has pictures of its own


@blueprint.context_processor
def codes() -> dict[str, object]:
    """The window draws the code of its address."""
    return {"qr_svg": qr_svg, "nav": ()}


@blueprint.get(WINDOW)
def window() -> str:
    """The welcome, cut to what works in the window that a phone opens by itself."""
    phones, address = find_phones(), request.remote_addr or ""
    return render_template(
        "hotspot/window.html",
        url=read_joining(the_node().settings, request.url_root).url,
        needs_help=phones is not None and phones.needs_help(address),
        system=asked_system(),
    )


@blueprint.get(f"{WINDOW}/ouvrir")
def leave() -> str:
    """The button of the window: its phone may stay from now on. Nothing is noted, so a link is enough."""
    phones = find_phones()
    if phones is not None:
        phones.press(request.remote_addr or "")
    url = read_joining(the_node().settings, request.url_root).url
    return render_template("hotspot/left.html", url=url, system=asked_system())


@blueprint.get(f"{WINDOW}/donnees-mobiles")
def mobile_data() -> str:
    """A phone that keeps its mobile data never comes: what to touch, by system, with pictures."""
    system = request.args.get("systeme", "")
    system = system if system in SHOWN else asked_system()
    return render_template(
        "hotspot/mobile_data.html",
        url=read_joining(the_node().settings, request.url_root).url,
        system=system if system in SHOWN else "android",
        systems=[(code, WORDS[code]) for code in SHOWN],
    )


@blueprint.get(f"{WINDOW}/api")
def api() -> Response:
    """The state of the portal for a phone's own programs (RFC 8908, 5)."""
    phones = find_phones()
    url = read_joining(the_node().settings, request.url_root).url
    is_captive = phones is not None and not phones.is_open(request.remote_addr or "")
    state = {"captive": is_captive, "user-portal-url": f"{url.rstrip('/')}{WINDOW}", "venue-info-url": url}
    response = Response(json.dumps(state), mimetype="application/captive+json")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def asked_system() -> str:
    """The system of the phone that asks: its probes tell more than its browser."""
    phones = find_phones()
    known = phones.system(request.remote_addr or "") if phones is not None else ""
    guessed = guess_system(request.headers.get("User-Agent", "")[:500])
    return guessed if guessed not in ("", "android") else known or guessed
