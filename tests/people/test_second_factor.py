"""The second factor: asked after the phrase, each code once, printed codes in reserve, and a way back."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask.testing import FlaskClient

from kit.ids import to_text
from kit.people import actions, recovery, second_factor
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, sign_in_as
from tests.pages import post_form

PAGE, DOOR = "/equipe/deuxieme-facteur", "/connexion/code"
SPARE = re.compile(r"<li><code[^>]*>([a-z2-7-]{19})</code>")


class Phone:
    """An authenticator that runs on a clock of its own."""

    def __init__(self, node: Node, secret: str) -> None:
        self.node, self.made = node, pyotp.TOTP(secret)

    def code(self, steps: int = 0) -> str:
        return str(self.made.at(self.node.clock.wall_ms() // 1000 + steps * second_factor.STEP_SECONDS))


@pytest.fixture
def still(central_node: Node, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A clock that stands until it is moved: no test waits half a minute or crosses one."""
    now = [central_node.clock.wall_ms()]
    monkeypatch.setattr(type(central_node.clock), "wall_ms", lambda _: now[0])
    return now


def set_up(node: Node, client: FlaskClient) -> tuple[Phone, list[str]]:
    post_form(client, PAGE, faire="commencer")
    page = client.get(PAGE).text
    phone = Phone(node, "".join(re.findall(r'dir="ltr">([A-Z2-7 ]+)<', page)[0].split()))
    assert 'class="qr"' in page
    assert post_form(client, PAGE, faire="confirmer", code="000000").status_code == 403
    return phone, SPARE.findall(post_form(client, PAGE, faire="confirmer", code=phone.code()).text)


def knock(node: Node, enter: Enter) -> FlaskClient:
    """A phone whose passphrase was right."""
    client = enter(node, cast.ROBERT)
    assert client.get("/").status_code == 401, "the phrase alone opens nothing"
    return client


def test_a_reader_sets_it_up_and_enters_with_a_code_once(
    central_node: Node, reader: FlaskClient, enter: Enter, still: list[int]
) -> None:
    phone, spares = set_up(central_node, reader)
    assert len(set(spares)) == second_factor.SPARE_CODES
    assert not any(one.encode() in central_node.data.joinpath("valise.db").read_bytes() for one in spares)
    first = knock(central_node, enter)
    assert post_form(first, DOOR, code=phone.code()).status_code == 403, "the code that set it up was taken"
    still[0] += 31_000
    answer = post_form(first, DOOR, code=phone.code(), suite="/chiffres")
    assert (answer.status_code, answer.location) == (302, "/chiffres")
    assert first.get("/").status_code == 200
    second = knock(central_node, enter)
    assert post_form(second, DOOR, code=phone.code()).status_code == 403, "a code counts once"
    assert post_form(second, DOOR, code=phone.code(3)).status_code == 403, "nor does one of later"


def test_a_printed_code_replaces_the_phone_once(
    central_node: Node, reader: FlaskClient, enter: Enter, still: list[int]
) -> None:
    _, spares = set_up(central_node, reader)
    client = knock(central_node, enter)
    assert post_form(client, DOOR, code=spares[0].upper().replace("-", " ")).status_code == 302
    assert client.get("/").status_code == 200
    assert post_form(knock(central_node, enter), DOOR, code=spares[0]).status_code == 403
    assert "reste <b>9</b>" in client.get(PAGE).text


def test_wrong_codes_are_slowed_down_and_end_the_try(
    central_node: Node, reader: FlaskClient, enter: Enter, still: list[int]
) -> None:
    set_up(central_node, reader)
    client = knock(central_node, enter)
    seen = [post_form(client, DOOR, code=f"{place:06}").status_code for place in range(5)]
    assert 429 in seen and set(seen) == {403, 429}
    session = central_node.store.value("SELECT session FROM staff_session WHERE code_tries > 0")
    for place in range(5):
        assert not second_factor.pay(central_node, session, f"{place:06}")
    assert central_node.store.value("SELECT count(*) FROM staff_session WHERE code_tries > 0") == 0
    assert client.get(DOOR).status_code == 403, "the phrase is asked again"


def test_ways_back_a_colleague_and_the_ceremony(
    central_node: Node, reader: FlaskClient, coordinator: FlaskClient, enter: Enter, still: list[int]
) -> None:
    set_up(central_node, reader)
    robert = sign_in_row(central_node, cast.ROBERT.name)
    assert post_form(coordinator, "/equipe", f"/equipe/{robert}/deuxieme-facteur").status_code == 303
    assert enter(central_node, cast.ROBERT).get("/").status_code == 200
    ines = sign_in_as(central_node, cast.INES)
    words = actions.add_staff(central_node, ines, "Lucie", "coordinator")
    lucie = sign_in_as(central_node, cast.Member("Lucie", "coordinator", words))
    codes = recovery.make_code(central_node, ines), recovery.make_code(central_node, lucie)
    begun = second_factor.begin(central_node, ines)
    second_factor.confirm(central_node, ines, Phone(central_node, begun.secret).code())
    new = recovery.recover(central_node, ("Inès", "Lucie"), codes)
    assert sign_in_as(central_node, cast.Member("Inès", "coordinator", new)).vault() == lucie.vault()


def page_token(client: FlaskClient, url: str) -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', client.get(url).text)[0]


def sign_in_row(node: Node, name: str) -> str:
    return to_text(node.store.value("SELECT staff_id FROM staff WHERE name = ?", name))


def test_a_kit_has_none_and_says_why(librarian: FlaskClient) -> None:
    page = librarian.get(PAGE).text
    assert "heure peut être fausse" in page and 'name="faire"' not in page
    token = {"csrf": page_token(librarian, "/equipe/moi"), "faire": "commencer"}
    assert librarian.post(PAGE, data=token).status_code == 403


def test_stopping_asks_for_a_code(central_node: Node, reader: FlaskClient, enter: Enter, still: list[int]) -> None:
    _, spares = set_up(central_node, reader)
    assert post_form(reader, PAGE, faire="arreter", code="123456").status_code == 403
    fresh = SPARE.findall(post_form(reader, PAGE, faire="imprimer", code=spares[0]).text)
    assert len(fresh) == 10 and not set(fresh) & set(spares)
    assert post_form(reader, PAGE, faire="arreter", code=spares[1]).status_code == 403, "printed before: void"
    assert post_form(reader, PAGE, faire="arreter", code=fresh[0]).status_code == 303
    assert enter(central_node, cast.ROBERT).get("/").status_code == 200
