"""Pictures: Pillow says whether it is one, and reads who made it."""

from __future__ import annotations

from pathlib import Path

from kit.library.formats.metadata import Metadata, check_start, name_to_title, to_line, to_lines
from kit.library.formats.xmp import read_xmp

_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}
_STARTS = {
    "image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8", "image/webp": b"RIFF",
}  # fmt: skip
SUFFIXES = tuple(_TYPES)
LARGEST_COVER = 24 << 20
_DESCRIPTION, _ARTIST, _COPYRIGHT = 270, 315, 33432  # Exif 2.32, table 4


def read(path: Path) -> Metadata:
    """What a picture says of itself. Raises Problem `library.mislabelled`; a damaged one ends as `library.broken`."""
    media_type = _TYPES[path.suffix.lower()]
    check_start(path, _STARTS[media_type])
    from PIL import Image

    formats = ("PNG", "JPEG", "GIF", "WEBP")
    with Image.open(path, formats=formats) as picture:
        picture.verify()  # after which it must be opened again
    with Image.open(path, formats=formats) as picture:
        about = picture.getexif()
        packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    xmp = read_xmp(packet if isinstance(packet, bytes) else str(packet).encode())
    return Metadata(
        kind="image",
        media_type=media_type,
        title=to_line(about.get(_DESCRIPTION, "")) or xmp.title or name_to_title(path),
        creators=to_lines([about.get(_ARTIST, "")]) or xmp.creators,
        rights=to_lines([about.get(_COPYRIGHT, ""), *xmp.rights]),
        source=xmp.source,
        cover=path.read_bytes() if path.stat().st_size <= LARGEST_COVER else None,
    )
