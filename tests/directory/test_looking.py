"""Search by words, activity, audience, access, day, hour and distance; what is old stands last."""

from __future__ import annotations

import re

import pytest

from kit.directory import find_queries, finding, queries
from kit.directory.finding import Search, read_marks
from kit.directory.opening_hours import read_week

from .box import Box, make_box, place

NEAR = {"latitude": "43.95", "longitude": "6.81"}
FAR = {"latitude": "43.70", "longitude": "7.26"}


@pytest.fixture(scope="module")
def told_box(tmp_path_factory: pytest.TempPathFactory) -> Box:
    """Four places that differ in all that may be asked; made once, as nobody changes them."""
    box = make_box(tmp_path_factory.mktemp("told") / "kit")
    seniors = {"publics_specifiquement_adresses": "Seniors", "frais_a_charge": "Gratuit", "date_maj": "2999-01-01"}
    box.take_in([
        place(1, nom="Alpha", horaires="Mo-Tu 09:00-12:00", commune="Entrevaux", **NEAR, **seniors),
        place(2, nom="Bravo", horaires="Sa 20:00-02:00", commune="Nice", code_postal="06000", **FAR),
        place(3, nom="Charlie", modalites_acces="Se présenter", services="Loisirs et créations numériques"),
        place(4, nom="Delta", horaires="quand il fait beau", date_maj="2999-01-01"),
    ])  # fmt: skip
    return box


def names(box: Box, asked: str) -> list[str]:
    page = box.visitor().get(f"/annuaire?{asked}").text
    return [line.partition("<bdi>")[2].partition("</bdi>")[0] for line in page.splitlines() if "<li><a" in line]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Alpha", "Delta", "Bravo", "Charlie"]),
        ("jour=lundi", ["Alpha"]),
        ("jour=dimanche", ["Bravo"]),
        ("pour=seniors", ["Alpha"]),
        ("acces=gratuit", ["Alpha"]),
        ("acces=se-presenter", ["Charlie"]),
        ("service=loisirs", ["Charlie"]),
        ("service=loisirs&jour=lundi", []),
        ("pres=Entrevaux&km=10", ["Alpha"]),
        ("pres=06000&km=50", ["Alpha", "Bravo"]),
        ("pres=Nice", ["Bravo", "Alpha", "Charlie", "Delta"]),
        ("q=bravo&pour=rien&acces=rien&jour=rien&km=12", ["Bravo"]),
    ],
)
def test_what_is_asked_is_what_is_found(told_box: Box, asked: str, found: list[str]) -> None:
    assert names(told_box, asked) == found


def test_distances_are_told_and_what_is_not_known_is_said(told_box: Box) -> None:
    page = told_box.visitor().get("/annuaire?pres=Entrevaux").text
    assert "moins de 1 km" in page and re.search(r"· 4[56] km", page) and "Pas vérifié depuis plus d" in page
    lost = told_box.visitor().get("/annuaire?pres=Atlantide&km=5").text
    assert "On ne sait pas où est cette commune" in lost and "4 lieux trouvés" in lost
    told_box.plan_stop(commune="Entrevaux", code_insee="04076")
    assert names(told_box, "km=5") == ["Alpha"]


def test_open_now_counts_the_minute_and_the_night_and_asks_for_a_sure_hour(told_box: Box) -> None:
    store = told_box.node.store
    for day, minute, found in ((0, 540, 1), (0, 719, 1), (0, 720, 0), (6, 30, 1), (6, 120, 0), (5, 1300, 1)):
        assert find_queries.count(store, Search(open_at=(day, minute))) == found, (day, minute)
    assert not told_box.node.is_hour_sure
    page = told_box.visitor().get("/annuaire?jour=maintenant").text
    assert "n’est pas sûre" in page and 'value="maintenant"' not in page


def test_what_is_old_stands_last_over_all_pages(box: Box) -> None:
    days = ["2999-01-01" if number % 3 == 0 else "2019-01-01" for number in range(47)]
    box.take_in([place(number, date_maj=day) for number, day in enumerate(days)])
    pages = [box.visitor().get(f"/annuaire?page={number}").text for number in (1, 2, 3)]
    told = [one for page in pages for one in _names(page)]
    assert len(told) == len(set(told)) == 47
    fresh = [f"Lieu {number:04}" for number, day in enumerate(days) if day > "2020"]
    assert told[: len(fresh)] == fresh and told[len(fresh) :] == sorted(told[len(fresh) :])


def _names(page: str) -> list[str]:
    return [line.partition("<bdi>")[2].partition("</bdi>")[0] for line in page.splitlines() if "<li><a" in line]


@pytest.mark.parametrize(
    ("hours", "week"),
    [
        ("Mo 09:00-12:00", [(0, 540, 720)]),
        ("Su 20:00-02:00", [(6, 1200, 1440), (0, 0, 120)]),
        ("Mo-Tu 09:00-12:00; Tu off", [(0, 540, 720)]),
        ("24/7", [(day, 0, 1440) for day in range(7)]),
        ("Fr 08:00-24:00", [(4, 480, 1440)]),
        ("PH off", None),
        ("demain", None),
        ("", []),
    ],
)
def test_hours_as_minutes_of_a_week(hours: str, week: list[tuple[int, int, int]] | None) -> None:
    assert read_week(hours) == week


def test_every_value_of_the_lists_has_a_bit_of_its_own() -> None:
    assert len(set(finding.bits().values())) == len(finding.bits())
    assert all(bit < 1 << 44 for bit in finding.bits().values()), "a list has outgrown its room"
    assert read_marks("demarches", "seniors", "gratuit", "mardi").bit_count() == 4
    assert read_marks("x", "y", "z", "w") == 0


def test_places_known_before_are_found_after_an_update(full_box: Box) -> None:
    from importlib import import_module

    store = full_box.node.store
    before = [tuple(row) for row in store.rows("SELECT * FROM place_find ORDER BY place_id")]
    hours = [tuple(row) for row in store.rows("SELECT * FROM place_hours ORDER BY place_id, day, opens")]
    assert len(before) == queries.count_places(store) == 38 and hours
    with store.write():
        store.run("DELETE FROM place_find")
        store.run("DELETE FROM place_hours")
        store.run("DELETE FROM place_search")
        import_module("kit.store.migrations.0751_find_places")._fill(store.db)
    assert [tuple(row) for row in store.rows("SELECT * FROM place_find ORDER BY place_id")] == before
    assert [tuple(row) for row in store.rows("SELECT * FROM place_hours ORDER BY place_id, day, opens")] == hours
