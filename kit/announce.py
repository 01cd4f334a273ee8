"""DNS-SD: what this node tells the network, and which kits it hears. python-zeroconf is loaded only when used.

A kit tells `_valise._tcp` with the fingerprint of its coordination's key; whoever hears it still asks for proof. Every
library tells `_opds._tcp` with the path of its catalogue, so that reading apps find it (dns-sd.org/ServiceTypes).
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

SERVICE = "_valise._tcp.local."
CATALOGUE = "_opds._tcp.local."
CATALOGUE_PATH = "/opds2"
HEAR_SECONDS = 3.0
CLOSE_TRIES = 5
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


class Announcer:
    """Tells the network that this library and, when it has a coordination, this kit is there, until it ends.

    `addresses` are IPv4 addresses of this machine; `coordination` is "" for a kit that is attached to none.
    """

    def __init__(self, name: str, port: int, coordination: str, addresses: list[str]) -> None:
        self._zeroconf = open_zeroconf(addresses)
        self._infos = [make_info(CATALOGUE, name, port, {"path": CATALOGUE_PATH}, addresses)]
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
    """A responder on these addresses only."""
    from zeroconf import IPVersion, Zeroconf

    return Zeroconf(interfaces=addresses, ip_version=IPVersion.V4Only)


def _close(zeroconf: Zeroconf) -> None:
    """Close it, with patience on a busy machine: a closing that was cut short leaves its sockets open."""
    from zeroconf import EventLoopBlocked

    for _ in range(CLOSE_TRIES):
        with suppress(EventLoopBlocked):
            zeroconf.close()
            return
    _log.warning("the announcing did not close")


def make_info(service: str, name: str, port: int, properties: dict[str, str], addresses: list[str]) -> ServiceInfo:
    """What is told: a name people know, and what goes with the service."""
    from zeroconf import ServiceInfo

    label = name.replace(".", " ").encode()[:50].decode(errors="ignore")  # RFC 6763, section 4.1.1: 63 bytes at most
    return ServiceInfo(service, f"{label}.{service}", port=port, properties=properties, parsed_addresses=addresses)


def hear(addresses: list[str], seconds: float = HEAR_SECONDS) -> list[Heard]:
    """The kits that answer within `seconds` on these addresses."""
    from zeroconf import ServiceBrowser, ServiceListener

    zeroconf = open_zeroconf(addresses)
    found: dict[str, Heard] = {}

    class Listener(ServiceListener):
        def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            info = zc.get_service_info(type_, name, timeout=int(seconds * 1000))
            if info is not None and info.parsed_addresses():
                found[name] = _heard(info)

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


def _heard(info: ServiceInfo) -> Heard:
    properties = info.properties or {}
    coordination = (properties.get(b"c") or b"").decode("ascii", "replace")
    return Heard(info.get_name(), f"http://{info.parsed_addresses()[0]}:{info.port}", coordination)
