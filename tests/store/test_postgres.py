"""A database on PostgreSQL: the same tables as a file's, one writer at a time, nothing lost when it goes away."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest

from kit.clock import Clock
from kit.errors import Problem
from kit.journal import Journal
from kit.journal.fact import Record
from kit.keys.identity import load_identity
from kit.library.search import find_works
from kit.library.thanks.queries import count_told, note_told
from kit.store import Store, open_store
from kit.store.moving import copy_from_file, copy_to_file
from kit.store.postgres import PostgresStore
from kit.store.postgres_schema import final_tables, final_words, known, prepare
from kit.things import THINGS
from kit.workshops.door_facts import COUNTED, MarginsCounted
from scripts.bench_corpus import season
from tests.house.test_schema import LOCAL
from tests.postgres import Server

FIRST_ON_POSTGRES = "0612_sign_ins"  # databases made before the later migrations take them one by one


@pytest.fixture
def store(postgres: Server) -> Iterator[PostgresStore]:
    """An empty database with the tables in it."""
    made = PostgresStore(postgres.database())
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Store]:
    """An empty file with the tables in it."""
    made = open_store(tmp_path / "valise.db")
    yield made
    made.close()


def columns(store: PostgresStore) -> set[tuple[str, str, str]]:
    found = store.rows(
        "SELECT table_name, column_name, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name NOT LIKE 'fact_part%' AND column_name NOT IN ('tokens', 'rowid')"
    )
    return {(row[0], row[1], row[2]) for row in found}


def keys(store: PostgresStore) -> dict[str, set[tuple[bool, tuple[str, ...]]]]:
    """Of each table its unique indexes: (is the primary key, columns)."""
    found = store.rows(
        "SELECT t.relname, i.indisprimary, (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM "
        "unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place) "
        "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) FROM pg_index i "
        "JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace "
        "WHERE n.nspname = 'public' AND i.indisunique AND NOT t.relispartition::boolean"
    )
    made: dict[str, set[tuple[bool, tuple[str, ...]]]] = {}
    for table, is_primary, names in found:
        made.setdefault(table, set()).add((bool(is_primary), tuple(names.split(","))))
    return made


def test_both_engines_have_the_same_tables_columns_and_keys(store: PostgresStore, file: Store) -> None:
    of_server, unique = columns(store), keys(store)
    for table in final_tables():
        ours = {
            (table, row["name"], "NO" if row["notnull"] or row["pk"] else "YES")
            for row in file.rows(f"PRAGMA table_info({table})")
        }
        assert {column for column in of_server if column[0] == table} == ours
        primary = sorted((row["pk"], row["name"]) for row in file.rows(f"PRAGMA table_info({table})") if row["pk"])
        assert (True, tuple(name for _, name in primary)) in unique[table]
        for index in file.rows(f"PRAGMA index_list({table})"):
            if index["unique"]:
                names = tuple(row["name"] for row in file.rows(f"PRAGMA index_info({index['name']})"))
                assert {(True, names), (False, names)} & unique[table], (table, names)
    checks = "SELECT count(*) FROM pg_constraint WHERE contype = ? AND conparentid = 0 AND NOT conislocal = false"
    file_sql = " ".join(row[0] for row in file.rows("SELECT sql FROM sqlite_master WHERE type = 'table' AND sql > ''"))
    assert store.value(checks, "f") == file_sql.count("REFERENCES")


def test_a_database_of_an_earlier_version_becomes_the_same(postgres: Server, store: PostgresStore) -> None:
    url = postgres.database()
    earlier = PostgresStore(url)
    with earlier.write():
        earlier.run("DROP SCHEMA public CASCADE")
        earlier.run("CREATE SCHEMA public")
    before = [name for name in known() if name <= FIRST_ON_POSTGRES]
    assert prepare(earlier, before) == before
    assert prepare(earlier) == [name for name in known() if name > FIRST_ON_POSTGRES]
    assert prepare(earlier) == []
    assert (columns(earlier), keys(earlier)) == (columns(store), keys(store))
    earlier.close()


def test_a_later_version_is_not_touched(store: PostgresStore) -> None:
    with store.write():
        store.run("INSERT INTO schema_migration (name) VALUES ('9999_later')")
    with pytest.raises(Problem, match="9999_later"):
        prepare(store)


@pytest.mark.parametrize("table", sorted({"fact", *(table for thing in THINGS for table in thing.tables)} - LOCAL))
def test_facts_and_projections_can_be_parted_by_log(store: PostgresStore, table: str) -> None:
    for _, names in keys(store)[table]:
        assert "log_no" in names, f"{table}: unique across logs {names}"
    counted = "SELECT count(*) FROM information_schema.columns WHERE table_name = ? AND "
    assert store.value(f"{counted}(is_identity = 'YES' OR column_default LIKE 'nextval%')", table) == 0
    refers = (
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = to_regclass(?) "
        "AND confrelid <> to_regclass('log')"
    )
    assert store.value(refers, table) == 0, f"{table}: a foreign key reaches across logs"


def test_facts_are_in_partitions_by_log(store: PostgresStore) -> None:
    assert store.value("SELECT count(*) FROM pg_inherits WHERE inhparent = to_regclass('fact')") == 8
    how = store.value("SELECT pg_get_partkeydef(to_regclass('fact')::oid)")
    assert how == "HASH (log_no)"


def test_what_one_writes_the_next_counts(store: PostgresStore) -> None:
    """The last seat: eight writers count before they write, and none counts what another is about to change."""

    def add_one() -> None:
        with store.write():
            seen = int(store.value("SELECT count(*) FROM tombstone"))
            if seen < 5:
                store.run("INSERT INTO tombstone (subject) VALUES (?)", seen.to_bytes(16, "big"))

    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.value("SELECT count(*) FROM tombstone") == 5


def test_a_block_that_fails_leaves_nothing_and_an_inner_one_only_its_own(store: PostgresStore) -> None:
    with pytest.raises(ZeroDivisionError), store.write():
        store.run("INSERT INTO tombstone (subject) VALUES (?)", b"a" * 16)
        raise ZeroDivisionError
    with store.write():
        store.run("INSERT INTO tombstone (subject) VALUES (?)", b"b" * 16)
        with pytest.raises(Problem) as refused, store.write():
            store.run("INSERT INTO tombstone (subject) VALUES (?)", b"too short")
        assert refused.value.code == "store.conflict"
    assert [row[0] for row in store.rows("SELECT subject FROM tombstone")] == [b"b" * 16]


def test_the_audit_trail_only_grows(store: PostgresStore) -> None:
    with store.write():
        store.run("INSERT INTO audit_line (at_ms, staff_name, kind, subject, many) VALUES (1, 'A', 'k', ?, 1)", b"")
    for sql in ("UPDATE audit_line SET at_ms = 2", "DELETE FROM audit_line"):
        with pytest.raises(Problem) as refused, store.write():
            store.run(sql)
        assert refused.value.code == "store.conflict"


def test_values_come_back_as_from_a_file(store: PostgresStore, file: Store) -> None:
    sql = (
        "SELECT sum(n) AS total, avg(n) AS mean, max(1, max(n)) AS most, count(*) > 1 AS is_many, substr('abc', ?, ?) "
        "AS part, group_concat(n) AS listed, ? AS given FROM (SELECT 1 AS n UNION ALL SELECT 4)"
    )
    found = [tuple(one.row(sql.replace("group_concat(n)", "group_concat('' || n)"), 2, 1, None) or ()) for one in
             (store, file)]  # fmt: skip
    assert found[0] == found[1] == (5, 2.5, 4, 1, "b", "1,4", None)
    row = store.row("SELECT 1 AS a, 'b' AS b")
    assert row is not None and dict(row) == {"a": 1, "b": "b"}


def test_words_are_found_as_in_a_file(store: PostgresStore, file: Store) -> None:
    from kit.directory.rules import to_match

    lines = [(1, "mediatheque de l arc impots mediathequ impot"), (2, "السلام عليكم")]
    for one in (store, file):
        with one.write():
            one.run_many("INSERT INTO place_search (rowid, words) VALUES (?,?)", lines)
        for typed, wanted in (
            ("Médiathèques", [1]),
            ("arc impôt", [1]),
            ("سلام", []),
            ("السل", [2]),
            ("AND (* \"'", []),
        ):
            match = to_match(typed)
            if match:
                found = one.rows("SELECT rowid FROM place_search WHERE place_search MATCH ?", match)
                assert [row[0] for row in found] == wanted, (typed, match)


def test_a_file_is_carried_there_and_back(postgres: Server, tmp_path: Path, demo: Path) -> None:
    url = postgres.database()
    source = tmp_path / "from.db"
    with sqlite3.connect(demo / "valise.db") as kept, sqlite3.connect(source) as copy:
        kept.backup(copy)
    kept.close(), copy.close()
    store = PostgresStore(url)
    assert copy_from_file(source, store) > 100
    with pytest.raises(Problem) as refused:
        copy_from_file(source, store)
    assert refused.value.code == "store.not_empty"
    copy_to_file(store, tmp_path / "back.db")
    with store.write():  # numbers go on
        store.run("INSERT INTO log (log_id) VALUES (?)", b"n" * 16)
    before, after = open_store(source), open_store(tmp_path / "back.db")
    for table in [*final_tables(), *(name for name in final_words() if name != "passage_search")]:
        named = ", ".join(before.columns(table))
        rows = [sorted(map(repr, map(tuple, one.rows(f"SELECT {named} FROM {table}")))) for one in (before, after)]
        assert rows[0] == rows[1], table
    match = "SELECT count(*) FROM passage_search WHERE passage_search MATCH ?"
    assert before.value(match, '"histoir"') == after.value(match, '"histoir"') == store.value(match, '"histoir"')
    for typed in ("message", "histoire", "mesage"):  # a title, words inside a book, a typing mistake
        found = [{hit.item_id for hit in find_works(one, typed).hits} for one in (before, after, store)]
        assert found[0] == found[1] == found[2], typed
        assert found[0], typed
    for one in (before, after, store):
        one.close()


def test_a_server_gone_is_told_and_found_again(tmp_path: Path) -> None:
    server = Server()
    try:
        store = PostgresStore(server.database())
        with store.write():
            store.run("INSERT INTO tombstone (subject) VALUES (?)", b"a" * 16)
        with pytest.raises(Problem) as refused, store.write():
            store.run("INSERT INTO tombstone (subject) VALUES (?)", b"b" * 16)
            server.stop()
        assert refused.value.code == "store.gone"
        with pytest.raises(Problem) as refused:
            store.value("SELECT 1")
        assert refused.value.code == "store.gone"
        server.start()
        assert [row[0] for row in store.rows("SELECT subject FROM tombstone")] == [b"a" * 16]
        server.stop()
        server.start()  # what broke while nobody asked is nobody's matter
        assert len(store.rows("SELECT subject FROM tombstone")) == 1
        store.close()
    finally:
        server.end()


def test_the_address_is_read_from_the_environment(tmp_path: Path) -> None:
    from kit.settings import read_settings

    assert read_settings({"DATABASE_URL": "postgresql:///x"}, role="central").database_url == "postgresql:///x"
    with pytest.raises(psycopg.Error), psycopg.connect("postgresql:///x?host=/nowhere"):
        pass
    with pytest.raises(Problem) as refused:
        open_store(tmp_path / "x", url="postgresql:///x?host=/nowhere")
    assert refused.value.code == "store.gone"


def test_rows_written_together_are_the_rows_written_one_by_one(store: PostgresStore, file: Store) -> None:
    """Things folded again, in any order, read in between, with rows of their own and none; many and few."""
    dice, kept = random.Random(5), []
    for many in (12, 400):
        seen = [dice.choice(range(many // 2)).to_bytes(16, "big") for _ in range(many)]
        for one in (store, file):
            counted = []
            with one.write(), one.gather(("answer_value", "device_use")):
                for number, key in enumerate(seen):
                    one.run("DELETE FROM answer_value WHERE answer_id = ?", key)
                    for question in range(number % 3):
                        one.run(
                            "INSERT INTO answer_value (log_no, answer_id, question, value) VALUES (?,?,?,?) "
                            "ON CONFLICT DO NOTHING",
                            1, key, f"q{question}\t\\N é", number,
                        )  # fmt: skip
                    if number % 97 == 0:
                        counted.append(one.value("SELECT count(*) FROM answer_value"))
                one.run("UPDATE answer_value SET value = value + 1 WHERE question = ?", "q1\t\\N é")
                counted.append(one.value("SELECT sum(value) FROM answer_value"))
                counted.append(one.value("SELECT sum(value) FROM answer_value"))
            rows = sorted(map(tuple, one.rows("SELECT answer_id, question, value FROM answer_value")))
            kept.append((counted, rows))
        assert kept[-1] == kept[-2]


def test_a_row_refused_among_many_leaves_nothing(store: PostgresStore) -> None:
    with pytest.raises(Problem) as refused, store.write(), store.gather(("attendance", "answer_value")):
        store.run("DELETE FROM answer_value WHERE answer_id = ?", b"a" * 16)
        for number in range(100):
            key = b"short" if number == 50 else number.to_bytes(16, "big")
            store.run("INSERT INTO answer_value (log_no, answer_id, question, value) VALUES (?,?,?,?)", 1, key, "q", 1)
    assert refused.value.code == "store.conflict"
    assert store.value("SELECT count(*) FROM answer_value") == 0


def test_what_an_author_has_seen_is_noted_once_and_again(store: PostgresStore) -> None:
    for told in (1, 3):
        with store.write():
            note_told(store, bytes(16), told)
        assert count_told(store, bytes(16)) == told


def test_facts_taken_in_together_make_what_they_make_one_by_one(
    store: PostgresStore, file: Store, tmp_path: Path
) -> None:
    """Whole segments, one again, one that begins before the last ended, a number told twice, texts no binary takes."""
    told, _ = season(160, b"h" * 16)
    odd = [
        Record(161 + place, COUNTED.name, 1, 1, 1, 1, one.subject, b"h" * 16, b"", None, raw)
        for place, one in enumerate(told[:12])
        for raw in [msgspec.msgpack.encode(MarginsCounted(0, {f"a\0{place}": place}, {}, {}))]
    ]
    again = msgspec.structs.replace(told[3], seq=161, subject=b"x" * 16)
    segments = [told[:60], told[:60], told[40:110], [*told[110:], *odd], [*odd, again]]
    hashes = []
    for name, one, size in (("one", file, 1), ("together", store, 1000), ("here", open_store(tmp_path / "b.db"), 1000)):
        journal = Journal(one, load_identity(tmp_path), Clock(), lambda: THINGS)
        log_no = journal.log_number(b"h" * 16)
        for segment in segments:
            for first in range(0, len(segment), size):
                journal.ingest(log_no, segment[first : first + size])
        assert journal.store.value("SELECT count(*) FROM attendance WHERE attendance_id = ?", b"x" * 16) == 0, name
        hashes.append((one.value("SELECT count(*) FROM fact"), one.value("SELECT count(*) FROM attendance")))
        rows = one.rows("SELECT attendance_id, workshop_id, gender, seq FROM attendance ORDER BY attendance_id")
        hashes[-1] += (tuple(map(tuple, rows)),)
        before = journal.projection_hash()
        journal.replay()
        assert journal.projection_hash() == before, name
    assert hashes[0] == hashes[1] == hashes[2]
