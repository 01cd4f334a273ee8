"""SQLite's statements as PostgreSQL reads them. What functions can stand in for is in `postgres.sql` instead.

| in our statements                    | for PostgreSQL                                     |
|--------------------------------------|----------------------------------------------------|
| `?`, `?2`                            | `%s`, with the values in the order they are read   |
| `x'00ff'`                            | `'\\x00ff'::bytea`                                  |
| `%` (in LIKE, modulo)                | `%%`                                               |
| `words_table MATCH ?`                | `words_table.tokens @@ to_words(%s)`               |
| `INDEXED BY name`                    | nothing: its planner chooses                       |
| `CAST(x AS REAL)`                    | `to_real(x)`, which like SQLite's takes any text   |
| `a IS b`, `a IS NOT b`               | `a IS [NOT] DISTINCT FROM b`                       |
| `a IN ()`, `a NOT IN ()`            | `a = ANY('{}')`, `a <> ALL('{}')`                  |
| `LIMIT ?`                            | `LIMIT nullif(%s, -1)`: -1 means all               |
| `FROM (SELECT ...)` without a name   | the same with a name                               |
| `BLOB`, `INTEGER`, `TEXT`            | `BYTEA`, `BIGINT`, `TEXT COLLATE "C"`              |
| `WITHOUT ROWID`                      | nothing                                            |
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<bytes>[xX]'[0-9a-fA-F]*')|(?P<text>'(?:[^']|'')*')|(?P<name>\"[^\"]*\")|(?P<mark>\?\d*)|(?P<percent>%)"
    r"|(?P<comment>--[^\n]*)|(?P<word>[A-Za-z_][A-Za-z_0-9]*)|(?P<space>\s+)|(?P<other>.)",
    re.DOTALL,
)
_TYPES = {"BLOB": "BYTEA", "INTEGER": "BIGINT", "TEXT": 'TEXT COLLATE "C"', "REAL": "DOUBLE PRECISION"}
_INDEXED = re.compile(r"\s+INDEXED\s+BY\s+\w+", re.IGNORECASE)
_REAL = re.compile(r"\bCAST\s*\(\s*([\w.]+)\s+AS\s+REAL\s*\)", re.IGNORECASE)
_MATCH = re.compile(r"\b(\w+)\s+MATCH\s+(\?\d*)")
_IN_NOTHING = re.compile(r"\b(NOT\s+)?IN\s*\(\s*\)", re.IGNORECASE)
_LIMIT = re.compile(r"\bLIMIT\s+(\?\d*)", re.IGNORECASE)
_SAME = re.compile(r"\bIS\s+(NOT\s+)?(?!NOT\b|NULL\b|DISTINCT\b)(?=[\w(?'.])")
# What may follow the bracket of a subselect without being its name.
_NO_NAME = {"WHERE", "GROUP", "ORDER", "LIMIT", "JOIN", "LEFT", "INNER", "CROSS", "ON", "USING", "UNION", "EXCEPT",
            "INTERSECT", "HAVING", "NATURAL"}  # fmt: skip


class Statement(NamedTuple):
    """A statement for psycopg. `order` gives the places of the values, or None when they come as they are written."""

    text: str
    order: tuple[int, ...] | None

    def arrange(self, params: tuple[object, ...]) -> tuple[object, ...]:
        """The values in the order the statement reads them."""
        return params if self.order is None else tuple(params[place] for place in self.order)


@lru_cache(maxsize=4096)
def to_postgres(sql: str) -> Statement:
    """One statement of ours, translated."""
    sql = _REAL.sub(r"to_real(\1)", _INDEXED.sub("", sql))
    sql = _MATCH.sub(r"\1.tokens @@ to_words(\2)", sql)
    sql = _LIMIT.sub(r"LIMIT nullif(\1, -1)", sql)
    sql = _IN_NOTHING.sub(lambda found: "<> ALL('{}')" if found.group(1) else "= ANY('{}')", sql)
    sql = _SAME.sub(lambda found: "IS DISTINCT FROM " if found.group(1) else "IS NOT DISTINCT FROM ", sql)
    parts: list[str] = []
    order: list[int] = []
    for found in _TOKEN.finditer(sql):
        kind, token = found.lastgroup, found.group()
        if kind == "mark":
            order.append(int(token[1:]) - 1 if len(token) > 1 else len(order))
        parts.append(_read(kind or "", token))
    text = "".join(_name_subselects(parts))
    return Statement(text, None if order == list(range(len(order))) else tuple(order))


def _read(kind: str, token: str) -> str:
    if kind == "bytes":
        return f"'\\x{token[2:-1]}'::bytea"
    if kind == "mark":
        return "%s"
    if kind in ("text", "percent", "name"):
        return token.replace("%", "%%")
    return "" if kind == "comment" else token


def _name_subselects(parts: list[str]) -> list[str]:
    """Before version 16 a subselect in FROM needs a name; ours that are read without one get `part_N`."""
    opened: list[bool] = []
    named = list(parts)
    words = [(place, part) for place, part in enumerate(parts) if part.strip()]
    for number, (place, part) in enumerate(words):
        if part == "(":
            before = words[number - 1][1].upper() if number else ""
            after = words[number + 1][1].upper() if number + 1 < len(words) else ""
            is_compared = number > 1 and words[number - 2][1].upper() == "DISTINCT"  # IS DISTINCT FROM (SELECT ...)
            opened.append(before in ("FROM", "JOIN") and after in ("SELECT", "WITH") and not is_compared)
        elif part == ")" and opened and opened.pop():
            after = words[number + 1][1] if number + 1 < len(words) else ")"
            if after.upper() in _NO_NAME or not (after[0].isalpha() or after[0] in '"_'):
                named[place] = f") AS part_{place}"
    return named


# -- tables -------------------------------------------------------------------------------------------------------

_HASH_PARTITIONS = {"fact": ("log_no", 8)}
_ORDERED = {"relayed", "bench_entry"}  # local tables that are read in the order of their rows
_VIRTUAL = re.compile(r"CREATE VIRTUAL TABLE \"?(\w+)\"? USING fts5 \((.*)\)\s*$", re.DOTALL)
_TABLE = re.compile(r"CREATE TABLE \"?(\w+)\"?", re.IGNORECASE)
_NUMBERED = re.compile(r"\bBIGINT( NOT NULL)? PRIMARY KEY(?! REFERENCES)")
_TRIGGER = re.compile(
    r"CREATE TRIGGER (\w+)\s+(BEFORE|AFTER)\s+(INSERT|UPDATE|DELETE)\s+ON\s+(\w+)\s+(?:WHEN\s+(\(.*?\))\s+)?"
    r"BEGIN\s+(.*?);?\s*END",
    re.DOTALL,
)
# A trigger that only notes which rows changed: for all rows of a statement at once, as a server takes them in bulk.
_NOTING = re.compile(r"INSERT INTO (\w+) \((\w+)\) VALUES \((NEW|OLD)\.(\w+)\) ON CONFLICT DO NOTHING")
_RAISE = re.compile(r"SELECT RAISE\(ABORT, ('(?:[^']|'')*')\)")


def schema_to_postgres(sql: str) -> list[str]:
    """One CREATE, ALTER or DROP of a migration as the statements that do it for PostgreSQL."""
    sql = sql.strip()
    if "USING fts5vocab" in sql:
        return []  # SQLite's view of its own index of words; what reads it is asked another way there
    if virtual := _VIRTUAL.match(sql):
        return _words_table(virtual.group(1), virtual.group(2))
    if trigger := _TRIGGER.match(sql):
        return _trigger(*trigger.groups())
    if not sql.upper().startswith(("CREATE TABLE", "ALTER TABLE")):
        return [to_postgres(sql).text.replace("%%", "%")]
    text = "".join(
        _read(found.lastgroup or "", _TYPES.get(found.group(), found.group()))
        for found in _TOKEN.finditer(re.sub(r"\)\s*WITHOUT ROWID\s*$", ")", sql))
    ).replace("%%", "%")
    table = _TABLE.match(text)
    return _table(table.group(1), text) if table else [text]


def _table(name: str, text: str) -> list[str]:
    text = _NUMBERED.sub(r"BIGINT GENERATED BY DEFAULT AS IDENTITY\1 PRIMARY KEY", text)
    if name in _ORDERED:
        text = f"{text.rstrip()[:-1]}, rowid BIGINT GENERATED ALWAYS AS IDENTITY)"
    if name not in _HASH_PARTITIONS:
        return [text]
    key, many = _HASH_PARTITIONS[name]
    parts = [
        f"CREATE TABLE {name}_part_{n} PARTITION OF {name} FOR VALUES WITH (MODULUS {many}, REMAINDER {n})"
        for n in range(many)
    ]
    return [f"{text} PARTITION BY HASH ({key})", *parts]


def _words_table(name: str, inside: str) -> list[str]:
    """An index of words: its rows with what they were made of, and the words themselves under GIN.

    Words come without accents and as stems already (`kit.stems`), so the configuration is `simple`.
    """
    options = [part.strip() for part in inside.split(",")]
    columns = [part.split() for part in options if "=" not in part and "'" not in part]
    kinds = {column[0]: "BYTEA" if "UNINDEXED" in column else 'TEXT COLLATE "C" NOT NULL' for column in columns}
    words = " || ' ' || ".join(name for name, kind in kinds.items() if kind != "BYTEA")
    held = ", ".join(f"{column} {kind}" for column, kind in kinds.items())
    return [
        f"CREATE TABLE {name} (rowid BIGINT NOT NULL PRIMARY KEY, {held}, "
        f"tokens tsvector GENERATED ALWAYS AS (array_to_tsvector(plain_words({words}))) STORED)",
        f"CREATE INDEX {name}_tokens ON {name} USING gin (tokens)",
    ]


def _trigger(name: str, when: str, what: str, table: str, condition: str | None, body: str) -> list[str]:
    noting = _NOTING.fullmatch(body.strip())
    if noting and not condition:
        return _noting_trigger(name, f"{when} {what} ON {table}", *noting.groups())
    refusal = _RAISE.match(body.strip())
    does = f"RAISE EXCEPTION {refusal.group(1)}" if refusal else to_postgres(body).text
    told = f" WHEN {condition}" if condition else ""
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$body$ BEGIN {does}; RETURN coalesce(NEW, OLD); END $body$",
        f"CREATE TRIGGER {name} {when} {what} ON {table} FOR EACH ROW{told} EXECUTE FUNCTION {name}()",
    ]


def _noting_trigger(name: str, moment: str, into: str, column: str, row: str, told: str) -> list[str]:
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
        f"INSERT INTO {into} ({column}) SELECT DISTINCT {told} FROM changed ON CONFLICT DO NOTHING; "
        "RETURN NULL; END $body$",
        f"CREATE TRIGGER {name} {moment} REFERENCING {row} TABLE AS changed "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]
