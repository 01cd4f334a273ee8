"""One table of settings, read once into a frozen dataclass. Order: command line, then environment, then default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_address, ip_network
from pathlib import Path

from kit.errors import Problem


@dataclass(frozen=True)
class Setting:
    """One setting: its environment name is `VALISE_` + the upper-case `name`; `unit` says what the number counts."""

    name: str
    default: str
    unit: str
    help: str


TABLE: tuple[Setting, ...] = (
    Setting("data", "var/kit", "folder", "where this node keeps what it must not lose (a central: `var/central`)"),
    Setting("marker", "", "file", "where the proof lies that the data is no copy; empty: beside the data folder"),
    Setting("role", "kit", "kit|central", "whether this node is a box or the home server"),
    Setting("host", "127.0.0.1", "address", "the address the server listens on"),
    Setting("port", "8080", "port", "the port the server listens on"),
    Setting("threads", "8", "threads", "how many requests are answered at the same time"),
    Setting("connection_limit", "1000", "connections", "how many phones may hold a connection at once"),
    Setting("node_name", "La Valise", "text", "the name people read at the top of every page"),
    Setting(
        "public_url",
        "",
        "address",
        "the address written on posters and tickets; empty: taken from the request",
    ),
    Setting("central_url", "", "address", "the home server; empty: the one learnt at enrolment"),
    Setting("max_form", "262144", "bytes", "the largest form accepted from a visitor"),
    Setting("max_upload", "4294967296", "bytes", "the largest file accepted from staff"),
    Setting("max_deposit", "104857600", "bytes", "the largest work a visitor may offer"),
    Setting("reserve", "33554432", "bytes", "free disk space kept so that staff can still act"),
    Setting("relay_quota", "268435456", "bytes", "how much this kit carries home for other kits at most"),
    Setting("keys_folder", "/media", "folder", "where USB keys appear; one is used only when it has a folder `valise`"),
    Setting("keys_told", "", "folder", "where the machine says what it did with each USB key; empty: it says nothing"),
    Setting("small_group", "5", "answers", "groups smaller than this are not shown in detail"),
    Setting(
        "session_hours",
        "72",
        "hours",
        "how long a signed-in phone stays signed in, counted while the box runs",
    ),
    Setting("purge_days", "30", "days", "how long facts about people stay on the box after a receipt, in running days"),
    Setting(
        "keep_days",
        "365",
        "days",
        "how long a central keeps names and texts after their workshop or their day; 0: until somebody asks",
    ),
    Setting("backup_days", "7", "days", "how often a backup is expected; must be fewer than `purge_days`"),
    Setting(
        "front_files", "", "address", "the internal address by which a front server (nginx) sends files of `blobs/`"
    ),
    Setting(
        "front_disk",
        "",
        "address=folder",
        "the same for works on a disk beside the box, and the folder that nginx sees",
    ),
    Setting(
        "front_https",
        "",
        "folder=file",
        "the folder in memory whence nginx reads the kit’s certificate, and its file of https; empty: it serves none",
    ),
    Setting("front_https_port", "443", "port", "the port by which nginx answers by https when there is a certificate"),
    Setting("near_feeds", "", "hosts", "hosts of the local network whose catalogues may be taken, also without https"),
    Setting(
        "trusted_proxy", "", "address", "front servers (nginx: 127.0.0.1) believed when they say who asks; empty: none"
    ),
    Setting("front_port", "0", "port", "the port by which nginx answers the network for this program; 0: none does"),
    Setting(
        "machine", "", "file", "the socket of the steward that can stop this machine; empty: a PC, it is not asked"
    ),
    Setting("card", "", "folder", "where files appear that somebody wrote on this box’s card; empty: it has none"),
    Setting(
        "database_url", "", "address", "a central’s PostgreSQL database (also DATABASE_URL); empty: a file of `data`"
    ),
    Setting(
        "background", "here", "here|apart", "whether a central works by itself, or `valise central work` does beside it"
    ),
    Setting("language", "fr", "fr|en|ar", "the language of readers whose browser asks for none of ours"),
    Setting("timezone", "Europe/Paris", "zone", "the time people read on screen"),
    Setting("hotspot", "", "interface", "the Wi-Fi interface of this box; empty: it has no Wi-Fi of its own"),
    Setting(
        "hotspot_address", "10.42.0.1/24", "network", "the box’s address on its Wi-Fi, and how wide that network is"
    ),
    Setting("hotspot_name", "valise.lan", "name", "the name people type on its Wi-Fi"),
    Setting("hotspot_port", "80", "port", "where port 80 of its Wi-Fi leads: nginx, or this program"),
    Setting("wifi_name", "La Valise", "text", "the name of the Wi-Fi"),
    Setting("wifi_key", "", "text", "the visitors’ Wi-Fi key, on the posters: 8 to 63 signs"),
    Setting("wifi_staff_key", "", "text", "the team’s own Wi-Fi key; empty: it has none"),
    Setting(
        "wifi_security",
        "wpa2",
        "wpa2|wpa3",
        "wpa3: visitors’ phones that can do it use WPA3, the team’s stay with WPA2",
    ),
    Setting("wifi_country", "FR", "country", "the country whose radio rules are kept, two letters"),
    Setting("wifi_channel", "6", "channel", "the Wi-Fi channel: 1 to 13, or of 5 GHz 36 to 140 where the chip can"),
    Setting("wifi_most", "19", "phones", "how many phones may be on the Wi-Fi at once"),
    Setting("hall_wifi_name", "", "text", "a Wi-Fi of a hall that a second chip (wlan1) joins, to send; empty: none"),
    Setting("hall_wifi_key", "", "text", "its key; empty: it has none"),
    Setting(
        "staff_networks",
        "",
        "networks",
        "whence the team’s pages answer, besides this machine; the first: phones with the team’s key; empty: anywhere",
    ),
)


@dataclass(frozen=True)
class Settings:
    """The settings of one node; see `TABLE` for what each means and its unit."""

    data: Path
    marker: str
    role: str
    host: str
    port: int
    threads: int
    connection_limit: int
    node_name: str
    public_url: str
    central_url: str
    max_form: int
    max_upload: int
    max_deposit: int
    reserve: int
    relay_quota: int
    keys_folder: Path
    keys_told: str
    small_group: int
    session_hours: int
    purge_days: int
    keep_days: int
    backup_days: int
    front_files: str
    front_disk: str
    front_https: str
    front_https_port: int
    near_feeds: str
    trusted_proxy: str
    front_port: int
    machine: str
    card: str
    database_url: str
    background: str
    language: str
    timezone: str
    hotspot: str
    hotspot_address: str
    hotspot_name: str
    hotspot_port: int
    wifi_name: str
    wifi_key: str
    wifi_staff_key: str
    wifi_security: str
    wifi_country: str
    wifi_channel: int
    wifi_most: int
    hall_wifi_name: str
    hall_wifi_key: str
    staff_networks: str

    @property
    def marker_path(self) -> Path:
        """The file outside the data folder that a copy of the data does not bring along."""
        return Path(self.marker) if self.marker else self.data.with_name(self.data.name + ".boot")

    @property
    def is_central(self) -> bool:
        """True for the home server."""
        return self.role == "central"

    @property
    def works_apart(self) -> bool:
        """True for a central whose background work is done by another process."""
        return self.is_central and self.background == "apart"


def read_settings(environ: Mapping[str, str], **given: object) -> Settings:
    """Settings from `given` (None means not given), then `VALISE_*` of `environ`, then the defaults.

    Raises Problem `start.bad_setting` with the name and value that are not understood, or `start.backup_days`: a
    central restored from its last backup must still find on the boxes what came after it.
    """
    types = {field.name: field.type for field in fields(Settings)}
    values: dict[str, object] = {}
    for setting in TABLE:
        raw = given.get(setting.name)
        text = str(raw) if raw is not None else environ.get(f"VALISE_{setting.name.upper()}", setting.default)
        if setting.name == "data" and raw is None and "VALISE_DATA" not in environ and given.get("role") == "central":
            text = "var/central"
        if setting.name == "database_url" and not text:
            text = environ.get("DATABASE_URL", "")
        values[setting.name] = _read(setting, str(types[setting.name]), text)
    settings = Settings(**values)  # type: ignore[arg-type]
    if not 0 < settings.backup_days < settings.purge_days:
        raise Problem("start.backup_days", backup=settings.backup_days, purge=settings.purge_days)
    return settings


def defaults() -> Mapping[str, str]:
    """What each setting is when nobody says otherwise."""
    return {setting.name: setting.default for setting in TABLE}


def is_address(text: str) -> bool:
    """True for an address of IPv4 or IPv6."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_network(text: str) -> bool:
    """True for a network, like 10.43.0.0/26."""
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _read(setting: Setting, kind: str, text: str) -> object:
    if "|" in setting.unit and text not in setting.unit.split("|"):
        raise Problem("start.bad_setting", name=setting.name, value=text)
    if setting.name == "trusted_proxy" and not all(is_address(one) for one in text.split()):
        raise Problem("start.bad_setting", name=setting.name, value=text)
    if setting.name == "staff_networks" and not all(is_network(one) for one in text.split()):
        raise Problem("start.bad_setting", name=setting.name, value=text)
    if kind == "Path":
        return Path(text).absolute()
    if kind == "int":
        if not text.isdigit():
            raise Problem("start.bad_setting", name=setting.name, value=text)
        return int(text)
    return text
