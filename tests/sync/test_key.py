"""USB keys as they are in the field: full, read-only, pulled out in the middle, several files. Real file systems."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.central import bringing
from kit.errors import Problem
from kit.people.node import Node
from kit.sync import bundle
from kit.sync.actions import journey, send
from kit.sync.carriers import Progress
from kit.sync.carriers.file import OUT, FileCarrier
from tests.sync.homes import left_on, note


def mount(folder: Path, size: str = "96k") -> Path:
    """A small disk of its own at `folder`; its marked folder."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    (folder / "valise").mkdir()
    return folder / "valise"


@pytest.fixture
def key(tmp_path: Path) -> Iterator[Path]:
    """The marked folder of a key of 96 KiB."""
    place = mount(tmp_path / "CLE")
    yield place
    subprocess.run(["umount", str(place.parent)], check=False, capture_output=True)


def files_on(place: Path) -> list[str]:
    return sorted(path.name for path in (place / OUT).glob("*"))


def refusal(kit: Node, place: Path, report: object = None) -> Problem:
    with pytest.raises(Problem) as told:
        send(kit, report or (lambda progress: None), FileCarrier(place))  # type: ignore[arg-type]
    return told.value


def test_a_full_key_says_so_leaves_no_half_file_and_keeps_the_copy_it_had(pair: tuple[Node, Node], key: Path) -> None:
    kit, central = pair
    note(kit, 30, named=10)
    assert send(kit, carrier=FileCarrier(key)).carried.segments == 1
    before = files_on(key)
    note(kit, 400, named=300)
    problem = refusal(kit, key)
    assert problem.code == "sync.bad_key"
    assert "elle est pleine" in str(problem)
    assert files_on(key) == before, "no half file, and the copy made before is still there"
    assert journey(kit).only_here == 430
    (taken,) = bringing.read_key(central, key)
    assert (taken.segments, taken.trouble) == (1, "")


def test_a_key_with_no_room_for_the_answers_says_so_and_everything_was_read(pair: tuple[Node, Node], key: Path) -> None:
    kit, central = pair
    note(kit, 30, named=10)
    send(kit, carrier=FileCarrier(key))
    with (key / "filling").open("wb", buffering=0) as filling, pytest.raises(OSError, match="space"):
        while True:
            filling.write(b"\0" * 4096)
    with pytest.raises(Problem) as told:
        bringing.read_key(central, key)
    assert told.value.code == "sync.bad_key"
    assert central.store.value("SELECT count(*) FROM attendance") == 30
    (key / "filling").unlink()
    bringing.read_key(central, key)
    send(kit, carrier=FileCarrier(key))
    assert journey(kit).only_here == 0


def test_a_read_only_key_says_so(pair: tuple[Node, Node], key: Path) -> None:
    kit, _ = pair
    note(kit, 5)
    subprocess.run(["mount", "-o", "remount,ro", str(key.parent)], check=True)
    problem = refusal(kit, key)
    assert problem.code == "sync.bad_key"
    assert "protégée contre l’écriture" in str(problem)
    assert journey(kit).only_here == 5


def test_a_key_pulled_out_in_the_middle_leaves_nothing_on_the_box(pair: tuple[Node, Node], key: Path) -> None:
    """`umount -l` in the middle of the copy: what is left below is an empty folder of the box's own disk."""
    kit, _ = pair
    note(kit, 400, named=100)
    pulled: list[Progress] = []

    def pull(progress: Progress) -> None:
        if not pulled:
            pulled.append(progress)
            subprocess.run(["umount", "-l", str(key.parent)], check=True)

    assert refusal(kit, key, pull).code == "sync.bad_key"
    assert pulled
    assert list(key.parent.iterdir()) == [], "nothing was written where the key had been"
    assert journey(kit).only_here == 400


def test_a_key_whose_place_is_taken_by_another_folder_is_no_copy(pair: tuple[Node, Node], key: Path) -> None:
    """The folder of the box below the mount has the same name: a copy that landed there is not called copied."""
    kit, _ = pair
    subprocess.run(["umount", str(key.parent)], check=True)
    (key / OUT).mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(key.parent)], check=True)
    (key / OUT).mkdir(parents=True)
    note(kit, 20)

    def pull(_progress: Progress) -> None:
        subprocess.run(["umount", "-l", str(key.parent)], check=False, capture_output=True)

    assert refusal(kit, key, pull).code == "sync.bad_key"
    assert files_on(key) == []
    assert journey(kit).only_here == 20


def test_a_folder_removed_in_the_middle_is_told(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, _ = pair
    note(kit, 400, named=100)
    place = tmp_path / "valise"
    place.mkdir()

    def remove(_progress: Progress) -> None:
        subprocess.run(["rm", "-rf", str(place)], check=True)

    assert refusal(kit, place, remove).code == "sync.bad_key"
    assert not place.exists()
    assert refusal(kit, place).code == "sync.bad_key", "and it is not made again"
    assert not place.exists()


def test_what_is_no_folder_or_leads_elsewhere_is_refused(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, _ = pair
    note(kit, 5)
    (tmp_path / "file").write_bytes(b"")
    link = tmp_path / "valise"
    link.mkdir()
    (link / OUT).symlink_to(kit.data)
    for place in (tmp_path / "file", link, Path("/proc/valise")):
        assert refusal(kit, place).code == "sync.bad_key"
    assert not list(kit.data.glob(f"*{bundle.SUFFIX}"))
    assert journey(kit).only_here == 5
    assert not journey(kit).last_error, "a key says nothing of the way home"


def test_a_bit_that_turns_on_the_key_is_never_called_copied(
    pair: tuple[Node, Node], key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that keeps other bytes than it was given: the file is flipped between writing and reading back."""
    kit, _ = pair
    note(kit, 5)
    real = os.fsync

    def spoil(handle: int) -> None:
        real(handle)
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if path.is_file() and key in path.parents:
            raw = bytearray(path.read_bytes())
            raw[-9] ^= 4
            path.write_bytes(raw)

    monkeypatch.setattr(os, "fsync", spoil)
    assert refusal(kit, key).code == "sync.bad_copy"
    assert files_on(key) == []


def test_a_segment_with_very_many_envelopes_is_split_over_files(
    pair: tuple[Node, Node], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One segment whose envelopes fill several files; each file within its limit, no part twice, all of it home."""
    kit, central = pair
    note(kit, 600, named=400)
    monkeypatch.setattr(bundle, "MOST_BYTES", 40_000)
    heard: list[Progress] = []
    carried = send(kit, heard.append, FileCarrier(tmp_path)).carried
    files = sorted((tmp_path / OUT).iterdir())
    assert carried.segments == 1
    assert len(files) >= 3
    assert all(path.stat().st_size <= 40_000 for path in files)
    assert heard[-1] == Progress(600, 600)
    taken = bringing.read_key(central, tmp_path)
    assert sum(one.segments for one in taken) == 1
    assert sum(one.envelopes for one in taken) == 400
    assert {one.trouble for one in taken} == {""}
    send(kit, carrier=FileCarrier(tmp_path))
    assert (journey(kit).only_here, journey(kit).envelopes_waiting) == (0, 0)
    assert left_on(tmp_path) == []


def test_files_may_come_one_by_one_in_any_order(
    pair: tuple[Node, Node], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    for _ in range(3):
        note(kit, 200, named=100)
        kit.journal.start_epoch()
    monkeypatch.setattr(bundle, "MOST_BYTES", 30_000)
    send(kit, carrier=FileCarrier(tmp_path))
    files = sorted((tmp_path / OUT).iterdir(), reverse=True)
    assert len(files) >= 3
    hellos = []
    for path in files:
        with path.open("rb") as file:
            taken = bringing.take_bundle(central, path.name, file)
        assert taken.trouble == ""
        hellos.append(taken.hello)
    assert central.store.value("SELECT count(*) FROM attendance") == 600
    (tmp_path / "retour").mkdir()
    (tmp_path / "retour" / "x.valise").write_bytes(b"".join(bringing.pack_answer(central, hellos[0])))
    send(kit, carrier=FileCarrier(tmp_path))
    assert journey(kit).only_here == 0
