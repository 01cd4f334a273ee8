"""Reading a pack wherever it is: a folder of a USB key, or one zip file. Nothing is unpacked; every byte is checked."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from kit.errors import Problem
from kit.errors.kind import fr
from kit.library.formats.archive import check_directory
from kit.library.packs.rules import (
    CATALOGUE,
    LARGEST_CATALOGUE,
    LARGEST_TAG,
    MOST_FILES,
    SIGNATURE,
    TAG_MANIFEST,
    TAGS,
    check_name,
    read_manifest,
)  # fmt: skip


class Source(Protocol):
    """A pack's files by name."""

    def names(self) -> list[str]: ...
    def open(self, name: str) -> IO[bytes]: ...


class Folder:
    """A pack as a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        """Every file below the folder; a link is refused, whatever it leads to."""
        found: list[str] = []
        for path in self.path.rglob("*"):
            if path.is_symlink():
                raise Problem("packs.hostile", reason=fr("il contient un lien vers ailleurs"))
            if path.is_file() and not path.name.startswith("."):  # macOS and Windows leave hidden notes on keys
                found.append(path.relative_to(self.path).as_posix())
                if len(found) > MOST_FILES:
                    raise Problem("packs.hostile", reason=fr("il contient trop de fichiers"))
        return found

    def open(self, name: str) -> IO[bytes]:
        """One file."""
        return (self.path / check_name(name)).open("rb")


class Zip:
    """A pack as one zip file, whose first folder is the bag."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as source:
                check_directory(source)
            self.archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, struct.error, OSError, ValueError, EOFError, Problem) as refusal:
            raise Problem("packs.broken") from refusal
        entries = [one for one in self.archive.infolist() if not one.is_dir()]
        if len(entries) > MOST_FILES:
            raise Problem("packs.hostile", reason=fr("il contient trop de fichiers"))
        self.entries = {one.filename.partition("/")[2]: one for one in entries}
        if len(self.entries) != len(entries):
            raise Problem("packs.hostile", reason=fr("deux fichiers y portent le même nom"))

    def names(self) -> list[str]:
        """Every file of the archive."""
        return list(self.entries)

    def open(self, name: str) -> IO[bytes]:
        """One file, opened as it is read."""
        return self.archive.open(self.entries[check_name(name)])


def open_source(path: Path) -> Source:
    """A pack at this place."""
    return Folder(path) if path.is_dir() else Zip(path)


@contextmanager
def told() -> Iterator[None]:
    """Whatever reading a stranger's bytes raises, told as a Problem."""
    try:
        yield
    except (KeyError, FileNotFoundError) as refusal:
        raise Problem("packs.incomplete") from refusal
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as refusal:
        raise Problem("packs.broken") from refusal
    except OSError as refusal:
        raise Problem("packs.pulled_out") from refusal


def read_small(source: Source, name: str, limit: int) -> bytes:
    """A whole small file. Raises Problem `packs.incomplete`, `packs.broken`, `packs.hostile`, `packs.pulled_out`."""
    with told(), source.open(name) as file:
        raw = file.read(limit + 1)
    if len(raw) > limit:
        raise Problem("packs.hostile", reason=fr("un fichier y est bien plus gros qu’il ne devrait"))
    return raw


class Exact:
    """A file read to its end and found to be what the catalogue says, or Problem `packs.wrong_hash`."""

    def __init__(self, file: IO[bytes], sha256: bytes, size_bytes: int) -> None:
        self.file, self.sha256, self.left = file, sha256, size_bytes
        self.seen = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next piece."""
        with told():
            piece = self.file.read(size)
        self.seen.update(piece)
        self.left -= len(piece)
        if self.left < 0 or (not piece and (self.left or self.seen.digest() != self.sha256)):
            raise Problem("packs.wrong_hash")
        return piece


def keepable(file: IO[bytes], sha256: bytes, size_bytes: int) -> BinaryIO:
    """A file of a pack for `blobs.keep_stream`."""
    return cast("BinaryIO", Exact(file, sha256, size_bytes))


def check_tags(source: Source) -> tuple[dict[str, str], bytes, bytes]:
    """The payload manifest, its bytes, and the catalogue: each as the manifests say. Raises Problem `packs.*`."""
    for name in source.names():
        check_name(name)
    tags = read_manifest(read_small(source, TAG_MANIFEST, LARGEST_TAG))
    manifest = b""
    for name in TAGS:
        raw = read_small(source, name, LARGEST_TAG)
        if tags.get(name) != hashlib.sha256(raw).hexdigest():
            raise Problem("packs.wrong_hash")
        manifest = raw if name == "manifest-sha256.txt" else manifest
    payload = read_manifest(manifest)
    catalogue = read_small(source, CATALOGUE, LARGEST_CATALOGUE)
    if payload.get(CATALOGUE) != hashlib.sha256(catalogue).hexdigest():
        raise Problem("packs.wrong_hash")
    return payload, manifest, catalogue


def read_signature(source: Source) -> bytes:
    """The bytes of the signature file."""
    return read_small(source, SIGNATURE, 4096)
