"""Listening and watching: captions in several languages, chapters, a text beside, all by plain addresses.

The place where one is stands in the page's address (`?t=754`): the box keeps nothing about who listens.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from flask import Blueprint, render_template, request
from markupsafe import Markup

from kit.errors import Problem
from kit.library import queries
from kit.library.blobs import blob_path
from kit.library.queries import FileView, ItemView
from kit.library.rules import LANGUAGE_WORDS, is_media, language_of, roles_of
from kit.people.node import the_node
from kit.web.language import chosen, say

blueprint = Blueprint("listening", __name__)
LAST_SECOND = 100 * 3600
MOST_OF_A_SERIES = 300


class Track(msgspec.Struct, frozen=True):
    """Captions ready for a player: where they are, their language code and its name."""

    file: FileView
    language: str
    label: str


def heard(item: ItemView, files: Sequence[FileView]) -> dict[str, object]:
    """What the page of a film or a sound needs beside its files: roles, captions, chapters, where to begin."""
    roles = dict(
        zip((one.number for one in files), roles_of([(one.name, one.media_type) for one in files]), strict=True)
    )
    is_heard = bool(files) and is_media(files[0].media_type)
    return {
        "roles": roles,
        "is_heard": is_heard,
        "tracks": _tracks(item, [one for one in files if roles[one.number] == "captions"]) if is_heard else [],
        "texts": [one for one in files if roles[one.number] == "transcript"],
        "chapters": queries.list_chapters(the_node().store, item.item_id) if is_heard else [],
        "begin": asked_second(),
    }


def _tracks(item: ItemView, captions: Sequence[FileView]) -> list[Track]:
    """Captions in the reader's language first, then by their names; without a mark they are in the film's language."""
    found = [(one, language_of(one.name) or item.language) for one in captions]
    tracks = [Track(one, code, say(LANGUAGE_WORDS.get(code, code))) for one, code in found]
    return sorted(tracks, key=lambda one: (one.language != chosen(), one.language != item.language, one.file.number))


def asked_second() -> int:
    """Where to begin, in seconds, as the address says."""
    asked = request.args.get("t", "")
    return min(int(asked), LAST_SECOND) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0


def written_page(item: ItemView, number: int) -> str:
    """What is said in a film or a sound, as a text: a file of its own, or its captions."""
    from kit.library.reading.written import read_written

    files = queries.list_files(the_node().store, item.item_id)
    around = heard(item, files)
    found = next((one for one in files if one.number == number), None)
    if found is None or around["roles"][number] not in ("captions", "transcript"):  # type: ignore[index]
        raise Problem("library.not_found")
    path = blob_path(the_node().data, found.sha256)
    if not path.is_file():
        raise Problem("library.not_found")
    body = Markup(read_written(path, found.media_type, item.url))  # noqa: S704 - nh3's own
    language = language_of(found.name) or item.language
    return render_template("library/written.html", item=item, files=files, body=body, language=language, **around)


@blueprint.app_template_filter("at_second")
def at_second(seconds: int) -> str:
    """« 12:34 », « 1:02:03 »."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


@blueprint.app_template_filter("language_of")
def language_of_name(name: str) -> str:
    """The language in a file's name, in words; "" without one."""
    code = language_of(name)
    return say(LANGUAGE_WORDS[code]) if code else ""
