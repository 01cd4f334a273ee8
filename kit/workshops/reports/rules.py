"""A report corrected on the box and at home: what both may change without each other, and what is left to people.

Source: journal.md, "Who may write a record": the box that held the workshop writes; what home changes counts where the
box left things as home had read them, and is flagged where it did not. No database, no Flask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Fields = Mapping[str, Any]

# What is only true together: half of a place, or counters without their total, would be nobody's word.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "people": ("participants", "known", "gender", "age_band", "status"),
    "day": ("date_ms",),
    "minutes": ("minutes",),
    "place": ("place_kind", "place_name", "address", "commune", "postcode", "insee"),
    "title": ("title",),
    "level": ("level",),
    "autonomy": ("autonomy",),
    "redirection": ("redirected", "redirection"),
    "procedure": ("procedure",),
    "materials": ("materials",),
    "themes": ("themes",),
    "tags": ("tags",),
    "schemes": ("schemes",),
}


def amend(stands: Fields, was: Fields, now: Fields) -> tuple[dict[str, Any], list[str]]:
    """What stands with what home changed from `was` to `now`, and the groups that the box changed otherwise meanwhile.

    | the box says | home read | home says | stands | left to people |
    |--------------|-----------|-----------|--------|----------------|
    | 4            | 4         | 5         | 5      |                |
    | 4            | 4         | 4         | 4      |                |
    | 7            | 4         | 4         | 7      |                |
    | 7            | 4         | 7         | 7      |                |
    | 7            | 4         | 5         | 7      | yes            |
    """
    made, clashes = dict(stands), []
    for group, names in GROUPS.items():
        here, before, after = (_pick(said, names) for said in (stands, was, now))
        if after in (before, here):
            continue
        if here == before:
            made |= after
        else:
            clashes.append(group)
    return made, clashes


def _pick(said: Fields, names: Sequence[str]) -> dict[str, Any]:
    return {name: said[name] for name in names}
