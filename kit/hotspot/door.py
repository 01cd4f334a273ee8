"""Before every page, for who comes over the suitcase's Wi-Fi: probes are answered, strange names lead to the welcome.

On its Wi-Fi every name is the box, so a browser that looks for anything by http arrives here with that name as `Host`.
Only addresses of the Wi-Fi are treated so: a cable, another network and loopback see the program as it always was.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from flask import Flask, Response, current_app, request

from kit.hotspot.phones import Phones
from kit.hotspot.plan import read_box
from kit.hotspot.probes import find_probe, is_window
from kit.settings import Settings

PHONES = "valise.phones"
WINDOW = "/portail"


class Names:
    """Which hosts are this box itself, and who is on its Wi-Fi."""

    def __init__(self, settings: Settings) -> None:
        box = read_box(settings.hotspot_address)
        self.root = f"http://{settings.hotspot_name}"
        public = settings.public_url.partition("://")[2].partition("/")[0]
        self._ours = {settings.hotspot_name.lower(), str(box.ip), "localhost", read_host(public), ""}
        team = [ip_network(one) for one in settings.staff_networks.split()[:1]] if settings.wifi_staff_key else []
        self._ours.update(str(network.broadcast_address - 1) for network in team)  # `Plan.staff_box`
        self._networks = [box.network, *team]

    def is_ours(self, host: str) -> bool:
        """True for a name of this box; a `.local` one reached us because the box told it (RFC 6762)."""
        return host in self._ours or host.endswith(".local")

    def is_guest(self, address: str) -> bool:
        """True for an address of the Wi-Fi."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)


def read_host(header: str) -> str:
    """The name in a `Host` header: without its port, small letters, no dot at the end."""
    name = header.strip().lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    return name.rstrip(".")


def init_portal(app: Flask, settings: Settings, now_ms: Callable[[], int]) -> None:
    """Stand before every page of an application whose box has a Wi-Fi. Raises Problem `hotspot.bad_setting`."""
    phones = app.extensions[PHONES] = Phones(now_ms)
    names = Names(settings)

    @app.before_request
    def welcome() -> Response | None:
        address = request.remote_addr or ""
        if not names.is_guest(address):
            return None
        return answer(phones, names, address)


def answer(phones: Phones, names: Names, address: str) -> Response | None:
    """What is said instead of a page; None: the page that was asked for."""
    agent, host = request.headers.get("User-Agent", "")[:500], read_host(request.headers.get("Host", ""))
    in_window = is_window(agent)
    if names.is_ours(host) or request.is_secure:  # by TLS it was called by its own name: nginx answers to no other
        if in_window and request.path == "/":
            return _lead(f"{names.root}{WINDOW}")
        if not in_window and not request.path.startswith(WINDOW):
            phones.come(address)
        return None
    probe = find_probe(host, request.path, agent)
    if probe is None:
        return _lead(f"{names.root}{WINDOW if in_window else '/'}")
    if not phones.probe(address, probe.system):
        return _lead(f"{names.root}{WINDOW}")
    said = Response(probe.success.body, probe.success.status, mimetype=probe.success.kind)
    said.headers.extend(probe.success.headers)
    said.headers["Cache-Control"] = "no-store"
    return said


def _lead(url: str) -> Response:
    """Elsewhere, and never from memory: the same name is another place on every other network."""
    status = 302 if request.method in ("GET", "HEAD") else 303
    return Response(status=status, headers={"Location": url, "Cache-Control": "no-store"})


def find_phones() -> Phones | None:
    """The phones of the day; None on a machine without a Wi-Fi of its own."""
    found: Phones | None = current_app.extensions.get(PHONES)
    return found
