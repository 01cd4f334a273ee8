"""Somebody copies a card, marker and all: two boxes go on under one name, as real processes. Nothing is lost."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.app import build_node, create_app
from kit.settings import read_settings
from tests.cast import INES
from tests.conftest import copy_node
from tests.pages import post_form
from tests.promises.aftermath import look_at
from tests.promises.writer import command
from tests.served import REPO, Served, valise


@pytest.fixture
def central(templates: Path, tmp_path: Path) -> Iterator[Served]:
    served = Served(copy_node(templates / "central", tmp_path / "central"), ("central", "serve")).start()
    yield served
    served.stop()
    assert not served.words_of_failure(), served.words_of_failure()


def work(data: Path, count: int, seed: int) -> list[str]:
    """People at a box, as a process of its own; what they were told."""
    done = subprocess.run(command(data, count, seed), cwd=REPO, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if " " in line]


@pytest.mark.parametrize("on_the_copy", [5, 9, 14])
def test_two_copies_of_one_card_both_come_home(
    central: Served, templates: Path, tmp_path: Path, on_the_copy: int
) -> None:
    """The copy has fewer, as many, or more facts than the first: whatever the receipts of the first say, all arrive."""
    first, copy = copy_node(templates / "kit", tmp_path / "first"), tmp_path / "copy"
    link = valise(central.data, "central", "invite", "--url", central.url, "--name", "Valise de la Roya").strip()
    valise(first, "enrol", link)
    told = work(first, 6, 1)
    valise(first, "send")
    shutil.copytree(first, copy)
    shutil.copyfile(first.with_name("first.boot"), copy.with_name("copy.boot"))
    told += work(first, 9, 2) + work(copy, on_the_copy, 3)
    for data in (first, copy):
        assert "0 seulement ici" in valise(data, "send")
    told += work(copy, 4, 4) + work(first, 4, 5)
    for data in (copy, first, copy):
        assert "0 seulement ici" in valise(data, "send")
    central.stop()
    after = look_at(central.data, told, "central")
    assert (after.lost, after.broken) == ((), "")
    assert after.told == len(told) > 25
    node = build_node(read_settings({}, data=central.data, role="central"))
    client = create_app(node.settings, node).test_client()
    post_form(client, "/connexion", passphrase=INES.passphrase, name=INES.name)
    page = client.get("/a-regarder").get_data(as_text=True)
    assert "deux boîtes ont noté sous le même nom" in page
    assert "Valise de la Roya" in page
    node.store.close()
