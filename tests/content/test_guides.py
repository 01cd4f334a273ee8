"""The guides against the running program, step by step, as a new user follows them: a renamed button fails here.

A walk stands beside a numbered list of a guide: one gesture for each of its steps, in order. What a step puts between
« » must be on the page before or after its gesture, or be named in `ELSEWHERE` (words of phones and of people).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import create_app
from kit.people.node import Node
from tests import cast
from tests.conftest import copy_node, open_node
from tests.content.walking import (
    GUIDES,
    NAMED,
    QUOTED,
    Gesture,
    User,
    assert_seen,
    follow,
    look,
    nothing,
    plain,
    sections,
    tap,
)
from tests.pages import post_form


def _book(user: User) -> None:
    user.go("/bibliotheque?sorte=book")
    user.first(r"/bibliotheque/[0-9a-z]{20,}")


def _sheets(user: User) -> None:
    user.go("/bibliotheque")
    assert_seen(user, "Fiches pas à pas")
    user.go("/bibliotheque?sorte=sheet")


def _workshop(user: User) -> None:
    user.first(r"/ateliers/[0-9a-z]{20,}")


def _name(user: User) -> None:
    user.fill(name="Zoé")


def _note_code(user: User) -> None:
    found = re.search(r'class="code" dir="ltr">([a-z]+-[a-z]+-\d\d)<', user.page)
    assert found
    user.code = found.group(1)


def _to_print(user: User) -> None:
    user.tap("Lire ici")
    user.first(r".*/lire/\d+")
    assert_seen(user, "Imprimer")


def _find_ticket(user: User) -> None:
    user.go("/")
    user.tap("Ateliers")
    user.tap("J’ai déjà un ticket")


def _write_code(user: User) -> None:
    user.fill(code=user.code)
    user.tap("Voir mon ticket")


def _mood(user: User) -> None:
    (form,) = [one for one in user.seen.forms if one.method == "post"]
    face = re.search(r'type="radio" name="(\w+)"[^>]*value="(\w+)"[^>]*><span><svg', user.page)
    assert face
    form.values[face.group(1)] = face.group(2)


@pytest.fixture
def demo_node(demo: Path, tmp_path: Path) -> Iterator[Node]:
    """The box of the demonstration."""
    node = open_node(copy_node(demo, tmp_path / "kit"))
    yield node
    node.store.close()


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
    _workshop(user)
    _name(user)
    user.tap("Demander une place")
    _note_code(user)
    return user.code


def test_a_participant_follows_the_guide(demo_node: Node) -> None:
    user = User(enter(demo_node, None), "/")
    follow(user, "participant", "Entrer", [*[nothing] * 5, look("Bienvenue !")])
    follow(user, "participant", "Lire, écouter, regarder",
           [tap("Lire, écouter, regarder"), _book, look("Lire ici"), look("Garder sur mon téléphone"),
            _to_print])  # fmt: skip
    a_sheet: Gesture = lambda one: one.first(r"/bibliotheque/[0-9a-z]{20,}")  # noqa: E731 - a gesture
    follow(
        user,
        "participant",
        "Suivre une fiche pas à pas",
        [_sheets, a_sheet, tap("Lire ici"), nothing, tap("C’est fait")],
    )
    user.go("/")
    follow(user, "participant", "S’inscrire à un atelier",
           [tap("Ateliers"), _workshop, _name, nothing, tap("Demander une place"), look("code"),
            _note_code])  # fmt: skip
    follow(user, "participant", "Changer d’avis", [_find_ticket, _write_code, tap("Oui, je rends ma place")])
    assert_seen(user, "Inscription annulée")
    user.go("/")
    follow(user, "participant", "Donner son avis", [tap("Donner mon avis"), _mood, nothing, tap("Envoyer mon avis")])
    assert_seen(user, "C’est noté. Votre avis est anonyme.")
    user.go("/")
    follow(user, "participant", "Pour mieux voir, pour mieux comprendre",
           [tap("Affichage simple"), nothing, look("Écouter"), tap("Affichage normal")])  # fmt: skip


def _roll(user: User) -> None:
    user.go("/console/ateliers")
    user.first(r"/console/ateliers/[0-9a-z]+/presences")


def press(name: str) -> Gesture:
    """Press the first button of that name: the boxes of the roll have no words of their own."""

    def gesture(user: User) -> None:
        found = next(((form, one) for form in user.seen.forms for one in form.buttons if one[1] == name), None)
        assert found, f"no button {name} on {user.path}"
        user.send(found[0], {name: found[1][2]})

    return gesture


def _with_code(code: str) -> Gesture:
    def gesture(user: User) -> None:
        user.fill(code=code)
        user.tap("Cocher")

    return gesture


def _without_name(user: User) -> None:
    _roll(user)
    user.tap("+1 sans nom")


def _find_by_name(user: User) -> None:
    user.go("/console/ateliers")
    user.tap("Retrouver une inscription par le nom")


def _to_settings(user: User) -> None:
    user.go("/console")
    user.tap("Réglages")
    user.tap("Appareil partagé")


def _take_back(user: User) -> None:
    sign_in(user.phone, cast.NADIA)
    _to_settings(user)
    user.tap("Cet appareil n’est plus partagé")


def test_a_mediator_follows_the_guide(demo_node: Node) -> None:
    code = sign_up(demo_node)
    user = User(enter(demo_node, cast.NADIA), "/console")
    follow(user, "mediateur", "Tenir les présences",
           [_roll, press("came"), press("undo"), _with_code(code), tap("+ Avec un nom"), _without_name,
            _find_by_name])  # fmt: skip
    _roll(user)
    closing: Gesture = lambda one: one.fill(paper="no", certificates="no")  # noqa: E731 - a gesture
    follow(
        user, "mediateur", "Finir un atelier", [nothing, tap("Terminer l’atelier"), closing, tap("Terminer l’atelier")]
    )
    follow(user, "mediateur", "Une tablette pour tous",
           [_to_settings, tap("Partager cet appareil"), look("J’ai fini"), _take_back])  # fmt: skip


def test_the_coordination_follows_its_guide(coordinator: FlaskClient) -> None:
    user = User(coordinator, "/")
    follow(user, "centrale", "Relier une valise",
           [lambda one: one.go("/enrolement"), lambda one: one.fill(nom="Valise de la Roya"), tap("Faire le lien"),
            nothing, nothing])  # fmt: skip


# -- every guide: what it names is called so in the program ---------------------------------------------------------

# Between « » in a guide and no name of ours: why.
NOT_OURS = {
    "pas d’Internet": "phones say it", "Rester connecté": "phones say it", "E3": "a cell of a spreadsheet",
    "Votre avis nous sert à changer. Il n’a pas de nom.": "what the team says aloud",
    "Vous trouviez les lettres trop petites. Nous avons agrandi les fiches.": "an example of what to write",
    "Public domain in the USA": "what files say of their rights", "Valise de la Roya": "an example of a name",
    "pas ce que son nom annonce": "the sense of a refusal",
    "Quelqu’un vient de changer ce document.": "the beginning of a refusal",
    "avec sous-titres": "the sense of a choice",
    "en langue des signes": "the sense of a choice",
    **dict.fromkeys(("AirPrint", "Mopria", "IPP Everywhere"), "what boxes of printers say"),
}  # fmt: skip


def program_words() -> str:
    """Everything that pages may say: templates, texts of sources, tables and questionnaires."""
    repo = GUIDES.parents[1]
    kinds = (("templates", "html"), ("kit", "py"), ("kit", "toml"), ("content/questionnaires", "toml"))
    return plain(
        " ".join(path.read_text("utf-8") for where, kind in kinds for path in (repo / where).rglob(f"*.{kind}"))
    )


def titles() -> str:
    """What our own works and shelves are called."""
    about = (path for path in GUIDES.parent.rglob("*") if path.suffix in (".md", ".toml"))
    return plain(" ".join(" ".join(map("".join, NAMED.findall(path.read_text("utf-8")))) for path in about))


def is_named(words: str, program: str) -> bool:
    """True when a page has these words as a whole: a button, a link, a title, a label; not as a piece of a sentence."""
    return bool(re.search(r"[\"'>}] ?" + re.escape(words) + r" ?[.,:…]?[\"'<{(]", program))


def test_everything_a_guide_names_is_called_so() -> None:
    program, ours = program_words(), titles()
    missing = [
        f"{path.stem}: « {words} »"
        for path in sorted(GUIDES.glob("*.md"))
        for words in dict.fromkeys(QUOTED.findall(plain(path.read_text("utf-8").split("+++", 2)[2])))
        if words not in NOT_OURS and words not in ours and not is_named(words, program)
    ]
    assert missing == [], "a guide names a button, a page or a label that is called otherwise"


def test_every_numbered_list_is_walked() -> None:
    """No guide has steps that no test follows; read from the tests themselves."""
    walked = {
        tuple(ast.literal_eval(one) for one in call.args[1:3])
        for path in Path(__file__).parent.glob("test_*guides.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "follow"
        if all(isinstance(one, ast.Constant) for one in call.args[1:3])
    }
    written = {
        (path.stem, title) for path in GUIDES.glob("*.md") for title, steps in sections(path.stem).items() if steps
    }
    # To put a backup back takes a second machine: tests/backup/test_restore_page.py does it, as real processes.
    assert written - walked == {("reparer", "La carte est morte")}


def test_a_renamed_button_would_be_noticed() -> None:
    program = program_words()
    assert is_named("Demander une place", program)
    assert not is_named("Demander une place", program.replace("Demander une place", "Demander sa place"))
    assert not is_named("place qui se libère", program), "a piece of a sentence is no name"
