"""Two kits and a central as real nodes over real files, and a wire that loses, repeats, reorders and delays."""

from __future__ import annotations

import atexit
import io
import json
import random
import shutil
import threading
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from waitress.server import create_server

from kit import retention
from kit.app import build_node, create_app
from kit.central import actions as central_actions
from kit.central import bringing
from kit.directory import actions as directory
from kit.directory import proposals
from kit.directory.rules import place_id
from kit.feedback import actions as feedback
from kit.feedback.forms import NewAnswer
from kit.ids import new_id
from kit.library.counts.counter import Counter as WorkCounter
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from kit.store import Store
from kit.sync import forks, inbox, packing
from kit.sync.actions import send
from kit.sync.enrolment import enrol, get_enrolment, read_certificate
from kit.sync.outbox import Outbox
from kit.workshops import actions as workshops
from kit.workshops import queries as workshop_queries
from kit.workshops import same_person
from kit.workshops.forms import Person, Profile
from kit.workshops.proposals.actions import Box
from tests.promises.writer import plan

PASSPHRASE = "un deux trois quatre cinq six"
KITS = ("kit-0", "kit-1")
PLACE = place_id("", "1")
WORK = b"w" * 16
MEMORY = Path("/dev/shm")
SUBJECTS = {
    "workshop": "workshop_id", "signup": "signup_id", "attendance": "attendance_id", "answer": "answer_id",
    "urn": "answer_id", "envelope": "subject",
}  # fmt: skip


def open_node(folder: Path) -> Node:
    """A node of either role, by the name of its folder."""
    role = "central" if folder.name.startswith("central") else "kit"
    return build_node(read_settings({}, data=folder, role=role))


@cache
def template() -> Path:
    """Two kits enrolled at a central, made once through real HTTP."""
    base = Path(mkdtemp(prefix="valise-world-", dir=MEMORY if MEMORY.is_dir() else None))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    central = open_node(base / "central")
    people.set_up(central, "Coordination", "coordinator", PASSPHRASE)
    place = {"id": "1", "nom": "Médiathèque", "commune": "Tende", "adresse": "1 RUE", "horaires": "Mo 09:00-12:00"}
    (base / "lieux.json").write_text(json.dumps([place]), "utf-8")
    directory.import_places(central, base / "lieux.json")
    server = create_server(create_app(central.settings, central), host="127.0.0.1", port=0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    url = f"http://127.0.0.1:{server.effective_port}"
    for name in KITS:
        kit = open_node(base / name)
        people.set_up(kit, "Équipe", "mediator", PASSPHRASE)
        enrol(kit, central_actions.make_enrolment(central, name, server_url=url))
        send(kit)  # the place comes down
        kit.store.close()
    server.close()
    central.store.close()
    return base


def copy_node(source: Path, target: Path, *, with_marker: bool) -> None:
    """Put a copy of a node's folder in the place of another; without its marker it will know it is a copy."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    marker, place = source.with_name(source.name + ".boot"), target.with_name(target.name + ".boot")
    place.unlink(missing_ok=True)
    if with_marker:
        shutil.copyfile(marker, place)


@dataclass(frozen=True)
class Told:
    """A person was told this is noted."""

    kit: str
    table: str
    subject: bytes


@dataclass
class World:
    """`told` is what people were told and must never be lost; `late` is what the wire still holds back.

    `named` are the people whose name somebody must still hold: their kit or the central.

    `fragile` is what a broken kit had delivered: should the central break down too before it is in a backup, nobody
    promised to have it still. `counted` is how often a work was read, by the log that says so; `put_back` are the kits
    that broke down once, `broken` the logs they wrote until then: what was counted there and not delivered is gone.
    `unheard` are the kits that have not heard of the central since it was put back: what they hold of its receipts
    is void, and they cannot know it.
    """

    base: Path
    nodes: dict[str, Node] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    named: list[Told] = field(default_factory=list)
    late: list[tuple[str, bytes, bytes]] = field(default_factory=list)
    fragile: set[Told] = field(default_factory=set)
    counted: Counter[bytes] = field(default_factory=Counter)
    put_back: set[str] = field(default_factory=set)
    broken: set[bytes] = field(default_factory=set)
    workshops: dict[str, list[bytes]] = field(default_factory=dict)
    unheard: set[str] = field(default_factory=set)

    @classmethod
    def make(cls) -> World:
        """A world of its own, copied from the template."""
        base = Path(mkdtemp(prefix="valise-case-", dir=template().parent))
        for name in (*KITS, "central"):
            copy_node(template() / name, base / name, with_marker=True)
        return cls(base, {name: open_node(base / name) for name in (*KITS, "central")})

    def end(self) -> None:
        """Close and remove everything."""
        for node in self.nodes.values():
            node.store.close()
        shutil.rmtree(self.base, ignore_errors=True)

    @property
    def central(self) -> Node:
        """The home side."""
        return self.nodes["central"]

    def box(self, name: str) -> Box:
        """A kit as its central knows it."""
        told = read_certificate(get_enrolment(self.nodes[name]))
        return Box(told.kit_id, told.sign_public)

    # -- people at work -------------------------------------------------------------------------------------------

    def act(self, name: str, what: str) -> None:
        """Somebody does something at a kit and is told it is noted."""
        kit, known = self.nodes[name], self.workshops.setdefault(name, [])
        if what == "plan" or not known:
            known.append(plan(kit, "Atelier"))
            self.told.append(Told(name, "workshop", known[-1]))
        elif what == "signup":
            signup = workshops.sign_up(kit, known[-1], new_id(), Person("Odette Canari", ""))
            self.told.append(Told(name, "signup", signup.signup_id))
            self.named.append(Told(name, "envelope", signup.signup_id))
        elif what == "answer":
            self._answer(kit, name, known[-1])
        elif what == "cancel":
            self._cancel(kit, name)
        elif what == "propose":
            proposals.correct(kit, PLACE, {"horaires": f"Mo {len(self.told) % 3 + 9}:00-18:00"}, new_id())
        elif what == "count":
            self._count(kit)
        elif what == "merge":
            self._merge(kit, known[-1])
        else:
            person = new_id()
            workshops.add_anonymous(kit, known[-1], person, Profile())
            self.told.append(Told(name, "attendance", person))

    def _answer(self, kit: Node, name: str, workshop_id: bytes) -> None:
        before = _answers_of(kit.store)
        feedback.note_answer(kit, new_id(), NewAnswer("satisfaction", 1, workshop_id, (("satisfaction", 10),)))
        self.told += [Told(name, "answer", one) for one in _answers_of(kit.store) - before]

    def _count(self, kit: Node) -> None:
        """Somebody reads a work; the counter is noted, as it is every ten minutes."""
        counter = WorkCounter(kit)
        counter.count(WORK, is_kept=False)
        counter.note()
        self.counted[kit.journal.log_id] += 1

    def miscounted(self) -> list[str]:
        """Logs of which the central says another number of readings than there were."""
        sql = "SELECT log_id, sum(read) FROM work_count JOIN log USING (log_no) GROUP BY log_id"
        told = {bytes(row[0]): int(row[1]) for row in self.central.store.rows(sql)}
        wrong = [one for one, count in self.counted.items() if told.get(one, 0) != count and one not in self.broken]
        wrong += [one for one in told if told[one] > self.counted[one]]
        return [f"{one.hex()[:8]} says {told.get(one, 0)}, was {self.counted[one]}" for one in wrong]

    def _merge(self, kit: Node, workshop_id: bytes) -> None:
        """Two rows of a roll are one person, or two again."""
        workshop = workshop_queries.get_workshop(kit.store, workshop_id)
        rows = kit.store.rows("SELECT attendance_id, merged_into FROM attendance WHERE workshop_id = ?", workshop_id)
        apart = [bytes(row[0]) for row in rows if row[1]]
        free = [bytes(row[0]) for row in rows if not row[1] and row[0] not in [other[1] for other in rows]]
        if apart:
            same_person.merge(kit, workshop, apart[0], b"", None)
        elif len(free) > 1:
            same_person.merge(kit, workshop, free[0], free[1], None)

    def _cancel(self, kit: Node, name: str) -> None:
        """Somebody who has a place gives it back: a second fact about the same sign-up."""
        for told in reversed(self.told):
            found = workshop_queries.find_signup(kit.store, told.subject) if told.table == "signup" else None
            if found and found.state != "cancelled" and found.workshop_id in self.workshops[name]:
                workshops.cancel_signup(kit, found)
                return

    def close(self, name: str) -> None:
        """The mediator closes the newest workshop of a kit."""
        for workshop_id in self.workshops.get(name, [])[-1:]:
            workshops.close_workshop(self.nodes[name], workshop_id, lambda *_: None)
            self.workshops[name].remove(workshop_id)

    def purge(self, name: str) -> None:
        """Time has passed: the kit removes what a receipt covers."""
        retention.purge(self.nodes[name], days=0)

    def back_up_central(self) -> None:
        """The coordination's backup command, which lets receipts say "backed up"."""
        held = inbox.what_is_held(self.central)
        self.save("central", "a")
        inbox.note_backed_up(self.central, held)

    def work_and_cut(self, name: str, chance: random.Random, most: int) -> None:
        """Some facts, each frozen into a segment of its own (somebody pressed the button without a line)."""
        for _ in range(chance.randrange(most + 1)):
            self.act(name, chance.choice(["signup", "attendance", "cancel"]))
            outbox = Outbox(self.nodes[name])
            for log_id, log in outbox.logs.items():
                list(outbox.segments(log_id, [(1, log.head)] if log.head else []))

    # -- the wire -------------------------------------------------------------------------------------------------

    def lossy_round(self, name: str, chance: random.Random, loss: float) -> None:
        """Export, lose some, repeat some, shuffle, deliver, bring receipts - or lose those too."""
        outbox = Outbox(self.nodes[name])
        hello, nonce = outbox.hello()
        raw = central_actions.answer_hello(self.central, hello)
        if chance.random() < loss:
            return
        answer = outbox.take_answer(raw, nonce)
        self.unheard.discard(name)
        items = [
            ("segment", frozen.segment_id, frozen.raw)
            for missing in answer.missing
            for frozen in outbox.segments(missing.log_id, missing.ranges)
        ]
        items += _doubtful(self.nodes[name], outbox)
        items += [("envelope", one, sealed) for one in answer.wanted if (sealed := outbox.envelope(one)) is not None]
        gone, strange = outbox.not_here(answer.wanted)
        items += chance.sample(items, len(items) // 2) + self.late
        chance.shuffle(items)
        self.late = [item for item in items if chance.random() < loss / 2]
        for item in items:
            if chance.random() >= loss:
                self.deliver(*item)
        hello, nonce = outbox.hello(gone, strange)
        raw = central_actions.answer_hello(self.central, hello)
        if chance.random() >= loss:
            outbox.take_answer(raw, nonce)

    def deliver_facts_alone(self, name: str) -> None:
        """The facts of a kit reach home; the line breaks before the names they cite do."""
        outbox = Outbox(self.nodes[name])
        for log_id, log in outbox.logs.items():
            for frozen in outbox.segments(log_id, [(1, log.head)] if log.head else []):
                self.deliver("segment", frozen.segment_id, frozen.raw)

    def key_round(self, name: str) -> None:
        """A key brings home what waits, and the answer back."""
        brought = b"".join(packing.pack_number(Outbox(self.nodes[name]), 1))
        hello = bringing.take_bundle(self.central, "envoi.valise", io.BytesIO(brought)).hello
        packing.take_back(self.nodes[name], io.BytesIO(b"".join(bringing.pack_answer(self.central, hello))))
        self.unheard.discard(name)

    def deliver(self, kind: str, name: bytes, raw: bytes) -> None:
        """One thing reaches the central."""
        take = central_actions.take_segment if kind == "segment" else central_actions.take_envelope
        take(self.central, name, raw)

    def settle(self) -> None:
        """A good line at last: rounds without loss until the central lacks nothing."""
        for name in sorted(name for name in self.nodes if name != "central"):
            for _ in range(4):
                self.lossy_round(name, random.Random(0), 0.0)

    # -- accidents ------------------------------------------------------------------------------------------------

    def save(self, name: str, label: str) -> None:
        """A consistent copy of a node, as a backup makes it."""
        node, target = self.nodes[name], self.base / f"{name}.saved-{label}"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        node.store.copy_to(target / "valise.db")
        shutil.copyfile(node.data / "node.key", target / "node.key")

    def has_saved(self, name: str, label: str) -> bool:
        """True when `save` was called for it."""
        return (self.base / f"{name}.saved-{label}").exists()

    def restore(self, name: str, label: str) -> None:
        """The node breaks down and its backup is put in its place: what was neither delivered nor saved is gone."""
        self.broken |= {log_id for _, log_id in self.nodes[name].journal.own_logs()}
        self.nodes[name].store.close()
        copy_node(self.base / f"{name}.saved-{label}", self.base / name, with_marker=False)
        self.nodes[name] = open_node(self.base / name)
        self.put_back.add(name)
        self.unheard |= {one for one in self.nodes if name == "central" or (one == name and "central" in self.put_back)}
        if name == "central":
            self.told = [t for t in self.told if t not in self.fragile or is_there(self.central.store, t)]
            self.named = [t for t in self.named if t not in self.fragile or is_there(self.central.store, t)]
        else:
            home, kit = self.central.store, self.nodes[name].store
            self.told = [t for t in self.told if t.kit != name or is_there(kit, t) or is_there(home, t)]
            self.named = [t for t in self.named if t.kit != name or is_there(kit, t) or is_there(home, t)]
            self.fragile |= {t for t in (*self.told, *self.named) if t.kit == name and not is_there(kit, t)}
            self.workshops[name] = [w for w in self.workshops.get(name, []) if is_there(kit, Told(name, "workshop", w))]

    def clone(self, name: str, *, is_noticed: bool = True) -> None:
        """Somebody copies the card: both boxes go on, the copy under the name of the third kit.

        Not `is_noticed`: its marker was on that card too, so both believe that they are the one, and write one log.
        """
        self.save(name, "clone")
        if not is_noticed:
            shutil.copyfile(self.base / f"{name}.boot", self.base / f"{name}.saved-clone.boot")
        copy_node(self.base / f"{name}.saved-clone", self.base / "kit-clone", with_marker=not is_noticed)
        self.nodes["kit-clone"] = open_node(self.base / "kit-clone")
        self.workshops["kit-clone"] = []
        self.unheard |= {"kit-clone"} if name in self.unheard else set()

    # -- what must hold -------------------------------------------------------------------------------------------

    def lost(self) -> list[Told]:
        """What people were told and neither their kit nor the central knows."""
        home = self.central.store
        return [t for t in self.told if not is_there(self.nodes[t.kit].store, t) and not is_there(home, t)]

    def nameless(self) -> list[Told]:
        """People whose name left their kit and is not at the central."""
        home = self.central.store
        return [t for t in self.named if not is_there(self.nodes[t.kit].store, t) and not is_there(home, t)]

    def not_home(self) -> list[Told]:
        """What people were told and the central does not know; what waits in an urn is where it belongs."""
        return [t for t in (*self.told, *self.named) if not is_there(self.central.store, t) and not self._waits(t)]

    def _waits(self, told: Told) -> bool:
        return told.table == "answer" and _has(self.nodes[told.kit].store, "urn", told.subject)

    def receipts_ahead(self) -> list[str]:
        """Kits that hold a receipt of this central for what it does not have, names included."""
        heard = set(self.nodes) - {"central"} - self.unheard
        return [name for name in sorted(heard) if self._is_ahead(name)]

    def _is_ahead(self, name: str) -> bool:
        from kit.sync.outbox import journey

        status = journey(self.nodes[name])
        rows = self.central.store.rows("SELECT log_id, count(*) AS n FROM fact JOIN log USING (log_no) GROUP BY 1")
        held = {row["log_id"]: row["n"] for row in rows}
        own = [log_id for _, log_id in self.nodes[name].journal.own_logs()]
        return status.arrived > sum(held.get(log_id, 0) for log_id in own)


def _doubtful(node: Node, outbox: Outbox) -> list[tuple[str, bytes, bytes]]:
    """What another copy of the card may have had receipted in our place is sent whatever the receipts say."""
    logs = [(log_id, forks.doubtful(node, log.log_no)) for log_id, log in outbox.logs.items()]
    return [("segment", one.segment_id, one.raw) for log_id, ranges in logs for one in outbox.segments(log_id, ranges)]


def is_there(store: Store, told: Told) -> bool:
    """True when a node's tables know what was told; an answer may still wait in the urn."""
    return _has(store, told.table, told.subject) or (told.table == "answer" and _has(store, "urn", told.subject))


def _has(store: Store, table: str, subject: bytes) -> bool:
    return store.value(f"SELECT 1 FROM {table} WHERE {SUBJECTS[table]} = ?", subject) is not None


def _answers_of(store: Store) -> set[bytes]:
    return {row[0] for row in store.rows("SELECT answer_id FROM urn UNION SELECT answer_id FROM answer")}


def fact_count(store: Store) -> int:
    """How many facts a node holds."""
    return int(store.value("SELECT count(*) FROM fact"))
