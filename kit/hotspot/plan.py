"""The hotspot as the settings say it, checked: what every generated configuration and every poster is made from."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, ip_network

import msgspec

from kit.errors import Problem
from kit.settings import Settings

# EN 300 328 (2.4 GHz) and Decision ECC/DEC/(04)08 (5 GHz) as Linux's wireless-regdb gives them for France.
CHANNELS = (*range(1, 14), *range(36, 65, 4), *range(100, 141, 4))
FEWER_CHANNELS = {"US": 11, "CA": 11, "TW": 11}  # the highest of the 2.4 GHz band there
RADAR = range(52, 145)  # channels that listen for radar for a minute first
STATION_LIMIT = 2007  # association ids of IEEE 802.11, 9.4.1.8
MOST_NAME = 32  # bytes of an SSID (IEEE 802.11, 9.4.2.2)
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_INTERFACE = re.compile(r"[A-Za-z0-9_.-]{1,15}")  # IFNAMSIZ less one
_KEY = re.compile(r"[!-~][ -~]{6,61}[!-~]")  # 8 to 63 signs of ASCII (IEEE 802.11, J.4.1), no blank at an end


class Plan(msgspec.Struct, frozen=True):
    """One hotspot. `staff_key` is "" when the team has no key of its own, and then `staff` is None. `hall_name` is ""
    unless a second chip joins a Wi-Fi of the hall; `hall_key` is "" when that one is open.

    `staff` is the network that phones of the team are seen from: the box has its last address but one there.
    """

    interface: str
    box: IPv4Interface
    name: str
    wifi_name: str
    key: str
    staff_key: str
    staff: IPv4Network | None
    country: str
    channel: int
    most_phones: int
    security: str
    port: int
    hall_name: str
    hall_key: str

    @property
    def url(self) -> str:
        """The address that people type, whole: a bare name would be searched for."""
        return f"http://{self.name}/"

    @property
    def api_url(self) -> str:
        """Where a phone asks for the portal's state (RFC 8908)."""
        return f"{self.url}portail/api"

    @property
    def visitors(self) -> IPv4Network:
        """The network of the phones."""
        return self.box.network

    @property
    def leases(self) -> tuple[IPv4Address, IPv4Address]:
        """The first and last address that phones are given; the box is not between them."""
        network = self.visitors
        return network.network_address + 10, network.broadcast_address - 5

    @property
    def staff_box(self) -> IPv4Address:
        """The box's own address among the team's."""
        assert self.staff is not None
        return self.staff.broadcast_address - 1

    @property
    def staff_range(self) -> tuple[IPv4Address, IPv4Address]:
        """The addresses that phones of the team are seen from."""
        assert self.staff is not None
        return self.staff.network_address + 1, self.staff_box - 1

    @property
    def is_five(self) -> bool:
        """True for a channel of the 5 GHz band."""
        return self.channel > 14


def read_plan(settings: Settings) -> Plan:
    """The hotspot of these settings.

    Raises Problem `hotspot.none` (no interface is named), `hotspot.bad_setting`, `hotspot.weak_key`,
    `hotspot.same_key`, `hotspot.bad_hall` or `hotspot.no_staff_network`.
    """
    if not settings.hotspot:
        raise Problem("hotspot.none")
    _check("hotspot", settings.hotspot, _INTERFACE.fullmatch(settings.hotspot) is not None)
    _check("hotspot_name", settings.hotspot_name, _NAME.fullmatch(settings.hotspot_name) is not None)
    _check("wifi_name", settings.wifi_name, is_wifi_name(settings.wifi_name))
    _check("wifi_country", settings.wifi_country, re.fullmatch("[A-Z]{2}", settings.wifi_country) is not None)
    _check("wifi_channel", settings.wifi_channel, is_channel(settings.wifi_channel, settings.wifi_country))
    _check("wifi_most", settings.wifi_most, 1 <= settings.wifi_most <= STATION_LIMIT)
    _check_hall(settings)
    box = read_box(settings.hotspot_address)
    staff = _read_keys(settings)
    _check("staff_networks", settings.staff_networks, staff is None or not staff.overlaps(box.network))
    return Plan(
        settings.hotspot, box, settings.hotspot_name, settings.wifi_name, settings.wifi_key, settings.wifi_staff_key,
        staff, settings.wifi_country, settings.wifi_channel, settings.wifi_most, settings.wifi_security,
        settings.hotspot_port, settings.hall_wifi_name, settings.hall_wifi_key,
    )  # fmt: skip


def _check_hall(settings: Settings) -> None:
    """A Wi-Fi that can be joined, and is not the box's own. Raises Problem `hotspot.bad_hall`."""
    name, key = settings.hall_wifi_name, settings.hall_wifi_key
    if not name and not key:
        return
    if not is_wifi_name(name) or (key and not is_key(key)) or name == settings.wifi_name:
        raise Problem("hotspot.bad_hall")


def read_box(text: str) -> IPv4Interface:
    """The box's address with the width of its network. Raises Problem `hotspot.bad_setting`."""
    try:
        box = IPv4Interface(text)
    except ValueError:
        raise Problem("hotspot.bad_setting", name="hotspot_address", value=text) from None
    network = box.network
    is_good = 16 <= network.prefixlen <= 26 and network.network_address < box.ip < network.network_address + 10
    _check("hotspot_address", text, is_good)
    return box


def is_wifi_name(name: str) -> bool:
    """True for a name that a Wi-Fi may bear: at most 32 bytes, and no sign that cannot be read."""
    return 0 < len(name.encode()) <= MOST_NAME and name.isprintable() and name == name.strip()


def is_key(key: str) -> bool:
    """True for a Wi-Fi key that every phone can type."""
    return _KEY.fullmatch(key) is not None


def is_channel(channel: int, country: str) -> bool:
    """True for a channel that may be used there."""
    return channel in CHANNELS and not FEWER_CHANNELS.get(country, 13) < channel < 36


def _read_keys(settings: Settings) -> IPv4Network | None:
    """The network of the team's phones, when they have a key of their own."""
    if not is_key(settings.wifi_key) or (settings.wifi_staff_key and not is_key(settings.wifi_staff_key)):
        raise Problem("hotspot.weak_key")
    if not settings.wifi_staff_key:
        return None
    if settings.wifi_staff_key == settings.wifi_key:
        raise Problem("hotspot.same_key")
    first = ip_network(settings.staff_networks.split()[0]) if settings.staff_networks else None
    if not isinstance(first, IPv4Network) or first.prefixlen > 29:
        raise Problem("hotspot.no_staff_network")
    return first


def _check(name: str, value: object, is_good: bool) -> None:
    if not is_good:
        raise Problem("hotspot.bad_setting", name=name, value=value)
