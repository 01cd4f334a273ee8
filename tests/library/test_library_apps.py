"""Free Android applications: what is read of them without running any, hidden until the team shows one, how to install.

`boussole.apk` is a real application without code: made by Debian's `aapt package` of a manifest that asks for the
camera, the place and to vibrate, of a name in English and in French, and of an icon in two sizes.
"""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.errors import Problem
from kit.library import queries as items
from kit.library.actions import add_paths
from kit.library.android import name_permissions, name_version, to_summary
from kit.library.bench import acceptance
from kit.library.bench import queries as bench
from kit.library.formats import read_metadata
from kit.people.node import Node

from .library_makers import text_of, write_zip
from .test_library_bench import bring, token

APK = Path(__file__).parent / "boussole.apk"


def test_an_application_says_its_name_version_and_permissions() -> None:
    read = read_metadata(APK)
    assert (read.kind, read.title) == ("app", "Boussole libre"), "the French name goes before the English one"
    assert "Version 1.4.2." in read.summary and "Pour Android 5 ou plus récent." in read.summary
    assert "la caméra, l’endroit où vous êtes." in read.summary and "org.example.boussole" in read.summary
    with zipfile.ZipFile(APK) as archive:
        assert read.cover == archive.read("res/mipmap-xhdpi-v4/ic_launcher.png"), "the largest icon"


def test_permissions_and_versions_in_words() -> None:
    asked = ["android.permission.READ_SMS", "android.permission.SEND_SMS", "android.permission.RECEIVE_SMS",
             "android.permission.VIBRATE", "com.example.SECRET"]  # fmt: skip
    assert name_permissions(asked) == ["vos SMS", "envoyer des SMS"]
    assert name_version("24") == "7" and name_version("999") == "" and name_version("Q") == ""
    assert to_summary("", "", [], "") == "Elle ne demande rien de personnel au téléphone."


def test_it_stays_hidden_until_the_team_shows_it(node: Node, staff: FlaskClient, visitor: FlaskClient) -> None:
    bring(node, APK)
    (entry,) = bench.list_entries(node.store, "proposed", 5)
    assert "Application Android" in text_of(staff, "/console/bibliotheque/arrivees") and "la caméra" in text_of(
        staff, entry.url
    )
    acceptance.correct(node, entry, entry.version, licence="GPL-3.0-or-later", source="f-droid.org")
    acceptance.choose(node, [entry.entry_id])
    assert acceptance.take_chosen(node) == 1 and entry.sha256 is not None
    item = items.find_item(node.store, entry.sha256[:16])
    assert item is not None and not item.is_public and item.shelf == "Applications Android"
    assert visitor.get(item.url).status_code == 404
    desk = f"/console/bibliotheque/{item.text_id}"
    page = text_of(staff, desk)
    assert "quand l’équipe le décide" in page and "agit sur le téléphone" in page
    fields = {"csrf": token(page), "do": "publish", "licence": "GPL-3.0-or-later", "source": "f-droid.org"}
    assert staff.post(desk, data=fields).status_code == 303
    page = text_of(visitor, item.url)
    assert "Installer sur un téléphone Android" in page and "sources inconnues" in page and "la caméra" in page
    assert "iPhone" in page and page.count(" download>") == 1 and entry.sha256.hex() in page
    kept = visitor.get(f"{item.url}/fichier/1/boussole.apk")
    assert kept.data == APK.read_bytes() and kept.mimetype == "application/vnd.android.package-archive"
    assert kept.headers["Content-Disposition"].startswith("attachment")


def test_an_application_added_by_command_is_hidden_too(node: Node, tmp_path: Path) -> None:
    path = tmp_path / "b.apk"
    path.write_bytes(APK.read_bytes())
    (tmp_path / "b.toml").write_text('licence = "GPL-3.0-or-later"\nsource = "f-droid.org"\n', "utf-8")
    (added,) = add_paths(node, [path]).added
    item = items.find_item(node.store, added)
    assert item is not None and item.is_hidden and not item.is_public


def test_what_is_no_application_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "faux.apk", {"classes.dex": "x"})
    with pytest.raises(Problem, match="n’est pas ce que son nom annonce"):
        read_metadata(path)
    path = write_zip(tmp_path / "vide.apk", {"AndroidManifest.xml": b"<manifest/>"})
    with pytest.raises(Problem):
        read_metadata(path)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_applications_raise_nothing_else(tmp_path: Path, seed: int) -> None:
    """Bytes changed at random in the manifest and the table of names: read, or refused by name; never anything else."""
    chance = random.Random(seed)
    with zipfile.ZipFile(APK) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    for name in ("AndroidManifest.xml", "resources.arsc"):
        for _ in range(chance.randrange(1, 12)):
            parts[name][chance.randrange(len(parts[name]))] = chance.randrange(256)
    path = write_zip(tmp_path / "abime.apk", {name: bytes(raw) for name, raw in parts.items()})
    try:
        assert len(read_metadata(path).title) <= 300
    except Problem as problem:
        assert problem.code.startswith("library.")


def test_a_name_that_leads_round_in_a_circle_ends(tmp_path: Path) -> None:
    with zipfile.ZipFile(APK) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    label = (2130903040).to_bytes(4, "little")
    table = bytearray(parts["resources.arsc"])
    place = table.find(b"\x08\x00\x00\x03", table.find(b"\x01\x02"))  # a value: size 8, kind text
    while place >= 0:
        table[place + 3] = 1  # a reference instead, to itself
        table[place + 4 : place + 8] = label
        place = table.find(b"\x08\x00\x00\x03", place + 8)
    path = write_zip(tmp_path / "cercle.apk", {**parts, "resources.arsc": bytes(table)})
    assert read_metadata(path).title == "org.example.boussole"
