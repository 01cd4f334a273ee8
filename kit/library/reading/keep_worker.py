"""Runs in a process of its own: makes one self-contained page of a book, a text or a sheet, on standard output.

Usage: python -m kit.library.reading.keep_worker < JSON {path, media_type, url, title, creators, language, direction,
licence, said_in, said_dir}. At most `LARGEST` bytes: pictures are shrunk until they fit; a text that is too long is
cut, and the page says so.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kit.errors import Problem
from kit.web import catalogues

LARGEST = 2_000_000
FOR_TEXT = 1_500_000
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 120
LARGEST_DRAWING = 150_000
LOCALE = Path(catalogues.__file__).parent / "locale"
WIDTHS = (720, 480, 320, 200)
_SRC = re.compile(r'<img\b([^>]*?)\ssrc="([^"]*)"([^>]*)>')
Fetch = Callable[[str], tuple[str, bytes] | None]
POLICY = "default-src 'none';style-src 'unsafe-inline';img-src data:"
STYLE = (
    "body{max-width:36em;margin:0 auto;padding:1em;font:1.1em/1.6 Georgia,serif;color:#1b1b1b;background:#fffdf8}"
    "img{max-width:100%;height:auto}h1,h2,h3{line-height:1.25}section{margin:2em 0;border-top:1px solid #bbb}"
    "footer{margin-top:3em;border-top:2px solid;font-size:.85em}table{display:block;overflow-x:auto}"
    ".step img{max-width:16em;display:block;margin:.5em 0}pre{white-space:pre-wrap}"
)


def main() -> None:
    """Read what is wanted, write the page."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.buffer.write(make_page(json.load(sys.stdin)))


def make_page(asked: dict[str, Any]) -> bytes:
    """The whole page, at most `LARGEST` bytes of UTF-8."""
    parts, fetch = _parts(asked)
    kept, size, is_cut = [], 0, False
    for part in parts:
        size += len(_SRC.sub("", part).encode())
        if size > FOR_TEXT:
            is_cut = True
            break
        kept.append(part)
    body = "".join(kept)
    for width in (*WIDTHS, 0):
        page = _whole(asked, _inline(body, fetch, width), is_cut).encode()
        if len(page) <= LARGEST:
            return page
    raise Problem("library.too_large")


def _whole(asked: dict[str, Any], body: str, is_cut: bool) -> str:
    def said(name: str) -> str:
        return html.escape(str(asked.get(name, "")))

    say, spoken = sayer(asked), tongue(asked)
    cut = (
        f"<p{spoken}><b>{say('La suite ne tient pas dans cette page : gardez aussi le fichier d’origine.')}</b></p>"
        if is_cut else ""
    )  # fmt: skip
    direction = f' dir="{said("direction")}"' if asked.get("direction") else ""
    return (
        f'<!doctype html><html lang="{said("language") or "fr"}"{direction}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{said('title')}</title><style>{STYLE}</style></head><body><h1>{said('title')}</h1>"
        f"<p>{said('creators')}</p>{body}{cut}<footer><p{_credit(asked)}>{said('licence')}</p></footer></body></html>"
    )


def _credit(asked: dict[str, Any]) -> str:
    """What says that the team credits the work in another language than its own."""
    credited_in = asked.get("licence_in", "")
    return f' lang="{html.escape(credited_in)}"' if credited_in not in ("", asked.get("language") or "fr") else ""


def sayer(asked: dict[str, Any]) -> Callable[[str], str]:
    """Our own words in the language of whoever keeps the page."""
    path = LOCALE / f"{asked.get('said_in', 'fr')}.po"
    return catalogues.read_catalogue(path).find if path.is_file() else str


def tongue(asked: dict[str, Any]) -> str:
    """What says, on our words, that they are in another language than the work."""
    said_in = asked.get("said_in", "fr")
    if said_in == (asked.get("language") or "fr"):
        return ""
    written = asked.get("said_dir", "ltr")
    return f' lang="{said_in}" dir="{written}"'


def _parts(asked: dict[str, Any]) -> tuple[Iterator[str], Fetch]:
    if asked["media_type"] == "page":
        return _page(asked)
    path, kind = Path(asked["path"]), asked["media_type"]
    if kind == "application/epub+zip":
        return _book(path, asked)
    if kind == "application/vnd.valise.sheet+zip":
        return _sheet(path, asked)
    if kind == "application/vnd.valise.site+zip":
        return _site(path)
    return _text(path, kind, asked["title"]), lambda _src: None


def _book(path: Path, asked: dict[str, Any]) -> tuple[Iterator[str], Fetch]:
    from kit.library.reading.book import open_book, read_drawing, read_leaf, read_part

    book, url = open_book(path), asked["url"]
    asked["direction"] = "rtl" if book.is_right_to_left else ""
    say = sayer(asked)
    summary = f"<summary{tongue(asked)}>{say('Texte')}</summary>"
    inside = re.compile(rf'href="{re.escape(url)}/lire/(\d+)(#[^"]*)?"')

    def parts() -> Iterator[str]:
        for number in range(1, len(book.chapters) + 1):
            try:
                leaf = read_leaf(book, number, url)
            except Problem:
                continue  # one bad chapter does not keep the others away
            links = inside.sub(lambda found: f'href="{found.group(2) or "#p" + found.group(1)}"', leaf.html)
            direction = f' dir="{leaf.direction}"' if leaf.direction else ""
            words = f"<details>{summary}{html.escape(leaf.text)}</details>" if leaf.text else ""
            yield f'<section id="p{number}"{direction}>{links}{words}</section>'

    def fetch(src: str) -> tuple[str, bytes] | None:
        from urllib.parse import unquote

        drawn = re.fullmatch(r"/dessin/(\d+)/(\d+)\.svg", src.removeprefix(url))
        if drawn:
            return "image/svg+xml", read_drawing(book, int(drawn.group(1)), int(drawn.group(2)))
        return read_part(book, unquote(src.removeprefix(f"{url}/livre/")))

    return parts(), fetch


def _page(asked: dict[str, Any]) -> tuple[Iterator[str], Fetch]:
    """One page that was read already, with its pictures in base64."""
    pictures = {src: (kind, base64.b64decode(raw)) for src, (kind, raw) in asked["pictures"].items()}
    return iter([f"<section>{asked['html']}</section>"]), pictures.get


def _site(path: Path) -> tuple[Iterator[str], Fetch]:
    """The pages of a site one after another, the first before; what leads to another page leads to its part."""
    from urllib.parse import unquote

    from kit.library.reading.zipped import open_site, read_page, read_picture

    pages = open_site(path).pages
    places = {inside: number for number, inside in enumerate(pages, 1)}
    inward = re.compile(r'href="/s/([^"#]+)(#[^"]*)?"')

    def lead(found: re.Match[str]) -> str:
        number = places.get(unquote(html.unescape(found.group(1))))
        return f'href="{found.group(2) or f"#p{number}"}"' if number else ""

    def parts() -> Iterator[str]:
        for number, inside in enumerate(pages, 1):
            try:
                page = read_page(path, inside, "/s")
            except Problem:
                continue  # one page that is damaged keeps no other away
            title = "" if re.search(r"<h[2-6]", page.html) else f"<h2>{html.escape(page.title)}</h2>"
            yield f'<section id="p{number}">{title}{inward.sub(lead, page.html)}</section>'

    return parts(), lambda src: read_picture(path, unquote(src.removeprefix("/s/")))


def _sheet(path: Path, asked: dict[str, Any]) -> tuple[Iterator[str], Fetch]:
    from kit.library.reading.sheet import open_sheet

    sheet, say = open_sheet(path), sayer(asked)

    def parts() -> Iterator[str]:
        for number, step in enumerate(sheet.steps, 1):
            image = f'<img alt="" src="{html.escape(step.image)}">' if step.image else ""
            words = f"<p>{html.escape(step.help)}</p>" if step.help else ""
            yield f'<section class="step"><h2>{number}. {html.escape(step.action)}</h2>{image}{words}</section>'
        yield f"<p{tongue(asked)}>{html.escape(say(sheet.checked))}</p>"

    return parts(), sheet.picture


def _text(path: Path, kind: str, title: str) -> Iterator[str]:
    from kit.library.reading.text import read_text_page

    first = read_text_page(path, kind, 1, title)
    yield f"<section>{first.html}</section>"
    for number in range(2, first.total + 1):
        yield f"<section>{read_text_page(path, kind, number, title).html}</section>"


# -- pictures -----------------------------------------------------------------------------------------------------


def _inline(body: str, fetch: Fetch, width: int) -> str:
    """The pictures put inside, at most `width` pixels wide; 0 takes them away. Each source is read once."""
    made: dict[str, str] = {}

    def put(found: re.Match[str]) -> str:
        src = html.unescape(found.group(2))
        if src not in made:
            made[src] = _data(fetch, src, width) if width else ""
        return f'<img{found.group(1)} src="{made[src]}"{found.group(3)}>' if made[src] else ""

    return _SRC.sub(put, body)


def _data(fetch: Fetch, src: str, width: int) -> str:
    try:
        found = fetch(src)
        kind, raw = found if found else ("", b"")
        if kind == "image/svg+xml":
            raw = _shrink_drawing(raw, width)
        elif kind:
            kind, raw = "image/jpeg", _shrink(raw, width)
    except (Problem, OSError, ValueError):
        return ""
    return f"data:{kind};base64,{base64.b64encode(raw).decode()}" if raw else ""


def _shrink(raw: bytes, width: int) -> bytes:
    from PIL import Image

    image: Any = Image.open(io.BytesIO(raw))
    image.draft("RGB", (width, width * 4))
    if image.mode in ("RGBA", "LA", "P"):
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    image = image.convert("RGB")
    image.thumbnail((width, width * 4))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60, optimize=True)
    return out.getvalue()


def _shrink_drawing(raw: bytes, width: int) -> bytes:
    """A drawing with the pictures inside it shrunk; b"" when it stays too heavy."""
    inside = re.compile(rb'"data:image/(?:png|jpeg|gif|webp);base64,([^"]+)"')

    def put(found: re.Match[bytes]) -> bytes:
        small = _shrink(base64.b64decode(found.group(1)), width)
        return b'"data:image/jpeg;base64,' + base64.b64encode(small) + b'"'

    small = inside.sub(put, raw)
    return small if len(small) <= LARGEST_DRAWING else b""


if __name__ == "__main__":
    main()
