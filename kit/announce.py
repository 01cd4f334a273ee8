"""DNS-SD: what this node tells the network, and which kits it hears. python-zeroconf is loaded only when used.

A kit tells `_valise._tcp` with the fingerprint of its coordination's key; whoever hears it still asks for proof. Every
library tells `_opds._tcp` with the path of its catalogue, so that reading apps find it (dns-sd.org/ServiceTypes), and
`_http._tcp` for whatever lists the web pages of a network.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import IPv4Network, ip_address
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

SERVICE = "_valise._tcp.local."
CATALOGUE = "_opds._tcp.local."
CATALOGUE_PATH = "/opds2"
PAGES = "_http._tcp.local."
PRINTERS = "_ipp._tcp.local."
HEAR_SECONDS = 3.0  # an answer that was given to somebody a moment ago comes a second later (RFC 6762, section 6)
CLOSE_TRIES = 5
_HOST = f"valise-{secrets.token_hex(6)}.local."
# Names that people can type where the box does not answer for all names itself: over a cable, on the Wi-Fi of a hall.
TYPED_HOSTS = ("valise.local.", *(f"valise-{number}.local." for number in range(2, 10)))
ASK_MS = 800
_log = logging.getLogger(__name__)


class Heard(msgspec.Struct, frozen=True):
    """A kit that told the network it is there. `coordination` is the fingerprint it claims."""

    name: str
    url: str
    coordination: str


def is_worth_telling(host: str) -> bool:
    """True when this node answers beyond its own machine: a node on loopback tells nobody."""
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


def local_addresses() -> list[str]:
    """The IPv4 addresses by which other machines reach this one."""
    import ifaddr

    found = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str)]
    return [address for address in found if not ip_address(address).is_loopback]


class Presence:
    """Where a served kit is, told on the addresses the machine has now, and whom it hears there.

    An address comes and goes (the hotspot starts late, somebody's Wi-Fi is joined), and a kit may be attached to its
    coordination long after it was switched on: `refresh` tells what is true now. `coordination` is its fingerprint,
    or "" while there is none.
    """

    def __init__(self, name: str, port: int, coordination: Callable[[], str]) -> None:
        self._name, self._port, self._coordination = name, port, coordination
        self._lock = threading.Lock()
        self._told: tuple[list[str], str] | None = None
        self._announcer: Announcer | None = None

    def refresh(self) -> None:
        """Tell what is true now, when it is not told already."""
        with self._lock:
            now = (local_addresses(), self._coordination())
            if now != self._told:
                self._end()
                self._begin(*now)

    def _begin(self, addresses: list[str], coordination: str) -> None:
        if addresses:
            try:
                self._announcer = Announcer(self._name, self._port, coordination, addresses)
                self._announcer.start()
            except OSError:  # an address that has just gone: the next round sees what there is then
                _log.warning("the network is not told", exc_info=True)
                self._end()
                return
        self._told = (addresses, coordination)

    def _end(self) -> None:
        if self._announcer is not None:
            self._announcer.end()
        self._announcer = self._told = None

    @property
    def url(self) -> str:
        """The address that people type on a network whose names are not the box's; "" while nothing is told."""
        with self._lock:
            host = self._announcer.host.rstrip(".") if self._announcer is not None else ""
        return f"http://{host}{'' if self._port == 80 else f':{self._port}'}/" if host else ""

    def hear(self) -> list[Heard]:
        """The other kits on the network now; none while this machine has no network."""
        addresses = local_addresses()
        return hear(addresses, own_port=self._port) if addresses else []


class Announcer:
    """Tells the network that this library and, when it has a coordination, this kit is there, until it ends.

    `addresses` are IPv4 addresses of this machine; `coordination` is "" for a kit that is attached to none.
    """

    def __init__(self, name: str, port: int, coordination: str, addresses: list[str]) -> None:
        self._zeroconf = open_zeroconf(addresses)
        self.host = find_free_host(self._zeroconf)
        self._infos = [
            make_info(CATALOGUE, name, port, {"path": CATALOGUE_PATH}, addresses),
            make_info(PAGES, name, port, {"path": "/"}, addresses, self.host),
        ]
        if coordination:
            self._infos.append(make_info(SERVICE, name, port, {"c": coordination}, addresses))

    def start(self) -> None:
        """Begin to tell. Another of the same name on the network gives ours a number."""
        from zeroconf import EventLoopBlocked

        for info in self._infos:
            with suppress(EventLoopBlocked):  # a busy machine: it is still being told, only nobody waits for it
                self._zeroconf.register_service(info, allow_name_change=True)

    def end(self) -> None:
        """Say good-bye for all of them."""
        _close(self._zeroconf)


def open_zeroconf(addresses: list[str]) -> Zeroconf:
    """A responder on these addresses only, with an event loop and a thread of its own.

    Made in another thread: where an asyncio loop runs already, zeroconf would join it, and stand still with it.
    """
    from zeroconf import IPVersion, Zeroconf

    with ThreadPoolExecutor(1) as maker:
        return maker.submit(Zeroconf, interfaces=addresses, ip_version=IPVersion.V4Only).result()


def find_free_host(zeroconf: Zeroconf) -> str:
    """The first of the names to type that nobody answers to (RFC 6762, 8.1, asked once), else one that is ours alone.

    Two that begin in the same second may both take the first: people find one of them, and kits find each other by
    names that nobody shares.
    """
    from zeroconf import AddressResolverIPv4  # type: ignore[attr-defined]  # documented, left out of __all__

    return next((host for host in TYPED_HOSTS if not AddressResolverIPv4(host).request(zeroconf, ASK_MS)), _HOST)


def _close(zeroconf: Zeroconf) -> None:
    """Close it, with patience on a busy machine: a closing that was cut short leaves its sockets open."""
    from zeroconf import EventLoopBlocked

    for _ in range(CLOSE_TRIES):
        with suppress(EventLoopBlocked):
            zeroconf.close()
            return
    _log.warning("the announcing did not close")


def make_info(
    service: str, name: str, port: int, properties: dict[str, str], addresses: list[str], host: str = _HOST
) -> ServiceInfo:
    """What is told: a name people know, and what goes with the service.

    The host has a name nobody else has: two kits of one name would share a host, and so each other's addresses.
    """
    from zeroconf import ServiceInfo

    label = name.replace(".", " ").encode()[:50].decode(errors="ignore")  # RFC 6763, section 4.1.1: 63 bytes at most
    return ServiceInfo(
        service, f"{label}.{service}", port=port, properties=properties, server=host, parsed_addresses=addresses
    )


def hear(addresses: list[str], seconds: float = HEAR_SECONDS, own_port: int = 0) -> list[Heard]:
    """The kits that answer within `seconds` on these addresses, but for the one that is served here at `own_port`."""
    from zeroconf import ServiceBrowser, ServiceListener

    zeroconf = open_zeroconf(addresses)
    found: dict[str, Heard] = {}

    class Listener(ServiceListener):
        def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            info = zc.get_service_info(type_, name, timeout=int(seconds * 1000))
            address = choose_address(info.parsed_addresses(), addresses, info.port == own_port) if info else ""
            if info is not None and address:
                found[name] = _heard(info, address)

        def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            self.add_service(zc, type_, name)

        def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            found.pop(name, None)

    try:
        ServiceBrowser(zeroconf, SERVICE, Listener())
        threading.Event().wait(seconds)
    finally:
        _close(zeroconf)
    return sorted(found.values(), key=lambda one: one.name)


def _heard(info: ServiceInfo, address: str) -> Heard:
    properties = info.properties or {}
    coordination = (properties.get(b"c") or b"").decode("ascii", "replace")
    return Heard(info.get_name(), f"http://{address}:{info.port}", coordination)


def choose_address(told: list[str], ours: list[str], is_our_port: bool) -> str:
    """Where to reach a kit that tells several addresses: rather on a network of ours; "" when it is this very one.

    Every hotspot has the same address: one that is ours too is not where another kit is.
    """
    others = [one for one in told if not (is_our_port and one in ours)]
    networks = [IPv4Network(f"{one}/24", strict=False) for one in ours]
    near = (one for one in others if any(ip_address(one) in network for network in networks))
    return next(near, others[0] if others else "")


class HeardPrinter(msgspec.Struct, frozen=True):
    """A driverless printer that told the network it is there (Bonjour Printing 1.2.1: `ty`, `rp`)."""

    name: str
    url: str


def hear_printers(addresses: list[str], seconds: float = HEAR_SECONDS) -> list[HeardPrinter]:
    """The printers that answer within `seconds` on these addresses."""
    from zeroconf import ServiceBrowser, ServiceListener

    zeroconf = open_zeroconf(addresses)
    found: dict[str, HeardPrinter] = {}

    class Listener(ServiceListener):
        def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            info = zc.get_service_info(type_, name, timeout=int(seconds * 1000))
            near = [one for one in info.parsed_addresses() if ":" not in one] if info else []
            if info is not None and near:
                path = ((info.properties or {}).get(b"rp") or b"ipp/print").decode("ascii", "replace")
                found[name] = HeardPrinter(info.get_name()[:80], f"ipp://{near[0]}:{info.port}/{path.lstrip('/')}")

        def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            self.add_service(zc, type_, name)

        def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            found.pop(name, None)

    try:
        ServiceBrowser(zeroconf, PRINTERS, Listener())
        threading.Event().wait(seconds)
    finally:
        _close(zeroconf)
    return sorted(found.values(), key=lambda one: one.name)
