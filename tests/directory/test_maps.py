"""The map without Internet: what is drawn where, gathered, reached by keyboard, and honest where nothing is known."""

from __future__ import annotations

import re

import pytest

from kit.directory import errands, maps, queries
from kit.directory.maps import View

from .box import Box, place


def test_outlines_are_where_departments_are() -> None:
    names = {name for name, _ in maps.outlines(View(43.95, 6.81, 20))}
    assert "Alpes-de-Haute-Provence" in names and "Finistère" not in names
    assert len(maps.outlines(View(*maps.FRANCE, maps.WIDEST_KM))) >= 90
    for _, path in maps.outlines(View(*maps.FRANCE, maps.WIDEST_KM)):
        assert re.fullmatch(r"(M(-?\d+,-?\d+)(L-?\d+,-?\d+)*Z ?)+", path)


def test_a_point_and_its_place_on_the_picture() -> None:
    view = View(44.0, 6.0, 60)
    assert view.to_xy(44.0, 6.0) == (maps.WIDTH // 2, maps.HEIGHT // 2)
    x, y = view.to_xy(44.0 + 10 / maps.KM_PER_DEGREE, 6.0)
    assert (x, y) == (300, 140), "ten kilometres to the north, ten units a kilometre"
    assert view.to_xy(44.0, 6.1)[0] > 300
    assert view.moved(along=0.5).east > 6.0 and view.moved(up=0.5).north > 44.0
    assert View(44, 6, 3).moved(times=0.5).km == maps.NARROWEST_KM


def test_communes_are_found_by_code_or_by_a_name_that_only_one_has() -> None:
    assert maps.find_commune("04076") == pytest.approx((43.95, 6.82), abs=0.06)
    assert maps.find_commune("", "Entrevaux") == maps.find_commune("04076")
    assert maps.find_commune("99999", "Nulle-Part") is None


def test_near_places_are_gathered_and_come_apart_from_near(box: Box) -> None:
    box.take_in([
        place(1, nom="Un", latitude="43.950", longitude="6.810"),
        place(2, nom="Deux", latitude="43.951", longitude="6.811"),
        place(3, nom="Nice", latitude="43.70", longitude="7.26"), place(4, nom="Sans position"),
    ])  # fmt: skip
    wide = maps.list_marks(box.node.store, View(43.9, 7.0, 100))
    assert sorted(mark.count for mark in wide) == [1, 2]
    near = maps.list_marks(box.node.store, View(43.9505, 6.8105, 2))
    assert {mark.name for mark in near} == {"Un", "Deux"} and all(mark.count == 1 for mark in near)


def test_the_page_begins_where_the_suitcase_stands_and_every_mark_is_a_link(box: Box) -> None:
    near = place(1, nom="Épicerie", latitude="43.95", longitude="6.81")
    box.take_in([near, place(2, nom="Loin", latitude="48.8", longitude="2.3")])
    box.plan_stop(commune="Entrevaux", code_insee="04076")
    page = box.visitor().get("/annuaire/carte").text
    assert 'aria-label="Épicerie"' in page and "Loin" not in page and "La croix" in page and maps.credit() in page
    wider = re.search(r'href="(/annuaire/carte\?[^"]*)">Plus loin', page)
    assert wider and "km=80" in wider[1]
    assert 'style="' not in page and "<script>" not in page
    france = box.visitor().get("/annuaire/carte?n=46.6&e=2.5&km=1100")
    assert "Loin" in france.text and len(france.data) < 120_000


@pytest.mark.parametrize(
    "asked", ["n=nan&e=1&km=2", "n=x&e=y&km=z", "n=1e99&e=0&km=1", "n=43&e=6&km=nan", "n=90&e=6&km=inf"]
)
def test_nonsense_shows_the_first_view(full_box: Box, asked: str) -> None:
    answer = full_box.visitor().get(f"/annuaire/carte?{asked}")
    assert answer.status_code == 200 and ("lieux, voir de plus près" in answer.text or 'class="pin"' in answer.text)


def test_an_empty_directory_has_an_honest_map(box: Box) -> None:
    assert "Aucun lieu placé" in box.visitor().get("/annuaire/carte").text
    assert errands.find_origin(box.node.store, queries.find_next_stop(box.node.store, 0)) is None
