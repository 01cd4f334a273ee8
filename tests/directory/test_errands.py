"""“J’ai besoin de…” and “Près d’ici”: what to bring, and who helps nearest."""

from __future__ import annotations

import pytest

from kit.directory import errands, vocabulary

from .box import Box, place

NICE, PUGET, ENTREVAUX = ("43.70", "7.26"), ("43.957", "6.896"), ("43.951", "6.811")


def at(number: int, where: tuple[str, str], **more: object) -> dict[str, object]:
    return place(number, latitude=where[0], longitude=where[1], **more)


def test_ten_errands_each_with_papers_and_services_that_exist() -> None:
    assert len(errands.errands()) == 10
    for one in errands.errands().values():
        assert (
            len(one.papers) >= 3 and one.steps.endswith(".") and "'" not in one.title + one.steps + "".join(one.papers)
        )
        assert set(one.services) <= set(vocabulary.service_codes())


def test_the_nearest_come_first_and_those_without_a_position_last(box: Box) -> None:
    box.take_in([
        at(1, NICE, nom="Loin"), at(2, PUGET, nom="Près", commune="Puget-Théniers"), place(3, nom="Nulle part"),
        at(4, ENTREVAUX, nom="Ici", commune="Entrevaux", telephone="+33493054673"),
        at(5, ENTREVAUX, nom="Fermé au public", modalites_acces="Ce lieu n'accueille pas de public"),
        at(6, ENTREVAUX, nom="Autre aide", services="Loisirs et créations numériques"),
    ])  # fmt: skip
    box.plan_stop(commune="Entrevaux")
    page = box.visitor().get("/besoin/impots").text
    names = [page.index(name) for name in ("Ici", "Près", "Loin", "Nulle part")]
    assert names == sorted(names) and "Fermé au public" not in page and "Autre aide" not in page
    assert "moins de 1 km" in page and "7 km" in page and "numéro fiscal" in page and "Salle des fêtes" in page
    nearby = box.visitor().get("/pres-d-ici").text
    assert 'href="tel:0493054673"' in nearby and "Autre aide" in nearby and "près d’ici : Entrevaux" in nearby


def test_without_a_known_position_nothing_is_pretended(box: Box) -> None:
    box.take_in([at(1, NICE, nom="Zoé"), place(2, nom="Anna")])
    box.plan_stop(commune="Trifouillis")
    page = box.visitor().get("/besoin/caf").text
    assert "Rangés par nom" in page and " km" not in page and page.index("Anna") < page.index("Zoé")


@pytest.mark.parametrize("url", ["/besoin", "/pres-d-ici", "/besoin/compte"])
def test_an_empty_directory_still_helps(box: Box, url: str) -> None:
    answer = box.visitor().get(url)
    assert answer.status_code == 200 and "<h1>" in answer.text


def test_an_unknown_errand_is_told(box: Box) -> None:
    assert box.visitor().get("/besoin/lune").status_code == 404
