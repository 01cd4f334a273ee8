"""A picture from a phone, from standard input to standard output: upright, at most 900 px, WebP, without its notes.

Where and when it was taken (EXIF) is left out: a sheet is read by everybody.
"""

from __future__ import annotations

import sys
from io import BytesIO

LARGEST_SIDE = 900
MOST_PIXELS = 80_000_000
KINDS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def shrink(raw: bytes) -> bytes:
    """The picture as it will be shown. Raises what Pillow raises for what is no picture."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(BytesIO(raw), formats=KINDS) as opened:
        opened.draft("RGB", (LARGEST_SIDE * 2, LARGEST_SIDE * 2))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    out = BytesIO()
    upright.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(shrink(sys.stdin.buffer.read()))
