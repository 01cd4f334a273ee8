"""Files inside a form: how large they may be is said beside the route, and where they go is the route's own choice.

Without this, a form is at most `max_form` long, and werkzeug would lay a file in clear in the machine's temporary
folder. `most_body` says the same before a body is read: the server stores nothing that the route would refuse.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Protocol, TypeVar, cast

from flask import Flask, Request, current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

MORE_FOR_FIELDS = 262_144
MOST_SIGNED = 1 << 20  # bytes of one message of the sync protocol: each view knows a smaller limit of its own
FOLDER = "valise.upload_folder"
RESERVE = "valise.upload_reserve"


class Target(Protocol):
    """Where a file of a form is written; `discard()` is called at the end of the request, whatever happened."""

    def write(self, data: bytes, /) -> int: ...
    def discard(self) -> None: ...


V = TypeVar("V", bound=Callable[..., object])


def takes_file(most_bytes: Callable[[], int], open_target: Callable[[int], Target]) -> Callable[[V], V]:
    """A view whose form brings files. `open_target` gets the announced length of the whole form (0: not announced)."""

    def decorate(view: V) -> V:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        view.open_target = open_target  # type: ignore[attr-defined]
        return view

    return decorate


class Stream:
    """A target as werkzeug's parser wants it: written to, then wound back to its start."""

    def __init__(self, target: Target) -> None:
        self.target = target

    def write(self, data: bytes) -> int:
        """Hand a piece on."""
        return self.target.write(data)

    def seek(self, _place: int) -> int:
        """The parser has read the file to its end."""
        return 0

    def close(self) -> None:
        """The end of the request closes targets."""


class KitRequest(Request):
    """A request whose files go where the view says."""

    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:  # fmt: skip
        view = current_app.view_functions.get(self.endpoint or "")
        open_target = getattr(view, "open_target", None)
        if getattr(view, "takes_bytes", None) is not None and filename:
            kept = TemporaryFile("w+b", dir=current_app.extensions[FOLDER])  # noqa: SIM115 - large, no secret; closed below
            g.setdefault("temporary", []).append(kept)
            return kept
        if open_target is None or not filename:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        target: Target = open_target(total_content_length or 0)
        g.setdefault("uploads", []).append(target)
        return cast("IO[bytes]", Stream(target))


def init_uploads(app: Flask, folder: Path, reserve: int = 0) -> None:
    """Allow long forms where a view takes files, and leave nothing behind. `folder` is for files of the team."""
    app.request_class = KitRequest
    app.extensions[FOLDER] = folder
    app.extensions[RESERVE] = reserve

    @app.before_request
    def allow_more() -> None:
        most = getattr(app.view_functions.get(request.endpoint or ""), "most_bytes", None)
        if most is not None:
            request.max_content_length = most() + MORE_FOR_FIELDS

    @app.teardown_request
    def discard(_error: BaseException | None) -> None:
        for target in g.pop("uploads", []):
            target.discard()
        for kept in g.pop("temporary", []):
            kept.close()


def most_body(app: Flask, method: str, path: str, *, is_staff: Callable[[], bool]) -> int:
    """The most bytes of body that the view of this address takes; `is_staff` is asked only where that matters."""
    try:
        endpoint, _ = app.url_map.bind("").match(path, method)
    except (HTTPException, RequestRedirect):
        endpoint = ""
    view, most = app.view_functions.get(endpoint), int(app.config["MAX_CONTENT_LENGTH"])
    with app.app_context():
        if hasattr(view, "most_bytes"):
            return max(most, int(view.most_bytes()) + MORE_FOR_FIELDS)  # type: ignore[union-attr]
        if hasattr(view, "takes_bytes") and is_staff():
            return max(most, int(view.takes_bytes(app)))  # type: ignore[union-attr]
    return max(most, MOST_SIGNED) if hasattr(view, "proves_itself") else most


def has_room(app: Flask, length: int) -> bool:
    """True when a form of so many bytes may be laid down and opened (twice its length) beside what is reserved."""
    free = shutil.disk_usage(app.extensions[FOLDER]).free
    return bool(free - 2 * length >= app.extensions[RESERVE])


def received(kind: type[Any]) -> list[Any]:
    """The targets of this kind that this request filled."""
    return [one for one in g.get("uploads", []) if isinstance(one, kind)]
