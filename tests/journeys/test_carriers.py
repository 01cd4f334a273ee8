"""Two kits and a central, as real processes, meet all four carriers: line, key, phone, neighbour; and feeds."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import httpx

from kit.app import build_node
from kit.central import actions as central_actions
from kit.directory import facts as directory
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync.carriers.courier import make_download
from kit.sync.enrolment import enrol
from kit.sync.packing import take_back
from tests.sync.homes import central_process, free_port, make_central, make_kit, note, served, valise, wait_until_up


def run(data: Path, *words: str, **given: str) -> str:
    """One command of the program to its end; what it said."""
    process = valise(data, *words, env={**os.environ, **given})
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said


def status(data: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(data, "journal", "status", "--json"))
    return found


def test_line_key_phone_and_neighbour_in_one_story(tmp_path: Path) -> None:
    port = free_port()
    central = make_central(tmp_path / "central", port)
    one, two = make_kit(tmp_path / "one", node_name="Une"), make_kit(tmp_path / "two", node_name="Deux")
    with served(central):
        for node in (one, two):
            enrol(node, central_actions.make_enrolment(central, "Valise", server_url=f"http://127.0.0.1:{port}"))
    stop = directory.StopPlanned("Mairie de Vallon", "Vallon", "07330", "", 1, 2, "")
    central.journal.append(directory.PLANNED, b"s" * 16, stop)
    note(one, 8, named=3)
    note(two, 5, named=2)
    for node in (one, central):
        node.store.close()
    key = tmp_path / "key" / "valise"
    key.mkdir(parents=True)

    assert "1 paquet copié" in run(tmp_path / "one", "copy", str(key))
    assert status(tmp_path / "one")["only_here"] == 8, "copied is not received"
    with central_process(tmp_path / "central", port):
        assert "bien" in run(tmp_path / "central", "central", "read", str(key))
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as phone:
            csrf = phone.get("/apporter").text.split('name="csrf" value="')[1].split('"')[0]
            made = make_download(two)
            with made.file as file:
                shown = phone.post("/apporter", data={"csrf": csrf}, files={"fichiers": (made.name, file)})
            assert shown.status_code == 200, shown.text
            token = shown.text.split('href="/apporter/reponse/')[1].split('"')[0]
            brought = take_back(two, io.BytesIO(phone.get(f"/apporter/reponse/{token}").content))
        assert (brought.receipts, brought.segments, brought.trouble) == (1, 1, "")
        note(two, 4)
        two.store.close()
        run(tmp_path / "two", "send")
        run(tmp_path / "one", "copy", str(key))
        assert status(tmp_path / "one")["only_here"] == 0, "the answer came back on the key"
        through_the_neighbour(tmp_path)
    for name in ("one", "two"):
        assert status(tmp_path / name)["only_here"] == 0
    central = make_again(tmp_path / "central")
    assert central.store.value("SELECT count(*) FROM attendance") == 23
    for name in ("one", "two"):
        kit = make_again(tmp_path / name)
        labels = [row["label"] for row in kit.store.rows("SELECT label FROM stop ORDER BY label")]
        assert labels == ["Mairie de Vallon", "École de Ruoms"]
        kit.store.close()
    central.store.close()


def through_the_neighbour(folder: Path) -> None:
    """« Une » sees no central any more: « Deux », a served process, takes its facts along and gives what home said."""
    one, central = make_again(folder / "one"), make_again(folder / "central")
    note(one, 6, named=2)
    central.journal.append(directory.PLANNED, b"t" * 16, directory.StopPlanned("École de Ruoms", "", "", "", 1, 2, ""))
    for node in (one, central):
        node.store.close()
    run(folder / "two", "send")
    port = free_port()
    served_two = valise(folder / "two", "serve", "--port", str(port))
    try:
        wait_until_up(f"http://127.0.0.1:{port}/connexion", served_two)
        url = f"http://127.0.0.1:{port}"
        assert "6 seulement ici" in run(folder / "one", "send", "--neighbour", url), "handed over is not received"
        run(folder / "two", "send")
        assert "0 seulement ici" in run(folder / "one", "send", "--neighbour", url)
    finally:
        served_two.kill()
        served_two.communicate()


def make_again(folder: Path) -> Node:
    """The node of a folder, opened again."""
    role = "central" if folder.name == "central" else "kit"
    return build_node(read_settings({}, data=folder, role=role))
