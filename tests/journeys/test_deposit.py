"""Odette gives a song from a phone without JavaScript; Nadia opens it and says yes; Odette reads the answer."""

from __future__ import annotations

from pathlib import Path

from tests import cast
from tests.conftest import OpenPhone
from tests.served import Served

TICKS = ("capacity", "third_parties", "minors", "rights", "rights-2", "supports", "purpose", "territory", "duration")


def test_a_song_is_given_accepted_and_found(live_kit: Served, open_phone: OpenPhone, tmp_path: Path) -> None:
    song = tmp_path / "chanson.txt"
    song.write_text("Au village du Canari\nles lampes chantent la nuit.\n", "utf-8")
    phone = open_phone(320, javascript=False)
    phone.goto(f"{live_kit.url.rstrip('/')}/bibliotheque")
    phone.get_by_role("link", name="Proposer un document").click()
    phone.set_input_files("#file", song)
    for name, words in (("title", "Chanson du village"), ("maker", "Odette C."), ("giver", cast.ODETTE)):
        phone.fill(f"#{name}", words)
    for name in TICKS:
        phone.check(f"#{name}")
    phone.get_by_role("button", name="Proposer ce document").click()
    code = phone.locator(".code").inner_text()
    phone.get_by_role("button", name="L’autorisation").click()
    assert phone.locator("article").count() == 2
    assert phone.locator("article").first.bounding_box()["width"] <= 320  # type: ignore[index]

    desk = open_phone(1280)
    desk.goto(f"{live_kit.url.rstrip('/')}/connexion")
    desk.fill("[name=passphrase]", cast.NADIA.passphrase)
    desk.locator("main button").first.click()
    desk.goto(f"{live_kit.url.rstrip('/')}/console/propositions")
    desk.locator(".list a").first.click()
    assert cast.ODETTE in desk.locator("main").inner_text()
    desk.fill("#word", "Merci, on la chantera.")
    desk.get_by_role("button", name="Accepter").click()

    phone.goto(f"{live_kit.url.rstrip('/')}/proposer/suivi")
    phone.fill("#code", code)
    phone.get_by_role("button", name="Voir la réponse").click()
    assert "on la chantera" in phone.locator("main").inner_text()
    phone.get_by_role("link", name="Voir l’œuvre").click()
    assert phone.locator("h1").inner_text() == "Chanson du village"


def test_what_was_kept_is_still_counted_after_the_box_was_stopped(live_kit: Served, open_phone: OpenPhone) -> None:
    phone = open_phone(360)
    phone.goto(f"{live_kit.url.rstrip('/')}/bibliotheque?sorte=book")
    phone.locator(".shelf a, .list a").first.click()
    title = phone.locator("h1").inner_text()
    with phone.expect_download():
        phone.get_by_role("link", name="Garder sur mon téléphone").first.click()
    live_kit.stop()
    live_kit.start()
    desk = open_phone(1280)
    desk.goto(f"{live_kit.url.rstrip('/')}/connexion")
    desk.fill("[name=passphrase]", cast.NADIA.passphrase)
    desk.locator("main button").first.click()
    desk.goto(f"{live_kit.url.rstrip('/')}/console/emporte")
    row = desk.locator("tbody tr").first.inner_text()
    assert title in row and row.split()[-1] == "1"
