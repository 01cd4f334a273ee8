"""Phrases, members and the key itself can be changed; names sealed before stay readable to whoever should."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kit.central import actions as central_actions
from kit.errors import Problem
from kit.ids import new_id, to_text
from kit.journal import queries
from kit.people import actions, identities, team
from kit.people.node import Node
from kit.sync.actions import send
from kit.sync.enrolment import enrol
from tests import cast
from tests.conftest import Enter, sign_in_as
from tests.pages import post_form
from tests.sync.homes import note, served

CODES = re.compile(r'class="code" dir="ltr">([^<]+)<')


def keep_name(node: Node, name: str, door: bytes | None = None) -> bytes:
    with node.journal.write():
        sealed = identities.seal_identity(node, new_id(), identities.Identity(name=name), door)
        return queries.keep_envelope(node.store, sealed[2:18], sealed)


def read(node: Node, private: bytes | None, envelope: bytes) -> str:
    told = identities.read_with_any(queries.find_envelope(node.store, envelope), identities.keyring(node, private))
    return told.name if told else ""


def test_one_changes_her_own_phrase(kit_node: Node, mediator: FlaskClient) -> None:
    wrong = post_form(mediator, "/equipe/ma-phrase", actuelle="une autre", nouvelle="")
    assert wrong.status_code == 403
    weak = post_form(mediator, "/equipe/ma-phrase", actuelle=cast.NADIA.passphrase, nouvelle="court")
    assert weak.status_code == 422
    page = post_form(mediator, "/equipe/ma-phrase", actuelle=cast.NADIA.passphrase, nouvelle="").get_data(as_text=True)
    words = CODES.findall(page)[0]
    assert mediator.get("/console").status_code == 401
    with pytest.raises(Problem):
        sign_in_as(kit_node, cast.NADIA)
    assert sign_in_as(kit_node, cast.Member("Nadia", "mediator", words)).vault()


def test_a_librarian_changes_hers_and_still_opens_no_name(kit_node: Node, librarian: FlaskClient) -> None:
    assert librarian.get("/equipe").status_code == 403
    page = post_form(librarian, "/equipe/ma-phrase", actuelle=cast.PAUL.passphrase, nouvelle="")
    words = CODES.findall(page.get_data(as_text=True))[0]
    assert sign_in_as(kit_node, cast.Member("Paul", "librarian", words)).vault() is None


def test_somebody_is_added_given_a_new_phrase_and_removed(kit_node: Node, mediator: FlaskClient) -> None:
    page = post_form(mediator, "/equipe", name="Karim", role="mediator").get_data(as_text=True)
    first = CODES.findall(page)[0]
    assert post_form(mediator, "/equipe", name="Karim", role="mediator").status_code == 409
    karim = kit_node.store.value("SELECT staff_id FROM staff WHERE name = 'Karim'")
    page = post_form(mediator, "/equipe", f"/equipe/{to_text(karim)}/phrase").get_data(as_text=True)
    second = CODES.findall(page)[0]
    with pytest.raises(Problem):
        sign_in_as(kit_node, cast.Member("Karim", "mediator", first))
    staff = sign_in_as(kit_node, cast.Member("Karim", "mediator", second))
    post_form(mediator, "/equipe", f"/equipe/{to_text(karim)}/retirer")
    assert kit_node.store.value("SELECT count(*) FROM staff_session WHERE staff_id = ?", staff.staff_id) == 0
    assert kit_node.store.value("SELECT count(*) FROM staff WHERE name = 'Karim'") == 0


def test_the_last_who_opens_names_stays(kit_node: Node) -> None:
    nadia = sign_in_as(kit_node, cast.NADIA)
    with pytest.raises(Problem) as caught:
        team.remove_member(kit_node, nadia, nadia.staff_id)
    assert caught.value.code == "people.last_holder"


def test_a_kit_changes_its_key_and_its_open_rolls_stay_open(kit_node: Node, mediator: FlaskClient) -> None:
    workshop = new_id()
    with kit_node.journal.write():
        door = identities.make_door(kit_node, workshop)
    envelope = keep_name(kit_node, "Odette", door)
    old = sign_in_as(kit_node, cast.NADIA).vault()
    assert post_form(mediator, "/equipe", "/equipe/cle").status_code == 422
    page = post_form(mediator, "/equipe", "/equipe/cle", oui="1").get_data(as_text=True)
    nadia = sign_in_as(kit_node, cast.Member("Nadia", "mediator", CODES.findall(page)[0]))
    assert nadia.vault() != old
    private = identities.open_door(kit_node, nadia.vault() or b"", workshop)
    told = identities.open_identity(kit_node, envelope, private)
    assert told is not None
    assert told.name == "Odette"
    with pytest.raises(Problem):
        identities.open_door(kit_node, old or b"", workshop)


def test_the_organisation_changes_its_key(central_node: Node) -> None:
    ines = sign_in_as(central_node, cast.INES)
    before = keep_name(central_node, "Avant")
    old_public = identities.organisation_public(central_node)
    made = team.renew_vault(central_node, ines)
    assert identities.organisation_public(central_node) != old_public
    after = keep_name(central_node, "Après")
    again = sign_in_as(central_node, cast.Member("Inès", "coordinator", made.phrases["Inès"])).vault()
    assert [read(central_node, again, one) for one in (before, after)] == ["Avant", "Après"]
    central_node.journal.replay()
    assert read(central_node, again, before) == "Avant"
    slot = actions.recovery_slot(central_node)
    assert slot is not None
    assert actions.open_recovery_slot(slot, made.recovery_code) == again


def test_a_kit_follows_its_own_central_and_nobody_else(kit_node: Node, central_node: Node) -> None:
    with served(central_node) as url:
        enrol(kit_node, central_actions.make_enrolment(central_node, server_url=url))
    old = identities.organisation_public(kit_node)
    team.renew_vault(central_node, sign_in_as(central_node, cast.INES))
    log_of_it = central_node.store.value("SELECT log_no FROM fact WHERE kind = 'organisation.replaced'")
    (record,) = queries.records(central_node.store, log_of_it, 1, 99)
    for key, wanted in ((b"k" * 32, old), (central_node.identity.sign_public, None)):
        log_no = kit_node.journal.log_number(key[:16], key, b"e" * 8)
        kit_node.journal.ingest(log_no, [record])
        assert identities.organisation_public(kit_node) == (wanted or identities.organisation_public(central_node))


def test_names_sealed_before_enrolment_are_handed_over_by_the_printed_code(
    templates: object, tmp_path_factory: pytest.TempPathFactory, central_node: Node, enter: Enter
) -> None:
    from tests.conftest import open_node

    kit = open_node(tmp_path_factory.mktemp("lone") / "kit")
    made = actions.set_up(kit, cast.NADIA.name, cast.NADIA.role, cast.NADIA.passphrase)
    assert not team.can_hand_over(kit)
    note(kit, 1, named=1)
    with served(central_node) as url:
        enrol(kit, central_actions.make_enrolment(central_node, server_url=url))
        note(kit, 1, named=1)
        send(kit)
        private = sign_in_as(central_node, cast.INES).vault()
        names = [row["hash"] for row in central_node.store.rows("SELECT hash FROM envelope")]
        assert sorted(bool(read(central_node, private, one)) for one in names) == [False, True]
        page = enter(kit, cast.NADIA)
        assert post_form(page, "/equipe", "/equipe/avant", code="pas le bon code").status_code == 403
        assert post_form(page, "/equipe", "/equipe/avant", code=made.recovery_code).status_code == 303
        send(kit)
    assert all(read(central_node, private, one) for one in names)
    assert not team.can_hand_over(kit)


def test_two_printed_codes_give_a_new_phrase_on_a_page(central_node: Node, enter: Enter) -> None:
    ines = enter(central_node, cast.INES)
    assert "pas encore deux codes" in ines.get("/secours").get_data(as_text=True)
    page = post_form(ines, "/equipe", name="Karim", role="coordinator").get_data(as_text=True)
    karim = enter(central_node, cast.Member("Karim", "coordinator", CODES.findall(page)[0]))
    codes = [
        CODES.findall(post_form(one, "/equipe", "/equipe/secours").get_data(as_text=True))[0] for one in (ines, karim)
    ]
    stranger = enter(central_node, None)
    names = {"nom1": "Inès", "nom2": "Karim"}
    assert post_form(stranger, "/secours", **names, code1=codes[0], code2="faux").status_code == 403
    told = post_form(stranger, "/secours", **names, code1=codes[0], code2=codes[1]).get_data(as_text=True)
    assert sign_in_as(central_node, cast.Member("Inès", "coordinator", CODES.findall(told)[0])).vault()
