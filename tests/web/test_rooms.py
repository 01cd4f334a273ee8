"""Rooms that open when somebody first comes in answer as those of a start that opened every room."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.app import ROOMS_OF_A_KIT, ROUTE_TABLE, create_app
from kit.feedback import kiosk
from kit.people.node import Node
from kit.web.rooms import PACKAGE, Application, Closed
from kit.web.uploads import most_body
from tests import cast
from tests.pages import post_form
from tests.served import REPO

_ARGUMENT = re.compile(r"<(?:\w+:)?\w+>")
_START = """
import sys
from pathlib import Path
from kit.app import build_node, create_app
from kit.settings import read_settings
import kit.serving
settings = read_settings({}, data=Path(sys.argv[1]))
app = create_app(settings, build_node(settings), is_late=True)
assert app.test_client().get("/").status_code == 200
print(*sorted(name for name in sys.modules if name.startswith("kit.")))
"""


def late(node: Node) -> Application:
    """The application of a start that finds the table."""
    create_app(node.settings, node, is_late=True)
    return create_app(node.settings, node, is_late=True)


def in_turn(app: Application, path: str) -> str:
    """A page without what differs at every request."""
    answer = app.test_client().get(path)
    words = re.sub(r'name="csrf" value="[^"]*"', "", answer.get_data(as_text=True))
    return f"{answer.status} {answer.headers.get('Location')} {words}"


def addresses(app: Application) -> Iterator[str]:
    """Every address that can be asked for, with nonsense for its arguments."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            yield _ARGUMENT.sub("x", rule.rule)


@pytest.mark.parametrize("role", ["kit", "central"])
def test_the_table_names_every_address(kit_node: Node, central_node: Node, role: str) -> None:
    node = kit_node if role == "kit" else central_node
    whole, app = create_app(node.settings, node), late(node)
    assert app.closed_rooms and not whole.closed_rooms
    assert list(app.room_routes()) == list(whole.room_routes())
    app.enter_all()
    assert not [name for name, view in app.view_functions.items() if isinstance(view, Closed)]
    assert app.view_functions == whole.view_functions


def test_every_page_is_the_same_whoever_comes_in_first(kit_node: Node) -> None:
    whole, app = create_app(kit_node.settings, kit_node), late(kit_node)
    tried = 0
    for path in addresses(whole):
        if path.startswith(("/sync", "/static")):
            continue
        assert in_turn(app, path) == in_turn(whole, path), path
        tried += 1
    assert tried > 60 and app.closed_rooms == ["neighbour"]


@pytest.mark.parametrize("path", ["/", "/recherche?q=x", "/bibliotheque", "/ateliers", "/avis", "/annuaire", "/opds"])
def test_a_room_opens_at_its_first_request(kit_node: Node, path: str) -> None:
    app = late(kit_node)
    assert in_turn(app, path) == in_turn(create_app(kit_node.settings, kit_node), path)
    assert len(app.closed_rooms) > 5


def test_a_closed_room_keeps_its_guards(kit_node: Node) -> None:
    app = late(kit_node)
    assert app.test_client().get("/console/reglages").status_code == 401
    app = late(kit_node)
    assert app.test_client().post("/console/haltes", data={"csrf": "x" * 44}).status_code == 400
    upload = next(
        rule.rule for rule in app.url_map.iter_rules() if hasattr(app.view_functions[rule.endpoint], "takes_bytes")
    )
    for one in (late(kit_node), create_app(kit_node.settings, kit_node)):
        for is_staff, most in ((False, kit_node.settings.max_form), (True, kit_node.settings.max_upload)):
            assert most_body(one, "POST", _ARGUMENT.sub("x", upload), is_staff=lambda known=is_staff: known) >= most
    phone = late(kit_node).test_client()
    assert post_form(phone, "/connexion", passphrase=cast.NADIA.passphrase, name=cast.NADIA.name).status_code == 302
    assert phone.get("/console/reglages").status_code == 200


def test_a_kiosk_is_led_back_by_a_box_that_just_started(kit_node: Node) -> None:
    phone = late(kit_node).test_client()
    phone.set_cookie(kiosk.COOKIE, kiosk.make_cookie(kit_node, "avis", "", "123456"))
    answer = phone.get("/")
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/borne")


def test_only_a_room_that_watches_acts_before_every_page(kit_node: Node) -> None:
    app = late(kit_node)
    for name in app.closed_rooms:
        before = len(app.before_request_funcs[None])
        app.enter(name)
        if len(app.before_request_funcs[None]) > before:
            (room,) = [one for one in ROOMS_OF_A_KIT if one.name == name]
            assert room.watches, f"{name} acts before every page: name the cookie it watches in kit/app.py"


def test_a_start_loads_only_the_first_page(kit_node: Node) -> None:
    late(kit_node)
    done = subprocess.run(
        [sys.executable, "-c", _START, str(kit_node.data)], cwd=REPO, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert [name for name in loaded if name.endswith(("routes", "facts")) or ".routes_" in name] == [
        "kit.front.welcome_routes", "kit.people.facts",
    ]  # fmt: skip
    assert len(loaded) < 70, "a start grew: what the first page does not show belongs into a function or a room"


@pytest.mark.parametrize("spoilt", [b"", b"\x93nonsense", b"\xc0"])
def test_a_spoilt_table_is_made_again(kit_node: Node, spoilt: bytes) -> None:
    app = late(kit_node)
    table = kit_node.data / ROUTE_TABLE
    good = table.read_bytes()
    table.write_bytes(spoilt)
    again = create_app(kit_node.settings, kit_node, is_late=True)
    assert not again.closed_rooms and list(again.room_routes()) == list(app.room_routes())
    assert table.read_bytes() == good


def test_a_table_older_than_the_program_is_made_again(kit_node: Node) -> None:
    late(kit_node)
    source = PACKAGE / "front" / "welcome_routes.py"
    before = source.stat()
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    try:
        assert not create_app(kit_node.settings, kit_node, is_late=True).closed_rooms
    finally:
        os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_disk_that_keeps_no_table_takes_nothing_away(kit_node: Node, tmp_path: Path) -> None:
    table = kit_node.data / ROUTE_TABLE
    table.with_suffix(".new").mkdir()
    app = create_app(kit_node.settings, kit_node, is_late=True)
    assert app.test_client().get("/").status_code == 200 and not table.exists()
