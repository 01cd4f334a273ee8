"""The services of the image, judged by systemd's own tools: what they may do, and whether they are written rightly."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kit.settings import read_settings
from tests.served import REPO

SYSTEM = REPO / "image" / "system"
UNITS = SYSTEM / "etc/systemd/system"
MOST_EXPOSED = 5.0  # systemd-analyze(1): up to here it says "OK"


def services() -> list[Path]:
    return sorted(UNITS.glob("*.service"))


def exposure(unit: Path) -> float:
    """What `systemd-analyze security` thinks of a unit: 0 can do nothing, 10 everything."""
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Overall exposure level for .*?: ([0-9.]+)", said)
    assert found, said[-500:]
    return float(found[1])


@pytest.mark.parametrize("unit", services(), ids=lambda unit: unit.name)
def test_a_service_can_do_little(unit: Path) -> None:
    assert exposure(unit) <= MOST_EXPOSED


def test_the_judge_of_services_tells_a_careless_one(tmp_path: Path) -> None:
    careless = tmp_path / "careless.service"
    careless.write_text("[Service]\nExecStart=/bin/true\n")
    assert exposure(careless) > 9


def test_systemd_reads_every_unit_without_a_complaint(tmp_path: Path) -> None:
    for unit in UNITS.iterdir():  # as on the card, but for programs that only the card has
        text = re.sub(r"^(Exec\w+=[-+]*)/\S+", r"\1/bin/true", unit.read_text("utf-8"), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text, "utf-8")
    names = [tmp_path / unit.name for unit in services() if "@" not in unit.name]
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *map(str, names)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"})
    ours = [line for line in said.stderr.splitlines() if str(tmp_path) in line or "valise" in line]
    assert ours == []


def test_what_the_services_set_are_settings_of_ours() -> None:
    lines = (SYSTEM / "etc/valise/valise.env").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line.startswith("VALISE_"))
    known = {f"VALISE_{field.upper()}" for field in read_settings({}).__dataclass_fields__}
    assert set(given) <= known
    settings = read_settings(given)
    assert settings.host == "127.0.0.1", "only nginx speaks to the network"
    assert settings.machine == "/run/valise-steward.socket"
    socket = (UNITS / "valise-steward.socket").read_text("utf-8")
    assert f"ListenStream={settings.machine}\n" in socket and "SocketMode=0660" in socket


def test_the_journal_is_memory_and_there_is_no_swap() -> None:
    assert "Storage=volatile" in (SYSTEM / "etc/systemd/journald.conf.d/valise.conf").read_text("utf-8")
    tree = (REPO / "image/steps/30-tree.sh").read_text("utf-8")
    assert "swap.target" in tree.split("chroot_free mask")[1].split("chroot_free enable")[0]
    assert "RuntimeWatchdogSec" in (SYSTEM / "etc/systemd/system.conf.d/valise.conf").read_text("utf-8")


@pytest.mark.parametrize("script", ["start", "card", "card-clear", "staff-door", "grow", "status"])
def test_scripts_of_the_card_are_read_by_its_shell(script: str) -> None:
    shell = shutil.which("dash") or "/bin/sh"
    subprocess.run([shell, "-n", SYSTEM / "usr/lib/valise" / script], check=True)


def test_nothing_of_the_image_names_a_mirror_or_this_machine() -> None:
    for path in (REPO / "image").rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert not re.search(r"deb\.debian\.org|pypi\.org|/work/|/root/|/home/", text), path


def test_only_checked_settings_reach_the_wifi_of_root(tmp_path: Path) -> None:
    """The kit's user may write what it likes in its settings: names of other kinds and bad values come to nothing."""
    text = (SYSTEM / "usr/lib/valise/hotspot-config").read_text("utf-8")
    for told, here in (
        ("/usr/lib/valise/app", REPO),
        ("/etc/valise/valise.env", SYSTEM / "etc/valise/valise.env"),
        ("/var/lib/valise/kit/settings.env", tmp_path / "settings.env"),
        ('"/run/valise"', f'"{tmp_path}/run"'),
        ('"/run/systemd/network/', f'"{tmp_path}/network/'),
    ):
        assert told in text
        text = text.replace(told, str(here))
    script = tmp_path / "hotspot-config"
    script.write_text(text, "utf-8")

    def run(settings: str) -> str:
        shutil.rmtree(tmp_path / "run", ignore_errors=True)
        (tmp_path / "settings.env").write_text(settings, "utf-8")
        return subprocess.run([sys.executable, "-B", script], capture_output=True, text=True, check=True).stderr

    assert "hotspot.weak_key" in run("") and not (tmp_path / "run").exists(), "nobody prepared it: no Wi-Fi"
    good = 'VALISE_WIFI_NAME="Les \\"Pins\\""\nVALISE_WIFI_KEY="coquelicot"\n'
    evil = 'LD_PRELOAD="/x"\nVALISE_DATA="/etc"\nVALISE_HOTSPOT="eth0"\nVALISE_HOTSPOT_ADDRESS="10.0.0.1/8"\n'
    assert run(good + evil) == ""
    hostapd = (tmp_path / "run/hostapd.conf").read_text("utf-8")
    assert "interface=wlan0\n" in hostapd and b'Les "Pins"'.hex() in hostapd
    assert "Address=10.42.0.1/24" in (tmp_path / "network/10-valise-hotspot.network").read_text("utf-8")
    for bad in ('VALISE_WIFI_COUNTRY="FR\\nx"', 'VALISE_WIFI_CHANNEL="99"', 'VALISE_HOTSPOT_NAME="a b;c"'):
        assert "no Wi-Fi" in run(good + bad + "\n") and not (tmp_path / "run").exists(), bad


def test_who_listens_to_the_radio_has_its_own_end_of_the_line_where_it_may_write() -> None:
    """hostapd_cli makes a socket in /tmp or /run/hostapd unless it is told where; the boot drill saw that fail."""
    text = (UNITS / "valise-staff-door.service").read_text("utf-8")
    folder = re.search(r"^ExecStart=/usr/sbin/hostapd_cli .*-s (\S+) ", text, re.MULTILINE)
    assert folder and folder[1] in re.findall(r"^ReadWritePaths=(\S+)", text, re.MULTILINE)
    hostapd = (UNITS / "valise-hostapd.service").read_text("utf-8")
    assert folder[1] in re.findall(r"^ReadWritePaths=(\S+)", hostapd, re.MULTILINE), "hostapd answers there"


def test_the_first_wifi_has_the_name_that_the_services_wait_for() -> None:
    link = (SYSTEM / "etc/systemd/network/10-wifi.link").read_text("utf-8")
    assert "Type=wlan" in link and "NamePolicy=kernel" in link
    assert "VALISE_HOTSPOT=wlan0" in (SYSTEM / "etc/valise/valise.env").read_text("utf-8")
