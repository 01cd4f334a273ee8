"""The catalogue for reading apps: valid Atom, page after page, leading to files and covers."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from flask.testing import FlaskClient

from kit.library import actions, facts
from kit.library.queries import ItemView
from kit.people.node import Node

from .library_makers import fill, text_of

ATOM = "{http://www.w3.org/2005/Atom}"


def test_opds_feeds_are_atom_that_leads_to_files(visitor: FlaskClient, book: ItemView) -> None:
    root = ET.fromstring(text_of(visitor, "/opds"))
    assert root.tag == f"{ATOM}feed"
    types = {link.get("rel"): link.get("type", "") for link in root.iter(f"{ATOM}link")}
    assert "kind=navigation" in types["self"] and types["search"] == "application/opensearchdescription+xml"
    for link in root.iter(f"{ATOM}link"):
        assert visitor.get(link.get("href")).status_code == 200, link.get("href")
    feed = ET.fromstring(text_of(visitor, "/opds/tout"))
    for element in ("id", "title", "updated"):
        assert feed.find(f"{ATOM}{element}") is not None and feed.find(f"{ATOM}entry/{ATOM}{element}") is not None
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None and entry.findtext(f"{ATOM}rights", "").startswith("CC BY-SA 3.0")
    links = {link.get("rel", ""): link for link in entry.iter(f"{ATOM}link")}
    got = links["http://opds-spec.org/acquisition/open-access"]
    assert got.get("type") == "application/epub+zip" and visitor.get(got.get("href")).data[:2] == b"PK"
    assert visitor.get(links["http://opds-spec.org/image/thumbnail"].get("href")).mimetype == "image/jpeg"


def test_opds_pages_follow_each_other(node: Node, visitor: FlaskClient) -> None:
    fill(node, 120)
    url, titles = "/opds/tout", []
    while url:
        feed = ET.fromstring(text_of(visitor, url))
        titles += [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
        url = next((link.get("href", "") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "next"), "")
    assert len(titles) == len(set(titles)) == 120


def test_a_list_is_kept_until_a_work_changes(node: Node, visitor: FlaskClient) -> None:
    """Whatever page of whatever choice: what was kept never hides a work that came, nor shows one that left."""
    ids = fill(node, 60)
    lists = ("/opds/tout?page=2", "/opds2/oeuvres?page=2", "/bibliotheque?sorte=book&page=3", "/credits?page=2")
    before = {one: text_of(visitor, one) for one in lists}
    assert all("Le Cheval 9" in page and "Le Cheval 10" not in page for page in before.values())
    actions.hide(node, ids[9])
    assert all("Le Cheval 9" not in text_of(visitor, one) for one in lists)
    assert '"numberOfItems":59' in text_of(visitor, "/opds2/oeuvres")
    with node.journal.write():
        node.journal.append(facts.SHOWN, ids[9], facts.ItemShown())
    assert {one: text_of(visitor, one) for one in lists if "opds" not in one} == {
        one: page for one, page in before.items() if "opds" not in one
    }


def test_opds_escapes_and_searches(node: Node, visitor: FlaskClient) -> None:
    fill(node, 1, title='A <b>&amp; "B" ]]>', creators=("<X> & Y",), subjects=("a&b",), summary="<i>")
    feed = ET.fromstring(text_of(visitor, "/opds/recherche?q=b"))
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == 'A <b>&amp; "B" ]]>'
    description = ET.fromstring(text_of(visitor, "/opds/recherche.xml"))
    template = next(one.get("template", "") for one in description.iter() if one.get("template"))
    assert template == "http://localhost/opds/recherche?q={searchTerms}"
