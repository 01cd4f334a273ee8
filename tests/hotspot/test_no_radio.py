"""Suitcases whose Wi-Fi does not come up: no chip, one that cannot be an access point, one that refuses the channel.

hostapd and the kernel are real, in a network of their own without a radio; a chip that is there and refuses is an
interface of another kind. Its own refusal of a channel needs a radio: hostapd ends in the same way, and leaves it down.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.device.stations import count_stations, link_state
from kit.hotspot import configs, console_routes
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, copy_node, open_node
from tests.hotspot.plans import GIVEN, plan
from tests.served import REPO

UNIT = REPO / "image/system/etc/systemd/system/valise-hostapd.service"
NO_CHIP, SILENT = "ne trouve pas sa puce Wi-Fi", "Le Wi-Fi n’émet pas"
# In a network namespace with a view of /sys that shows it: what is told of wlan0 before, and after hostapd gave up.
_SCRIPT = """
set -e
mount -t sysfs none /sys
{make}
cd {repo}
{python} -c "from kit.device.stations import link_state; print('before', repr(link_state('wlan0')))"
code=0; timeout 20 hostapd {conf} || code=$?
echo "ended $code"
{python} -c "from kit.device.stations import link_state; print('after', repr(link_state('wlan0')))"
"""


def alone(tmp_path: Path, make: str, **given: object) -> str:
    """What is said there; `make` prepares the interface."""
    conf = tmp_path / "hostapd.conf"
    conf.write_text(configs.hostapd(plan(**given)).replace("/run/valise", str(tmp_path)), "utf-8")
    (tmp_path / "hostapd.wpa_psk").write_text(configs.hostapd_keys(plan(**given)), "utf-8")
    script = _SCRIPT.format(make=make, repo=REPO, python=sys.executable, conf=conf)
    words = ["unshare", "--net", "--mount", "sh", "-c", script]
    start = time.monotonic()
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert time.monotonic() - start < 20, "it gives up at once: systemd tries again, and nothing hangs"
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("make", "told"),
    [
        ("true", ""),
        ("ip link add wlan0 type bridge", "down"),
        ("ip link add wlan0 type bridge; ip link set wlan0 up", "down"),
    ],
    ids=["no chip", "a chip that is no access point", "one that is up and joins nobody"],
)
def test_hostapd_gives_up_at_once_and_the_kernel_tells_why(tmp_path: Path, make: str, told: str) -> None:
    said = alone(tmp_path, make, wifi_channel=36)
    assert f"before {told!r}" in said and f"after {told!r}" in said, said
    ended = re.search(r"ended (\d+)", said)
    assert ended and ended[1] not in ("0", "124"), said


def test_systemd_goes_on_trying_and_only_where_there_is_a_chip() -> None:
    text = UNIT.read_text("utf-8")
    assert "BindsTo=sys-subsystem-net-devices-wlan0.device" in text and "Restart=always" in text
    assert "RestartSec=5" in text, "not so often that it takes the machine's time"


def page(templates: Path, tmp_path: Path, enter: Enter, interface: str) -> FlaskClient:
    node: Node = open_node(copy_node(templates / "kit", tmp_path / interface), **{**GIVEN, "hotspot": interface})
    return enter(node, cast.NADIA)


@pytest.mark.parametrize(("interface", "words"), [("wlan-none", NO_CHIP), ("lo", SILENT)])
def test_the_page_of_the_wifi_says_what_to_do(
    templates: Path, tmp_path: Path, enter: Enter, interface: str, words: str
) -> None:
    """`lo` is an interface of this machine that is no access point either."""
    text = page(templates, tmp_path, enter, interface).get("/console/wifi").text
    assert words in text and text.count('role="alert"') == 1
    assert "par un câble" in text and count_stations(interface) is None


def test_a_wifi_that_sends_says_nothing_of_it(
    templates: Path, tmp_path: Path, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the kernel tells of it, in a tree of /sys of its own: not every machine has an interface that is up."""
    told = tmp_path / "tree/sys/class/net/wlan0/operstate"
    told.parent.mkdir(parents=True)
    told.write_text("up\n", "ascii")
    monkeypatch.setattr(console_routes, "link_state", lambda name: link_state(name, tmp_path / "tree"))
    text = page(templates, tmp_path, enter, "wlan0").get("/console/wifi").text
    assert NO_CHIP not in text and SILENT not in text
