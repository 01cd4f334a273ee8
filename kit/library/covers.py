"""Covers: two small WebP pictures from whatever a file holds. Runs only in the importing process."""

from __future__ import annotations

import warnings
from io import BytesIO

import msgspec
from PIL.Image import Image, Resampling
from PIL.Image import open as open_picture

WIDTHS = (160, 320)
TALLEST = 2  # times the width
MOST_PIXELS = 50_000_000
QUALITY = 70
EFFORT = 0  # of 6: a librarian brings thousands of books; the pictures weigh a little more


class SmallPicture(msgspec.Struct, frozen=True):
    """One size of a cover, as WebP."""

    width: int
    height: int
    raw: bytes


def make_covers(raw: bytes | None) -> list[SmallPicture]:
    """The sizes of a cover, small first (one when the picture is small); [] without a picture that can be trusted."""
    if not raw:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of a picture that would fill the memory
            with open_picture(BytesIO(raw), formats=("JPEG", "PNG", "GIF", "WEBP")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return []
                picture.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2 * TALLEST))
                whole = picture.convert("RGB")
    except (Exception, RecursionError):  # a stranger’s file may break a parser in any way
        return []
    large = _resize(whole, min(WIDTHS[-1], whole.width))
    small = _resize(large, min(WIDTHS[0], large.width))
    return [_encode(small), _encode(large)] if small.width < large.width else [_encode(large)]


def _resize(picture: Image, width: int) -> Image:
    height = max(1, min(width * TALLEST, round(picture.height * width / picture.width)))
    return picture.resize((width, height), Resampling.BICUBIC, reducing_gap=2.0)


def _encode(picture: Image) -> SmallPicture:
    out = BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=EFFORT)
    return SmallPicture(picture.width, picture.height, out.getvalue())
