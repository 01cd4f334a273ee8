"""In which language a workshop is held: said by the team, read and chosen by participants, the same after a replay."""

from __future__ import annotations

from kit.workshops import queries

from .box import Box, post, url


def test_a_language_is_chosen_and_the_list_is_narrowed(box: Box) -> None:
    box.plan(1, title="En français")
    assert "Toutes les langues" not in box.visitor().get("/ateliers").text, "one language is no choice"
    box.plan(2, title="Bil arabiya", language="ar")
    box.plan(24 * 4, title="En signes", language="lsf")
    every = box.visitor().get("/ateliers").text
    assert "Toutes les langues" in every and 'href="/ateliers?dans=ar"' in every and "langue des signes" in every
    arabic = box.visitor().get("/ateliers?dans=ar").text
    assert "Bil arabiya" in arabic and "En français" not in arabic and "En signes" not in arabic
    french = box.visitor().get("/ateliers?dans=fr").text
    assert "En français" in french and "Bil arabiya" not in french
    assert "En signes" in box.visitor().get("/ateliers?dans=lsf&langue=ar").text
    assert "العربية" in box.visitor().get("/ateliers?langue=ar").text
    nobody = box.visitor().get("/ateliers?dans=tr").text
    assert "Aucun atelier n’est prévu dans cette langue" in nobody and 'href="/ateliers"' in nobody
    assert "En français" in box.visitor().get("/ateliers?dans=%00nonsense").text


def test_the_team_says_it_in_the_form_and_it_is_kept(box: Box) -> None:
    workshop = box.plan(3, title="Un atelier")
    staff = box.staff()
    form = staff.get(url(workshop, "/changer")).text
    assert 'name="language"' in form and "langue des signes" in form
    values = {"title": "Un atelier", "day": "2030-01-02", "hour": "14:00", "place": "Salle", "length": "60",
              "places": "5", "level": "debutant", "theme": "email", "version": "1"}  # fmt: skip
    form_url = url(workshop, "/changer")
    refused = post(staff, form_url, at=form_url, **values, language="klingon")
    assert refused.status_code == 422 and "Choisissez une des réponses proposées." in refused.text
    assert post(staff, form_url, at=form_url, **values, language="uk").status_code == 303
    found = queries.get_workshop(box.node.store, workshop)
    assert (found.language, found.language_label) == ("uk", "ukrainien")
    assert 'value="uk" selected' in staff.get(url(workshop, "/changer")).text
    assert "ukrainien" in box.visitor().get(f"/ateliers/{url(workshop).split('/')[3]}").text
