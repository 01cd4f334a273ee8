"""The console's page of updates, over a real bundle of a real coordination on a marked key."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit import __version__
from kit.app import create_app
from kit.people.node import Node
from kit.updates.versions import Versions
from tests.pages import post_form
from tests.sync.homes import PASSPHRASE
from tests.updates.test_updates import make_wheel, sign

PAGE = "/console/mise-a-jour"


@pytest.fixture
def with_key(pair: tuple[Node, Node], tmp_path: Path) -> tuple[Node, Node]:
    """The same, with a marked key."""
    kit, central = pair
    kit.settings = replace(kit.settings, keys_folder=tmp_path / "media")
    (tmp_path / "media/CLE/valise").mkdir(parents=True)
    return kit, central


def enter(node: Node) -> FlaskClient:
    client = create_app(node.settings, node).test_client()
    answer = post_form(client, "/connexion", passphrase=PASSPHRASE, name="Équipe")
    assert answer.status_code == 302
    return client


def read(client: FlaskClient) -> str:
    return client.get(PAGE).get_data(as_text=True)


def wait_for_work() -> None:
    for thread in threading.enumerate():
        if thread.name == "update":
            thread.join(120)


def test_a_mediator_takes_an_update_from_a_key(with_key: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = with_key
    valise = kit.settings.keys_folder / "CLE/valise"
    make_wheel(tmp_path / "next", "0.9.0")
    target = valise / "septembre.update"
    shutil.copyfile(sign(central, tmp_path / "next", "0.9.0"), target)
    (valise / "forged.update").write_bytes(b"PK nothing of ours")
    (tmp_path / "same").mkdir()
    shutil.copyfile(next((tmp_path / "next").glob("*.whl")), tmp_path / "same/x-1-py3-none-any.whl")
    shutil.copyfile(sign(central, tmp_path / "same", __version__), valise / "same.update")

    mediator = enter(kit)
    page = read(mediator)
    assert f"<b>{__version__}</b>" in page and "Version 0.9.0, signée par votre coordination" in page
    assert page.count("Essayer cette version") == 1, "what cannot be taken is not offered"
    assert "ne vient pas de votre coordination" in page and "est déjà celle d’ici" in page
    assert post_form(mediator, PAGE, fichier="/etc/passwd").status_code == 409
    assert post_form(mediator, PAGE, fichier=str(valise / "forged.update")).status_code == 302
    wait_for_work()
    assert "abîmée, ou ne vient pas de votre coordination. Rien n’a changé" in read(mediator)

    assert post_form(mediator, PAGE, fichier=str(target)).status_code == 302
    wait_for_work()
    assert Versions(tmp_path / "versions").read() == {"trying": "0.9.0", "tries": 0}
    page = read(mediator)
    assert "La version 0.9.0 est prête" in page and "Éteignez puis rallumez" in page

    Versions(tmp_path / "versions").write({"current": "", "failed": "0.9.0"})
    assert "revenue d’elle-même à celle d’avant" in read(mediator)


def test_a_machine_without_a_launcher_says_so_and_visitors_never_come_in(
    with_key: tuple[Node, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, _ = with_key
    monkeypatch.delenv("VALISE_VERSIONS")
    assert "Pas disponible ici" in read(enter(kit))
    visitor = create_app(kit.settings, kit).test_client()
    assert visitor.get(PAGE).status_code == 401
    assert post_form(visitor, "/connexion", PAGE, fichier="x").status_code == 401
