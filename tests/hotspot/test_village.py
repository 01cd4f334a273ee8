"""The hotspot proved without a radio: phones in network namespaces, the box's own files, the served program.

What a radio would add (joining by a key, `ap_isolate`) is the image's drill; see image/README.md.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.hotspot.probes import TABLE
from kit.https import serving
from tests.conftest import CHROMIUM, copy_node
from tests.hotspot import agents
from tests.hotspot.village import WORLD, Village
from tests.sync.tls import Authority

PORTAL, WELCOME, PRESS = "http://valise.lan/portail", "http://valise.lan/", "http://valise.lan/portail/ouvrir"
# Each system's own order of asking. What comes: the window (302), the welcome, or the words it waits for.
IN_ORDER = {
    "apple": [
        ("http://captive.apple.com/hotspot-detect.html", agents.CNA_PROBER, PORTAL),
        ("http://captive.apple.com/hotspot-detect.html", agents.CNA_WINDOW, PORTAL),
        (PORTAL, agents.CNA_WINDOW, "Bienvenue"),
        ("http://captive.apple.com/hotspot-detect.html", agents.CNA_PROBER, PORTAL),
        (PRESS, agents.CNA_WINDOW, "Terminé"),
        ("http://captive.apple.com/hotspot-detect.html", agents.CNA_PROBER, "Success"),
        (WELCOME, agents.SAFARI, "Bienvenue"),
        ("http://captive.apple.com/hotspot-detect.html", agents.CNA_PROBER, "Success"),
    ],
    "android": [
        ("http://connectivitycheck.gstatic.com/generate_204", agents.ANDROID_PROBER, PORTAL),
        ("http://www.google.com/gen_204", agents.ANDROID_PROBER, PORTAL),
        ("http://connectivitycheck.gstatic.com/generate_204", agents.ANDROID_WINDOW, PORTAL),
        (PORTAL, agents.ANDROID_WINDOW, "Bienvenue"),
        ("http://connectivitycheck.gstatic.com/generate_204", agents.ANDROID_PROBER, PORTAL),
        (PRESS, agents.ANDROID_WINDOW, "Votre téléphone peut rester"),
        ("http://connectivitycheck.gstatic.com/generate_204", agents.ANDROID_PROBER, 204),
        (WELCOME, agents.CHROME, "Bienvenue"),
    ],
    "windows": [
        ("http://www.msftconnecttest.com/connecttest.txt", agents.NCSI, PORTAL),
        ("http://www.msftconnecttest.com/redirect", agents.EDGE, WELCOME),
        (WELCOME, agents.EDGE, "Bienvenue"),
        ("http://www.msftconnecttest.com/connecttest.txt", agents.NCSI, "Microsoft Connect Test"),
        ("http://www.msftncsi.com/ncsi.txt", agents.NCSI, "Microsoft NCSI"),
    ],
    "firefox": [
        ("http://detectportal.firefox.com/success.txt", agents.FIREFOX, PORTAL),
        ("http://detectportal.firefox.com/canonical.html", agents.FIREFOX, PORTAL),
        (PORTAL, agents.FIREFOX, "Bienvenue"),
        (PRESS, agents.FIREFOX, "Votre téléphone peut rester"),
        ("http://detectportal.firefox.com/success.txt", agents.FIREFOX, "success"),
    ],
    "kindle": [
        ("http://spectrum.s3.amazonaws.com/kindle-wifi/wifistub.html", agents.KINDLE, PORTAL),
        (PORTAL, agents.KINDLE, "Bienvenue"),
        (PRESS, agents.KINDLE, "Votre téléphone peut rester"),
        ("http://spectrum.s3.amazonaws.com/kindle-wifi/wifistub.html", agents.KINDLE, "81ce4465"),
    ],
    "linux": [
        ("http://network-test.debian.org/nm", "", PORTAL),
        ("http://nmcheck.gnome.org/", agents.FIREFOX, WELCOME),
        (WELCOME, agents.FIREFOX, "Bienvenue"),
        ("http://network-test.debian.org/nm", "", "NetworkManager is online"),
        ("http://connectivity-check.ubuntu.com/", "", 204),
    ],
}


@pytest.fixture(scope="module")
def data(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_node(templates / "kit", tmp_path_factory.mktemp("box") / "kit")


@pytest.fixture(scope="module")
def village(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """Two phones that joined and got their addresses."""
    made = Village(tmp_path_factory.mktemp("village"))
    try:
        made.lay()
        made.begin(data)
        for who in ("anna", "bilal"):
            made.lease(who)
        yield made
    finally:
        made.remove()
    assert "Traceback" not in (made.folder / "kit.log").read_text("utf-8")


def test_a_phone_is_told_address_names_and_portal(village: Village) -> None:
    for who in ("anna", "bilal"):
        told = village.leases[who]
        assert told["ip"].startswith("10.42.0.")
        assert (told["router"], told["dns"]) == ("10.42.0.1", "10.42.0.1")
        assert bytes.fromhex(told["opt114"]) == b"http://valise.lan/portail/api"  # RFC 8910, 2.1
    assert village.leases["anna"]["ip"] != village.leases["bilal"]["ip"]


def test_a_phone_that_reads_ipv6_is_told_the_portal_and_no_way_out(village: Village) -> None:
    assert village.ask("anna", ["router"]) == [[0, "http://valise.lan/portail/api"]]


def test_every_name_is_the_box_and_no_family_waits(village: Village) -> None:
    answers = village.ask(
        "anna", ["ip4", "valise.lan"], ["ip4", "www.meteo.example"], ["ip6", "www.meteo.example"],
        ["ip6", "captive.apple.com"], ["ip4", "dns.msftncsi.com"], ["udp", "8.8.8.8"],
    )  # fmt: skip
    assert answers == [["10.42.0.1"], ["10.42.0.1"], ["no data"], ["no data"], ["131.107.255.255"], ["10.42.0.1"]]


def test_each_system_asks_in_its_order(village: Village) -> None:
    """Each under an address of its own, as so many phones."""
    leased = {lease["ip"] for lease in village.leases.values()}  # drawn by the address of a card, which is drawn by lot
    free = [one for number in range(100, 120) if (one := f"10.42.0.{number}") not in leased]
    for source, (system, steps) in zip(free, IN_ORDER.items(), strict=False):
        village.inside("anna", "ip", "addr", "add", f"{source}/24", "dev", "eth0")
        answers = village.ask("anna", *([url, agent, source] for url, agent, _ in steps))
        for (url, _, wanted), (status, *rest) in zip(steps, answers, strict=True):
            where = f"{system} {url}: {status} {rest}"
            if isinstance(wanted, int):
                assert status == wanted, where
            elif wanted.startswith("http"):
                assert (status, rest[0]) == (302, wanted), where
            else:
                assert status == 200, where
                assert wanted in rest[1], where


def test_the_whole_table_at_two_stages(village: Village) -> None:
    """Bilal has pressed the button, Anna has not: each row tells them apart."""
    assert village.ask("bilal", [PRESS, agents.ANDROID_WINDOW, ""])[0][0] == 200
    urls = [f"http://{probe.host or 'new.maker.example'}{probe.path or '/x.html'}" for probe in TABLE]
    closed = village.ask("anna", *([url, "", ""] for url in urls))
    opened = village.ask("bilal", *([url, "", ""] for url in urls))
    for probe, shut, stays in zip(TABLE, closed, opened, strict=True):
        assert shut[:2] == [302, PORTAL], probe
        assert (stays[0], stays[2]) == (probe.success.status, probe.success.body), probe
    api = village.ask("anna", [f"{PORTAL}/api", "", ""])[0]
    assert '"captive": true' in api[2]


def test_whatever_else_is_wanted_is_refused_at_once(village: Village) -> None:
    answers = village.ask(
        "anna", ["http://203.0.113.9/dur", agents.CHROME, ""], ["http://10.42.0.1/", agents.CHROME, ""],
        ["tcp", "valise.lan", 443], ["tcp", "8.8.8.8", 443], ["tcp", "1.1.1.1", 853], ["tcp", "10.42.0.1", 22],
    )  # fmt: skip
    assert answers[0][:2] == [302, WELCOME]
    assert answers[1][0] == 200
    assert answers[2:] == [["refused"]] * 4


def test_with_a_certificate_its_own_name_answers_and_every_other_ends_at_the_first_word(village: Village) -> None:
    """The files as `kit/https/serving.py` lays them; what a phone wants of other machines' 443 is refused as ever."""
    name, folder = "valise-bleue-3fa2c1.valises.exemple.org", village.folder / "https"
    ours = Authority(village.folder / "authority")
    certificate, key = ours.issue(-1, 89, f"DNS:{name}")
    folder.mkdir()
    (folder / serving.SERVED_CHAIN).write_bytes(certificate.read_bytes())
    (folder / serving.SERVED_KEY).write_bytes(key.read_bytes())
    (folder / serving.NAME).write_text(f"server_name {name};\n")
    (folder / serving.LISTEN).write_text(f"include {village.folder}/nginx-https.conf;\n")
    asked: list[list[object]] = [["tls", one, str(ours.certificate)] for one in (name, "www.google.com", "valise.lan")]
    others: list[list[object]] = [["tcp", "8.8.8.8", 443], ["tcp", "1.1.1.1", 853]]
    assert village.ask("anna", ["ip4", name], *asked) == [["10.42.0.1"], *[["refused"]] * 3]
    village.running["nginx"].send_signal(signal.SIGHUP)
    village.wait("box", 443, "nginx")
    start = time.monotonic()
    answers = village.ask("anna", *asked, *others, ["http://valise.lan/", agents.CHROME, ""])
    assert answers[:3] == [[200, True], ["TLSV1_UNRECOGNIZED_NAME"], ["TLSV1_UNRECOGNIZED_NAME"]]
    assert answers[3:5] == [["refused"]] * 2 and answers[5][:2] == [200, ""], "http goes on, and leads nowhere else"
    assert time.monotonic() - start < 5, "nothing waits"
    (folder / serving.LISTEN).unlink()
    village.running["nginx"].send_signal(signal.SIGHUP)
    end = time.monotonic() + 20
    while village.ask("anna", asked[0]) != [["refused"]]:
        assert time.monotonic() < end


def test_visitors_have_no_way_out_though_the_box_has_one(village: Village) -> None:
    """The kernel would pass packets on: with the firewall away they do get out, so its refusal is what is seen."""
    out: list[object] = ["tcp", WORLD, 8080]
    assert village.ask("box", out) == [["connected"]]
    assert village.ask("anna", out) == [["refused"]]
    village.open()
    assert village.ask("anna", out) == [["connected"]]
    village.shut()
    assert village.ask("anna", out) == [["refused"]]


def test_phones_do_not_reach_one_another(village: Village) -> None:
    """Over the air hostapd keeps them apart; through the box the firewall does. Bilal's own phone does listen."""
    bilal = village.leases["bilal"]["ip"]
    assert village.ask("bilal", ["tcp", bilal, 8000]) == [["connected"]]
    village.inside("anna", "ip", "route", "add", f"{bilal}/32", "via", "10.42.0.1")
    village.inside("bilal", "ip", "route", "add", f"{village.leases['anna']['ip']}/32", "via", "10.42.0.1")
    assert village.ask("anna", ["tcp", bilal, 8000]) == [["refused"]]
    village.open()
    assert village.ask("anna", ["tcp", bilal, 8000]) == [["connected"]], "the way through the box is real"
    village.shut()


def test_the_teams_door_opens_to_its_key_and_to_no_borrowed_address(village: Village) -> None:
    card, script = village.address_of_card("bilal"), str(village.folder / "files" / "staff-door")
    door: list[object] = ["http://valise.lan/connexion", agents.CHROME, ""]

    def event(*words: str) -> int:
        village.inside("box", "sh", script, "wlan0", *words)
        return int(village.ask("bilal", door)[0][0])

    assert village.ask("bilal", door)[0][0] == 403
    assert event("AP-STA-CONNECTED", card, "keyid=equipe") == 200
    assert village.ask("anna", door)[0][0] == 403, "the team's key is one phone's, not the room's"
    assert event("AP-STA-CONNECTED", card) == 403, "the same card by the visitors' key"
    assert event("AP-STA-CONNECTED", card, "keyid=equipe") == 200
    assert event("AP-STA-DISCONNECTED", card) == 403
    village.inside("anna", "ip", "addr", "add", "10.43.0.5/26", "dev", "eth0")
    borrowed: list[object] = ["http://10.43.0.62/connexion", agents.CHROME, "10.43.0.5", 2.0]
    assert village.ask("anna", borrowed) == [["no answer"]]
    village.open()
    assert village.ask("anna", borrowed)[0][0] == 200, "without the firewall it would have been believed"
    village.shut()


def test_a_real_browser_in_the_phone_arrives_at_the_welcome(village: Village) -> None:
    command = ["ip", "netns", "exec", village.space("anna"), CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
               "--disable-background-networking", "--disable-component-update", "--no-first-run", "--dump-dom",
               f"--user-data-dir={village.folder / 'chromium'}", "http://la-meteo.example/demain"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert 'class="doors"' in done.stdout, "the welcome, in whatever language the browser prefers"
    assert "/bibliotheque" in done.stdout


def test_the_leases_stay_in_the_folder_of_memory(village: Village) -> None:
    assert village.leases["anna"]["ip"] in (village.folder / "dnsmasq.leases").read_text("utf-8")
    assert village.leases["anna"]["ip"] not in (village.folder / "dnsmasq.log").read_text("utf-8")


def test_when_the_portal_is_stopped_nothing_hangs_and_nothing_is_promised(village: Village, data: Path) -> None:
    probe: list[object] = ["http://captive.apple.com/hotspot-detect.html", agents.CNA_PROBER, ""]
    village.stop("kit")
    status, _, page = village.ask("anna", probe)[0]
    assert (status, "se réveille" in page, "Success" in page) == (503, True, False)
    village.serve(data)
    assert village.ask("anna", probe)[0][:2] == [302, PORTAL], "what phones had come to is forgotten: nothing was kept"
    village.stop("nginx")
    assert village.ask("anna", probe) == [["refused"]]
