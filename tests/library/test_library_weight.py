"""What the library weighs on the wire for a phone of 360 px, the real samples on its shelves: counted by Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.conftest import OpenPhone, copy_node
from tests.served import Served, valise

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
FIRST_VIEW_BYTES, ITEM_BYTES = 70_000, 25_000


@pytest.fixture
def full_kit(demo: Path, tmp_path: Path) -> Iterator[Served]:
    """The demonstration with every book of the samples on a shelf that comes first."""
    data, works = copy_node(demo, tmp_path / "kit"), tmp_path / "works"
    works.mkdir()
    for path in sorted(SAMPLES.glob("*.epub")):
        (works / path.name).write_bytes(path.read_bytes())
        note = 'licence = "CC-BY-SA-4.0"\nsource = "https://example.org/"\nshelf = "À la une"\n'
        (works / f"{path.name}.toml").write_text(note, "utf-8")
    valise(data, "add", str(works))
    served = Served(data, ("serve",)).start()
    yield served
    served.stop()
    assert not served.words_of_failure(), served.words_of_failure()


def weigh(page: Page) -> dict[str, list[float]]:
    """Bytes on the wire of what Chromium asks from now on, by the type of the resource."""
    seen: dict[str, list[float]] = {}
    kinds: dict[str, str] = {}
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    line.on(
        "Network.loadingFinished",
        lambda told: seen.setdefault(kinds.get(told["requestId"], "?"), []).append(told["encodedDataLength"]),
    )
    return seen


def test_the_first_view_of_the_shelves_is_light_and_covers_come_as_they_are_seen(
    full_kit: Served, open_phone: OpenPhone
) -> None:
    phone = open_phone(360)
    seen = weigh(phone)
    phone.goto(f"{full_kit.url}/bibliotheque", wait_until="networkidle")
    assert phone.locator("img.cover").count() > len(seen["Image"]) > 0, "covers below the fold wait"
    assert all(one == "lazy" for one in phone.locator("img.cover").evaluate_all("all => all.map(i => i.loading)"))
    total, first = sum(map(sum, seen.values())), len(seen["Image"])
    assert total <= FIRST_VIEW_BYTES, seen
    phone.locator("footer").scroll_into_view_if_needed()
    phone.wait_for_load_state("networkidle")
    phone.wait_for_timeout(500)
    assert len(seen["Image"]) > first


def test_the_page_of_every_sample_is_light(full_kit: Served, open_phone: OpenPhone) -> None:
    phone = open_phone(360)
    addresses: set[str] = set()
    for shelf in ("À la une", "Bandes dessinées"):  # two of the samples came with the demonstration
        phone.goto(f"{full_kit.url}/bibliotheque?etagere={shelf}")
        found = phone.locator("main a[href^='/bibliotheque/']").evaluate_all("all => all.map(a => a.pathname)")
        addresses |= set(found)
    assert len(addresses) >= 6
    for address in sorted(addresses):
        page = open_phone(360)
        seen = weigh(page)
        page.goto(full_kit.url + address, wait_until="networkidle")
        assert sum(seen["Document"]) <= ITEM_BYTES, (address, seen)
        page.context.close()
