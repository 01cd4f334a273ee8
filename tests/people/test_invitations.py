"""A link adds one person once: nobody else reads her phrase, and what it wraps opens nothing later."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kit.errors import Problem
from kit.people import actions, audit_queries, invitation_queries, invitations, team
from kit.people.forms import NewMember
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, sign_in_as
from tests.pages import post_form

LINK = re.compile(r"http://localhost(/invitation/[\w-]{43})")
PHRASE = re.compile(r'class="code" dir="ltr">([^<]+)<')
MALIK = "moulin safran dentelle hibou cascade lanterne"


def invite(client: FlaskClient, name: str = "Malik", role: str = "coordinator") -> str:
    page = post_form(client, "/equipe/inviter", name=name, role=role).text
    return LINK.findall(page)[0]


def test_the_person_invited_chooses_her_phrase_and_opens_names(
    central_node: Node, coordinator: FlaskClient, enter: Enter
) -> None:
    link, guest = invite(coordinator), enter(central_node, None)
    assert "Malik" in coordinator.get("/equipe").text
    for _ in range(2):  # a mail program that looks first uses nothing up
        assert f"{cast.INES.name} vous invite" in guest.get(link).text
    assert post_form(guest, link, phrase="trop court").status_code == 422
    assert MALIK in post_form(guest, link, phrase=MALIK).text
    staff = sign_in_as(central_node, cast.Member("Malik", "coordinator", MALIK))
    assert staff.vault() == sign_in_as(central_node, cast.INES).vault()
    assert guest.get(link).status_code == 410
    kinds = [line.kind for line in audit_queries.list_lines(central_node.store, "", 9, 0)]
    assert kinds[:2] == ["staff.joined", "staff.invited"]


def test_a_reader_invited_holds_no_key_and_a_made_phrase_is_shown_once(
    central_node: Node, coordinator: FlaskClient, enter: Enter
) -> None:
    link = invite(coordinator, role="reader")
    (words,) = PHRASE.findall(post_form(enter(central_node, None), link).text)
    assert sign_in_as(central_node, cast.Member("Malik", "reader", words)).vault() is None


def test_what_is_late_withdrawn_or_made_up_opens_nothing(central_node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    ines, new = sign_in_as(central_node, cast.INES), NewMember("Malik", "coordinator")

    def refused(code: str) -> str:
        with pytest.raises(Problem) as caught:
            invitations.accept(central_node, code, MALIK)
        return caught.value.code

    late = invitations.invite(central_node, ines, new)
    with pytest.raises(Problem, match="porte déjà ce nom"):
        invitations.invite(central_node, ines, new)
    now = central_node.clock.wall_ms()
    with monkeypatch.context() as patched:
        patched.setattr(type(central_node.clock), "wall_ms", lambda _: now + 73 * 3_600_000)
        assert refused(late) == "people.invitation_over"
        gone = invitations.invite(central_node, ines, new)
        invitations.withdraw(
            central_node,
            ines,
            invitation_queries.list_open(central_node.store, central_node.clock.wall_ms())[0]["mark"],
        )
        assert refused(gone) == "people.no_invitation"
    for nonsense in ("", "x", "é" * 43, "A" * 43, "A" * 5000):
        assert refused(nonsense) == "people.no_invitation"
    assert [row["name"] for row in central_node.store.rows("SELECT name FROM staff ORDER BY name")] == [
        "Inès",
        "Robert",
    ]


def test_a_new_key_or_the_inviter_s_leaving_ends_her_links(central_node: Node) -> None:
    ines = sign_in_as(central_node, cast.INES)
    words = actions.add_staff(central_node, ines, "Lucie", "administrator")
    lucie = sign_in_as(central_node, cast.Member("Lucie", "administrator", words))
    invitations.invite(central_node, lucie, NewMember("Malik", "coordinator"))
    team.remove_member(central_node, ines, lucie.staff_id)
    assert central_node.store.value("SELECT count(*) FROM staff_invitation") == 0
    invitations.invite(central_node, ines, NewMember("Malik", "coordinator"))
    team.renew_vault(central_node, ines)
    assert central_node.store.value("SELECT count(*) FROM staff_invitation") == 0


def test_who_may_not_change_the_team_invites_nobody(reader: FlaskClient, mediator: FlaskClient) -> None:
    assert reader.get("/equipe/inviter").status_code == 403
    refused = post_form(mediator, "/equipe/inviter", name="Malik", role="reader")
    assert refused.status_code == 403, "a kit's clock may lie"


def test_an_invitation_by_many_wrong_links_is_slowed_down(central_node: Node, enter: Enter) -> None:
    guest = enter(central_node, None)
    seen = {guest.get(f"/invitation/{'A' * 42}{sign}").status_code for sign in "ABCDEF"}
    assert seen == {404, 429}
