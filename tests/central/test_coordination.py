"""Coordination activities: noted in La Coop's words, given in its columns, refused by name when something lacks."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kit.central import coordination
from kit.people.node import Node
from tests.pages import post_form

MEETING = {
    "day": "2026-11-20", "minutes": "90", "mediators": "4", "type": "comite", "initiative": "demande",
    "subject": ["reseau", "rh"],
}  # fmt: skip
EVENT = {
    "day": "2026-11-21", "minutes": "240", "name": "NEC 06", "type": "nec_local", "participants": "120",
    "organiser": "hub",
}  # fmt: skip
PARTNERS = {
    "day": "2026-11-22", "minutes": "60", "name": "Parcours", "type": "subvention", "scale": "communal",
    "partners": "CCAS de Breil : commune\nPIMMS",
}  # fmt: skip


def note(client: FlaskClient, kind: str, **fields: object) -> int:
    return int(post_form(client, f"/coordination/{kind}/noter", **fields).status_code)


def test_each_kind_comes_out_in_la_coop_s_columns(central_node: Node, coordinator: FlaskClient) -> None:
    assert [note(coordinator, kind, **one) for kind, one in
            (("animation", MEETING), ("evenement", EVENT), ("partenariat", PARTNERS))] == [303] * 3  # fmt: skip
    book = load_workbook(io.BytesIO(coordinator.get("/coordination/export.xlsx").data))
    rows = [
        dict(zip(coordination.HEADERS, [cell.value for cell in row], strict=True)) for row in book.active.iter_rows()
    ][1:]
    partner, event, meeting = rows
    assert (meeting["Type"], meeting["Médiateur·ice·s numérique·s"], meeting["Durée (min.)"]) == ("Animation", 4, 90)
    assert meeting["Thématique(s) d’animation"].count("\n") == 1 and meeting["Participants"] is None
    assert (event["Participants"], event["Organisé par"], event["Date de l’activité"]) == (120, "Un Hub", "21/11/2026")
    assert partner["Structure·s partenaire·s (Nom)"] == "CCAS de Breil\nPIMMS"
    assert coordinator.get("/coordination/export.csv?du=2026-11-21&au=2026-11-21").text.count("NEC 06") == 1
    assert "NEC 06" in coordinator.get("/coordination").text


def test_the_columns_are_la_coop_s_own_in_its_order() -> None:
    told = "|".join(coordination.HEADERS)
    assert told.startswith("Date de l’activité|Type|Durée (min.)|Participants|Médiateur·ice·s numérique·s|Structure·s|")
    assert told.endswith("|Tags|Notes|Enregistrée le|Dernière modification le|ID CRA")
    assert len(set(coordination.HEADERS)) == 20
    assert [len(coordination.labels(name)) for name in ("meeting", "event", "partnership", "organiser")] == [
        7,
        5,
        5,
        11,
    ]


@pytest.mark.parametrize(
    ("kind", "fields", "named"),
    [
        ("animation", MEETING | {"mediators": "0"}, "mediators"),
        ("animation", MEETING | {"type": "fete"}, "type"),
        ("animation", MEETING | {"subject": []}, "subject"),
        ("animation", MEETING | {"day": "2026-02-31"}, "day"),
        ("evenement", EVENT | {"name": ""}, "name"),
        ("evenement", EVENT | {"minutes": "beaucoup"}, "minutes"),
        ("partenariat", PARTNERS | {"scale": "mondial"}, "scale"),
    ],
)
def test_what_lacks_is_named_and_nothing_is_lost(
    central_node: Node, coordinator: FlaskClient, kind: str, fields: dict[str, object], named: str
) -> None:
    answer = post_form(coordinator, f"/coordination/{kind}/noter", **{**fields, "notes": "À rappeler"})
    assert answer.status_code == 422 and f'href="#{named}"' in answer.text and "À rappeler" in answer.text
    assert central_node.store.value("SELECT count(*) FROM coordination_activity") == 0


def test_a_reader_takes_the_file_and_notes_nothing(coordinator: FlaskClient, reader: FlaskClient) -> None:
    assert reader.get("/coordination/export.csv").status_code == 200
    assert reader.get("/coordination/animation/noter").status_code == 403
    assert coordinator.get("/coordination/fete/noter").status_code == 404
