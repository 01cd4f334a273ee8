"""The guide of the home server, step by step against the running program."""

from __future__ import annotations

import os
import re
from pathlib import Path

from flask.testing import FlaskClient

from kit.app import create_app
from kit.people import actions as people
from kit.people.node import Node
from tests import cast
from tests.conftest import open_node, sign_in_as
from tests.content.walking import (
    Gesture,
    User,
    all_of,
    assert_seen,
    enter,
    follow,
    look,
    nothing,
    tap,
)
from tests.served import Served, valise


class Shell:
    """Somebody at the keyboard of a new server."""

    def __init__(self, data: Path) -> None:
        self.data, self.phrase = data, ""
        self.served: Served | None = None

    def init(self, user: User) -> None:
        said = valise(self.data, "init", "--role", "central")
        user.history.append(said)
        found = re.search(r"\b([a-zà-ÿ’-]+(?: [a-zà-ÿ’-]+){5,})$", said, re.MULTILINE)
        assert found, said
        self.phrase = found.group(1).strip()

    def serve(self, _: User) -> None:
        self.served = Served(self.data, ("central", "serve")).start()

    def check(self, user: User) -> None:
        assert "bien" in valise(self.data, "check", "--role", "central")
        os.environ["VALISE_RESERVE"] = str(10**18)  # a disk that is full: a line says what to mend
        try:
            said = valise(self.data, "check", "--role", "central", expect=1)
        finally:
            del os.environ["VALISE_RESERVE"]
        user.history.append(said)


def test_a_home_server_is_prepared(kit_node: Node, tmp_path: Path) -> None:
    shell = Shell(tmp_path / "central")
    user = User(enter(kit_node, None), "/")
    try:
        follow(user, "centrale", "Préparer la centrale", [nothing, shell.init, nothing, shell.serve, shell.check])
    finally:
        if shell.served:
            shell.served.stop()
    node = open_node(shell.data, "central")
    user = User(create_app(node.settings, node).test_client(), "/connexion")
    user.fill(passphrase=shell.phrase)
    user.press("Entrer")
    assert_seen(user, "Valises")
    node.store.close()


def _my_code(user: User) -> None:
    user.tap("Équipe")
    user.press("Faire mon code de secours")
    found = re.search(r">\s*((?:[a-zà-ÿ’-]+ ){7}[a-zà-ÿ’-]+)\s*<", user.page)
    assert found, user.seen.words
    user.code = found.group(1)


def test_two_coordinators_make_their_codes(central_node: Node) -> None:
    ines = User(enter(central_node, cast.INES), "/")
    words = "galet velours tambour cerise sentier marmite"
    people.add_staff(central_node, sign_in_as(central_node, cast.INES), "Yves", "coordinator", words)
    yves = User(enter(central_node, cast.Member("Yves", "coordinator", words)), "/")

    def both(user: User) -> None:
        for one in (ines, yves):
            _my_code(one)

    def rescue(user: User) -> None:
        user.phone = enter(central_node, None)
        user.go("/secours")
        user.fill(code1=ines.code, code2=yves.code, **_holders(user))
        user.press("Donner une nouvelle phrase à la première")

    again: Gesture = lambda user: [setattr(user, "phone", yves.phone), user.go("/"), _my_code(user)]  # noqa: E731
    follow(
        ines,
        "centrale",
        "La cérémonie des codes de secours",
        [both, look("ne sera plus"), nothing, all_of(lambda one: one.go("/equipe"), look("paire")), rescue, again],
    )


def _holders(user: User) -> dict[str, str]:
    """Who the two are, in the lists of the page."""
    found = re.findall(r'<select[^>]*name="(\w+)".*?</select>', user.page, re.DOTALL)
    options = re.findall(r'<option value="([^"]+)"', user.page)
    chosen = sorted(set(options))
    return dict(zip(found, chosen, strict=False))


def test_the_coordination_follows_its_guide(coordinator: FlaskClient) -> None:
    user = User(coordinator, "/")
    follow(user, "centrale", "Relier une valise",
           [lambda one: one.go("/enrolement"), lambda one: one.fill(nom="Valise de la Roya"), tap("Faire le lien"),
            nothing, nothing])  # fmt: skip
