"""A printer near the suitcase: which one the team chose, and what people asked to have printed.

Requests are numbers and works: nobody's name. They wait for the team, and are forgotten once they are printed.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from kit.announce import HeardPrinter, hear_printers, local_addresses
from kit.device import ipp
from kit.errors import Problem
from kit.journal import queries as journal_queries
from kit.library import queries as library
from kit.library.blobs import blob_path
from kit.library.queries import FileView, ItemView
from kit.people.node import Node

CHOSEN, ASKED = "printer.url", "printer.asked"
PRINTABLE = ("application/pdf", "image/jpeg", "image/png")
MOST_WAITING, MOST_COPIES, MOST_PAGES = 40, 20, 20
RASTER = "image/pwg-raster"


class Asked(msgspec.Struct, frozen=True):
    """One request. `number` is what the visitor tells the team."""

    number: int
    item_id: bytes
    file_number: int
    title: str
    pages: int


class _Kept(msgspec.Struct):
    last: int = 0
    asked: list[Asked] = msgspec.field(default_factory=list)


def find_printer(node: Node) -> str:
    """The address of the printer that the team chose, or ""."""
    return (journal_queries.get_state(node.store, CHOSEN) or b"").decode()


def choose_printer(node: Node, address: str) -> None:
    """Keep its address; an empty one: there is none.

    Raises Problem `printing.bad_address`, or like `ipp.read_printer`.
    """
    url = ipp.read_url(address) if address.strip() else ""
    if url:
        ipp.read_printer(url)
    with node.journal.write():
        journal_queries.set_state(node.store, CHOSEN, url.encode())


def find_near() -> list[HeardPrinter]:
    """Printers that tell this network of themselves."""
    addresses = local_addresses()
    return hear_printers(addresses) if addresses else []


def list_asked(node: Node) -> list[Asked]:
    """What waits, the oldest first."""
    return _read(node).asked


def count_pages(node: Node, found: FileView) -> int:
    """Pages of a file that can be printed. Raises Problem `printing.cannot`, or like the reader of PDF files."""
    from kit.library.reading.pdf import count_pages as count

    if found.media_type not in PRINTABLE:
        raise Problem("printing.cannot")
    return count(blob_path(node.data, found.sha256)) if found.media_type == PRINTABLE[0] else 1


def ask(node: Node, item: ItemView, found: FileView) -> Asked:
    """Ask for one copy; who asked tells the team the number.

    Raises Problem `printing.none`, `printing.cannot`, `printing.too_long` or `printing.full`.
    """
    pages = count_pages(node, found)
    if not find_printer(node):
        raise Problem("printing.none")
    if pages > MOST_PAGES:
        raise Problem("printing.too_long", pages=pages, most=MOST_PAGES)
    with node.journal.write():
        kept = _read(node)
        if len(kept.asked) >= MOST_WAITING:
            raise Problem("printing.full")
        made = Asked(kept.last % 999 + 1, item.item_id, found.number, item.title, pages)
        _keep(node, _Kept(made.number, [*kept.asked, made]))
    return made


def remove(node: Node, number: int) -> None:
    """Forget a request. Raises Problem `printing.gone`."""
    with node.journal.write():
        kept = _read(node)
        left = [one for one in kept.asked if one.number != number]
        if len(left) == len(kept.asked):
            raise Problem("printing.gone")
        _keep(node, _Kept(kept.last, left))


def print_asked(node: Node, number: int, copies: int) -> int:
    """Hand a request to the printer; the number of its job. The request stays in the list until that has worked.

    Raises Problem `printing.gone`, `printing.none`, or like `ipp.print_file`.
    """
    wanted = next((one for one in list_asked(node) if one.number == number), None)
    if wanted is None:
        raise Problem("printing.gone")
    url = find_printer(node)
    if not url:
        raise Problem("printing.none")
    files = library.list_files(node.store, wanted.item_id)
    found = next((one for one in files if one.number == wanted.file_number), None)
    if found is None or found.media_type not in PRINTABLE:
        raise Problem("printing.gone")
    job = _send(node, url, wanted, found, max(1, min(MOST_COPIES, copies)))
    remove(node, number)
    return job


def _send(node: Node, url: str, wanted: Asked, found: FileView, copies: int) -> int:
    """As it is where the printer reads it; else drawn for it."""
    path, printer = blob_path(node.data, found.sha256), ipp.read_printer(url)
    if found.media_type in printer.formats:
        return ipp.print_file(url, path, found.media_type, wanted.title, copies)
    if RASTER not in printer.formats:
        raise Problem("printing.refused", reason=found.media_type)
    from kit.library.reading.child import ask as ask_worker

    drawn = Path(node.data, "tmp", f"print-{wanted.number}.pwg")
    drawn.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        words = (str(path), found.media_type, str(printer.dots))
        drawn.write_bytes(ask_worker("kit.library.reading.print_worker", *words))
        return ipp.print_file(url, drawn, RASTER, wanted.title, copies)
    finally:
        drawn.unlink(missing_ok=True)


def _read(node: Node) -> _Kept:
    raw = journal_queries.get_state(node.store, ASKED)
    return msgspec.msgpack.decode(raw, type=_Kept) if raw else _Kept()


def _keep(node: Node, kept: _Kept) -> None:
    journal_queries.set_state(node.store, ASKED, msgspec.msgpack.encode(kept))
