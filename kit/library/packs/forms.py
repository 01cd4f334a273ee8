"""What staff say of a pack they make."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from kit.library.packs.rules import AGES, About, competences
from kit.library.rules import LEVEL_WORDS
from kit.web.fields import Fields


def read_about(values: MultiDict[str, str], shelves: list[str]) -> tuple[str, About]:
    """The shelf and what is told of the pack. Raises FieldProblems with what was typed."""
    fields = Fields(values)
    shelf = fields.choice("shelf", shelves)
    about = About(
        title=fields.text("title", 120, required=True),
        organisation=fields.text("organisation", 120),
        level=fields.choice("level", LEVEL_WORDS, required=False),
        age=fields.choice("age", AGES, required=False),
        competences=tuple(one for one in competences() if one in values.getlist("competences")),
        minutes=fields.number("minutes", 0, 10_000, default=0),
        summary=fields.text("summary", 600, lines=True),
    )
    fields.check()
    return shelf, about
