"""A season of activity reports (2,000 workshops, 40,000 attendances) made into a spreadsheet: seconds and memory.

Usage: scripts/bench_season.py [WORKSHOPS] [PEOPLE_EACH]. Prints two rows of a Markdown table. The season is written
into a throw-away box through the same tables that facts fold into; the file is opened again by openpyxl and counted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

from kit.app import build_node  # noqa: E402 - the repository's own package, wherever the script is started from
from kit.ids import new_id  # noqa: E402
from kit.people.actions import set_up  # noqa: E402
from kit.people.node import Node  # noqa: E402
from kit.settings import read_settings  # noqa: E402
from kit.workshops import actions  # noqa: E402
from kit.workshops.forms import NewWorkshop  # noqa: E402
from kit.workshops.reports import columns, queries  # noqa: E402
from kit.workshops.reports.actions import draft_after_close  # noqa: E402
from kit.workshops.spreadsheet import write_xlsx  # noqa: E402

WANTED_SECONDS = 5.0
WANTED_MIB = 16.0


def fill(node: Node, workshops: int, people: int) -> None:
    """Plan, hold and report the season. Only inside `write()`: a commit for each is not what is measured."""
    start = node.clock.wall_ms() - workshops * 3_600_000
    for number in range(workshops):
        plan = NewWorkshop(
            title="Mon premier e-mail", stop_id=b"", stop_label="", place="Salle des fêtes", length_minutes=90,
            starts_at_ms=start + number * 3_600_000, places=people, waiting_places=0, level="debutant", theme="email",
            summary="",
        )  # fmt: skip
        with node.journal.write():
            workshop_id = actions.plan_workshop(node, plan)
            come(node, workshop_id, people)
            draft_after_close(node, workshop_id, b"")


def come(node: Node, workshop_id: bytes, people: int) -> None:
    """The rows that as many attendances fold into, written at once: folding 40,000 facts is not what is measured."""
    columns = (
        "log_no, attendance_id, workshop_id, state, how, gender, age_band, status, is_contradicted, boot, mono_ms, seq"
    )
    profile = ("soixante_dix_plus", "retraite", 0, 1, 0, 0)
    node.store.run_many(
        f"INSERT INTO attendance ({columns}) VALUES (?,?,?,'came','anonymous',?,?,?,?,?,?,?)",
        [
            (node.journal.log_no, new_id(), workshop_id, "feminin" if one % 3 else "masculin", *profile)
            for one in range(people)
        ],
    )


def forget_peak() -> None:
    """Let the kernel count the peak anew: filling the season is not what is measured (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def peak_mib() -> float:
    """The most memory this process held since."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def main() -> None:
    """Fill, export, count, print."""
    workshops, people = (int(word) for word in (sys.argv[1:] + ["2000", "20"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        node = build_node(read_settings({}, data=Path(folder) / "kit"))
        set_up(node, "Équipe", "mediator")
        with node.journal.write():
            fill(node, workshops, people)
        target, zone = Path(folder) / "season.xlsx", node.settings.timezone
        write_xlsx(target, columns.sheets(node.store, iter(()), iter(()), zone))  # what the library weighs by itself
        forget_peak()
        before, begun, busy = peak_mib(), time.perf_counter(), time.process_time()
        write_xlsx(
            target,
            columns.sheets(node.store, queries.iter_reports(node.store), queries.iter_reports(node.store), zone),
        )
        seconds, grown = time.perf_counter() - begun, peak_mib() - before
        print(f"| CPU of it | {time.process_time() - busy:.1f} s | | |")
        node.store.close()
        print_rows(target, workshops * people, seconds, grown)


def print_rows(target: Path, people: int, seconds: float, grown: float) -> None:
    """The table's rows, after openpyxl has found every attendance in the file."""
    from openpyxl import load_workbook

    rows = sum(1 for _ in load_workbook(target, read_only=True)["Activités"].iter_rows(min_row=2, values_only=True))
    if rows != people:
        raise SystemExit(f"{rows} rows for {people} attendances")
    verdict = {True: "yes", False: "**no**"}
    size = target.stat().st_size / 1e6
    met = verdict[seconds <= WANTED_SECONDS]
    print(f"| season to XLSX: {rows} rows, {size:.1f} MB | {seconds:.1f} s | <= 5 s | {met} |")
    print(f"| memory it needs more | {grown:.1f} MiB | <= 16 MiB | {verdict[grown <= WANTED_MIB]} |")


if __name__ == "__main__":
    main()
