"""ZIM sites: their titles are found with the works; a reader that dies, a damaged file, never end the server."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.ids import to_text
from kit.library.actions import Outcome
from kit.library.blobs import blob_path
from kit.library.reading import zim
from kit.people.node import Node

from .library_makers import make_zim, text_of

Add = Callable[..., Outcome]
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


@pytest.fixture
def site(add: Add, tmp_path: Path) -> str:
    return f"/bibliotheque/{to_text(add(make_zim(tmp_path / 'petit.zim')).added[0])}"


def test_a_title_of_a_site_is_found_with_the_works(site: str, visitor: FlaskClient) -> None:
    page = text_of(visitor, "/bibliotheque?q=phare")
    assert "Les <mark>phares</mark>" in page
    found = page.split(f'href="{site}/lire/', 1)[1].split('"', 1)[0]
    assert visitor.get(f"{site}/lire/{found}").location == f"{site}/site/deux.html"
    assert "phares" in text_of(visitor, "/recherche?q=phares")
    assert visitor.get(f"{site}/lire/999999").status_code == 404


def test_a_page_is_kept_with_its_pictures_and_leads_nowhere(site: str, visitor: FlaskClient) -> None:
    page = text_of(visitor, f"{site}/site/accueil.html")
    assert f'href="{site}/garder/accueil.html"' in page
    answer = visitor.get(f"{site}/garder/accueil.html")
    kept = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="accueil-html.html"'
    assert "Bonjour" in kept and "Petit site" in kept and len(answer.data) < 2_000_000
    for bad in ("<script", 'href="/', 'src="/', 'href="http'):
        assert bad not in kept, bad
    assert visitor.get(f"{site}/garder/accueil.html").data == answer.data, "made once"
    assert visitor.get(f"{site}/garder/rien.html").status_code == 404


def test_a_reader_that_crashes_is_begun_again(site: str, visitor: FlaskClient) -> None:
    assert "Bonjour" in text_of(visitor, f"{site}/site/accueil.html")
    first = zim.reader_id()
    assert first is not None and first != os.getpid()
    os.kill(first, signal.SIGSEGV)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert "gardien" in text_of(visitor, f"{site}/site/deux.html")
    assert zim.reader_id() not in (None, first)


def test_a_reader_that_crashes_on_a_page_costs_that_page_only(site: str, visitor: FlaskClient) -> None:
    text_of(visitor, f"{site}/site/accueil.html")
    reader = zim.reader_id()
    assert reader is not None
    os.kill(reader, signal.SIGSTOP)  # it holds the next question in its hands...
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        import time

        time.sleep(1)
        os.kill(reader, signal.SIGKILL)  # ...and dies on it
        os._exit(0)
    answer = visitor.get(f"{site}/site/deux.html")
    os.waitpid(child, 0)
    assert answer.status_code == 422 and "abîmée" in answer.get_data(as_text=True)
    assert "gardien" in text_of(visitor, f"{site}/site/deux.html")


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_site_gives_a_page_or_a_refusal(node: Node, add: Add, staff: FlaskClient, seed: int) -> None:
    item_id = add(SAMPLES / "wikibooks_be_all_nopic_2017-02.zim").added[0]
    path = blob_path(node.data, bytes(node.store.value("SELECT sha256 FROM item_file WHERE item_id = ?", item_id)))
    raw, dice = bytearray(path.read_bytes()), random.Random(seed)  # the same damage each time
    for _ in range(2000 if seed % 2 else 40):
        raw[dice.randrange(80, len(raw))] ^= 1 << dice.randrange(8)
    path.chmod(0o600)
    path.write_bytes(raw if seed < 4 else raw[: len(raw) // 2])
    address = f"/bibliotheque/{to_text(item_id)}"
    for end in ("/site", "/site/Main_Page.html", "/lire/40", "/lire/80", "/chercher?q=мова"):
        assert staff.get(address + end).status_code in (200, 302, 404, 413, 422) and node.store.value("SELECT 1")
    assert staff.get("/bibliotheque").status_code == 200
