"""Writing a sheet: from a phone's picture to the shelves, as plain text on the way; nothing lost, nothing told."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kit.ids import to_text
from kit.library.actions import Outcome, add_paths
from kit.library.formats.sheet import bundle, parse_step
from kit.library.reading.pixels import pixels
from kit.people.node import Node

from .conftest import phone
from .library_makers import make_sheet, text_of

BASE = "/console/fiches/ecrire"


def photo(width: int = 1600, height: int = 1200) -> bytes:
    """A picture as a phone takes it: lying on its side, with the place where it was taken."""
    from PIL import Image

    made, out = Image.new("RGB", (width, height), "teal"), BytesIO()
    notes = Image.Exif()
    notes[0x0112] = 6
    notes.get_ifd(0x8825)[2] = (43.0, 31.0, 47.0)
    made.save(out, "JPEG", exif=notes)
    return out.getvalue()


def send(client: FlaskClient, page: str, url: str = "", **fields: Any) -> Any:
    token = text_of(client, page).split('name="csrf" value="', 1)[1].split('"', 1)[0]
    return client.post(url or page, data={"csrf": token, **fields})


@pytest.fixture
def draft(staff: FlaskClient) -> str:
    answer = send(staff, BASE, title="Envoyer un « message »\\ ici")
    assert answer.status_code == 303
    return str(answer.location)


def marked(client: FlaskClient, page: str) -> str:
    return text_of(client, page).split('name="mark" value="', 1)[1].split('"', 1)[0]


def test_a_sheet_is_written_from_a_phone_and_published(node: Node, staff: FlaskClient, draft: str) -> None:
    first = f"{draft}/etape/1"
    sent = send(staff, first, action="Ouvrez le menu, puis touchez « Photos ».", gesture="toucher", mark="",
                picture=(BytesIO(photo()), "DCIM.JPG"))  # fmt: skip
    assert sent.location == first
    page = text_of(staff, first)
    assert "Deux actions" in page and "data-pointing" in page
    assert send(staff, first, action="Touchez « Photos ».", gesture="toucher", x="40", y="75", help="En bas.",
                mark=marked(staff, first), do="next").location == f"{draft}/etape/2"  # fmt: skip
    send(staff, f"{draft}/etape/2", action="Regardez.", gesture="regarder", mark="")
    whole = text_of(staff, draft)
    assert "Deux actions" not in whole and "Pas d’image." in whole
    with zipfile.ZipFile(BytesIO(staff.get(f"{draft}/dossier.zip").data)) as taken:
        names = sorted(taken.namelist())
        assert names[1:] == ["sheet.toml", "steps/01.txt", "steps/02.txt"]
        step, picture = parse_step(taken.read("steps/01.txt")), taken.read(names[0])
    assert step.pointer == (40, 75) and step.gesture == "toucher" and step.help == "En bas." and step.image == names[0]
    assert pixels(picture) == (675, 900), "upright and small"
    assert b"EXIF" not in picture and len(picture) < 60_000
    answer = send(
        staff, draft, title="Envoyer une photo", licence="CC-BY-SA-4.0", source="Écrite à Lauris", do="publish"
    )
    shown = text_of(phone(node), f"{answer.location}/lire/1")
    assert "Touchez « Photos »." in shown and '<circle cx="270" cy="675"' in shown
    assert text_of(staff, BASE).count("Aucun brouillon") == 1


def test_two_people_do_not_overwrite_each_other(staff: FlaskClient, draft: str) -> None:
    first = f"{draft}/etape/1"
    send(staff, first, action="Un.", mark="")
    mark = marked(staff, first)
    assert send(staff, first, action="Deux.", mark=mark).status_code == 303
    assert send(staff, first, action="Trois.", mark=mark).status_code == 409
    assert "Deux." in text_of(staff, first)


def test_steps_move_and_go_away(staff: FlaskClient, draft: str) -> None:
    for number, action in enumerate(("Un.", "Deux.", "Trois."), 1):
        send(staff, f"{draft}/etape/{number}", action=action, mark="")
    send(staff, f"{draft}/etape/3", do="up")
    send(staff, f"{draft}/etape/1", do="remove")
    page = text_of(staff, draft)
    assert "1. Trois." in page and "2. Deux." in page and "Un." not in page
    assert staff.get(f"{draft}/etape/9").status_code == 404


@pytest.mark.parametrize("picture", [b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff" + b"x" * 300, photo()[:400]])
def test_what_is_no_picture_is_told_and_loses_nothing(staff: FlaskClient, draft: str, picture: bytes) -> None:
    first = f"{draft}/etape/1"
    answer = send(staff, first, action="Un.", mark="", picture=(BytesIO(picture), "a.jpg"))
    assert answer.status_code == 422 and "image n’est pas comprise" in answer.get_data(as_text=True)
    assert 'value="Un."' in answer.get_data(as_text=True), "what was typed is still there"
    assert send(staff, first, action="Un.", x="200", y="3", mark="").status_code == 422


def test_a_published_sheet_is_corrected(
    node: Node, add: Callable[..., Outcome], staff: FlaskClient, tmp_path: Path
) -> None:
    old = add(make_sheet(tmp_path / "s")).added[0]
    draft = send(staff, "/console/fiches", BASE, **{"from": to_text(old)}).location
    first = f"{draft}/etape/1"
    send(staff, first, action="Faites mieux.", gesture="toucher", x="50", y="25", mark=marked(staff, first))
    answer = send(staff, draft, title="Ouvrir une porte", licence="CC-BY-SA-4.0", source="Écrite ici", do="publish")
    visitor = phone(node)
    assert "Faites mieux." in text_of(visitor, f"{answer.location}/lire/1")
    assert text_of(visitor, f"{answer.location}/lire/2").count("Faites le geste 2.") == 1
    assert visitor.get(f"/bibliotheque/{to_text(old)}").status_code == 404, "the older one is put away"


def test_a_taken_folder_comes_back_by_the_importer(node: Node, staff: FlaskClient, draft: str, tmp_path: Path) -> None:
    send(staff, f"{draft}/etape/1", action="Un.", mark="", picture=(BytesIO(photo()), "a.jpg"))
    with zipfile.ZipFile(BytesIO(staff.get(f"{draft}/dossier.zip").data)) as taken:
        taken.extractall(tmp_path / "fiche")
    assert bundle(tmp_path / "fiche")
    assert len(add_paths(node, [tmp_path / "fiche"]).added) == 1


def test_drafts_are_for_the_team_only(node: Node, draft: str) -> None:
    visitor = phone(node)
    for end in ("", "/etape/1", "/dossier.zip", "/images/a.webp"):
        assert visitor.get(draft + end).status_code in (302, 401, 403)
