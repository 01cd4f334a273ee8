"""What the central decides reaches the kits: names sealed to a door, erasures, a new key, a refusal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kit.app import build_node
from kit.central import losses
from kit.ids import new_id
from kit.people import actions as people
from kit.people import identities, team
from kit.people.actions import Staff
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions as workshops
from kit.workshops import from_home, roll
from kit.workshops.forms import Asking, Person
from tests.central.season import note_season
from tests.sync.homes import PASSPHRASE, served

pytestmark = pytest.mark.usefixtures("engine")

CANARY = "Hippolyte Vaucanson"


def staff_of(node: Node, name: str) -> Staff:
    cookie = people.sign_in(node, people.Throttle(node.clock.mono_ms), "here", PASSPHRASE, name)
    found = people.find_signed_in(node, cookie)
    assert found is not None
    return found


def test_a_name_sealed_at_home_is_on_the_roll_before_the_kit_arrives(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    workshop_id = note_season(kit, opinions=0).workshop_id
    with served(central):
        send(kit)
        kit_id = central.store.value("SELECT kit_id FROM kit")
        from_home.ask_from_home(central, kit_id, workshop_id, new_id(), [Person(name=CANARY)], Asking())
        send(kit)
    found = workshops.queries.get_workshop(kit.store, workshop_id)
    opened = roll.open_roll(kit, staff_of(kit, "Équipe"), found)
    (line,) = [line for line in opened.lines if line.name == CANARY]
    workshops.note_ticket(kit, workshop_id, line.row.code)
    kit.store.flush()
    assert not any(CANARY.encode() in path.read_bytes() for path in kit.data.rglob("*") if path.is_file())
    workshops.close_workshop(kit, workshop_id, lambda _workshop, _stop: None)
    assert all(not line.name for line in roll.open_roll(kit, staff_of(kit, "Équipe"), found).lines)


def test_an_erasure_asked_at_home_reaches_the_kit(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note_season(kit, opinions=0)
    with served(central):
        send(kit)
        subject = central.store.value("SELECT signup_id FROM signup LIMIT 1")
        identities.erase(central, subject, "asked")
        send(kit)
    assert kit.store.value("SELECT count(*) FROM envelope WHERE subject = ?", subject) == 0
    assert identities.count_erased(kit) == 1


def test_a_new_key_of_the_organisation_reaches_the_kit(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    with served(central):
        send(kit)
        made = team.renew_vault(central, staff_of(central, "Coordination"))
        send(kit)
        assert identities.organisation_public(kit) == identities.organisation_public(central)
        note_season(kit, opinions=0)
        send(kit)
    assert list(made.phrases) == ["Coordination"]


def test_a_stolen_kit_is_refused_everywhere(pair: tuple[Node, Node]) -> None:
    _, central = pair
    losses.declare_loss(central, central.store.value("SELECT kit_id FROM kit"), 1_800_000_000_000, True)
    assert central.store.value("SELECT count(*) FROM revoked_kit") == 1


def test_a_central_put_back_from_an_older_backup_learns_erasures_again(pair: tuple[Node, Node], tmp_path: Path) -> None:
    """Erasure wins for ever: asked on the kit or at home, after the copy was made, it is told again by the kit."""
    kit, central = pair
    note_season(kit, opinions=0)
    with served(central):
        send(kit)
        old = tmp_path / "older"
        old.mkdir()
        central.store.copy_to(old / "valise.db")
        (old / "node.key").write_bytes((central.data / "node.key").read_bytes())
        here, at_home = [row[0] for row in central.store.rows("SELECT signup_id FROM signup ORDER BY 1 LIMIT 2")]
        identities.erase(kit, here, "asked")
        identities.erase(central, at_home, "asked")
        send(kit)
        send(kit)
        assert identities.count_erased(central) == identities.count_erased(kit) == 2
    restored = build_node(replace(central.settings, data=old))
    assert identities.count_erased(restored) == 0
    with served(restored):
        send(kit)
        send(kit)
    left = restored.store.value("SELECT count(*) FROM envelope WHERE subject IN (?,?)", here, at_home)
    assert (identities.count_erased(restored), left) == (2, 0)
    restored.store.close()
