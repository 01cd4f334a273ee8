"""The first pages are drawn once for what they say, and never keep what is one reader's own."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, template_rendered
from flask.testing import FlaskClient

from kit.library.actions import add_paths
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter
from tests.front.test_hours import make_forgetful
from tests.pages import post_form


class Drawn:
    """Counts the pages that were drawn from a template."""

    def __init__(self, app: Flask) -> None:
        self.count = 0
        template_rendered.connect(self._note, app)

    def _note(self, _app: Flask, **_said: object) -> None:
        self.count += 1


def read(client: FlaskClient, url: str = "/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_first_page_is_drawn_again_only_when_it_says_something_else(
    kit_node: Node, visitor: FlaskClient, tmp_path: Path
) -> None:
    drawn = Drawn(visitor.application)
    first = read(visitor)
    assert read(visitor) == first
    assert drawn.count == 1
    work = tmp_path / "conte.txt"
    work.write_text("Il était une fois.", "utf-8")
    work.with_name("conte.txt.toml").write_text('title = "Conte"\nlicence = "CC0-1.0"\nsource = "ici"\n', "utf-8")
    add_paths(kit_node, [work])
    assert read(visitor) != first
    assert read(visitor, "/vos-donnees") != read(visitor, "/accessibilite") != read(visitor)


def test_what_is_one_readers_own_is_not_kept(kit_node: Node, visitor: FlaskClient) -> None:
    drawn = Drawn(visitor.application)
    plain = read(visitor)
    mediator = visitor.application.test_client()
    post_form(mediator, "/connexion", passphrase=cast.NADIA.passphrase, name=cast.NADIA.name)
    assert cast.NADIA.name in read(mediator)
    assert read(visitor) == plain
    before = drawn.count
    assert read(visitor, "/?page=1") and read(visitor, "/?page=1")  # its links repeat the address
    assert drawn.count == before + 2


def test_a_page_with_a_form_is_each_readers_own(kit_node: Node, enter: Enter) -> None:
    make_forgetful(kit_node)
    visitor = enter(kit_node, None)
    assert read(visitor) != read(visitor)


def test_each_reads_the_kept_page_in_his_own_language(visitor: FlaskClient) -> None:
    french = read(visitor)
    english = visitor.get("/", headers={"Accept-Language": "en"}).text
    assert "Bienvenue !" in french and "Welcome!" in english and 'lang="en"' in english.split("<head>")[0]
    visitor.set_cookie("langue", "ar")
    for _ in range(2):
        assert "مرحبًا" in read(visitor) and 'lang="ar" dir="rtl"' in read(visitor)
    visitor.delete_cookie("langue")
    assert read(visitor) == french
    assert visitor.get("/", headers={"Accept-Language": "en"}).text == english


def test_a_message_for_one_is_no_part_of_the_kept_page(kit_node: Node, visitor: FlaskClient) -> None:
    plain, told = read(visitor), visitor.application.test_client()
    with told.session_transaction() as messages:
        messages["_flashes"] = [("ok", "Rien que pour vous")]
    assert "Rien que pour vous" in read(told)
    assert read(visitor) == read(told) == plain
