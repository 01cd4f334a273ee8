#!/usr/bin/env python3
"""Makes the EPUB novels of the starter library from the TEI files of ELTeC-fra (DOI 10.5281/zenodo.4662433).

    scripts/make_novels.py --texts ../shared/texts --out content/library/romans [--only NAME]

NAME is a part of the book's file name. Same files in, same bytes out. What we add to the texts (titles, summaries,
corrections) stands in `novels/novels.toml`; covers are drawn by `scripts/draw_covers.py` and kept in `novels/covers`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from novels.book import make_book
from novels.catalogue import read_catalogue
from novels.prose import UnknownElementError
from novels.side_file import side_file
from novels.tei import CatalogueMismatchError, read_tei, tei_id


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes EPUB novels from TEI files.")
    parser.add_argument("--texts", type=Path, required=True, help="folder of the TEI files")
    parser.add_argument("--out", type=Path, required=True, help="folder for the books and their notes")
    parser.add_argument("--only", default="", help="make only books whose file name holds this")
    options = parser.parse_args()
    paths = sorted(options.texts.glob("*.xml"))
    if not paths:
        sys.exit(f"No TEI file in {options.texts}")
    options.out.mkdir(parents=True, exist_ok=True)
    for path in paths:
        try:
            make(path, options.out, options.only)
        except (UnknownElementError, CatalogueMismatchError) as refusal:
            sys.exit(f"{path.name}: {refusal}")


def make(path: Path, out: Path, only: str) -> None:
    """Writes the book and the note of one TEI file."""
    root = read_tei(path)
    entry = read_catalogue().get(tei_id(root))
    if entry is None:
        raise CatalogueMismatchError(f"{tei_id(root)} is not in novels.toml")
    if only not in entry.name:
        return
    book = make_book(root, entry)
    (out / f"{entry.name}.epub").write_bytes(book)
    (out / f"{entry.name}.toml").write_text(side_file(entry), "utf-8")
    print(f"{entry.name}.epub: {len(book) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
