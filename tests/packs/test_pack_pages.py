"""The team's page: a pack made on a real folder marked as a key, installed by another team, taken back."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from kit.library.packs.routes import EXTENSION
from kit.people.node import Node
from tests import cast
from tests.conftest import Enter, copy_node, open_node
from tests.packs.test_packs import stock, titles
from tests.pages import post_form


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "media" / "CLE" / "valise").mkdir(parents=True)
    return tmp_path / "media" / "CLE" / "valise"


def end_of_work(client: object) -> None:
    work = client.application.extensions[EXTENSION]  # type: ignore[attr-defined]
    for _ in range(600):
        if not work.is_running:
            return
        time.sleep(0.05)
    raise AssertionError("the work does not end")


def test_from_one_library_to_another(templates: Path, tmp_path: Path, key: Path, enter: Enter) -> None:
    nodes: list[Node] = []
    for name in ("kit", "kit-b"):
        nodes.append(open_node(copy_node(templates / name, tmp_path / name), keys_folder=key.parents[1]))
    maker, taker = nodes
    stock(maker, tmp_path / "works", "un", "deux")
    paul = enter(maker, cast.PAUL)
    assert "Aucun paquet" in paul.get("/console/paquets").text
    refused = post_form(paul, "/console/paquets", "/console/paquets/faire", title="", shelf="Kit", key=str(key))
    assert refused.status_code == 422 and 'href="#title"' in refused.text
    fields = {"title": "Kit de départ", "shelf": "Kit", "key": str(key), "minutes": "90", "competences": "crcn-1.1"}
    foreseen = post_form(paul, "/console/paquets", "/console/paquets/faire", **fields, do="look")
    assert foreseen.status_code == 200 and 'id="plan"' in foreseen.text and 'value="delta"' not in foreseen.text
    assert list(key.glob("paquets/*")) == []
    fields["do"] = "whole"
    assert post_form(paul, "/console/paquets", "/console/paquets/faire", **fields).status_code == 303
    end_of_work(paul)
    assert "écrit et relu" in paul.get("/console/paquets").text

    other = enter(taker, cast.PAUL)
    page = other.get("/console/paquets").text
    assert "Mener une recherche" in page and "2 nouvelles" in page
    ref = page.split('name="pack" value="')[1].split('"')[0]
    install = "/console/paquets/installer"
    assert post_form(other, "/console/paquets", install, pack=ref).status_code == 303
    assert "cochez d’abord" in other.get("/console/paquets").text and titles(taker) == []
    assert post_form(other, "/console/paquets", install, pack="../../etc").status_code == 422
    signer = maker.identity.sign_public.hex()
    assert post_form(other, "/console/paquets", install, pack=ref, signer=signer).status_code == 303
    end_of_work(other)
    assert titles(taker) == ["Livre deux", "Livre un"]
    page = other.get("/console/paquets").text
    assert "est installé" in page
    forms = [part.split('"')[0] for part in page.split('action="/console/paquets/')[1:]]
    (brought,) = re.findall(r'href="(/console/paquets/[^"/]+)"', page)
    told = other.get(brought).text
    assert "Livre deux" in told and "Livre un" in told and "2 sont arrivées." in told
    assert other.get("/console/paquets/rien").status_code == 404
    (back,) = (one for one in forms if one.endswith("/retirer"))
    assert post_form(other, "/console/paquets", f"/console/paquets/{back}").status_code == 303
    assert titles(taker) == []
    after = other.get("/console/paquets").text
    assert "est retiré" in after and "est installé" not in after, "what was undone is not said to be there"
    assert "On est revenu à avant ce paquet" in (gone := other.get(brought).text) and "pas montrée" in gone
    for node in nodes:
        node.store.close()
