"""Which pages are looked at in the ordinary suite: every state with every language and theme, each page once.

A state, a language and a theme come together in every pair (`tests/access/test_axe.py` counts them); the whole product
of pages, languages and themes is looked at by the tests marked `long`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

from playwright.sync_api import Browser, Page

from kit.web.navigation import SHARED, SIMPLE
from tests.access.world import World
from tests.cast import NADIA, Member

Phones = tuple[Page, Page]
LANGUAGES, THEMES = ("fr", "en", "ar"), ("light", "dark")
# How a device was set, by its cookies: the simple display, a tablet that several people share.
CIRCUMSTANCES: dict[str, tuple[str, ...]] = {
    "plain": (), "simple": (SIMPLE,), "shared": (SHARED,), "simple and shared": (SIMPLE, SHARED)
}  # fmt: skip
_TURNS = (("fr", "light"), ("ar", "dark"), ("en", "light"), ("fr", "dark"), ("ar", "light"), ("en", "dark"))
# Addresses; {name} is something of the world's; a + at the end: the page's form sent as it is; bare: of the empty kit.
PUBLIC = {
    "full": ("/", "/bibliotheque", "/ateliers", "/ateliers/{open}", "/ticket/{ticket}", "/annuaire", "/avis",
             "/recherche?q=message", "/questionnaires/probleme", "/besoin/caf", "/accessibilite", "/portail"),
    "empty": ("bare/", "bare/bibliotheque", "bare/ateliers", "bare/annuaire", "/recherche?q=zzzz", "bare/tournee"),
    "error": ("/nulle-part", "/console", "/ateliers/{open}+", "/avis+", "/ateliers/mon-ticket+", "/suivi+"),
    "late": ("/ateliers/{over}", "/ateliers/{crowded}", "/ateliers/{cancelled}", "/ateliers/{closed}",
             "/ticket/{waiting}", "/questionnaires/inconnu"),
}  # fmt: skip
TEAM = {
    "full": ("/console", "/console/ateliers/{open}/presences", "/console/ateliers", "/console/style",
             "/console/ateliers/{open}/papier", "/console/toutes-les-pages"),
    "empty": ("bare/console", "bare/console/ateliers", "/console/toutes-les-pages?q=zzzz"),
    "error": ("/console/ateliers/nouveau+", "/console/haltes/nouvelle+"),
    "late": ("/console/ateliers/{over}/terminer", "/console/ateliers/{closed}/presences"),
}  # fmt: skip
_SEND = """() => { const form = document.querySelector('main form[method=post]');
  form.noValidate = true; HTMLFormElement.prototype.submit.call(form); }"""


@dataclass(frozen=True)
class Look:
    """One page in one state, language and theme."""

    state: str
    address: str
    language: str
    theme: str
    member: Member | None = None
    circumstance: str = "plain"

    def open(self, phones: Phones, world: World) -> Page:
        """Go there, and send the form of an address with +; the page as it stands then, which is what was meant."""
        page = phones[1 if self.address.startswith("bare") else 0]
        served = world.bare if self.address.startswith("bare") else world.full
        address = self.address.removeprefix("bare").removesuffix("+").format(**vars(world))
        wear(page, served.url, self.circumstance)
        page.emulate_media(color_scheme=self.theme)  # type: ignore[arg-type]
        answer = page.goto(f"{served.url}{address}{'&' if '?' in address else '?'}langue={self.language}")
        assert answer is not None and (self.state != "full" or answer.ok), f"{address} answered {answer}"
        if self.address.endswith("+"):
            with page.expect_navigation():
                page.evaluate(_SEND)
        is_wrong = not answer.ok or page.locator("main [role=alert], main [aria-invalid=true]").count() > 0
        assert is_wrong or self.state != "error", f"{address} shows no error"
        return page


def wear(page: Page, url: str, circumstance: str) -> None:
    """Make the device one of that kind: the cookies that its own pages would set, and no others of these."""
    for name in (SIMPLE, SHARED):
        page.context.clear_cookies(name=name)
    values = {SIMPLE: "simple", SHARED: "1"}
    page.context.add_cookies([{"name": one, "value": values[one], "url": url} for one in CIRCUMSTANCES[circumstance]])


def worn_looks() -> list[Look]:
    """Participants' pages on devices set otherwise, in turns, each language and theme with each circumstance."""
    pages = [(state, one) for state, addresses in PUBLIC.items() for one in addresses]
    worn = [name for name in CIRCUMSTANCES if name != "plain"]
    turns = zip(pages, cycle(_TURNS), strict=False)
    return [
        Look(state, address, language, theme, None, worn[(number + number // len(_TURNS)) % len(worn)])
        for number, ((state, address), (language, theme)) in enumerate(turns)
    ]


def looks() -> list[Look]:
    """Participants' pages in turns of language and theme, then the team's in turns of theme."""
    found = []
    for state, addresses in PUBLIC.items():
        found += [Look(state, one, *turn) for one, turn in zip(addresses, cycle(_TURNS), strict=False)]
    for state, addresses in TEAM.items():
        found += [Look(state, one, "fr", theme, NADIA) for one, theme in zip(addresses, cycle(THEMES), strict=False)]
    return found


def open_phones(browser: Browser, world: World, member: Member | None) -> Phones:
    """A phone at each kit (a cookie knows no port); of somebody signed in, if a member is named."""
    pages = []
    for served in (world.full, world.bare):
        page = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR").new_page()
        if member:
            page.goto(f"{served.url}/connexion")
            page.fill("#passphrase", member.passphrase)
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_url(lambda url: not url.endswith("/connexion"))
        pages.append(page)
    return pages[0], pages[1]
