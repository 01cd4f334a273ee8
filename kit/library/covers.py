"""Covers: one small JPEG from whatever a file holds. Runs only in the importing process.

No page shows a cover wider than a third of a phone: one size serves lists and the page of a work, and a cover is cut
down by a whole number, which costs a sixth of drawing it to an exact width. As JPEG, which every phone shows (WebP
needs iOS 14) and reading apps ask for (OPDS 1.2, section 5.2.2): a fifth larger, and drawn in a seventh of the time.
"""

from __future__ import annotations

import warnings
from io import BytesIO

import msgspec
from PIL.Image import Image, Resampling
from PIL.Image import open as open_picture

WIDTH = 180  # aimed at: a picture ends between two thirds of it and once and a half of it
TALLEST = 2  # times the width
MOST_PIXELS = 50_000_000
QUALITIES = (72, 56, 40, 28)  # the first that is light enough
LARGEST = 8_000  # bytes: the page of a work, its cover and all that it asks for are 25 KB on the wire


class SmallPicture(msgspec.Struct, frozen=True):
    """A cover, as JPEG."""

    width: int
    height: int
    raw: bytes


def make_covers(raw: bytes | None) -> list[SmallPicture]:
    """The cover in the one size that is kept; [] without a picture that can be trusted."""
    if not raw:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of a picture that would fill the memory
            with open_picture(BytesIO(raw), formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return []
                picture.draft("RGB", (WIDTH, WIDTH))  # a JPEG is unpacked at an eighth, a quarter or half its size
                return [_encode(_reduce(picture if picture.mode == "RGB" else picture.convert("RGB")))]
    except (Exception, RecursionError):  # a stranger’s file may break a parser in any way
        return []


def _reduce(picture: Image) -> Image:
    factor = max(1, round(picture.width / WIDTH))
    small = picture.reduce((factor, min(factor, picture.height))) if factor > 1 else picture
    tallest = small.width * TALLEST
    return small.resize((small.width, tallest), Resampling.BICUBIC) if small.height > tallest else small


def _encode(picture: Image) -> SmallPicture:
    for quality in QUALITIES:
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= LARGEST:
            break
    return SmallPicture(picture.width, picture.height, out.getvalue())
