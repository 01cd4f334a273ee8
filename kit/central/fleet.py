"""How kits are: what each last said of itself, what is wrong with that, whom to call, and whom it is lent to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from kit import __version__
from kit.central import fleet_queries, queries
from kit.central.fleet_queries import Care, Told
from kit.central.queries import Kit
from kit.errors.kind import fr
from kit.people import audit
from kit.people.actions import Staff
from kit.people.node import Node
from kit.web.fields import Fields

DAY_MS = 86_400_000
SILENT_DAYS = 7
MOST_CALLED = 500
LOW_BYTES = 500_000_000
LOW_SHARE = 0.05
CLOCK_WORDS = {
    "confirmed": fr("confirmée (par la coordination ou l’équipe)"),
    "plausible": fr("plausible, personne ne l’a confirmée"),
    "unsure": fr("pas sûre"),
}
_PHONE = frozenset("0123456789+ .-()/\u00a0\u202f")


class Line(msgspec.Struct, frozen=True):
    """One kit of the list: what is known of it, what it said, who has it, and what is wrong, in words."""

    kit: Kit
    told: Told | None
    care: Care
    alerts: tuple[str, ...]


class Wanted(msgspec.Struct, frozen=True):
    """What a coordinator writes of a kit."""

    nickname: str
    territory: str
    care: Care


def describe(node: Node, kits: Sequence[Kit]) -> list[Line]:
    """Kits with what they said of themselves. Two queries, whatever their number."""
    ids = [kit.kit_id for kit in kits]
    told, care = fleet_queries.list_health(node.store, ids), fleet_queries.list_care(node.store, ids)
    return [
        Line(
            kit,
            told.get(kit.kit_id),
            care.get(kit.kit_id, Care()),
            find_alerts(told.get(kit.kit_id), node.settings.backup_days),
        )
        for kit in kits
    ]


def list_to_call(node: Node, days: int = SILENT_DAYS, territories: Sequence[str] = ()) -> list[Line]:
    """Kits of these territories (none: of all) that did not send for so many days, or did not finish."""
    before = node.clock.wall_ms() - days * DAY_MS
    return describe(node, fleet_queries.list_silent(node.store, before, MOST_CALLED, territories))


def find_alerts(told: Told | None, backup_days: int) -> tuple[str, ...]:
    """What is wrong with a kit by its own last words; nothing for one that said nothing."""
    if told is None:
        return ()
    health, found = told.health, []
    if health.free_bytes < max(LOW_BYTES, health.total_bytes * LOW_SHARE):
        found.append(fr("disque presque plein"))
    if health.clock == "unsure":
        found.append(fr("heure pas sûre"))
    if health.version != __version__:
        found.append(fr("autre version"))
    if health.backup_days is None or health.backup_days > backup_days:
        found.append(fr("sauvegarde à faire"))
    return tuple(found)


def read_care(values: Mapping[str, str]) -> Wanted:
    """The form of one kit. Raises FieldProblems."""
    fields = Fields(values)
    nickname = fields.text("nom", 80, required=True)
    territory = fields.text("territoire", 120)
    care = Care(fields.text("equipe", 80), fields.text("personne", 80), fields.text("telephone", 30))
    digits = sum(one.isdigit() for one in care.phone)
    if care.phone and (not set(care.phone) <= _PHONE or not 3 <= digits <= 15):
        fields.refuse("telephone", "central.bad_phone")
    fields.check()
    return Wanted(nickname, territory, care)


def change_care(node: Node, by: Staff, kit_id: bytes, wanted: Wanted) -> None:
    """Call a kit otherwise, lend it, say whom to call. The kit keeps the name it was given at home until it is attached
    again: its certificate is signed. Raises Problem `web.not_found`."""
    with node.store.write():
        queries.get_kit(node.store, kit_id)
        fleet_queries.save_care(node.store, kit_id, wanted.nickname, wanted.territory, wanted.care)
        audit.note(node, by, "kit.lent", kit_id)
