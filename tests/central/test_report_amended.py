"""A report corrected at home: its box is told, both sides say who wrote what stands, in any order of arrival."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.errors import Problem
from kit.ids import new_id, to_text
from kit.journal import queries as journal_queries
from kit.journal.fact import Record
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions as workshops
from kit.workshops.reports import actions, queries, rules
from kit.workshops.reports.actions import draft_after_close
from kit.workshops.reports.forms import as_new
from kit.workshops.reports.queries import Report
from tests.central.season import note_season, post, sign_in
from tests.sync.homes import served

FORM = {
    "participants": "5", "gender-feminin": "4", "title": "Mon premier e-mail", "level": "debutant", "theme": "email",
    "day": "2026-11-23", "hour": "14:00", "minutes": "90", "place_kind": "lieu_activite",
    "place_name": "Salle des fêtes", "schemes": "France Services", "tags": "",
}  # fmt: skip
HOME = b"h" * 16


def closed(kit: Node) -> bytes:
    """A workshop three people came to, closed; its report is drafted."""
    workshop_id = note_season(kit, opinions=0).workshop_id
    workshops.close_workshop(kit, workshop_id, lambda one, stop: draft_after_close(kit, one, stop))
    return workshop_id


def report(node: Node, report_id: bytes) -> Report:
    return queries.get_report(node.store, report_id)


def correct(kit: Node, report_id: bytes, **changes: object) -> None:
    """The box's mediator writes what she reads, changed."""
    known = report(kit, report_id)
    actions.correct_report(kit, known, msgspec.structs.replace(as_new(known), **changes), known.edition)


def amend(central: Node, report_id: bytes, **changes: object) -> None:
    """The same at home."""
    known = report(central, report_id)
    to = bytes(central.store.value("SELECT kit_id FROM kit"))
    new = msgspec.structs.replace(as_new(known), **changes)
    assert actions.amend_report(central, known, new, known.edition, HOME, to)


def exchange(kit: Node, central: Node) -> None:
    """Home, and down again."""
    with served(central):
        send(kit)
        send(kit)


def said(one: Report) -> dict[str, object]:
    """What both sides must agree on: everything but who reads."""
    whole = msgspec.structs.asdict(one)
    return {name: value for name, value in whole.items() if name not in ("is_ours", "log_no")}


@pytest.mark.parametrize(
    ("here", "was", "now", "stands", "clashes"),
    [
        (4, 4, 5, 5, []),
        (4, 4, 4, 4, []),
        (7, 4, 4, 7, []),
        (7, 4, 7, 7, []),
        (7, 4, 5, 7, ["minutes"]),
    ],
)
def test_a_word_of_home_counts_where_the_box_left_things(
    here: int, was: int, now: int, stands: int, clashes: list[str]
) -> None:
    said = [{name: minutes if name == "minutes" else "" for name in NAMES} for minutes in (here, was, now)]
    made, left = rules.amend(*said)
    assert (made["minutes"], left) == (stands, clashes)


NAMES = [name for names in rules.GROUPS.values() for name in names]


def test_every_field_that_a_form_changes_belongs_to_a_group() -> None:
    told = {"activity", "workshop_id", "stop_id", "tour"}  # no form asks for them
    assert sorted(NAMES) == sorted(set(as_new_fields()) - told)


def as_new_fields() -> tuple[str, ...]:
    from kit.workshops.reports.forms import NewReport

    return NewReport.__struct_fields__


def test_a_coordinator_corrects_and_the_box_shows_it(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    report_id = closed(kit)
    exchange(kit, central)
    client = sign_in(create_app(central.settings, central))
    page = f"/comptes-rendus/{to_text(report_id)}"
    assert page in client.get("/comptes-rendus").text and "Corriger" in client.get(f"{page}/recopier").text
    wrong = post(client, page, page, version="1", **FORM | {"gender-feminin": "9"})
    assert wrong.status_code == 422 and "font plus que le total" in wrong.text and "France Services" in wrong.text
    assert post(client, page, page, version="1", **FORM).headers["Location"] == f"{page}/recopier"
    late = post(client, page, page, version="1", **FORM | {"participants": "6"})
    assert late.status_code == 409 and "corrigé entre-temps" in late.text and 'value="6"' in late.text
    found = report(central, report_id)
    assert (found.participants, found.counts["gender"], found.last_by) == (5, {"feminin": 4}, "central")
    assert "Corrigé par Coordination le" in client.get(f"{page}/recopier").text
    assert "a corrigé un compte rendu" in client.get("/equipe/journal").text
    exchange(kit, central)
    assert said(report(kit, report_id)) == said(found)
    mediator = sign_in(create_app(kit.settings, kit), "Équipe")
    here = f"/console/comptes-rendus/{to_text(report_id)}"
    assert "corrigé par la coordination" in mediator.get("/console/comptes-rendus").text
    assert "Corrigé par la coordination le" in mediator.get(here).text
    assert post(mediator, here, here, version="2", **FORM | {"participants": "6"}).status_code == 303
    assert "puis relu par Équipe" in mediator.get(here).text
    exchange(kit, central)
    for node in pair:
        assert (report(node, report_id).participants, report(node, report_id).last_by) == (6, "kit")
        before = node.journal.projection_hash()
        node.journal.replay()
        assert node.journal.projection_hash() == before


def test_who_only_reads_corrects_nothing(reader: FlaskClient) -> None:
    assert reader.get("/comptes-rendus/tournee").status_code == 403
    assert reader.get(f"/comptes-rendus/{to_text(HOME)}").status_code == 403


def test_both_at_once_lose_nothing_and_what_clashes_is_left_to_people(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    report_id = closed(kit)
    exchange(kit, central)
    correct(kit, report_id, minutes=120, title="E-mail et mots de passe")
    amend(central, report_id, minutes=60, schemes=["France Services"])
    exchange(kit, central)
    for node in pair:
        found = report(node, report_id)
        assert (found.minutes, found.title, found.schemes) == (120, "E-mail et mots de passe", ["France Services"])
        assert found.clashes == ["minutes"] and found.is_checked
    assert said(report(kit, report_id)) == said(report(central, report_id))
    mediator = sign_in(create_app(kit.settings, kit), "Équipe")
    assert "deux corrections en même temps" in mediator.get("/console/comptes-rendus").text
    assert "en même temps : la durée." in mediator.get(f"/console/comptes-rendus/{to_text(report_id)}").text
    amend(central, report_id)  # read, and agreed with
    assert report(central, report_id).clashes == []
    exchange(kit, central)
    assert (report(kit, report_id).clashes, report(kit, report_id).minutes) == ([], 120)


def test_the_box_settles_a_clash_too(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    report_id = closed(kit)
    exchange(kit, central)
    correct(kit, report_id, participants=7)
    amend(central, report_id, participants=5, gender={"feminin": 5})
    exchange(kit, central)
    found = report(kit, report_id)
    assert (found.participants, found.counts["gender"], found.clashes) == (7, {}, ["people"]), "never half of both"
    correct(kit, report_id, participants=5)
    exchange(kit, central)
    assert report(central, report_id).clashes == [] and report(central, report_id).participants == 5


def test_an_old_page_and_nothing_new(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    report_id = closed(kit)
    exchange(kit, central)
    old = report(central, report_id)
    amend(central, report_id, minutes=60)
    with pytest.raises(Problem) as refused:
        actions.amend_report(central, old, as_new(old), old.edition, HOME, None)
    assert refused.value.code == "reports.changed_meanwhile"
    head = central.store.value("SELECT count(*) FROM fact")
    known = report(central, report_id)
    assert not actions.amend_report(central, known, as_new(known), known.edition, HOME, None)
    assert central.store.value("SELECT count(*) FROM fact") == head


def test_any_order_of_arrival_gives_the_same_report(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    report_id = closed(kit)
    exchange(kit, central)
    correct(kit, report_id, minutes=120)
    amend(central, report_id, minutes=60, tags=["hiver"])
    exchange(kit, central)
    amend(central, report_id, minutes=75)
    exchange(kit, central)
    wanted = said(report(kit, report_id))
    assert (wanted["minutes"], wanted["tags"], wanted["clashes"], wanted["turn"]) == (75, ["hiver"], [], 2)
    rows = kit.store.rows("SELECT f.* FROM fact f WHERE f.subject = ? AND f.kind LIKE 'report.%'", report_id)
    facts = [(row["log_no"], Record(**{n: row[n] for n in Record.__struct_fields__})) for row in rows]
    assert sorted(fact.kind for _, fact in facts) == [
        "report.amended", "report.amended", "report.corrected", "report.drafted",
    ]  # fmt: skip
    for order in itertools.permutations(facts):
        with kit.journal.write():
            journal_queries.delete_facts(kit.store, [fact.kind for _, fact in facts], report_id)
            kit.store.run("DELETE FROM report")
            for log_no, fact in order:
                kit.journal.ingest(log_no, [fact])
        assert said(report(kit, report_id)) == wanted


def test_what_a_tour_hands_down_is_written_once_for_every_box(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    client = sign_in(create_app(central.settings, central))
    page = "/comptes-rendus/tournee?nom=Vall%C3%A9e"
    given = {"tour": "Vallée", "schemes": "Conseiller numérique", "tags": "hiver", "material": "tablette"}
    assert post(client, "/comptes-rendus/tournee", page, **given).status_code == 303
    assert "Conseiller numérique" in client.get(page).text
    assert post(client, "/comptes-rendus/tournee", page, tour="", schemes="A").status_code == 422
    exchange(kit, central)
    terms = queries.read_terms(kit.store, actions.to_terms_id("vallée "))
    assert (terms.schemes, terms.tags, terms.materials) == (["Conseiller numérique"], ["hiver"], ["tablette"])


def test_help_noted_by_mistake_is_taken_back_at_home_and_leaves_the_box(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    workshop, wrong, right = closed(kit), new_id(), new_id()
    for report_id in (wrong, right):
        actions.add_help(kit, report_id, actions.draft_help(kit))
    exchange(kit, central)
    client = sign_in(create_app(central.settings, central))
    page = f"/comptes-rendus/{to_text(wrong)}"
    assert "Noté par erreur" in client.get(page).text
    assert "Noté par erreur" not in client.get(f"/comptes-rendus/{to_text(workshop)}").text
    assert post(client, f"/comptes-rendus/{to_text(workshop)}/effacer", page).status_code == 409, "it took place"
    assert post(client, f"{page}/effacer", page).status_code == 303
    assert client.get(page).status_code == 404 and queries.count_reports(central.store) == 2
    assert "a retiré une aide notée par erreur" in client.get("/equipe/journal").text
    exchange(kit, central)
    assert queries.find_report(kit.store, wrong) is None and queries.find_report(kit.store, right) is not None
    assert queries.count_reports(kit.store) == 2
