"""Search over works: by title, by what is said of them, by their text; few candidates, so that common words are quick.

The indexes are local to a node: filled by the fold of a work and by reading its file, never sent anywhere.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from kit.library.queries import Choice, ItemView, list_by_ids
from kit.library.words import SHORTEST_MENDED, asked_words, cut_snippet, facets, gaps, rank, to_match
from kit.stems import stem
from kit.store import Store

MOST_CANDIDATES = 200
MOST_NEAR = 200
LONGEST_PARTED = 24
LONGEST_BEGINNING = 6  # beginnings of two to five letters have an index of their own
INDEXES = ("item_title_search", "item_search")


class Hit(msgspec.Struct, frozen=True):
    """A work found. `passage_id` is the first passage of its text that holds every word, or None."""

    item_id: bytes
    passage_id: int | None


class Inside(msgspec.Struct, frozen=True):
    """A piece of a work's text that holds the words looked for; `place` is the chapter, page or step it stands in."""

    place: int
    pieces: list[tuple[str, bool]]


class Found(msgspec.Struct, frozen=True):
    """What a search gave, best first. `corrected` is what was looked for instead, or ""; more may exist if capped."""

    text: str
    hits: list[Hit]
    corrected: str = ""

    @property
    def is_capped(self) -> bool:
        """True when there may be more than was looked at."""
        return len(self.hits) >= MOST_CANDIDATES


class Result(msgspec.Struct, frozen=True):
    """A work found, ready to show: pieces of text (words, is marked), and the page they stand on (0: none)."""

    item: ItemView
    pieces: list[tuple[str, bool]]
    place: int

    @property
    def url(self) -> str:
        """Where the words were found, else the work's page."""
        return f"{self.item.url}/lire/{self.place}" if self.place else self.item.url


# Only numbers are taken from the indexes: what stands beside them (`item_id`) lies with the whole text of a row.
_WAY = (
    "SELECT * FROM (SELECT rowid AS place, {weight} AS weight, CAST(NULL AS INTEGER) AS passage FROM {index} "
    "WHERE {index} MATCH ? LIMIT ?)"
)
_TEXT_WAY = (
    "SELECT t.search_row, 1, p.passage_id FROM (SELECT rowid AS passage_id FROM passage_search "
    "WHERE passage_search MATCH ? LIMIT ?) s JOIN item_passage p ON p.passage_id = s.passage_id "
    "CROSS JOIN item t INDEXED BY item_by_id WHERE t.item_id = p.item_id"
)
_WAYS = " UNION ALL ".join(
    [*(_WAY.format(weight=weight, index=index) for weight, index in ((3, INDEXES[0]), (2, INDEXES[1]))), _TEXT_WAY]
)
_FOUND = (
    f"SELECT i.item_id, f.passage FROM (SELECT place, max(weight) AS weight, min(passage) AS passage FROM ({_WAYS}) "
    "GROUP BY place) f CROSS JOIN item i INDEXED BY item_found WHERE i.search_row = f.place "
    "AND {where} ORDER BY f.weight DESC, length(i.sort_title), i.sort_title, i.item_id LIMIT ?"
)


def find_works(store: Store, text: str, choice: Choice | None = None, *, mend: bool = True) -> Found:
    """Works that hold every word typed (those whose title does first), at most `MOST_CANDIDATES` of each way.

    When there are none, with `mend`, words that nothing knows are replaced by those that look most like them.
    """
    choice = choice or Choice()
    hits = _find(store, text, choice)
    if hits or not mend:
        return Found(text, hits)
    corrected = correct(store, text)
    return Found(text, _find(store, corrected, choice) if corrected else [], corrected)


def _find(store: Store, text: str, choice: Choice) -> list[Hit]:
    words = asked_words(text)
    if not words:
        return []
    # The beginning of a long word would be read out of every word that begins so: only when it is no word itself.
    is_begun = len(words[-1]) < LONGEST_BEGINNING or not is_known(store, words[-1])
    match = to_match(text, is_begun=is_begun)
    marks = facets(
        choice.kind, choice.language, choice.level, choice.shelf, choice.is_reusable, choice.access
    )  # fmt: skip
    marked = to_match(text, marks, is_begun=is_begun)
    where, values = choice.where()
    asked = [marked, MOST_CANDIDATES, marked, MOST_CANDIDATES, match, MOST_CANDIDATES]
    rows = store.rows(_FOUND.format(where=where), *asked, *values, MOST_CANDIDATES)
    return [Hit(row[0], row[1]) for row in rows]


def read_results(store: Store, found: Found, limit: int, offset: int) -> list[Result]:
    """One page of what was found, with the piece of text where each was found."""
    hits = found.hits[offset : offset + limit]
    items = list_by_ids(store, [hit.item_id for hit in hits])
    passages = _read_passages(store, [hit.passage_id for hit in hits if hit.passage_id is not None])
    words = asked_words(found.corrected or found.text)
    results = []
    for hit in hits:
        item = items.get(hit.item_id)
        if item is not None:
            place, text = passages.get(hit.passage_id or 0, (0, item.summary))
            results.append(Result(item, cut_snippet(text, words), place))
    return results


def _read_passages(store: Store, passage_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    marks = ",".join("?" * len(passage_ids))
    rows = store.rows(f"SELECT passage_id, place, text FROM item_passage WHERE passage_id IN ({marks})", *passage_ids)
    return {row["passage_id"]: (row["place"], from_kept(row["text"])) for row in rows}


def list_found(store: Store, found: Found, limit: int, offset: int) -> list[ItemView]:
    """One page of what was found, without pieces of text."""
    hits = found.hits[offset : offset + limit]
    items = list_by_ids(store, [hit.item_id for hit in hits])
    return [items[hit.item_id] for hit in hits if hit.item_id in items]


def search_items(store: Store, text: str, limit: int) -> list[ItemView]:
    """The best works for a text; [] when nothing can be looked for."""
    return list_found(store, find_works(store, text), limit, 0)


def find_inside(store: Store, item_id: bytes, text: str, limit: int) -> list[Inside]:
    """Where the words stand in one work, in its order. The passages of a work have numbers that follow each other."""
    ends = store.row("SELECT min(passage_id), max(passage_id) FROM item_passage WHERE item_id = ?", item_id)
    match, words = to_match(text), asked_words(text)
    if ends is None or ends[0] is None or not match:
        return []
    rows = store.rows(
        "SELECT p.place, p.text FROM (SELECT rowid AS passage_id FROM passage_search WHERE passage_search MATCH ? "
        "AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?) s JOIN item_passage p ON p.passage_id = s.passage_id "
        "WHERE p.item_id = ? ORDER BY p.passage_id",
        match, ends[0], ends[1], limit, item_id,
    )  # fmt: skip
    return [Inside(row["place"], cut_snippet(from_kept(row["text"]), words)) for row in rows]


def has_text(store: Store, item_id: bytes) -> bool:
    """True when words were read in a work's file."""
    return bool(store.value("SELECT passage_count FROM item_text WHERE item_id = ?", item_id))


def correct(store: Store, text: str) -> str:
    """What was typed with unknown words replaced by the known ones that look most like them; "" when none does."""
    words = asked_words(text)
    mended = [
        word if is_known(store, word) else _nearest(store, word) or _parted(store, word) or word for word in words
    ]
    if mended == words and len(words) > 1 and is_known(store, "".join(words)):
        mended = ["".join(words)]  # « super marché », where works say « supermarché »
    return " ".join(mended) if mended != words else ""


def is_known(store: Store, word: str) -> bool:
    """True when the works or their text hold a plain word."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM item_search WHERE item_search MATCH ?1) "
        "OR EXISTS (SELECT 1 FROM passage_search WHERE passage_search MATCH ?1)"
    )
    return bool(store.value(sql, f'"{stem(word)}"'))


def _nearest(store: Store, word: str) -> str:
    return next(iter(rank(word, list_near(store, word))), "") if len(word) >= SHORTEST_MENDED else ""


def _parted(store: Store, word: str) -> str:
    """« anticancer » -> « anti cancer », where works say « anti-cancer »; "" when it is no two words that they know."""
    last = min(len(word), LONGEST_PARTED) - SHORTEST_MENDED
    cuts = ((word[:at], word[at:]) for at in range(SHORTEST_MENDED, last + 1))
    return next((f"{one} {other}" for one, other in cuts if is_known(store, other) and is_known(store, one)), "")


def list_near(store: Store, word: str) -> list[str]:
    """Words of the works that share all but a letter or two with a plain word."""
    asked = sorted(gaps(word))
    marks = ",".join("?" * len(asked))
    rows = store.rows(f"SELECT DISTINCT word FROM search_near WHERE gap IN ({marks}) LIMIT ?", *asked, MOST_NEAR)
    return [row["word"] for row in rows]


# -- what the fold writes -----------------------------------------------------------------------------------------


def search_row(item_id: bytes) -> int:
    """The place of a work in the indexes: the same on every node."""
    return int.from_bytes(item_id[:8], "big") >> 1


def remove_search(store: Store, item_id: bytes) -> None:
    """Make a work impossible to find. Only inside `write()`."""
    for table in INDEXES:
        store.run(f"DELETE FROM {table} WHERE rowid = ?", search_row(item_id))


def insert_search(store: Store, item_id: bytes, titled: str, whole: str, words: Sequence[str]) -> None:
    """Make a work findable by stems (`titled`: title and creators) and note its plain words. Only inside `write()`."""
    for table, stems in zip(INDEXES, (titled, whole), strict=True):
        store.run(f"INSERT INTO {table} (rowid, words, item_id) VALUES (?,?,?)", search_row(item_id), stems, item_id)
    long = sorted({word for word in words if len(word) >= SHORTEST_MENDED and not word.isdigit()})[:400]
    marks = ",".join("?" * len(long))
    known = {row["word"] for row in store.rows(f"SELECT word FROM search_word WHERE word IN ({marks})", *long)}
    new = [word for word in long if word not in known]
    store.run_many("INSERT INTO search_word (word) VALUES (?) ON CONFLICT DO NOTHING", [(word,) for word in new])
    near = [(gap, word) for word in new for gap in gaps(word)]
    store.run_many("INSERT INTO search_near (gap, word) VALUES (?,?) ON CONFLICT DO NOTHING", near)


# -- the text of works --------------------------------------------------------------------------------------------


def list_unread(store: Store, media_types: Sequence[str], limit: int) -> list[tuple[bytes, bytes, str]]:
    """Works whose text was not read yet: (item_id, sha256, media type) of their first file."""
    marks = ",".join("?" * len(media_types))
    rows = store.rows(
        "SELECT f.item_id, f.sha256, f.media_type FROM item_file f LEFT JOIN item_text t ON t.item_id = f.item_id "
        f"WHERE f.number = 1 AND t.item_id IS NULL AND f.media_type IN ({marks}) LIMIT ?",
        *media_types, limit,
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in rows]


def list_unread_beside(store: Store, media_types: Sequence[str], limit: int) -> list[tuple[bytes, bytes, str, int]]:
    """Films and sounds whose words were not read yet: (item_id, sha256, media type, number) of each file beside them.

    All the files of a work come together; `limit` counts works.
    """
    marks = ",".join("?" * len(media_types))
    rows = store.rows(
        "SELECT f.item_id, f.sha256, f.media_type, f.number FROM (SELECT DISTINCT f.log_no, f.item_id FROM item_file f "
        "JOIN item_file m ON m.log_no = f.log_no AND m.item_id = f.item_id AND m.number = 1 "
        "LEFT JOIN item_text t ON t.item_id = f.item_id WHERE t.item_id IS NULL AND f.number > 1 "
        "AND (m.media_type LIKE 'video/%' OR m.media_type LIKE 'audio/%') "
        f"AND f.media_type IN ({marks}) LIMIT ?) w JOIN item_file f ON f.log_no = w.log_no AND f.item_id = w.item_id "
        f"AND f.number > 1 AND f.media_type IN ({marks}) ORDER BY f.item_id, f.number",
        *media_types, limit, *media_types,
    )  # fmt: skip
    return [(row[0], row[1], row[2], row[3]) for row in rows]


_ZSTANDARD = b"\x28\xb5\x2f\xfd"  # RFC 8878, section 3.1.1; zlib's streams begin otherwise


@cache
def _packing() -> tuple[Any, Any]:
    import zstandard  # a box that only serves pages does without

    return zstandard.ZstdCompressor(level=1), zstandard.ZstdDecompressor()


def to_kept(text: str) -> bytes:
    """A passage as it is kept: a third of zlib's time, and as small."""
    raw: bytes = _packing()[0].compress(text.encode())
    return raw


def from_kept(raw: bytes) -> str:
    """A passage as it was; those of earlier versions too."""
    return (_packing()[1].decompress(raw) if raw.startswith(_ZSTANDARD) else zlib.decompress(raw)).decode()


def forget_text(store: Store, item_id: bytes) -> None:
    """Forget what was read of a work's file: it will be read again. Only inside `write()`.

    The numbers stay taken (the index of passages keeps no words that could be taken out of it) and lead to nothing.
    """
    store.run("UPDATE item_passage SET item_id = zeroblob(16), text = x'' WHERE item_id = ?", item_id)
    store.run("DELETE FROM item_text WHERE item_id = ?", item_id)


def insert_text(store: Store, item_id: bytes, passages: Sequence[tuple[int, str, str]]) -> None:
    """Keep the text of a work: (place, text, stems) of each passage. Only inside `write()`."""
    first = int(store.value("SELECT max(passage_id) FROM item_passage") or 0) + 1
    rows = [(first + n, item_id, place, to_kept(text)) for n, (place, text, _) in enumerate(passages)]
    store.run_many("INSERT INTO item_passage (passage_id, item_id, place, text) VALUES (?,?,?,?)", rows)
    stems = [(first + n, words) for n, (_, _, words) in enumerate(passages)]
    store.run_many("INSERT INTO passage_search (rowid, words) VALUES (?,?)", stems)
    store.run("INSERT INTO item_text (item_id, passage_count) VALUES (?,?)", item_id, len(passages))
