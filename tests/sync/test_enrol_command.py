"""`valise enrol` by a file, as a real process: a request out, a certificate back, no network; or a link in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.app import build_node
from kit.central import actions as central_actions
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import by_file
from kit.sync.enrolment import find_enrolment, fingerprint, get_enrolment, read_certificate
from tests.served import valise
from tests.sync.homes import served


@pytest.fixture
def box(lone_kit: Node) -> Path:
    """The folder of a kit on its own."""
    lone_kit.store.close()
    return lone_kit.data


def enrolled(data: Path) -> Node:
    return build_node(read_settings({}, data=data))


def test_a_request_goes_out_and_the_certificate_attaches_without_any_network(
    box: Path, pair: tuple[Node, Node], tmp_path: Path
) -> None:
    central, asked, given = pair[1], tmp_path / "demande.txt", tmp_path / "certificat.txt"
    said = valise(box, "enrol", "--request", str(asked))
    request = by_file.read_request(asked.read_bytes())
    assert fingerprint(by_file.seen(request).sign_public) in said, "the mark that is read out"
    assert "déjà ce nom" in valise(box, "enrol", "--request", str(asked), expect=1), "no file is written over"
    signed = central_actions.certify(central, request, "Valise des villages", "Drôme", "https://centrale.example")
    given.write_bytes(by_file.pack(by_file.CERTIFICATE, signed, "Certificat"))
    assert "rattachée" in valise(box, "enrol", str(given))
    node = enrolled(box)
    certificate = read_certificate(get_enrolment(node))
    assert (certificate.nickname, certificate.server_url) == ("Valise des villages", "https://centrale.example")
    node.store.close()
    assert valise(box, "enrolled").strip() == "yes"


def test_a_link_in_a_file_attaches_too(box: Path, pair: tuple[Node, Node], tmp_path: Path) -> None:
    central, file = pair[1], tmp_path / "lien.txt"
    with served(central) as url:
        file.write_bytes(by_file.pack_link(central_actions.make_enrolment(central, "Valise", server_url=url), "Lien"))
        valise(box, "enrol", str(file))
    assert valise(box, "enrolled").strip() == "yes"


def test_what_is_no_such_file_is_told_and_changes_nothing(box: Path, pair: tuple[Node, Node], tmp_path: Path) -> None:
    central, wrong = pair[1], tmp_path / "x.txt"
    other = by_file.make_request_file(pair[0])
    signed = central_actions.certify(central, by_file.read_request(other), "Autre", "", "https://c.example")
    certificate = by_file.pack(by_file.CERTIFICATE, signed, "Certificat")
    for raw, words in (
        (b"une liste de courses", "sync.bad_enrolment_file"),
        (b"\xff" * 200_000, "sync.bad_enrolment_file"),
        (other, "sync.bad_enrolment_file"),
        (certificate, "sync.other_kit"),
        (certificate.replace(b"AA", b"AB"), "sync."),
    ):
        wrong.write_bytes(raw)
        assert words in valise(box, "enrol", str(wrong), expect=1)
    assert "sync.bad_link" in valise(box, "enrol", str(tmp_path / "absent.txt"), expect=1)
    assert "Usage" in valise(box, "enrol", expect=2)
    node = enrolled(box)
    assert find_enrolment(node) is None
    node.store.close()
