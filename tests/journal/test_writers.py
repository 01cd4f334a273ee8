"""A forged fact of an enrolled kit, kind by kind: kept, shown to people, and it changes nothing."""

from __future__ import annotations

import os
import random
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from kit.directory.advisers.facts import Profile
from kit.journal import queries
from kit.journal.fact import Kind, Record, Thing
from kit.journal.writers import ANYBODY, CENTRAL, HOME, NAMED, Keys, Said, find_refused
from kit.keys import primitives
from kit.people.node import Node
from kit.sync import queries as sync_queries
from kit.things import THINGS
from kit.workshops.facts import WorkshopChanged
from tests import cast
from tests.conftest import Enter

KINDS: dict[str, tuple[Thing, Kind[Any]]] = {kind.name: (thing, kind) for thing in THINGS for kind in thing.kinds}
GUARDED = sorted(name for name, (_, kind) in KINDS.items() if not kind.writers & ANYBODY)
SUBJECT = b"s" * 16
PROFILE = Profile("volunteer", [], ["bases"], "", ["Entrevaux"], "", [])
# What must be there for a fact of this kind to say something.
BEFORE: dict[str, tuple[str, ...]] = {
    "place.changed": ("place.added",), "place.removed": ("place.added",), "place.settled": ("place.added",),
    "stop.changed": ("stop.planned",), "stop.cancelled": ("stop.planned",), "stop.closed": ("stop.planned",),
    "workshop.changed": ("workshop.planned",), "workshop.cancelled": ("workshop.planned",),
    "workshop.closed": ("workshop.planned",), "workshop.purged": ("workshop.planned",),
    "signup.cancelled": ("signup.asked",), "signup.promoted": ("signup.asked",), "signup.settled": ("signup.asked",),
    "signup.moved": ("signup.asked",), "signup.told": ("signup.asked",),
    "attendance.stayed": ("attendance.came",), "attendance.told": ("attendance.came",),
    "attendance.merged": ("attendance.came",),
    "item.changed": ("item.added",), "item.hidden": ("item.added",), "item.shown": ("item.added", "item.hidden"),
    "item.removed": ("item.added",),
    "deposit.answered": ("deposit.offered",), "pack.undone": ("pack.installed",), "pack.withdrawn": ("pack.offered",),
    "thanks.settled": ("thanks.given",),
    "sheet.difference_seen": ("sheet.differs",),
    "report.corrected": ("report.drafted",), "report.removed": ("report.drafted",),
    "report.withdrawn": ("report.drafted",),
    "report.amended": ("report.drafted",),
    "workshop_proposal.withdrawn": ("workshop_proposal.made",),
    "workshop_proposal.answered": ("workshop_proposal.made",), "letter.moved": ("letter.given",),
    "voucher.given_back": ("voucher.taken",),
    "visit.called": ("visit.arrived",), "visit.closed": ("visit.arrived",), "visit.left": ("visit.arrived",),
    "use.ended": ("use.begun",),
    "adviser.removed": ("adviser.noted",), "adviser_card.hidden": ("adviser_card.shown",),
    "hall.removed": ("hall.noted",),
    "equipment.pictured": ("equipment.noted",), "equipment.removed": ("equipment.noted",),
    "equipment.booked": ("equipment.noted",), "equipment.back": ("equipment.noted", "equipment.booked"),
}  # fmt: skip
GIVEN: dict[str, dict[str, Any]] = {
    "place.added": {"fields": {"nom": "Médiathèque"}}, "place.changed": {"fields": {"nom": "Autre"}},
    "place.settled": {"fields": {"nom": "Autre"}, "is_accepted": True},
    "stop.changed": {"label": "Ailleurs"}, "workshop.changed": {"title": "Autre"},
    "signup.asked": {"state": "asked"}, "signup.settled": {"state": "placed"}, "signup.moved": {"state": "placed"},
    "signup.told": {"has_guardian": True}, "attendance.stayed": {"is_late": True},
    "attendance.told": {"card": "arbre-lune-12"}, "attendance.merged": {"into": b"i" * 16},
    "item.changed": {"title": "Autre"}, "deposit.answered": {"outcome": "refused"},
    "thanks.settled": {"outcome": "refused"},
    "report.drafted": {"activity": "individuel"},
    "report.corrected": {"base": 1, "title": "Autre"}, "margins.counted": {"gender": {"feminin": 3}},
    "adviser.noted": {"profile": PROFILE}, "adviser_card.shown": {"profile": PROFILE},
    "adviser_card.hidden": {"base": 1}, "equipment.back": {"day": "2026-01-03"},
    "equipment.booked": {"is_out": True, "since": "2026-01-01", "until": "2026-01-02"},
    "poll.slips_printed": {"digests": [b"d" * 16]},
    "use.ended": {"to_ms": 5000}, "kit.access": {"is_revoked": True}, "visit.closed": {"minutes": 5},
    "workshop_proposal.made": {"plan": WorkshopChanged(0)}, "shelf.given": {"organisation": "Médiathèque"},
}  # fmt: skip


def value_of(hint: Any, name: str) -> Any:
    """The smallest value that a field's type allows."""
    if get_origin(hint) is not None and hasattr(hint, "__metadata__"):
        inner = value_of(get_args(hint)[0], name)
        least = max((meta.min_length or 0 for meta in hint.__metadata__ if isinstance(meta, msgspec.Meta)), default=0)
        low = max((meta.ge or 0 for meta in hint.__metadata__ if isinstance(meta, msgspec.Meta)), default=0)
        if isinstance(inner, bytes):
            return b"k" * (least or (16 if name.endswith("_id") else 0))
        return inner + low if isinstance(inner, int) and not isinstance(inner, bool) else inner
    if get_origin(hint) in (list, dict, tuple):
        return get_origin(hint)()
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    options = [one for one in get_args(hint) if one is not type(None)] or [hint]
    if hasattr(options[0], "__metadata__"):
        return value_of(options[0], name)
    if issubclass(options[0], msgspec.Struct):
        return filled(options[0], {})
    return {bytes: b"k", str: "mot", int: 0, bool: False}[options[0]]


def filled(body: Any, given: dict[str, Any]) -> Any:
    """A body with what it must have beside what is given."""
    hints = get_type_hints(body, include_extras=True)
    required = {field.name for field in msgspec.structs.fields(body) if field.required}
    return body(**{**{one: value_of(hints[one], one) for one in sorted(required - set(given))}, **given})


def body_of(name: str) -> Any:
    """A body of this kind, filled in as far as it must be."""
    given = {"source": "ntp"} if name == "clock.anchored" else GIVEN.get(name, {})
    return filled(KINDS[name][1].body, given)


class Writer:
    """Somebody with a key and one log at a central."""

    def __init__(self, central: Node) -> None:
        self.central, self.seq = central, 0
        self.public = os.urandom(32)
        self.epoch = os.urandom(8)
        self.log_id = primitives.digest(self.public, self.epoch, size=16)
        self.log_no = central.journal.log_number(self.log_id, self.public, self.epoch)

    def record(self, name: str, home: bytes, subject: bytes = SUBJECT, **changed: Any) -> Record:
        self.seq += 1
        body = msgspec.msgpack.encode(msgspec.structs.replace(body_of(name), **changed))
        version = KINDS[name][1].version
        return Record(self.seq, name, version, 1, self.seq, 1_790_000_000_000, subject, home, b"", None, body)

    def says(self, name: str, home: bytes, **changed: Any) -> None:
        self.central.journal.ingest(self.log_no, [self.record(name, home, **changed)])


def asking(named: Writer, body: Any) -> Any:
    """The body of something that asks one node for its word."""
    return msgspec.structs.replace(body, sign_public=named.public) if hasattr(body, "plan") else body


def tables(node: Node, thing: Thing) -> list[bytes]:
    return [line for table in thing.tables for line in queries.ordered_dump(node.store, table)]


def subject_of(name: str, writer: Writer) -> bytes:
    """Facts about the clock speak of their own log."""
    return writer.log_id if name == "clock.anchored" else SUBJECT


def test_every_kind_says_who_may_write_it() -> None:
    assert set(BEFORE) <= set(KINDS), set(BEFORE) - set(KINDS)
    open_to_all = sorted(set(KINDS) - set(GUARDED))
    assert open_to_all == [
        "attendance.absent", "attendance.came", "attendance.undone", "organisation.replaced", "person.erased",
        "place.asked", "place.checked", "place.proposed", "poll.slips_used", "questionnaire.offered",
        "request.unanswered", "tour_terms.set",
    ]  # fmt: skip


@pytest.mark.parametrize("name", GUARDED)
def test_a_forged_fact_is_kept_and_changes_nothing(central_node: Node, name: str) -> None:
    thing, kind = KINDS[name]
    home, forger = Writer(central_node), Writer(central_node)
    subject = subject_of(name, home)
    for earlier in BEFORE.get(name, ()):
        if KINDS[earlier][1].writers == CENTRAL:
            central_node.journal.append(KINDS[earlier][1], subject, asking(home, body_of(earlier)))
        else:
            home.says(earlier, home.log_id, subject=subject)
    before = tables(central_node, thing)
    forger.says(name, home.log_id, subject=subject)
    assert tables(central_node, thing) == before
    assert central_node.journal.refused() == [(forger.log_id, 1, name)]
    assert queries.records(central_node.store, forger.log_no, 1, 1)[0].kind == name
    central_node.journal.replay()
    assert tables(central_node, thing) == before
    if kind.writers & (HOME | NAMED):  # the same from its home counts, so the forged one would have changed something
        home.says(name, home.log_id, subject=subject)
    else:
        central_node.journal.append(kind, SUBJECT, body_of(name))
    assert tables(central_node, thing) != before
    assert len(central_node.journal.refused()) == 1


@pytest.mark.parametrize(
    "name", [one for one in GUARDED if KINDS[one][0].has_one_home and KINDS[one][1].writers & HOME]
)
def test_a_second_birth_under_the_same_name_does_not_take_a_thing_over(central_node: Node, name: str) -> None:
    """The forger calls itself the home. Of the central and a kit the central is believed, whatever came first."""
    thing, kind = KINDS[name]
    forger, births = Writer(central_node), BEFORE.get(name, ())
    for earlier in (*births, name):
        forger.says(earlier, forger.log_id)
    for earlier in births:
        central_node.journal.append(KINDS[earlier][1], SUBJECT, body_of(earlier))
    central_node.journal.append(kind, SUBJECT, body_of(name))
    ours = tables(central_node, thing)
    forger.says(name, forger.log_id)
    assert tables(central_node, thing) == ours
    assert {log_id for log_id, _, _ in central_node.journal.refused()} == {forger.log_id}
    if any(KINDS[earlier][1].writers & ANYBODY for earlier in births):
        return  # the forger's own coming is a fact of anybody's
    central_node.store.run("DELETE FROM fact WHERE log_no = ?", forger.log_no)
    central_node.journal.replay()
    assert tables(central_node, thing) == ours, "the tables are not what they would be without the forger"


def test_a_questionnaire_of_home_is_not_written_on_by_a_kit(central_node: Node) -> None:
    """Two kits that read one workbook each have theirs; what home published is home's alone, on every node."""
    thing, kind = KINDS["questionnaire.written"]
    one, other = Writer(central_node), Writer(central_node)
    for kit in (one, other):
        kit.says(kind.name, kit.log_id)
    assert len(tables(central_node, thing)) == 2
    assert central_node.journal.refused() == []
    central_node.journal.append(kind, SUBJECT, body_of(kind.name))
    assert len(tables(central_node, thing)) == 1
    one.says(kind.name, one.log_id, version=9)
    assert central_node.store.value("SELECT max(version) FROM questionnaire_version") == body_of(kind.name).version


def test_the_box_that_was_asked_is_believed_whatever_a_forger_says_of_it(central_node: Node) -> None:
    """The forger answers first, and makes a proposal of its own that names itself; in every order of arrival."""
    asked, forger = Writer(central_node), Writer(central_node)
    kind = KINDS["workshop_proposal.answered"][1]
    home = central_node.journal.append(
        KINDS["workshop_proposal.made"][1], SUBJECT, asking(asked, body_of("workshop_proposal.made")), to=b"k" * 16
    ).home
    told = [
        (forger, forger.record("workshop_proposal.made", forger.log_id, sign_public=forger.public)),
        (forger, forger.record(kind.name, home, state="refused")),
        (asked, asked.record(kind.name, home, state="accepted")),
    ]
    for seed in range(4):
        random.Random(seed).shuffle(told)
        central_node.store.run("DELETE FROM fact WHERE log_no IN (?,?)", asked.log_no, forger.log_no)
        for writer, record in told:
            central_node.journal.ingest(writer.log_no, [record])
        assert central_node.store.value("SELECT state FROM workshop_proposal") == "accepted"
        assert {log_id for log_id, _, _ in central_node.journal.refused()} == {forger.log_id}


def test_a_kit_does_not_let_itself_in_again(central_node: Node) -> None:
    """The kit that was stolen says of itself that it is accepted."""
    access = KINDS["kit.access"][1]
    stolen = Writer(central_node)
    central_node.journal.append(access, SUBJECT, access.body(stolen.public, True, 1))
    stolen.says("kit.access", stolen.log_id, sign_public=stolen.public, is_revoked=False, turn=9)
    assert sync_queries.is_revoked(central_node.store, stolen.public)


def test_a_home_in_its_next_life_is_still_the_home(central_node: Node) -> None:
    """After a restore the box writes a new log with the same key; a segment of it may come before the old ones."""
    first, forger = Writer(central_node), Writer(central_node)
    second = Writer(central_node)
    second.public = first.public
    second.log_id = primitives.digest(first.public, second.epoch, size=16)
    facts = [
        (first, first.record("workshop.planned", first.log_id)),
        (second, second.record("workshop.changed", first.log_id, title="Reporté")),
        (forger, forger.record("workshop.changed", first.log_id, base=9, title="Volé")),
    ]
    expected = None
    for seed in range(6):
        chance = random.Random(seed)
        chance.shuffle(facts)
        with central_node.journal.write():
            for table in ("fact", "refused", "workshop"):
                central_node.store.run(f"DELETE FROM {table}")
            names = (first.log_id, second.log_id, forger.log_id)
            central_node.store.run("DELETE FROM log WHERE log_id IN (?,?,?)", *names)
        central_node.journal._keys_of_logs.clear()
        for writer, record in facts:
            number = central_node.journal.log_number(writer.log_id, writer.public, writer.epoch)
            central_node.store.run("UPDATE log SET public_key = ? WHERE log_no = ?", writer.public, number)
            central_node.journal.ingest(number, [record])
        assert central_node.store.value("SELECT title FROM workshop") == "Reporté", [one.kind for _, one in facts]
        expected = expected or central_node.journal.projection_hash()
        assert central_node.journal.projection_hash() == expected
        assert central_node.journal.refused() == [(forger.log_id, 1, "workshop.changed")]


def test_a_thing_of_an_unknown_home_is_folded_again_when_its_home_is_heard_of(central_node: Node) -> None:
    """A sign-up of the second life of a box, about a workshop of its first, comes before anything of the first."""
    first, second = Writer(central_node), Writer(central_node)
    central_node.store.run("UPDATE log SET public_key = ? WHERE log_no = ?", first.public, second.log_no)
    central_node.store.run("UPDATE log SET public_key = NULL WHERE log_no = ?", first.log_no)
    second.says("signup.asked", first.log_id)
    assert central_node.store.value("SELECT count(*) FROM signup") == 0
    central_node.store.run("UPDATE log SET public_key = ? WHERE log_no = ?", first.public, first.log_no)
    first.says("workshop.planned", first.log_id, subject=b"w" * 16)
    assert central_node.store.value("SELECT count(*) FROM signup") == 1
    assert central_node.journal.refused() == []


def test_people_see_what_was_refused(central_node: Node, enter: Enter) -> None:
    client = enter(central_node, cast.INES)
    assert "sans en avoir le droit" not in client.get("/a-regarder").text
    home, forger = Writer(central_node), Writer(central_node)
    home.says("place.added", home.log_id)
    forger.says("place.changed", home.log_id)
    page = client.get("/a-regarder").text
    assert "Écrit sans en avoir le droit" in page
    assert "place.changed" in page


@pytest.mark.parametrize(
    ("writers", "log", "home", "counts"),
    [
        (ANYBODY, "forger", "kit", True),
        (HOME, "kit", "kit", True),
        (HOME, "kit-2", "kit", True),
        (HOME, "forger", "kit", False),
        (HOME, "forger", "unknown", False),
        (CENTRAL, "central", "central", True),
        (CENTRAL, "kit", "kit", False),
        (HOME | CENTRAL, "central", "kit", True),
        (HOME | CENTRAL, "forger", "kit", False),
        (NAMED, "kit", "central", True),
        (NAMED, "kit-2", "central", True),
        (NAMED, "forger", "central", False),
        (NAMED, "unknown", "central", False),
    ],
)
def test_the_table_of_the_rule(writers: frozenset[str], log: str, home: str, counts: bool) -> None:
    of_log = {b"kit": b"K", b"kit-2": b"K", b"forger": b"F", b"central": b"C"}
    said = [Said(0, "x", log.encode(), home.encode()), Said(1, "asks", b"central", b"central", b"K")]
    kinds = {"x": writers, "asks": CENTRAL}
    refused = find_refused(said, kinds.__getitem__, Keys(of_log.get, b"C", b"C", False), has_one_home=True)
    assert (not refused) == counts
