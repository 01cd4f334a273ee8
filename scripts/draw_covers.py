#!/usr/bin/env python3
"""Draws the covers of the novels into `scripts/novels/covers` (needs Pillow and Debian's fonts-ebgaramond).

scripts/draw_covers.py [NAME]     NAME is a part of the book's file name
"""

from __future__ import annotations

import sys

from novels.catalogue import COVERS, read_catalogue
from novels.covers import FONTS, draw_cover


def main() -> None:
    if not FONTS.is_dir():
        sys.exit("EB Garamond is needed: sudo apt-get install fonts-ebgaramond")
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    COVERS.mkdir(exist_ok=True)
    for entry in read_catalogue().values():
        if wanted in entry.name:
            picture = draw_cover(entry)
            entry.cover_path.write_bytes(picture)
            print(f"{entry.cover_path.name}: {len(picture) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
