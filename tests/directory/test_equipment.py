"""Equipment shared between places: promised once, late when it is, with its label, its slip and a small photo."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from kit.clock import Clock
from kit.directory.equipment import facts, queries
from kit.directory.equipment.rules import Span, find_clash
from kit.ids import read_text, to_text
from tests.pages import post_form

from .box import Box, make_box

PAGE = "/console/materiel"
SAID = {"label": "Vidéoprojecteur", "kind": "screen", "number": "VP-3", "owner": "Médiathèque de Gars",
        "place": "Armoire du fond", "state": "good"}  # fmt: skip


def day(box: Box, after: int) -> str:
    return (date.fromisoformat(box.node.today()) + timedelta(days=after)).isoformat()


def book(box: Box, url: str, whom: str, since: int, until: int, what: str = "reserve") -> int:
    said = {"for_whom": whom, "since": day(box, since), "until": day(box, until), "quoi": what}
    return post_form(box.staff(), url, f"{url}/reserver", **said).status_code


def spans(box: Box, url: str) -> list[queries.Lent]:
    found = read_text(url.rpartition("/")[2])
    assert found
    return queries.list_spans(box.node.store, found)


@pytest.mark.parametrize(
    ("since", "until", "today", "clash"),
    [
        ("2026-05-06", "2026-05-08", "2026-05-01", ""),
        ("2026-05-05", "2026-05-08", "2026-05-01", "b"),
        ("2026-05-01", "2026-05-03", "2026-05-01", "o"),
        ("2026-04-02", "2026-04-03", "2026-04-02", "o"),
        ("2026-04-08", "2026-04-09", "2026-04-09", "o"),
        ("2026-04-06", "2026-04-08", "2026-04-04", ""),
    ],
)
def test_whether_it_is_free(since: str, until: str, today: str, clash: str) -> None:
    told = [Span(b"b", "b", "2026-05-03", "2026-05-05"), Span(b"o", "o", "2026-04-01", "2026-04-05", True)]
    found = find_clash(told, since, until, today)
    assert (found.for_whom if found else "") == clash


def test_it_is_promised_once_lent_and_comes_back(box: Box) -> None:
    client = box.staff()
    wrong = post_form(client, f"{PAGE}/nouveau", **{**SAID, "label": "", "kind": "bateau"})
    assert wrong.status_code == 422 and "Armoire du fond" in wrong.text
    url = post_form(client, f"{PAGE}/nouveau", **SAID).location
    assert book(box, url, "École de Ruoms", 3, 5) == 303
    said = {"for_whom": "Mairie de Vallon", "since": day(box, 5), "until": day(box, 6)}
    taken = post_form(client, url, f"{url}/reserver", **said)
    assert taken.status_code == 422 and "École de Ruoms" in taken.text and 'value="Mairie de Vallon"' in taken.text
    assert book(box, url, "Mairie de Vallon", 0, 2, "prete") == 303
    (out,) = [one for one in spans(box, url) if one.is_out]
    page = client.get(url).text
    assert "Chez <b><bdi>Mairie de Vallon" in page and "Il est revenu" in page
    listed = client.get(f"{PAGE}?montrer=out").text
    assert "Vidéoprojecteur" in listed and "Vidéoprojecteur" not in client.get(f"{PAGE}?montrer=late").text
    waiting = next(one for one in spans(box, url) if not one.is_out)
    refused = post_form(client, url, f"{url}/{to_text(waiting.span_id)}/remis")
    assert refused.status_code == 409 and "Mairie de Vallon" in refused.text
    assert post_form(client, url, f"{url}/retirer").status_code == 409
    back = f"{url}/{to_text(out.span_id)}/revenu"
    assert post_form(client, url, back, etat="broken", dit="La lampe est grillée").status_code == 303
    page = client.get(url).text
    assert "En panne" in page and "La lampe est grillée" in page and "à sa place" in page
    assert "Prêter ou réserver" not in page and book(box, url, "Autre", 9, 9) == 409
    before = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before


def test_it_is_late_from_the_midnight_of_the_place(tmp_path: Path) -> None:
    """Half past midnight in France, the 11th; in UTC it is still the 10th."""
    hand = datetime(2026, 7, 10, 22, 30, tzinfo=UTC).timestamp()
    box = make_box(tmp_path / "kit", Clock(wall=lambda: hand))
    client = box.staff()
    url = post_form(client, f"{PAGE}/nouveau", **SAID).location
    said = {"for_whom": "Mairie de Vallon", "until": "2026-07-11", "quoi": "prete"}
    assert post_form(client, url, f"{url}/reserver", **{**said, "until": "2026-07-10"}).status_code == 422, "it is over"
    assert post_form(client, url, f"{url}/reserver", **said).status_code == 303
    assert [(one.since, one.until) for one in spans(box, url)] == [("2026-07-11", "2026-07-11")]
    assert "Vidéoprojecteur" not in client.get(f"{PAGE}?montrer=late").text and "en retard" not in client.get(url).text
    hand += 24 * 3600
    assert "Vidéoprojecteur" in client.get(f"{PAGE}?montrer=late").text and "en retard" in client.get(url).text


def test_labels_slips_and_two_windows(box: Box) -> None:
    client = box.staff()
    url = post_form(client, f"{PAGE}/nouveau", **SAID).location
    assert book(box, url, "École de Ruoms", 0, 5, "prete") == 303
    labels = client.get(f"{PAGE}/etiquettes?q=vp 3").text
    assert labels.count('<div class="sticker">') == 1 and "<svg" in labels and "VP-3" in labels
    assert "Rien à coller" in client.get(f"{PAGE}/etiquettes?q=imprimante").text
    slip = client.get(f"{url}/{to_text(spans(box, url)[0].span_id)}/bon").text
    assert slip.count("Bon de prêt (") == 2 and "École de Ruoms" in slip and "Armoire du fond" in slip
    assert post_form(client, f"{url}/changer", **{**SAID, "state": "worn", "version": "1"}).status_code == 303
    late = post_form(client, f"{url}/changer", **{**SAID, "place": "Cave", "version": "1"})
    assert late.status_code == 409 and 'value="Cave"' in late.text
    for version in ("", "0", "²", "9" * 5000):
        nonsense = post_form(client, f"{url}/changer", **{**SAID, "place": "Cave", "version": version})
        assert nonsense.status_code == 409 and 'value="Cave"' in nonsense.text
    assert box.visitor().get(url).status_code == 401


def test_a_photo_is_made_small_and_says_nothing_else(box: Box) -> None:
    client = box.staff()
    url = post_form(client, f"{PAGE}/nouveau", **SAID).location
    noisy = Image.effect_noise((1600, 1200), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "chez Madame Testouri"
    taken = io.BytesIO()
    noisy.save(taken, "JPEG", exif=exif)
    photo = (io.BytesIO(taken.getvalue()), "photo.jpg")
    assert post_form(client, url, f"{url}/photo", photo=photo).status_code == 303
    shown = client.get(f"{url}/photo")
    assert shown.mimetype == "image/webp" and len(shown.data) <= facts.MOST_PICTURE and b"Testouri" not in shown.data
    assert 'alt="Photo : Vidéoprojecteur"' in client.get(url).text
    bad = post_form(client, url, f"{url}/photo", photo=(io.BytesIO(b"GIF89a nothing"), "photo.jpg"))
    assert bad.status_code == 422 and "photo" in bad.text and client.get(f"{url}/photo").data == shown.data
