"""The facts about people who help, and their folds.

A person's name and how to reach her lie in an envelope. Only when she said so does a second thing, her card, carry them
in clear: it goes down to the suitcases. What stands in clear of the others says what somebody does, never who it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kit.directory.advisers import vocabulary
from kit.directory.facts import Count, Id, Line, Text
from kit.directory.rules import plain_text
from kit.journal import Body, Fact, Kind, Thing
from kit.journal.queries import log_number
from kit.journal.rules import in_order_of_versions
from kit.stems import stems
from kit.store import Store

Code = Annotated[str, Meta(max_length=20)]
Day = Annotated[str, Meta(pattern=r"^(\d{4}-\d\d-\d\d)?$")]


class Link(msgspec.Struct, array_like=True, frozen=True):
    """Where somebody helps: a place or a stop, from a day to a day (empty: not said), and when."""

    kind: Literal["place", "stop"]
    target_id: Id
    since: Day = ""
    until: Day = ""
    hours: Line = ""


class Profile(msgspec.Struct, array_like=True, frozen=True):
    """What somebody does, where and when; nothing that says who it is. Communes are names."""

    role: Code
    skills: Annotated[list[Code], Meta(max_length=60)]
    services: Annotated[list[Code], Meta(max_length=20)]
    about: Text
    communes: Annotated[list[Line], Meta(max_length=30)]
    hours: Line
    links: Annotated[list[Link], Meta(max_length=50)]


class AdviserNoted(Body, frozen=True):
    """Somebody who helps, whole, changed from version `base`. Name and contact go sealed beside it; without an
    envelope, those given before still hold. `said_on`: the day she said that all may read them; empty: she did not.
    """

    base: Count
    profile: Profile
    said_on: Day = ""


class AdviserRemoved(Body, frozen=True):
    """She helps no longer, or does not want to be here."""


class CardShown(Body, frozen=True):
    """Her card as everybody may read it, changed from version `base`."""

    base: Count
    profile: Profile
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    phone: Line = ""
    email: Line = ""


class CardHidden(Body, frozen=True):
    """Nobody but the coordination reads it from now on; made from version `base`."""

    base: Count


NOTED = Kind("adviser.noted", AdviserNoted)
REMOVED = Kind("adviser.removed", AdviserRemoved)
SHOWN = Kind("adviser_card.shown", CardShown)
HIDDEN = Kind("adviser_card.hidden", CardHidden)


def fold_adviser(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """One person, by the newest version; her envelope is the newest that was given."""
    store.run("DELETE FROM adviser WHERE adviser_id = ?", subject)
    noted = in_order_of_versions(fact for fact in facts if fact.kind == NOTED.name)
    if not noted or any(fact.kind == REMOVED.name for fact in facts):
        return
    last = noted[-1]
    sealed = [fact.envelope for fact in noted if fact.envelope]
    row = {
        "log_no": log_number(store, last.home, None, None), "adviser_id": subject, "version": len(noted),
        "home": last.home, "envelope": sealed[-1] if sealed else None, "said_on": last.body.said_on,
        "plain": _plain(last.body.profile, ""), "profile": msgspec.json.encode(_open(last.body.profile)).decode(),
    }  # fmt: skip
    _insert(store, "adviser", row)


def fold_card(store: Store, subject: bytes, facts: list[Fact]) -> None:
    """Her card, when the newest word on it is that it is shown."""
    for table in ("adviser_card", "adviser_link"):
        store.run(f"DELETE FROM {table} WHERE adviser_id = ?", subject)
    words = in_order_of_versions(facts)
    if not words or words[-1].kind == HIDDEN.name:
        return
    last = words[-1]
    log_no = log_number(store, last.home, None, None)
    row = {
        "log_no": log_no, "adviser_id": subject, "version": len(words), "name": last.body.name,
        "sort_name": plain_text(last.body.name).strip(), "phone": last.body.phone, "email": last.body.email,
        "plain": _plain(last.body.profile, last.body.name),
        "profile": msgspec.json.encode(_open(last.body.profile)).decode(),
    }  # fmt: skip
    _insert(store, "adviser_card", row)
    store.run_many(
        "INSERT INTO adviser_link (log_no, adviser_id, number, target_id, since, until, hours) VALUES (?,?,?,?,?,?,?) "
        "ON CONFLICT DO NOTHING",
        [
            (log_no, subject, number, one.target_id, one.since, one.until, one.hours)
            for number, one in enumerate(last.body.profile.links)
        ],
    )


def _open(profile: Profile) -> Mapping[str, object]:
    """A profile by names of fields: what a table keeps may gain fields without older rows being read wrongly."""
    links = [{**msgspec.structs.asdict(one), "target_id": one.target_id.hex()} for one in profile.links]
    return {**msgspec.structs.asdict(profile), "links": links}


def _plain(profile: Profile, name: str) -> str:
    """The words by which somebody is found."""
    spoken = (*vocabulary.say_services(profile.services), *vocabulary.say_skills(profile.skills))
    said = " ".join((name, vocabulary.say_role(profile.role), *profile.communes, *spoken, profile.about))
    return f" {plain_text(said)} {stems(said)} "


def _insert(store: Store, table: str, row: Mapping[str, object]) -> None:
    marks = ",".join("?" for _ in row)
    store.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks}) ON CONFLICT DO NOTHING", *row.values())


ADVISER = Thing("adviser", (NOTED, REMOVED), ("adviser",), fold_adviser)
CARD = Thing("adviser_card", (SHOWN, HIDDEN), ("adviser_card", "adviser_link"), fold_card, goes_down=True)
THINGS: Sequence[Thing] = (ADVISER, CARD)
