"""A permanence: numbers, turns, the report of each visit, people who leave, open access."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from kit.errors import Problem
from kit.ids import new_id, to_text
from kit.workshops import actions, door_actions, permanence_actions, permanence_queries, queries, rules
from kit.workshops.door_facts import VisitClosed
from kit.workshops.figures import Figures, Scope, count_figures
from kit.workshops.forms import Asking, Details, Person, Profile
from kit.workshops.reports import actions as reports_actions
from kit.workshops.reports import queries as reports

from .box import Box, post, url


def permanence(box: Box) -> bytes:
    return box.plan(kind="permanence", length_minutes=60, slot_minutes=30, places=4, waiting_places=0)


def visits(box: Box, workshop: bytes) -> list[permanence_queries.Visit]:
    return permanence_queries.list_visits(box.node.store, queries.get_workshop(box.node.store, workshop))


def test_a_visit_from_its_number_to_its_report(box: Box) -> None:
    workshop, staff = permanence(box), box.staff()
    signup = actions.sign_up(box.node, workshop, new_id(), Person("Odette"), Asking(slot=1))
    page = url(workshop, "/permanence")
    assert "Odette" in staff.get(page).text
    assert post(staff, page, at=page, mark=rules.to_mark(signup.signup_id)).status_code == 303
    assert post(staff, page, at=page).status_code == 303
    one, two = visits(box, workshop)
    assert (one.number, one.visit_id, two.number) == (1, signup.signup_id, 2)
    post(staff, page, at=page, call=to_text(one.visit_id))
    assert "Terminer la visite" in staff.get(page).text
    form = f"{page}/visite/{to_text(one.visit_id)}"
    assert post(staff, form, at=form, minutes="20").status_code == 422
    given = {"minutes": "25", "theme": "argent_impots", "gender": "feminin", "redirect": "administration"}
    assert post(staff, form, at=form, **given, equipment="telephone").status_code == 303
    post(staff, page, at=page, left=to_text(two.visit_id))
    one, two = visits(box, workshop)
    assert (one.state, one.minutes, one.procedures, one.redirect) == ("closed", 25, "argent_impots", "administration")
    assert two.state == "left" and queries.get_workshop(box.node.store, workshop).came == 1
    report = reports.find_report(box.node.store, one.visit_id)
    assert report is not None and report.is_individual and report.minutes == 25
    assert report.themes == ["aide_aux_demarches_administratives", "argent_impots"]
    assert (report.redirected, report.redirection) == ("yes", "administration") and report.materials == ["telephone"]
    before = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before


def figures_of(box: Box) -> Figures:
    return count_figures(box.node.store, Scope(), box.node.clock.wall_ms(), lambda ms: ms)


def test_who_has_a_report_of_her_own_is_counted_once_everywhere(box: Box) -> None:
    """One visit closed, one person who only came in: two participations, one report each, two rows in the export."""
    workshop, staff = box.plan(-2, kind="permanence", places=4), box.staff()
    visit = permanence_actions.arrive(box.node, workshop, new_id())
    actions.add_anonymous(box.node, workshop, new_id(), Profile("masculin"))
    permanence_actions.close(box.node, visit.visit_id, VisitClosed(["email"], [], 25, gender="feminin"))
    assert (figures_of(box).helped, figures_of(box).attendances, figures_of(box).fill_percent) == (1, 1, 50)
    page = url(workshop, "/terminer")
    assert post(staff, page, at=page, paper="no", certificates="no").status_code == 303
    drafted = reports.get_report(box.node.store, workshop)
    assert (drafted.participants, drafted.counts["gender"]) == (1, {"masculin": 1})
    found = figures_of(box)
    assert (found.helped, found.attendances, found.participations, found.seated) == (1, 1, 2, 2)
    assert (found.corrected, found.unreported) == (0, 0)
    csv = staff.get("/console/comptes-rendus/export.csv").text
    assert csv.count("individuel") + csv.count("Individuel") == 1, csv
    assert csv.lower().count("collectif") == 1
    form = f"{url(workshop, '/permanence')}/visite/{to_text(visit.visit_id)}"
    assert staff.get(form).location == f"/console/comptes-rendus/{to_text(visit.visit_id)}", "corrected in one place"
    reports_actions.remove_help(box.node, reports.get_report(box.node.store, visit.visit_id))
    assert figures_of(box).corrected == 1, "taken back, she counts among the others again, and the report differs"


def test_a_card_tells_who_came_back(box: Box) -> None:
    """First time with her card, then again: new, then known; who has no card is not guessed."""
    first, second = box.plan(-5), box.plan(-2)
    for workshop, code in ((first, "lune-renard-27"), (second, "lune-renard-27"), (second, "pomme-arbre-31")):
        actions.add_anonymous(box.node, workshop, one := new_id())
        told = Details("Odette", card=code)
        door_actions.note_details(box.node, workshop, one, told)
    actions.add_anonymous(box.node, second, new_id())
    found = figures_of(box)
    assert (found.known, found.newcomers, found.unsaid) == (1, 2, 1)
    actions.close_workshop(box.node, first, after := partial(reports_actions.draft_after_close, box.node))
    assert reports.get_report(box.node.store, first).known == 0, "everybody showed a card"
    actions.close_workshop(box.node, second, after)
    assert reports.get_report(box.node.store, second).known is None
    assert (figures_of(box).known, figures_of(box).newcomers, figures_of(box).unsaid) == (1, 2, 1)


def test_closing_a_permanence_drafts_no_second_report(box: Box) -> None:
    workshop, staff = permanence(box), box.staff()
    visit = permanence_actions.arrive(box.node, workshop, new_id())
    form = url(workshop, f"/permanence/visite/{to_text(visit.visit_id)}")
    assert post(staff, form, at=form, minutes="25", theme="email").status_code == 303
    page = url(workshop, "/terminer")
    assert post(staff, page, at=page, paper="no", certificates="no").status_code == 303
    assert reports.find_report(box.node.store, workshop) is None
    assert reports.find_report(box.node.store, visit.visit_id) is not None


def test_numbers_are_given_once_each_at_the_same_instant(box: Box) -> None:
    workshop = permanence(box)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: permanence_actions.arrive(box.node, workshop, new_id()).number, range(12)))
    assert sorted(made) == list(range(1, 13))


def test_a_device_is_lent_and_comes_back_without_a_name(box: Box) -> None:
    workshop, staff = permanence(box), box.staff()
    page, address = url(workshop, "/permanence"), url(workshop, "/permanence/prets")
    assert post(staff, address, at=page, device="Ordinateur 2").status_code == 303
    found = queries.get_workshop(box.node.store, workshop)
    (use,) = permanence_queries.list_uses(box.node.store, found)
    assert (use.device, use.to_ms) == ("Ordinateur 2", 0)
    post(staff, address, at=page, back=to_text(use.use_id))
    (use,) = permanence_queries.list_uses(box.node.store, found)
    assert use.to_ms >= use.from_ms
    post(staff, address, at=page, device="")
    assert "Il faut remplir" in staff.get(page).text
    with pytest.raises(Problem, match="n’existe pas"):
        permanence_actions.take_back(box.node, workshop, new_id())


def test_everybody_reads_whose_turn_it_is_and_no_name(box: Box) -> None:
    workshop, staff = permanence(box), box.staff()
    signup = actions.sign_up(box.node, workshop, new_id(), Person("Odette"), Asking(slot=1))
    first = permanence_actions.arrive(box.node, workshop, new_id(), rules.read_mark(rules.to_mark(signup.signup_id)))
    permanence_actions.arrive(box.node, workshop, new_id())
    page = f"/ateliers/{to_text(workshop)}/numeros"
    assert "Personne n’est appelé" in box.visitor().get(page).text
    permanence_actions.call(box.node, first.visit_id)
    shown = box.visitor().get(page)
    assert "<bdi>1</bdi>" in shown.text and "<b>2</b>" in shown.text and "Odette" not in shown.text
    assert "Refresh" not in shown.headers, "nothing moves by itself unless asked to"
    assert box.visitor().get(f"{page}?ecran=1").headers["Refresh"] == "15"
    paper = staff.get(url(workshop, "/numeros?de=25")).text
    assert "<b>25</b>" in paper and "<b>48</b>" in paper
    assert "<b>1</b>" in staff.get(url(workshop, "/numeros?de=-3")).text
