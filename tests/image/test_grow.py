"""The data partition takes the whole card at the first start: the script of the image, on a real partition table."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import REPO

SCRIPT = REPO / "image/system/usr/lib/valise/grow"
UNIT = REPO / "image/system/etc/systemd/system/valise-grow.service"
MIB = 1 << 20
TABLE = "label: dos\n,8M,c\n,16M\n,16M\n"


def run(*words: str, given: str | None = None) -> str:
    return subprocess.run(words, input=given, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def card(tmp_path: Path) -> Iterator[str]:
    """A card larger than its partitions, as the kernel shows it."""
    image = tmp_path / "card.img"
    with image.open("wb") as file:
        file.truncate(120 * MIB)
    run("sfdisk", "--quiet", str(image), given=TABLE)
    device = run("losetup", "--find", "--show", str(image)).strip()
    run("partx", "--add", device)  # also where the kernel reads no tables by itself
    yield device
    run("partx", "--delete", device)
    run("losetup", "--detach", device)


def size_of(card: str) -> int:
    return int(Path(f"/sys/class/block/{Path(card).name}p3/size").read_text("ascii")) * 512


def grow(card: str, tmp_path: Path, partition: str = "p3") -> str:
    (tmp_path / "by-label").mkdir(exist_ok=True)
    link = tmp_path / "by-label/valise-data"
    link.unlink(missing_ok=True)
    if partition:
        link.symlink_to(f"{card}{partition}")
    text = SCRIPT.read_text("utf-8")
    assert "/dev/disk/by-label" in text
    script = tmp_path / "grow"
    script.write_text(text.replace("/dev/disk/by-label", f"{tmp_path}/by-label"), "utf-8")
    return subprocess.run(["sh", str(script)], capture_output=True, text=True, check=True).stderr


def test_the_data_take_what_is_free_once(card: str, tmp_path: Path) -> None:
    assert size_of(card) == 16 * MIB
    shown = Path(f"/sys/class/block/{Path(card).name}p3").stat().st_ino
    grow(card, tmp_path)
    assert Path(f"/sys/class/block/{Path(card).name}p3").stat().st_ino == shown, "it was never taken away"
    assert size_of(card) > 90 * MIB, "the kernel knows it without a new start"
    table = run("sfdisk", "--dump", card)
    grow(card, tmp_path)
    assert run("sfdisk", "--dump", card) == table, "safe to repeat"
    assert [line.split(":")[0].strip()[-2:] for line in table.splitlines() if "start=" in line] == ["p1", "p2", "p3"]


def test_a_card_without_the_partition_is_left_as_it_is(card: str, tmp_path: Path) -> None:
    assert "no data partition" in grow(card, tmp_path, "")
    assert size_of(card) == 16 * MIB


def test_it_waits_for_the_partition_to_be_seen() -> None:
    """A start that looked once, and too early, never grew (seen in the emulator)."""
    text = UNIT.read_text("utf-8")
    device = r"dev-disk-by\x2dlabel-valise\x2ddata.device"
    for word in ("After", "Wants"):
        (line,) = (one for one in text.splitlines() if one.startswith(f"{word}="))
        assert device in line
    told = (REPO / "image/system/etc/systemd/system.conf.d/valise.conf").read_text("utf-8")
    assert "DefaultDeviceTimeoutSec=15min" in told
