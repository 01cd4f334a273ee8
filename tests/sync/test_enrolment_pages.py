"""Attaching a kit from its console: by a link, by the file of a link, and by one file each way without any network."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import build_node
from kit.central import actions as central_actions
from kit.errors import Problem
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import by_file
from kit.sync.actions import send
from kit.sync.enrolment import find_enrolment, fingerprint, read_certificate
from kit.sync.outbox import journey
from tests.cast import INES, NADIA
from tests.conftest import Enter, copy_node
from tests.pages import post_form
from tests.sync.homes import free_port, note, served

PAGE = "/console/relier"


@pytest.fixture
def central(templates: Path, tmp_path: Path) -> Iterator[Node]:
    port = free_port()
    settings = read_settings(
        {}, data=copy_node(templates / "central", tmp_path / "central"), role="central", port=port,
        public_url=f"http://127.0.0.1:{port}",
    )  # fmt: skip
    node = build_node(settings)
    yield node
    node.store.close()


@pytest.fixture
def nadia(kit_node: Node, enter: Enter) -> FlaskClient:
    return enter(kit_node, NADIA)


@pytest.fixture
def ines(central: Node, enter: Enter) -> FlaskClient:
    return enter(central, INES)


def give(client: FlaskClient, url: str, raw: bytes | None = None, **fields: str) -> tuple[int, str, bytes]:
    """Post a form, with a file when there is one: (status, page, bytes)."""
    file = {"fichier": (io.BytesIO(raw), "fichier.txt")} if raw is not None else {}
    answer = post_form(client, url, **fields, **file)
    return answer.status_code, answer.get_data(as_text=True), answer.data


def test_one_file_each_way_needs_no_network(
    kit_node: Node, central: Node, nadia: FlaskClient, ines: FlaskClient
) -> None:
    asked = nadia.get(f"{PAGE}/demande")
    assert "attachment" in asked.headers["Content-Disposition"]
    mark = fingerprint(kit_node.identity.sign_public)
    assert mark in nadia.get(PAGE).get_data(as_text=True)
    status, _, certificate = give(
        ines, "/enrolement/demande", asked.data, marque=mark.upper(), nom="Valise de la Roya", territoire="Roya",
        adresse=central.settings.public_url,
    )  # fmt: skip
    assert status == 200
    assert give(nadia, PAGE, certificate)[0] == 303
    shown = nadia.get(PAGE).get_data(as_text=True)
    assert "Valise de la Roya" in shown and "Roya" in shown and "Bon jusqu’au" in shown
    assert fingerprint(central.identity.sign_public) in shown
    note(kit_node, 5, named=1)
    with served(central):
        send(kit_node)
    assert journey(kit_node).only_here == 0
    assert "Valise de la Roya" in ines.get("/").get_data(as_text=True)


def test_the_link_is_shown_with_its_code_and_kept_as_a_file(
    kit_node: Node, central: Node, nadia: FlaskClient, ines: FlaskClient
) -> None:
    _, made, _ = give(ines, "/enrolement", nom="Valise B", territoire="", adresse=central.settings.public_url)
    assert '<svg class="qr"' in made
    found = re.search(r'name="lien" value="([^"]+)"', made)
    assert found is not None
    file = post_form(ines, "/enrolement", "/enrolement/fichier", lien=found[1], nom="Valise B")
    assert file.headers["Content-Disposition"] == 'attachment; filename="lien-valise-b.txt"'
    with served(central):
        assert give(nadia, PAGE, file.data)[0] == 303
        status, said, _ = give(nadia, PAGE, lien=found[1])
        assert status == 303, said  # the same kit may use its link again
    enrolment = find_enrolment(kit_node)
    assert enrolment is not None
    assert read_certificate(enrolment).nickname == "Valise B"


def test_a_file_that_is_something_else_is_told_at_its_field(kit_node: Node, nadia: FlaskClient) -> None:
    for raw in (b"\x89PNG nothing", b"--- valise-certificat ---\nAAAA\n--- fin ---", b"x" * 200_000):
        status, said, _ = give(nadia, PAGE, raw)
        assert status == 422
        assert "Ce fichier ne relie pas une valise" in said and 'id="fichier-error"' in said
    status, said, _ = give(nadia, PAGE, lien="bonjour")
    assert status == 422 and 'id="lien-error"' in said
    assert find_enrolment(kit_node) is None


def test_a_certificate_of_another_kit_changes_nothing(
    kit_node: Node, central: Node, nadia: FlaskClient, templates: Path, tmp_path: Path
) -> None:
    shutil.copytree(templates / "kit-b", tmp_path / "kit-b")
    other = build_node(read_settings({}, data=tmp_path / "kit-b"))
    wanted = by_file.read_request(by_file.make_request_file(other))
    signed = central_actions.certify(central, wanted, "B", "", "https://central.example")
    other.store.close()
    status, said, _ = give(nadia, PAGE, by_file.pack(by_file.CERTIFICATE, signed, "x"))
    assert status == 422 and "pour une autre valise" in said
    assert find_enrolment(kit_node) is None


def test_a_request_is_held_against_the_mark_read_aloud(kit_node: Node, ines: FlaskClient) -> None:
    raw = by_file.make_request_file(kit_node)
    fields = {"nom": "A", "territoire": "", "adresse": "https://central.example"}
    status, said, _ = give(ines, "/enrolement/demande", raw, marque="0000000000000000", **fields)
    assert status == 422 and 'id="marque-error"' in said
    status, said, _ = give(ines, "/enrolement/demande", b"hello", marque="x", **fields)
    assert status == 422 and "n’est pas la demande d’une valise" in said
    with pytest.raises(Problem):
        by_file.read_request(raw.replace(b"\n", b"\nAAAA", 5))


def test_a_kit_that_is_refused_reads_it_plainly(kit_node: Node, central: Node, nadia: FlaskClient) -> None:
    wanted = by_file.read_request(by_file.make_request_file(kit_node))
    signed = central_actions.certify(central, wanted, "A", "", central.settings.public_url)
    by_file.take_file(kit_node, by_file.pack(by_file.CERTIFICATE, signed, "x"))
    central_actions.set_revoked(central, read_certificate(find_enrolment(kit_node)).kit_id, True)  # type: ignore[arg-type]
    note(kit_node, 2)
    with served(central), pytest.raises(Problem, match="n’est plus acceptée"):
        send(kit_node)
    for url in (PAGE, "/console/envoi"):
        assert "La coordination n’accepte plus cette valise. Rien n’est perdu" in nadia.get(url).get_data(as_text=True)


def test_visitors_attach_nothing(kit_node: Node, enter: Enter) -> None:
    visitor = enter(kit_node, None)
    assert visitor.get(PAGE).status_code == 401
    assert visitor.get(f"{PAGE}/demande").status_code == 401
