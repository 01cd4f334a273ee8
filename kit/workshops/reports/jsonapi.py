"""Reports shaped like `GET /activites` of La Coop's API v1 (JSON:API), with its attribute names and code values.

Source: ../shared/domain/mediation-numerique.md, 4.3. What only La Coop can know (mediator_id, structure_id) is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from zoneinfo import ZoneInfo

from kit.clock import at
from kit.ids import to_text
from kit.workshops.reports.queries import Report

_YES_NO = {"yes": True, "no": False}


def attributes(report: Report, zone: str) -> dict[str, object]:
    """The attributes of one activity, and our counters under a name of our own."""
    return {
        "type": report.activity,
        "mediateur_id": None,
        "accompagnements": report.participants,
        "date": at(report.date_ms).astimezone(ZoneInfo(zone)).date().isoformat(),
        "duree": report.minutes,
        "type_lieu": report.place_kind,
        "structure_id": None,
        "lieu_code_postal": report.postcode or None,
        "lieu_commune": report.commune or None,
        "lieu_code_insee": report.insee or None,
        "creation": _moment(report.noted_ms),
        "modification": _moment(report.changed_ms),
        "suppression": None,
        "autonomie": report.autonomy or None,
        "oriente_vers_structure": _YES_NO.get(report.redirected),
        "structure_de_redirection": report.redirection or None,
        "materiel": report.materials,
        "thematiques": report.themes,
        "tags": report.all_tags,
        "precisions_demarche": report.procedure or None,
        "titre_atelier": report.title or None,
        "niveau_atelier": report.level or None,
    }


def counters(report: Report) -> Mapping[str, object]:
    """The counters of La Coop's form, which its API does not give back."""
    names = {"gender": "genre", "age_band": "tranche_age", "status": "statut_social"}
    counts = {names[family]: dict(found) for family, found in report.counts.items() if family in names}
    return {"total": report.participants, "deja_accompagne": report.known, **counts}


def write_json(reports: Iterable[Report], count: int, url: str, zone: str) -> Iterator[str]:
    """The whole document, piece by piece."""
    yield '{"data":['
    for number, report in enumerate(reports):
        one = {
            "type": "activite",
            "id": to_text(report.report_id),
            "attributes": attributes(report, zone),
            "meta": {"participants_anonymes": counters(report), "relu": report.is_checked},
        }
        yield ("," if number else "") + json.dumps(one, ensure_ascii=False)
    links = {"self": {"href": url}, "next": None, "prev": None}
    meta = {"total_count": count, "items_per_page": count, "total_pages": 1, "has_next_page": False,
            "has_prev_page": False}  # fmt: skip
    yield f'],"links":{json.dumps(links)},"meta":{json.dumps(meta)}}}'


def _moment(unix_ms: int) -> str:
    return at(unix_ms).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
