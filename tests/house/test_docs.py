"""Every setting, command, error and room is documented, and every code used is in the catalogue."""

from __future__ import annotations

import re

import click

from kit.cli import main
from kit.errors import CATALOGUE
from kit.settings import TABLE
from tests.house.test_map import KIT, MAP, REPO, sources

README = (REPO / "README.md").read_text("utf-8")
CONTRIBUTING = (REPO / "CONTRIBUTING.md").read_text("utf-8")
_PLACES = re.compile(r"%\((\w+)\)s")


def program() -> str:
    return "\n".join(path.read_text("utf-8") for path in sources())


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    for setting in TABLE:
        row = next((line for line in README.splitlines() if line.startswith(f"| `{setting.name}` |")), "")
        assert setting.help in row, setting.name
        assert setting.default in row, setting.name


def commands(group: click.Group, before: str = "valise") -> list[str]:
    found = []
    for name, command in group.commands.items():
        found += commands(command, f"{before} {name}") if isinstance(command, click.Group) else [f"{before} {name}"]
    return found


def test_every_command_is_in_the_readme_and_explains_itself() -> None:
    for command in commands(main):
        assert f"`{command}" in README, command
    for name, command in main.commands.items():
        assert command.help, name


def test_every_room_is_in_the_readme_and_says_what_it_is_for() -> None:
    for room in MAP:
        assert room in README or room in CONTRIBUTING, room
        source = KIT / room / "__init__.py" if (KIT / room).is_dir() else KIT / f"{room}.py"
        assert source.read_text("utf-8").startswith('"""'), room


def test_every_dependency_says_what_it_saves() -> None:
    listed = (REPO / "pyproject.toml").read_text("utf-8").split("dependencies = [")[1].split("]")[0]
    for name in re.findall(r'"([a-z0-9-]+)>=', listed):
        assert f"| {name}" in CONTRIBUTING, name
    assert all("<" in line for line in listed.splitlines() if '"' in line), "bounded above as well"


def test_codes_that_are_raised_are_in_the_catalogue() -> None:
    raised = set(re.findall(r'Problem\(\s*"([a-z_]+\.[a-z_]+)"', program()))
    refused = set(re.findall(r'refuse\(\s*\w+,\s*"([a-z_]+\.[a-z_]+)"', program()))
    assert raised | refused <= set(CATALOGUE), sorted((raised | refused) - set(CATALOGUE))


def test_every_code_of_the_catalogue_is_used() -> None:
    text = program()
    unused = [code for code in CATALOGUE if len(re.findall(f'"{re.escape(code)}"', text)) < 2]
    assert unused == []


def test_words_of_errors_are_sentences_in_french_typography() -> None:
    for code, kind in CATALOGUE.items():
        assert kind.words and "'" not in kind.words, code
        assert 400 <= kind.status <= 599, code
        assert not re.search(r"%(?!\(\w+\)s|%)", kind.words), code
        assert len(_PLACES.findall(kind.words)) == kind.words.count("%("), code


def test_a_code_stands_in_one_file_of_the_catalogue_only() -> None:
    stated = re.findall(r'^    "([a-z_]+\.[a-z_]+)": ProblemKind', program(), re.MULTILINE)
    assert len(stated) == len(set(stated)) == len(CATALOGUE)


def test_names_of_test_files_do_not_hide_each_other() -> None:
    loose = [path.name for path in (REPO / "tests").rglob("test_*.py") if not (path.parent / "__init__.py").exists()]
    assert len(loose) == len(set(loose)), sorted({name for name in loose if loose.count(name) > 1})
