"""Somebody who follows a guide: a page as she uses it, and one gesture for each numbered step."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from flask.testing import FlaskClient

from kit.app import create_app
from kit.people.node import Node
from tests import cast
from tests.central.season import sign_in as sign_in_home
from tests.pages import post_form

Pair = tuple[Node, Node]
GUIDES = Path(__file__).parents[2] / "content" / "guides"
NAMED = re.compile(r'title = "([^"]+)"|shelf = "([^"]+)"')
QUOTED = re.compile(r"«\s*([^»]+?)\s*»")
STEP = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
PATIENCE_SECONDS = 60
VOID = frozenset({"br", "img", "input", "hr", "meta", "link", "source", "track", "wbr"})
# Between « » in a guide, but not of the pages: what phones and papers say.
ELSEWHERE = frozenset(
    {"Rester connecté", "pas d’Internet", "Wi-Fi", "Votre avis nous sert à changer. Il n’a pas de nom."}
)


def plain(text: str) -> str:
    """Words without what typography does to their spaces."""
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, its buttons as (words, name, value)."""

    action: str
    method: str
    values: dict[str, Any] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)


class Seen(HTMLParser):
    """A page as somebody uses it: its words, its links by their words, its forms."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._text: list[str] = []
        self._within: list[tuple[str, int, Mapping[str, str | None]]] = []
        self.feed(page)
        self.words = plain(" ".join(self._text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._text += [given[name] or "" for name in ("aria-label", "alt", "placeholder") if given.get(name)]
        if tag == "form":
            self.forms.append(Form(given.get("action") or "", given.get("method") or "get"))
        elif tag == "input" and self.forms and given.get("name"):
            is_off = given.get("type") in ("checkbox", "radio") and "checked" not in given
            if not is_off:
                self.forms[-1].values[str(given["name"])] = given.get("value") or ""
        elif tag == "option" and self.forms:
            inside = [one for one in self._within if one[0] == "select"]
            if inside:  # the first one, unless another is chosen
                name, value = str(inside[-1][2].get("name")), given.get("value") or ""
                self.forms[-1].values.setdefault(name, value)
                if "selected" in given:
                    self.forms[-1].values[name] = value
        if tag in ("input", "select", "textarea") and self.forms and given.get("name"):
            self.forms[-1].fields.add(str(given["name"]))
        if tag not in VOID:
            self._within.append((tag, len(self._text), given))

    def handle_endtag(self, tag: str) -> None:
        while tag in (name for name, _, _ in self._within):
            name, begin, given = self._within.pop()
            words = plain(" ".join(self._text[begin:]))
            if name == "a" and given.get("href"):
                self.links.append((words, str(given["href"])))
            elif name == "button" and self.forms:
                self.forms[-1].buttons.append((words, given.get("name") or "", given.get("value") or ""))
            elif name == "textarea" and self.forms and given.get("name"):
                self.forms[-1].values.setdefault(str(given["name"]), words)
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        self._text.append(data)


class User:
    """Somebody who follows a guide, with a phone."""

    def __init__(self, phone: FlaskClient, start: str) -> None:
        self.phone = phone
        self.code = ""  # of a ticket that was noted
        self.step = ""  # of the guide, as it is written
        self.history: list[str] = []
        self.go(start)

    def go(self, address: str) -> None:
        """Open an address, redirects followed."""
        answer = self.phone.get(address, follow_redirects=True)
        assert answer.status_code in (200, 401), f"{address} answered {answer.status_code}"  # 401: a page to sign in on
        self._look(answer.request.path, answer.get_data(as_text=True))

    def _look(self, path: str, page: str) -> None:
        self.path, self.page, self.seen = path, page, Seen(page)
        self.history.append(self.seen.words)

    def tap(self, words: str, inside: str = "") -> None:
        """Touch the link or the button called so (or beginning so); a button sends its form as it stands."""
        wanted = plain(words)
        for is_it in (lambda label: label == wanted, lambda label: label.startswith(wanted)):
            for label, href in self.seen.links:
                if is_it(label) and inside in href:
                    self.go(urljoin(self.path, href))
                    return
            for form in self.seen.forms:
                for label, name, value in form.buttons:
                    if is_it(label):
                        self.send(form, {name: value} if name else {})
                        return
        raise AssertionError(f"nothing is called « {words} » on {self.path}: {[one for one, _ in self.seen.links]}")

    def press(self, words: str) -> None:
        """Press the button called so (or beginning so), where a link has the same name too."""
        wanted = plain(words)
        found = [(form, one) for form in self.seen.forms for one in form.buttons if one[0].startswith(wanted)]
        assert found, f"no button « {words} » on {self.path}"
        form, (_, name, value) = found[0]
        self.send(form, {name: value} if name else {})

    def choose(self, title: str) -> None:
        """Touch the work of that title: its cover comes before it."""
        found = [
            href for label, href in self.seen.links if label.endswith(plain(title)) or f" {plain(title)} " in label
        ]
        assert found, f"no work « {title} » on {self.path}"
        self.go(urljoin(self.path, found[0]))

    def ask(self, address: str, words: str) -> None:
        """Look at a page again and again until it says so: work that goes on by itself."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.go(address)
            if plain(words) in self.seen.words or time.monotonic() > end:
                assert_seen(self, words)
                return
            time.sleep(0.1)

    def fill(self, **values: Any) -> None:
        """Write into the fields of the form that has them all."""
        for form in self.seen.forms:
            if form.fields >= values.keys():
                form.values.update(values)
                return
        raise AssertionError(f"no field {list(values)} on {self.path}")

    def send(self, form: Form, pressed: Mapping[str, str]) -> None:
        """Send a form."""
        to, data = urljoin(self.path, form.action or self.path), {**form.values, **pressed}
        if form.method == "get":
            answer = self.phone.get(to, query_string=data, follow_redirects=True)
        else:
            answer = self.phone.post(to, data=data, follow_redirects=True)
        assert answer.status_code == 200, f"{to} answered {answer.status_code}: {Seen(answer.text).words[:1200]}"
        self._look(answer.request.path, answer.get_data(as_text=True))

    def first(self, inside: str) -> None:
        """Touch the first link of the main part that leads below such an address."""
        main = Seen(self.page.split("<main", 1)[1])
        found = next((href for _, href in main.links if re.match(inside, href)), None)
        assert found, f"no link like {inside} on {self.path}"
        self.go(urljoin(self.path, found))


Gesture = Callable[[User], object]


def nothing(_: User) -> None:
    """A step that is done away from the screen, or by looking."""


def look(words: str) -> Gesture:
    """A step that is read."""
    return lambda user: assert_seen(user, words)


def assert_seen(user: User, words: str) -> None:
    assert plain(words) in user.seen.words, f"« {words} » is not on {user.path}"


def as_said(user: User) -> None:
    """Touch what the step names between « », in its order: links, buttons, what unfolds; else it must be there."""
    for words in map(plain, QUOTED.findall(user.step)):
        if any(label.startswith(words) for label, _ in user.seen.links) or any(
            label.startswith(words) for form in user.seen.forms for label, _, _ in form.buttons
        ):
            user.tap(words)
        else:
            assert_seen(user, words)


def press(words: str) -> Gesture:
    return lambda user: user.press(words)


def write(**values: Any) -> Gesture:
    return lambda user: user.fill(**values)


def all_of(*gestures: Gesture) -> Gesture:
    """A step that asks for several things."""

    def gesture(user: User) -> None:
        for one in gestures:
            one(user)

    return gesture


def tap(words: str, inside: str = "") -> Gesture:
    return lambda user: user.tap(words, inside)


def _guides() -> set[str]:
    """What the guides themselves are called: a step may send to another."""
    return {plain(NAMED.findall(path.read_text("utf-8"))[0][0]) for path in GUIDES.glob("*.md")}


def sections(guide: str) -> dict[str, list[str]]:
    """The numbered steps under each heading of a guide."""
    text = (GUIDES / f"{guide}.md").read_text("utf-8").split("+++", 2)[2]
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return {"": [step for _, step in STEP.findall(parts[0])]} | {
        plain(title): [step for _, step in STEP.findall(body)]
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def read_sheet(folder: Path) -> list[str]:
    """The steps of a step-by-step sheet, with what helps."""
    return [plain(path.read_text("utf-8")) for path in sorted(folder.glob("steps/*.txt"))]


def follow(user: User, guide: str | list[str], section: str, gestures: list[Gesture]) -> None:
    """Do every step of a section; what it names must be there before its gesture or after."""
    steps = sections(guide)[section] if isinstance(guide, str) else guide
    assert len(steps) == len(gestures), f"{guide}, {section}: {len(steps)} steps, the walk has {len(gestures)}"
    for step, gesture in zip(steps, gestures, strict=True):
        user.step, before = step, user.seen.words
        gesture(user)
        for words in map(plain, QUOTED.findall(step)):
            # A step may name several pages one after another: all that was on the way counts.
            on_the_way = [before, *user.history[-6:]]
            assert words in ELSEWHERE | _guides() or any(words in page for page in on_the_way), (
                f"{section}: « {words} » in: {step}"
            )


# -- what several guides begin with -----------------------------------------------------------------------------------


def at_kit(kit: Node) -> User:
    return User(sign_in_home(create_app(kit.settings, kit), "Équipe"), "/console")


def ticket(node: Node) -> str:
    return str(node.store.value("SELECT code FROM signup ORDER BY seq LIMIT 1"))


def say_lost(user: User) -> None:
    user.fill(jour="2026-11-20", heure="18:00", etat="off")


def open_kit(user: User) -> None:
    user.first("/valises/[0-9a-z]{20,}")
    user.tap("Volée ou perdue : que faire, tout de suite")


def enter_team(user: User) -> None:
    user.tap("Espace médiateur")
    user.tap("Écrire la phrase secrète")
    user.fill(passphrase=cast.NADIA.passphrase)
    user.press("Entrer")


def show_sheet(user: User) -> None:
    user.go("/bibliotheque?sorte=sheet")
    user.choose("Se connecter au Wi-Fi de la Valise")


def open_workshop(user: User) -> None:
    user.first(r"/ateliers/[0-9a-z]{20,}")


def write_name(user: User) -> None:
    user.fill(name="Zoé")


def note_code(user: User) -> None:
    found = re.search(r'class="code" dir="ltr">([a-z]+-[a-z]+-\d\d)<', user.page)
    assert found
    user.code = found.group(1)


def enter(node: Node, member: cast.Member | None) -> FlaskClient:
    """A phone at it, of a visitor or of the team."""
    phone = create_app(node.settings, node).test_client()
    if member is not None:
        sign_in(phone, member)
    return phone


def sign_in(phone: FlaskClient, member: cast.Member) -> None:
    """Write the passphrase."""
    assert post_form(phone, "/connexion", passphrase=member.passphrase, name=member.name).status_code == 302


def sign_up(node: Node) -> str:
    """Somebody asks for a place; the code of the ticket."""
    user = User(enter(node, None), "/ateliers")
    open_workshop(user)
    write_name(user)
    user.tap("Demander une place")
    note_code(user)
    return user.code
