"""A photo of a thing, from standard input to standard output: upright, small enough for a fact, WebP, without notes."""

from __future__ import annotations

import sys
from io import BytesIO

SIDES, MOST_PIXELS, MOST_BYTES = (480, 360, 240), 80_000_000, 30_000
KINDS = ("JPEG", "PNG", "WEBP")


def shrink(raw: bytes) -> bytes:
    """The photo in `MOST_BYTES` at most. Raises what Pillow raises for what is no picture."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(BytesIO(raw), formats=KINDS) as opened:
        opened.draft("RGB", (SIDES[0] * 2, SIDES[0] * 2))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    made = b""
    for side in SIDES:
        upright.thumbnail((side, side))
        out = BytesIO()
        upright.save(out, "WEBP", quality=70, method=4)
        made = out.getvalue()
        if len(made) <= MOST_BYTES:
            break
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(shrink(sys.stdin.buffer.read()))
