"""A central's public side: works told to search engines, series told to podcast apps, the pages that explain, and
what it does by itself. JSON-LD under the strict content policy is tried in a real browser."""

from __future__ import annotations

import io
import json
from pathlib import Path

import feedparser
import podcastparser
import pytest
from flask.testing import FlaskClient

from kit.journal.life import DAY_MS
from kit.library import jsonld, queries
from kit.library.actions import add_paths
from kit.library.counts.counter import Counter
from kit.library.deposits import queries as deposits
from kit.library.deposits import rules
from kit.people.node import Node
from kit.upkeep import FORGET_ROUNDS, CentralUpkeep
from tests.conftest import Enter, OpenPhone, copy_node, open_node
from tests.deposits.test_deposits import give
from tests.library.library_makers import make_epub, make_mp3
from tests.served import Served

HOSTILE = "Fin </script><script>alert(1)</script> & « œuvre »"


def fill(node: Node, folder: Path) -> Node:
    folder.mkdir()
    for number in (2, 1, 3):
        path = make_mp3(folder / f"{number}.mp3", seconds=2, title=f"Épisode {number} & suite")
        note = f'series = "Récits du col"\nseries_place = {number}\nlicence = "CC-BY-4.0"\nsource = "ici"\n'
        path.with_suffix(".toml").write_text(note + 'shelf = "À écouter"\nlanguage = "fr"\n', "utf-8")
    make_epub(folder / "livre.epub")
    note = f'title = "{HOSTILE}"\nlicence = "CC-BY-SA-4.0"\nsource = "https://example.org/"\nlevel = "debutant"\n'
    (folder / "livre.toml").write_text(note, "utf-8")
    add_paths(node, [folder])
    return node


@pytest.fixture
def visitor_at_home(central_node: Node, enter: Enter, tmp_path: Path) -> FlaskClient:
    return enter(fill(central_node, tmp_path / "works"), None)


def item_of(node: Node, title: str) -> queries.ItemView:
    return next(one for one in queries.list_new_items(node.store, 20) if one.title.startswith(title))


def test_a_podcast_app_follows_a_series(central_node: Node, visitor_at_home: FlaskClient) -> None:
    page = visitor_at_home.get(item_of(central_node, "Épisode 2").url).text
    address = page.split('type="application/rss+xml" title="Récits du col" href="')[1].split('"')[0]
    answer = visitor_at_home.get(address.replace("&amp;", "&"))
    assert answer.mimetype == "application/rss+xml"
    told = podcastparser.parse("http://localhost/podcast.rss", io.BytesIO(answer.data))
    assert told["title"] == "Récits du col" and told["language"] == "fr" and told["cover_url"].startswith("http")
    by_number = {one["number"]: one for one in told["episodes"]}
    assert sorted(by_number) == [1, 2, 3] and by_number[1]["title"] == "Épisode 1 & suite"
    for number, episode in by_number.items():
        (enclosure,) = episode["enclosures"]
        got = visitor_at_home.get(enclosure["url"])
        assert got.status_code == 200 and len(got.data) == enclosure["file_size"], number
        assert got.mimetype == enclosure["mime_type"] == "audio/mpeg"
        got.close()
    feed = feedparser.parse(answer.data)
    assert not feed.bozo and [one.title[:9] for one in feed.entries] == ["Épisode 1", "Épisode 2", "Épisode 3"]
    assert "CC BY 4.0" in feed.entries[0].summary
    again = visitor_at_home.get(address.replace("&amp;", "&"), headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("address", ["/podcast.rss", "/podcast.rss?serie=Rien", "/podcast.rss?serie=%00&etagere=x"])
def test_a_series_there_is_not_has_no_feed(visitor_at_home: FlaskClient, address: str) -> None:
    assert visitor_at_home.get(address).status_code == 404


def test_what_is_held_back_is_in_no_feed(central_node: Node, visitor_at_home: FlaskClient) -> None:
    from kit.library.actions import hide

    hide(central_node, item_of(central_node, "Épisode 2").item_id)
    told = feedparser.parse(visitor_at_home.get("/podcast.rss?serie=Récits du col&etagere=À écouter").data)
    assert [one.title[:9] for one in told.entries] == ["Épisode 1", "Épisode 3"]


def test_a_kit_in_the_field_tells_search_engines_nothing(kit_node: Node, enter: Enter, tmp_path: Path) -> None:
    visitor = enter(fill(kit_node, tmp_path / "works"), None)
    assert "ld+json" not in visitor.get(item_of(kit_node, "Épisode 1").url).text


def test_a_work_is_told_in_the_words_of_schema_org(central_node: Node, visitor_at_home: FlaskClient) -> None:
    files = queries.list_files(central_node.store, item_of(central_node, "Fin").item_id)
    said = jsonld.tell(item_of(central_node, "Fin"), files, "https://maison.example", "Saint-Auban", None)
    assert (said["@type"], said["name"], said["publisher"]["name"]) == ("Book", HOSTILE, "Saint-Auban")
    assert said["license"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert said["encoding"][0]["sha256"] == files[0].sha256.hex()
    assert jsonld.block(said).count("<") == 2


def test_a_strict_browser_reads_the_words_and_runs_nothing(
    templates: Path, tmp_path: Path, open_phone: OpenPhone
) -> None:
    data = copy_node(templates / "central", tmp_path / "home")
    node = fill(open_node(data, "central"), tmp_path / "works")
    url = item_of(node, "Fin").url
    node.store.close()
    served = Served(data, ("central", "serve")).start()
    try:
        phone = open_phone(360)  # whatever its console calls an error fails the test: a refused script would be one
        answer = phone.goto(f"{served.url}{url}")
        assert answer is not None and "script-src 'self'" in answer.headers["content-security-policy"]
        told = json.loads(phone.locator('script[type="application/ld+json"]').text_content() or "")
        assert told["name"] == HOSTILE and told["@id"] == f"{served.url}{url}"
        for words in ("Vos données", "Accessibilité"):
            phone.get_by_role("link", name=words).click()
            assert phone.locator("h1").inner_text() == words
            assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    finally:
        served.stop()
    assert not served.words_of_failure()


def test_a_central_notes_its_counts_ends_its_day_and_lets_gifts_go(central_node: Node, enter: Enter) -> None:
    hour, wall = [0.0], central_node.clock._wall
    central_node.clock._wall = lambda: wall() + hour[0] * 3600
    counter = Counter(central_node)
    rounds = CentralUpkeep(central_node, counter.note_in_time)
    assert give(enter(central_node, None)).status_code == 201
    counter.visit("10.0.0.7", "Mozilla/5.0")
    rounds.round()
    assert counter._salt and deposits.count_waiting(central_node.store, central_node.identity.sign_public) == 1
    hour[0] = 24  # nobody comes any more: the day ends all the same
    rounds.round()
    assert counter._salt == b"" and not counter._seen
    central_node.store.run("UPDATE deposit_wait SET life_ms = 0")
    central_node.clock._mono = lambda: (rules.WAIT_DAYS + 1) * DAY_MS / 1000 + 10**6
    for _ in range(FORGET_ROUNDS):
        rounds.round()
    assert deposits.count_waiting(central_node.store, central_node.identity.sign_public) == 0
    assert not list((central_node.data / "deposits").glob("*"))
