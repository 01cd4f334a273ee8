"""P10: every way by which a name, or what somebody wrote, enters a box; and every page on which its team reads it."""

from __future__ import annotations

import re

import httpx

from kit.directory.advisers import actions as advisers
from kit.directory.advisers.facts import Profile
from kit.directory.advisers.forms import Wanted
from kit.ids import new_id
from kit.people.node import Node

NAME, PHONE, TEXT = "Zénobie Quatrevaux", "06 39 98 17 42", "perroquet mauve qui siffle la Marseillaise"
GIFT = {
    "title": TEXT, "maker": NAME, "giver": NAME, "capacity": "auteur", "rights": ["reproduction", "representation"],
    "supports": ["numerique", "papier"], "purpose": "lecture", "territory": "tournee", "duration": "5", "licence": "",
    "third_parties": "aucun", "minors": "non", "word": TEXT,
}  # fmt: skip
ABOUT_PEOPLE = ("courrier", "propositions", "personnes", "mots", "avis", "export")
TALE = "Conte de la vallée"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_FORM = re.compile(r'<form[^>]*action="([^"]+/pas/[^"]+)"')
_LINK = re.compile(r'(?:href|src)="(/[^"#]*)"')
_MARK = re.compile(r'href="[^"]*/p/([^"/]+)')
_STEPS = 12


def post(phone: httpx.Client, url: str, /, **fields: str) -> httpx.Response:
    """A form filled as somebody does: its page first, then its hidden fields with what was typed."""
    hidden = dict(_HIDDEN.findall(phone.get(url).text))
    assert "csrf" in hidden, url
    return phone.post(url, data={**hidden, **fields})


def give_a_file(phone: httpx.Client, url: str, file: tuple[str, bytes], **said: str) -> None:
    """A work offered: its file, its name and all that is said of it."""
    hidden = dict(_HIDDEN.findall(phone.get(f"{url}/proposer").text))
    given = phone.post(f"{url}/proposer", data={**hidden, **GIFT, **said}, files={"file": file})
    assert given.status_code == 201, given.text[-3000:]


def accept_a_gift(nadia: httpx.Client, url: str) -> str:
    """The team puts the work that tells no name on the shelves; its address. Who gave it stays between them."""
    desk = nadia.get(f"{url}/console/propositions").text
    for path in dict.fromkeys(re.findall(r'href="(/console/propositions/[a-z0-9]+)"', desk)):
        page = nadia.get(url + path).text
        if TALE in page:
            assert NAME in page, "the giver is not shown: the drill would prove nothing"
            post(nadia, url + path, do="accept", word=TEXT)
    found = re.search(r'href="(/bibliotheque/[a-z0-9]{26})"', nadia.get(f"{url}/recherche", params={"q": TALE}).text)
    assert found is not None, "the gift is not on the shelves"
    return url + found[1]


def visit(phone: httpx.Client, url: str, workshop: str) -> None:
    """Somebody comes with her family, writes, searches, takes one box for another, and leaves a form open."""
    asked = post(phone, f"{url}/ateliers/{workshop}", name=NAME, phone=PHONE, others=f"{NAME} fille\n{NAME} fils")
    assert "/ticket/" in str(asked.url), asked.text[-3000:]
    ticket = str(asked.url).split("?")[0]
    post(phone, f"{ticket}/changer", name=NAME, phone=PHONE, name_1=NAME, name_2=NAME, name_3=NAME)
    for _ in range(3):
        post(phone, f"{url}/avis", satisfaction="10", parole=TEXT, atelier=workshop)
    letter = {"theme": "4", "lieu": TEXT, "recit": TEXT, "contact_nom": NAME, "contact_tel": PHONE}
    assert 'class="code"' in post(phone, f"{url}/questionnaires/probleme", **letter).text
    give_a_file(phone, url, (f"{NAME}.txt", TEXT.encode()))
    give_a_file(phone, url, ("conte.txt", b"Il y avait une fois."), title=TALE, maker="La vallée")
    _leave_open(phone, url)
    for words in (NAME, TEXT, PHONE):
        assert phone.get(f"{url}/recherche", params={"q": words}).status_code == 200
        phone.get(f"{url}/annuaire", params={"q": words})
    for path in ("ateliers/mon-ticket", "suivi", "proposer/suivi"):
        assert post(phone, f"{url}/{path}", code=f"{NAME} {TEXT}").status_code < 500, path
    assert post(phone, f"{url}/connexion", passphrase=TEXT, name=NAME).status_code < 500


def _leave_open(phone: httpx.Client, url: str) -> None:
    """One question a screen, answered in words, never sent: a draft stays."""
    page, kept = phone.get(f"{url}/questionnaires/fin-atelier/pas"), False
    for _ in range(_STEPS):
        where = _FORM.search(page.text)
        if where is None or where[1].endswith("/envoyer"):
            break
        hidden = dict(_HIDDEN.findall(page.text))
        kept = kept or 'name="parole"' in page.text
        page = phone.post(url + where[1], data={**hidden, "satisfaction": "10", "parole": TEXT})
        assert page.status_code < 500
    assert kept, "no words were left in a draft: the drill would prove nothing"


def note_somebody_who_helps(node: Node) -> None:
    """A person who helps, and did not say that all may read her name."""
    profile = Profile("conseiller", [], [], "", [], "", [])
    advisers.add_adviser(node, new_id(), Wanted(profile, NAME, "+33639981742", "zenobie@quatrevaux.example", ""))


def tend(nadia: httpx.Client, url: str, workshop: str, most_pages: int) -> int:
    """The team reads every page on which people are, writes what it hears at the door, and answers; pages read."""
    roll = f"{url}/console/ateliers/{workshop}/presences"
    assert NAME in nadia.get(roll).text, "the roll does not show the name: the drill would prove nothing"
    post(nadia, f"{roll}/ajouter", name=f"{NAME} bis", sure="1")
    assert f"{NAME} bis" in nadia.get(roll).text
    for mark in dict.fromkeys(_MARK.findall(nadia.get(roll).text)):
        where = f"{url}/console/ateliers/{workshop}/p/{mark}"
        assert post(nadia, where, name=f"{NAME} ter", phone=PHONE, commune="Tende").status_code < 500, where
    waiting, seen, named = [f"/console/ateliers/{workshop}/presences", "/console"], set[str](), 0
    while waiting and len(seen) < most_pages:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = nadia.get(url + path)
        assert answer.status_code < 500, path
        named += NAME in answer.text or TEXT in answer.text
        found = [one for one in _LINK.findall(answer.text) if "console" in one or workshop in one]
        soon = [one for one in found if workshop in one or any(words in one for words in ABOUT_PEOPLE)]
        waiting = [*soon, *waiting, *(one for one in found if one not in soon)]
    assert named > 3, "the team's pages show no names: the drill would prove nothing"
    return len(seen)
