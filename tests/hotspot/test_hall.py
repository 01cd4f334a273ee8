"""A second Wi-Fi chip joins the hall's Wi-Fi, to send: what it is told, and who may come in that way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.device.stations import link_state
from kit.errors import Problem
from kit.front import wifi_settings
from kit.hotspot import configs
from tests import cast
from tests.conftest import Enter, copy_node, open_node
from tests.hotspot.plans import GIVEN, plan
from tests.hotspot.test_wifi_settings import GOOD
from tests.pages import post_form

HALL = {"hall_wifi_name": 'Mairie "invités"', "hall_wifi_key": 'tilleul "9'}
LISTENS = "from http.server import *; HTTPServer(('', 80), BaseHTTPRequestHandler).serve_forever()"
KNOCKS = """
import socket, sys
for port in (80, 22):
    line = socket.socket()
    line.settimeout(5)
    try:
        line.connect(("192.0.2.1", port)); print("open")
    except ConnectionRefusedError:
        print("refused")
    except OSError as trouble:
        print(trouble)
"""


@pytest.mark.parametrize("given", [HALL, {"hall_wifi_name": "Ouvert"}], ids=["key", "open"])
def test_wpa_supplicant_understands_every_line(tmp_path: Path, given: dict[str, object]) -> None:
    """There is no radio: it reads its file, then waits for one until it is ended."""

    def said(text: str) -> str:
        path = tmp_path / "hall.conf"
        path.write_text(text, "utf-8")
        command = ["timeout", "2", "unshare", "--net", "wpa_supplicant", "-i", "lo", "-D", "none", "-c", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        return done.stdout + done.stderr

    text = configs.hall(plan(**given))
    assert "Line " not in said(text) and "Failed" not in said(text), said(text)
    assert "Line 1: unknown global field" in said("nonsense=1\n" + text)


def test_without_a_name_there_is_nothing_to_join() -> None:
    assert configs.hall(plan()) == ""
    assert configs.HALL not in configs.nftables(plan())


@pytest.mark.parametrize(
    "given",
    [
        {**HALL, "hall_wifi_name": "é" * 17}, {**HALL, "hall_wifi_name": "a\n}"}, {**HALL, "hall_wifi_key": "court"},
        {**HALL, "hall_wifi_key": "clé-de-la-salle"}, {"hall_wifi_key": "coquelicot"},
        {**HALL, "wifi_name": HALL["hall_wifi_name"]},
    ],
)  # fmt: skip
def test_what_cannot_be_joined_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(Problem) as refusal:
        plan(**given)
    assert refusal.value.code == "hotspot.bad_hall" and "Wi-Fi de la salle" in str(refusal.value)


@pytest.fixture
def line() -> Iterator[tuple[str, str]]:
    """A box with a chip on the hall's Wi-Fi, and somebody else there."""
    box, other = f"h{os.getpid()}-box", f"h{os.getpid()}-other"
    for name in (box, other):
        subprocess.run(["ip", "netns", "add", name], check=True)
        subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
    made = ["ip", "link", "add", configs.HALL, "netns", box, "type", "veth", "peer", "name", "eth0", "netns", other]
    subprocess.run(made, check=True)
    for name, end, address in ((box, configs.HALL, "192.0.2.1/24"), (other, "eth0", "192.0.2.2/24")):
        subprocess.run(["ip", "-n", name, "addr", "add", address, "dev", end], check=True)
        subprocess.run(["ip", "-n", name, "link", "set", end, "up"], check=True)
    yield box, other
    for name in (box, other):
        subprocess.run(["ip", "netns", "delete", name], check=True)


def inside(space: str, *words: str, given: str | None = None) -> str:
    command = ["ip", "netns", "exec", space, *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=60).stdout


def test_nobody_of_the_hall_comes_in_that_way_and_the_box_goes_out(line: tuple[str, str]) -> None:
    box, other = line
    servers = [
        subprocess.Popen(["ip", "netns", "exec", space, sys.executable, "-c", LISTENS], stderr=subprocess.DEVNULL)
        for space in line
    ]
    try:
        out = "import socket; socket.create_connection(('192.0.2.2', 80), 5).close(); print('out')"
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                assert inside(box, sys.executable, "-c", out) == "out\n"
                assert inside(other, sys.executable, "-c", KNOCKS).split() == ["open", "refused"]
                break
            except (subprocess.CalledProcessError, AssertionError):
                time.sleep(0.2)
        inside(box, "nft", "-f", "-", given=configs.nftables(plan()))
        assert inside(other, sys.executable, "-c", KNOCKS).split() == ["open", "refused"], "as by a cable"
        inside(box, "nft", "-f", "-", given=configs.nftables(plan(**HALL)))
        assert inside(other, sys.executable, "-c", KNOCKS).split() == ["refused", "refused"]
        assert inside(box, sys.executable, "-c", out) == "out\n", "what the box asks for comes back"
    finally:
        for one in servers:
            one.kill()
            one.wait()


@pytest.mark.parametrize(("told", "wanted"), [("up\n", "up"), ("dormant\n", "down"), ("down\n", "down"), ("", "")])
def test_the_kernel_says_whether_it_is_joined(tmp_path: Path, told: str, wanted: str) -> None:
    if told:
        folder = tmp_path / "sys/class/net" / configs.HALL
        folder.mkdir(parents=True)
        (folder / "operstate").write_text(told, "ascii")
    assert link_state(configs.HALL, tmp_path) == wanted


def test_the_team_names_it_and_the_page_of_the_wifi_tells_of_it(templates: Path, tmp_path: Path, enter: Enter) -> None:
    given = {**GIVEN, "staff_networks": "10.43.0.0/26", "card": str(tmp_path)}
    node = open_node(copy_node(templates / "kit", tmp_path / "box"), **given)
    mediator, page = enter(node, cast.NADIA), "/console/wifi/reglages"
    words = {**GOOD, "salle_wifi_nom": HALL["hall_wifi_name"], "salle_wifi_cle": HALL["hall_wifi_key"]}
    assert "C’est noté" in post_form(mediator, page, **words).text
    text = (node.data / wifi_settings.SETTINGS_FILE).read_text("utf-8")
    assert 'VALISE_HALL_WIFI_NAME="Mairie \\"invités\\""' in text and "VALISE_HALL_WIFI_KEY=" in text
    assert post_form(mediator, page, **{**words, "salle_wifi_cle": "court"}).status_code == 422
    node.store.close()

    again = open_node(node.data, **given, **HALL)
    shown = enter(again, cast.NADIA).get("/console/wifi").text
    assert "Mairie &#34;invités&#34;" in shown and "branchez une deuxième clé Wi-Fi" in shown
    assert str(HALL["hall_wifi_key"]) not in shown
    again.store.close()
