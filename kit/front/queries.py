"""What the console's first page needs, gathered from the rooms in few reads."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import msgspec

from kit.device.stations import count_stations
from kit.feedback import queries as feedback
from kit.feedback.letters import queries as letters
from kit.people.node import Node, StopView
from kit.sync.outbox import Status, journey
from kit.workshops import queries as workshops
from kit.workshops.proposals import queries as proposals
from kit.workshops.queries import Workshop
from kit.workshops.rules import day_bounds


class Today(msgspec.Struct, frozen=True):
    """The console's first page. `free_bytes` is what is left on the disk; `step` names the one next thing to do;
    `letters` written at this stop were neither passed on nor answered; `stations`: phones on the box's own Wi-Fi,
    None where there is none or nobody can say."""

    stop: StopView | None
    workshops: list[Workshop]
    journey: Status
    waiting_answers: int
    free_bytes: int
    is_disk_low: bool
    is_clock_unsure: bool
    now_ms: int
    step: str
    asked_from_home: int = 0
    letters: int = 0
    stations: int | None = None


def read_today(node: Node) -> Today:
    """The console's first page."""
    start, end = day_bounds(node.clock.wall_ms(), node.settings.timezone)
    planned = workshops.list_today(node.store, start, end)
    free = shutil.disk_usage(node.data).free
    status = journey(node)
    low = free < node.settings.reserve
    stop = node.current_stop()
    here = [stop.stop_id if stop else b""]
    return Today(
        stop=stop,
        workshops=planned,
        journey=status,
        waiting_answers=feedback.count_waiting(node.store),
        free_bytes=free,
        is_disk_low=low,
        is_clock_unsure=node.clock.is_behind,
        now_ms=node.clock.wall_ms(),
        step=next_step(low, node.clock.is_behind, planned, status),
        asked_from_home=proposals.count_flagged(node.store),
        letters=sum(letters.count_letters(node.store, one, "received", here) for one in ("grievance", "question")),
        stations=count_stations(node.settings.hotspot) if node.settings.hotspot else None,
    )


def next_step(is_disk_low: bool, is_clock_unsure: bool, planned: Sequence[Workshop], journey: Status) -> str:
    """The one next thing to do: disk, clock, plan, roll, close, send, unplug - the first that applies.

    | what is true                                | step   |
    | the disk is nearly full                     | disk   |
    | the clock is a guess                        | clock  |
    | nothing planned today, nothing only here    | plan   |
    | a workshop of today is not closed           | roll   |
    | all closed, something is only here          | send   |
    | all closed, all arrived                     | unplug |
    """
    if is_disk_low:
        return "disk"
    if is_clock_unsure:
        return "clock"
    if any(not workshop.is_closed and not workshop.is_cancelled for workshop in planned):
        return "roll"
    if journey.only_here:
        return "send"
    return "unplug" if planned else "plan"
