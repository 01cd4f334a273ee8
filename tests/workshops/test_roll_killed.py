"""The battery dies five times during the roll, and the clock jumps by a year: no tick that was told is lost."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

from kit.clock import Clock
from kit.ids import new_id
from kit.workshops import actions, queries, rules

from .box import PASSPHRASE, TOKEN, Box, make_box, plan, url
from .test_last_place import SERVE, free_port

YEAR_MS = 365 * 24 * 3_600_000


class Phone:
    """A signed-in phone that speaks to whatever process answers on a port."""

    def __init__(self, port: int) -> None:
        self.port, self.cookie = port, ""

    def ask(self, method: str, path: str, **fields: str) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        form = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        line.request(method, path, urlencode(fields), form | ({"Cookie": self.cookie} if self.cookie else {}))
        answer = line.getresponse()
        for given in answer.headers.get_all("Set-Cookie") or ():
            if given.startswith("valise_equipe="):
                self.cookie = given.partition(";")[0]
        said = answer.status, answer.read().decode()
        line.close()
        return said

    def token(self, path: str) -> str:
        found = TOKEN.search(self.ask("GET", path)[1])
        assert found, path
        return found[1]


def serve(box: Box, port: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(box.node.data), str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ,
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline().startswith("http://")
    return process


def test_five_kills_during_the_roll_lose_no_tick_and_ask_no_passphrase(tmp_path: Path) -> None:
    box = make_box(tmp_path / "kit")
    workshop = box.plan(places=40)
    marks = [rules.to_mark(box.sign_up(workshop, f"Personne {n}").signup_id) for n in range(30)]
    phone, page, told = Phone(free_port()), url(workshop, "/presences"), 0
    for turn in range(6):
        process = serve(box, phone.port)
        if not phone.cookie:
            phone.ask("POST", "/connexion", csrf=phone.token("/connexion"), passphrase=PASSPHRASE)
        token = phone.token(page)
        for mark in marks[turn * 5 : turn * 5 + 5]:
            status, _ = phone.ask("POST", page, csrf=token, came=mark)
            assert status == 303
            told += 1
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()
        assert queries.get_workshop(box.node.store, workshop).came == told
    assert told == 30
    box.node.store.close()


def test_a_clock_wrong_by_a_year_in_the_middle_stops_nothing(tmp_path: Path) -> None:
    now = [1_780_000_000.0]
    box = make_box(tmp_path / "kit", Clock(1, 0, wall=lambda: now[0]))
    workshop = actions.plan_workshop(box.node, plan(box.node.clock.wall_ms(), places=9))
    signups = [box.sign_up(workshop, f"P {n}") for n in range(3)]
    actions.note_came(box.node, workshop, signups[0].signup_id)
    for jump in (YEAR_MS, -2 * YEAR_MS):
        now[0] += jump / 1000
        actions.note_came(box.node, workshop, signups[1].signup_id)
        actions.add_anonymous(box.node, workshop, new_id())
        assert actions.note_ticket(box.node, workshop, signups[2].code) == [signups[2].signup_id]
    assert queries.get_workshop(box.node.store, workshop).came == 5
    before = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before
    box.node.store.close()
