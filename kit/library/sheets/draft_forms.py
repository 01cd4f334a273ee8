"""What the team types about a sheet and its steps, to typed values."""

from __future__ import annotations

from collections.abc import Mapping

from kit.library.formats.sheet import Step
from kit.library.licences import all_licences
from kit.library.rules import LEVEL_WORDS, LONGEST_CREDIT
from kit.library.sheets.rules import DEVICE_LABELS, GESTURE_WORDS
from kit.web.fields import Fields


def read_about(values: Mapping[str, str]) -> dict[str, object]:
    """What a sheet says of itself. Raises FieldProblems with what was typed."""
    fields = Fields(values)
    given: dict[str, object] = {
        "title": fields.text("title", 150, required=True),
        "summary": fields.text("summary", 1000),
        "level": fields.choice("level", LEVEL_WORDS.keys(), required=False),
        "device": fields.choice("device", DEVICE_LABELS.keys(), required=False),
        "duration_minutes": fields.number("duration_minutes", 0, 600, default=0),
        "licence": fields.choice("licence", all_licences().keys(), required=False),
        "source": fields.text("source", 300),
        "attribution": fields.text("attribution", LONGEST_CREDIT),
        "creators": [one.strip() for one in fields.text("creators", 300).split(";") if one.strip()],
        "checked_on": fields.text("checked_on", 10),
        "checked_with": fields.text("checked_with", 100),
        "easy": bool(values.get("easy")),
    }
    fields.check()
    return given


def read_step(values: Mapping[str, str], image: str) -> Step:
    """One step. Raises FieldProblems; a pointer is two numbers from 0 to 100, or nothing."""
    fields = Fields(values)
    action, help_ = fields.text("action", 300, required=True), fields.text("help", 500)
    gesture = fields.choice("gesture", GESTURE_WORDS.keys(), required=False)
    pointer = None
    if values.get("x", "").strip() or values.get("y", "").strip():
        pointer = (float(fields.number("x", 0, 100)), float(fields.number("y", 0, 100)))
    fields.check()
    return Step(action, gesture, image, pointer if image else None, help_)
