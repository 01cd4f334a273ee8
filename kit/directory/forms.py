"""Text from outside to a stop, or what is wrong beside each field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

import msgspec

from kit.directory import checks, rules, vocabulary
from kit.errors.kind import fr
from kit.ids import read_text
from kit.web.fields import Fields


class NewStop(msgspec.Struct, frozen=True):
    """What staff wrote about a stop."""

    label: str
    commune: str
    code_insee: str
    address: str
    starts_at_ms: int
    ends_at_ms: int
    tour: str
    hall_id: bytes = b""


CORRECTED: Mapping[str, tuple[str, int]] = {
    "horaires": (fr("Horaires"), 300),
    "telephone": (fr("Téléphone"), 40),
    "adresse": (fr("Adresse"), 200),
    "complement_adresse": (fr("Complément d’adresse"), 200),
    "courriels": ("E-mail", 200),
    "site_web": (fr("Site"), 300),
    "presentation_resume": (fr("Ce qu’on y fait, en une phrase"), 280),
}


def read_correction(values: Mapping[str, str]) -> dict[str, str]:
    """What a place's fields should say, empty to take away what is said. Raises FieldProblems."""
    fields = Fields(values)
    wanted = {name: fields.text(name, limit, required=name in rules.NEEDED) for name, (_, limit) in CORRECTED.items()}
    fields.check()
    return wanted | {"telephone": rules.read_phone(wanted["telephone"])}


def outside() -> Mapping[str, tuple[str, int]]:
    """What somebody outside the team may say of a place: facts of the place, no sentences."""
    return {name: row for name, row in CORRECTED.items() if name != "presentation_resume"}


def read_outside(values: Mapping[str, str]) -> dict[str, str]:
    """The same as `read_correction` for those fields. Raises FieldProblems."""
    fields = Fields(values)
    wanted = {name: fields.text(name, limit, required=name in rules.NEEDED) for name, (_, limit) in outside().items()}
    fields.check()
    return wanted | {"telephone": rules.read_phone(wanted["telephone"])}


# The other fields of the standard, as a coordinator fills them: (label, longest, hint).
FULL: Mapping[str, tuple[str, int, str]] = {
    "nom": (fr("Nom"), 150, ""),
    "commune": (fr("Commune"), 80, ""),
    "code_postal": (fr("Code postal"), 5, fr("Cinq chiffres.")),
    "code_insee": (fr("Code INSEE de la commune"), 5, fr("Cinq signes, par exemple 06116. Sinon, laissez vide.")),
    "pivot": (
        fr("SIRET ou RNA"),
        20,
        fr("Quatorze chiffres, ou W et neuf chiffres. Sans lui, pas de données ouvertes."),
    ),
    "latitude": (fr("Latitude"), 20, fr("En degrés, par exemple 43.52609.")),
    "longitude": (fr("Longitude"), 20, fr("En degrés, par exemple 5.41423.")),
    "presentation_detail": (fr("Présentation détaillée"), 4000, ""),
    "structure_parente": (fr("Structure parente"), 200, ""),
    "prise_rdv": (fr("Page pour prendre rendez-vous"), 300, fr("Commence par https://")),
    "fiche_acces_libre": (fr("Fiche Accès libre"), 300, fr("Commence par https://")),
    "autres_formations_labels": (fr("Autres formations et labels"), 300, fr("Séparés par une barre |")),
    "source": (fr("Qui tient cette fiche"), 80, ""),
}
LIST_LABELS: Mapping[str, str] = {
    "services": fr("Ce qu’on y fait"),
    "modalites_acces": fr("Pour y aller"),
    "modalites_accompagnement": fr("Comment on y est aidé"),
    "frais_a_charge": fr("Prix"),
    "publics_specifiquement_adresses": fr("Publics"),
    "prise_en_charge_specifique": fr("Prise en charge"),
    "itinerance": fr("Fixe ou itinérant"),
    "typologie": fr("Sorte de lieu"),
    "dispositif_programmes_nationaux": fr("Dispositifs nationaux"),
    "formations_labels": fr("Formations et labels"),
}
_NEEDED = ("nom", "commune", "code_postal", "adresse")


class Given(Protocol):
    """A form: `get` gives the first value of a field, `getlist` all of them."""

    def get(self, name: str, default: str) -> str: ...
    def getlist(self, name: str) -> list[str]: ...


def lists() -> dict[str, list[tuple[str, str]]]:
    """The fields with several values: their (exact string, words)."""
    return {name: [(value, fr(words)) for value, words in vocabulary.words(name).items()] for name in LIST_LABELS}


def read_place(given: Given, values: Mapping[str, str]) -> dict[str, str]:
    """Every field of a place but its id and date, empty where nothing is said. Raises FieldProblems."""
    fields = Fields(values)
    limits = dict([(name, row[1]) for name, row in CORRECTED.items()] + [(name, row[1]) for name, row in FULL.items()])
    wanted = {
        name: fields.text(name, limit, required=name in _NEEDED, lines=name == "presentation_detail")
        for name, limit in limits.items()
    }
    for name, choices in lists().items():
        known = {value for value, _ in choices}
        wanted[name] = "|".join(one for one in given.getlist(name) if one in known)
    wanted["telephone"] = rules.read_phone(wanted["telephone"])
    wanted["pivot"] = wanted["pivot"].replace(" ", "").replace("\u00a0", "")
    _check_codes(fields, wanted)
    fields.check()
    return wanted


def _check_codes(fields: Fields, wanted: Mapping[str, str]) -> None:
    """What the standard would refuse later is said now."""
    if wanted["code_insee"] and not rules.is_insee(wanted["code_insee"].upper()):
        fields.refuse("code_insee", "directory.code_insee")
    if wanted["code_postal"] and not re.fullmatch(r"[0-9]{5}", wanted["code_postal"]):
        fields.refuse("code_postal", "directory.code_postal")
    if wanted["pivot"] and not (checks.is_siret(wanted["pivot"]) or checks.is_rna(wanted["pivot"])):
        fields.refuse("pivot", "directory.pivot")
    is_placed = checks.is_on_earth(wanted["latitude"], wanted["longitude"])
    if (wanted["latitude"] or wanted["longitude"]) and not is_placed:
        fields.refuse("latitude", "directory.degrees")
    for name in ("prise_rdv", "fiche_acces_libre"):
        if wanted[name] and not wanted[name].startswith(("https://", "http://")):
            fields.refuse(name, "directory.address")


def read_stop(values: Mapping[str, str], zone: str) -> NewStop:
    """The form of a stop. Raises FieldProblems."""
    fields = Fields(values)
    code_insee = fields.text("code_insee", 5).upper()
    if code_insee and not rules.is_insee(code_insee):
        fields.refuse("code_insee", "directory.code_insee")
    stop = NewStop(
        label=fields.text("label", 120, required=True),
        commune=fields.text("commune", 80, required=True),
        code_insee=code_insee,
        address=fields.text("address", 200),
        starts_at_ms=fields.moment("day", "hour", zone),
        ends_at_ms=fields.moment("last_day", "last_hour", zone),
        tour=fields.text("tour", 80),
        hall_id=read_text(values.get("hall", "")) or b"",
    )
    if not {"day", "last_day"} & set(fields.problems) and stop.ends_at_ms <= stop.starts_at_ms:
        fields.refuse("last_day", "directory.ends_before")
    fields.check()
    return stop
