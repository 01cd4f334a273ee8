"""The XHTML pages of a book and its two tables of contents."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from novels.catalogue import Entry
from novels.prose import Prose
from novels.tei import Header, Section
from novels.typography import NARROW, NO_BREAK, typeset

COLLECTION = "ELTeC-fra v1.0.1"
DOI_URL = "https://doi.org/10.5281/zenodo.4662433"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.fr"
PUBLISHER = "La Valise nomade"


@dataclass(frozen=True)
class Page:
    """`level`: 1 for a page of its own in the contents, 2 below the part before it, 0 when it is not listed."""

    name: str
    label: str
    xhtml: str
    level: int = 1
    landmark: str = ""


def attribution(entry: Entry) -> str:
    """The sentence to carry along with the book, as CC BY 4.0 section 3(a) asks."""
    return typeset(
        f"« {entry.title} », {_by(entry.author)}. Transcription : collection {COLLECTION}, dirigée par Christof Schöch "
        f"et Lou Burnard (action COST CA16204), {DOI_URL}, licence CC BY 4.0. "
        f"Livre numérique mis en page par {PUBLISHER}, qui a changé la typographie et la présentation."
    )


def rights_note(entry: Entry) -> str:
    return typeset(
        f"Le roman est dans le domaine public : {entry.author} est mort{_feminine(entry)} en {entry.died}, il y a plus "
        "de 70 ans. Vous pouvez le lire, le copier, le donner et l'imprimer. La transcription est sous licence "
        "Creative Commons Attribution 4.0 : en la redonnant, laissez la phrase qui dit d'où elle vient."
    )


def _by(author: str) -> str:
    """« de » before the name, « d’ » before a vowel or an h, which is mute in all our names."""
    return f"d’{author}" if author[0] in "AEÉIOUYH" else f"de {author}"


def _feminine(entry: Entry) -> str:
    return "e" if entry.author.split()[0] in ("Julie", "Marguerite") else ""


def page(title: str, body: str, kind: str = "") -> str:
    attribute = f' epub:type="{kind}"' if kind else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        ' lang="fr" xml:lang="fr">\n'
        f'<head>\n<meta charset="utf-8"/>\n<title>{escape(title, quote=False)}</title>\n'
        '<link rel="stylesheet" type="text/css" href="style.css"/>\n</head>\n'
        f"<body{attribute}>\n{body}\n</body>\n</html>\n"
    )


def cover_page(entry: Entry) -> Page:
    alternative = escape(typeset(f"{entry.author}, {entry.title}. {entry.cover.alternative}"))
    body = f'<div class="cover"><img src="cover.png" alt="{alternative}" role="doc-cover"/></div>'
    return Page("cover", "Couverture", page("Couverture", body, "cover"), 0, "cover")


def title_page(entry: Entry) -> Page:
    body = (
        '<section class="titlepage" epub:type="titlepage">\n'
        f'<p class="author">{_text(entry.author)}</p>\n<h1>{_text(entry.title)}</h1>\n'
        f'<p class="kind">Roman</p>\n<p class="year">{entry.published}</p>\n'
        f'<p class="publisher">{PUBLISHER}</p>\n</section>'
    )
    return Page("title", "Page de titre", page(entry.title, body, "frontmatter"), 0, "titlepage")


def section_page(section: Section, number: int, entry: Entry) -> Page:
    """One section of the novel, with its notes at the end of the page."""
    prose = Prose(entry.foreign_language)
    level = 2 if section.is_in_part and section.kind == "chapter" else 1
    heading = _heading(section, prose, level)
    body = "\n".join(piece for piece in (heading, prose.write(section.elements), _notes(prose)) if piece)
    kind, role = _semantics(section)
    named = f' aria-labelledby="titre-{number}"' if heading else f' aria-label="{escape(section.label)}"'
    body = body.replace(f"<h{level}>", f'<h{level} id="titre-{number}">', 1)
    matter = {"front": "frontmatter", "back": "backmatter"}.get(section.kind, "bodymatter")
    markup = f'<section epub:type="{kind}"{role}{named} class="{section.kind}">\n{body}\n</section>'
    return Page(f"s{number:03}", section.label, page(f"{section.label} – {entry.title}", markup, matter), level)


def _semantics(section: Section) -> tuple[str, str]:
    """The epub:type and the ARIA role of a section."""
    if section.label == "Dédicace":
        return "dedication", ' role="doc-dedication"'
    kind = {"front": "preface", "part": "part", "chapter": "chapter", "back": "afterword"}[section.kind]
    return kind, f' role="doc-{kind}"'


def _heading(section: Section, prose: Prose, level: int) -> str:
    if section.heading is None:
        return "<h1>Note</h1>" if section.kind == "back" else ""
    element = section.heading_element
    text = prose.line(element) if element is not None else _text(section.heading)
    return f"<h{level}>{text}</h{level}>"


def _notes(prose: Prose) -> str:
    if not prose.notes:
        return ""
    items = "\n".join(
        f'<li id="note-{number}"><p>{note} '
        f'<a role="doc-backlink" href="#appel-{number}" aria-label="Retour au texte">↩</a></p></li>'
        for number, note in enumerate(prose.notes, 1)
    )
    return (
        '<section class="notes" epub:type="endnotes" role="doc-endnotes" aria-label="Notes">\n'
        f"<ol>\n{items}\n</ol>\n</section>"
    )


def about_page(entry: Entry, header: Header, corrected: int) -> Page:
    paragraphs = [
        f"<p><cite>{_text(entry.title)}</cite>, {_text(_by(entry.author))} ({entry.born}–{entry.died}). "
        f"{_text(f'Première édition : {entry.first_edition}.')}</p>",
        *([f"<p>{_text(entry.remark)}</p>"] if entry.remark else []),
        "<h2>D’où vient ce texte</h2>",
        f'<p>Transcription{NO_BREAK}: collection {COLLECTION} (<i lang="en" xml:lang="en">European Literary Text '
        "Collection</i>), dirigée par Christof Schöch et Lou Burnard, action COST CA16204 "
        f"«{NARROW}Distant Reading for European Literary History{NARROW}». DOI{NO_BREAK}: "
        f'<a href="{DOI_URL}">10.5281/zenodo.4662433</a>. Fichier {escape(header.tei_id)}.</p>',
        *_sources(header),
        "<h2>Ce que vous pouvez en faire</h2>",
        f"<p>{_text(rights_note(entry))}</p>",
        f'<p class="credit">{_linked(attribution(entry))}</p>',
        f'<p>Licence de la transcription et de ce livre numérique{NO_BREAK}: <a href="{LICENCE_URL}">Creative Commons '
        "Attribution 4.0 International (CC BY 4.0)</a>.</p>",
        "<h2>Ce que nous avons changé</h2>",
        f"<p>{_text(_changes(corrected))}</p>",
    ]
    body = '<section epub:type="colophon" role="doc-colophon" class="about">\n<h1>À propos de ce livre</h1>\n'
    body += "\n".join(paragraphs) + "\n</section>"
    return Page("about", "À propos de ce livre", page("À propos de ce livre", body, "backmatter"), 1, "colophon")


def _sources(header: Header) -> list[str]:
    address = f' (<a href="{escape(header.digital_url)}">adresse</a>)' if header.digital_url else ""
    printed = header.print_source or "édition imprimée non précisée par la collection"
    digital = f"<p>Source numérique{NO_BREAK}: {_text(header.digital_source)}{address}.</p>"
    return [f"<p>Source imprimée{NO_BREAK}: {_text(printed)}.</p>", *([digital] if header.digital_source else [])]


def _changes(corrected: int) -> str:
    slips = {0: "", 1: " Une coquille de saisie a été corrigée."}
    return (
        "La page de titre, la table, la couverture et cette page sont de nous. La typographie suit l'usage français "
        "d'aujourd'hui (apostrophes, guillemets, tirets, espaces). L'orthographe de l'époque est gardée."
        + slips.get(corrected, f" {corrected} coquilles de saisie ont été corrigées.")
        + " La couverture est composée en EB Garamond (licence OFL 1.1)."
    )


def nav_page(entry: Entry, pages: list[Page]) -> Page:
    start = next((one for one in pages if one.name.startswith("s") and one.landmark == "bodymatter"), pages[0])
    marks = [(one.landmark, one.name, one.label) for one in pages if one.landmark and one is not start]
    marks += [("toc", "nav", "Table des matières"), ("bodymatter", start.name, "Début du texte")]
    landmarks = "\n".join(
        f'<li><a epub:type="{kind}" href="{name}.xhtml">{escape(label, quote=False)}</a></li>'
        for kind, name, label in marks
    )
    body = (
        '<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="titre-table">\n'
        f'<h1 id="titre-table">Table des matières</h1>\n<ol>\n{_tree(pages)}\n</ol>\n</nav>\n'
        f'<nav epub:type="landmarks" hidden="hidden" aria-label="Repères">\n<ol>\n{landmarks}\n</ol>\n</nav>'
    )
    return Page("nav", "Table des matières", page(f"Table des matières – {entry.title}", body, "frontmatter"), 0)


def _tree(pages: list[Page]) -> str:
    """List items, those of level 2 inside the item before them."""
    lines: list[str] = []
    listed = [one for one in pages if one.level]
    for index, one in enumerate(listed):
        following = listed[index + 1].level if index + 1 < len(listed) else 1
        link = f'<a href="{one.name}.xhtml">{escape(one.label, quote=False)}</a>'
        opening = one.level == 1 and following == 2
        closing = one.level == 2 and following == 1
        lines.append(f"<li>{link}{'<ol>' if opening else '</li>'}{'</ol></li>' if closing else ''}")
    return "\n".join(lines)


def ncx(entry: Entry, identifier: str, pages: list[Page]) -> str:
    """The contents again, as readers of EPUB 2 want them."""
    listed = [one for one in pages if one.level]
    points: list[str] = []
    for order, one in enumerate(listed, 1):
        following = listed[order].level if order < len(listed) else 1
        label = f"<navLabel><text>{escape(one.label, quote=False)}</text></navLabel>"
        ends = "" if one.level == 1 and following == 2 else "</navPoint>"
        ends += "</navPoint>" if one.level == 2 and following == 1 else ""
        points.append(f'<navPoint id="p{order}" playOrder="{order}">{label}<content src="{one.name}.xhtml"/>{ends}')
    depth = max(one.level for one in listed)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" xml:lang="fr">\n<head>\n'
        f'<meta name="dtb:uid" content="{identifier}"/>\n<meta name="dtb:depth" content="{depth}"/>\n'
        '<meta name="dtb:totalPageCount" content="0"/>\n<meta name="dtb:maxPageNumber" content="0"/>\n</head>\n'
        f"<docTitle><text>{_text(entry.title)}</text></docTitle>\n<navMap>\n"
        + "\n".join(points)
        + "\n</navMap>\n</ncx>\n"
    )


def _text(text: str) -> str:
    return escape(typeset(text), quote=False)


def _linked(sentence: str) -> str:
    return escape(sentence, quote=False).replace(DOI_URL, f'<a href="{DOI_URL}">{DOI_URL}</a>')
