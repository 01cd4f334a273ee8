"""Runs in a process of its own: draws a PDF or a picture as a driverless printer reads it when it reads no PDF.

Usage: python -m kit.library.reading.print_worker PATH MEDIA_TYPE DOTS      pages of A4 in grey, PWG raster (PWG 5102.4)
"""

from __future__ import annotations

import re
import resource
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kit.library.reading.pdf_worker import MEMORY_BYTES

CPU_SECONDS = 240
MOST_PAGES = 20
A4_POINTS, A4_NAME = (595, 842), b"iso_a4_210x297mm"
GREY = 18  # sgray
_RUN = re.compile(rb"(.)\1*", re.DOTALL)


def main() -> None:
    """Write the raster of one file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    path, media_type, dots = Path(sys.argv[1]), sys.argv[2], max(72, min(600, int(sys.argv[3])))
    out = sys.stdout.buffer
    out.write(b"RaS2")
    for picture in _pages(path, media_type, dots):
        write_page(out, picture, dots)


def _pages(path: Path, media_type: str, dots: int) -> Iterator[Any]:
    size = (210 * dots * 10 // 254, 297 * dots * 10 // 254)
    if media_type != "application/pdf":
        from PIL import Image

        yield _on_paper(Image.open(path).convert("L"), size)
        return
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    for number in range(min(len(document), MOST_PAGES)):
        width, height = document[number].get_size()
        scale = min(size[0] / max(width, 1), size[1] / max(height, 1), size[1] / max(width, 1))
        yield _on_paper(document[number].render(scale=scale, grayscale=True).to_pil().convert("L"), size)


def _on_paper(drawn: Any, size: tuple[int, int]) -> Any:
    """Turned when it is wide, as large as the sheet allows, in its middle."""
    from PIL import Image

    if drawn.width > drawn.height:
        drawn = drawn.transpose(Image.Transpose.ROTATE_90)
    scale = min(size[0] / drawn.width, size[1] / drawn.height)
    drawn = drawn.resize((max(1, int(drawn.width * scale)), max(1, int(drawn.height * scale))))
    sheet = Image.new("L", size, 255)
    sheet.paste(drawn, ((size[0] - drawn.width) // 2, (size[1] - drawn.height) // 2))
    return sheet


def write_page(out: Any, picture: Any, dots: int) -> None:
    """One page: its header (PWG 5102.4, table 2), then lines that repeat, packed."""
    width, height = picture.size
    head = bytearray(1796)
    head[0:10] = b"PwgRaster\0"
    for at, number in (
        (276, dots), (280, dots), (340, 1), (352, A4_POINTS[0]), (356, A4_POINTS[1]), (372, width), (376, height),
        (384, 8), (388, 8), (392, width), (400, GREY), (420, 1), (456, 1), (460, 1),
    ):  # fmt: skip
        struct.pack_into("!I", head, at, number)
    head[1732 : 1732 + len(A4_NAME)] = A4_NAME
    out.write(head)
    raw = picture.tobytes()
    rows = [raw[at : at + width] for at in range(0, len(raw), width)]
    at = 0
    while at < len(rows):
        same = 1
        while same < 256 and at + same < len(rows) and rows[at + same] == rows[at]:
            same += 1
        out.write(bytes([same - 1]) + pack_line(rows[at]))
        at += same


def pack_line(row: bytes) -> bytes:
    """Runs of one grey, and pieces of many (PWG 5102.4, 4.4)."""
    packed, loose = bytearray(), bytearray()

    def flush() -> None:
        while loose:
            piece = loose[:128]
            del loose[:128]
            packed.extend(bytes([257 - len(piece)]) + piece if len(piece) > 1 else b"\0" + piece)

    for found in _RUN.finditer(row):
        length, grey = found.end() - found.start(), found[1]
        if length < 3:
            loose.extend(found[0])
            continue
        flush()
        while length:
            part = min(128, length)
            packed.extend(bytes([part - 1]) + grey)
            length -= part
    flush()
    return bytes(packed)


if __name__ == "__main__":
    main()
