"""A mediator's browser inside a network of its own: signs in, presses a button when asked to, prints the page.

Usage: python -m tests.journeys.desk URL PASSPHRASE PAGE [ACTION]     (the page is read until nothing runs any more)
"""

from __future__ import annotations

import re
import sys
import time

import httpx

_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_RUNS = 'http-equiv="refresh"'


def _csrf(page: str) -> str:
    found = _CSRF.search(page)
    assert found is not None, page
    return found[1]


def main(url: str, passphrase: str, page: str, action: str = "") -> str:
    """What the page says."""
    with httpx.Client(base_url=url, follow_redirects=True, timeout=30) as desk:
        end = time.monotonic() + 60
        while True:
            try:
                door = desk.get("/connexion").text
                break
            except httpx.TransportError:
                assert time.monotonic() < end, f"{url} does not answer"
                time.sleep(0.1)
        desk.post("/connexion", data={"csrf": _csrf(door), "passphrase": passphrase, "name": "Équipe"})
        shown = desk.get(page).text
        if action:
            shown = desk.post(action, data={"csrf": _csrf(shown)}).text
        while _RUNS in shown:
            time.sleep(0.2)
            shown = desk.get(page).text
        return shown


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
