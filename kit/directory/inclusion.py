"""Places as data·inclusion v1 takes them: one structure, one service where something is offered. No database, no Flask.

Source: gip-inclusion/data-inclusion-schema v1.0.8, structure.json and service.json with their referentials.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kit.directory.checks import is_on_earth
from kit.directory.standard import cut_at_word
from kit.stems import plain

MOST_NAME, MOST_DESCRIPTION, LEAST_DESCRIPTION = 150, 10_000, 5
_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+")
_SITE = re.compile(r"https?://[^\s|]{3,2000}")
_FUNDAMENTALS = "numerique--maitriser-les-fondamentaux-du-numerique"
_SUBJECTS: Mapping[str, str] = {
    "Aide aux démarches administratives": "numerique--acceder-a-des-services-en-ligne",
    "Maîtrise des outils numériques du quotidien": _FUNDAMENTALS,
    "Insertion professionnelle via le numérique": _FUNDAMENTALS,
    "Utilisation sécurisée du numérique": _FUNDAMENTALS,
    "Parentalité et éducation avec le numérique": _FUNDAMENTALS,
    "Loisirs et créations numériques": _FUNDAMENTALS,
    "Compréhension du monde numérique": _FUNDAMENTALS,
    "Accès internet et matériel informatique": "numerique--acceder-a-une-connexion-internet",
    "Acquisition de matériel informatique à prix solidaire": "numerique--acquerir-un-equipement",
}
_AUDIENCES: Mapping[str, str] = {
    "Jeunes": "jeunes",
    "Étudiants": "etudiants",
    "Familles et/ou enfants": "familles",
    "Seniors": "seniors",
    "Femmes": "femmes",
    "Surdité": "personnes-en-situation-de-handicap",
    "Handicaps moteurs": "personnes-en-situation-de-handicap",
    "Handicaps mentaux": "personnes-en-situation-de-handicap",
    "Déficience visuelle": "personnes-en-situation-de-handicap",
}
_WAYS_IN: Mapping[str, str] = {
    "Se présenter": "se-presenter",
    "Téléphoner": "telephoner",
    "Contacter par mail": "envoyer-un-courriel",
    "Prendre un RDV en ligne": "utiliser-lien-mobilisation",
    "Envoyer un mail avec une fiche de prescription": "envoyer-un-courriel",
}
_NETWORKS: Mapping[str, str] = {
    "Aidants Connect": "aidants-connect",
    "Conseillers numériques": "conseillers-numeriques",
    "Emmaüs Connect": "emmaus",
    "France Services": "france-service",
    "Grande école du numérique": "grandes-ecoles-du-numerique",
    "La Croix Rouge": "croix-rouge",
    "Point d'accès numérique CAF": "caf",
    "Relais numérique (Emmaüs Connect)": "emmaus",
    "Fabriques de Territoire": "fabrique-de-territoire",
}


def to_structure(row: Mapping[str, str]) -> dict[str, object] | None:
    """A row of `standard.to_standard` as a structure; None when its name cannot be one."""
    name = cut_at_word(row["nom"].rstrip(". "), MOST_NAME)
    if len(name) < 3:
        return None
    return {
        **_where(row),
        "source": _source(row),
        "id": f"{_source(row)}--{row['id']}",
        "nom": name,
        "date_maj": row["date_maj"],
        "siret": row["pivot"] if re.fullmatch(r"\d{14}", row["pivot"]) else None,
        "site_web": _first(_SITE, row["site_web"]),
        "description": _description(row),
        "reseaux_porteurs": _coded(row, ("dispositif_programmes_nationaux", "formations_labels"), _NETWORKS),
        "accessibilite_lieu": _first(_SITE, row["fiche_acces_libre"]),
    }


def to_service(row: Mapping[str, str]) -> dict[str, object] | None:
    """What is offered there, as one service; None when nothing is, or nothing that can be described."""
    structure = to_structure(row)
    if structure is None or not row["services"]:
        return None
    helps = row["modalites_accompagnement"].split("|")
    return {
        **_where(row),
        "source": structure["source"],
        "structure_id": structure["id"],
        "id": f"{structure['id']}--mediation-numerique",
        "nom": "Médiation numérique",
        "description": _description(row) or ", ".join(row["services"].split("|")),
        "type": "atelier" if helps == ["Dans un atelier collectif"] else "accompagnement",
        "date_maj": row["date_maj"],
        "thematiques": _coded(row, ("services",), _SUBJECTS),
        "publics": _coded(row, ("publics_specifiquement_adresses", "prise_en_charge_specifique"), _AUDIENCES),
        "publics_precisions": ", ".join(filter(None, row["prise_en_charge_specifique"].split("|"))) or None,
        "frais": _cost(row["frais_a_charge"]),
        "frais_precisions": "Gratuit sous condition" if "Gratuit sous condition" in row["frais_a_charge"] else None,
        "modes_accueil": ["a-distance", "en-presentiel"] if "À distance" in helps else ["en-presentiel"],
        "modes_mobilisation": _coded(row, ("modalites_acces",), _ways_in(row)),
        "lien_mobilisation": _first(_SITE, row["prise_rdv"]),
        "mobilisable_par": ["professionnels", "usagers"],
    }


def _where(row: Mapping[str, str]) -> dict[str, object]:
    """The fields that a structure and its service share."""
    is_placed = is_on_earth(row["latitude"], row["longitude"])
    return {
        "adresse": row["adresse"] or None,
        "complement_adresse": row["complement_adresse"] or None,
        "code_postal": row["code_postal"] or None,
        "code_insee": row["code_insee"] or None,
        "commune": row["commune"] or None,
        "latitude": float(row["latitude"]) if is_placed else None,
        "longitude": float(row["longitude"]) if is_placed else None,
        "telephone": row["telephone"] or None,
        "courriel": _first(_MAIL, row["courriels"]),
        "horaires_accueil": row["horaires"] or None,
    }


def _source(row: Mapping[str, str]) -> str:
    """A short name of who collects: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", plain(row["source"])).strip("-") or "valise-nomade"


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    return next((one for one in text.split("|") if pattern.fullmatch(one)), None)


def _description(row: Mapping[str, str]) -> str | None:
    text = (row["presentation_detail"] or row["presentation_resume"])[:MOST_DESCRIPTION].strip()
    return text if len(text) >= LEAST_DESCRIPTION else None


def _coded(row: Mapping[str, str], names: tuple[str, ...], codes: Mapping[str, str]) -> list[str] | None:
    found = [codes[one] for name in names for one in row[name].split("|") if one in codes]
    return list(dict.fromkeys(found)) or None


def _ways_in(row: Mapping[str, str]) -> Mapping[str, str]:
    """A booking page can only be used where its address is known."""
    has_link = _first(_SITE, row["prise_rdv"]) is not None
    return {label: code for label, code in _WAYS_IN.items() if has_link or code != "utiliser-lien-mobilisation"}


def _cost(text: str) -> str | None:
    if "Payant" in text:
        return "payant"
    return "gratuit" if "Gratuit" in text else None
