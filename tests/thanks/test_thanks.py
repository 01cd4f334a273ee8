"""Thanks and words to the author of a given work: sealed, moderated, shown to everybody and to the author by code."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kit.journal.life import DAY_MS
from kit.library import queries as library
from kit.library.deposits import rules
from kit.library.thanks import actions, queries
from kit.people import audit_queries
from kit.people.node import Node
from tests.conftest import Enter
from tests.deposits.test_deposits import code_in, first_waiting, give
from tests.packs.test_packs import stock
from tests.pages import post_form

WORD = "Ma grand-mère chantait la même, merci zibeline !"


@pytest.fixture
def given(kit_node: Node, visitor: FlaskClient, mediator: FlaskClient) -> tuple[str, str]:
    """(address of a work that was given, code of its author)."""
    code = code_in(give(visitor))
    address = f"/console/propositions/{first_waiting(kit_node)}"
    assert post_form(mediator, address, do="accept", word="Merci").status_code == 303
    return library.list_new_items(kit_node.store, 1)[0].url, code


def on_disk(node: Node, word: str) -> bool:
    node.store.flush()
    return any(word.encode() in path.read_bytes() for path in node.data.rglob("*") if path.is_file())


def waiting_id(node: Node) -> str:
    return queries.list_of_state(node.store, node.identity.sign_public, "waiting", 1)[0].text_id


def test_a_word_is_read_by_the_team_first_then_by_all_and_by_its_author(
    kit_node: Node, visitor: FlaskClient, mediator: FlaskClient, given: tuple[str, str]
) -> None:
    url, code = given
    assert "Remercier l’auteur" in visitor.get(url).text
    assert "c’est noté" in post_form(visitor, f"{url}/merci").text
    assert "c’est noté" in post_form(visitor, f"{url}/merci", word=WORD).text
    page = visitor.get(url).text
    assert "2 merci" in page and "zibeline" not in page and not on_disk(kit_node, "zibeline")
    desk = mediator.get("/console/mots").text
    assert WORD in desk
    address = f"/console/mots/{waiting_id(kit_node)}"
    assert post_form(mediator, "/console/mots", address, do="show").status_code == 303
    assert WORD in visitor.get(url).text and queries.count_waiting(kit_node.store, kit_node.identity.sign_public) == 0
    followed = post_form(visitor, "/proposer/suivi", code=code).text
    assert "2 personnes vous ont remercié depuis votre dernier passage" in followed and WORD in followed
    assert kit_node.store.value("SELECT count(*) FROM thanks_wait") == 0
    before = kit_node.journal.projection_hash()
    kit_node.journal.replay()
    assert kit_node.journal.projection_hash() == before
    assert post_form(mediator, "/console/mots", address, do="refuse").status_code == 303
    assert WORD not in visitor.get(url).text
    assert post_form(mediator, "/console/bibliotheque/arrivees", address, do="show").status_code == 404


def test_new_thanks_are_told_to_the_author_once(
    kit_node: Node, visitor: FlaskClient, mediator: FlaskClient, given: tuple[str, str]
) -> None:
    url, code = given

    def look(page: str = "/proposer/suivi") -> str:
        return post_form(visitor, "/proposer/suivi", page, code=code).text

    assert "depuis votre dernier passage" not in look() and "Ce que votre œuvre devient" not in look()
    post_form(visitor, f"{url}/merci")
    assert "depuis votre dernier passage" not in look("/proposer/autorisation"), "another page is no reading of it"
    assert "Quelqu’un vous a remercié depuis votre dernier passage" in look()
    again = look()
    assert "depuis votre dernier passage" not in again and "merci" in again
    post_form(visitor, f"{url}/merci", word=WORD)
    page = look()
    assert "Quelqu’un vous a remercié" in page and "attend que l’équipe" in page and "zibeline" not in page
    item = library.list_new_items(kit_node.store, 1)[0]
    deleted = post_form(
        mediator, "/console/bibliotheque/droits", "/console/bibliotheque/plusieurs", item=item.text_id, do="delete_now"
    )
    assert deleted.status_code == 303
    page = look()
    assert "l’œuvre a quitté la valise" in page and url not in page


def test_a_word_that_is_refused_is_erased(
    kit_node: Node, visitor: FlaskClient, mediator: FlaskClient, given: tuple[str, str]
) -> None:
    url, _ = given
    post_form(visitor, f"{url}/merci", word=WORD)
    address = f"/console/mots/{waiting_id(kit_node)}"
    sealed = kit_node.store.value("SELECT count(*) FROM envelope")
    assert post_form(mediator, "/console/mots", address, do="refuse").status_code == 303
    assert kit_node.store.value("SELECT count(*) FROM envelope") == sealed - 1
    assert "zibeline" not in visitor.get(url).text and not on_disk(kit_node, "zibeline")


def test_a_librarian_sees_that_a_word_waits_and_opens_none(
    kit_node: Node, visitor: FlaskClient, librarian: FlaskClient, given: tuple[str, str]
) -> None:
    post_form(visitor, f"{given[0]}/merci", word=WORD)
    page = librarian.get("/console/mots").text
    assert "zibeline" not in page and "Un mot attend, fermé" in page
    address = f"/console/mots/{waiting_id(kit_node)}"
    assert post_form(librarian, "/console/bibliotheque/arrivees", address, do="show").status_code == 403


def test_only_a_given_work_has_an_author_to_thank(kit_node: Node, visitor: FlaskClient, tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    stock(kit_node, tmp_path / "works", "un")
    url = library.list_new_items(kit_node.store, 1)[0].url
    assert "Remercier" not in visitor.get(url).text and "pas d’auteur" in visitor.get(f"{url}/merci").text
    answer = post_form(visitor, "/proposer/suivi", f"{url}/merci", word="x")
    assert answer.status_code == 409 and kit_node.store.value("SELECT count(*) FROM thanks") == 0


def test_the_same_form_twice_too_long_a_word_and_too_many_words(
    kit_node: Node, visitor: FlaskClient, given: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _ = given
    token = visitor.get(f"{url}/merci").text.split('name="csrf" value="')[1].split('"')[0]
    for _ in range(2):
        assert visitor.post(f"{url}/merci", data={"csrf": token, "word": WORD}).status_code == 200
    assert kit_node.store.value("SELECT count(*) FROM thanks") == 1
    long = post_form(visitor, f"{url}/merci", word="é" * 401)
    assert long.status_code == 422 and "é" * 401 in long.text
    monkeypatch.setattr(actions, "MOST_WAITING", 1)
    full = post_form(visitor, f"{url}/merci", word="encore")
    assert full.status_code == 503 and "sans écrire de mot" in full.text
    assert "c’est noté" in post_form(visitor, f"{url}/merci").text


def test_words_nobody_reads_leave_after_sixty_days(
    kit_node: Node, visitor: FlaskClient, given: tuple[str, str]
) -> None:
    post_form(visitor, f"{given[0]}/merci", word=WORD)
    assert actions.let_go(kit_node) == 0
    kit_node.store.run("UPDATE thanks_wait SET life_ms = 0")
    kit_node.clock._mono = lambda: (rules.WAIT_DAYS + 1) * DAY_MS / 1000 + 10**6
    assert actions.let_go(kit_node) == 1 and actions.let_go(kit_node) == 0
    assert queries.count_for(kit_node.store, library.list_new_items(kit_node.store, 1)[0].item_id) == 1


def test_at_the_central_reading_and_showing_a_word_are_lines_of_the_trail(
    central_node: Node, enter: Enter, coordinator: FlaskClient
) -> None:
    guest = enter(central_node, None)
    give(guest)
    address = f"/console/propositions/{first_waiting(central_node)}"
    assert post_form(coordinator, address, do="accept", word="Merci").status_code == 303
    post_form(guest, f"{library.list_new_items(central_node.store, 1)[0].url}/merci", word=WORD)
    lines = audit_queries.count_lines(central_node.store, "thanks.opened")
    assert WORD in coordinator.get("/console/mots").text
    address = f"/console/mots/{waiting_id(central_node)}"
    assert post_form(coordinator, "/equipe/moi", address, do="show").status_code == 303
    assert audit_queries.count_lines(central_node.store, "thanks.opened") == lines + 2
    assert coordinator.get("/console/mots").status_code == 200
    assert audit_queries.count_lines(central_node.store, "thanks.opened") == lines + 2, "nothing sealed was left"
