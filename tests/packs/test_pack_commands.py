"""`valise pack ...` as real processes: made, installed, listed, taken back; killed in the middle; used meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from kit.library import queries
from kit.library.packs import queries as packs
from kit.people.node import Node
from tests.conftest import copy_node, open_node
from tests.library.library_makers import epub_parts, write_zip
from tests.packs.test_packs import stock, titles
from tests.served import REPO, Served, valise

WORKS, KILLS = 36, 4


def fill(folder: Path, count: int) -> None:
    """Works of half a megabyte each, that nothing can squeeze."""
    folder.mkdir()
    for number in range(count):
        parts = epub_parts(title=f"Volume {number:03}")
        parts["OEBPS/noise.bin"] = os.urandom(500_000)
        path = write_zip(folder / f"{number:03}.epub", parts)
        note = f'title = "Volume {number:03}"\nlicence = "CC-BY-4.0"\nsource = "ici"\nshelf = "Gros"\n'
        path.with_suffix(".toml").write_text(note, "utf-8")


def test_made_looked_at_installed_listed_and_taken_back(kit_node: Node, templates: Path, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un", "deux")
    place, other = tmp_path / "out", copy_node(templates / "kit-b", tmp_path / "kit-b")
    place.mkdir()
    told = ("--title", "Premiers pas", "--organisation", "Saint-Auban", "--minutes", "90", "--competence", "crcn-1.1")
    said = valise(kit_node.data, "pack", "make", "Kit", str(place), "--zip", *told)
    (path,) = place.iterdir()
    assert path.suffix == ".zip" and "2 œuvres" in said and "écrit et relu" in said
    assert "packs.unknown_word" in valise(kit_node.data, "pack", "make", "Kit", str(place), "--level", "x", expect=1)
    looked = valise(other, "pack", "install", str(path), "--look")
    assert "2 œuvres nouvelles" in looked and "Place libre" in looked and "clé inconnue" in looked
    assert "packs.unknown_signer" in valise(other, "pack", "install", str(path), expect=1)
    name = valise(other, "pack", "install", str(path), "--known").split("Installé : ")[1].split()[0]
    assert f"{name}  Premiers pas, version 1, 2 œuvres" in valise(other, "pack", "list")
    valise(other, "pack", "rollback", name[:8])
    assert "retiré" in valise(other, "pack", "list")
    assert "packs.not_found" in valise(other, "pack", "rollback", "zz", expect=1)


@pytest.mark.long
def test_killed_again_and_again_nothing_is_half_shown_and_phones_read_meanwhile(
    kit_node: Node, templates: Path, tmp_path: Path
) -> None:
    fill(tmp_path / "works", WORKS)
    valise(kit_node.data, "add", str(tmp_path / "works"))
    place = tmp_path / "out"
    place.mkdir()
    valise(kit_node.data, "pack", "make", "Gros", str(place))
    (pack,) = place.iterdir()
    other = copy_node(templates / "kit-b", tmp_path / "kit-b")
    served = Served(other, ("serve",)).start()
    brought, killed = [0], 0
    try:
        for _ in range(KILLS):
            command = [sys.executable, "-m", "kit.cli", "--data", str(other), "pack", "install", str(pack), "--known"]
            process = subprocess.Popen(command, cwd=REPO, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while process.poll() is None and count_blobs(other) <= brought[-1] + 6:
                time.sleep(0.002)
                with urllib.request.urlopen(f"{served.url}/bibliotheque", timeout=10) as page:
                    assert b"Volume" not in page.read() or process.poll() is not None
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
            process.wait()
            brought.append(count_blobs(other))
            if not killed or process.returncode == 0:
                break
            node = open_node(other)
            assert titles(node) == [] and packs.list_packs(node.store, 5) == []
            node.store.close()
        assert killed >= 2 and brought == sorted(brought)
        valise(other, "pack", "install", str(pack), "--known")
        with urllib.request.urlopen(f"{served.url}/bibliotheque?etagere=Gros", timeout=10) as page:
            assert b"Volume 000" in page.read()
        node = open_node(other)
        assert queries.count_items(node.store, queries.Choice()) == WORKS
        node.store.close()
    finally:
        served.stop()
    assert not served.words_of_failure()


def count_blobs(data: Path) -> int:
    return sum(1 for _ in (data / "blobs").glob("*/*"))
