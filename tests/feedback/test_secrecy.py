"""What people wrote is in no byte of the box, whatever became of the form; the team reads it with its passphrase."""

from __future__ import annotations

import pytest

from kit.feedback import actions, opinions, queries
from kit.ids import to_text
from kit.keys import envelope
from kit.people import actions as people
from kit.people import identities

from .box import PASSPHRASE, Box, all_bytes, post

CANARY = "perroquet-mauve-qui-siffle"
PHONE = "06 98 76 54 32"


def test_no_text_is_in_clear_anywhere(box: Box, caplog: pytest.LogCaptureFixture) -> None:
    visitor, stop_id = box.visitor(), box.plan_stop()
    for number in range(6):
        fields = {"satisfaction": "10", "parole": f"{CANARY} {number}", "atelier": to_text(box.workshop_id)}
        assert post(visitor, "/avis", **fields).status_code == 303
        assert CANARY.encode() not in all_bytes(box.node.data)
    assert post(visitor, "/avis", satisfaction="10", parole=f"{CANARY} {PHONE}").status_code == 422
    assert CANARY in box.staff().get(f"/console/avis/workshop/{to_text(box.workshop_id)}").text
    actions.after_workshop_close(box.node, box.workshop_id, stop_id)
    box.close_stop(stop_id)
    found = all_bytes(box.node.data)
    for secret in (CANARY, PHONE, PHONE.replace(" ", "")):
        assert secret.encode() not in found
        assert secret.encode("utf-16-le") not in found
    assert CANARY not in caplog.text and PHONE not in caplog.text


def test_the_disk_and_the_closed_stop_open_nothing(box: Box) -> None:
    stop_id = box.plan_stop()
    for _ in range(5):
        box.give(text=CANARY)
    staff = box.staff()
    url = f"/console/avis/workshop/{to_text(box.workshop_id)}"
    assert staff.get(url).text.count(CANARY) == 5
    box.close_stop(stop_id)
    page = staff.get(url).text
    assert CANARY not in page
    assert "5 textes sont fermés" in page


@pytest.mark.parametrize("count", [3, 5])
def test_the_organisation_reads_every_text(box: Box, count: int) -> None:
    """What the central needs: the envelopes and the organisation's key, whatever scope they ended up in."""
    stop_id = box.plan_stop()
    for number in range(count):
        box.give(text=f"{CANARY} {number}")
    box.close_stop(stop_id)
    slot = people.recovery_slot(box.node)
    assert slot is not None
    private = people.open_recovery_slot(slot, box.recovery_code)
    group = queries.opinion_counts_by_scope(box.node.store)[0]
    answers = queries.list_answers(box.node.store, group.scope, group.scope_id, with_text=True)
    told = [identities.read_identity(one.sealed, private) for one in answers]
    assert sorted(one.written() for one in told if one) == [f"{CANARY} {number}" for number in range(count)]
    for one in answers:
        assert one.sealed is not None
        envelope.read_envelope(one.sealed)


def test_small_groups_are_not_opened_even_with_the_key(box: Box) -> None:
    stop_id = box.plan_stop()
    for _ in range(4):
        box.give(0, text=CANARY)
    actions.after_workshop_close(box.node, box.workshop_id, stop_id)
    box.close_stop(stop_id)
    group = queries.opinion_counts_by_scope(box.node.store)[0]
    found = opinions.find_opinion(box.node, lambda ids: {}, group.scope, group.scope_id)
    assert found is not None
    assert (found.count, found.missing, found.mean, found.faces, found.text_count) == (4, 1, None, (), 0)
    assert opinions.read_texts(box.node, b"x" * 32, found, 50, 0) == opinions.Texts((), 0)


def test_a_text_opens_with_the_right_passphrase_only(box: Box) -> None:
    for _ in range(5):
        box.give(text=CANARY)
    cookie = people.sign_in(box.node, people.Throttle(box.node.clock.mono_ms), "x", PASSPHRASE)
    staff = people.find_signed_in(box.node, cookie)
    assert staff is not None
    found = opinions.find_opinion(box.node, lambda ids: {}, "workshop", box.workshop_id)
    assert found is not None
    assert opinions.read_texts(box.node, staff.vault(), found, 50, 0).opened == (CANARY,) * 5
    assert opinions.read_texts(box.node, None, found, 50, 0) == opinions.Texts((), 5)
