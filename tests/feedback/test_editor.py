"""Writing a questionnaire in the console: question by question, tried, published, offered; the same pages at home."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from kit.feedback import catalogue, editing
from kit.feedback.questionnaires import Question, shipped
from kit.feedback.xlsform import read_xlsform
from kit.feedback.xlsform_export import write_xlsform
from tests.pages import post_form

from .box import TOKEN, Box
from .test_xlsform import CHOICES, workbook

BASE = "/console/questionnaires"


def send(client: FlaskClient, page: str, url: str, **fields: object) -> str:
    """Post to `url` with the token of the page at `page`; where it leads."""
    answer = post_form(client, page, url, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_mediator_writes_tries_publishes_and_offers(box: Box) -> None:
    staff = box.staff()
    edit = send(staff, BASE, f"{BASE}/nouveau", title="Notre marché")
    base = edit.removesuffix("/modifier")
    assert post_form(staff, edit, f"{base}/publier").status_code == 422, "nothing to ask yet"
    page = f"{edit}/0"
    send(staff, page, page, text="Venez-vous au marché ?", kind="one", choices="Oui\nNon", required="1")
    page = f"{edit}/1"
    wrong = post_form(staff, page, page, text="Que manque-t-il ?", kind="several", choices="Seul")
    assert wrong.status_code == 422 and "Seul" in wrong.text and 'id="choices-error"' in wrong.text
    fields = {"if_question": "q1", "if_answers": "Oui", "text_en": "What is missing?", "choices_en": "Bread\nFish"}
    send(staff, page, page, text="Que manque-t-il ?", kind="several", choices="Pain\nPoisson", **fields)
    send(staff, f"{edit}/2", f"{edit}/2", text="Un mot ?", kind="long")
    send(staff, edit, f"{edit}/2", what="up")
    send(staff, edit, f"{edit}/1", what="down")
    send(staff, edit, edit, title="Notre marché", intro="Deux minutes.", guard="stop", about="stop")
    assert "Venez-vous au marché" in staff.get(f"{base}/apercu").text
    send(staff, edit, f"{base}/publier")
    code = base.rpartition("/")[2]
    made = catalogue.get_questionnaire(box.node, code)
    assert (made.version, [one.kind for one in made.questions]) == (1, ["one", "several", "long"])
    assert made.questions[1].shown_if[0].values == (made.questions[0].choices[0].value,)
    assert made.questions[1].choices[0].labels == {"en": "Bread"}
    assert "Notre marché" not in box.visitor().get("/questionnaires").text
    send(staff, BASE, f"{base}/proposer", offered="1")
    assert "Notre marché" in box.visitor().get("/questionnaires").text
    # The next version keeps the number of a choice that keeps its words.
    send(staff, f"{edit}/0", f"{edit}/0", text="Venez-vous ?", kind="one", choices="Parfois\nOui\nNon")
    send(staff, edit, f"{base}/publier")
    later = catalogue.get_questionnaire(box.node, code)
    old = {one.label: one.value for one in made.questions[0].choices}
    new = {one.label: one.value for one in later.questions[0].choices}
    assert later.version == 2 and {label: new[label] for label in old} == old and len(set(new.values())) == 3


def test_another_measure_is_another_question(box: Box) -> None:
    """Twelve minutes and the twelfth day are never added up; a measure that only gets other words stays itself."""
    staff = box.staff()
    edit = send(staff, BASE, f"{BASE}/nouveau", title="Le trajet")
    code, ids = edit.removesuffix("/modifier").rpartition("/")[2], []
    for text, kind in (("Combien ?", "number"), ("Combien de minutes ?", "number"), ("Quel jour ?", "date")):
        send(staff, f"{edit}/0", f"{edit}/0", text=text, kind=kind)
        send(staff, edit, edit.replace("/modifier", "/publier"))
        (asked,) = catalogue.get_questionnaire(box.node, code).questions
        ids.append(asked.id)
    assert ids[0] == ids[1] != ids[2]


def test_a_question_that_others_depend_on_can_be_removed(box: Box) -> None:
    staff = box.staff()
    edit = send(staff, BASE, f"{BASE}/je-donne-mon-avis/copier")
    send(staff, edit, f"{edit}/2", what="remove")
    send(staff, edit, edit.replace("/modifier", "/publier"))


def test_a_workbook_comes_in_and_goes_out(box: Box) -> None:
    staff = box.staff()
    token = TOKEN.search(staff.get(BASE).text)
    assert token
    raw = write_xlsform(shipped()["besoins", 1])
    answer = staff.post(f"{BASE}/importer", data={"csrf": token[1], "file": (__import__("io").BytesIO(raw), "b.xlsx")})
    assert answer.status_code == 200 and "7 questions ont été prises" in answer.text
    edit = re.search(rf'href="({BASE}/[^"]+/modifier)"', answer.text)
    assert edit
    out = staff.get(edit[1].replace("/modifier", "/classeur.xlsx"))
    assert out.data[:2] == b"PK" and "attachment" in out.headers["Content-Disposition"]
    answer = staff.post(f"{BASE}/importer", data={"csrf": token[1], "file": (__import__("io").BytesIO(b"x"), "b.xlsx")})
    assert answer.status_code == 422 and "n’est pas un classeur" in answer.text


def test_the_central_writes_for_all(coordinator: FlaskClient) -> None:
    edit = send(coordinator, BASE, f"{BASE}/nouveau", title="Pour tous")
    send(coordinator, f"{edit}/0", f"{edit}/0", text="Ça va ?", kind="five")
    send(coordinator, edit, edit.replace("/modifier", "/publier"))
    assert "Pour tous" in coordinator.get(BASE).text


def test_only_those_who_may(librarian: FlaskClient, reader: FlaskClient) -> None:
    assert librarian.get(BASE).status_code == 403
    assert reader.get(BASE).status_code == 403


def imported(box: Box) -> tuple[FlaskClient, str]:
    """A draft from a workbook: two conditions on one question, a bound below nought, words in Italian."""
    raw = workbook(
        survey=[
            ["type", "name", "label", "label::Italiano (it)", "relevant", "constraint"],
            ["select_one yn", "venu", "Venu ?", "Venuto?"],
            ["integer", "froid", "Degrés ?", "Gradi?", None, ". >= -20 and . <= 40"],
            ["text", "mot", "Un mot", "Una parola", "${froid} >= 10 and ${venu} = 'oui'"],
        ],
        choices=CHOICES,
    )
    draft = editing.keep_draft(box.node, read_xlsform(raw, "village-x").questionnaire)
    return box.staff(), f"{BASE}/{draft.code}/modifier"


def page_fields(client: FlaskClient, page: str) -> dict[str, str]:
    """The hidden fields of a question's page."""
    return dict(re.findall(r'name="(question|stamp)" value="([^"]*)"', client.get(page).text))


def test_what_the_page_cannot_write_is_not_lost(box: Box) -> None:
    staff, edit = imported(box)
    before = editing.get_draft(box.node, "village-x")
    page = staff.get(f"{edit}/2").text
    assert "Garder les conditions du classeur" in page and "10 ou plus" in page
    assert "répondu Oui à «\u00a0Venu ?\u00a0»" in page, "which question, for it is not the one before"
    keep = {**page_fields(staff, f"{edit}/2"), "keep_if": "1"}
    send(staff, f"{edit}/2", f"{edit}/2", text="Un mot, deux ?", kind="short", **keep)
    send(staff, f"{edit}/1", f"{edit}/1", text="Degrés ?", kind="number", low="-20", high="40")
    send(staff, f"{edit}/0", f"{edit}/0", text="Venu ?", kind="one", choices="Oui\nNon")
    send(staff, edit, edit, title="Le village", guard="stop", about="stop")
    after = editing.get_draft(box.node, "village-x")
    assert after.questions[2].shown_if == before.questions[2].shown_if and after.questions[2].text == "Un mot, deux ?"
    assert (after.questions[1].low, after.questions[1].high) == (-20, 40)
    assert [one.name for one in after.questions[0].choices] == ["oui", "non"]
    assert [one.texts for one in after.questions] == [one.texts for one in before.questions]
    wrong = post_form(staff, f"{edit}/1", f"{edit}/1", text="Degrés ?", kind="number", low="froid")
    assert wrong.status_code == 422 and 'id="low-error"' in wrong.text


def test_two_windows_on_one_draft_lose_nothing(box: Box) -> None:
    staff, edit = imported(box)
    mine = page_fields(staff, f"{edit}/1")
    send(staff, edit, f"{edit}/0", what="down", question="venu")  # the other window moves things
    send(staff, f"{edit}/1", f"{edit}/1", text="Combien ?", kind="number", **mine)
    draft = editing.get_draft(box.node, "village-x")
    assert [(one.id, one.text) for one in draft.questions][:2] == [("froid", "Combien ?"), ("venu", "Venu ?")]
    late = post_form(staff, f"{edit}/0", f"{edit}/0", text="Mes mots", kind="number", **mine)
    assert late.status_code == 409 and "Mes mots" in late.text and "autre fenêtre" in late.text
    assert editing.get_draft(box.node, "village-x").questions[0].text == "Combien ?"
    again = dict(re.findall(r'name="(question|stamp)" value="([^"]*)"', late.text))
    send(staff, f"{edit}/0", f"{edit}/0", text="Mes mots", kind="number", **again)
    assert editing.get_draft(box.node, "village-x").questions[0].text == "Mes mots"
    send(staff, edit, f"{edit}/0", what="remove", question="froid")
    gone = post_form(staff, f"{edit}/0", f"{edit}/0", text="Trop tard", kind="number", **again)
    assert gone.status_code == 409 and "Trop tard" in gone.text and "enlevée" in gone.text
    assert [one.id for one in editing.get_draft(box.node, "village-x").questions] == ["venu", "mot"]


def test_a_draft_is_thrown_away_and_one_too_long_keeps_what_was_there(box: Box) -> None:
    staff, edit = imported(box)
    draft = editing.get_draft(box.node, "village-x")
    for number in range(57):
        draft = editing.put_question(draft, 99, Question(f"p{number}", "short", "Encore ?"))
    editing.keep_draft(box.node, draft)
    full = post_form(staff, f"{edit}/60", f"{edit}/60", text="La soixante et unième", kind="short")
    assert full.status_code == 422 and "La soixante et unième" in full.text and "trop long" in full.text
    assert len(editing.get_draft(box.node, "village-x").questions) == 60
    send(staff, edit, edit.replace("/modifier", "/jeter"))
    assert editing.find_draft(box.node, "village-x") is None and staff.get(edit).status_code == 404
    assert post_form(staff, BASE, edit.replace("/modifier", "/jeter")).status_code == 404
