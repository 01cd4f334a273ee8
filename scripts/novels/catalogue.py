"""What we know of each novel beyond its TEI file: `novels.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CATALOGUE = Path(__file__).with_name("novels.toml")
COVERS = Path(__file__).with_name("covers")


@dataclass(frozen=True)
class CoverPlan:
    """`lines`: the title as it is broken on the cover; `alternative`: what the drawing shows, for who cannot see it."""

    ground: str
    scene: str
    lines: tuple[str, ...]
    alternative: str


@dataclass(frozen=True)
class Entry:
    """`name`: the file without its suffix. `remark`: a thing to know of this text. `corrections`: slips of the scan.

    `headings` gives the wanted heading for one of the TEI file; `sections` names the pieces that milestones cut from
    a text without chapters; `narrated` lists the starts of paragraphs marked as a letter that are no letter.
    """

    tei_id: str
    name: str
    title: str
    author: str
    file_as: str
    born: int
    died: int
    published: int
    first_edition: str
    subjects: tuple[str, ...]
    summary: str
    cover: CoverPlan
    remark: str = ""
    foreign_language: str = ""
    contributor: str = ""
    corrections: tuple[tuple[str, str], ...] = ()
    sections: tuple[str, ...] = ()
    narrated: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)

    @property
    def cover_path(self) -> Path:
        return COVERS / f"{self.name}.png"


def read_catalogue(path: Path = CATALOGUE) -> dict[str, Entry]:
    """Entries by TEI id. Raises TypeError for a missing or unknown key."""
    return {tei_id: _to_entry(tei_id, table) for tei_id, table in tomllib.loads(path.read_text("utf-8")).items()}


def _to_entry(tei_id: str, table: dict[str, object]) -> Entry:
    cover = table.pop("cover")
    if not isinstance(cover, dict):
        raise TypeError(f"{tei_id}: cover is no table")
    plan = CoverPlan(**{key: _frozen(value) for key, value in cover.items()})  # type: ignore[arg-type]
    return Entry(tei_id=tei_id, cover=plan, **{key: _frozen(value) for key, value in table.items()})  # type: ignore[arg-type]


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(_frozen(one) for one in value)
    return value.strip() if isinstance(value, str) else value
