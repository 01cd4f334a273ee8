"""The doors of the console to the key and the phone, and the public page of the central, by HTTP."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kit.app import create_app
from kit.central import bringing
from kit.central.turnstile import MOST
from kit.people.node import Node
from kit.sync import bundle
from kit.sync.actions import journey
from kit.sync.carriers.file import OUT
from kit.sync.carry_routes import EXTENSION
from tests.central.season import post, sign_in
from tests.sync.homes import CANARY, note

URL = "/console/envoi"


@pytest.fixture
def app(pair: tuple[Node, Node], tmp_path: Path) -> Flask:
    object.__setattr__(pair[0].settings, "keys_folder", tmp_path / "media")
    return create_app(pair[0].settings, pair[0])


@pytest.fixture
def mediator(app: Flask) -> FlaskClient:
    return sign_in(app, "Équipe")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    place = tmp_path / "media" / "CLE-BLEUE" / "valise"
    place.mkdir(parents=True)
    return place


def page(client: FlaskClient) -> str:
    answer = client.get(URL)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def wait_for(app: Flask) -> None:
    end = time.monotonic() + 20
    while app.extensions[EXTENSION].progress is not None:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_one_press_copies_to_the_key_and_the_answer_comes_back_on_it(
    app: Flask, mediator: FlaskClient, pair: tuple[Node, Node], key: Path
) -> None:
    kit, central = pair
    note(kit, 12, named=2)
    assert "Copier sur la clé CLE-BLEUE" in page(mediator)
    assert post(mediator, URL + "/cle", URL, cle=str(key)).status_code == 303
    wait_for(app)
    shown = page(mediator)
    assert "Copié et relu sur la clé CLE-BLEUE." in shown
    assert "12 fiches seulement ici" in shown, "copied is not received"
    assert len(list((key / OUT).iterdir())) == 1
    bringing.read_key(central, key)
    post(mediator, URL + "/cle", URL, cle=str(key))
    wait_for(app)
    shown = page(mediator)
    assert "Tout est bien reçu" in shown
    assert "Rien à copier" in shown


def test_the_copy_runs_by_itself_and_a_second_press_changes_nothing(
    app: Flask, mediator: FlaskClient, pair: tuple[Node, Node], key: Path
) -> None:
    """The answer does not wait for the copy: it is held at a pipe that nobody reads until the page was seen."""
    note(pair[0], 5)
    (key / "retour").mkdir()
    import os

    os.mkfifo(key / "retour" / "lente.valise")
    assert post(mediator, URL + "/cle", URL, cle=str(key)).status_code == 303
    shown = page(mediator)
    assert "Copie sur la clé CLE-BLEUE" in shown
    assert 'http-equiv="refresh"' in shown
    assert "la copie continue" in shown
    assert post(mediator, URL + "/cle", URL + "", cle=str(key)).status_code == 303
    assert "déjà en cours" in page(mediator)
    threading.Thread(target=lambda: (key / "retour" / "lente.valise").write_bytes(b"rien")).start()
    wait_for(app)
    assert "Copié et relu" in page(mediator)


def test_a_key_that_is_gone_or_is_no_key_is_told(
    app: Flask, mediator: FlaskClient, pair: tuple[Node, Node], tmp_path: Path, key: Path
) -> None:
    kit = pair[0]
    for place in (tmp_path, Path("/etc"), tmp_path / "media" / "AUTRE" / "valise"):
        assert post(mediator, URL + "/cle", URL, cle=str(place)).status_code == 303
        assert "clé retirée" in page(mediator)
        assert not (place / OUT).exists()
    note(kit, 1)
    (key / OUT).write_bytes(b"a file where a folder should be")
    post(mediator, URL + "/cle", URL, cle=str(key))
    wait_for(app)
    shown = page(mediator)
    assert "La clé USB n’accepte pas la copie" in shown
    assert "Le dernier essai" not in shown


def test_a_file_for_the_phone_and_its_answer(app: Flask, mediator: FlaskClient, pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 9, named=3)
    with mediator.get(URL + "/fichier") as made:
        assert made.status_code == 200
        assert made.headers["Content-Type"] == "application/octet-stream"
        assert made.headers["Content-Disposition"].startswith("attachment; filename=valise-du-test-")
        assert int(made.headers["Content-Length"]) == len(made.data)
        assert CANARY.encode() not in made.data
        taken = bringing.take_bundle(central, "x", io.BytesIO(made.data))
    assert (taken.segments, taken.envelopes, taken.trouble) == (1, 3, "")
    back = b"".join(bringing.pack_answer(central, taken.hello))
    answer = give(mediator, ("retour.valise", back))
    assert "La réponse de la coordination est prise en compte" in answer
    assert journey(kit).only_here == 0
    assert list((kit.data / "tmp").iterdir()) == [], "nothing is left aside"


def give(client: FlaskClient, *files: tuple[str, bytes]) -> str:
    """Hand files to the box; the page that follows."""
    csrf = page(client).split('name="csrf" value="')[1].split('"')[0]
    given = [(io.BytesIO(raw), name) for name, raw in files]
    answer = client.post(URL + "/retour", data={"csrf": csrf, "fichiers": given})
    assert answer.status_code == 303
    return page(client)


def test_what_is_no_answer_is_told_and_the_others_are_taken(mediator: FlaskClient, pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 4)
    with mediator.get(URL + "/fichier") as made:
        own = made.data
    taken = bringing.take_bundle(central, "x", io.BytesIO(own))
    back = b"".join(bringing.pack_answer(central, taken.hello))
    shown = give(mediator, ("photo.jpg", b"\xff\xd8\xff" * 50), ("a-elle.valise", own), ("cut.valise", back[:-2]))
    assert "photo.jpg" in shown
    assert "ne vient pas d’une valise" in shown
    assert "Ce n’est pas une réponse de la coordination" in shown
    assert "s’arrête avant la fin" in shown
    assert journey(kit).only_here == 0, "what was whole of the cut one counts"
    assert "Choisissez d’abord le fichier" in give(mediator)


def test_several_files_for_a_phone_hold_everything_together(
    mediator: FlaskClient, pair: tuple[Node, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    note(kit, 500, named=300)
    monkeypatch.setattr(bundle, "MOST_BYTES", 40_000)
    shown = page(mediator)
    links = [part.split('"')[0] for part in shown.split('href="/console/envoi/fichier?numero=')[1:]]
    assert len(links) >= 2
    for number in range(1, len(links) + 2):
        with mediator.get(f"{URL}/fichier?numero={number}") as made:
            assert len(made.data) <= 40_000
            taken = bringing.take_bundle(central, "x", io.BytesIO(made.data))
            assert taken.trouble == ""
    give(mediator, ("r.valise", b"".join(bringing.pack_answer(central, taken.hello))))
    assert (journey(kit).only_here, journey(kit).envelopes_waiting) == (0, 0)
    for odd in ("0", "-1", "x", "٣", "99999", ""):
        assert mediator.get(f"{URL}/fichier?numero={odd}").status_code == 404


def test_visitors_carry_nothing_and_a_lone_kit_has_nothing_to_carry(app: Flask, lone_kit: Node, key: Path) -> None:
    visitor = app.test_client()
    assert visitor.get(URL + "/fichier").status_code == 401
    assert visitor.post(URL + "/cle", data={"cle": str(key)}).status_code in (400, 401, 403)
    assert visitor.post(URL + "/retour").status_code in (400, 401, 403)
    alone = sign_in(create_app(lone_kit.settings, lone_kit), "Équipe")
    assert alone.get(URL + "/fichier").status_code == 409
    assert post(alone, URL + "/cle", URL, cle=str(key)).status_code == 409
    assert not (key / OUT).exists()


def test_the_public_page_slows_down_one_address_and_no_other(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    note(kit, 2)
    clock, now = central.clock, [1000]
    object.__setattr__(clock, "mono_ms", lambda: now[0])
    phone = create_app(central.settings, central).test_client()
    csrf = phone.get("/apporter").get_data(as_text=True).split('name="csrf" value="')[1].split('"')[0]

    def bring(address: str) -> int:
        files = [(io.BytesIO(b"%PDF holiday"), "vacances.pdf")]
        return phone.post(
            "/apporter", data={"csrf": csrf, "fichiers": files}, headers={"Origin": "http://localhost"},
            environ_base={"REMOTE_ADDR": address},
        ).status_code  # fmt: skip

    assert [bring("192.0.2.1") for _ in range(MOST + 2)] == [200] * MOST + [429] * 2
    assert bring("192.0.2.2") == 200
    assert phone.get("/apporter", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200
    now[0] += 61_000
    assert bring("192.0.2.1") == 200
