"""P11: what a kit of each release sent, kept for ever, and read by today's program.

A folder `tests/golden/vX/` holds the segments and envelopes of one kit, the keys of a central made for this (they open
nothing else), the kit's certificate, and `expected.json`: what came of it when that release was current. Those made
since bundles exist also hold the bundle of the kit (`envoi/`), what the central answered (`retour/`), and the kit's key
and enrolment, so that today's kit reads the answer. Older releases are never made anew. Make one:
python -m tests.promises.golden tests/golden/vX
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import msgspec

from kit import demo
from kit.central import actions as central_actions
from kit.central import bringing
from kit.central import queries as central_queries
from kit.errors import Problem
from kit.feedback import actions as feedback
from kit.feedback.forms import NewAnswer
from kit.ids import new_id
from kit.journal import anchors
from kit.journal import queries as journal_queries
from kit.people import actions as people
from kit.people import identities
from kit.people.node import Node
from kit.store import Store
from kit.sync import aside_queries, bundle, packing
from kit.sync import queries as sync_queries
from kit.sync.enrolment import get_enrolment
from kit.sync.messages import Certificate, read_message, signed_by
from kit.sync.outbox import Outbox
from kit.sync.segment import LogName, read_segment
from kit.workshops import actions as workshops
from kit.workshops import queries as workshop_queries
from kit.workshops.forms import NewWorkshop, Person, Profile
from tests.promises.world import PASSPHRASE, World, open_node
from tests.promises.writer import START_MS

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
# What a person would notice if it changed; columns may be added to the tables, these stay.
LOOKED_AT = {
    "workshop": "workshop_id, title, places, is_cancelled, is_closed, version",
    "signup": "signup_id, state, has_phone, envelope",
    "attendance": "attendance_id, state, how, gender, age_band",
    "answer": "answer_id, questionnaire, version, scope",
    "answer_value": "answer_id, question, value",
}


# -- making one (of the release that is current) ------------------------------------------------------------------


def make(folder: Path) -> None:
    """Play a small season and keep what the kit would send."""
    world = World.make()
    kit, central = world.nodes["kit-0"], world.central
    people_seen = _play(kit)
    outbox = Outbox(kit)
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("segments", "envelopes"):
        (folder / name).mkdir(parents=True)
    for log_id, log in outbox.logs.items():
        for frozen in outbox.segments(log_id, [(1, log.head)]):
            (folder / "segments" / f"{frozen.first:05}.vseg").write_bytes(frozen.raw)
            central_actions.take_segment(central, frozen.segment_id, frozen.raw)
    for row in kit.store.rows("SELECT hash, sealed FROM envelope ORDER BY hash"):
        (folder / "envelopes" / row["hash"].hex()).write_bytes(row["sealed"])
        central_actions.take_envelope(central, row["hash"], row["sealed"])
    shutil.copyfile(central.data / "node.key", folder / "central.key")
    (folder / "kit.certificate").write_bytes(get_enrolment(kit).certificate)
    (folder / "organisation.key").write_bytes(organisation_private(central))
    expected = {"names": people_seen, **describe(central.store, outbox.logs)}
    (folder / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", "utf-8")
    _keep_bundles(kit, central, folder)
    world.end()


def _keep_bundles(kit: Node, central: Node, folder: Path) -> None:
    """The bundle a kit takes to a key, the answer it gets, and what a kit needs to read that answer."""
    workshops.plan_workshop(central, NewWorkshop("Payer en ligne", b"", "Breil", "", START_MS, 60, 8, 0, "", "", ""))
    sent = b"".join(packing.pack_number(Outbox(kit), 1))
    taken = bringing.take_bundle(central, "golden", io.BytesIO(sent))
    for name, raw in (("envoi", sent), ("retour", b"".join(bringing.pack_answer(central, taken.hello)))):
        (folder / name).mkdir()
        (folder / name / f"golden-0001{bundle.SUFFIX}").write_bytes(raw)
    shutil.copyfile(kit.data / "node.key", folder / "kit.key")
    (folder / "kit.enrolment").write_bytes(sync_queries.find_enrolment(kit.store) or b"")


def organisation_private(central: Node) -> bytes:
    """The private half of the coordination’s key."""
    throttle = people.Throttle(central.clock.mono_ms)
    staff = people.find_signed_in(central, people.sign_in(central, throttle, "here", PASSPHRASE))
    private = staff.vault() if staff else None
    assert private is not None
    return private


def _play(kit: Node) -> list[str]:
    """A little of every kind of fact; the names that went into envelopes."""
    list(demo.prepare(kit, None))
    anchors.confirm(kit.journal, kit.clock.wall_ms(), "staff")
    plan = NewWorkshop("Écrire un e-mail", b"", "Saint-Auban", "Salle", START_MS, 90, 2, 3, "debutant", "email", "")
    first = workshops.plan_workshop(kit, plan)
    gone = workshops.plan_workshop(kit, plan)
    workshops.change_workshop(kit, first, msgspec.structs.replace(plan, title="Écrire un courriel"), 1)
    workshops.cancel_workshop(kit, gone, "Salle fermée")
    names = ["Zoé Abélard", "Yann Îlot", "Xavière d’Ôté"]
    asked = [workshops.sign_up(kit, first, new_id(), Person(name, "")) for name in names]
    found = workshop_queries.find_signup(kit.store, asked[0].signup_id)
    assert found is not None
    workshops.cancel_signup(kit, found)  # and the third one moves up
    workshops.note_came(kit, first, asked[1].signup_id)
    workshops.undo_came(kit, first, asked[1].signup_id)
    workshops.note_came(kit, first, asked[1].signup_id)
    for _ in range(30):
        workshops.add_anonymous(kit, first, new_id(), Profile())
    for mark in (10, 5, 10, 0, 10):
        feedback.note_answer(kit, new_id(), NewAnswer("satisfaction", 1, first, (("satisfaction", mark),)))
    workshops.close_workshop(kit, first, lambda *_: None, with_absent=True)
    identities.erase(kit, asked[0].signup_id, "demande")
    return sorted(names[1:])


# -- reading one --------------------------------------------------------------------------------------------------


def describe(store: Store, log_ids: Collection[bytes]) -> dict[str, object]:
    """What came of these logs: facts by kind, one hash over all of them as bytes, and the rows people would notice."""
    marks = ",".join("?" * len(log_ids))
    facts = store.rows(
        "SELECT seq, kind, version, boot, mono_ms, wall_ms, subject, home, refs, envelope, body FROM fact "
        f"JOIN log USING (log_no) WHERE log_id IN ({marks}) ORDER BY log_id, seq",
        *log_ids,
    )
    state = hashlib.sha256()
    for fact in facts:
        state.update(msgspec.msgpack.encode(tuple(fact)))
    tables = {
        table: [[v.hex() if isinstance(v, bytes) else v for v in row] for row in
                store.rows(f"SELECT {columns} FROM {table} ORDER BY {columns}")]
        for table, columns in LOOKED_AT.items()
    }  # fmt: skip
    return {"facts": dict(sorted(Counter(f["kind"] for f in facts).items())), "sha256": state.hexdigest(), **tables}


def fresh_central(golden: Path, folder: Path) -> Node:
    """Today's central with the keys of then, knowing the kit of then (and letting it in for ever)."""
    folder.mkdir(parents=True)
    shutil.copyfile(golden / "central.key", folder / "node.key")
    central = open_node(folder)
    raw = (golden / "kit.certificate").read_bytes()
    kit = read_message(Certificate, raw, signed_by(central.identity.sign_public))
    with central.journal.write():
        central_queries.save_kit(central.store, (
            kit.kit_id, kit.nickname, kit.territory, kit.sign_public, kit.box_public, kit.serial, raw,
            2**42, 0,
        ))  # fmt: skip
    return central


def items_of(golden: Path) -> list[tuple[str, bytes]]:
    """Everything the kit sent, with its kind."""
    return [
        *(("segment", path.read_bytes()) for path in sorted((golden / "segments").iterdir())),
        *(("envelope", path.read_bytes()) for path in sorted((golden / "envelopes").iterdir())),
    ]


def deliver(central: Node, kind: str, raw: bytes) -> None:
    """Hand one thing to the central under its own name."""
    from kit.keys.envelope import envelope_hash
    from kit.keys.primitives import digest

    if kind == "segment":
        central_actions.take_segment(central, digest(raw), raw)
    else:
        central_actions.take_envelope(central, envelope_hash(raw), raw)


def check(golden: Path, folder: Path) -> tuple[int, list[str]]:
    """How many things were delivered, and what is not as it was."""
    central = fresh_central(golden, folder / "central")
    items, wrongs = items_of(golden), list[str]()
    for kind, raw in items:
        try:
            deliver(central, kind, raw)
        except Problem as problem:
            wrongs.append(f"{golden.name}: a {kind} is refused: {problem.code}")
    cases, more = _compare(golden, central)
    bundles, spoilt = _check_bundles(golden, folder)
    return len(items) + cases + bundles, wrongs + more + spoilt


def _compare(golden: Path, central: Node) -> tuple[int, list[str]]:
    """What a central made of it, beside what came of it then; closes the central."""
    expected = json.loads((golden / "expected.json").read_text("utf-8"))
    logs = {read_segment(raw).header.log_id for kind, raw in items_of(golden) if kind == "segment"}
    names = _names(central.store, (golden / "organisation.key").read_bytes())
    found = {"names": names, **describe(central.store, logs)}
    wrongs = [f"{golden.name}: {name} is not what it was" for name in expected if expected[name] != found.get(name)]
    if central.journal.unreadable():
        wrongs.append(f"{golden.name}: facts that cannot be read")
    if aside_queries.count_to_look_at(central.store):
        wrongs.append(f"{golden.name}: a segment was set aside")
    central.store.close()
    return sum(expected["facts"].values()), wrongs


def bundles_of(golden: Path, name: str) -> list[bytes]:
    """The bundles that went one way; none in the first releases' folders."""
    return [path.read_bytes() for path in sorted((golden / name).glob(f"*{bundle.SUFFIX}"))]


def _check_bundles(golden: Path, folder: Path) -> tuple[int, list[str]]:
    """Bundles of then at today's central, and its answers of then at today's kit."""
    sent, answers, wrongs, cases = bundles_of(golden, "envoi"), bundles_of(golden, "retour"), list[str](), 0
    if sent:
        central = fresh_central(golden, folder / "central-bundles")
        taken = [bringing.take_bundle(central, "golden", io.BytesIO(raw)) for raw in sent]
        wrongs += [f"{golden.name}: a bundle is refused: {one.trouble}" for one in taken if one.trouble]
        wrongs += [] if all(one.hello for one in taken) else [f"{golden.name}: a bundle gets no answer"]
        cases, more = _compare(golden, central)
        wrongs += more
    for raw in answers:
        brought = packing.take_back(fresh_kit(golden, folder / "kit"), io.BytesIO(raw))
        if brought.trouble or not brought.receipts:
            wrongs.append(f"{golden.name}: an answer is refused: {brought}")
    return cases + len(sent) + len(answers), wrongs


def fresh_kit(golden: Path, folder: Path) -> Node:
    """Today's kit with the key and the enrolment of then, and an empty log of the same name."""
    folder.mkdir(parents=True)
    shutil.copyfile(golden / "kit.key", folder / "node.key")
    kit = open_node(folder)
    header = read_segment(next((golden / "segments").iterdir()).read_bytes()).header
    with kit.journal.write():
        journal_queries.set_state(kit.store, sync_queries.ENROLMENT, (golden / "kit.enrolment").read_bytes())
        sync_queries.log_number(kit.store, LogName(header.log_id, header.public_key, header.epoch))
    return kit


def _names(store: Store, private: bytes) -> list[str]:
    told = [identities.read_identity(row["sealed"], private) for row in store.rows("SELECT sealed FROM envelope")]
    return sorted(one.name for one in told if one and one.name)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
