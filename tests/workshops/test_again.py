"""The same day planned again at the next stop, and what the day's last closing says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.clock import Clock
from kit.directory import actions as directory
from kit.ids import to_text
from kit.workshops import queries

from .box import HOUR_MS, Box, make_box, post, url

LIST = "/console/ateliers"
MORNING = 1_795_510_800.0  # 2026-11-24, 9 h in UTC: what happens today is of one day, whenever this runs


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    """A set-up kit on a morning."""
    made = make_box(tmp_path / "kit", Clock(wall=lambda: MORNING))
    yield made
    made.node.store.close()


def halts(box: Box) -> list[bytes]:
    now = box.node.clock.wall_ms()
    return [
        directory.plan_stop(
            box.node, label=label, commune=label, starts_at_ms=now + day * 24 * HOUR_MS - HOUR_MS,
            ends_at_ms=now + day * 24 * HOUR_MS + 9 * HOUR_MS, tour="Vallée",
        )
        for day, label in ((0, "Briançonnet"), (7, "Gars"), (14, "Collongues"))
    ]  # fmt: skip


def test_one_tap_plans_the_day_at_the_next_stop_and_a_second_tap_nothing(box: Box) -> None:
    here, there, _ = halts(box)
    for hours in (0.1, 2):
        box.plan(hours, stop_id=here, stop_label="Briançonnet")
    client = box.staff()
    assert "Gars" in client.get(LIST).text
    for _ in range(2):
        answer = post(client, f"{LIST}/refaire", at=LIST, halte=to_text(here))
        assert answer.status_code == 303
    planned = [one for one in queries.list_between(box.node.store, 0, 2**53, 99, 0) if one.stop_id == there]
    assert [one.stop_label for one in planned] == ["Gars", "Gars"]
    assert all(one.door_public for one in planned), "each has a door of its own"
    assert "déjà prévus" in client.get(LIST).text


def test_without_a_next_stop_it_says_so(box: Box) -> None:
    last = halts(box)[-1]
    answer = post(box.staff(), f"{LIST}/refaire", at=f"{LIST}/nouveau", halte=to_text(last))
    assert answer.status_code == 409 and "pas de halte suivante" in answer.text


def test_only_the_last_closing_says_that_one_may_unplug(box: Box) -> None:
    first, last = box.plan(0), box.plan(0)
    client = box.staff()
    said = []
    for one in (first, last):
        answer = post(client, url(one, "/terminer"), at=url(one, "/terminer"), paper="no", certificates="no")
        said.append("Vous pouvez débrancher" in client.get(answer.headers["Location"]).text)
    assert said == [False, True]
