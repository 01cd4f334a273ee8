"""Free Android applications: name, version, icon and permissions, read from the archive without running any of it."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from kit.errors import Problem
from kit.library.android import to_summary
from kit.library.formats.android_tables import Table, read_elements
from kit.library.formats.archive import open_archive, read_member
from kit.library.formats.metadata import Metadata, name_to_title, to_line
from kit.library.rules import APK_TYPE

SUFFIXES = (".apk",)
LARGEST_MANIFEST = 4 << 20
LARGEST_TABLE = 64 << 20
LARGEST_ICON = 4 << 20
_PICTURES = (".png", ".webp", ".jpg")


def read(path: Path) -> Metadata:
    """What an application says of itself. Raises Problem `library.mislabelled` when it has no manifest."""
    with open_archive(path) as archive:
        if "AndroidManifest.xml" not in archive.namelist():
            raise Problem("library.mislabelled", suffix=path.suffix)
        found, asked = _describe(read_member(archive, "AndroidManifest.xml", LARGEST_MANIFEST))
        manifest, application = found["manifest"], found.get("application", {})
        table = Table(_member(archive, "resources.arsc", LARGEST_TABLE))
        cover = _icon(archive, table.find(application.get("icon", "")))
    package = to_line(manifest.get("package", ""), 150)
    title = to_line(next(iter(table.find(application.get("label", ""))), ""))
    version = to_line(next(iter(table.find(manifest.get("version", ""))), ""), 60)
    return Metadata(
        kind="app", media_type=APK_TYPE, title=title or package or name_to_title(path), cover=cover,
        summary=to_summary(version, found.get("uses-sdk", {}).get("least", ""), asked, package),
    )  # fmt: skip


def _describe(raw: bytes) -> tuple[dict[str, dict[str, str]], list[str]]:
    """The attributes of the first element of each name, and the permissions asked for.

    Raises Problem `library.broken`.
    """
    found: dict[str, dict[str, str]] = {}
    asked = []
    try:
        for name, said in read_elements(raw):
            found.setdefault(name, said)
            if name.startswith("uses-permission"):
                asked.append(said.get("name", ""))
    except (ValueError, IndexError, struct.error) as refusal:
        raise Problem("library.broken") from refusal
    if "manifest" not in found:
        raise Problem("library.broken")
    return found, asked


def _member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """A member, or b"" when there is none."""
    return read_member(archive, name, limit) if name in archive.namelist() else b""


def _icon(archive: zipfile.ZipFile, names: list[str]) -> bytes | None:
    """The largest picture of those an icon may be; drawings in Android's own format are passed."""
    known = set(archive.namelist())
    pictures = [name for name in names if name in known and name.lower().endswith(_PICTURES)]
    largest = max(pictures, key=lambda name: archive.getinfo(name).file_size, default="")
    return read_member(archive, largest, LARGEST_ICON) if largest else None
