"""A file of places taken in, again, changed, damaged; searched; and the same tables in any order."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from kit.directory import actions, facts, queries, rules
from kit.errors import Problem
from kit.ids import new_id
from kit.journal import queries as journal_queries
from kit.journal.fact import Record

from .box import REAL, Box, count_statements, make_box, place


def names(box: Box, words: str = "", service: str = "") -> list[str]:
    """The names a search finds."""
    return [one.name for one in queries.list_places(box.node.store, words, service, 100, 0)]


def test_the_real_file_goes_in_once(box: Box) -> None:
    first = actions.import_places(box.node, REAL)
    assert (first.added, first.changed, first.known, first.refused) == (38, 0, 0, [])
    assert len(first.left) == 32
    head, tables = box.node.journal.head(), box.node.journal.projection_hash()
    again = actions.import_places(box.node, REAL)
    assert (again.added, again.changed, again.known, again.refused) == (0, 0, 38, [])
    assert (box.node.journal.head(), box.node.journal.projection_hash()) == (head, tables)
    state = queries.describe_directory(box.node.store)
    assert (state.count, state.oldest, state.newest) == (38, "2024-01-31", "2024-01-31")
    assert state.sources == ("Mairie Aix en Provence",)


def test_a_newer_file_changes_only_what_differs(box: Box) -> None:
    box.take_in([place(1), place(2)])
    newer = box.take_in([place(1, nom="Autre nom", date_maj="2024-06-01"), place(2)])
    assert (newer.added, newer.changed, newer.known) == (0, 1, 1)
    row = box.node.store.row("SELECT body FROM fact WHERE kind = 'place.changed'")
    assert row is not None
    assert msgspec.msgpack.decode(row["body"]) == [1, {"nom": "Autre nom", "date_maj": "2024-06-01"}]
    older = box.take_in([place(1)])
    assert (older.changed, older.known) == (0, 1)
    assert "Autre nom" in names(box)


def test_what_cannot_be_taken_in_is_named_and_the_rest_is(box: Box) -> None:
    outcome = box.take_in([place(1), "rien", {"nom": "sans id"}, place(2, adresse=""), None, place(3)])
    assert outcome.added == 2
    assert [number for number, _ in outcome.refused] == [2, 3, 4, 5]
    assert outcome.refused[1] == (3, "il manque : id, commune, adresse")
    long = {name: "é" * 4000 for name in rules.FIELDS if name not in ("id", "nom", "latitude", "longitude")}
    assert box.take_in([place(9, **long)]).refused == [(1, "trop long")]


def test_a_place_the_team_removed_does_not_come_back(box: Box) -> None:
    box.take_in([place(1)])
    box.node.journal.append(facts.REMOVED, rules.place_id("Hubik", "lieu-1"), facts.PlaceRemoved("closed"))
    assert names(box) == []
    assert box.take_in([place(1)]).refused == [(1, "l’équipe a retiré ce lieu")]


def test_a_table_is_read_too(box: Box) -> None:
    comma = "id,nom,commune,adresse,services\n1,Un,Gars,Rue,Utilisation sécurisée du numérique\n2,Deux,Gars,\n"
    outcome = box.take_in("\ufeff" + comma, "lieux.csv")
    assert (outcome.added, outcome.refused) == (1, [(2, "il manque : adresse")])
    semicolon = 'id;nom;commune;Adresse;labels_nationaux\n3;Trois;Gars;Rue;"CNFS;APTIC"\n'
    outcome = box.take_in(semicolon, "lieux.csv")
    assert (outcome.added, [one.value for _, one in outcome.left][:1]) == (1, ["APTIC"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "première ligne"),
        ("[{", "JSON"),
        ('{"id": 1}', "liste"),
        ("[" * 100_000, "JSON"),
        ("a,b\n1,2", "première ligne"),
        ('id,nom\n1,"ouvert', "CSV"),
        ("\x00\x01\x02", "première ligne"),
    ],
)
def test_a_damaged_file_is_refused_whole(box: Box, content: str, reason: str) -> None:
    with pytest.raises(Problem, match=reason) as refusal:
        box.take_in(content)
    assert refusal.value.code == "directory.bad_file"
    assert box.node.journal.head() == 0


def test_a_file_that_is_no_text_or_not_there(box: Box, tmp_path: Path) -> None:
    picture = tmp_path / "image.png"
    picture.write_bytes(b"\x89PNG\xff\xfe")
    for path in (picture, tmp_path / "absent.json", tmp_path):
        with pytest.raises(Problem) as refusal:
            actions.import_places(box.node, path)
        assert refusal.value.code == "directory.bad_file"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mejanes", 4),
        ("MÉJANES", 4),
        ("bibliothèques", 4),
        ("bibliotheque allumette", 1),
        ("mairie quartier", 10),
        ("mairies quartiers", 10),
        ("13290", 4),
        ("Aix", 38),
        ("papiers", 37),
        ("France Services", 10),
        ("zzz", 0),
        ("!!!", 0),
        ("'; DROP TABLE place; --", 0),
        ('NEAR("a" "b") OR * ^ {nom}: -x', 0),
        ("\x00\ud800"[:1] + "🙂", 0),
        ("mot " * 500, 0),
    ],
)
def test_search_forgives_and_never_fails(full_box: Box, words: str, expected: int) -> None:
    found = names(full_box, words)
    assert len(found) == queries.count_places(full_box.node.store, words)
    assert len(found) == expected


def test_search_within_a_service(full_box: Box) -> None:
    service = "Acquisition de matériel informatique à prix solidaire"
    assert names(full_box, "", service) == ["Anonymal"]
    assert names(full_box, "mejanes", service) == []


def test_a_change_is_found_under_its_new_words_only(box: Box) -> None:
    box.take_in([place(1, nom="Ancien palais")])
    box.take_in([place(1, nom="Nouveau moulin", services="", date_maj="2025-01-01")])
    assert (names(box, "palais"), names(box, "moulin")) == ([], ["Nouveau moulin"])
    assert names(box, "", "Utilisation sécurisée du numérique") == []


def test_replay_gives_the_same_tables(full_box: Box) -> None:
    full_box.plan_stop(tour="Estéron")
    actions.close_stop(full_box.node, full_box.plan_stop(48))
    before = full_box.node.journal.projection_hash()
    full_box.node.journal.replay()
    assert full_box.node.journal.projection_hash() == before
    assert len(names(full_box, "mejanes")) == 4


def test_any_order_of_arrival_gives_the_same_tables(box: Box, tmp_path: Path) -> None:
    box.take_in([place(number) for number in range(1, 6)])
    box.take_in([place(1, nom="B", date_maj="2024-05-01"), place(2, telephone="3646")])
    box.take_in([place(1, nom="C", date_maj="2024-06-01")])
    stop_id = box.plan_stop()
    change = facts.StopChanged(1, label="Autre salle")
    box.node.journal.append(facts.STOP_CHANGED, stop_id, change)
    actions.close_stop(box.node, stop_id)
    journal = box.node.journal
    own = journal_queries.records(box.node.store, journal.log_no, 1, journal.head())
    shared = rules.place_id("Hubik", "lieu-1")
    theirs = [
        (log, other(seq, facts.ADDED.name, [{"nom": log.hex(), "id": "lieu-1", "date_maj": day}], shared, log))
        for seq, (log, day) in enumerate([(b"y" * 16, "2024-06-01"), (b"a" * 16, "2023-01-01")], start=1)
    ]
    hashes, shown = set(), set()
    for run in range(4):
        node = make_box(tmp_path / str(run) / "kit").node
        batches = [(journal.log_id, one) for one in own] + theirs
        random.Random(run).shuffle(batches)
        for log_id, one in batches * 2:
            with node.journal.write():
                log_no = node.journal.log_number(log_id)
            node.journal.ingest(log_no, [one])
        hashes.add(node.journal.projection_hash())
        shown.add(queries.get_place(node.store, shared).name)
        assert queries.count_places(node.store) == 5
        assert queries.get_stop(node.store, stop_id).label == "Autre salle"
        node.store.close()
    assert len(hashes) == len(shown) == 1
    assert shown <= {"C", (b"y" * 16).hex()}


def other(seq: int, kind: str, body: object, subject: bytes | None = None, home: bytes = b"z" * 16) -> Record:
    """A fact as another node may have written it."""
    return Record(seq, kind, 1, 1, 1, 1, subject or new_id(), home, b"", None, msgspec.msgpack.encode(body))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("place.added", []),
        ("place.added", [{"nom": 3}]),
        ("place.added", [{"nom": "x" * 4001}]),
        ("place.added", [{"n" * 61: "x"}]),
        ("place.added", [{str(number): "x" for number in range(65)}]),
        ("stop.planned", ["l", "c", "", "", -1, 5, ""]),
        ("stop.planned", ["l" * 201, "c", "", "", 1, 5, ""]),
        ("stop.planned", ["l", "c", "", "", 1, 2**60, ""]),
    ],
)
def test_a_bad_fact_is_set_aside_and_blocks_nothing(box: Box, kind: str, body: object) -> None:
    with box.node.journal.write():
        log_no = box.node.journal.log_number(b"z" * 16)
    good = other(2, "place.added", [{"nom": "Bon", "champ_futur": "x"}])
    box.node.journal.ingest(log_no, [other(1, kind, body), good])
    assert names(box) == ["Bon"]
    assert len(box.node.journal.unreadable()) == 1


def test_two_thousand_places_cost_no_more_than_forty(box: Box) -> None:
    visitor = box.visitor()
    addresses = ("/annuaire", "/annuaire?q=lieu", "/annuaire?q=lieu&service=demarches&page=2")
    box.take_in([place(number) for number in range(40)])
    few = [count_statements(box, lambda: visitor.get(one)) for one in addresses]  # noqa: B023
    assert box.take_in([place(number) for number in range(2000)]).added == 1960
    many = [count_statements(box, lambda: visitor.get(one)) for one in addresses]  # noqa: B023
    assert few == many
    assert max(many) <= 6
    assert "2000 lieux" in visitor.get("/annuaire").text
