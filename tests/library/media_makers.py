"""Sounds and films made on the spot, with chapters and what stands beside them."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

from .library_makers import make_mp3

SRT = (
    "1\r\n00:00:01,000 --> 00:00:03,500\r\nBonjour à tous.\r\n\r\n"
    "2\r\n00:00:04,000 --> 00:00:06,000\r\nLe <i>marégraphe</i> mesure la mer.\r\n"
)
VTT = (
    "WEBVTT\n\nNOTE rien\n\n00:01.000 --> 00:03.500\nمرحبا بالجميع.\n\n"
    "00:04.000 --> 00:06.000 line:0\n<v Ada>هذا بحر.\n"
)


def make_talk(path: Path, chapters: tuple[tuple[int, str], ...] = (), **tags: str) -> Path:
    """An MP3 with ID3 chapters (milliseconds, title)."""
    from mutagen.id3 import CHAP, CTOC, ID3, TALB, TIT2, TPOS, TRCK

    make_mp3(path, seconds=4, **tags)
    made = ID3(path)
    made.add(TALB(encoding=3, text=tags.get("album", "")))
    made.add(TRCK(encoding=3, text=tags.get("track", "")))
    made.add(TPOS(encoding=3, text=tags.get("disc", "")))
    names = [f"c{number}" for number in range(len(chapters))]
    if names:
        made.add(CTOC(element_id="toc", flags=3, child_element_ids=names))
    for name, (start, title) in zip(names, chapters, strict=True):
        made.add(CHAP(element_id=name, start_time=start, end_time=start + 1, sub_frames=[TIT2(encoding=3, text=title)]))
    made.save(path)
    return path


def make_wav(path: Path, seconds: int = 20) -> Path:
    """Silence that a browser plays and can move in."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(b"\x80" * 8000 * seconds)
    return path


def _atom(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def make_mp4(path: Path, chapters: tuple[tuple[int, str], ...] = (), seconds: int = 120) -> Path:
    """A film without a picture (ISO/IEC 14496-12): a header, one empty sound track, and a Nero chapter list."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + b"\0" * 80
    media = struct.pack(">IIIIIHH", 0, 0, 0, 1000, seconds * 1000, 0, 0)
    handler = struct.pack(">II4sIII", 0, 0, b"soun", 0, 0, 0) + b"\0"
    track = _atom(b"trak", _atom(b"mdia", _atom(b"mdhd", media), _atom(b"hdlr", handler)))
    listed = b"".join(
        struct.pack(">QB", start * 10_000_000, len(title.encode())) + title.encode() for start, title in chapters
    )
    chpl = _atom(b"chpl", b"\1\0\0\0\0\0\0\0", struct.pack(">B", len(chapters)), listed) if chapters else b""
    moov = _atom(b"moov", _atom(b"mvhd", header), track, _atom(b"udta", chpl))
    path.write_bytes(_atom(b"ftyp", b"isom\0\0\0\0isom") + moov + _atom(b"mdat", b"\0" * 64))
    return path
