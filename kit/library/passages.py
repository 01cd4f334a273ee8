"""The text of works, read once from their files and kept by passages, so that search finds what is inside.

Files are opened by parsers here: call it in the process that imports, never in the one that serves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from itertools import islice
from pathlib import Path

from kit.errors import Problem
from kit.library import search
from kit.library.blobs import blob_path, is_away
from kit.library.formats.archive import open_archive, read_member
from kit.library.formats.markup import parse_xml, to_text
from kit.library.formats.opf import open_package
from kit.library.rules import EPUB_TYPE, PDF_TYPE, SHEET_TYPE, SITE_TYPE, ZIM_TYPES
from kit.library.watch import Watch
from kit.library.words import to_index
from kit.people.node import Node

PASSAGE_SIGNS = 2_000
MOST_PASSAGES = 3_000  # six million signs: more than any novel
MOST_TITLES = 100_000  # of one site, each a passage of its own
LARGEST_CHAPTER = 8 << 20
LARGEST_TEXT = 8 << 20
AT_ONCE = 200
SAMPLED = 8  # every eighth word says how long the words of a page are
PASSAGES_AT_ONCE = 3_000  # ten megabytes, and a third less work for the index than by a thousand
Pages = Iterator[tuple[int, str]]
_TAGS = re.compile(r"<[^<>]{0,2000}>")
_UNSHOWN = re.compile(rb"<(?:!--|!\[CDATA|script|style)", re.IGNORECASE)  # then the tree is read, not only the marks


def read_waiting(node: Node) -> int:
    """Read the text of every work whose text was not read yet; how many. What cannot be read counts as without text."""
    if is_away(node.data):
        return 0  # what lies on the disk beside the box is read when it is back
    count = _read_beside(node)
    while waiting := search.list_unread(node.store, tuple(READERS), AT_ONCE):
        with Watch(node.data / "bench" / "words-now") as watch:
            _read_some(node, watch, waiting)
        count += len(waiting)
    return count


def _read_some(node: Node, watch: Watch, waiting: list[tuple[bytes, bytes, str]]) -> None:
    read: list[tuple[bytes, list[tuple[int, str, str]]]] = []
    held = 0
    for item_id, sha256, media_type in waiting:
        read.append((item_id, _read(watch, blob_path(node.data, sha256), media_type)))
        held += len(read[-1][1])
        if held > PASSAGES_AT_ONCE:
            _insert(node, read)
            held = 0
    _insert(node, read)


def _read_beside(node: Node) -> int:
    """Read what is written beside films and sounds: texts and captions, each found at its file's number."""
    count = 0
    while waiting := search.list_unread_beside(node.store, tuple(BESIDE), AT_ONCE):
        works: dict[bytes, list[tuple[int, str, str]]] = {}
        with Watch(node.data / "bench" / "words-now") as watch:
            for item_id, sha256, media_type, number in waiting:
                found = _read(watch, blob_path(node.data, sha256), media_type)
                works.setdefault(item_id, []).extend((number, text, words) for _, text, words in found)
        _insert(node, list(works.items()))
        count += len(works)
    return count


def _insert(node: Node, read: list[tuple[bytes, list[tuple[int, str, str]]]]) -> None:
    """Keep what was read, several works in one transaction: the index is merged once for all of them."""
    with node.store.write():
        for item_id, passages in read:
            search.insert_text(node.store, item_id, passages)
    read.clear()


def _read(watch: Watch, path: Path, media_type: str) -> list[tuple[int, str, str]]:
    """The passages of a file; none of one that is damaged, too slow, or that killed those who read it before."""
    try:
        most = MOST_TITLES if media_type in ZIM_TYPES else MOST_PASSAGES
        with watch.over(path.name):
            cut = islice(_cut((READERS.get(media_type) or BESIDE[media_type])(path)), most)
            return [(place, text, to_index(words)) for place, words, text in cut]
    except (Exception, RecursionError):  # a stranger’s file may break a parser in any way; the work stays
        return []


def _cut(pages: Pages) -> Iterator[tuple[int, list[str], str]]:
    """Pages in pieces of about `PASSAGE_SIGNS`, cut between words: the page's place, the words, and they as a text."""
    for place, page in pages:
        words = page.split()
        some = words[::SAMPLED]
        many = max(1, len(some) * PASSAGE_SIGNS // (sum(map(len, some)) + len(some) + 1))
        for start in range(0, len(words), many):
            piece = words[start : start + many]
            text = " ".join(piece)
            if len(text) <= 2 * PASSAGE_SIGNS:
                yield place, piece, text
            else:
                yield from ((place, [one], one) for one in _parts(text))


def _parts(line: str) -> Iterator[str]:
    """What has hardly a space in it, cut where it must be."""
    return (line[start : start + PASSAGE_SIGNS].strip() for start in range(0, len(line), PASSAGE_SIGNS))


def _epub(path: Path) -> Pages:
    with open_archive(path) as archive:
        for number, name in enumerate(open_package(archive).chapter_paths(), 1):
            try:
                raw = read_member(archive, name, LARGEST_CHAPTER)
            except Problem:
                continue  # one bad chapter does not hide the others
            yield number, _words(raw)


def _words(raw: bytes) -> str:
    """The words of a chapter, without what a browser would not show."""
    if not _UNSHOWN.search(raw):
        text = to_text(raw)
        return unescape(_TAGS.sub(" ", text[max(0, text.find("<body")) :]))
    try:
        root = parse_xml(raw, LARGEST_CHAPTER)
    except Problem:
        return _TAGS.sub(" ", to_text(raw))
    body = next((one for one in root if str(one.tag).endswith("body")), root)
    return " ".join(body.itertext())


def _text(path: Path) -> Pages:
    with path.open("rb") as source:
        yield 1, _TAGS.sub(" ", to_text(source.read(LARGEST_TEXT)))


def _markdown(path: Path) -> Pages:
    """The words without the marks of Markdown, as a reader sees them."""
    from kit.library.reading.text import markdown_to_html

    with path.open("rb") as source:
        html = markdown_to_html(to_text(source.read(LARGEST_TEXT)), "")
    yield 1, unescape(_TAGS.sub(" ", html))


def _sheet(path: Path) -> Pages:
    from kit.library.formats.sheet import parse_step, read_parts

    parts = read_parts(path)
    steps = [parse_step(raw) for name, raw in sorted(parts.items()) if name.startswith("steps/")]
    for number, step in enumerate(steps, 1):
        yield number, f"{step.action} {step.help}"


def _pdf(path: Path) -> Pages:
    from kit.library.reading.pdf import read_texts

    yield from enumerate(read_texts(path), 1)


def _titles(path: Path) -> Pages:
    """The titles of a site's pages: what they say is found by the site's own search."""
    from kit.library.reading.zim_pages import list_titles

    yield from list_titles(path)


def _site(path: Path) -> Pages:
    """The words of each page of a site in a zip."""
    from kit.library.reading.zipped import read_words

    yield from read_words(path)


def _captions(path: Path) -> Pages:
    from kit.library.companions import LARGEST_CAPTIONS, read_cues

    with path.open("rb") as source:
        cues = read_cues(to_text(source.read(LARGEST_CAPTIONS)))
    yield 1, " ".join(words for _, words in cues)


BESIDE: Mapping[str, Callable[[Path], Pages]] = {
    "text/plain": _text,
    "text/markdown": _markdown,
    "text/html": _text,
    "text/vtt": _captions,
}
READERS: Mapping[str, Callable[[Path], Pages]] = {
    EPUB_TYPE: _epub,
    SHEET_TYPE: _sheet,
    PDF_TYPE: _pdf,
    SITE_TYPE: _site,
    "text/plain": _text,
    "text/markdown": _markdown,
    "text/html": _text,
    **dict.fromkeys(ZIM_TYPES, _titles),
}
