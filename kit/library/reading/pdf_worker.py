"""Runs in a process of its own: opens one PDF and writes its texts, or one page as a picture, to standard output.

Usage: python -m kit.library.reading.pdf_worker PATH texts | count | PAGE
Whatever a hostile file does to PDFium happens here, within limits of memory and time, and not in the server.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from pathlib import Path

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60
MOST_PAGES = 3_000
WIDTH = 1_000  # pixels: a phone of 360 px at its usual sharpness
TALLEST = 3_000


def main() -> None:
    """Answer one question about one file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    import pypdfium2

    path, wish = Path(sys.argv[1]), sys.argv[2]
    document = pypdfium2.PdfDocument(path)
    if wish == "count":
        sys.stdout.write(json.dumps(len(document)))
    elif wish == "texts":
        numbers = range(min(len(document), MOST_PAGES))
        sys.stdout.write(json.dumps([document[n].get_textpage().get_text_bounded() for n in numbers]))
    else:
        sys.stdout.buffer.write(_draw(document[int(wish) - 1]))


def _draw(page: object) -> bytes:
    width, height = page.get_size()  # type: ignore[attr-defined]
    scale = min(WIDTH / max(width, 1), TALLEST / max(height, 1))
    image = page.render(scale=scale).to_pil().convert("RGB")  # type: ignore[attr-defined]
    out = io.BytesIO()
    image.save(out, "WEBP", quality=70, method=2)
    return out.getvalue()


if __name__ == "__main__":
    main()
