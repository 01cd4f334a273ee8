"""The note that stands beside a book (`<name>.toml`) and speaks for it when the kit takes it in."""

from __future__ import annotations

import json

from novels.catalogue import Entry
from novels.pages import COLLECTION, DOI_URL, attribution, rights_note
from novels.typography import typeset


def side_file(entry: Entry) -> str:
    """TOML; a JSON string is a TOML basic string."""
    pairs: dict[str, str | list[str]] = {
        "title": typeset(entry.title),
        "creators": [typeset(entry.author)],
        "language": "fr",
        "licence": "CC-BY-4.0",
        "rights_note": rights_note(entry),
        "source": f"{COLLECTION} ({entry.tei_id}), {DOI_URL}",
        "attribution": attribution(entry),
        "summary": typeset(entry.summary),
        "subjects": [typeset(subject) for subject in entry.subjects],
        "shelf": "Romans",
    }
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in pairs.items())
