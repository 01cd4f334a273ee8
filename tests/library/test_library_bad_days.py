"""Bad days of the bench, with real ones: a disk that is really full (a small file system of its own), a key that is
pulled out in the middle of a file (the kernel answers EIO), a site cut short, two librarians on one work, any name.

A file system is mounted by root only: these tests run where the box's image is built, which is by root too.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.app import build_node
from kit.errors import Problem
from kit.library import queries as items
from kit.library.actions import Outcome
from kit.library.bench import acceptance, arrival, queries
from kit.library.bench.names import LONGEST_BYTES, files_folder, to_inside
from kit.library.bench.reading import work
from kit.people.node import Node
from kit.settings import read_settings

from .conftest import PHRASE, phone
from .library_makers import epub_parts, make_epub, make_mp3, make_zim, text_of, write_zip
from .test_library_bench import bring, token

DESK = "/console/bibliotheque/arrivees"
MEBI = 1 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MiB that is really full when it is full."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def small_box(small_disk: Path) -> Iterator[Node]:
    """A box whose whole data lies on the small disk, and that keeps nothing in reserve."""
    node = build_node(read_settings({}, data=small_disk / "data", reserve=0))
    yield node
    node.store.close()


def fill_disk(place: Path, left: int) -> Path:
    """A file that leaves so many bytes free."""
    filler = place / "filler"
    stat = os.statvfs(place)
    filler.write_bytes(b"\0" * max(0, stat.f_bavail * stat.f_frsize - left))
    return filler


def book_of(path: Path, size: int, title: str) -> Path:
    """A book of about so many bytes."""
    return write_zip(path, epub_parts(title=title) | {"OEBPS/gros.bin": os.urandom(size)})


def take(node: Node, batch: bytes, path: Path) -> None:
    """A file into an open batch, under its own name."""
    with path.open("rb") as source:
        arrival.take_stream(node, batch, path.name, source)


def nothing_half(node: Node) -> None:
    """No piece of a file lies about, and every work on the shelves has its files whole."""
    assert not [path for path in (node.data / "tmp").iterdir() if path.name.endswith((".part", ".url"))]
    assert not [path for path in (node.data / "bench").glob("*/parts/*")]
    for item in items.list_items(node.store, items.Choice(), 50, 0):
        for one in items.list_files(node.store, item.item_id):
            path = node.data / "blobs" / one.sha256.hex()[:2] / one.sha256.hex()
            assert path.stat().st_size == one.size_bytes


# -- a full disk ------------------------------------------------------------------------------------------------------


def test_a_disk_that_fills_while_a_file_arrives(small_box: Node, small_disk: Path, tmp_path: Path) -> None:
    bring(small_box, make_epub(tmp_path / "avant.epub", title="Avant"))
    acceptance.choose(small_box, queries.entry_ids(small_box.store, "proposed"))
    acceptance.take_chosen(small_box)
    batch = arrival.open_batch(small_box, "upload", "Essai")
    filler = fill_disk(small_disk, MEBI)
    with pytest.raises(Problem, match="plus assez de place"):
        arrival.take_stream(small_box, batch, "gros.epub", io.BytesIO(os.urandom(3 * MEBI)))
    nothing_half(small_box)
    assert "Avant" in text_of(phone(small_box), "/bibliotheque"), "the box still serves"
    filler.unlink()
    take(small_box, batch, book_of(tmp_path / "gros.epub", MEBI, "Après"))
    arrival.close_batch(small_box, batch)
    work(small_box)
    assert [one.title for one in queries.list_entries(small_box.store, "proposed", 5)] == ["Après"]


def test_a_disk_that_fills_under_the_worker(small_box: Node, small_disk: Path, tmp_path: Path) -> None:
    batch = arrival.open_batch(small_box, "upload", "Essai")
    for number in range(3):
        take(small_box, batch, make_epub(tmp_path / f"{number}.epub", title=f"Livre {number}"))
    arrival.close_batch(small_box, batch)
    filler = fill_disk(small_disk, 0)
    code = f"from kit.cli import main; main(['--data', {str(small_box.data)!r}, 'sort'])"
    told = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "VALISE_RESERVE": "0"}, cwd=Path(__file__).parents[2],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in told.stderr, told.stderr
    assert queries.count_entries(small_box.store) == {}, "nothing is half read"
    assert text_of(phone(small_box), "/bibliotheque")
    filler.unlink()
    arrival.close_batch(small_box, batch)  # « Recommencer »
    work(small_box)
    assert queries.count_entries(small_box.store) == {"proposed": 3}


def test_a_disk_that_fills_while_works_are_accepted(small_box: Node, small_disk: Path, tmp_path: Path) -> None:
    from .media_makers import SRT

    batch = arrival.open_batch(small_box, "upload", "Essai")
    take(small_box, batch, make_mp3(tmp_path / "a.mp3", title="Le Son"))
    arrival.take_stream(small_box, batch, "a.srt", io.BytesIO(SRT.encode() * 20_000))
    arrival.close_batch(small_box, batch)
    work(small_box)
    ids = queries.entry_ids(small_box.store, "proposed")
    acceptance.correct_many(small_box, ids, {"licence": "CC-BY-4.0", "source": "Ici"})
    filler = fill_disk(small_disk, 400_000)
    acceptance.choose(small_box, ids)
    with pytest.raises(Problem, match="plus assez de place"):
        acceptance.take_chosen(small_box)
    assert queries.count_entries(small_box.store) == {"proposed": 1}, "it waits again, as it was corrected"
    (found,) = queries.list_batches(small_box.store)
    assert "Faites de la place" in found.problem
    assert items.count_items(small_box.store, items.Choice()) == 0
    nothing_half(small_box)
    filler.unlink()
    acceptance.choose(small_box, ids)
    assert acceptance.take_chosen(small_box) == 1
    nothing_half(small_box)
    assert "Le Son" in text_of(phone(small_box), "/bibliotheque")


def test_the_page_says_it_to_the_librarian(small_box: Node, small_disk: Path, tmp_path: Path) -> None:
    from kit.people.actions import set_up

    set_up(small_box, "Équipe", "mediator", PHRASE)
    desk = phone(small_box)
    page = text_of(desk, "/connexion")
    desk.post("/connexion", data={"csrf": token(page), "passphrase": PHRASE, "name": "Équipe"})
    form = token(text_of(desk, DESK))
    filler = fill_disk(small_disk, 200_000)
    sent = {"csrf": form, "files": (io.BytesIO(os.urandom(400_000)), "gros.epub")}
    answer = desk.post(f"{DESK}/deposer", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 507 and "disque de la valise est plein" in answer.get_data(as_text=True)
    filler.unlink()
    nothing_half(small_box)
    assert text_of(desk, DESK)


# -- a key ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path) -> Iterator[Path]:
    """A USB key: a file system of its own, mounted where keys appear, with a folder `valise`."""
    image, place = tmp_path / "key.img", tmp_path / "keys" / "CLE"
    place.mkdir(parents=True)
    with image.open("wb") as out:
        out.truncate(40 * MEBI)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True, capture_output=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)
    (place / "valise").mkdir()
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def take_key(node: Node, key: Path) -> bytes:
    return arrival.open_batch(node, "key", "Clé", str(key / "valise"), "waiting")


def sort_with(node: Node, keys: Path, *before: str) -> str:
    """`valise sort` as a process of its own, behind the words `before`."""
    command = [*before, sys.executable, "-m", "kit.cli", "--data", str(node.data), "sort"]
    env = {**os.environ, "VALISE_KEYS_FOLDER": str(keys)}
    done = subprocess.run(
        command, env=env, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=170
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def test_a_key_pulled_out_in_the_middle_of_a_file(node: Node, key: Path, tmp_path: Path) -> None:
    make_epub(key / "valise" / "a.epub", title="Entier")
    big = book_of(key / "valise" / "b.epub", 8 * MEBI, "Coupé")
    make_epub(key / "valise" / "c.epub", title="Jamais lu")
    batch = take_key(node, key)
    # What the kernel answers when the key is gone: an error, from the third read of this file on.
    sort_with(node, key.parent, "strace", "-f", "-P", str(big), "-e", "trace=read", "-e",
              "inject=read:error=EIO:when=3+", "-o", "/dev/null")  # fmt: skip
    (found,) = queries.list_batches(node.store)
    assert found.state == "stopped" and "clé a été retirée" in found.problem
    assert [one.title for one in queries.list_entries(node.store, "proposed", 9)] == ["Entier"]
    assert [path.name for path in files_folder(node.data, batch).iterdir()] == ["a.epub"]
    nothing_half(node)
    arrival.close_batch(node, batch)  # the key is there again: « Recommencer »
    sort_with(node, key.parent)
    titles = [one.title for one in queries.list_entries(node.store, "proposed", 9)]
    assert titles == ["Coupé", "Entier", "Jamais lu"], "what was whole is not copied twice"
    assert queries.list_batches(node.store)[0].problem == ""


def test_a_key_that_is_gone_is_told_and_stops_nothing(node: Node, key: Path, tmp_path: Path) -> None:
    make_epub(key / "valise" / "a.epub")
    take_key(node, key)
    subprocess.run(["umount", "-l", str(key)], check=True)
    arrival.close_batch(node, bring(node, make_epub(tmp_path / "autre.epub", title="Un autre dépôt")))
    sort_with(node, key.parent)
    assert {one.problem[:23] for one in queries.list_batches(node.store) if one.origin == "key"} == {
        "La clé a été retirée pe"
    }
    assert [one.title for one in queries.list_entries(node.store, "proposed", 9)] == ["Un autre dépôt"]


# -- a site cut short -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [0.0005, 0.02, 0.3, 0.7, 0.95, 0.9999])
def test_a_site_cut_short_is_refused_and_the_batch_goes_on(part: float, node: Node, tmp_path: Path) -> None:
    whole = make_zim(tmp_path / "whole.zim").read_bytes()
    cut = tmp_path / "coupe.zim"
    cut.write_bytes(whole[: max(8, int(len(whole) * part))])
    bring(node, cut, make_epub(tmp_path / "livre.epub"), make_zim(tmp_path / "entier.zim", "Site entier"))
    (refused,) = queries.list_entries(node.store, "refused", 5)
    assert refused.name == "coupe.zim" and refused.problem == str(Problem("library.broken"))
    assert [one.title for one in queries.list_entries(node.store, "proposed", 5)] == ["Le Livre d’essai", "Site entier"]


def test_a_site_cut_short_by_the_command(node: Node, tmp_path: Path, add: Callable[..., Outcome]) -> None:
    cut = tmp_path / "coupe.zim"
    cut.write_bytes(make_zim(tmp_path / "whole.zim").read_bytes()[:-1])
    outcome = add(cut)
    assert [problem.code for _, problem in outcome.refused] == ["library.broken"] and not outcome.added


# -- two librarians ---------------------------------------------------------------------------------------------------


def test_two_librarians_on_one_work_of_the_shelves(
    node: Node, tmp_path: Path, staff: FlaskClient, add: Callable[..., Outcome]
) -> None:
    item_id = add(make_epub(tmp_path / "a.epub")).added[0]
    item = items.find_item(node.store, item_id)
    assert item is not None
    url = f"/console/bibliotheque/{item.text_id}"
    page = text_of(staff, url)
    form = {"csrf": token(page), "mark": item.mark, "licence": "CC-BY-4.0", "source": "Nadia", "do": "publish"}
    paul = staff.post(url, data={**form, "source": "Paul", "csrf": token(text_of(staff, url))})
    assert paul.status_code == 303
    late = staff.post(url, data=form)
    said = late.get_data(as_text=True)
    assert late.status_code == 409 and "vient de changer" in said
    assert 'value="Nadia"' in said and "Noté entre-temps : CC BY 4.0 · Paul" in said, "nothing that was typed is lost"
    assert items.find_item(node.store, item_id).source == "Paul"  # type: ignore[union-attr]
    again = items.find_item(node.store, item_id)
    assert again is not None and again.mark in said
    assert staff.post(url, data={**form, "csrf": token(said), "mark": again.mark}).status_code == 303
    assert items.find_item(node.store, item_id).source == "Nadia"  # type: ignore[union-attr]


# -- names ------------------------------------------------------------------------------------------------------------

NAMES = [
    "Œuvre à l’été.epub", "كتاب الأيام.epub", "本の虫.epub", "📚🇫🇷.epub", "e\u0301te\u0301.epub", "a\u202egpj.epub",
    "نص\u200fRTL\u200e.epub", "\u0130stanbul.epub", "a" * 300 + ".epub", "é" * 200 + ".epub", "nom\tavec\ntout.epub",
    "..epub", "CON.epub", "a:b?c*d.epub", "\U0001f469\u200d\U0001f4bb.epub", "한국어.epub", "ﬁn.epub", " .epub",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_with_any_unicode_is_taken_shown_and_given_back(
    name: str, node: Node, tmp_path: Path, staff: FlaskClient
) -> None:
    bring(node, make_epub(tmp_path / "x.epub"), names={tmp_path / "x.epub": name})
    (entry,) = queries.list_entries(node.store, "proposed", 5)
    text_of(staff, entry.url)
    acceptance.choose(node, [entry.entry_id])
    assert acceptance.take_chosen(node) == 1
    (item,) = items.list_items(node.store, items.Choice(), 5, 0)
    page = text_of(staff, item.url)
    address = page.split('class="small"', 1)[1].split('<a href="', 1)[1].split('"', 1)[0]
    answer = staff.get(address)
    assert answer.status_code == 200 and answer.mimetype == "application/epub+zip"
    kept = items.list_files(node.store, item.item_id)[0].name
    assert kept and kept == unicodedata.normalize("NFC", kept) and "/" not in kept


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), min_size=0, max_size=120))
def test_no_name_leads_elsewhere_or_breaks_a_disk(tmp_path: Path, name: str) -> None:
    inside = to_inside(name)
    assert not inside.is_absolute() and ".." not in inside.parts and len(inside.parts) <= 8
    assert all(len(part.encode()) <= LONGEST_BYTES and not part.startswith(".") for part in inside.parts)
    place = tmp_path / str(len(list(tmp_path.iterdir()))) / inside
    place.parent.mkdir(parents=True)
    place.write_bytes(b"x")
    assert place.read_bytes() == b"x"
    place.unlink()


def test_a_name_that_is_no_unicode_at_all(node: Node, tmp_path: Path, add: Callable[..., Outcome]) -> None:
    """A key formatted long ago: bytes that are no UTF-8 reach Python as lone surrogates."""
    source = make_epub(tmp_path / "x.epub").read_bytes()
    folder = tmp_path / "vieux"
    folder.mkdir()
    with open(os.fsencode(folder) + b"/\xe9t\xe9.epub", "wb") as out:  # noqa: PTH123 - a name in bytes
        out.write(source)
    outcome = add(folder)
    assert len(outcome.added) == 1 and not outcome.refused
    assert items.list_files(node.store, outcome.added[0])[0].name.endswith(".epub")


def test_a_served_box_says_it_too_and_goes_on(templates: Path, small_disk: Path) -> None:
    """Through the real server, which lays a large form beside the data before any page sees it."""
    import shutil
    import urllib.request

    from tests.cast import NADIA
    from tests.served import Served

    shutil.copytree(templates / "kit", small_disk / "kit")
    shutil.copyfile(templates / "kit.boot", small_disk / "kit.boot")
    served = Served(small_disk / "kit", ("serve",)).start()
    try:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        page = opener.open(f"{served.url}/connexion").read().decode()
        form = f"csrf={token(page)}&passphrase={NADIA.passphrase.replace(' ', '+')}&name={NADIA.name}".encode()
        opener.open(f"{served.url}/connexion", form)
        csrf = token(opener.open(f"{served.url}{DESK}").read().decode())
        edge = "limite"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf}\r\n--{edge}\r\n'
        head += 'Content-Disposition: form-data; name="files"; filename="gros.epub"\r\n\r\n'
        body = head.encode() + b"\0" * (80 * MEBI) + f"\r\n--{edge}--\r\n".encode()
        asked = urllib.request.Request(f"{served.url}{DESK}/deposer", body)
        asked.add_header("Content-Type", f"multipart/form-data; boundary={edge}")
        with pytest.raises(urllib.error.HTTPError) as refusal:
            opener.open(asked)
        assert refusal.value.code == 507 and "disque de la valise est plein" in refusal.value.read().decode()
        assert opener.open(f"{served.url}/bibliotheque").status == 200
    finally:
        served.stop()
    assert not served.words_of_failure(), served.words_of_failure()
