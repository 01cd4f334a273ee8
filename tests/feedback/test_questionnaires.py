"""Questionnaires as data: the standard ones are sound, versions are facts, answers keep to the version they cite."""

from __future__ import annotations

import re

import msgspec
import pytest
from msgspec.structs import replace

from kit.errors import FieldProblems, Problem
from kit.feedback import actions, catalogue, facts, forms, queries, rules
from kit.feedback.questionnaires import Choice, Condition, Question, Questionnaire, is_shown, shipped, translate
from kit.feedback.result_queries import Total
from kit.feedback.results import tell_question
from kit.feedback.soundness import check_questionnaire, decode, encode
from kit.ids import new_id
from kit.people.node import Node

from .box import Box, post

WAYS = (Choice(1, "Bus"), Choice(2, "Auto"), Choice(3, "Âne"))
GOALS = (Choice(1, "Pain"), Choice(2, "Poste"), Choice(3, "Bal"))
YES_NO = (Choice(1, "Oui"), Choice(0, "Non"))
VILLAGE = Questionnaire(
    "village-abcde",
    1,
    "Notre village",
    (
        Question("venu", "one", "Êtes-vous venu à pied ?", required=True, choices=YES_NO),
        Question("minutes", "number", "Combien de minutes ?", high=180, shown_if=(Condition("venu", (1,)),)),
        Question("moyens", "several", "Comment alors ?", choices=WAYS),
        Question("ordre", "ranking", "Dans quel ordre ?", choices=GOALS),
        Question("note", "ten", "Votre note"),
        Question("mot", "long", "Un mot ?"),
    ),
    titles={"en": "Our village"},
)  # fmt: skip


def read(questionnaire: Questionnaire = VILLAGE, **given: object) -> forms.NewAnswer:
    """An answer from a form's fields."""
    lists = {
        name: [str(one) for one in (value if isinstance(value, list) else [value])] for name, value in given.items()
    }
    return forms.read_answer({name.replace("__", "."): value for name, value in lists.items()}, questionnaire, [])


def test_every_standard_questionnaire_is_sound_and_survives_its_fact() -> None:
    assert len(shipped()) >= 10
    for one in shipped().values():
        assert decode(encode(check_questionnaire(one))) == one
        for question in one.questions:
            assert "'" not in question.text + question.hint + "".join(c.label for c in question.choices), question.id


def test_before_and_after_ask_the_same_skills() -> None:
    before, after = shipped()["je-sais-faire-avant", 1], shipped()["je-sais-faire-apres", 1]
    skills = [(one.id, one.text, one.choices) for one in before.questions]
    assert [(one.id, one.text, one.choices) for one in after.questions[: len(skills)]] == skills


def test_the_states_scale_is_the_states() -> None:
    scale = shipped()["je-donne-mon-avis", 1]
    assert scale.find("satisfaction").marks == (10, 5, 0)  # type: ignore[union-attr]
    assert scale.find("comprehension").marks == (1, 2, 3, 4, 5)  # type: ignore[union-attr]
    assert len(scale.find("contact_tried").choices) == 9  # type: ignore[union-attr]


def test_each_kind_is_read_as_numbers() -> None:
    answer = read(
        venu=1, minutes=12, moyens=["1", "3"], ordre__2=1, ordre__3=2, ordre__1="", note=10, mot="Bien"
    )  # fmt: skip
    assert answer.values == (
        ("venu", 1), ("minutes", 12), ("moyens", 2), ("moyens.1", 1), ("moyens.3", 1),
        ("ordre", 2), ("ordre.2", 1), ("ordre.3", 2), ("note", 10), ("mot", 1),
    )  # fmt: skip
    assert answer.texts == {"mot": "Bien"}


MEASURED = Questionnaire(
    "mesures-abcde",
    1,
    "Mesures",
    (
        Question("km", "decimal", "Combien de kilomètres ?", high=300),
        Question("jour", "date", "Quel jour ?"),
        Question("heure", "time", "À quelle heure ?"),
        Question("loin", "short", "Pourquoi si loin ?", shown_if=(Condition("km", low=1000),)),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ({"km": "12,5", "jour": "2026-11-23", "heure": "14:30"}, (("km", 1250), ("jour", 20780), ("heure", 870))),
        ({"km": "9.99", "jour": "23/11/2026", "heure": "8h"}, (("km", 999), ("jour", 20780), ("heure", 480))),
        ({"km": "0", "jour": "1 1 1970", "heure": "0 h 05"}, (("km", 0), ("jour", 0), ("heure", 5))),
        ({"km": "10", "loin": "Le car"}, (("km", 1000), ("loin", 1))),
        ({"km": "9,99", "loin": "Le car"}, (("km", 999),)),
        ({}, ()),
    ],
)
def test_decimals_days_and_hours_are_kept_as_whole_numbers(
    given: dict[str, object], values: tuple[tuple[str, int], ...]
) -> None:
    assert read(check_questionnaire(MEASURED), **given).values == values


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        *(("km", typed, "questionnaires.decimal") for typed in ("300,01", "-1", "12,345", "1e3", "٣", "nan", "douze")),
        *(("jour", typed, "questionnaires.date") for typed in ("30/02/2026", "2026-13-01", "hier", "1/1/1066")),
        *(("heure", typed, "questionnaires.time") for typed in ("25:00", "12:60", "14", "midi", "-1:00")),
    ],
)
def test_a_wrong_measure_is_refused_beside_its_field(name: str, typed: str, code: str) -> None:
    with pytest.raises(FieldProblems) as refusal:
        read(MEASURED, **{name: typed})
    assert {field: problem.code for field, problem in refusal.value.fields.items()} == {name: code}


def test_measures_are_told_as_people_read_them() -> None:
    def told(name: str, *marks: int) -> tuple[str, str]:
        question = MEASURED.find(name)
        assert question is not None
        totals = [Total(1, name, mark, 2) for mark in marks]
        one = tell_question(question, totals, 2)
        assert one.bars == ()
        return one.mean_words, one.margin_words.replace("\u00a0", " ")

    assert told("km", 1250, 750) == ("10,0", "2,8")
    assert told("jour", 20779, 20781) == ("23/11/2026", "1,1 jours")
    assert told("heure", 840, 900)[0].replace("\u00a0", " ") == "14 h 30"


def test_what_is_not_for_this_person_is_not_kept() -> None:
    assert read(venu=0, minutes=12).values == (("venu", 0),)
    question = Question("x", "short", "?", shown_if=(Condition("n", low=3, high=5),))
    assert [is_shown(question, {"n": [n]}) for n in (2, 3, 5, 6)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({}, "venu", "field.choice"),
        ({"venu": 2}, "venu", "field.choice"),
        ({"venu": 1, "minutes": "181"}, "minutes", "field.number"),
        ({"venu": 1, "minutes": "-1"}, "minutes", "field.number"),
        ({"venu": 1, "minutes": "douze"}, "minutes", "field.number"),
        ({"venu": 1, "moyens": ["1", "9"]}, "moyens", "field.choice"),
        ({"venu": 1, "ordre__1": 1, "ordre__2": 1}, "ordre", "questionnaires.rank"),
        ({"venu": 1, "ordre__1": 4}, "ordre", "questionnaires.rank"),
        ({"venu": 1, "note": 11}, "note", "field.choice"),
        ({"venu": 1, "mot": "appelez le 06 12 34 56 78"}, "mot", "feedback.personal_data"),
        ({"venu": 1, "mot": "é" * 1001}, "mot", "field.too_long"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(given: dict[str, object], field: str, code: str) -> None:
    with pytest.raises(FieldProblems) as refusal:
        read(**given)
    assert {name: one.code for name, one in refusal.value.fields.items()} == {field: code}


def test_a_grievance_is_warned_and_not_stopped() -> None:
    warned = replace(VILLAGE, guard="warn")
    given = {"venu": ["1"], "mot": ["je m’appelle Odette"]}
    with pytest.raises(FieldProblems) as refusal:
        forms.read_answer(given, warned, [])
    assert refusal.value.fields["mot"].code == "feedback.personal_warning"
    assert forms.read_answer(given, warned, [], is_confirmed=True).texts == {"mot": "je m’appelle Odette"}
    with pytest.raises(FieldProblems):
        forms.read_answer(given, VILLAGE, [], is_confirmed=True)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question("venu", "short", "Encore ?"), "questionnaires.name"),
        (Question("csrf", "short", "?"), "questionnaires.name"),
        (Question("x", "one", "?", choices=(Choice(1, "seul"),)), "questionnaires.choices"),
        (Question("x", "one", "?", choices=(Choice(1, "a"), Choice(1, "b"))), "questionnaires.choices"),
        (Question("x", "faces", "?", choices=YES_NO), "questionnaires.faces"),
        (Question("x", "number", "?", low=5, high=5), "questionnaires.bounds"),
        (Question("x", "short", "?", shown_if=(Condition("later", (1,)),)), "questionnaires.condition"),
        (Question("x", "short", "?", shown_if=(Condition("venu", (7,)),)), "questionnaires.condition"),
        (Question("x", "short", "?", shown_if=(Condition("mot", (1,)),)), "questionnaires.condition"),
    ],
)
def test_an_unsound_questionnaire_is_refused(question: Question, code: str) -> None:
    with pytest.raises(Problem) as refusal:
        check_questionnaire(replace(VILLAGE, questions=(*VILLAGE.questions, question)))
    assert refusal.value.code == code


def test_versions_are_facts_and_answers_keep_to_theirs(box: Box) -> None:
    node = box.node
    first = catalogue.publish(node, VILLAGE)
    second = catalogue.publish(node, replace(VILLAGE, questions=VILLAGE.questions[:1]))
    assert (first.version, second.version) == (1, 2)
    assert catalogue.find_questionnaire(node, "village-abcde") == second
    assert catalogue.find_questionnaire(node, "village-abcde", 1) == first
    page = box.visitor().get("/questionnaires/village-abcde").text
    assert 'name="version" value="2"' in page
    # A phone that still shows version 1 sends its answer: it is kept under version 1.
    answer = post(box.visitor(), "/questionnaires/village-abcde", version="1", venu="1", minutes="9")
    assert answer.status_code == 303
    assert [(one.questionnaire, one.version) for one in queries.list_urn(node.store)] == [("village-abcde", 1)]
    before = node.journal.projection_hash()
    node.journal.replay()
    assert node.journal.projection_hash() == before


def test_a_standard_or_foreign_questionnaire_is_not_changed_here(box: Box) -> None:
    with pytest.raises(Problem, match="vient d’ailleurs"):
        catalogue.publish(box.node, shipped()["besoins", 1])
    written = facts.QuestionnaireWritten(VILLAGE.code, 1, encode(VILLAGE))
    record = foreign_record(1, facts.WRITTEN.name, written)
    with box.node.journal.write():
        log_no = box.node.journal.log_number(b"z" * 16)
    box.node.journal.ingest(log_no, [record])
    assert catalogue.find_questionnaire(box.node, VILLAGE.code) == VILLAGE
    with pytest.raises(Problem, match="vient d’ailleurs"):
        catalogue.publish(box.node, VILLAGE)


def foreign_record(seq: int, kind: str, body: object) -> object:
    """A fact of another log about the village's questionnaire."""
    from kit.journal.fact import Record

    subject = rules.questionnaire_id(VILLAGE.code)
    return Record(seq, kind, 1, 1, 1, 1, subject, b"z" * 16, b"", None, msgspec.msgpack.encode(body))


def test_what_an_older_program_cannot_read_is_kept_and_passed_over(box: Box) -> None:
    written = facts.QuestionnaireWritten(VILLAGE.code, 1, b"\x81\xa4kind\xa6future")
    with box.node.journal.write():
        log_no = box.node.journal.log_number(b"z" * 16)
    box.node.journal.ingest(log_no, [foreign_record(1, facts.WRITTEN.name, written)])
    assert catalogue.find_questionnaire(box.node, VILLAGE.code) is None
    assert box.visitor().get("/questionnaires/village-abcde").status_code == 404
    assert box.visitor().get("/questionnaires").status_code == 200


def test_offering_is_this_nodes_word_before_homes(box: Box) -> None:
    node = box.node
    catalogue.publish(node, VILLAGE)
    assert VILLAGE.code not in [one.code for one in catalogue.list_offered(node)]
    with node.journal.write():
        log_no = node.journal.log_number(b"z" * 16)
    node.journal.ingest(log_no, [foreign_record(1, facts.OFFERED.name, facts.QuestionnaireOffered(True))])
    assert VILLAGE.code in [one.code for one in catalogue.list_offered(node)]
    catalogue.offer(node, VILLAGE.code, is_offered=False)
    assert VILLAGE.code not in [one.code for one in catalogue.list_offered(node)]


def test_home_publishes_for_every_kit(central_node: Node, kit_node: Node) -> None:
    """The central's fact lies in the log that goes down; the kit folds it in and asks it."""
    from kit.journal import queries as journal_queries

    catalogue.publish(central_node, VILLAGE)
    catalogue.offer(central_node, VILLAGE.code, is_offered=True)
    channel = journal_queries.find_channel(central_node.store, b"")
    assert channel is not None
    records = journal_queries.records(central_node.store, channel[0], 1, 2)
    with kit_node.journal.write():
        log_no = kit_node.journal.log_number(channel[1], central_node.identity.sign_public)
    kit_node.journal.ingest(log_no, records)
    assert [one.title for one in catalogue.list_offered(kit_node)].count("Notre village") == 1


def test_small_groups_do_not_mix_questionnaires(box: Box) -> None:
    """Four to one and four to another wait apart: eight together would hide nothing of either."""
    for code in ("besoins", "la-valise"):
        for _ in range(4):
            actions.note_answer(box.node, new_id(), forms.NewAnswer(code, 1, b"", (("aisance", 1),)))
    assert queries.count_waiting(box.node.store) == 8
    actions.note_answer(box.node, new_id(), forms.NewAnswer("besoins", 1, b"", (("aisance", 1),)))
    assert queries.count_waiting(box.node.store) == 4


def test_every_standard_page_is_light_and_speaks_to_its_fields(box: Box) -> None:
    visitor = box.visitor()
    for code in {code for code, _ in shipped()}:
        page = visitor.get(f"/questionnaires/{code}").text
        assert len(page.encode()) <= 15_000, (code, len(page.encode()))
        for question in catalogue.get_questionnaire(box.node, code).asked:
            assert re.search(rf'id="q-{question.id}"', page) and re.search(rf'id="{question.id}"', page), question.id


def test_a_translation_is_its_own_before_the_programs() -> None:
    told = translate(VILLAGE, "en", lambda words: f"<{words}>")
    assert told.title == "Our village"
    assert told.questions[0].text == "<Êtes-vous venu à pied ?>"
