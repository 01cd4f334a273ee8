"""The show: every sample and one work of each sort, brought to the bench in a browser, its rights settled, then read,
searched and taken away on a phone of 360 px, with JavaScript and without."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import OpenPhone
from tests.journeys.test_bench import sign_in, wait_for_works
from tests.library.library_makers import make_pdf, png
from tests.library.media_makers import SRT, make_wav
from tests.served import Served

HERE_ALREADY = ("sous-le-vent.epub", "page-blanche.epub")  # they come with the starter library
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
RECORD = """() => new Promise((done) => {
  const canvas = document.createElement('canvas'); canvas.width = 160; canvas.height = 90;
  const pen = canvas.getContext('2d'); let n = 0;
  const tick = setInterval(() => { pen.fillStyle = n++ % 2 ? 'teal' : 'orange'; pen.fillRect(0, 0, 160, 90); }, 60);
  const recorder = new MediaRecorder(canvas.captureStream(15), {mimeType: 'video/webm'}); const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = async () => { clearInterval(tick);
    const raw = new Uint8Array(await new Blob(parts).arrayBuffer()); let text = '';
    raw.forEach((one) => { text += String.fromCharCode(one); }); done(btoa(text)); };
  recorder.start(); setTimeout(() => recorder.stop(), 1500);
})"""


def make_film(browser: Browser, path: Path) -> Path:
    """A short film that a browser really plays, filmed by the browser itself."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto("about:blank")
    path.write_bytes(base64.b64decode(page.evaluate(RECORD)))
    context.close()
    return path


@pytest.fixture
def suitcase(browser: Browser, tmp_path: Path) -> list[Path]:
    """All there is to bring: the samples, a PDF, a sound, a film with captions, a picture, a text, a link."""
    folder = tmp_path / "tout"
    folder.mkdir()
    make_pdf(folder / "papier.pdf", "Le Papier du jour")
    make_wav(folder / "vagues.wav")
    make_film(browser, folder / "phare.webm")
    (folder / "phare.fr.srt").write_text(SRT, "utf-8")
    (folder / "photo.png").write_bytes(png(300, 200))
    (folder / "carnet.md").write_text("# Carnet de bord\n\nLe vent tourne au suroît.\n", "utf-8")
    (folder / "carte.url").write_text("[InternetShortcut]\nURL=https://www.service-public.fr/carte\n", "utf-8")
    return [*sorted(folder.iterdir()), *sorted(SAMPLES.glob("*.epub")), *SAMPLES.glob("*.zim")]


def bring(page: Page, served: Served, paths: list[Path], *, javascript: bool) -> None:
    """Drop these on the bench and wait until they were read."""
    page.goto(f"{served.url}/console/bibliotheque/arrivees")
    page.set_input_files("#files", paths)
    if javascript:
        with page.expect_navigation(timeout=120_000):
            page.get_by_role("button", name="Déposer").click()
    else:
        page.get_by_role("button", name="Déposer").click()


def settle_and_accept(page: Page, served: Served) -> None:
    """Licence and source for all at once, after the preview; then all on the shelves."""
    page.goto(f"{served.url}/console/bibliotheque/arrivees")
    page.get_by_label("Tous les documents de cette liste").check()
    page.select_option("#licence", "CC-BY-SA-3.0")
    page.fill("#source", "Les exemples")
    page.get_by_role("button", name="Voir ce que cela donne").click()
    page.get_by_role("button", name="Noter pour").click()
    page.get_by_label("Tous les documents de cette liste").check()
    page.get_by_role("button", name="Accepter").click()
    for _ in range(240):
        page.goto(f"{served.url}/console/bibliotheque/arrivees")
        if "Travail en cours" not in page.content():
            return
        page.wait_for_timeout(500)
    raise AssertionError("the works were not put on the shelves")


def wait_for_words(page: Page, served: Served) -> None:
    """Until what is inside the works can be found: the worker reads it after they are on the shelves."""
    for words in ("السرطان", "suroit", "maregraphe"):
        for _ in range(1200):
            page.goto(f"{served.url}/recherche?q={words}")
            if page.locator("main .results a").count():
                break
            page.wait_for_timeout(500)
        else:
            raise AssertionError(f"what is inside is not found: {words}")


def find(page: Page, served: Served, words: str) -> str:
    """The page of the first work a search over everything gives; its address."""
    page.goto(f"{served.url}/recherche?q={words}")
    link = page.locator("main .results a").first
    address = str(link.get_attribute("href")).split("/lire/")[0].split("/site/")[0]
    page.goto(f"{served.url}{address}")
    return page.url


def wait_until(page: Page, said: str) -> None:
    """Until something is true in the page; asked from outside, so that it works where the page's scripts are off."""
    for _ in range(100):
        if page.evaluate(said):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {said}")


def is_drawn(page: Page, selector: str) -> bool:
    """True when a picture has arrived whole and has a size."""
    page.locator(selector).first.scroll_into_view_if_needed()
    wait_until(page, f"document.querySelector({selector!r}).complete")
    return bool(page.evaluate(f"document.querySelector({selector!r}).naturalWidth > 10"))


def fits(page: Page) -> bool:
    """True when the page does not scroll sideways at its width."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def kept(page: Page, address: str) -> bytes:
    """What a phone gets when the work is kept."""
    answer = page.request.get(address)
    assert answer.ok and "attachment" in answer.headers["content-disposition"], address
    return answer.body()


def read_comic(page: Page, served: Served) -> None:
    item = find(page, served, "page+blanche")
    page.get_by_role("link", name="Lire ici", exact=True).click()
    page.goto(f"{item}/lire/3")
    assert is_drawn(page, "main img") and fits(page)
    page.get_by_role("link", name="Après").click()
    assert page.url.endswith("/lire/4")
    assert b"data:image" in kept(page, f"{item}/garder.html")


def read_arabic(page: Page, served: Served) -> None:
    item = find(page, served, "regime+anti-cancer")
    page.goto(f"{item}/lire/3")
    assert page.evaluate("getComputedStyle(document.querySelector('article p')).direction") == "rtl"
    assert "السرطان" in page.locator("article.page").inner_text() and fits(page)
    page.goto(f"{served.url}/bibliotheque?q=السرطان")
    assert "anti-cancer" in page.locator("main").inner_text()
    assert "السرطان".encode() in kept(page, f"{item}/garder.html")


def read_book(page: Page, served: Served) -> None:
    item = find(page, served, "children+literature")
    page.get_by_role("link", name="Lire ici", exact=True).click()
    page.get_by_role("link", name="Grandes lettres").click()
    page.get_by_role("link", name="Nuit").click()
    page.locator("main .list a").first.click()
    assert "taille=grand" in page.url and "nuit=1" in page.url, "the wishes stand in the address"
    size = page.locator(".page").evaluate("page => parseFloat(getComputedStyle(page).fontSize)")
    assert size >= 24 and fits(page)
    dark = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert sum(int(one) for one in dark[4:-1].split(",")[:3]) < 150, "night is dark"
    here = page.url
    page.get_by_role("link", name="Avant").click()
    assert "taille=grand" in page.url
    page.goto(here)
    assert page.locator("article.page").inner_text().strip(), "the address keeps the place"
    assert kept(page, f"{item}/fichier/1/x.epub")[:2] == b"PK"


def read_paper(page: Page, served: Served) -> None:
    item = find(page, served, "papier+jour")
    page.goto(f"{item}/pages/1")
    assert is_drawn(page, "main img") and fits(page)
    assert kept(page, f"{item}/fichier/1/papier.pdf")[:4] == b"%PDF"


def hear_sound(page: Page, served: Served) -> None:
    item = find(page, served, "vagues")
    page.goto(f"{item}?t=7")
    page.evaluate("document.querySelector('audio').load()")
    wait_until(page, "document.querySelector('audio').readyState > 0")
    wait_until(page, "Math.abs(document.querySelector('audio').currentTime - 7) < 1")
    assert kept(page, f"{item}/fichier/1/vagues.wav")[:4] == b"RIFF"


def watch_film(page: Page, served: Served) -> None:
    item = find(page, served, "phare")
    page.evaluate("document.querySelector('video').load()")
    wait_until(page, "document.querySelector('video').videoWidth === 160")
    page.evaluate("document.querySelector('video').textTracks[0].mode = 'showing'")
    wait_until(page, "(document.querySelector('video').textTracks[0].cues || []).length === 2")
    page.get_by_role("link", name="Lire les sous-titres").click()
    assert "Le marégraphe mesure la mer." in page.locator("article.page").inner_text() and fits(page)
    page.goto(f"{served.url}/recherche?q=maregraphe")
    assert page.locator("main .results a").first.get_attribute("href").endswith("/lire/2")  # type: ignore[union-attr]
    page.goto(f"{served.url}/bibliotheque?aide=captions")
    assert "Phare" in page.locator("main").inner_text()
    assert kept(page, f"{item}/fichier/1/phare.webm")[:4] == b"\x1aE\xdf\xa3"


def see_picture(page: Page, served: Served) -> None:
    find(page, served, "photo")
    assert is_drawn(page, "main section img") and fits(page)


def read_text(page: Page, served: Served) -> None:
    item = find(page, served, "suroit")
    page.get_by_role("link", name="Lire ici", exact=True).click()
    assert "suroît" in page.locator("article.page").inner_text()
    assert "suroît".encode() in kept(page, f"{item}/garder.html")


def see_link(page: Page, served: Served) -> None:
    item = find(page, served, "carte")
    assert page.locator("svg.qr").bounding_box()["width"] > 100  # type: ignore[index]
    assert page.locator("main a[href^=https]").count() == 0 and fits(page)
    assert b"https://www.service-public.fr/carte" in kept(page, f"{item}/lien.html")


def read_site(page: Page, served: Served) -> None:
    item = find(page, served, "wikibooks")
    page.get_by_role("link", name="Lire ici", exact=True).click()
    assert "Вікі" in page.locator("main").inner_text() and fits(page)
    page.fill("#q", "чарнавік")
    page.get_by_role("button", name="Chercher").click()
    assert page.locator("main .list a, main li a").count() > 0
    assert kept(page, f"{item}/fichier/1/w.zim")[:4] == b"ZIM\x04"


READINGS: tuple[Callable[[Page, Served], None], ...] = (
    read_comic, read_arabic, read_book, read_paper, hear_sound, watch_film, see_picture, read_text, see_link, read_site,
)  # fmt: skip


@pytest.mark.long
def test_all_of_it_is_brought_settled_read_found_and_taken_away(
    live_kit: Served, open_phone: OpenPhone, suitcase: list[Path]
) -> None:
    """Half is brought by a browser with JavaScript and half by one without; all is read by both."""
    bare, desk = open_phone(360, javascript=False), open_phone(360)
    made, samples = [path for path in suitcase if path.parent != SAMPLES], [p for p in suitcase if p.parent == SAMPLES]
    sign_in(bare, live_kit)
    sign_in(desk, live_kit)
    bring(bare, live_kit, made, javascript=False)
    count = len(made) - 1  # captions are no work of their own
    wait_for_works(bare, live_kit, count)
    bring(desk, live_kit, samples, javascript=True)
    wait_for_works(desk, live_kit, count + len(samples) - len(HERE_ALREADY))
    settle_and_accept(desk, live_kit)
    wrongs = []
    for javascript in (True, False):
        phone = open_phone(360, javascript=javascript)
        wait_for_words(phone, live_kit)
        phone.set_default_timeout(10_000)
        for reading in READINGS:
            try:
                reading(phone, live_kit)
            except Exception as wrong:  # the other sorts are tried all the same, and all that is wrong is told at once
                wrongs.append(f"{reading.__name__} ({javascript=}) at {phone.url}: {wrong!r}")
    assert not wrongs, "\n".join(wrongs)
    phone.goto(f"{live_kit.url}/credits")
    assert "Les exemples" in phone.locator("main").inner_text() and fits(phone)
