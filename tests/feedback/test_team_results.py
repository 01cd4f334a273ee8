"""Results for the team: compared only as far as numbers allow, words that come back, sentences chosen and masked."""

from __future__ import annotations

import pytest

from kit.feedback import actions, facts, rules
from kit.feedback.comparison import compare_means, compare_skill
from kit.feedback.forms import NewAnswer
from kit.feedback.questionnaires import Choice, Question
from kit.feedback.recurring import find_recurring
from kit.feedback.result_queries import Total
from kit.feedback.results import Bar, QuestionResult, tell_question
from kit.ids import new_id, to_text

from .box import Box, all_bytes, post

TEN = Question("note", "ten", "Votre note")
SKILL = Question(
    "mail", "one", "Envoyer un e-mail", choices=(Choice(2, "Sans aide"), Choice(1, "Avec"), Choice(0, "Non"))
)


def mean_of(marks: list[int]) -> QuestionResult:
    """A group's answers to a mark."""
    return tell_question(TEN, [Total(1, "note", mark, marks.count(mark)) for mark in set(marks)], 5)


def test_a_difference_is_told_when_it_is_sure() -> None:
    better = compare_means(mean_of([2, 3, 2, 3, 2, 3, 2, 3]), mean_of([8, 9, 8, 9, 8, 9, 8, 9]))
    assert better is not None and better.verdict == "more" and better.after - better.before == 6
    worse = compare_means(mean_of([8, 9] * 4), mean_of([2, 3] * 4))
    assert worse is not None and worse.verdict == "less"
    unsure = compare_means(mean_of([1, 9, 5, 2, 8]), mean_of([2, 10, 6, 3, 9]))
    assert unsure is not None and unsure.verdict == "unsure"
    assert compare_means(mean_of([1, 2]), mean_of([8, 9] * 4)) is None, "a group too small tells nothing"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [((2, 20), (17, 20), "more"), ((17, 20), (2, 20), "less"), ((3, 5), (5, 5), "unsure"), ((5, 5), (5, 5), "unsure")],
)
def test_skills_before_and_after(before: tuple[int, int], after: tuple[int, int], verdict: str) -> None:
    def told(alone: int, count: int) -> QuestionResult:
        bars = (Bar("Avec aide", 0, 0), Bar("Sans aide", alone, 0), Bar("Pas encore", count - alone, 0))
        return QuestionResult(SKILL, count, bars=bars)

    change = compare_skill(told(*before), told(*after))
    assert change is not None and change.verdict == verdict
    assert (change.before, change.after) == (100 * before[0] / before[1], 100 * after[0] / after[1])


def test_words_that_come_back() -> None:
    texts = ["Le tracteur passe trop vite", "des tracteurs partout !", "Un TRACTEUR, encore", "l’école est belle",
             "les écoles ferment", "très très bien", "très bien", "c’est très bien", "tracteur tracteur"]  # fmt: skip
    assert [(one.word, one.count) for one in find_recurring(texts)] == [("tracteur", 3 + 1)]
    assert [(one.word, one.count) for one in find_recurring(texts, 2)] == [("tracteur", 4), ("école", 2)]
    assert find_recurring(["pouvoir être avoir faire vouloir"] * 9) == []


def give(box: Box, mark: int, text: str, code: str = "fin-atelier") -> None:
    """One answer of the stop."""
    answer = NewAnswer(code, 1, b"", (("satisfaction", mark),), {"parole": text} if text else {})
    actions.note_answer(box.node, new_id(), answer)


def test_the_team_reads_compares_and_chooses(box: Box) -> None:
    first = box.plan_stop()
    for _ in range(6):
        give(box, 0, "")
    box.close_stop(first)
    second, staff = box.plan_stop(), box.staff()
    for number in range(7):
        give(box, 10, f"La guitare mauve numéro {'abcdefg'[number]}")
    base = f"/console/resultats/fin-atelier/stop/{to_text(second)}"
    assert "fin-atelier" in staff.get("/console/resultats").text
    assert base in staff.get("/console/resultats/fin-atelier").text
    page = staff.get(base).text
    assert "moyenne <b>10,0</b>" in page and "5 réponses" in page, "counted in steps of five"
    texts = staff.get(f"{base}/textes").text
    assert "<b>guitare</b> (5)" in texts and texts.count("La guitare mauve numéro") == 5
    assert b"guitare" not in all_bytes(box.node.data)
    assert post(staff, f"{base}/textes").status_code == 405
    assert cite(staff, base, "La guitare, appelez le 06 12 34 56 78").status_code == 422
    assert cite(staff, base, "La guitare mauve m’a plu").status_code == 303
    assert "m’a plu" in staff.get(base).text and "m’a plu" in staff.get(f"{base}?mur=1").text
    wall = staff.get(f"{base}?mur=1").text
    assert 'http-equiv="refresh" content="60"' in wall and f'href="{base}?mur=1&amp;immobile=1"' in wall
    still = staff.get(f"{base}?mur=1&immobile=1").text
    assert 'http-equiv="refresh"' not in still and f'href="{base}?mur=1"' in still
    assert box.visitor().get(base).status_code == 401
    before = box.node.journal.projection_hash()
    box.node.journal.replay()
    assert box.node.journal.projection_hash() == before


def cite(staff: object, base: str, text: str) -> object:
    """Post a sentence with the token of the page of texts."""
    from .box import TOKEN

    token = TOKEN.search(staff.get(f"{base}/textes").text)  # type: ignore[attr-defined]
    assert token
    return staff.post(f"{base}/citation", data={"csrf": token[1], "text": text})  # type: ignore[attr-defined]


def test_a_small_group_tells_nothing_and_quotes_nothing(box: Box) -> None:
    stop_id = box.plan_stop()
    for _ in range(3):
        box.node.journal.append(
            facts.GIVEN, new_id(), facts.AnswerGiven("fin-atelier", 1, "stop", stop_id, (("satisfaction", 10),))
        )
    base = f"/console/resultats/fin-atelier/stop/{to_text(stop_id)}"
    staff = box.staff()
    page = staff.get(base).text
    assert "Encore 2" in page and "moyenne" not in page
    form = {"csrf": _token(staff), "text": "Une phrase"}
    staff.post(f"{base}/citation", data=form)
    assert box.node.store.value("SELECT count(*) FROM quote") == 0


def _token(staff: object) -> str:
    from .box import TOKEN

    found = TOKEN.search(staff.get("/console/questionnaires").text)  # type: ignore[attr-defined]
    assert found
    return found[1]


def test_before_and_after_stand_side_by_side(box: Box) -> None:
    from kit.feedback.questionnaires import current

    stop_id = box.plan_stop()
    skill = current("je-sais-faire-avant").asked[0]
    alone = next(one.value for one in skill.choices if "sans aide" in one.label.lower())
    other = next(one.value for one in skill.choices if one.value != alone)
    for code, values in (("je-sais-faire-avant", [other] * 15), ("je-sais-faire-apres", [alone] * 15)):
        for value in values:
            body = facts.AnswerGiven(code, 1, "stop", stop_id, ((skill.id, value),))
            box.node.journal.append(facts.GIVEN, new_id(), body)
    page = box.staff().get(f"/console/resultats/je-sais-faire-apres/stop/{to_text(stop_id)}").text
    assert "Avant et après" in page and "en hausse" in page and skill.text in page
    assert rules.DAY_MS  # answers carry a day, never an hour


def test_a_questionnaire_without_answers_says_so(box: Box) -> None:
    for address in ("/console/resultats", "/console/resultats/fin-atelier"):
        assert "Personne n’a encore répondu" in box.staff().get(address).text
