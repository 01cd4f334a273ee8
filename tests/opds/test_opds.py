"""The catalogues as reading apps see them: OPDS 1.2 read by feedparser, OPDS 2.0 judged by the parser of The
Palace Project (a reading app's server) and walked link by link."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from msgspec import structs
from webpub_manifest_parser.opds2 import OPDS2FeedParserFactory

from kit.library import lettering
from kit.library.actions import add_paths
from kit.library.formats.markup import parse_xml
from kit.library.queries import list_new_items
from kit.people.node import Node
from tests.library.library_makers import make_epub, make_mp3
from tests.packs.test_packs import stock


def test_opds_1_is_an_atom_feed_with_rights_covers_and_files(
    kit_node: Node, visitor: FlaskClient, tmp_path: Path
) -> None:
    stock(kit_node, tmp_path / "works", "un", "deux")
    feed = feedparser.parse(visitor.get("/opds/tout").data)
    assert not feed.bozo and feed.version == "atom10" and len(feed.entries) == 2
    entry = feed.entries[0]
    rels = {link.rel for link in entry.links}
    assert "http://opds-spec.org/acquisition/open-access" in rels and "http://opds-spec.org/image" in rels
    assert entry.rights.startswith("CC BY") and entry.updated_parsed
    search = next(link for link in feed.feed.links if link.rel == "search")
    assert visitor.get(search.href).status_code == 200


FACET = "http://opds-spec.org/facet"


def facets_of(visitor: FlaskClient, address: str) -> dict[str, tuple[str, str, str]]:
    """Title -> (group, active, address) of the facets, as an XML reader sees them; the feed must be a sound one."""
    raw = visitor.get(address).data
    assert not feedparser.parse(raw).bozo
    opds = "{http://opds-spec.org/2010/catalog}"
    links = [one for one in parse_xml(raw) if one.get("rel") == FACET]
    assert all(one.get("type", "").endswith("kind=acquisition") for one in links)
    return {
        one.get("title", ""): (one.get(f"{opds}facetGroup", ""), one.get(f"{opds}activeFacet", ""), one.get("href", ""))
        for one in links
    }


def test_opds_1_offers_facets_that_lead_to_fewer_works(kit_node: Node, visitor: FlaskClient, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un", "deux")
    (tmp_path / "nu").mkdir()
    make_mp3(tmp_path / "nu" / "son.mp3", seconds=1)
    (tmp_path / "nu" / "son.mp3.toml").write_text('licence = "CC-BY-NC-4.0"\nsource = "ici"\n', "utf-8")
    add_paths(kit_node, [tmp_path / "nu"])
    for address in ("/opds/tout", "/opds/recherche?q=la"):
        assert {"Livre", "À écouter", "Que je peux copier et changer"} <= facets_of(visitor, address).keys()
    group, active, heard = facets_of(visitor, "/opds/tout")["À écouter"]
    assert group == "Sorte" and active == ""
    found = feedparser.parse(visitor.get(heard).data)
    assert [one.title for one in found.entries] == ["La Chanson"] and heard in found.feed.links[0].href
    assert facets_of(visitor, heard)["À écouter"][:2] == ("Sorte", "true")
    both = facets_of(visitor, heard)["Que je peux copier et changer"][2]
    assert feedparser.parse(visitor.get(both).data).entries == []
    back = facets_of(visitor, heard)["À écouter"][2]
    assert len(feedparser.parse(visitor.get(back).data).entries) == 3
    shelf = facets_of(visitor, "/opds/etagere?nom=Kit")["Livre"][2]
    assert "nom=Kit" in shelf and len(feedparser.parse(visitor.get(shelf).data).entries) == 2
    assert facets_of(visitor, "/opds/nouveautes") == {}


def links_of(thing: Any) -> list[dict[str, Any]]:
    if isinstance(thing, dict):
        own = [thing] if "href" in thing else []
        return own + [link for value in thing.values() for link in links_of(value)]
    return [link for value in thing for link in links_of(value)] if isinstance(thing, list) else []


FEEDS = ["/opds2", "/opds2/oeuvres", "/opds2/oeuvres?q=livre&dans=fr", "/opds2/oeuvres?libre=1"]


@pytest.mark.parametrize("address", FEEDS)
def test_opds_2_is_what_the_parser_of_a_reading_app_wants(
    kit_node: Node, visitor: FlaskClient, tmp_path: Path, address: str
) -> None:
    stock(kit_node, tmp_path / "works", "un", "deux")
    make_epub(tmp_path / "nu" / "nu.epub", title="Livre sans image <&> \u202e du tout " * 4)
    make_mp3(tmp_path / "nu" / "son.mp3", seconds=1)
    for name in ("nu.epub", "son.mp3"):
        (tmp_path / "nu" / f"{name}.toml").write_text('licence = "CC0-1.0"\nsource = "ici"\n', "utf-8")
    add_paths(kit_node, [tmp_path / "nu"])
    seen = OPDS2FeedParserFactory().create().parse_stream(io.BytesIO(visitor.get(address).data))
    assert seen.errors == [], [str(one) for one in seen.errors]
    groups = list(seen.root.groups or [])
    works = list(seen.root.publications or []) + [one for group in groups for one in group.publications]
    assert works and all(one.images.links for one in works)
    for work in works:
        for image in work.images.links:
            answer = visitor.get(image.href)
            assert answer.status_code == 200 and answer.mimetype == str(image.type), image.href
            answer.close()


def test_a_cover_set_in_type_holds_any_title(kit_node: Node, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un")
    (item,) = list_new_items(kit_node.store, 5)
    item = structs.replace(item, title="<script>x</script> كتاب & \u202e" * 9)
    drawn = lettering.draw(item)
    root = parse_xml(drawn)
    assert len(root.findall(".//{http://www.w3.org/2000/svg}text")) == lettering.MOST_LINES and b"<script" not in drawn


def test_the_search_description_leads_to_a_search(kit_node: Node, visitor: FlaskClient, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un", "quatre")
    told = parse_xml(visitor.get("/opds/recherche.xml").data)
    template = told.find("{http://a9.com/-/spec/opensearch/1.1/}Url").get("template")  # type: ignore[union-attr]
    assert template.startswith("http://localhost/")  # type: ignore[union-attr]
    found = feedparser.parse(visitor.get(template.replace("{searchTerms}", "quatre")).data)  # type: ignore[union-attr]
    assert [one.title for one in found.entries] == ["Livre quatre"] and found.entries[0].rights.startswith("CC BY")


def test_opds_2_leads_to_every_work_by_its_own_links(kit_node: Node, visitor: FlaskClient, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un", "quatre")
    asked, waiting = set[str](), ["/opds2", "/opds2/oeuvres?q=quatre"]
    titles = set[str]()
    while waiting and len(asked) < 80:
        address = waiting.pop()
        if address in asked:
            continue
        asked.add(address)
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        if answer.mimetype == "application/opds+json":
            feed = answer.get_json(force=True)
            assert feed["metadata"]["title"] and any(link.get("rel") == "self" for link in feed["links"])
            titles |= {one["metadata"]["title"] for one in feed.get("publications", [])}
            waiting += [link["href"] for link in links_of(feed)
                        if not link.get("templated") and link["href"].startswith("/")]  # fmt: skip
        answer.close()
    assert titles == {"Livre un", "Livre quatre"}
    found = visitor.get("/opds2/oeuvres?q=quatre").get_json(force=True)
    assert [one["metadata"]["title"] for one in found["publications"]] == ["Livre quatre"]
    publication = found["publications"][0]
    assert {"rel": "license", "href": "https://creativecommons.org/licenses/by/4.0/", "type": "text/html"} in [
        {name: link[name] for name in ("rel", "href", "type")} for link in publication["links"] if link["rel"] != "x"
    ]
    assert {facet["metadata"]["title"] for facet in found["facets"]} >= {"Sorte", "Langue", "Droits"}


def test_nothing_held_back_is_in_a_catalogue(kit_node: Node, visitor: FlaskClient, tmp_path: Path) -> None:
    stock(kit_node, tmp_path / "works", "un")
    from kit.library import actions, queries

    actions.hide(kit_node, queries.list_new_items(kit_node.store, 1)[0].item_id)
    for address in ("/opds/tout", "/opds2", "/opds2/oeuvres", "/opds2/oeuvres?q=un"):
        assert "Livre un" not in visitor.get(address).text
