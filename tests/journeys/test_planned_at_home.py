"""A workshop planned at home, as real processes: by the network, and by a USB key that goes there and back."""

from __future__ import annotations

import os
import re
from pathlib import Path

import httpx
import pytest

from kit.app import build_node
from kit.central import actions as central_actions
from kit.settings import read_settings
from kit.sync.enrolment import enrol
from kit.workshops import queries
from tests.sync.homes import PASSPHRASE, central_process, free_port, make_central, make_kit, served, valise

FORM = {
    "title": "Mes impôts en ligne", "day": "2031-03-04", "hour": "14:00", "place": "Mairie de Vallon", "length": "90",
    "places": "1", "waiting": "2", "level": "debutant", "theme": "email", "summary": "On le fait ensemble.",
    "every": "week", "times": "2",
}  # fmt: skip
CANARY = "Hippolyte"


class Home:
    """The coordination's browser at a served central."""

    def __init__(self, port: int) -> None:
        self.browser = httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=False)

    def __enter__(self) -> Home:
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()

    def post(self, address: str, at: str, **fields: str) -> httpx.Response:
        found = re.search(r'name="csrf" value="([^"]+)"', self.browser.get(at).text)
        assert found, at
        answer = self.browser.post(address, data={"csrf": found[1], **fields})
        assert answer.status_code in (302, 303), answer.text
        return answer


def run(data: Path, *words: str) -> str:
    process = valise(data, *words, env={**os.environ})
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said


@pytest.mark.parametrize("way", ["network", "key"])
def test_planned_at_home_held_by_the_box_and_signed_up_for_at_home(tmp_path: Path, way: str) -> None:
    port, key = free_port(), tmp_path / "key" / "valise"
    key.mkdir(parents=True)
    central, kit = make_central(tmp_path / "central", port), make_kit(tmp_path / "kit")
    with served(central):
        enrol(kit, central_actions.make_enrolment(central, "Valise", server_url=f"http://127.0.0.1:{port}"))
    kit.store.close()
    central.store.close()

    def carry() -> None:
        """Once there and back, by processes of their own."""
        if way == "network":
            run(tmp_path / "kit", "send")
        else:
            run(tmp_path / "kit", "copy", str(key))
            run(tmp_path / "central", "central", "read", str(key))

    with central_process(tmp_path / "central", port), Home(port) as home:
        home.post("/connexion", "/connexion", passphrase=PASSPHRASE)
        page = home.browser.get("/ateliers-recus/prevoir").text
        found = re.search(r'<option value="([a-z2-7]{20,})"', page)
        assert found, page
        home.post("/ateliers-recus/prevoir", "/ateliers-recus/prevoir", kit=found[1], **FORM)
        assert home.browser.get("/ateliers-recus/demandes").text.count("en route vers la valise") == 2
        carry()
        carry()
        listed = home.browser.get("/ateliers-recus/demandes").text
        assert listed.count("fait par la valise") == 2
        date = re.findall(r'href="(/tournee/[^"]+)"', listed)[0]
        tickets = [home.post(date, date, name=name).headers["location"] for name in (CANARY, "Odette")]
        carry()
        carry()
        answers = [home.browser.get(ticket).text for ticket in tickets]
        assert "réservée</b>" in answers[0] and "liste d’attente, rang 1" in answers[1]

    box = build_node(read_settings({}, data=tmp_path / "kit"))
    dates = queries.list_between(box.store, 0, 2**53, 10, 0)
    assert [one.title for one in dates] == [FORM["title"]] * 2 and all(one.is_ours for one in dates)
    assert sorted((one.placed, one.waiting) for one in dates) == [(0, 0), (1, 1)]
    box.store.flush()
    box.store.close()
    for path in [*(tmp_path / "kit").rglob("*"), *key.rglob("*"), *(tmp_path / "central").rglob("*")]:
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path
