"""P10: planted names and texts, looked for in every byte a box or a central wrote, the way a thief would."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from kit.app import build_node
from kit.backup import make_backup
from kit.central import actions as central_actions
from kit.central import bringing
from kit.ids import read_text, to_text
from kit.people import actions as people
from kit.people import identities
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import inbox, packing
from kit.sync.outbox import Outbox
from kit.workshops import actions as workshops
from tests.promises.cast_of_names import NAME, PHONE, TEXT, accept_a_gift, note_somebody_who_helps, post, tend, visit
from tests.promises.orders import segments_of
from tests.promises.world import PASSPHRASE, World, open_node
from tests.promises.writer import plan

REPO = Path(__file__).resolve().parents[2]


def needles() -> list[bytes]:
    """What is looked for: whole and in pieces, as text is written on a disk."""
    words = [NAME, NAME.upper(), NAME.lower(), "Quatrevaux", "quatrevaux", PHONE, PHONE.replace(" ", ""), "0639981742"]
    words += ["+33639981742", TEXT, TEXT.replace(" ", "+"), "perroquet", "Z%C3%A9nobie", "Zenobie", "zenobie"]
    return forms_of(*words)


def forms_of(*words: str) -> list[bytes]:
    """Words in every code in which a disk may hold them."""
    encoded = [word.encode(code) for word in words for code in ("utf-8", "utf-16-le", "latin-1", "unicode_escape")]
    return list(dict.fromkeys(encoded))


def search(folder: Path, sought: list[bytes]) -> tuple[int, list[str]]:
    """How many files were read, and where something was found."""
    files, found = 0, []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            raw, files = path.read_bytes(), files + 1
            found += [f"{path.relative_to(folder)}: {needle!r}" for needle in sought if needle in raw]
    return files, found


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The real box, its temporary files and its words in the folder that is searched."""
    from tests.served import free_port

    port = free_port()
    (folder / "tmp").mkdir(exist_ok=True)
    words = ["--data", str(folder / "kit"), "serve", "--port", str(port)]
    with (folder / "words.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "kit.cli", *words],
            cwd=REPO, env={**os.environ, "TMPDIR": str(folder / "tmp")}, stdout=log, stderr=log,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=30) as phone:
            phone.get(url + "/connexion")
        yield url, process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(20)


def live_a_day(folder: Path, most_pages: int) -> tuple[int, list[str]]:
    """People at a served box; looked at while it runs, after the power went, after closing, and in a backup."""
    kit = open_node(folder / "kit")
    people.set_up(kit, "Nadia", "mediator", PASSPHRASE)
    workshop = to_text(plan(kit, "Atelier"))
    note_somebody_who_helps(kit)
    kit.store.close()
    sought, looks = needles(), []
    with served(folder) as (url, _):
        with httpx.Client(timeout=60, follow_redirects=True) as phone:
            visit(phone, url, workshop)
        with httpx.Client(timeout=60, follow_redirects=True) as nadia:
            post(nadia, f"{url}/connexion", passphrase=PASSPHRASE, name="Nadia")
            gift = accept_a_gift(nadia, url)
            assert "c’est noté" in post(nadia, f"{gift}/merci", word=TEXT).text
            tend(nadia, url, workshop, most_pages)
        looks.append(search(folder, sought))
    looks.append(search(folder, sought))  # killed, its write-ahead log as it was
    kit = build_node(read_settings({}, data=folder / "kit"))
    texts = kit.store.value("SELECT count(*) FROM urn WHERE sealed IS NOT NULL")
    assert texts == 3, f"{texts} texts were noted: the drill would prove nothing"
    for table in ("letter", "deposit", "answer_draft", "adviser", "thanks"):
        assert kit.store.value(f"SELECT count(*) FROM {table}"), f"no {table}: the drill would prove nothing"
    workshops.close_workshop(kit, read_text(workshop) or b"", lambda *_: None)
    looks.append(search(folder, sought))
    kit.store.flush()
    (folder / "usb").mkdir()
    make_backup(kit, folder / "usb")
    kit.store.close()
    looks.append(search(folder, sought))
    return sum(files for files, _ in looks) * len(sought), [where for _, found in looks for where in found]


def erase_and_bring_back() -> tuple[int, list[str]]:
    """Somebody is erased at the central; then every old segment and envelope comes again, twice."""
    world = World.make()
    try:
        for _ in range(12):
            world.act("kit-0", "signup")
        bundle = b"".join(packing.pack_number(Outbox(world.nodes["kit-0"]), 1))
        world.settle()
        old = [(row["hash"], row["subject"], row["sealed"]) for row in _envelopes(world.nodes["kit-0"])]
        gone, wrongs = {subject for _, subject, _ in old[:6]}, list[str]()
        for subject in gone:
            identities.erase(world.central, subject, "demande")
        for _ in range(2):
            for segment_id, raw in segments_of(world.central):
                central_actions.take_segment(world.central, segment_id, raw)
            for name, _, sealed in old:
                central_actions.take_envelope(world.central, name, sealed)
            bringing.take_bundle(world.central, "vieille-cle.valise", io.BytesIO(bundle))
        world.central.store.flush()
        (world.base / "usb").mkdir()
        make_backup(world.central, world.base / "usb")
        wrongs += search(world.base, forms_of("Odette Canari", "Canari"))[1]  # both boxes, home and its backup
        sought = [sealed[-200:] for _, subject, sealed in old if subject in gone]
        files, found = search(world.central.data, sought)
        kept = {row["subject"] for row in _envelopes(world.central)}
        wrongs += found + [f"{subject.hex()} came back" for subject in gone & kept]
        if len(kept) != len(old) - len(gone):
            wrongs.append("others were erased too, or never came")
        on_the_box = _erased_on_the_box(world, old, gone)
        return files * len(sought) + len(old) * 3, wrongs + on_the_box
    finally:
        world.end()


def _erased_on_the_box(world: World, old: list[tuple[bytes, bytes, bytes]], gone: set[bytes]) -> list[str]:
    """The box hears of the erasures: what it had is not to be found, nor comes back from copies of its envelopes."""
    kit = world.nodes["kit-0"]
    outbox = Outbox(kit)
    hello, _ = outbox.hello()
    packing.take_back(kit, io.BytesIO(b"".join(bringing.pack_answer(world.central, hello))))
    for name, _, sealed in old:
        inbox.store_envelope(kit, name, sealed, [kit.identity.sign_public])
    kit.store.flush()
    kept = {row["subject"] for row in _envelopes(kit)}
    found = search(kit.data, [sealed[-200:] for _, subject, sealed in old if subject in gone])[1]
    return [*found, *(f"{subject.hex()} came back on the box" for subject in gone & kept)]


def _envelopes(node: Node) -> list[dict[str, bytes]]:
    return [dict(row) for row in node.store.rows("SELECT hash, subject, sealed FROM envelope ORDER BY hash")]


def try_disk(folder: Path, most_pages: int = 30) -> tuple[int, list[str]]:
    """Both stories; the team reads so many pages in the first."""
    shutil.rmtree(folder / "day", ignore_errors=True)
    (folder / "day").mkdir(parents=True)
    day, back = live_a_day(folder / "day", most_pages), erase_and_bring_back()
    return day[0] + back[0], day[1] + back[1]
