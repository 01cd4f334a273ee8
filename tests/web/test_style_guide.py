"""`/console/style` is complete: every shared part in each of its states, every class of the shared styles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jinja2 import BaseLoader, Environment, Template, nodes

from kit.app import create_app
from kit.people.node import Node
from tests.cast import NADIA
from tests.pages import post_form

ROOT = Path(__file__).parents[2]
# What a page that shows parts cannot show, each with its reason.
ELSEWHERE = {
    "sr": "words for screen readers only",
    "sheet-alone": "what begins a new sheet of paper",
    "wide": "a wide page",
    "wall": "a page thrown on a wall",
    "kiosk": "a page of a tablet",
    "big": "the first page of a tablet",
    "retype": "the page of re-keying papers",
    "qr": "drawn by the library of QR codes, on tickets and posters",
    "more": "links of the central, folded",
}

# Parts of rooms that several pages show, and what of them is not looked at by itself, each with its reason.
ROOMS_PARTS = ("workshops/_parts.html", "feedback/_parts.html", "library/parts.html", "shared/keys.html")
NOT_ALONE = {
    "theme_calendars": "a list of links",
    "search": "the search field, shown as it is written there",
    "filters": "fields that are shown, folded",
    "tongues": "a row of tags that lead somewhere, shown",
    "stands": "on_shelf with the size of a cover",
    "result": "a list of results, shown as it is written there",
    "pieces": "words that are marked, shown there",
    "site_search": "the search field again",
    "inside_search": "the search field again",
    "reading_class": "words for a class",
    "step_picture": "picture, with its address",
}


def test_every_part_of_a_room_is_shown() -> None:
    guide = (ROOT / "templates" / "shared" / "style_guide.html").read_text("utf-8")
    for name in ROOMS_PARTS:
        alias = re.search(rf'import "{name}" as (\w+)', guide)
        assert alias, name
        macros = re.findall(r"macro ([a-z]\w*)\(", (ROOT / "templates" / name).read_text("utf-8"))
        shown = {one for one in macros if f"{alias.group(1)}.{one}(" in guide}
        assert set(macros) - shown <= set(NOT_ALONE), name
        assert not shown & set(NOT_ALONE), "shown after all: take it off the list"


def test_every_macro_is_shown() -> None:
    macros = re.findall(r"macro ([a-z]\w*)\(", (ROOT / "templates" / "shared" / "macros.html").read_text("utf-8"))
    guide = (ROOT / "templates" / "shared" / "style_guide.html").read_text("utf-8")
    assert len(macros) > 20 and [name for name in macros if f"m.{name}(" not in guide] == []


def conditions(tree: nodes.Node) -> Iterator[nodes.If | nodes.CondExpr]:
    for macro in tree.find_all(nodes.Macro):
        yield from macro.find_all((nodes.If, nodes.CondExpr))


class Watched(BaseLoader):
    """The templates of `inner`; each condition of a watched one tells `seen` what it was."""

    def __init__(self, inner: BaseLoader, names: set[str]) -> None:
        self.inner, self.names = inner, names
        self.lines: dict[str, str] = {}
        self.seen: defaultdict[str, set[bool]] = defaultdict(set)

    def tell(self, key: str, value: object) -> object:
        self.seen[key].add(bool(value))
        return value

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        source, path, is_fresh = self.inner.get_source(environment, name)
        tree = environment.parse(source, name, path)
        if name in self.names:
            for number, one in enumerate(conditions(tree)):
                key = f"{name}:{one.lineno} ({number})"
                self.lines[key] = source.splitlines()[one.lineno - 1].strip()[:100]
                one.test = nodes.Call(nodes.Name("_tell", "load"), [nodes.Const(key), one.test], [], None, None)
        code = environment.compile(tree, name, path)
        return environment.template_class.from_code(environment, code, environment.make_globals(globals), is_fresh)


def test_every_part_is_shown_in_every_state(kit_node: Node) -> None:
    """Each condition in a shared part (empty or not, wrong or right, possible or not) was true once and false once."""
    app = create_app(kit_node.settings, kit_node)
    env = app.jinja_env
    assert env.loader is not None
    env.loader = watched = Watched(env.loader, {"shared/macros.html"})
    env.bytecode_cache = None
    env.globals["_tell"] = watched.tell
    phone = app.test_client()
    post_form(phone, "/connexion", passphrase=NADIA.passphrase, name=NADIA.name)
    watched.seen.clear()
    assert phone.get("/console/style").status_code == 200
    assert len(watched.lines) > 50
    never = [
        f"{key}: never {one} · {line}"
        for key, line in watched.lines.items()
        for one in (True, False)
        if one not in watched.seen[key]
    ]
    assert never == [], "\n".join(never)


@pytest.mark.parametrize("name", ["style.css", "desk.css", "answer.css"])
def test_every_class_is_shown(mediator: FlaskClient, name: str) -> None:
    page = mediator.get("/console/style").text
    shown = {one for found in re.findall(r'class="([^"]*)"', page) for one in found.split()}
    style = re.sub(r"/\*.*?\*/", "", (ROOT / "kit" / "web" / "static" / name).read_text("utf-8"), flags=re.S)
    classes = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"{[^{}]*}", "{}", style)))
    assert classes - shown <= set(ELSEWHERE), sorted(classes - shown - set(ELSEWHERE))


def test_what_is_said_to_stand_elsewhere_does(mediator: FlaskClient) -> None:
    page = mediator.get("/console/style").text
    shown = {one for found in re.findall(r'class="([^"]*)"', page) for one in found.split()}
    assert not shown & set(ELSEWHERE), "shown after all: take it off the list"
