"""A site of HTML or Markdown pages in a zip: read page by page on the box. Any other zip is kept and given as it is."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from kit.errors import Problem
from kit.library.formats import other, text
from kit.library.formats.archive import open_archive, read_member
from kit.library.formats.metadata import Metadata
from kit.library.rules import SITE_TYPE

SUFFIXES = (".zip",)
PAGES = frozenset({".html", ".htm", ".xhtml", ".md"})
_BESIDE_PAGES = PAGES | {
    "", ".css", ".js", ".json", ".txt", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".ico", ".woff", ".woff2",
    ".ttf", ".otf", ".map", ".xml",
}  # fmt: skip
_FIRST = ("index.html", "index.htm", "index.xhtml", "index.md", "accueil.html", "accueil.md", "readme.md")
LARGEST_PAGE = 8 << 20
_NO_SITE = frozenset({"library.too_large", "library.encrypted"})  # it is still a file that may be taken away


def read(path: Path) -> Metadata:
    """What the first page says, or only the file's name when it is no site.

    Raises Problem `library.broken` or `library.hostile`.
    """
    try:
        with open_archive(path) as archive:
            first = first_page(list_names(archive))
            raw = read_member(archive, first, LARGEST_PAGE) if first else b""
    except Problem as problem:
        if problem.code not in _NO_SITE:
            raise
        first = ""
    if not first:
        return replace(other.read(path), media_type="application/zip")
    suffix = PurePosixPath(first).suffix.lower().replace(".xhtml", ".html")
    return replace(text.describe(path.with_suffix(suffix), raw), kind="site", media_type=SITE_TYPE)


def list_names(archive: zipfile.ZipFile) -> list[str]:
    """The files of an archive, without hidden ones and what a Mac puts beside them."""
    names = [one.filename for one in archive.infolist() if not one.is_dir()]
    return [name for name in names if not any(part.startswith((".", "__MACOSX")) for part in name.split("/"))]


def is_page(name: str) -> bool:
    """True for a page, by its name."""
    return PurePosixPath(name).suffix.lower() in PAGES


def first_page(names: list[str]) -> str:
    """Where a site begins, or "" when it is none: an index in its outermost folder, else its first page when there is
    nothing but pages and what goes with them."""
    pages = sorted((name for name in names if is_page(name)), key=lambda name: (name.count("/"), name.lower()))
    if not pages:
        return ""
    outermost = [name for name in pages if name.count("/") == min(one.count("/") for one in names)]
    found = {PurePosixPath(name).name.lower(): name for name in reversed(outermost)}
    index = next((found[name] for name in _FIRST[:4] if name in found), "")
    if index or any(PurePosixPath(name).suffix.lower() not in _BESIDE_PAGES for name in names):
        return index
    return next((found[name] for name in _FIRST if name in found), pages[0])
