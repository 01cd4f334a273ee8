"""Printing without a driver: the real emulation of a printer (cups-ipp-utils) where it is, and how refusals end."""

from __future__ import annotations

import http.server
import io
import re
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from flask.testing import FlaskClient
from PIL import Image

from kit.device import ipp
from kit.errors import Problem
from kit.front import printing
from kit.journal.queries import set_state
from kit.library.actions import add_paths
from kit.library.queries import find_item
from kit.library.reading import print_worker
from kit.people.node import Node
from tests.conftest import copy_node, free_port
from tests.pages import post_form
from tests.served import REPO

BUS = """<busconfig><type>system</type><listen>unix:path={0}/bus</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/><allow user="*"/></policy></busconfig>"""
AVAHI = "[server]\nhost-name=imprimante\nuse-ipv4=yes\nuse-ipv6=no\nallow-interfaces=eth0\n"


class Hall:
    """A box's end and a printer in namespaces of their own, on one line; it tells itself by Avahi."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, f"g{time.monotonic_ns() % 10**9}"
        self.running: list[subprocess.Popen[bytes]] = []

    def run(self, *words: str) -> str:
        return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout

    def begin(self, *words: str) -> None:
        with (self.folder / "log").open("ab") as log:
            env = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder}/bus", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
            command = ["ip", "netns", "exec", f"{self.name}-p", *words]
            self.running.append(subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def lay(self) -> None:
        for end in ("b", "p"):
            self.run("ip", "netns", "add", f"{self.name}-{end}")
        self.run("ip", "link", "add", "eth0", "netns", f"{self.name}-b", "type", "veth", "peer", "name", "eth0",
                 "netns", f"{self.name}-p")  # fmt: skip
        for end, address in (("b", "1"), ("p", "2")):
            space = f"{self.name}-{end}"
            self.run("ip", "-n", space, "link", "set", "lo", "up")
            self.run("ip", "-n", space, "addr", "add", f"10.77.0.{address}/24", "dev", "eth0")
            self.run("ip", "-n", space, "addr", "add", f"fd77::{address}/64", "dev", "eth0", "nodad")
            self.run("ip", "-n", space, "link", "set", "eth0", "up")
        names = Path("/etc/netns", f"{self.name}-p")
        names.mkdir(parents=True)
        (names / "hosts").write_text("127.0.0.1 localhost\n10.77.0.2 imprimante.local\nfd77::2 imprimante.local\n")

    def start(self, formats: str) -> None:
        (self.folder / "bus.conf").write_text(BUS.format(self.folder))
        (self.folder / "avahi.conf").write_text(AVAHI)
        (self.folder / "out").mkdir()
        self.begin("dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork")
        self.wait(lambda: (self.folder / "bus").exists())
        alone = (
            "mkdir -p /run/avahi-daemon && mount -t tmpfs avahi /run/avahi-daemon && exec avahi-daemon"  # of this space
        )
        self.begin("sh", "-c", f"{alone} --no-drop-root --no-chroot --no-rlimits -f {self.folder}/avahi.conf")
        self.wait(lambda: "startup complete" in (self.folder / "log").read_text("utf-8", "replace"))
        self.begin("ippeveprinter", "-p", "631", "-s", "600", "-k", "-d", f"{self.folder}/out", "-f", formats, "-n",
                   "imprimante.local", "Banc")  # fmt: skip
        self.wait(lambda: ":631" in self.run("ip", "netns", "exec", f"{self.name}-p", "ss", "-ltn"))

    def wait(self, condition: object) -> None:
        end = time.monotonic() + 40
        while not condition():  # type: ignore[operator]
            assert time.monotonic() < end, (self.folder / "log").read_text("utf-8", "replace")
            time.sleep(0.05)

    def inside(self, code: str) -> str:
        """Python of ours at the box's end."""
        command = ["ip", "netns", "exec", f"{self.name}-b", sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, cwd=REPO, timeout=90, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def remove(self) -> None:
        for one in reversed(self.running):
            one.terminate()
            one.wait(20)
        for end in ("b", "p"):
            subprocess.run(["ip", "netns", "delete", f"{self.name}-{end}"], check=False)
        shutil.rmtree(f"/etc/netns/{self.name}-p", ignore_errors=True)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    try:
        made.lay()
        yield made
    finally:
        made.remove()


def make_paper(folder: Path) -> Path:
    """A free document of one page, with something drawn on it."""
    path = folder / "papier.pdf"
    sheet = Image.new("L", (595, 842), 255)
    sheet.paste(20, (100, 100, 300, 400))
    sheet.save(path)
    path.with_suffix(".toml").write_text(
        'title = "Le Papier"\ncreators = ["Ada Nomade"]\nlanguage = "fr"\nlicence = "CC-BY-4.0"\n'
        'source = "https://example.org/papier"\nattribution = "Ada Nomade"\n', "utf-8",
    )  # fmt: skip
    return path


IN_THE_HALL = """
import time
from pathlib import Path
from kit.announce import hear_printers
from kit.device import ipp
heard = hear_printers(["10.77.0.1"], 6)
print([(one.name, one.url) for one in heard])
url = ipp.read_url(heard[0].url)
printer = ipp.read_printer(url)
print(printer.state, printer.is_accepting, {0!r} in printer.formats)
job = ipp.print_file(url, Path({1!r}), {0!r}, "L'affiche de l'été", 1)
GET_JOB, WAITING, PRINTING = 9, (3, 4), 5  # RFC 8011, 4.3.4 and 5.3.7
while (state := ipp._ask(url, GET_JOB, [(ipp.INTEGER, "job-id", job)])["job-state"][0]) in (*WAITING, PRINTING):
    time.sleep(0.2)
print({{9: "done"}}.get(state, state))
try:
    ipp.print_file(url, Path({1!r}), "application/x-nothing", "x", 1)
except Exception as refusal:
    print(refusal)
"""


def test_a_driverless_printer_is_heard_asked_and_prints(hall: Hall) -> None:
    paper = hall.folder / "page.pdf"
    paper.write_bytes(b"%PDF-1.4\n% une page\n%%EOF\n")
    hall.start("application/pdf,image/pwg-raster")
    heard, told, ended, refused = hall.inside(IN_THE_HALL.format("application/pdf", str(paper))).splitlines()
    assert heard == "[('Banc', 'ipp://10.77.0.2:631/ipp/print')]"
    assert told == "idle True True" and ended == "done"
    assert refused.startswith("L’imprimante a refusé (IPP 0x04")
    assert [path.read_bytes() for path in (hall.folder / "out").glob("*.pdf")] == [paper.read_bytes()]


AT_THE_BOX = """
import re, sys
from pathlib import Path
from kit.app import create_app
from kit.front import printing
from kit.library.actions import add_paths
from kit.library.queries import find_item
from tests import cast
from tests.conftest import open_node
from tests.device.test_printing import make_paper
from tests.pages import post_form
node = open_node(Path({0!r}))
item = find_item(node.store, add_paths(node, [make_paper(Path({0!r}).parent)]).added[0])
app = create_app(node.settings, node)
visitor, nadia = app.test_client(), app.test_client()
post_form(nadia, "/connexion", passphrase=cast.NADIA.passphrase, name=cast.NADIA.name)
page = nadia.get("/console/imprimante?chercher=1").get_data(as_text=True)
url = re.search(r'name="adresse" value="([^"]+)"', page)[1]
print(url, post_form(nadia, "/console/imprimante", "/console/imprimante/choisir", adresse=url).status_code)
asked = post_form(visitor, f"/imprimer/{{item.text_id}}/1").get_data(as_text=True)
print("Demande 1" in asked.replace("\\n", " "), [one.title for one in printing.list_asked(node)])
page = nadia.get("/console/imprimante").get_data(as_text=True)
print("prête" in page, item.title in page)
sent = post_form(nadia, "/console/imprimante", "/console/imprimante/1", do="print", copies="2")
print(sent.status_code, printing.list_asked(node))
node.store.close()
"""


@pytest.mark.long
@pytest.mark.parametrize("formats", ["application/pdf", "image/jpeg,image/pwg-raster"])
def test_a_visitor_asks_the_team_prints(hall: Hall, templates: Path, formats: str) -> None:
    """As it is where the printer reads PDF; drawn for it where it does not."""
    data = copy_node(templates / "kit", hall.folder / "kit")
    hall.start(formats)
    found, asked, seen, sent = hall.inside(AT_THE_BOX.format(str(data))).splitlines()
    assert found == "ipp://10.77.0.2:631/ipp/print 303" and asked == "True ['Le Papier']"
    assert seen == "True True" and sent == "303 []"
    hall.wait(lambda: any(path.stat().st_size for path in (hall.folder / "out").iterdir()))
    (paper,) = (hall.folder / "out").iterdir()
    if formats == "application/pdf":
        assert paper.read_bytes() == (hall.folder / "papier.pdf").read_bytes()
        return
    hall.wait(lambda: len(unpack(paper.read_bytes(), True)) == 1)
    (lines,) = unpack(paper.read_bytes())
    assert (len(lines[0]), len(lines)) == (2480, 3507), "A4 at 300 dots"
    assert min(min(line) for line in lines) < 90, "something is drawn on it"


def add_pdf(node: Node, folder: Path) -> str:
    """A PDF on the shelves; the page where one asks for it."""
    item = find_item(node.store, add_paths(node, [make_paper(folder)]).added[0])
    assert item is not None and item.is_public
    return f"/imprimer/{item.text_id}/1"


def test_without_a_printer_the_page_says_whom_to_ask(visitor: FlaskClient, kit_node: Node, tmp_path: Path) -> None:
    page = add_pdf(kit_node, tmp_path)
    told = visitor.get(page).get_data(as_text=True)
    assert "Il n’y a pas d’imprimante ici. Demandez à l’équipe" in told and '<form method="post"' not in told
    token = csrf_of(visitor)
    assert visitor.post(page, data={"csrf": token}).status_code == 409
    assert printing.list_asked(kit_node) == []


def test_a_printer_that_is_away_keeps_the_list(mediator: FlaskClient, kit_node: Node, tmp_path: Path) -> None:
    page = add_pdf(kit_node, tmp_path)
    with kit_node.journal.write():
        set_state(kit_node.store, printing.CHOSEN, f"ipp://127.0.0.1:{free_port()}/ipp/print".encode())
    for number in range(1, printing.MOST_WAITING + 1):
        assert f"Demande {number}" in post_form(mediator, page).get_data(as_text=True)
    assert post_form(mediator, page).status_code == 429, "the list is bounded"
    told = post_form(mediator, "/console/imprimante", "/console/imprimante/1", do="print")
    assert told.status_code == 303 and len(printing.list_asked(kit_node)) == printing.MOST_WAITING
    assert "L’imprimante ne répond pas" in mediator.get("/console/imprimante").get_data(as_text=True)
    post_form(mediator, "/console/imprimante", "/console/imprimante/1", do="remove")
    assert [one.number for one in printing.list_asked(kit_node)][:2] == [2, 3]
    post_form(mediator, "/console/imprimante", "/console/imprimante/1", do="print")
    assert "n’est plus dans la liste" in mediator.get("/console/imprimante").get_data(as_text=True)


def test_a_wrong_address_is_kept_in_the_form_and_not_in_the_box(mediator: FlaskClient, kit_node: Node) -> None:
    told = post_form(mediator, "/console/imprimante", "/console/imprimante/choisir", adresse="printer.example.org")
    assert told.status_code == 422 and 'value="printer.example.org"' in told.get_data(as_text=True)
    silent = post_form(
        mediator, "/console/imprimante", "/console/imprimante/choisir", adresse=f"127.0.0.1:{free_port()}"
    )
    assert silent.status_code == 503 and printing.find_printer(kit_node) == ""


def test_the_printer_is_the_teams(visitor: FlaskClient) -> None:
    assert visitor.get("/console/imprimante").status_code in (302, 303, 401, 403)


def csrf_of(client: FlaskClient) -> str:
    """A token of some form of the public pages."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/ateliers/mon-ticket").get_data(as_text=True))
    assert found
    return found[1]


def unpack(raw: bytes, is_patient: bool = False) -> list[list[bytes]]:
    """Another reading of the raster: its pages, each its lines. `is_patient`: what is not all there yet has no page."""
    file, pages = io.BytesIO(raw), []
    if is_patient:
        try:
            return unpack(raw)
        except (AssertionError, IndexError, struct.error):
            return []
    assert file.read(4) == b"RaS2"
    while head := file.read(1796):
        width, height = struct.unpack_from("!II", head, 372)
        lines: list[bytes] = []
        while len(lines) < height:
            times, line = file.read(1)[0] + 1, b""
            while len(line) < width:
                sign = file.read(1)[0]
                line += file.read(1) * (sign + 1) if sign < 128 else file.read(257 - sign)
            assert len(line) == width
            lines += [line] * times
        pages.append(lines)
    return pages


def test_a_page_drawn_for_a_printer_is_the_same_when_it_is_read_again() -> None:
    picture = Image.effect_noise((97, 40), 90).convert("L")
    picture.paste(255, (10, 5, 80, 30))
    out = io.BytesIO(b"")
    out.write(b"RaS2")
    print_worker.write_page(out, picture, 300)
    (lines,) = unpack(out.getvalue())
    assert b"".join(lines) == picture.tobytes()


@pytest.mark.parametrize("row", [b"", b"a", b"ab" * 200, b"a" * 300, b"aab" * 100, b"\x80" * 129 + b"xyz"])
def test_every_line_comes_back(row: bytes) -> None:
    packed, line = io.BytesIO(print_worker.pack_line(row)), b""
    while sign := packed.read(1):
        line += packed.read(1) * (sign[0] + 1) if sign[0] < 128 else packed.read(257 - sign[0])
    assert line == row


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("192.168.1.50", "ipp://192.168.1.50:631/ipp/print"),
        ("imprimante.local:8631", "ipp://imprimante.local:8631/ipp/print"),
        ("ipp://10.0.0.9/printers/x", "ipp://10.0.0.9:631/printers/x"),
        ("http://[fd77::2]:631/ipp/print", "ipp://[fd77::2]:631/ipp/print"),
    ],
)  # fmt: skip
def test_an_address_is_made_whole(told: str, url: str) -> None:
    assert ipp.read_url(told) == url


@pytest.mark.parametrize(
    "told", ["8.8.8.8", "printer.example.org", "file:///etc/passwd", "ipp://a:b@10.0.0.1", "ipp://[x", "10.0.0.1:99999"]
)
def test_what_is_no_printer_of_this_network_is_refused(told: str) -> None:
    with pytest.raises(Problem) as refused:
        ipp.read_url(told)
    assert refused.value.code == "printing.bad_address"


class _Odd(http.server.BaseHTTPRequestHandler):
    """Something else than a printer."""

    answers: ClassVar[list[tuple[int, bytes]]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = self.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_what_answers_otherwise_than_a_printer_is_said() -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), _Odd)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    url = ipp.read_url(f"127.0.0.1:{server.server_port}")
    try:
        _Odd.answers[:] = [
            (404, b""),
            (200, b""),
            (200, b"<html>"),
            (200, struct.pack("!HHI", 0x200, 0, 1) + b"\x04\x21\xff\xff"),
        ]
        for _ in range(4):
            with pytest.raises(Problem) as refused:
                ipp.read_printer(url)
            assert refused.value.code == "printing.refused"
    finally:
        server.shutdown()
        server.server_close()
    with pytest.raises(Problem) as silent:
        ipp.read_printer(url)
    assert silent.value.code == "printing.no_answer"
