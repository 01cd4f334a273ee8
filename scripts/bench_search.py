"""Search over many works: CPU-milliseconds of a whole request and its slowest answers, over a served kit.

Usage: python -m scripts.bench_search [--works 100000] [--data FOLDER]   (FOLDER is kept and used again)
"""

from __future__ import annotations

import http.client
import random
import sys
import time
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kit.app import build_node
from kit.library import facts
from kit.settings import read_settings
from scripts.bench_kit import Row, bare, kit, over_many

ASKED = 300
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


def fill(data: Path, works: int) -> None:
    """A library of made-up works; all but a few say the commonest word."""
    node = build_node(read_settings({}, data=data))
    dice = random.Random(4)  # noqa: S311 - the same library each time
    words = [f"{one}{other}{end}" for one in ROOTS for other in ROOTS for end in ENDINGS] + ["bateau"]
    for start in range(0, works, 5000):
        with node.journal.write():
            for number in range(start, min(works, start + 5000)):
                title = " ".join(dice.choices(words, k=3))
                said = f"{COMMONEST if number % 900 else ''} {' '.join(dice.choices(words, k=20))}"
                kind, language = dice.choice(("book", "audio", "sheet")), dice.choice(("fr", "fr", "fr", "ar"))
                item = facts.ItemAdded(title, (words[number % 3000],), kind, language, "CC-BY-4.0", "s", "", said,
                                       (words[number % 300],), f"Étagère {number % 40}", ())  # fmt: skip
                node.journal.append(facts.ADDED, dice.randbytes(16), item)
    node.store.close()


def measure(data: Path) -> list[Row]:
    """CPU and slowest answers of each search."""
    server, rows, plain = kit(data), [], bare()
    rows.append(Row("bare Flask page, CPU-ms a request", f"{plain.cpu_ms_per_request('/'):.2f}"))
    plain.end()
    for what, text in SEARCHES.items():
        path = f"/bibliotheque?q={quote(text)}"
        spent = server.cpu_ms_per_request(path)
        line = http.client.HTTPConnection("127.0.0.1", server.port)
        times = []
        for _ in range(ASKED):
            begun = time.perf_counter()
            line.request("GET", path)
            line.getresponse().read()
            times.append((time.perf_counter() - begun) * 1000)
        line.close()
        slow = sorted(times)[int(ASKED * 0.99)]
        rows.append(Row(f"search, {what} ({text}), CPU-ms a request", f"{spent:.2f}", "<= 6", spent <= 6))
        rows.append(Row(f"search, {what}, p99", f"{slow:.1f} ms", "<= 40 ms alone", slow <= 40))
    server.end()
    return rows


if __name__ == "__main__":
    over_many("works", 100_000, fill, measure)
