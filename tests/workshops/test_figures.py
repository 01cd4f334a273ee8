"""Figures: counted from what was noted, and what is missing is said."""

from __future__ import annotations

import re

from kit.directory import actions as directory
from kit.ids import new_id, to_text
from kit.workshops import actions, charts
from kit.workshops.figures import Scope, count_figures
from kit.workshops.forms import Profile
from kit.workshops.reports import actions as report_actions
from kit.workshops.reports import forms, queries

from .box import HOUR_MS, Box

DAY_MS = 24 * HOUR_MS


def count(box: Box, **scope: object):
    return count_figures(box.node.store, Scope(**scope), box.node.clock.wall_ms(), lambda ms: ms - ms % DAY_MS)


def close(box: Box, workshop_id: bytes) -> None:
    actions.close_workshop(
        box.node, workshop_id, lambda one, stop: report_actions.draft_after_close(box.node, one, stop), with_absent=True
    )


def a_day(box: Box, stop_id: bytes = b"") -> bytes:
    """Three places: two reserved, one of them left empty, and two people without sign-up; closed."""
    workshop_id = box.plan(-2, stop_id=stop_id)
    came, _ = box.sign_up(workshop_id), box.sign_up(workshop_id)
    actions.note_came(box.node, workshop_id, came.signup_id)
    actions.add_anonymous(box.node, workshop_id, new_id(), Profile("feminin", "soixante_dix_plus", "retraite"))
    actions.add_anonymous(box.node, workshop_id, new_id(), Profile())
    close(box, workshop_id)
    return workshop_id


def test_a_day_is_counted_as_it_was_noted(box: Box) -> None:
    a_day(box)
    box.plan(24)
    actions.cancel_workshop(box.node, box.plan(-1), "")
    found = count(box)
    assert (found.workshops, found.to_come, found.cancelled) == (1, 1, 1)
    assert (found.attendances, found.places, found.fill_percent) == (3, 3, 100)
    assert (found.reserved, found.empty_reserved) == (2, 1)
    assert (found.hours, found.person_hours) == (1.5, 4.5)
    assert found.theme_rows() == [("E-mail", 3)]
    assert found.family_rows("gender") == [("Féminin", 1), ("Non noté", 2)]
    assert (found.known, found.newcomers, found.unsaid) == (0, 0, 3), "nobody said, so nothing is invented"
    assert any("première fois" in words for words in found.missing())


def test_a_report_corrected_by_people_outweighs_the_ticks_and_says_so(box: Box) -> None:
    workshop_id = a_day(box)
    report = queries.get_report(box.node.store, workshop_id)
    new = forms.as_new(report)
    changed = {name: getattr(new, name) for name in new.__struct_fields__} | {"participants": 5, "known": 2}
    report_actions.correct_report(box.node, report, forms.NewReport(**changed), 1)
    found = count(box)
    assert (found.attendances, found.known, found.newcomers, found.unsaid) == (5, 2, 3, 0)
    assert any("autre total" in words for words in found.missing())
    assert not any("relus" in words for words in found.missing())


def test_help_to_one_person_counts_with_its_stop_and_day(box: Box) -> None:
    now = box.node.clock.wall_ms()
    stop_id = directory.plan_stop(
        box.node, label="Salle des fêtes", commune="Saint-Auban", starts_at_ms=now - HOUR_MS, ends_at_ms=now + HOUR_MS,
        tour="Vallée",
    )  # fmt: skip
    report_actions.add_help(box.node, new_id(), report_actions.draft_help(box.node))
    a_day(box)
    assert (count(box).helped, count(box).attendances, count(box).participations) == (1, 3, 4)
    assert (count(box, stop_ids={stop_id}).helped, count(box, stop_ids={stop_id}).attendances) == (1, 0)
    assert count(box, until_ms=now - DAY_MS).participations == 0


def test_the_page_shows_charts_with_their_numbers_and_what_is_missing(box: Box) -> None:
    a_day(box)
    page = box.staff().get("/console/chiffres")
    assert page.status_code == 200
    assert (
        page.text.count('<svg class="chart"')
        == len(re.findall('<caption class="sr">(?!Participations par jour)', page.text))
        >= 4
    )
    assert "Ce que ces chiffres ne disent pas" in page.text and "100 %" in page.text
    assert box.staff().get(f"/console/chiffres?halte={to_text(new_id())}&du=hier").status_code == 200


def test_an_empty_box_has_no_chart(box: Box) -> None:
    page = box.staff().get("/console/chiffres").text
    assert "Rien n’a encore eu lieu" in page and 'class="chart"' not in page


def test_bars_are_in_proportion_and_escape_their_labels() -> None:
    drawn = charts.bars([("<b>", 10), ("x" * 90, 5), ("rien", 0)])
    widths = [int(one) for one in re.findall(r'<rect [^>]*width="(\d+)"', drawn)]
    assert widths[0] == 2 * widths[1] and widths[2] == 2
    assert "&lt;b&gt;" in drawn and "…" in drawn
    assert charts.bars([]) == ""
