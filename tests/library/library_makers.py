"""Small works made on the spot: good ones, and every kind of bad one."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from kit.library import facts
from kit.people.node import Node

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
CC = "This work is shared under the Attribution-ShareAlike 3.0 Unported (CC BY-SA 3.0) license."
XHTML = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
    'xmlns:epub="http://www.idpf.org/2007/ops" lang="fr"><head><title>{title}</title>{head}</head>'
    "<body>{body}</body></html>"
)


def png(width: int = 400, height: int = 600, colour: tuple[int, int, int] = (20, 90, 70)) -> bytes:
    """A picture of one colour."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def chapter(body: str, title: str = "Chapitre", head: str = "") -> str:
    """One chapter in XHTML."""
    return XHTML.format(title=title, body=body, head=head)


def epub_parts(
    title: str = "Le Livre d’essai",
    creator: str = "Ada Nomade",
    language: str = "fr",
    rights: str = CC,
    source: str = "https://example.org/livre",
    chapters: dict[str, str] | None = None,
    more_metadata: str = "",
    more_manifest: str = "",
    spine: str = "",
    version: str = "3.0",
) -> dict[str, str | bytes]:
    """The members of an EPUB."""
    chapters = chapters or {"c1.xhtml": chapter("<h1>Un</h1><p>Bonjour.</p>"), "c2.xhtml": chapter("<h1>Deux</h1>")}
    manifest = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    lines = "".join(f'<li><a href="{name}">Partie {n}</a></li>' for n, name in enumerate(chapters, 1))
    nav = f'<nav epub:type="toc"><ol>{lines}</ol></nav>'
    points = "".join(
        f'<navPoint><navLabel><text>Point {n}</text></navLabel><content src="{name}"/></navPoint>'
        for n, name in enumerate(chapters, 1)
    )
    ncx = f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>'
    itemrefs = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    nav_item = '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    opf = (
        f'<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="{version}" unique-identifier="i">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">x</dc:identifier>'
        f"<dc:title>{title}</dc:title><dc:creator>{creator}</dc:creator><dc:language>{language}</dc:language>"
        f"<dc:rights>{rights}</dc:rights><dc:source>{source}</dc:source><dc:subject>Voyages</dc:subject>"
        f"<dc:description>Un livre pour essayer.</dc:description>{more_metadata}"
        '<meta name="cover" content="cover"/></metadata><manifest>'
        f'{nav_item if version == "3.0" else ""}<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
        f'<item id="cover" href="cover.png" media-type="image/png"/>{manifest}{more_manifest}</manifest>'
        f'<spine toc="ncx" {spine}>{itemrefs}</spine></package>'
    )
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/content.opf": opf,
        "OEBPS/toc.ncx": ncx,
        **({"OEBPS/nav.xhtml": chapter(nav)} if version == "3.0" else {}),
        "OEBPS/cover.png": png(),
        **{f"OEBPS/{name}": text for name, text in chapters.items()},
    }


def write_zip(path: Path, parts: dict[str, str | bytes]) -> Path:
    """Members as a zip."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def make_epub(path: Path, **options: object) -> Path:
    """A small EPUB; see `epub_parts`."""
    return write_zip(path, epub_parts(**options))  # type: ignore[arg-type]


def make_fixed(path: Path, **options: object) -> Path:
    """A comic of two pages: one picture, one drawing with words."""
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 150">'
        '<script>alert(1)</script><rect width="100" height="150" fill="#eee" onclick="alert(2)"/>'
        '<text x="10" y="20"><tspan x="10" y="0">Il était une</tspan><tspan x="10" y="12">fois.</tspan></text></svg>'
    )
    meta = '<meta property="rendition:layout">pre-paginated</meta>'
    pages = {
        "p1.xhtml": chapter('<div class="page"><img src="cover.png" alt="page 1"/></div>'),
        "p2.xhtml": chapter(drawn),
    }
    return make_epub(path, title="La Bande", chapters=pages, more_metadata=meta, **options)


def make_mp3(path: Path, seconds: int = 90, **tags: str) -> Path:
    """Silence of the given length, with ID3 tags and a cover."""
    from mutagen.id3 import APIC, ID3, TALB, TCOP, TIT2, TPE1, WOAF

    frame = b"\xff\xfb\x90\x00" + b"\0" * 413
    path.write_bytes(frame * (seconds * 38))
    made = ID3()
    made.add(TIT2(encoding=3, text=tags.get("title", "La Chanson")))
    made.add(TPE1(encoding=3, text=tags.get("artist", "Zoé Voix")))
    made.add(TALB(encoding=3, text="L’Album"))
    made.add(TCOP(encoding=3, text=tags.get("rights", "CC BY 4.0")))
    made.add(WOAF(url="https://example.org/son"))
    made.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=png()))
    made.save(path)
    return path


def make_pdf(path: Path, title: str = "Le Papier", password: str = "") -> Path:
    """One blank page."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": title, "/Author": "Ada Nomade"})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    with path.open("wb") as out:
        writer.write(out)
    return path


def make_sheet(folder: Path, steps: int = 3, about: str = "") -> Path:
    """A step-by-step sheet."""
    (folder / "steps").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / "sheet.toml").write_text(
        about
        or 'title = "Ouvrir une porte"\nlanguage = "fr"\nlicence = "CC-BY-SA-4.0"\nsource = "Écrite ici"\n'
        'level = "debutant"\nchecked_on = "2026-11-01"\nchecked_with = "Android 9"\n',
        "utf-8",
    )
    for number in range(1, steps + 1):
        text = (
            f"Faites le geste {number}.\ngeste: toucher\nimage: images/{number:02}.svg\n"
            "pointeur: 50,25\naide: Doucement.\n"
        )
        (folder / "steps" / f"{number:02}.txt").write_text(text, "utf-8")
        (folder / "images" / f"{number:02}.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 400"><rect width="9" height="9"/></svg>', "utf-8"
        )
    return folder


def patch_directory(path: Path, count: int, size: int) -> Path:
    """Make a zip's last record claim `count` entries in `size` bytes."""
    raw = bytearray(path.read_bytes())
    place = raw.rfind(b"PK\x05\x06")
    raw[place + 8 : place + 16] = struct.pack("<HHI", count, count, size)
    path.write_bytes(bytes(raw))
    return path


def text_of(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.get_data(as_text=True)


def fill(node: Node, count: int, **changes: Any) -> list[bytes]:
    """Works on the shelves without files of their own, for pages that count."""
    nothing = facts.ItemFile(b"\2" * 32, "a.epub", "application/epub+zip", 9)
    ids = [bytes([number % 256, number // 256]) + b"\1" * 14 for number in range(count)]
    with node.journal.write():
        for number, item_id in enumerate(ids):
            values = {
                "title": f"Le Cheval {number}", "creators": ("Zoé",), "kind": "book", "language": "fr",
                "licence": "CC-BY-4.0", "source": "s", "attribution": "", "summary": "Un résumé.", "subjects": ("Mer",),
                "shelf": f"Étagère {number % 5}", "files": (nothing,),
            }  # fmt: skip
            node.journal.append(facts.ADDED, item_id, facts.ItemAdded(**{**values, **changes}))
    return ids


def make_zim(path: Path, title: str = "Petit site") -> Path:
    """Two pages, one with a script and a link outside, indexed by libzim itself."""
    from libzim.writer import Creator, Hint, Item, StringProvider

    class SiteItem(Item):
        def __init__(self, name: str, title: str, html: str) -> None:
            super().__init__()
            self.name, self.title, self.html = name, title, html

        def get_path(self) -> str:
            return self.name

        def get_title(self) -> str:
            return self.title

        def get_mimetype(self) -> str:
            return "text/html"

        def get_contentprovider(self) -> StringProvider:
            return StringProvider(self.html)

        def get_hints(self) -> dict[Hint, int]:
            return {Hint.FRONT_ARTICLE: True}

    first = (
        "<html><head><title>Accueil</title><script>alert(1)</script></head><body><h1>Accueil</h1>"
        '<a href="deux.html">Suite</a><a href="https://example.org/">Dehors</a><p onclick="alert(2)">Bonjour</p>'
    )
    second = "<html><head><title>Les phares</title></head><body><p>Un gardien allume la lanterne.</p></body></html>"
    with Creator(path).config_indexing(True, "fra") as made:
        made.set_mainpath("accueil.html")
        made.add_item(SiteItem("accueil.html", "Accueil", first))
        made.add_item(SiteItem("deux.html", "Les phares", second))
        for name, said in {"Title": title, "Language": "fra", "License": "CC BY-SA 4.0", "Source": "ici",
                           "Creator": "Ada", "Description": "Un site"}.items():  # fmt: skip
            made.add_metadata(name, said)
    return path
