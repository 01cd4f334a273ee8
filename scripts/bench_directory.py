"""Search over a large directory: CPU-milliseconds of a whole request, over a served kit.

Usage: python -m scripts.bench_directory [--places 20000] [--data FOLDER]   (FOLDER is kept and used again)
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kit.app import build_node
from kit.directory import facts, vocabulary
from kit.directory.rules import place_id
from kit.settings import read_settings
from scripts.bench_kit import Row, kit, over_many

MOST_CPU_MS = 10
ASKED = 200
KINDS = ("Médiathèque", "Mairie", "Centre social", "Maison de quartier", "Espace public numérique", "Association")
NAMES = ("des Oliviers", "du Parc", "Jean-Moulin", "de la Gare", "des Lilas", "Simone-Veil", "du Lac", "de l’Écluse")
HOURS = ("Mo-Fr 09:00-12:00", "Tu-Sa 10:00-12:00,14:00-18:00", "We 14:00-17:00", "sur rendez-vous", "")
SEARCHES = {
    "nothing asked": "",
    "the commonest word": "q=maison",
    "one commune by name": "q=commune 0042",
    "two-letter beginning": "q=me",
    "one activity": "service=demarches",
    "activity, audience, price, day": "service=demarches&pour=seniors&acces=gratuit&jour=mardi",
    "within 20 km": "pres=13001&km=20",
    "everything, the nearest first": "pres=13001",
    "words within 50 km on a Tuesday": "q=mediatheque&pres=13001&km=50&jour=mardi",
    "the last page": "page=999999",
}


def fill(data: Path, places: int) -> None:
    """A directory of made-up places all over France, half of them checked of late."""
    node = build_node(read_settings({}, data=data))
    dice = random.Random(7)  # noqa: S311 - the same directory each time
    services = list(vocabulary.words("services"))
    publics = [*vocabulary.words("publics_specifiquement_adresses"), "", "", ""]
    for start in range(0, places, 1000):
        with node.journal.write():
            for number in range(start, min(places, start + 1000)):
                fields = {
                    "id": str(number), "nom": f"{dice.choice(KINDS)} {dice.choice(NAMES)} {number}", "source": "Banc",
                    "commune": f"Commune {number % 3000:04}", "code_postal": f"{13001 + number % 3000:05}",
                    "adresse": f"{number % 90} rue {dice.choice(NAMES)}", "telephone": "+33442000000",
                    "latitude": f"{dice.uniform(43, 50):.5f}", "longitude": f"{dice.uniform(-1, 7):.5f}",
                    "services": "|".join(dice.sample(services, 3)), "horaires": dice.choice(HOURS),
                    "publics_specifiquement_adresses": dice.choice(publics), "frais_a_charge": "Gratuit",
                    "date_maj": dice.choice(("2099-01-01", "2020-01-01")),
                }  # fmt: skip
                said = {name: value for name, value in fields.items() if value}
                node.journal.append(facts.ADDED, place_id("Banc", str(number)), facts.PlaceAdded(said))
    node.store.close()


def measure(data: Path) -> list[Row]:
    """CPU of each search."""
    server, rows = kit(data), []
    for what, asked in SEARCHES.items():
        spent = server.cpu_ms_per_request(f"/annuaire?{quote(asked, safe='=&')}", ASKED)
        wanted = f"<= {MOST_CPU_MS}"
        rows.append(Row(f"places, {what}, CPU-ms a request", f"{spent:.2f}", wanted, spent <= MOST_CPU_MS))
    server.end()
    return rows


if __name__ == "__main__":
    over_many("places", 20_000, fill, measure)
