"""What visitors see: the list, one workshop, the ticket."""

from __future__ import annotations

import re

import pytest

from kit.ids import to_text
from kit.workshops import actions, queries, searching

from .box import HOUR_MS, Box, count_statements, plan, post


def page_of(workshop: bytes) -> str:
    return f"/ateliers/{to_text(workshop)}"


def test_today_comes_first_then_the_days_after(box: Box) -> None:
    box.plan(24 * 3, title="Dans trois jours")
    box.plan(0, title="Maintenant")
    full = box.plan(0, title="Plein", places=1)
    box.sign_up(full)
    off = box.plan(24 * 3, title="Annulé celui-là")
    actions.cancel_workshop(box.node, off, "")
    text = box.visitor().get("/ateliers").text
    assert text.index("Maintenant") < text.index("Dans trois jours")
    assert "3 places libres" in text and "complet\u00a0: liste d’attente" in text and "<s>Annulé celui-là</s>" in text


def test_an_empty_list_shows_a_way_forward(box: Box) -> None:
    assert "Aucun atelier n’est prévu" in box.visitor().get("/ateliers").text


def test_signing_up_ends_on_a_ticket_without_name_or_cookie(box: Box) -> None:
    workshop = box.plan()
    client = box.visitor()
    answer = post(client, page_of(workshop), at=page_of(workshop), name="Zénobie", phone="06 12 34 56 78")
    assert answer.status_code == 303 and "Set-Cookie" not in answer.headers
    ticket = client.get(answer.location)
    code = answer.location.rsplit("/", 1)[1]
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d\d", code)
    assert code in ticket.text and "<svg" in ticket.text and "Notez ce code" in ticket.text
    assert "Zénobie" not in ticket.text and "06 12" not in ticket.text
    assert "Set-Cookie" not in ticket.headers


def test_the_qr_code_leads_to_the_ticket(box: Box) -> None:
    from qrcode.main import QRCode

    workshop = box.plan()
    code, start = box.sign_up(workshop).code, queries.get_workshop(box.node.store, workshop).starts_at_ms
    shown = box.visitor().get(f"/ticket/{code}").text
    expected = QRCode(border=4, error_correction=0)
    expected.add_data(f"http://localhost/ticket/{code}?de=La+Valise&le={start // 60_000}")
    expected.make(fit=True)
    matrix = expected.get_matrix()
    drawn = [[False] * len(matrix) for _ in matrix]
    path = re.search(r'<path d="([^"]+)"', shown)
    assert path
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", path[1]):
        for n in range(int(width)):
            drawn[int(y)][int(x) + n] = True
    assert drawn == matrix


def test_the_ticket_tells_rank_promotion_move_and_cancellation(box: Box) -> None:
    workshop = box.plan(places=1, waiting_places=2)
    placed, waiting = box.sign_up(workshop), box.sign_up(workshop)
    client = box.visitor()

    def ticket(signup: queries.Signup) -> str:
        return client.get(f"/ticket/{signup.code}").text

    assert "Votre place est réservée" in ticket(placed)
    assert re.search(r"rang sur la liste d’attente.: 1\.", ticket(waiting))
    address = f"/ticket/{placed.code}"
    assert post(client, f"{address}/annuler", at=address).location == address
    assert "Inscription annulée" in ticket(placed) and "Une place s’est libérée" in ticket(waiting)
    start = queries.get_workshop(box.node.store, workshop).starts_at_ms
    actions.change_workshop(box.node, workshop, plan(start, places=1, waiting_places=2, title="Autre titre"), 1)
    assert "déplacé" not in ticket(waiting)
    actions.change_workshop(box.node, workshop, plan(start + HOUR_MS, places=1, waiting_places=2), 2)
    assert "déplacé" in ticket(waiting)
    closed = box.plan()
    gone = box.sign_up(closed)
    actions.close_workshop(box.node, closed, lambda *_: None)
    assert "Atelier terminé" in ticket(gone) and "/annuler" not in ticket(gone)
    answer = post(client, f"/ticket/{gone.code}/annuler", at="/ateliers/mon-ticket")
    assert answer.status_code == 409 and "Cet atelier est terminé" in answer.text
    actions.cancel_workshop(box.node, workshop, "La salle est fermée.")
    assert "Atelier annulé" in ticket(waiting) and "La salle est fermée." in ticket(waiting)


def test_a_code_is_read_kindly(box: Box) -> None:
    code = box.sign_up(box.plan()).code
    typed = " " + code.upper().replace("-", "  ") + " "
    answer = post(box.visitor(), "/ateliers/mon-ticket", at="/ateliers/mon-ticket", code=typed)
    assert (answer.status_code, answer.location) == (303, f"/ticket/{code}")


@pytest.mark.parametrize("typed", ["", "renard-lune-00", "é" * 300, "../../etc", "' OR 1=1 --"])
def test_an_unknown_code_is_told_in_the_form(box: Box, typed: str) -> None:
    answer = post(box.visitor(), "/ateliers/mon-ticket", at="/ateliers/mon-ticket", code=typed)
    assert answer.status_code == 422 and "Aucun ticket ne porte ce code" in answer.text


def test_guessing_codes_is_slowed_down(box: Box) -> None:
    code = box.sign_up(box.plan()).code
    client = box.visitor()
    statuses = [client.get("/ticket/renard-lune-00").status_code for _ in range(4)]
    assert statuses == [404, 404, 404, 429]
    assert client.get(f"/ticket/{code}").status_code == 429
    elsewhere = box.app.test_client(use_cookies=False)
    assert elsewhere.get(f"/ticket/{code}", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 200


@pytest.mark.parametrize("address", ["/ateliers/xyz", "/ateliers/" + "a" * 26, "/ateliers/nouveau"])
def test_a_workshop_that_does_not_exist(box: Box, address: str) -> None:
    assert box.visitor().get(address).status_code == 404


def test_a_forged_form_notes_nothing(box: Box) -> None:
    workshop = box.plan()
    code = box.sign_up(workshop).code
    head = box.node.journal.head()
    client = box.visitor()
    for address in (page_of(workshop), f"/ticket/{code}/annuler", "/ateliers/mon-ticket"):
        assert client.post(address, data={"name": "Marie", "code": code}).status_code == 400
    assert box.node.journal.head() == head


def test_the_list_costs_the_same_with_three_and_two_hundred_workshops(box: Box) -> None:
    client = box.visitor()
    for n in range(3):
        box.plan(n + 1)
    client.get("/ateliers")
    few = count_statements(box, lambda: client.get("/ateliers"))
    with box.node.journal.write():
        for n in range(197):
            box.sign_up(box.plan(n, places=1))
    many = count_statements(box, lambda: client.get("/ateliers"))
    assert many == few <= 8
    assert len(client.get("/ateliers").data) < 60_000


def test_a_search_knows_plurals_and_other_endings(box: Box) -> None:
    box.plan(1, title="Les journaux numériques")
    box.plan(2, title="Imprimer")
    for typed in ("journal numérique", "JOURNAUX", "imprimait"):
        found = searching.search_workshops(box.node.store, typed, 5)
        assert len(found) == 1, typed
    assert searching.search_workshops(box.node.store, "jardin", 5) == []
