"""The tables of criteria are whole, their evidence exists, and the declaration says what they say."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.people.node import Node
from kit.web import judged
from tests.conftest import Enter

ROOT = Path(__file__).parents[2]
REFERENCES = ROOT.parent / "shared" / "domain" / "schema"
TABLES = {"rgaa": "rgaa/rgaa-4.1.2-criteres.csv", "rgesn": "rgesn/rgesn-2024-criteres.csv"}
VERDICTS = {judged.MET, judged.NOT_MET, judged.NOT_ASKED, judged.NOT_VERIFIED}


def reference(name: str) -> list[dict[str, str]]:
    with (REFERENCES / TABLES[name]).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def plain(words: str) -> str:
    """Words whatever their spaces are: ours keep French signs beside their word."""
    return re.sub("[\u00a0\u202f]", " ", words)


@cache
def list_tests(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"))


@pytest.mark.parametrize("name", TABLES)
def test_every_criterion_is_judged_under_its_own_name(name: str) -> None:
    asked, told = reference(name), judged.read_table(name)
    assert list(told) == [one["id"] for one in asked] and len(told) == {"rgaa": 106, "rgesn": 78}[name]
    titles = [one.get("critere") or one["critere_abrege"] for one in asked]
    assert [plain(one.title) for one in told.values()] == [plain(one) for one in titles]
    if name == "rgesn":
        assert [one.weight for one in told.values()] == [float(one["ponderation"]) for one in asked]


@pytest.mark.parametrize("name", TABLES)
def test_no_verdict_stands_without_evidence(name: str) -> None:
    for number, one in judged.read_table(name).items():
        assert {one.of(family) for family in ("", *judged.FAMILIES)} <= VERDICTS, number
        assert one.note or one.tests, number
        if {judged.NOT_MET, judged.NOT_VERIFIED, judged.NOT_ASKED} & {one.of(family) for family in judged.FAMILIES}:
            assert len(one.note) > 10, f"{number}: what is not met, not verified or not asked is said in words"


@pytest.mark.parametrize("name", TABLES)
def test_every_test_that_is_named_exists(name: str) -> None:
    named = {test for one in judged.read_table(name).values() for test in one.tests}
    assert len(named) > 15
    for test in named:
        path, _, function = test.partition("::")
        assert function in list_tests(path), test


def test_what_a_machine_judges_names_the_test_that_does() -> None:
    """A note that speaks of axe, of the checker, of contrasts or of the keyboard comes with a test."""
    for name in TABLES:
        for number, one in judged.read_table(name).items():
            if re.search(r"\baxe\b|Checker|clavier seul|7:1|3:1", one.note):
                assert one.tests, number


def test_the_declaration_says_what_the_table_says(visitor: FlaskClient, central_node: Node, enter: Enter) -> None:
    for phone in (visitor, enter(central_node, None)):
        page = plain(phone.get("/accessibilite").text)
        for family in judged.FAMILIES:
            one = judged.count("rgaa", family)
            assert one.asked + one.not_asked == 106
            told = f"respectés : {one.met} · non respectés : {one.not_met} · pas vérifiés : {one.not_verified}"
            assert told in page
        assert f"{judged.score('rgesn')} points sur 100" in page and "la conformité n’est donc pas déclarée" in page
        listed = re.findall(r"<li><b>([\d.]+)</b>", page)
        assert listed == [number for number, _ in judged.list_unmet("rgaa")] and "8.7" in listed
        assert 40 < judged.score("rgesn") < 100
