"""The map that moves: places gathered for the edges asked for, tiles of a loaded file, by finger and by key."""

from __future__ import annotations

import gzip
import io
import re
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from kit.directory.atlas import tiles
from kit.errors import Problem
from tests.conftest import OpenPhone
from tests.pages import post_form
from tests.served import Served

from .box import Box, place

EDGES = {"s": "43", "n": "45", "o": "5", "e": "8", "largeur": "800"}
HEADER = {
    "tile_type": TileType.PNG, "tile_compression": Compression.NONE, "min_lon_e7": int(5e7), "min_lat_e7": int(43e7),
    "max_lon_e7": int(8e7), "max_lat_e7": int(45e7), "center_zoom": 4, "center_lon_e7": int(6e7),
    "center_lat_e7": int(44e7),
}  # fmt: skip


def png(shade: int) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), (shade, 200, 120)).save(picture, "PNG")
    return picture.getvalue()


def make_tiles(path: Path, levels: int = 7, **header: object) -> Path:
    """A real file over the south-east of France."""
    with path.open("wb") as file:
        writer = Writer(file)
        for zoom in range(4, levels):
            for x in range(2**zoom // 2, 2**zoom * 33 // 64 + 1):
                for y in range(2**zoom * 22 // 64, 2**zoom * 24 // 64 + 1):
                    writer.write_tile(zxy_to_tileid(zoom, x, y), png(zoom * 20))
        writer.finalize({**HEADER, **header}, {"attribution": '<a href="https://x.example">&copy; Essai</a> <b>&</b>'})
    return path


def test_marks_are_gathered_for_the_edges_asked_for(box: Box) -> None:
    near = {"latitude": "43.950", "longitude": "6.810"}
    box.take_in([place(1, nom="Un", **near), place(2, nom="Deux", latitude="43.951", longitude="6.811"),
                 place(3, nom="Nice", latitude="43.70", longitude="7.26"), place(4, nom="Sans position")])  # fmt: skip
    visitor = box.visitor()
    wide = visitor.get("/annuaire/carte/lieux.json", query_string=EDGES).get_json()
    assert sorted(one["nombre"] for one in wide) == [1, 2]
    close = {"s": "43.945", "n": "43.955", "o": "6.805", "e": "6.815", "largeur": "800"}
    apart = visitor.get("/annuaire/carte/lieux.json", query_string=close).get_json()
    assert {one["nom"] for one in apart} == {"Un", "Deux"} and all(one["nombre"] == 1 for one in apart)
    assert visitor.get("/annuaire/carte/lieux.json", query_string={**EDGES, "s": "45", "n": "43"}).status_code == 400
    assert visitor.get("/annuaire/carte/lieux.json", query_string={**EDGES, "e": "nan"}).status_code == 400
    france = visitor.get("/annuaire/carte/contours.json")
    assert len(france.get_json()["departments"]) == 96
    again = visitor.get("/annuaire/carte/contours.json", headers={"If-None-Match": france.headers["ETag"]})
    assert again.status_code == 304


def test_a_file_of_tiles_is_loaded_shown_and_taken_away(box: Box, tmp_path: Path) -> None:
    path = make_tiles(tmp_path / "fond.pmtiles")
    client, visitor = box.staff(), box.visitor()
    assert visitor.get("/annuaire/carte/fond/5/16/11").status_code == 204
    sent = post_form(client, "/console/carte", fichier=(io.BytesIO(path.read_bytes()), "fond.pmtiles"))
    assert sent.status_code == 303
    told = client.get("/console/carte").text
    assert "niveau 4 au niveau 6" in told and "© Essai" in told and "x.example" not in told
    tile = visitor.get("/annuaire/carte/fond/5/16/11")
    assert tile.mimetype == "image/png" and tile.data == png(100)
    for nowhere in ("5/1/1", "5/99/99", "40/1/1", "9/1/1"):
        assert visitor.get(f"/annuaire/carte/fond/{nowhere}").status_code == 204
    page = visitor.get("/annuaire/carte").text
    assert 'data-tiles-credit="© Essai &amp;"' in page and 'style="' not in page and "<script>" not in page
    assert post_form(client, "/console/carte", "/console/carte/retirer").status_code == 303
    assert visitor.get("/annuaire/carte/fond/5/16/11").status_code == 204 and not list(
        (box.node.data / "tmp").iterdir()
    )
    assert visitor.get("/console/carte").status_code == 401


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (lambda raw: b"\x89PNG" + raw[4:], "pas un fichier PMTiles"),
        (lambda raw: raw[:7] + b"\x02" + raw[8:], "version 3"),
        (lambda raw: raw[:99] + b"\x01" + raw[100:], "pas des images"),
        (lambda raw: raw[:97] + b"\x04" + raw[98:], "tables sont serrées"),
        (lambda raw: raw[: len(raw) // 2], "coupé"),
        (lambda raw: raw[:60], "pas un fichier PMTiles"),
        (lambda raw: raw[:97] + b"\x63" + raw[98:], "abîmé"),
        (lambda raw: raw[:106] + b"\xff\xff\xff\x7f" + raw[110:], "où il est"),
    ],
)
def test_a_spoilt_file_changes_nothing(tmp_path: Path, how, reason: str) -> None:  # type: ignore[no-untyped-def]
    good = make_tiles(tmp_path / "good", levels=5)
    kept = tiles.take_in(tmp_path, make_tiles(tmp_path / "before", levels=5))
    spoilt = tmp_path / "spoilt"
    spoilt.write_bytes(how(good.read_bytes()))
    with pytest.raises(Problem) as refusal:
        tiles.take_in(tmp_path, spoilt)
    assert refusal.value.code == "directory.bad_tiles" and reason in str(refusal.value.details["reason"])
    assert tiles.find_tiles(tmp_path) == kept


@pytest.mark.parametrize("before", [b"", gzip.compress(b"")], ids=["at once", "behind another"])
def test_a_directory_that_swells_is_not_unpacked(tmp_path: Path, before: bytes) -> None:
    """gzip may follow gzip (RFC 1952, 2.2), and who unpacks one unpacks the other."""
    path = make_tiles(tmp_path / "bomb", levels=5)
    raw = bytearray(path.read_bytes())
    bomb = before + gzip.compress(bytes(64 * 1024 * 1024))
    start = int.from_bytes(raw[8:16], "little")
    raw[16:24] = len(bomb).to_bytes(8, "little")
    path.write_bytes(bytes(raw[:start]) + bomb + bytes(raw[start:]))
    target = tiles.path_of(tmp_path)
    target.parent.mkdir()
    path.replace(target)
    tracemalloc.start()
    assert tiles.read_tile(tmp_path, 4, 8, 5) is None
    assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    tracemalloc.stop()


def test_by_finger_and_by_key_and_without_scripts(live_kit: Served, open_phone: OpenPhone, tmp_path: Path) -> None:
    tiles.take_in(live_kit.data, make_tiles(tmp_path / "fond"))
    phone = open_phone(javascript=False)
    phone.goto(f"{live_kit.url}/annuaire/carte")
    assert phone.locator("svg.map").is_visible() and phone.locator("#carte").is_hidden()
    page = open_phone()
    pictures: list[str] = []
    page.on("response", lambda answer: pictures.append(answer.url) if "/fond/" in answer.url else None)
    page.goto(f"{live_kit.url}/annuaire/carte")
    page.locator(".leaflet-marker-icon.spot").first.wait_for()
    assert page.locator("svg.map").is_hidden() and pictures
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".spot.many").first.wait_for()
    for _ in range(9):
        if not page.locator(".spot.many").count():
            break
        turn = page.locator("#carte").get_attribute("data-drawn-times") or ""
        page.locator(".spot.many").first.press("Enter")
        if page.evaluate("document.activeElement.closest('#lieux') !== null"):
            break  # as near as the map goes: places at one address are named in the list, where one stands now
        assert page.evaluate("document.activeElement.id") == "carte"
        expect(page.locator("#carte")).not_to_have_attribute("data-drawn-times", turn)
    shown = page.locator("#lieux a").first
    name = shown.inner_text()
    shown.press("Enter")
    page.wait_for_url(re.compile(r"/annuaire/[a-z2-7]{26}$"))
    assert page.locator("h1").inner_text() == name
