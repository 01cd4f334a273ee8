"""A line that delays, repeats and reorders (P8): what was thought lost arrives later, beside its repetition."""

from __future__ import annotations

import os

from kit.app import build_node
from kit.directory import facts as directory
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync.actions import journey, send
from kit.sync.carriers.network import NetworkCarrier
from kit.sync.line import Patience
from tests.sync.homes import note, served
from tests.sync.line import late_line
from tests.sync.test_feeds import STOP

HURRIED = NetworkCarrier(Patience(tries=4, first_pause_seconds=0.01))


def test_a_line_that_delays_and_reorders_brings_everything_home_once(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 9000, named=25)
    central.journal.append(directory.PLANNED, os.urandom(16), STOP)
    with served(central), late_line(central.settings.port, 0.4) as line:
        away = build_node(read_settings({}, data=kit.data, central_url=f"http://127.0.0.1:{line.port}"))
        send(away, carrier=HURRIED)
        note(away, 50, named=5)
        send(away, carrier=HURRIED)
        assert (journey(away).only_here, journey(away).envelopes_waiting) == (0, 0)
        before = central.journal.projection_hash()
        for thread in line.held:
            thread.join(10)
        assert line.late == len(line.held) > 10, "nothing was held back: the line was too good"
        assert central.journal.projection_hash() == before, "what came late changed something"
        assert central.store.value("SELECT count(*) FROM fact WHERE kind = 'attendance.came'") == 9050
        assert central.store.value("SELECT count(*) FROM envelope") == 30
        assert central.store.value("SELECT count(*) FROM arrival WHERE reason <> ''") == 0
        assert central.journal.projection_hash() == away.journal.projection_hash()
        away.store.close()
