"""Search and lists over many works: CPU-milliseconds of a whole request and its slowest answers, over a served kit.

Lists (shelves, a choice, OPDS 1.2 and 2.0, whatever page) are told beside the same pages of a library of `FEW` works.
Beside the searches: SQLite's FTS5 alone over the same index, and kiwix-serve over a site of the same works where it is.

Usage: python -m scripts.bench_search [--works 100000] [--data FOLDER]   (FOLDER is kept and used again)
"""

from __future__ import annotations

import http.client
import itertools
import random
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kit.app import build_node
from kit.library import facts
from kit.library.words import to_match
from kit.settings import read_settings
from scripts.bench_kit import Row, Server, bare, beside_bare, kit, over_many, told_units
from scripts.bench_rivals import fts5_rows, kiwix_rows

ASKED = 300
ROUNDS, ASKED_A_ROUND = 9, 100
FEW = 1000
USUAL_BARE_MS = 0.39  # what the bare page takes where nothing else runs (scripts/measured): a slow minute slows both
COMMONEST = "commune"
ROOTS = (
    "ba",
    "co",
    "di",
    "fu",
    "ga",
    "la",
    "mi",
    "no",
    "pe",
    "ro",
    "sa",
    "ti",
    "vu",
    "cha",
    "bre",
    "tri",
    "plo",
    "gri",
)
ENDINGS = ["teau", "rage", "tion", "ment", "lier", "nette", "rine", "dou", "sard", "val"]
SEARCHES = {
    "commonest word": COMMONEST,
    "two-letter prefix": "co",
    "five letters of the commonest word": "commu",
    "two words": f"{COMMONEST} bateau",
    "one word of some hundreds of works": "cobateau",
    "a word with a mistake": "cobaetau",
}

LISTS = {
    "shelves": "/bibliotheque",
    "shelves, a later page": "/bibliotheque?page=3",
    "one kind": "/bibliotheque?sorte=book",
    "one kind, its last page": "/bibliotheque?sorte=book&page=999999",
    "credits, the last page": "/credits?page=999999",
    "OPDS 1.2, start": "/opds",
    "OPDS 1.2, all": "/opds/tout",
    "OPDS 1.2, the last page": "/opds/tout?page=999999",
    "OPDS 1.2, a facet": "/opds/tout?sorte=book&dans=fr",
    "OPDS 2.0, start": "/opds2",
    "OPDS 2.0, all": "/opds2/oeuvres",
    "OPDS 2.0, the last page": "/opds2/oeuvres?page=999999",
}


def fill(data: Path, works: int) -> None:
    """A library of made-up works; all but a few say the commonest word."""
    node = build_node(read_settings({}, data=data))
    made = make_works(works)
    for _ in range(0, works, 5000):
        with node.journal.write():
            for item_id, item in itertools.islice(made, 5000):
                node.journal.append(facts.ADDED, item_id, item)
    node.store.close()


def make_works(works: int) -> Iterator[tuple[bytes, facts.ItemAdded]]:
    """The same made-up works each time."""
    dice = random.Random(4)  # noqa: S311 - the same library each time
    words = [f"{one}{other}{end}" for one in ROOTS for other in ROOTS for end in ENDINGS] + ["bateau"]
    for number in range(works):
        title = " ".join(dice.choices(words, k=3))
        said = f"{COMMONEST if number % 900 else ''} {' '.join(dice.choices(words, k=20))}"
        kind, language = dice.choice(("book", "audio", "sheet")), dice.choice(("fr", "fr", "fr", "ar"))
        item = facts.ItemAdded(title, (words[number % 3000],), kind, language, "CC-BY-4.0", "s", "", said,
                               (words[number % 300],), f"Étagère {number % 40}", ())  # fmt: skip
        yield dice.randbytes(16), item


def measure(data: Path) -> list[Row]:
    """CPU and slowest answers of each search, then CPU of each list beside the same in a small library."""
    server, plain = kit(data), bare()
    paths = {f"/bibliotheque?q={quote(text)}": f"{what} ({text})" for what, text in SEARCHES.items()}
    paired = beside_bare(server, plain, paths, ROUNDS, ASKED_A_ROUND)
    plain.end()
    rows = [told_units(paired)]
    for path, what in paths.items():
        spent = statistics.median(one for one, _ in paired[path])
        ratio = statistics.median(one / unit for one, unit in paired[path])
        usual = ratio * USUAL_BARE_MS
        told = (
            f"{usual:.2f} where the bare page takes {USUAL_BARE_MS} ({ratio:.1f} bare pages; here {spent:.2f}, "
            f"{min(one for one, _ in paired[path]):.2f} at best)"
        )
        rows.append(Row(f"search, {what}, CPU-ms a request", told, "<= 6", usual <= 6))
        slow = slowest(server, path)
        rows.append(Row(f"search, {what}, p99", f"{slow:.1f} ms", "<= 40 ms alone", slow <= 40))
    rows += measure_lists(data, server)
    server.end()
    return rows + measure_rivals(data)


def measure_rivals(data: Path) -> list[Row]:
    """The same words asked of the engine alone, and of kiwix-serve over a site of the same works."""
    node = build_node(read_settings({}, data=data))
    works = int(node.store.value("SELECT count(*) FROM item"))
    rows = fts5_rows(node.store, SEARCHES, lambda text: to_match(text, is_begun=len(text) < len(COMMONEST)))
    node.store.close()
    same = (
        (item.title, f"{item.summary} {' '.join((*item.creators, *item.subjects))}") for _, item in make_works(works)
    )
    return rows + kiwix_rows(same, SEARCHES)


def slowest(server: Server, path: str) -> float:
    """Milliseconds of the slowest answer but one in a hundred."""
    line = http.client.HTTPConnection("127.0.0.1", server.port)
    times = []
    for _ in range(ASKED):
        begun = time.perf_counter()
        line.request("GET", path)
        line.getresponse().read()
        times.append((time.perf_counter() - begun) * 1000)
    line.close()
    return sorted(times)[int(ASKED * 0.99)]


def measure_lists(data: Path, server: Server) -> list[Row]:
    """CPU of each list, and what the first look at it costs after a work changed."""
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder) / "few", FEW)
        small, rows = kit(Path(folder) / "few"), list[Row]()
        for what, path in LISTS.items():
            before = server.cpu_ms()
            with urllib.request.urlopen(server.url + path) as answer:  # noqa: S310 - our own server on loopback
                answer.read()
            first = server.cpu_ms() - before
            spent = server.cpu_ms_per_request(path, ASKED)
            ratio = spent / small.cpu_ms_per_request(path, ASKED)
            told = f"{spent:.2f}, {ratio:.2f} times a library of {FEW:,} works (first look: {first:.0f})"
            rows.append(Row(f"list, {what} ({path}), CPU-ms a request", told, "<= 1.5 times", ratio <= 1.5))
        small.end()
    return rows


if __name__ == "__main__":
    over_many("works", 100_000, fill, measure)
