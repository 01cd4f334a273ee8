"""Paul fills the box from his computer: by pieces with the page's script (a line that drops, a page closed in the
middle), as a folder, and by the plain form of a browser without JavaScript."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, Route

from tests import cast
from tests.conftest import OpenPhone
from tests.library.library_makers import make_epub, make_mp3, make_pdf
from tests.served import Served

PIECE = 4 << 20


def sign_in(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/connexion")
    page.fill("[name=passphrase]", cast.NADIA.passphrase)
    page.locator("main button").first.click()


def wait_for_works(page: Page, served: Served, count: int) -> None:
    """Until the worker has read so many works."""
    for _ in range(600):
        page.goto(f"{served.url}/console/bibliotheque/arrivees")
        if page.locator("main progress[max]:visible").count() == 0 and f"À accepter ({count})" in page.content():
            return
        page.wait_for_timeout(500)
    raise AssertionError(page.locator("main").inner_text())


def places_of(page: Page) -> list[int]:
    """The places in the file that the script sends to, as they are asked for."""
    seen: list[int] = []
    page.on("request", lambda one: seen.append(int(one.url.split("place=")[1])) if "place=" in one.url else None)
    return seen


def make_large(path: Path) -> Path:
    """A sound file of three pieces."""
    raw = make_mp3(path, seconds=1).read_bytes()
    path.write_bytes(raw + raw * (2 * PIECE // len(raw) + 2))
    assert 2 * PIECE < path.stat().st_size < 3 * PIECE
    return path


def test_pieces_survive_a_line_that_drops_and_a_page_that_is_closed(
    live_kit: Served, open_phone: OpenPhone, tmp_path: Path
) -> None:
    song = make_large(tmp_path / "longue.mp3")
    first = open_phone(1280)
    sign_in(first, live_kit)
    first.goto(f"{live_kit.url}/console/bibliotheque/arrivees")
    first.route("**/lot/*place=4194304", lambda route: route.abort("connectionreset"))  # never reaches the box
    first.set_input_files("#files", song)
    first.get_by_role("button", name="Déposer").click()
    with first.expect_request("**/lot/*place=4194304"):
        pass
    second = first.context.new_page()
    first.close()  # the page is closed in the middle of the second piece
    second.goto(f"{live_kit.url}/console/bibliotheque/arrivees")
    assert "L’envoi n’est pas fini" in second.locator("main").inner_text()
    dropped: list[str] = []

    def drop_once(route: Route) -> None:
        if dropped:
            route.continue_()
        else:
            dropped.append(route.request.url)
            route.abort("connectionreset")

    second.route("**/lot/*place=8388608", drop_once)
    asked = places_of(second)
    second.set_input_files("#files", song)
    with second.expect_navigation():
        second.get_by_role("button", name="Déposer").click()
    assert asked == [PIECE, 2 * PIECE, 2 * PIECE] and dropped, "nothing is sent twice but the piece that was lost"
    wait_for_works(second, live_kit, 1)
    assert "La Chanson" in second.locator("main").inner_text()


def test_a_folder_keeps_its_notes_and_its_bad_files_are_told(
    live_kit: Served, open_phone: OpenPhone, tmp_path: Path
) -> None:
    folder = tmp_path / "Dépôt d’été"
    make_epub(folder / "livres" / "livre.epub")
    (folder / "papiers").mkdir()
    make_pdf(folder / "papiers" / "p.pdf", "Sans rien")
    (folder / "catalogue.csv").write_text("fichier;titre;licence;source\npapiers/p.pdf;Dit par la liste;CC0-1.0;M\n")
    (folder / "faux.epub").write_bytes(b"rien")
    desk = open_phone(1280)
    sign_in(desk, live_kit)
    desk.goto(f"{live_kit.url}/console/bibliotheque/arrivees")
    desk.set_input_files("#folder", folder)
    with desk.expect_navigation():
        desk.get_by_role("button", name="Déposer").press("Enter")
    wait_for_works(desk, live_kit, 2)
    told = desk.locator("main").inner_text()
    assert "Dit par la liste" in told and "Le Livre d’essai" in told and "Dépôt d’été (4 fichiers)" in told
    desk.get_by_role("link", name="Refusés (1)").click()
    assert "n’est pas ce que son nom annonce" in desk.locator("main").inner_text()


def test_everything_works_without_javascript(live_kit: Served, open_phone: OpenPhone, tmp_path: Path) -> None:
    desk = open_phone(360, javascript=False)
    sign_in(desk, live_kit)
    desk.goto(f"{live_kit.url}/console/bibliotheque/arrivees")
    desk.set_input_files("#files", [make_epub(tmp_path / "livre.epub"), make_pdf(tmp_path / "p.pdf", "Un papier")])
    desk.get_by_role("button", name="Déposer").click()
    wait_for_works(desk, live_kit, 2)
    desk.get_by_label("Un papier", exact=True).check()
    desk.select_option("#licence", "CC-BY-4.0")
    desk.fill("#source", "La mairie")
    desk.get_by_role("button", name="Voir ce que cela donne").click()
    assert "CC BY 4.0 · La mairie" in desk.locator("main").inner_text()
    desk.get_by_role("button", name="Noter pour 1 document").click()
    desk.get_by_label("Tous les documents de cette liste").check()
    desk.get_by_role("button", name="Accepter").click()
    visitor = open_phone(360, javascript=False)
    visitor.goto(f"{live_kit.url}/bibliotheque?q=papier")
    assert "Un papier" in visitor.locator("main").inner_text()
