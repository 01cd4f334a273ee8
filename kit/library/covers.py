"""Covers: two small WebP pictures from whatever a file holds. Runs only in the importing process."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

WIDTHS = (160, 320)
TALLEST = 2  # times the width
MOST_PIXELS = 50_000_000
QUALITY = 70


@dataclass(frozen=True)
class SmallPicture:
    """One size of a cover, as WebP."""

    width: int
    height: int
    raw: bytes


def make_covers(raw: bytes | None) -> list[SmallPicture]:
    """The two sizes of a cover; [] when there is no picture, or none that can be trusted."""
    if not raw:
        return []
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of a picture that would fill the memory
            with Image.open(BytesIO(raw), formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return []
                picture.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2 * TALLEST))
                whole = picture.convert("RGB")
    except (Exception, RecursionError):  # a stranger’s file may break a parser in any way
        return []
    return [_small(whole, width) for width in WIDTHS]


def _small(whole: object, width: int) -> SmallPicture:
    from PIL import Image

    assert isinstance(whole, Image.Image)
    height = max(1, min(width * TALLEST, round(whole.height * width / whole.width)))
    resized = whole.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = BytesIO()
    resized.save(out, "WEBP", quality=QUALITY, method=4)
    return SmallPicture(width, height, out.getvalue())
