"""Seeded bugs: each an edit of a copy of the package, which the quick machine must refuse. Source: journal.md.

A mutant whose old text is not found exactly once is an error, not a survivor: the program moved on, and the mutant
has to follow. The copy without any edit must hold, or catching would prove nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Edit:
    """In `file`, `old` (found exactly once) becomes `new`."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    """One bug people really write."""

    name: str
    edits: tuple[Edit, ...]


MUTANTS = (
    Mutant(
        "receipt ahead of data",
        (
            Edit(
                "kit/central/actions.py",
                "words = (inbox.make_receipt(node, log.log_id, log_no),",
                "sync_queries.add_arrived(node.store, log_no, 1, log.head or 1)\n"
                "        words = (inbox.make_receipt(node, log.log_id, log_no),",
            ),
        ),
    ),
    Mutant(
        "off-by-one range",
        (Edit("kit/journal/ranges.py", "first <= merged[-1][1] + 1:", "first <= merged[-1][1] + 2:"),),
    ),
    Mutant(
        "numbers reused after a purge",
        (
            Edit(
                "kit/journal/queries.py",
                '    store.run("UPDATE log SET head_seq = head_seq + 1 WHERE log_no = ?", log_no)\n',
                '    store.run("UPDATE log SET head_seq = 1 + (SELECT count(*) FROM fact '
                'WHERE fact.log_no = log.log_no) WHERE log_no = ?", log_no)\n',
            ),
        ),
    ),
    Mutant(
        "no dedupe",
        (
            Edit("kit/sync/inbox.py", "if queries.has_arrival(store, segment.segment_id):", "if False:"),
            Edit(
                "kit/sync/queries.py",
                '"received_at_ms, bytes) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",',
                "\"received_at_ms, bytes) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET state = 'stored'\",",
            ),
            Edit(
                "kit/sync/inbox.py",
                "    node.journal.ingest(log_no, records)\n    node.journal.add_held",
                "    taken = {r.seq for r in journal_queries.records(node.store, log_no, 1, 2**40)}\n"
                "    again = [\n"
                "        Record(max(taken) + r.seq, *[getattr(r, n) for n in r.__struct_fields__[1:]])\n"
                "        for r in records if r.seq in taken\n"
                "    ]\n"
                "    node.journal.ingest(log_no, records)\n"
                "    node.journal.ingest(log_no, again)\n"
                "    node.journal.add_held",
            ),
        ),
    ),
    Mutant(
        "purge of what was merely exported",
        (
            Edit(
                "kit/retention.py",
                "    safe = covered(node, BACKED_UP)\n",
                '    sent = node.store.rows("SELECT log_no, max(last_seq) FROM segment GROUP BY 1")\n'
                "    safe = {row[0]: [(1, row[1])] for row in sent}\n",
            ),
        ),
    ),
    Mutant(
        "last-number cursor instead of ranges",
        (
            Edit(
                "kit/sync/queries.py",
                '"SELECT first_seq, last_seq FROM arrived WHERE log_no = ? ORDER BY first_seq", log_no)',
                '"SELECT 1 AS first_seq, max(last_seq) AS last_seq FROM arrived WHERE log_no = ? GROUP BY log_no", '
                "log_no)",
            ),
        ),
    ),
    Mutant(
        "envelope receipted before it is stored",
        (
            Edit(
                "kit/sync/inbox.py",
                "whole = subtract(queries.arrived_ranges(node.store, log_no), "
                "awaited_queries.awaited_ranges(node.store, log_no))",
                "return queries.arrived_ranges(node.store, log_no)",
            ),
        ),
    ),
    Mutant(
        "an apply that adds instead of refolding",
        (Edit("kit/workshops/facts.py", '    store.run("DELETE FROM signup WHERE signup_id = ?", subject)\n', ""),),
    ),
    Mutant(
        "a counter that adds what it was told instead of the largest value",
        (Edit("kit/journal/rules.py", "    return max(said, default=0)\n", "    return sum(said)\n"),),
    ),
    Mutant(
        "a fact counts whoever wrote it",
        (
            Edit(
                "kit/journal/writers.py",
                '    return "home" in writers and (home == writer or is_unheard_of)\n',
                "    return True\n",
            ),
        ),
    ),
    Mutant(
        "a diverging chain is taken for the log itself",
        (
            Edit(
                "kit/sync/inbox.py",
                "    if not forks.contradicts(node, log_no, *chain) and not forks.starts_elsewhere("
                "node, log_no, before, records):\n",
                "    if True:\n",
            ),
        ),
    ),
    Mutant(
        "a number that only the other copy of a card brought is taken for ours",
        (
            Edit(
                "kit/sync/forks.py",
                "    return subtract(list(ranges), fork_queries.spans_that_came(node.store, log_no))\n",
                "    return []\n",
            ),
        ),
    ),
    Mutant(
        "what only the copy of a card wrote is called erased",
        (Edit("kit/sync/outbox.py", "        return name in self._frozen_names\n", "        return True\n"),),
    ),
    Mutant(
        "the facts of a copied card wait for the names of the other",
        (
            Edit(
                "kit/sync/inbox.py",
                "    waiting = [one for one in (_waiting(",
                "    waiting = [one for one in () and (_waiting(",
            ),
        ),
    ),
    Mutant(
        "a restored central keeps its old epoch",
        (
            Edit(
                "kit/app.py",
                "    if is_copy:\n        journal.start",
                "    if is_copy and not settings.is_central:\n        journal.start",
            ),
        ),
    ),
    Mutant(
        "an answer counts whoever was asked",
        (Edit("kit/journal/writers.py", " if named and keys.of_log", " if not named and keys.of_log"),),
    ),
    Mutant(
        "an urn drained in order",
        (
            Edit(
                "kit/feedback/actions.py",
                'answer_id, sealed = stop.stop_id if stop else b"", new_id(), None',
                'answer_id, sealed = stop.stop_id if stop else b"", '
                '__import__("time").time_ns().to_bytes(16, "big"), None',
            ),
            Edit("kit/feedback/actions.py", "    secrets.SystemRandom().shuffle(shuffled)\n", ""),
        ),
    ),
)


def plant(mutant: Mutant | None, folder: Path) -> Path:
    """A copy of the package and of the drills in `folder`, with the bug in it (None: as it is)."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPO / "kit", folder / "kit", ignore=ignore)
    shutil.copytree(REPO / "tests" / "promises", folder / "tests" / "promises", ignore=ignore)
    shutil.copyfile(REPO / "tests" / "__init__.py", folder / "tests" / "__init__.py")
    for name in ("templates", "content"):
        (folder / name).symlink_to(REPO / name)
    for edit in mutant.edits if mutant else ():
        path = folder / edit.file
        text = path.read_text("utf-8")
        if text.count(edit.old) != 1:
            raise LookupError(f"mutant {mutant.name!r} no longer applies to {edit.file}" if mutant else edit.file)
        path.write_text(text.replace(edit.old, edit.new), "utf-8")
    return folder


def verdict(mutant: Mutant | None, folder: Path, examples: int = 30) -> str:
    """What the quick machine said of it: "HELD ..." or "VIOLATED P...". Raises AssertionError when it broke."""
    plant(mutant, folder)
    done = subprocess.run(
        [sys.executable, "-m", "tests.promises.quick", str(examples), "20", "1"],
        cwd=folder, env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
        check=False, timeout=600,
    )  # fmt: skip
    said = (done.stdout + done.stderr).strip().splitlines() or ["nothing"]
    words = next((line for line in reversed(said) if line.startswith(("HELD", "VIOLATED"))), "")
    if not words or (words.startswith("HELD") and str(folder) not in words):
        raise AssertionError(f"{mutant.name if mutant else 'control'}: the machine broke: {said[-1]}")
    return words
