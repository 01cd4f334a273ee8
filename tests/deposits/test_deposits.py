"""Giving a work: sealed from the first byte, followed by six words, answered by a mediator, forgotten in time."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kit.journal.life import DAY_MS
from kit.keys.stream import PIECE_BYTES, Sealer, decrypt_file
from kit.library import queries as library
from kit.library.deposits import actions, queries, rules
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, copy_node, open_node
from tests.pages import post_form

SONG = "Complainte de Zénobie\n\nAu village du Canari,\nles lampes chantent la nuit.\n".encode()
CANARIES = (b"Odette Canari", "Zénobie".encode(), b"lampes chantent", b"mot-secret-du-donneur")
TICKED: dict[str, Any] = {
    "title": "Complainte de Zénobie", "maker": "Zénobie", "giver": cast.ODETTE, "capacity": "auteur",
    "rights": ["reproduction", "representation"], "supports": ["numerique", "papier"], "purpose": "lecture",
    "territory": "tournee", "duration": "5", "licence": "", "third_parties": "aucun", "minors": "non",
    "word": "mot-secret-du-donneur",
}  # fmt: skip
_CODE = re.compile(r'<p class="code" dir="ltr">([a-z ]+)</p>')
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


def give(phone: FlaskClient, content: bytes = SONG, name: str = "complainte.txt", **changed: Any) -> TestResponse:
    return post_form(phone, "/proposer", **{**TICKED, "file": (io.BytesIO(content), name), **changed})


def code_in(answer: TestResponse) -> str:
    assert answer.status_code == 201, answer.text
    return _CODE.findall(answer.text)[0]


def planted(node: Node) -> list[str]:
    node.store.flush()
    files = [path for path in node.data.rglob("*") if path.is_file()]
    return [f"{path.name}: {word!r}" for path in files for word in CANARIES if word in path.read_bytes()]


def first_waiting(node: Node) -> str:
    return queries.list_waiting(node.store, node.identity.sign_public, 1, 0)[0].text_id


def test_a_work_that_waits_is_read_by_nobody_with_the_disk(kit_node: Node, visitor: FlaskClient) -> None:
    code = code_in(give(visitor))
    assert len(code.split()) == 6
    assert planted(kit_node) == []
    assert [path.suffix for path in (kit_node.data / "deposits").iterdir()] == [".sealed"]
    assert list((kit_node.data / "tmp").iterdir()) == []
    kit_node.store.close()
    everything = b"".join(path.read_bytes() for path in kit_node.data.rglob("*") if path.is_file())
    assert code.encode() not in everything


def test_the_code_opens_the_state_and_the_authorisation_in_two_copies(visitor: FlaskClient) -> None:
    code = code_in(give(visitor))
    followed = post_form(visitor, "/proposer/suivi", code=f"  {code.upper().replace(' ', '-')} ")
    assert followed.status_code == 200 and "pas encore répondu" in followed.text
    paper = post_form(visitor, "/proposer/suivi", "/proposer/autorisation", code=code).text
    assert paper.count(hashlib.sha256(SONG).hexdigest()) == 2
    assert paper.count(cast.ODETTE) == 4 and "exemplaire de la bibliothèque" in paper
    assert rules.RIGHTS["translation"] not in paper
    year = "|".join(str(number) for number in range(2024, 2100))
    assert len(re.findall(rf"Fait le \w+ \S+ \S+ (?:{year}), en deux exemplaires", paper)) == 2
    assert post_form(visitor, "/proposer/suivi", code="a b c d e f").status_code == 404


def test_the_same_form_sent_twice_is_one_work_with_one_code(kit_node: Node, visitor: FlaskClient) -> None:
    token = _TOKEN.findall(visitor.get("/proposer").text)[0]
    codes = [
        code_in(visitor.post("/proposer", data={**TICKED, "csrf": token, "file": (io.BytesIO(SONG), "a.txt")}))
        for _ in range(2)
    ]
    assert codes[0] == codes[1] and queries.count_waiting(kit_node.store, kit_node.identity.sign_public) == 1


def test_a_mediator_opens_looks_and_accepts(kit_node: Node, visitor: FlaskClient, mediator: FlaskClient) -> None:
    code = code_in(give(visitor))
    address = f"/console/propositions/{first_waiting(kit_node)}"
    page = mediator.get(address).text
    assert cast.ODETTE in page and "mot-secret-du-donneur" in page
    assert mediator.get(f"{address}/fichier").data == SONG
    answer = post_form(mediator, address, do="accept", word="Merci Odette, on la chantera.")
    assert answer.status_code == 303, answer.text
    item = library.list_new_items(kit_node.store, 1)[0]
    assert (item.title, item.creators, item.is_public) == ("Complainte de Zénobie", "Zénobie", True)
    assert item.licence_id == "LicenseRef-tous-droits-reserves-autorisation"
    followed = post_form(visitor, "/proposer/suivi", code=code).text
    assert "on la chantera" in followed and item.url in followed
    assert list((kit_node.data / "deposits").iterdir()) == []
    assert list((kit_node.data / "tmp").iterdir()) == []
    assert b"chantera" not in (kit_node.data / "valise.db").read_bytes()
    assert mediator.get(address).status_code == 409


def test_refusing_erases_and_says_why_to_the_giver_only(
    kit_node: Node, visitor: FlaskClient, mediator: FlaskClient
) -> None:
    code = code_in(give(visitor))
    address = f"/console/propositions/{first_waiting(kit_node)}"
    assert post_form(mediator, address, do="refuse", word="").status_code == 422
    assert post_form(mediator, address, do="refuse", word="Il manque l’accord du musicien.").status_code == 303
    assert list((kit_node.data / "deposits").iterdir()) == []
    assert kit_node.store.value("SELECT count(*) FROM envelope") == 0
    assert planted(kit_node) == []
    followed = post_form(visitor, "/proposer/suivi", code=code).text
    assert "accord du musicien" in followed and cast.ODETTE not in followed


def test_a_librarian_sees_that_something_waits_and_no_name(
    kit_node: Node, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    give(visitor)
    assert "Demandez à un médiateur" in librarian.get("/console/propositions").text
    address = f"/console/propositions/{first_waiting(kit_node)}"
    assert librarian.get(address).status_code == 403
    assert librarian.get(f"{address}/fichier").status_code == 403
    token = _TOKEN.findall(librarian.get("/console/reglages").text) or _TOKEN.findall(librarian.get("/connexion").text)
    assert librarian.post(address, data={"csrf": token[0], "do": "refuse", "word": "x"}).status_code == 403
    assert queries.count_waiting(kit_node.store, kit_node.identity.sign_public) == 1


def test_what_nobody_answers_leaves_after_sixty_days_of_life(kit_node: Node, visitor: FlaskClient) -> None:
    code = code_in(give(visitor))
    assert actions.let_go(kit_node) == 0
    kit_node.store.run("UPDATE deposit_wait SET life_ms = 0")
    kit_node.clock._mono = lambda: (rules.WAIT_DAYS + 1) * DAY_MS / 1000 + 10**6
    assert actions.let_go(kit_node) == 1 and actions.let_go(kit_node) == 0
    assert list((kit_node.data / "deposits").iterdir()) == [] and planted(kit_node) == []
    assert "répondu à temps" in post_form(visitor, "/proposer/suivi", code=code).text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"rights": ["reproduction"]}, "rights"),
        ({"rights": []}, "rights"),
        ({"supports": []}, "supports"),
        ({"licence": "CC-BY-4.0"}, "licence"),
        ({"licence": "WTFPL"}, "licence"),
        ({"third_parties": "inconnu"}, "third_parties"),
        ({"minors": "oui"}, "minors"),
        ({"capacity": ""}, "capacity"),
        ({"title": "  "}, "title"),
        ({"giver": "x" * 121}, "giver"),
    ],
)
def test_what_does_not_hold_together_is_told_beside_its_field(
    kit_node: Node, visitor: FlaskClient, changed: dict[str, Any], field: str
) -> None:
    answer = give(visitor, **changed)
    assert answer.status_code == 422 and f'href="#{field}"' in answer.text
    assert queries.count_waiting(kit_node.store, kit_node.identity.sign_public) == 0
    assert list((kit_node.data / "tmp").iterdir()) == []


def test_no_file_an_empty_one_and_one_too_large(templates: Path, tmp_path: Path, enter: Enter) -> None:
    node = open_node(copy_node(templates / "kit", tmp_path / "kit"), max_deposit=100_000)
    phone = enter(node, None)
    assert post_form(phone, "/proposer", **TICKED).status_code == 422
    assert give(phone, b"").status_code == 422
    for size in (100_001, 450_000):
        large = give(phone, b"x" * size)
        assert large.status_code == 413 and "trop gros" in large.text
    assert give(phone, b"x" * 100_000).status_code == 201
    assert list((node.data / "tmp").iterdir()) == []
    node.store.close()


def test_a_trap_is_refused_with_its_reason_and_still_waits(
    kit_node: Node, visitor: FlaskClient, mediator: FlaskClient
) -> None:
    give(visitor, b"this is no book", "../../etc/livre.epub")
    address = f"/console/propositions/{first_waiting(kit_node)}"
    answer = post_form(mediator, address, do="accept", word="")
    assert answer.status_code == 422 and "abîmé" in answer.text
    assert queries.count_waiting(kit_node.store, kit_node.identity.sign_public) == 1
    assert list((kit_node.data / "tmp").iterdir()) == []
    assert "filename=_.._etc_livre.epub" in mediator.get(f"{address}/fichier").headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("agent", "is_window"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148", True),  # noqa: E501
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1", False),  # noqa: E501
        ("Mozilla/5.0 (Linux; Android 9; SM-A105F; wv) AppleWebKit/537.36 Version/4.0 Chrome/120.0 Mobile Safari/537.36", True),  # noqa: E501
        ("Mozilla/5.0 (Linux; Android 9; SM-A105F) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", False),
    ],
)  # fmt: skip
def test_no_form_in_the_window_of_the_portal(visitor: FlaskClient, agent: str, is_window: bool) -> None:
    page = visitor.get("/proposer", headers={"User-Agent": agent}).text
    assert ("<form" not in page) == is_window and ('type="file"' not in page) == is_window


def test_replaying_gives_the_same_table(kit_node: Node, visitor: FlaskClient, mediator: FlaskClient) -> None:
    give(visitor)
    give(visitor, b"autre texte")
    post_form(mediator, f"/console/propositions/{first_waiting(kit_node)}", do="refuse", word="non")
    before = kit_node.journal.projection_hash()
    kit_node.journal.replay()
    assert kit_node.journal.projection_hash() == before


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_what_is_sealed_as_it_comes_is_what_was_sent(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"z" * (size % 256)
    sealer = Sealer(tmp_path / "sealed", b"k" * 32)
    for at in range(0, size, 70_001):
        sealer.write(content[at : at + 70_001])
    sealer.seal()
    decrypt_file(tmp_path / "sealed", tmp_path / "clear", b"k" * 32)
    assert (tmp_path / "clear").read_bytes() == content
