"""A board whose clock stands in 1970, or runs in 2090: a served suitcase, a process of its own that is told that hour.

What people ask is noted all the same, the team signs in, and one tap with a phone's hour mends the clock.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests import cast
from tests.conftest import copy_node
from tests.served import Served

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
PAGES = ("/", "/bibliotheque", "/ateliers", "/avis", "/annuaire", "/vos-donnees")


# The whole program under another wall clock, from its first import; time since its start runs as ever. (libfaketime
# would tell all of the C library, but its sleeps end at once or never.)
_SKEWED = """
import runpy, sys, time
real, skew = time.time, float(sys.argv[1]) - time.time()
time.time = lambda: real() + skew
sys.argv = ["valise", *sys.argv[5:]]
runpy.run_module("kit.cli", run_name="__main__", alter_sys=True)
"""


@pytest.fixture(params=[20.0, 3_800_000_000.0], ids=["1970", "2090"])
def served(request: pytest.FixtureRequest, demo: Path, tmp_path: Path) -> Iterator[Served]:
    """A suitcase filled in our days, started by a board that shows this hour."""
    before = (sys.executable, "-c", _SKEWED, str(request.param))
    made = Served(copy_node(demo, tmp_path / "kit"), ("serve",), before=before).start()
    yield made
    made.stop()
    assert not made.words_of_failure(), made.words_of_failure()


def send(phone: httpx.Client, page: str, action: str = "", **fields: str) -> httpx.Response:
    """Open a page, fill its form, send it."""
    token = _TOKEN.search(phone.get(page).text)
    assert token, page
    return phone.post(action or page, data={"csrf": token[1], **fields})


def test_it_serves_notes_lets_the_team_in_and_is_mended_by_a_phone(served: Served) -> None:
    with httpx.Client(base_url=served.url, follow_redirects=True, timeout=30) as visitor:
        for page in PAGES:
            assert visitor.get(page).status_code == 200, page
    with httpx.Client(base_url=served.url, follow_redirects=True, timeout=30) as team:
        entered = send(team, "/connexion", passphrase=cast.NADIA.passphrase, name=cast.NADIA.name)
        assert entered.status_code == 200 and team.get("/console").status_code == 200
        for page in ("/console/horloge", "/console/reglages", "/console/ateliers", "/console/machine"):
            assert team.get(page).status_code == 200, page
        shown = team.get("/console/horloge").text
        now = int(time.time() * 1000)
        assert "C’est noté" in send(team, "/console/horloge", "/console/horloge/telephone", ms=str(now)).text
        mended = team.get("/console/horloge").text
        today = datetime.now(ZoneInfo("Europe/Paris")).date().isoformat()
        assert f'value="{today}"' in mended
        assert 'value="1970-' not in shown, "never earlier than what was noted"
        assert ('value="2090-' in shown) == (served.before[-1] != "20.0"), "a clock that runs ahead looks plausible"
        # a workshop of this week is there to sign up for, whatever the board says
        first = next(one for one in re.findall(r'href="(/ateliers/[0-9a-z]{26})"', team.get("/ateliers").text))
        ticket = send(team, first, name="Odette")
        assert ticket.status_code == 200 and "/ticket/" in str(ticket.url)
