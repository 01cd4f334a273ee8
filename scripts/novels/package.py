"""The package document of an EPUB (EPUB 3.3, section 5): metadata, manifest, spine."""

from __future__ import annotations

import uuid
from html import escape

from novels.catalogue import Entry
from novels.pages import COLLECTION, DOI_URL, PUBLISHER, Page, attribution, rights_note
from novels.tei import Header
from novels.typography import typeset

MODIFIED_AT = "2026-11-01T00:00:00Z"  # of the edition: raise it when the books change, so that readers take them anew
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, DOI_URL)
ACCESSIBILITY = (
    ("schema:accessMode", "textual"),
    ("schema:accessModeSufficient", "textual"),
    ("schema:accessibilityFeature", "tableOfContents"),
    ("schema:accessibilityFeature", "readingOrder"),
    ("schema:accessibilityFeature", "structuralNavigation"),
    ("schema:accessibilityFeature", "displayTransformability"),
    ("schema:accessibilityFeature", "alternativeText"),
    ("schema:accessibilityHazard", "none"),
    (
        "schema:accessibilitySummary",
        "Livre de texte seul : table des matières, titres et ordre de lecture sont marqués ; la seule image est la "
        "couverture, qui est décrite. Taille, police et couleurs se règlent dans la liseuse.",
    ),
)


def identifier(entry: Entry) -> str:
    """The same for ever: made from the id of the TEI file."""
    return f"urn:uuid:{uuid.uuid5(NAMESPACE, entry.tei_id)}"


def package(entry: Entry, header: Header, pages: list[Page]) -> str:
    """The package document; `pages` in reading order, the navigation page among them."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="fr"'
        ' prefix="cc: http://creativecommons.org/ns#">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        + "\n".join([*_work(entry), *_rights(entry, header), *_reading()])
        + "\n</metadata>\n<manifest>\n"
        + "\n".join(_manifest(pages))
        + '\n</manifest>\n<spine toc="ncx">\n'
        + "\n".join(f'<itemref idref="page-{one.name}"/>' for one in pages)
        + "\n</spine>\n</package>\n"
    )


def _element(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(text, quote=False)}</{name}>"


def _meta(name: str, text: str, refines: str = "", scheme: str = "") -> str:
    attributes = f' refines="#{refines}"' if refines else ""
    attributes += f' property="{name}"' + (f' scheme="{scheme}"' if scheme else "")
    return _element("meta", text, attributes)


def _work(entry: Entry) -> list[str]:
    lines = [
        _element("dc:identifier", identifier(entry), ' id="id"'),
        _element("dc:title", typeset(entry.title), ' id="title"'),
        _element("dc:creator", typeset(entry.author), ' id="author"'),
        _meta("role", "aut", "author", "marc:relators"),
        _meta("file-as", typeset(entry.file_as), "author"),
    ]
    if entry.contributor:
        lines += [
            _element("dc:contributor", entry.contributor, ' id="reviser"'),
            _meta("role", "edt", "reviser", "marc:relators"),
        ]
    lines += [
        _element("dc:language", "fr"),
        _element("dc:publisher", PUBLISHER),
        _element("dc:date", str(entry.published)),
        _element("dc:description", typeset(entry.summary)),
        *(_element("dc:subject", typeset(subject)) for subject in entry.subjects),
        _meta("dcterms:modified", MODIFIED_AT),
    ]
    return lines


def _rights(entry: Entry, header: Header) -> list[str]:
    source = f"{COLLECTION}, {header.tei_id}, {DOI_URL}"
    return [
        _element("dc:source", source),
        _element("dc:rights", f"{rights_note(entry)} {attribution(entry)}"),
        '<link rel="cc:license dcterms:license" href="https://creativecommons.org/licenses/by/4.0/"/>',
        _meta("cc:attributionName", "Christof Schöch, Lou Burnard (ELTeC)"),
        _meta("cc:attributionURL", DOI_URL),
    ]


def _reading() -> list[str]:
    cover = '<meta name="cover" content="cover-image"/>'
    return [*(_meta(name, typeset(text)) for name, text in ACCESSIBILITY), cover]


def _manifest(pages: list[Page]) -> list[str]:
    lines = [
        '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
        '<item id="cover-image" href="cover.png" media-type="image/png" properties="cover-image"/>',
    ]
    for one in pages:
        properties = ' properties="nav"' if one.name == "nav" else ""
        href = f'href="{one.name}.xhtml" media-type="application/xhtml+xml"'
        lines.append(f'<item id="page-{one.name}" {href}{properties}/>')
    return lines
