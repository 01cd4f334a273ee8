"""The lists of the national standard and the words for them, read once from vocabulary.toml (sources are there)."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "vocabulary.toml"


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


def multiple() -> frozenset[str]:
    """The fields that hold several values, each from a list of the standard."""
    return frozenset(_tables()["multiple"]["fields"])


@cache
def words(field: str) -> Mapping[str, str]:
    """Exact string of the standard to the words people read, in the order of the standard."""
    return {entry["value"]: entry["words"] for entry in _tables()[field]}


@cache
def service_codes() -> Mapping[str, str]:
    """Short code of a service (used in addresses) to its exact string."""
    return {entry["code"]: entry["value"] for entry in _tables()["services"]}


def say(field: str, value: str) -> str:
    """The words for one value; a value that is in no list is shown as it was given."""
    return words(field).get(value, value)


@cache
def _by_key(field: str) -> Mapping[str, str]:
    return {to_key(value): value for value in words(field)}


def find_value(field: str, given: str) -> str | None:
    """The exact string of the standard for what was given, whatever its apostrophes, spaces and capitals; or None."""
    return _by_key(field).get(to_key(given))


@cache
def _before() -> Mapping[tuple[str, str], tuple[str, str]]:
    return {(one["field"], to_key(one["label"])): (one["becomes"][0], one["becomes"][1]) for one in _tables()["before"]}


def find_successor(field: str, label: str) -> tuple[str, str] | None:
    """The field and value that a label of version 0.1 became, or None when it has no counterpart."""
    return _before().get((field, to_key(label)))


def to_key(text: str) -> str:
    """How two spellings of one label are compared: the schema and La Coop differ in apostrophes and spaces."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return "".join(plain.split())
