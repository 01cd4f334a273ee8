"""Small: files, functions, routes, and names that say something. Source: house.md, rules 5 and 6."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.test_map import REPO, sources

VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "base", "core", "manager", "tools"}
SCRIPTS = sorted((REPO / "scripts").rglob("*.py"))


@pytest.mark.parametrize("path", [*sources(), *SCRIPTS], ids=lambda path: str(path.relative_to(REPO)))
def test_files_and_functions_are_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 400, "a file of over 400 lines holds two subjects"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            is_route = any("blueprint." in ast.unparse(one) for one in node.decorator_list)
            assert length <= (25 if is_route else 40), f"{node.name} has {length} lines"


def test_names_say_what_a_thing_is() -> None:
    names = {part.removesuffix(".py") for path in [*sources(), *SCRIPTS] for part in path.relative_to(REPO).parts}
    assert not names & VAGUE


def test_nothing_is_left_for_later_in_the_code() -> None:
    left = [
        f"{path.name}: {word}"
        for path in [*sources(), *SCRIPTS]
        for word in ("TODO", "FIXME", "XXX", "raise NotImplementedError")
        if word in path.read_text("utf-8")
    ]
    assert left == []
