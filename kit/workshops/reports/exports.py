"""Reports as files: spreadsheet, CSV, JSON. The same on a kit and at the central; no name is in any of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import IO, NamedTuple

from flask import Response, request

from kit.errors import Problem
from kit.people.node import Node
from kit.workshops.reports import columns, jsonapi, queries
from kit.workshops.spreadsheet import Sheet, write_csv, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE = "Comptes rendus d’activité"  # workbooks are French
_STEP = 64 * 1024


class Asked(NamedTuple):
    """Which reports: of [from_ms, until_ms), of these logs (None: of all)."""

    from_ms: int
    until_ms: int
    logs: queries.Logs


def export(node: Node, kind: str, from_ms: int, until_ms: int, logs: queries.Logs = None) -> Response:
    """The reports of [from_ms, until_ms) as a file of this kind. Raises Problem `web.not_found`."""
    made = _KINDS.get(kind)
    if made is None:
        raise Problem("web.not_found")
    answer = made(node, Asked(from_ms, until_ms, logs))
    answer.headers["Content-Disposition"] = f'attachment; filename="comptes-rendus.{kind}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _xlsx(node: Node, asked: Asked) -> Response:
    reports, again = (queries.iter_reports(node.store, *asked) for _ in range(2))
    return send_xlsx(node, columns.sheets(node.store, reports, again, node.settings.timezone), TITLE)


def send_xlsx(node: Node, sheets: Sequence[Sheet], title: str = "") -> Response:
    """A workbook, written beside the database first: its length is known, and memory stays flat."""
    # Closed when the answer has been sent: the file has no name and leaves with its last reader.
    kept = tempfile.TemporaryFile(dir=node.data / "tmp")  # noqa: SIM115
    write_xlsx(kept, sheets, title)
    size = kept.tell()
    kept.seek(0)
    answer = Response(_read(kept), mimetype=XLSX)
    answer.content_length = size
    answer.call_on_close(kept.close)
    return answer


def _read(kept: IO[bytes]) -> Iterator[bytes]:
    with kept:
        while piece := kept.read(_STEP):
            yield piece


def _csv(node: Node, asked: Asked) -> Response:
    reports = queries.iter_reports(node.store, *asked)
    rows = columns.rows(node.store, reports, node.settings.timezone)
    return Response(write_csv(columns.HEADERS, rows), mimetype="text/csv", content_type="text/csv; charset=utf-8")


def _json(node: Node, asked: Asked) -> Response:
    count = queries.count_reports(node.store, *asked)
    reports = queries.iter_reports(node.store, *asked)
    text = jsonapi.write_json(reports, count, request.base_url, node.settings.timezone)
    return Response(text, content_type="application/vnd.api+json")


_KINDS: dict[str, Callable[[Node, Asked], Response]] = {"xlsx": _xlsx, "csv": _csv, "json": _json}
