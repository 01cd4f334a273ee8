"""The catalogues as reading apps see them: OPDS 1.2 read by feedparser, OPDS 2.0 walked link by link."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import feedparser
from flask.testing import FlaskClient

from kit.people.node import Node
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


def links_of(thing: Any) -> list[dict[str, Any]]:
    if isinstance(thing, dict):
        own = [thing] if "href" in thing else []
        return own + [link for value in thing.values() for link in links_of(value)]
    return [link for value in thing for link in links_of(value)] if isinstance(thing, list) else []


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
