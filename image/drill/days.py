"""What is done to a suitcase, day by day."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

from drill.hall import HALL, HALL_KEY
from drill.machine import Machine
from drill.phone import Phone
from drill.words import PYTHON, REPO, check, say

BOOK = "La Page blanche (extrait)"
EPUB = REPO / "content/library/bd/page-blanche.epub"
WHO = "Hortense Vauquelin"  # a canary: her name must not be readable in the bytes of the card
WIFI, KEY, STAFF_KEY = "Valise du banc", "renard lune 27", "mouette phare sel 41"
DAY, LAST_DAY = "2099-06-01", "2099-06-02"
DISK = "/console/bibliotheque/disque"
KEYS = {"CLE": "valise", "PERSO": "photos"}


def first_partition(image: Path) -> str:
    """How mtools names the FAT inside the image."""
    with image.open("rb") as card:
        card.seek(446 + 8)
        return f"{image}@@{int.from_bytes(card.read(4), 'little') * 512}"


def on_card(image: Path) -> str:
    """The names of the first partition."""
    command = ["mdir", "-b", "-i", first_partition(image), "::"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def prepare(image: Path, folder: Path, more_bytes: int) -> str:
    """A file on the card, as a person puts it there, and a card larger than the image; the phrase that was written."""
    folder.mkdir()
    words = ["--name", "Valise du banc", "--wifi-name", WIFI, "--wifi-key", KEY, "--wifi-staff-key", STAFF_KEY,
             "--hall-wifi-name", HALL, "--hall-wifi-key", HALL_KEY]  # fmt: skip
    command = [PYTHON, "-m", "kit.cli", "image", "prepare", str(folder), *words]
    told = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True).stdout
    phrase = re.search(r"équipe : (.+)", told.replace("\u00a0", " ").replace("\u202f", " "))
    assert phrase
    subprocess.run(["mcopy", "-i", first_partition(image), str(folder / "valise-depart.toml"), "::"], check=True)
    with image.open("r+b") as card:
        card.truncate(image.stat().st_size + more_bytes)
    return phrase[1]


def make_key(path: Path, label: str, folder: str, mebi: int = 64, files: tuple[Path, ...] = ()) -> Path:
    """A USB key with one folder on it."""
    with path.open("wb") as file:
        file.truncate(mebi << 20)
    subprocess.run(["mkfs.vfat", "-n", label, str(path)], capture_output=True, check=True)
    for depth in range(len(Path(folder).parts)):
        made = "/".join(Path(folder).parts[: depth + 1])
        subprocess.run(["mmd", "-i", str(path), f"::{made}"], check=True)
    for one in files:
        subprocess.run(["mcopy", "-i", str(path), str(one), f"::{folder}/"], check=True)
    return path


def use_keys(machine: Machine) -> None:
    """One is marked and takes a backup; the other is let go, and the page says why."""
    page = machine.wait_for_page("/console/machine", lambda text: "« CLE »" in text and "« PERSO »" in text, 300)
    check(bool(re.search("« CLE »[^.]*prête", page)) or "prête" in page, "a marked key is put to use")
    check("« PERSO » : pas de dossier" in page, "one without a mark is let go")
    machine.phone.send("/console/sauvegarde", "/console/sauvegarde", key="/media/CLE/valise")
    page = machine.wait_for_page("/console/sauvegarde", lambda text: "La sauvegarde se fait" not in text)
    check("Copié et relu" in page, "a backup lies on the key, and was read again")


def enter(phone: Phone, phrase: str) -> None:
    """Sign in as the team."""
    phone.post("/connexion", "/connexion", passphrase=phrase)
    status, page = phone.get("/console")
    check(status == 200 and "Aujourd’hui" in page, "the phrase opens the console")


def note_stop(phone: Phone, label: str) -> None:
    """A stop of the tour; it is noted once the answer came."""
    fields = {
        "label": label,
        "commune": "Saint-Auban",
        "day": DAY,
        "hour": "09:00",
        "last_day": LAST_DAY,
        "last_hour": "18:00",
    }
    status, page = phone.post("/console/haltes/nouvelle", "/console/haltes/nouvelle", **fields)
    assert status == 200, page[:600]


def has_stops(phone: Phone, labels: list[str]) -> bool:
    """True when all of them are there."""
    page = phone.get("/console/haltes")[1]
    return all(label in page for label in labels)


def plan_workshop(phone: Phone) -> str:
    """Something to sign up for; its id."""
    fields = {
        "title": "Premier pas du banc",
        "day": DAY,
        "hour": "10:00",
        "length": "60",
        "places": "5",
        "place": "La salle",
    }
    page = "/console/ateliers/nouveau"
    theme = re.search(r'name="theme".*?<option value="([^"]+)"', phone.get(page)[1], re.DOTALL)
    assert theme
    status, text, _ = phone.send(page, page, having="title", theme=theme[1], **fields)
    found = re.search(r'href="/ateliers/(?!mon-ticket)([^"/?#]+)"', phone.get("/ateliers")[1])
    if status != 200 or found is None:
        raise AssertionError(re.sub(r"<[^>]+>", " ", text)[:1500])
    say("  ok  a workshop is planned")
    return found[1]


def bring_book(machine: Machine) -> str:
    """A book taken to the shelves by its form; its sha256."""
    phone, page = machine.phone, "/console/bibliotheque/arrivees"
    content = EPUB.read_bytes()
    status, _ = phone.give(page, f"{page}/deposer", "files", EPUB.name, content)
    assert status == 200
    text = machine.wait_for_page(page, lambda text: 'name="entry"' in text)
    entry = re.search(r'name="entry" value="([^"]+)"', text)
    assert entry
    one = f"/console/bibliotheque/arrivee/{entry[1]}"
    status, text, _ = phone.send(one, one, having="title", do="accept", title=BOOK, licence="CC-BY-SA-3.0", shelf="Bandes dessinées",
                                 source="https://github.com/IDPF/epub3-samples", attribution="Boulet, Pénélope Bagieu")  # fmt: skip
    assert status == 200, text[:600]
    machine.wait_for_page("/bibliotheque", lambda text: BOOK in text)
    say("  ok  a book stands on the shelves")
    return hashlib.sha256(content).hexdigest()


def use_disk(machine: Machine) -> None:
    """The book goes to a disk beside the box: nginx takes it from there, and the card has it no more."""
    phone, there = machine.phone, "/media/valise-oeuvres/valise/oeuvres"
    machine.wait_for_page(DISK, lambda text: 'name="key"' in text, 300)
    phone.send(DISK, DISK, having="key", do="choose")  # what is large goes there at once
    machine.wait_for_page(DISK, lambda text: "1 fichier est sur le disque" in text)
    large = "-type f -size +1000k"
    check(bool(machine.inside(f"find {there} {large}").strip()), "the book lies on the disk of works")
    check(not machine.inside(f"find /var/lib/valise/kit/blobs {large}").strip(), "and no more on the card")


def miss_disk(phone: Phone) -> None:
    """The disk was left at home: its book is listed, and the page says where it is."""
    check("n’est pas branché" in phone.get(DISK)[1], "the disk that is not there is named")


def roll_names(phone: Phone, workshop: str) -> str:
    """The roll at the door, as the mediator reads it."""
    return phone.get(f"/console/ateliers/{workshop}/presences")[1]


def holds(image: Path, canary: bytes) -> bool:
    """True when the card has these bytes anywhere."""
    with image.open("rb") as card:
        tail = b""
        while piece := card.read(1 << 22):
            if canary in tail + piece:
                return True
            tail = piece[-len(canary) :]
    return False
