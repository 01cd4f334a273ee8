"""Planned at home: a proposal goes down, the box makes it its own or asks its mediator, home sees what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from kit.app import create_app
from kit.directory import facts as directory
from kit.errors import Problem
from kit.ids import new_id, to_text
from kit.people import identities
from kit.people.node import Node
from kit.sync.actions import send
from kit.workshops import actions, queries, series, series_actions
from kit.workshops import rules as days
from kit.workshops.forms import Person, Repeat
from kit.workshops.proposals import actions as proposals
from kit.workshops.proposals import queries as asked
from tests.sync.homes import PASSPHRASE, served

from .box import HOUR_MS, plan, post

DAY_MS = 24 * HOUR_MS
ONCE = Repeat()


def exchange(kit: Node, central: Node) -> None:
    """Down, done by the box at once, and home again."""
    with served(central):
        send(kit)
        send(kit)


def box(central: Node) -> proposals.Box:
    return proposals.Box(*central.store.rows("SELECT kit_id, sign_public FROM kit")[0])


def ask(central: Node, repeat: Repeat = ONCE, **changes: Any) -> list[bytes]:
    start = changes.pop("starts_at_ms", central.clock.wall_ms() + DAY_MS)
    new = plan(start, **changes)
    return proposals.propose_plan(central, box(central), new, repeat, new_id())


def state(node: Node, proposal_id: bytes) -> str:
    return asked.get_proposal(node.store, proposal_id).state


# -- planning -----------------------------------------------------------------------------------------------------


def test_the_box_plans_what_home_asks_and_makes_its_own_door(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    (workshop_id,) = ask(central)
    assert state(central, workshop_id) == "waiting" and queries.find_workshop(central.store, workshop_id) is None
    exchange(kit, central)
    here, home = (queries.get_workshop(node.store, workshop_id) for node in pair)
    assert here.is_ours and not home.is_ours and here.home == home.home == kit.journal.log_id
    assert here.title == "Mon premier e-mail" and len(here.door_public) == 32
    assert kit.store.value("SELECT public FROM door WHERE subject = ?", workshop_id) == here.door_public
    assert not central.store.value("SELECT count(*) FROM door WHERE subject = ?", workshop_id), "the key is the box's"
    assert state(central, workshop_id) == state(kit, workshop_id) == "accepted"


def test_the_same_proposal_again_and_again_plans_one_workshop(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    new, first = plan(central.clock.wall_ms() + DAY_MS), new_id()
    for _ in range(3):  # a form posted three times
        proposals.propose_plan(central, box(central), new, Repeat("week", 3), first)
    assert asked.count_proposals(central.store) == 3
    exchange(kit, central)
    exchange(kit, central)
    assert proposals.take_up(kit) == 0
    dates = series.list_dates(kit.store, first)
    assert len(dates) == 3 == queries.count_workshops(kit.store, 100)
    assert [later.starts_at_ms - dates[0].starts_at_ms for later in dates[1:]] == [7 * DAY_MS, 14 * DAY_MS]
    for node in pair:
        before = node.journal.projection_hash()
        node.journal.replay()
        assert node.journal.projection_hash() == before


@pytest.mark.parametrize("opens_hours_before", [1, 8])
@pytest.mark.parametrize("hour", [0, 14])
def test_a_tour_is_asked_stop_by_stop(pair: tuple[Node, Node], hour: int, opens_hours_before: int) -> None:
    """Also where a stop opens in the evening and the workshop comes after midnight."""
    kit, central = pair
    tomorrow = datetime.fromtimestamp(central.clock.wall_ms() / 1000, ZoneInfo("Europe/Paris")) + timedelta(days=1)
    start = int(tomorrow.replace(hour=hour, minute=20).timestamp() * 1000)
    stops = [bytes([number]) * 16 for number in (1, 2)]
    for number, stop_id in enumerate(stops):
        begin = start + number * 7 * DAY_MS
        opens, ends = begin - opens_hours_before * HOUR_MS, begin + 5 * HOUR_MS
        body = directory.StopPlanned(f"Halte {number}", "Vallon", "07330", "", opens, ends, "A")
        central.journal.append(directory.PLANNED, stop_id, body)
    new = plan(start, stop_id=stops[0], stop_label="Halte 0", place="")
    proposals.propose_plan(central, box(central), new, Repeat("tour"), new_id())
    exchange(kit, central)
    planned = queries.list_between(kit.store, 0, 2**53, 10, 0)
    assert [(one.stop_id, one.stop_label) for one in planned] == [(stops[0], "Halte 0"), (stops[1], "Halte 1")]
    assert planned[1].starts_at_ms == days.same_hour(start, start + 7 * DAY_MS, "Europe/Paris")


def test_a_stop_of_other_hours_is_still_the_stop_of_its_date(kit_node: Node) -> None:
    """The morning’s workshop at a stop that opens in the afternoon: the hour is to be changed, the stop is not."""
    start = kit_node.clock.wall_ms() + DAY_MS
    for number, (opens, ends) in enumerate([(-1, 2), (3, 6)]):
        begin = start + number * 7 * DAY_MS
        body = directory.StopPlanned(
            f"Halte {number}", "Vallon", "07330", "", begin + opens * HOUR_MS, begin + ends * HOUR_MS, "A"
        )
        kit_node.journal.append(directory.PLANNED, bytes([number + 1]) * 16, body)
    new = plan(start, stop_id=b"\1" * 16, stop_label="Halte 0", place="")
    dates = series_actions.list_plans(kit_node, new, Repeat("tour"))
    assert [one.stop_label for one in dates] == ["Halte 0", "Halte 1"]


def test_one_date_that_clashes_holds_up_no_other_and_the_mediator_decides(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    start = central.clock.wall_ms() + DAY_MS
    actions.plan_workshop(kit, plan(start + 7 * DAY_MS + HOUR_MS, title="Déjà là"))
    ids = proposals.propose_plan(central, box(central), plan(start), Repeat("week", 2), new_id())
    exchange(kit, central)
    assert [state(central, one) for one in ids] == ["accepted", "flagged"]
    assert asked.get_proposal(central.store, ids[1]).clashes == ("hour",)
    assert queries.find_workshop(kit.store, ids[1]) is None
    mediator = create_app(kit.settings, kit).test_client()
    assert post(mediator, "/connexion", at="/connexion", passphrase=PASSPHRASE).status_code == 302
    page = mediator.get("/console/ateliers/demandes").text
    assert "un autre atelier a lieu à cette heure" in page and "Oui, le faire" in page
    assert "c’est à vous de dire oui ou non" in mediator.get("/console").text
    url = f"/console/ateliers/demandes/{to_text(ids[1])}"
    assert post(mediator, url, at="/console/ateliers/demandes", reponse="oui").status_code == 303
    assert queries.get_workshop(kit.store, ids[1]).is_ours
    assert post(mediator, url, at="/console", reponse="non").status_code == 303
    assert "On a déjà répondu" in mediator.get("/console/ateliers/demandes").text
    exchange(kit, central)
    assert state(central, ids[1]) == "accepted"


def test_what_stood_in_the_way_may_go_away_by_itself(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    other = actions.plan_workshop(kit, plan(central.clock.wall_ms() + DAY_MS))
    (workshop_id,) = ask(central)
    exchange(kit, central)
    assert state(kit, workshop_id) == "flagged"
    answers = len(kit.journal.facts_of(proposals.facts.PROPOSAL, workshop_id))
    assert proposals.take_up(kit) == 0
    assert len(kit.journal.facts_of(proposals.facts.PROPOSAL, workshop_id)) == answers, "said once, not every minute"
    actions.cancel_workshop(kit, other, "")
    assert proposals.take_up(kit) == 1
    assert state(kit, workshop_id) == "accepted"


def test_home_takes_back_what_the_box_has_not_done(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    (gone,), (done,) = ask(central), ask(central, starts_at_ms=central.clock.wall_ms() + 3 * DAY_MS)
    assert proposals.withdraw(central, gone)
    exchange(kit, central)
    assert queries.find_workshop(kit.store, gone) is None
    assert [state(central, one) for one in (gone, done)] == ["withdrawn", "accepted"]
    assert not proposals.withdraw(central, done), "the box has done it"
    with pytest.raises(Problem, match="connue"):
        proposals.withdraw(central, new_id())


# -- changing and cancelling --------------------------------------------------------------------------------------


def change(central: Node, workshop_id: bytes, *, later: bool = False, **fields: Any) -> int:
    found = queries.get_workshop(central.store, workshop_id)
    whole = {name: getattr(found, name) for name in plan(0).__struct_fields__}
    new = msgspec.structs.replace(plan(0), **(whole | fields))
    return proposals.propose_change(central, box(central), found, new, new_id(), later=later)


def test_home_changes_a_whole_series_but_moves_nobody_who_signed_up(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    ids = ask(central, Repeat("week", 3))
    exchange(kit, central)
    actions.sign_up(kit, ids[1], new_id(), Person("Odette"))
    exchange(kit, central)
    assert change(central, ids[0], later=True, places=8, equipment="Votre téléphone") == 3
    exchange(kit, central)
    assert [queries.get_workshop(kit.store, one).places for one in ids] == [8, 8, 8]
    assert change(central, ids[1], place="Mairie") == 1
    exchange(kit, central)
    assert queries.get_workshop(kit.store, ids[1]).place == "Grande salle", "Odette was told another room"
    (flagged,) = [one for one in asked.list_open(kit.store) if one.state == "flagged"]
    assert flagged.clashes == ("people",)
    proposals.settle(kit, flagged.proposal_id, True)
    moved = queries.get_workshop(kit.store, ids[1])
    assert moved.place == "Mairie" and moved.moved_version == moved.version, "her ticket says that it moved"


def test_a_change_made_on_both_sides_is_for_people(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    (workshop_id,) = ask(central)
    exchange(kit, central)
    here = queries.get_workshop(kit.store, workshop_id)
    actions.change_workshop(kit, workshop_id, plan(here.starts_at_ms, title="Autre titre"), here.version)
    change(central, workshop_id, title="Un titre de la maison")
    exchange(kit, central)
    (one,) = asked.list_open(central.store)
    assert one.clashes == ("changed",)
    assert queries.get_workshop(kit.store, workshop_id).title == "Autre titre"
    proposals.settle(kit, one.proposal_id, False)
    exchange(kit, central)
    assert state(central, one.proposal_id) == "refused"


def test_cancelling_a_series_asks_the_team_only_where_people_count_on_it(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    ids = ask(central, Repeat("week", 3))
    exchange(kit, central)
    signup = actions.sign_up(kit, ids[2], new_id(), Person("Odette"))
    exchange(kit, central)
    found = queries.get_workshop(central.store, ids[0])
    assert proposals.propose_cancelling(central, box(central), found, "Salle fermée", new_id(), later=True) == 3
    exchange(kit, central)
    assert [queries.get_workshop(kit.store, one).is_cancelled for one in ids] == [True, True, False]
    known = queries.find_signup(kit.store, signup.signup_id)
    assert known is not None and known.state == "placed", "no sync takes back what she was told"


# -- the pages at home --------------------------------------------------------------------------------------------


def test_the_pages_at_home_ask_show_and_let_people_sign_up(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    app = create_app(central.settings, central)
    staff = app.test_client()
    assert post(staff, "/connexion", at="/connexion", passphrase=PASSPHRASE).status_code == 302
    form = {"title": "Impôts en ligne", "day": "2031-03-04", "hour": "14:00", "place": "Mairie", "length": "90",
            "places": "6", "waiting": "2", "level": "debutant", "theme": "email", "summary": "À deux."}  # fmt: skip
    at = "/ateliers-recus/prevoir"
    refused = post(staff, at, at=at, kit="AAAAAAAAAAAAAAAAAAAAAAAAAA", **form)
    assert refused.status_code == 422 and "Choisissez la valise" in refused.text and "Impôts en ligne" in refused.text
    made = post(staff, at, at=at, kit=to_text(box(central).kit_id), every="week", times="2", **form)
    assert made.status_code == 303, made.text
    assert staff.get("/ateliers-recus/demandes").text.count("en route vers la valise") == 2
    public = app.test_client(use_cookies=False)
    assert public.get("/tournee").text.count("à confirmer") == 2
    exchange(kit, central)
    listed = staff.get("/ateliers-recus/demandes").text
    assert listed.count("fait par la valise") == 2 and "à confirmer" not in public.get("/tournee").text
    url = f"/tournee/{to_text(queries.list_between(central.store, 0, 2**53, 5, 0)[0].workshop_id)}"
    assert f'href="{url}"' in listed
    ticket = post(staff, url, at=url, name="Odette").location  # the town hall called
    exchange(kit, central)
    exchange(kit, central)
    assert "réservée</b>" in public.get(ticket).text
    page = f"/ateliers-recus/{url.rsplit('/', 1)[1]}"
    assert "Demander un changement" in staff.get(page).text and "dates suivantes (1)" in staff.get(page).text
    assert post(staff, f"{page}/annuler", at=page, reason="Neige", later="1").status_code == 303
    assert "Neige" in staff.get("/ateliers-recus/demandes").text


def test_who_only_reads_may_not_ask(pair: tuple[Node, Node]) -> None:
    _, central = pair
    public = create_app(central.settings, central).test_client()
    for page in ("/ateliers-recus/prevoir", "/ateliers-recus/demandes"):
        assert public.get(page).status_code in (302, 303, 401, 403), page


# -- rules --------------------------------------------------------------------------------------------------------


def test_a_box_without_a_team_waits(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    (workshop_id,) = ask(central)
    with kit.store.write():
        kit.store.run("DELETE FROM node_state WHERE name = ?", identities.VAULT)
    exchange(kit, central)
    assert state(kit, workshop_id) == "waiting"


def test_a_date_moved_at_home_keeps_who_signed_up_and_her_code_and_tells_her(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    (workshop_id,) = ask(central)
    exchange(kit, central)
    app = create_app(central.settings, central)
    public, url = app.test_client(use_cookies=False), f"/tournee/{to_text(workshop_id)}"
    ticket = post(public, url, at=url, name="Odette", phone="06 39 98 00 01").location
    exchange(kit, central)
    exchange(kit, central)
    assert "réservée</b>" in public.get(ticket).text
    before = queries.get_workshop(kit.store, workshop_id).starts_at_ms
    assert change(central, workshop_id, starts_at_ms=before + 7 * DAY_MS) == 1
    exchange(kit, central)
    assert queries.get_workshop(kit.store, workshop_id).starts_at_ms == before, "no sync moves what she was told"
    (flagged,) = [one for one in asked.list_open(kit.store) if one.state == "flagged"]
    proposals.settle(kit, flagged.proposal_id, True)
    exchange(kit, central)
    shown = public.get(ticket).text
    assert "déplacé depuis votre inscription" in shown and "réservée</b>" in shown
    moved = queries.get_workshop(central.store, workshop_id)
    assert (moved.starts_at_ms, moved.placed) == (before + 7 * DAY_MS, 1)
    code = ticket.rsplit("/", 1)[1]
    on_the_box = create_app(kit.settings, kit).test_client(use_cookies=False).get(f"/ticket/{code}").text
    assert "déplacé" in on_the_box and "Odette" not in on_the_box


def test_another_date_is_asked_for_at_home_under_the_same_code(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    first, second, third = ask(central, Repeat("week", 3))
    exchange(kit, central)
    public = create_app(central.settings, central).test_client(use_cookies=False)
    url = f"/tournee/{to_text(first)}"
    ticket = post(public, url, at=url, name="Odette", others="Paul").location
    exchange(kit, central)
    exchange(kit, central)
    at = f"{ticket}/changer"
    assert f'href="{at}"' in public.get(ticket).text and to_text(second) in public.get(at).text
    assert to_text(first) not in public.get(at).text, "she has that one"
    wrong = post(public, at, at=at, name="Odette", date=to_text(second))
    assert wrong.status_code == 422 and "2" in wrong.text, "two places, one name"
    assert post(public, at, at=at, name="Odette", others="Paul", date="rien").status_code == 404
    for _ in range(2):  # sent twice: once
        assert post(public, at, at=at, name="Odette", others="Paul", date=to_text(second)).location == ticket
    shown = public.get(ticket).text
    assert shown.count("réservée</b>") == 2 and shown.count("la valise doit encore répondre</b>") == 2
    exchange(kit, central)
    exchange(kit, central)
    shown = public.get(ticket).text
    assert shown.count("réservée</b>") == 2 and shown.count("rendue</b>") == 2
    counts = [queries.get_workshop(kit.store, one).placed for one in (first, second, third)]
    assert counts == [0, 2, 0] and public.get("/tournee/ticket/rien-du-tout-00/changer").status_code == 404


def test_a_place_is_kept_until_the_box_gives_the_one_asked_for_instead(pair: tuple[Node, Node]) -> None:
    kit, central = pair
    dates = first, second, third = ask(central, Repeat("week", 3))
    exchange(kit, central)
    for workshop_id in dates:
        found = queries.get_workshop(kit.store, workshop_id)
        with kit.journal.write():
            actions.note_change(kit, found, {"places": 1, "waiting_places": 2})
    others = [actions.sign_up(kit, one, bytes([n]) * 16, Person("Léon")) for n, one in ((1, second), (2, third))]
    exchange(kit, central)
    public = create_app(central.settings, central).test_client(use_cookies=False)
    url = f"/tournee/{to_text(first)}"
    ticket = post(public, url, at=url, name="Odette").location
    exchange(kit, central)
    exchange(kit, central)

    def where() -> list[str]:
        exchange(kit, central)
        exchange(kit, central)
        party = queries.list_by_code(central.store, ticket.rsplit("/", 1)[1])
        assert [one.state for one in party] == [one.state for one in queries.list_by_code(kit.store, party[0].code)]
        return [f"{dates.index(one.workshop_id) + 1} {one.state}" for one in party]

    at = f"{ticket}/changer"
    post(public, at, at=at, name="Odette", date=to_text(second))
    waiting = actions.sign_up(kit, first, b"w" * 16, Person("Fatou"))
    assert where() == ["1 placed", "2 waiting"] and waiting.state == "waiting"
    shown = public.get(ticket).text
    assert "<h1>Place réservée</h1>" in shown and "Vous gardez votre place" in shown
    post(public, at, at=at, name="Odette", date=to_text(third))  # moved a second time: the last request counts
    assert where() == ["1 placed", "2 cancelled", "3 waiting"]
    post(public, at, at=at, name="Odette", date=to_text(first))  # what she has is offered: it takes the request back
    assert where() == ["1 placed", "2 cancelled", "3 cancelled"]
    post(public, at, at=at, name="Odette", date=to_text(third))
    assert where()[-1] == "3 waiting"
    actions.cancel_signup(kit, others[1])
    assert where() == ["1 cancelled", "2 cancelled", "3 cancelled", "3 placed"], "she moved up: her place goes to Fatou"
    promoted = queries.find_signup(kit.store, waiting.signup_id)
    assert promoted is not None and promoted.state == "placed"
    assert "<h1>Place réservée</h1>" in public.get(ticket).text
    on_the_box = create_app(kit.settings, kit).test_client(use_cookies=False).get(f"/ticket/{waiting.code}")
    assert on_the_box.status_code == 200
    for node in pair:
        before = node.journal.projection_hash()
        node.journal.replay()
        assert node.journal.projection_hash() == before
