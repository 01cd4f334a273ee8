"""What the card does with a USB key: the script of the image, run on real file systems in a view of its own.

Only the last step differs: the suitcase asks systemd to mount for all to see; here the script mounts by itself.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kit.usb import Told, list_told
from tests.served import REPO

SCRIPT = REPO / "image/system/usr/lib/valise/key"
MIB = 1 << 20


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The script with this test's places."""
    text = SCRIPT.read_text("utf-8")
    (tmp_path / "media").mkdir()
    (tmp_path / "run").mkdir()
    for told, here in (
        ("run=/run/valise-keys", f"run={tmp_path}/run"),
        ("place=/media/", f"place={tmp_path}/media/"),
        (
            'systemd-mount --quiet --collect --no-ask-password --fsck=no --type="$type" --options=',
            'as_systemd "$type" ',
        ),
    ):
        assert told in text
        text = text.replace(told, here)
    path = tmp_path / "key"
    path.write_text('as_systemd() { mkdir -p "$4" && mount -t "$1" -o "$2" "$3" "$4" && ls "$4"; }\n' + text, "utf-8")
    return path


def make_key(path: Path, *folders: str, label: str = "", system: str = "ext4") -> Path:
    """A file with a file system in it."""
    tree = path.with_suffix(".tree")
    tree.mkdir()
    for folder in folders:
        (tree / folder).mkdir()
    with path.open("wb") as file:
        file.truncate(8 * MIB)
    words = ["-L", label] if label else []
    subprocess.run([f"mkfs.{system}", "-q", "-F", *words, "-d", str(tree), str(path)], check=True, capture_output=True)
    return path


def plug_in(script: Path, image: Path) -> tuple[str, list[Told]]:
    """Run the script for a device that holds the image, in a mount namespace of its own; what was mounted, and told."""
    device = subprocess.run(
        ["losetup", "--find", "--show", image], capture_output=True, text=True, check=True
    ).stdout.strip()
    try:
        command = ["unshare", "--mount", "sh", str(script), Path(device).name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout, list_told(f"{script.parent}/run")
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def test_a_marked_key_is_put_to_use_under_its_name(script: Path, tmp_path: Path) -> None:
    seen, told = plug_in(script, make_key(tmp_path / "key.img", "valise", label="CLE_NADIA"))
    assert "valise" in seen.split()
    assert [(one.state, one.name) for one in told] == [("used", "CLE_NADIA")]
    assert (tmp_path / "media/CLE_NADIA").is_dir()


def test_a_key_that_is_not_marked_is_let_go(script: Path, tmp_path: Path) -> None:
    seen, told = plug_in(script, make_key(tmp_path / "key.img", "photos", "valise-2", label="PERSO"))
    assert (seen, [(one.state, one.name) for one in told]) == ("", [("unmarked", "PERSO")])
    assert list((tmp_path / "media").iterdir()) == []


def test_a_broken_table_is_told_and_breaks_nothing(script: Path, tmp_path: Path) -> None:
    image = make_key(tmp_path / "key.img", "valise", label="ABIMEE")
    with image.open("r+b") as file:  # the descriptors of its groups; what says which file system it is stays
        file.seek(4096 if image.stat().st_size > 512 * MIB else 2048)
        file.write(b"\xff" * 4096)
    seen, told = plug_in(script, image)
    assert (seen, [(one.state, one.name) for one in told]) == ("", [("broken", "ABIMEE")])


def test_what_no_system_reads_is_told(script: Path, tmp_path: Path) -> None:
    image = tmp_path / "key.img"
    image.write_bytes(b"\0" * MIB)
    seen, told = plug_in(script, image)
    assert seen == "" and [one.state for one in told] == ["unknown"]


def test_the_card_itself_is_no_key(script: Path, tmp_path: Path) -> None:
    seen, told = plug_in(script, make_key(tmp_path / "key.img", "valise", label="valise-data"))
    assert (seen, told) == ("", [])


def test_what_was_told_is_read_with_care(tmp_path: Path) -> None:
    for name, text in (("sdb1", "used CLE"), ("sdc1", "nonsense X"), ("sdd1", ""), (".sde1.new", "used Y")):
        (tmp_path / name).write_text(text, "utf-8")
    assert list_told(str(tmp_path)) == [Told("used", "CLE")]
    assert list_told("") == [] and list_told(str(tmp_path / "nowhere")) == []
