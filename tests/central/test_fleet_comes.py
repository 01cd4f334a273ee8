"""Many kits at once on bad lines, two web processes, a worker and PostgreSQL (`scripts/bench_fleet.py`, small)."""

from __future__ import annotations

from pathlib import Path

from kit.store.postgres import PostgresStore
from scripts import bench_fleet
from tests.postgres import Server


def test_what_many_kits_bring_on_bad_lines_is_there_once(postgres: Server, tmp_path: Path) -> None:
    url = postgres.database()
    kits = bench_fleet.prepare(tmp_path, url, 8, 60)
    seen = bench_fleet.run(kits, lines=6, seed=3)
    assert (seen.wrong, seen.segments) == ([], 8)
    assert seen.tally.broken > 5
    assert seen.tally.again > 2
    store = PostgresStore(url)
    with store.write():  # what looks for losses finds them
        store.run("DELETE FROM fact WHERE seq = 7 AND log_no = (SELECT max(log_no) FROM kit_log)")
    wrong = bench_fleet.find_wrong(store, kits.kits)
    assert len(wrong) == 2
    assert "59 facts instead of 60" in wrong[0]
    store.close()
