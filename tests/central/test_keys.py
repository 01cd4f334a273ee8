"""The home side reads a plugged-in key by one button: what lies on it, what each bundle was, answers written back."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.central import actions as central_actions
from kit.central import bringing
from kit.directory import facts as directory
from kit.people import actions as people
from kit.people.node import Node
from kit.sync import bundle
from kit.sync.actions import journey, send
from kit.sync.carriers.file import BACK, OUT, FileCarrier
from kit.sync.enrolment import enrol
from tests.pages import post_form
from tests.sync.homes import CANARY, PASSPHRASE, make_kit, note, served


@pytest.fixture
def key(tmp_path: Path, pair: tuple[Node, Node]) -> Path:
    """A marked key that is plugged in at the central."""
    place = tmp_path / "media" / "CLE-NOIRE" / "valise"
    place.mkdir(parents=True)
    object.__setattr__(pair[1].settings, "keys_folder", tmp_path / "media")
    return place


@pytest.fixture
def ines(pair: tuple[Node, Node]) -> FlaskClient:
    client = create_app(pair[1].settings, pair[1]).test_client()
    assert post_form(client, "/connexion", passphrase=PASSPHRASE, name="Coordination").status_code == 302
    return client


def read(client: FlaskClient, key: Path) -> str:
    assert post_form(client, "/cle", cle=str(key)).status_code == 303
    end = time.monotonic() + 30
    while "Ne retirez pas encore la clé" in (shown := client.get("/cle").text):
        assert time.monotonic() < end
        time.sleep(0.05)
    return re.sub(r"\s+", " ", shown)


def test_a_key_is_looked_at_read_and_answered(pair: tuple[Node, Node], ines: FlaskClient, key: Path) -> None:
    kit, central = pair
    assert "Aucun fichier de valise" in ines.get("/cle").text
    note(kit, 8, named=3)
    send(kit, carrier=FileCarrier(key))
    (key / OUT / "liste.valise").write_bytes(b"une liste de courses")
    good = next((key / OUT).glob("valise-*"))
    (key / OUT / "zz-coupe.valise").write_bytes(good.read_bytes()[:-40])
    (key / OUT / "lien.valise").symlink_to(central.data / "valise.db")
    before = ines.get("/cle").text
    assert "Valise du test" in before and "ne vient pas d’une valise" in before and "lien.valise" not in before
    assert central.store.value("SELECT count(*) FROM attendance") == 0, "looking takes nothing in"
    shown = read(ines, key)
    assert "1 paquet de fiches nouveau" in shown and "3 enveloppes fermées" in shown
    assert "ne vient pas d’une valise" in shown, "trouble is told for its bundle"
    assert "1 déjà reçu" in shown or "pas lu en entier" in shown
    assert CANARY not in shown
    assert central.store.value("SELECT count(*) FROM attendance") == 8
    assert len(list((key / BACK).iterdir())) == 1
    send(kit, carrier=FileCarrier(key))
    assert journey(kit).only_here == 0
    assert list((key / BACK).iterdir()) == [], "an answer that was read leaves the key"


def test_answers_of_other_kits_and_spoilt_ones_stay(pair: tuple[Node, Node], key: Path, tmp_path: Path) -> None:
    kit, central = pair
    other = make_kit(tmp_path / "other", node_name="Autre")
    with served(central) as url:
        enrol(other, central_actions.make_enrolment(central, "Autre", server_url=url))
    for node in (kit, other):
        note(node, 4)
        send(node, carrier=FileCarrier(key))
    bringing.read_key(central, key)
    names = sorted(path.name for path in (key / BACK).iterdir())
    assert len(names) == 2
    send(kit, carrier=FileCarrier(key))
    (left,) = (key / BACK).iterdir()
    assert left.name.startswith("autre-")
    whole = left.read_bytes()
    left.write_bytes(whole[:-30])
    send(other, carrier=FileCarrier(key))
    assert left.exists(), "spoilt: it may be needed again"
    left.write_bytes(whole)
    send(other, carrier=FileCarrier(key))
    assert (journey(kit).only_here, journey(other).only_here) == (0, 0)
    assert list((key / BACK).iterdir()) == []
    other.store.close()


def test_several_bundles_get_one_answer_to_the_newest_greeting_and_older_ones_leave(
    pair: tuple[Node, Node], key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    monkeypatch.setattr(bundle, "MOST_BYTES", 12_000)
    note(kit, 300, named=90)
    send(kit, carrier=FileCarrier(key))
    assert len(list((key / OUT).iterdir())) > 2
    for _ in range(2):
        bringing.read_key(central, key)
        assert len(list((key / BACK).iterdir())) == 1
    (first,) = (key / BACK).iterdir()
    note(kit, 5)
    for path in (key / BACK).iterdir():
        path.rename(key / path.name)  # the kit does not see it this time
    send(kit, carrier=FileCarrier(key))
    (key / first.name).rename(first)
    bringing.read_key(central, key)
    assert not first.exists() and len(list((key / BACK).iterdir())) == 1
    send(kit, carrier=FileCarrier(key))
    assert journey(kit).only_here == 0


def test_what_goes_down_comes_in_as_many_answers_as_it_needs(
    pair: tuple[Node, Node], key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    with central.journal.write():
        for number in range(2000):
            label = f"Halte {number} {os.urandom(200).hex()}"[:200]
            stop = directory.StopPlanned(label, "Vallon", "07330", "", 1, 2, "")
            central.journal.append(directory.PLANNED, os.urandom(16), stop)
    monkeypatch.setattr(bundle, "MOST_BYTES", 40_000)
    send(kit, carrier=FileCarrier(key))
    bringing.read_key(central, key)
    answers = sorted((key / BACK).iterdir())
    assert len(answers) >= 2 and all(path.stat().st_size <= 120_000 for path in answers)
    send(kit, carrier=FileCarrier(key))
    assert kit.store.value("SELECT count(*) FROM stop") == 2000
    assert list((key / BACK).iterdir()) == []


def test_a_key_that_is_gone_or_was_never_one_is_told(pair: tuple[Node, Node], ines: FlaskClient, key: Path) -> None:
    for wrong in ("", "/etc", str(key.parent)):
        post_form(ines, "/cle", cle=wrong)
        assert "clé" in ines.get("/cle").text
    (key / OUT).symlink_to("/etc")
    assert "mène ailleurs" in ines.get("/cle").text
    reader = create_app(pair[1].settings, pair[1]).test_client()
    cookie = people.sign_in(pair[1], people.Throttle(pair[1].clock.mono_ms), "here", PASSPHRASE, "Coordination")
    assert people.find_signed_in(pair[1], cookie) is not None
    assert reader.get("/cle").status_code == 401
