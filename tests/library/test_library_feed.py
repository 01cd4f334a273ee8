"""Catalogues of other libraries: from a real server on loopback, and what no address may reach."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kit.app import build_node
from kit.errors import Problem
from kit.library.bench import arrival
from kit.library.bench import queries as bench
from kit.library.bench.feed import parse_feed
from kit.library.bench.outside import check_address, read_outside
from kit.library.bench.reading import work
from kit.people.node import Node
from kit.settings import read_settings

from .library_makers import make_epub, make_pdf, text_of
from .test_library_bench import token

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/terms/"><title>Ailleurs</title>
{next}{entries}</feed>"""
ENTRY = """<entry><title>{title}</title><author><name>Ada</name></author><dc:language>fr</dc:language>
<rights>CC BY 4.0</rights><dc:source>https://ailleurs.example/{title}</dc:source>
<link rel="http://opds-spec.org/acquisition{rel}" type="{kind}" href="{href}"/></entry>"""


def entry(title: str, href: str, kind: str = "application/epub+zip", rel: str = "/open-access") -> str:
    return ENTRY.format(title=title, href=href, kind=kind, rel=rel)


@pytest.fixture
def served() -> Iterator[tuple[str, dict[str, Any]]]:
    """A server on loopback that gives what stands in a dictionary: bytes, or an address to go on to."""
    given: dict[str, Any] = {}

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = given.get(self.path.partition("?")[0])
            if isinstance(found, str):
                self.send_response(302)
                self.send_header("Location", found)
                self.end_headers()
                return
            self.send_response(200 if found is not None else 404)
            self.send_header("Content-Length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", given
    server.shutdown()
    server.server_close()


def near(tmp_path: Path, host: str) -> Node:
    return build_node(read_settings({}, data=tmp_path / "k", near_feeds=host))


def take(node: Node, url: str) -> bench.Batch | None:
    batch_id = arrival.open_batch(node, "feed", "Catalogue", url)
    arrival.close_batch(node, batch_id)
    work(node)
    return bench.find_batch(node.store, batch_id)


def test_a_catalogue_of_two_pages_waits_on_the_bench(tmp_path: Path, served: tuple[str, dict[str, Any]]) -> None:
    host, given = served
    given["/opds"] = ATOM.format(
        next='<link rel="next" href="/suite"/>',
        entries=entry("Un", "/un.epub") + entry("Vendu", "/x.epub", rel="/buy") + entry("Perdu", "/perdu.epub"),
    ).encode()
    given["/suite"] = ATOM.format(next="", entries=entry("Deux", "deux.pdf", "application/pdf")).encode()
    given["/un.epub"] = "/ailleurs.epub"
    given["/ailleurs.epub"] = make_epub(tmp_path / "u.epub", title="Autre titre").read_bytes()
    given["/deux.pdf"] = make_pdf(tmp_path / "d.pdf", "Papier").read_bytes()
    node = near(tmp_path, host)
    batch = take(node, f"http://{host}/opds")
    found = {one.title: one for one in bench.list_entries(node.store, "proposed", 9)}
    assert set(found) == {"Un", "Deux"}, "what the catalogue says goes before what the file says"
    proposal = found["Deux"].proposal
    assert proposal is not None and proposal.licence == "CC-BY-4.0" and proposal.creators == ("Ada",)
    assert proposal.source == "https://ailleurs.example/Deux"
    assert batch is not None and batch.state == "stopped" and "1 n’ont pas pu" in batch.problem
    node.store.close()


def test_nothing_on_the_local_network_unless_the_operator_says_so(
    node: Node, staff: FlaskClient, served: tuple[str, dict[str, Any]]
) -> None:
    host, given = served
    given["/opds"] = ATOM.format(next="", entries="").encode()
    desk = "/console/bibliotheque/arrivees"
    for url in (f"http://{host}/opds", f"https://{host}/opds", "file:///etc/passwd", "https://[::1]/", "x"):
        form = {"csrf": token(text_of(staff, desk)), "url": url}
        answer = staff.post(f"{desk}/catalogue", data=form)
        assert answer.status_code == 422 and "réseau local" in answer.get_data(as_text=True), url
    assert bench.list_batches(node.store) == []


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://10.0.0.1/", "https://192.168.1.1/a", "https://169.254.169.254/latest",
     "https://[::ffff:127.0.0.1]/", "https://[fe80::1]/", "https://[fd00::1]/", "https://0.0.0.0/", "https://localhost/",
     "http://93.184.216.34/", "https://moi:mot@93.184.216.34/", "https://224.0.0.1/", "ftp://93.184.216.34/",
     "https://93.184.216.34:99999/", "https:///x"],
)  # fmt: skip
def test_addresses_that_are_never_called(url: str) -> None:
    with pytest.raises(Problem) as refusal:
        check_address(url, frozenset())
    assert refusal.value.code == "bench.feed_address"


def test_a_redirection_leads_to_no_other_private_place(served: tuple[str, dict[str, Any]]) -> None:
    host, given = served
    given["/a"], given["/tourne"] = "http://127.0.0.1:1/secret", "/tourne"
    for path in ("/a", "/tourne"):
        with pytest.raises(Problem) as refusal:
            read_outside(f"http://{host}{path}", frozenset({host}), 100)
        assert refusal.value.code == ("bench.feed_address" if path == "/a" else "bench.feed_silent")


def test_an_answer_without_end_is_cut(served: tuple[str, dict[str, Any]]) -> None:
    host, given = served
    given["/gros"] = b"x" * 200_000
    with pytest.raises(Problem) as refusal:
        read_outside(f"http://{host}/gros", frozenset({host}), 100_000)
    assert refusal.value.code == "bench.feed_too_large"
    assert read_outside(f"http://{host}/gros", frozenset({host}), 200_000)[0] == b"x" * 200_000


def test_a_catalogue_as_a_file_and_one_that_is_none(node: Node, staff: FlaskClient) -> None:
    desk = "/console/bibliotheque/arrivees"
    form = {"csrf": token(text_of(staff, desk)), "url": "", "feed": (io.BytesIO(b"<html>rien</html>"), "c.xml")}
    answer = staff.post(f"{desk}/catalogue", data=form)
    assert answer.status_code == 422 and "OPDS" in answer.get_data(as_text=True)


def test_both_kinds_of_catalogue_say_the_same() -> None:
    about = {"title": {"fr": "Un"}, "author": [{"name": "Ada"}], "language": ["fr"], "rights": "CC BY 4.0"}
    links = [{"rel": "http://opds-spec.org/acquisition/open-access", "type": "application/epub+zip", "href": "un.epub"}]
    raw = json.dumps({"metadata": {}, "links": [{"rel": "next", "href": "?p=2"}],
                      "publications": [{"metadata": about, "links": links}, {"metadata": {}}]})  # fmt: skip
    page = parse_feed(raw.encode(), "https://x.example/opds")
    assert page.next_url == "https://x.example/opds?p=2" and page.refused_count == 1
    (one,) = page.offered
    assert one.url == "https://x.example/un.epub" and one.note["creators"] == ["Ada"] and one.note["title"] == "Un"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"<feed", b'{"publications": [3]}', b'{"links": 4}',
                                 b'<!DOCTYPE f [<!ENTITY a "b">]><feed>&a;</feed>'])  # fmt: skip
def test_nonsense_is_no_catalogue(raw: bytes) -> None:
    with pytest.raises(Problem) as refusal:
        parse_feed(raw, "https://x.example/")
    assert refusal.value.code == "bench.no_feed"
