"""Files that stand beside a film or a sound and help to follow it: captions, a text, sign language, descriptions.

`film.fr.vtt` or `film.fr.srt` (captions, one file a language), `film.txt` or `film.fr.md` (the text), `film.lsf.mp4`
(in sign language), `film.ad.mp4` (with what is seen told aloud). Their names say what they are; see `rules.role_of`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kit.errors import Problem
from kit.library.folders import names_in
from kit.library.formats.markup import to_text

VTT = "text/vtt"
LARGEST_CAPTIONS = 4 << 20
LONGEST_MARKS = 20
MEDIA = {
    ".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".ogv": "video/ogg", ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4", ".m4b": "audio/mp4", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg",
    ".flac": "audio/flac", ".wav": "audio/x-wav",
}  # fmt: skip
CAPTIONS = frozenset({".vtt", ".srt"})
TEXTS = {".txt": "text/plain", ".md": "text/markdown", ".html": "text/html", ".htm": "text/html"}
OTHER_VERSIONS = frozenset({"lsf", "ad"})
_CUE = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{2}\.\d{3}\s+-->", re.MULTILINE)


class Companion(msgspec.Struct, frozen=True):
    """A file that goes with a work. `text` is what to keep instead of the file's own bytes, or None."""

    path: Path
    name: str
    media_type: str
    text: str | None = None


def is_companion(path: Path, stems: frozenset[str]) -> bool:
    """True for a file that goes with one of the films or sounds named `stems` (without their ends) beside it."""
    suffix = path.suffix.lower()
    if suffix in MEDIA:
        return any(stem in stems for stem in _stems_before(path.stem) if _marks(path.stem, stem) & OTHER_VERSIONS)
    return (suffix in CAPTIONS or suffix in TEXTS) and any(
        one in stems for one in (path.stem, *_stems_before(path.stem))
    )


def media_stems(names: frozenset[str]) -> frozenset[str]:
    """The names of the films and sounds of a folder, with and without their ends."""
    paths = [Path(name) for name in names if Path(name).suffix.lower() in MEDIA]
    return frozenset(stem for path in paths for stem in (path.stem, path.name))


def _stems_before(stem: str) -> Iterator[str]:
    """`film.fr.lsf` -> `film.fr`, `film`: as far as marks may reach."""
    short = stem
    while "." in short and len(stem) - len(short.rpartition(".")[0]) <= LONGEST_MARKS:
        short = short.rpartition(".")[0]
        yield short


def _marks(stem: str, short: str) -> set[str]:
    return set(stem[len(short) :].lower().split("."))


def list_companions(path: Path) -> tuple[list[Companion], list[str]]:
    """What goes with a film or a sound, ready to keep, and in words what beside it could not be read."""
    if path.suffix.lower() not in MEDIA or path.is_dir():
        return [], []
    found: list[Companion] = []
    wrong: list[str] = []
    only = frozenset({path.stem, path.name})
    for name in sorted(names_in(path.parent)):
        one = path.with_name(name)
        if not name.startswith(path.stem) or one == path or not is_companion(one, only):
            continue
        if one.is_symlink() or not one.is_file():
            continue
        try:
            found.append(_ready(one))
        except (Problem, OSError) as refusal:
            reason = refusal if isinstance(refusal, Problem) else Problem("library.unreadable")
            wrong.append(f"{name} : {reason}")
    return found, wrong


def _ready(path: Path) -> Companion:
    suffix = path.suffix.lower()
    if suffix in CAPTIONS:
        return Companion(path, path.with_suffix(".vtt").name, VTT, to_vtt(path))
    return Companion(path, path.name, MEDIA.get(suffix) or TEXTS[suffix])


def to_vtt(path: Path) -> str:
    """Captions as WebVTT in UTF-8, the only kind browsers show. Raises Problem `library.captions`."""
    if path.stat().st_size > LARGEST_CAPTIONS:
        raise Problem("library.captions")
    text = _decode(path.read_bytes()).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.startswith("WEBVTT"):
        text = _converted(text)
    if not _CUE.search(text):
        raise Problem("library.captions")
    return text


def _decode(raw: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else the older Windows letters most captions were written in."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return to_text(raw) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else raw.decode("cp1252", errors="replace")


def _converted(text: str) -> str:
    """SubRip (and what pysubs2 reads besides) as WebVTT."""
    import pysubs2

    try:
        return str(pysubs2.SSAFile.from_string(text).to_string("vtt"))
    except Exception as refusal:  # a stranger’s file may break a parser in any way
        raise Problem("library.captions") from refusal


def read_cues(text: str) -> list[tuple[int, str]]:
    """The words of WebVTT captions: (seconds from the start, words) of each, without marks nor repeats."""
    cues: list[tuple[int, str]] = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        head, arrow, rest = block.partition("-->")
        if not arrow or block.startswith(("NOTE", "STYLE", "WEBVTT -->")):
            continue
        words = " ".join(re.sub(r"<[^<>]{0,200}>", "", rest.partition("\n")[2]).split())
        if words and (not cues or cues[-1][1] != words):
            cues.append((_seconds(head.split()[-1] if head.split() else ""), words))
    return cues


def _seconds(stamp: str) -> int:
    """« 01:02:03.500 » -> 3723; what is no time counts as 0."""
    total = 0
    for part in stamp.partition(".")[0].split(":")[:3]:
        total = total * 60 + (int(part) if part.isascii() and part.isdigit() and len(part) < 5 else 0)
    return total
