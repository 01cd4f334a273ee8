"""A demonstration: the starter library, real places, a stop, and workshops today and tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kit.clock import unix_ms
from kit.directory import actions as directory
from kit.directory import queries as directory_queries
from kit.errors import counted
from kit.library import actions as library
from kit.people import actions as people
from kit.people.node import Node
from kit.workshops import actions as workshops
from kit.workshops import queries as workshop_queries
from kit.workshops.forms import NewWorkshop

STOP_LABEL = "Salle des fêtes, Saint-Auban"


def content_folder() -> Path:
    """The starter content: beside the package in the repository, inside it in an installed wheel."""
    inside = Path(__file__).parent / "content"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "content"


def prepare(node: Node, passphrase: str | None) -> Iterator[str]:
    """Fill the folder with what is missing; yields what was done, line by line."""
    if not people.is_set_up(node):
        name, role = ("Coordination", "coordinator") if node.settings.is_central else ("Équipe", "mediator")
        made = people.set_up(node, name, role, passphrase)
        if passphrase is None:
            yield f"Phrase secrète de démonstration : {made.passphrase}"
    if node.settings.is_central:
        return
    yield from _fill_shelves(node)
    yield from _plan_days(node)


def _fill_shelves(node: Node) -> Iterator[str]:
    outcome = library.add_starter(node, content_folder())
    if outcome.added:
        yield counted(len(outcome.added), "%s document sur les étagères.", "%s documents sur les étagères.")
    places = content_folder() / "demo" / "lieux-aix-en-provence.json"
    found = directory.import_places(node, places)
    if found.added:
        yield counted(found.added, "%s lieu dans l’annuaire.", "%s lieux dans l’annuaire.")


def _plan_days(node: Node) -> Iterator[str]:
    zone = ZoneInfo(node.settings.timezone)
    now = node.clock.now().astimezone(zone)
    for offset in (0, 1):
        day = now + timedelta(days=offset)
        start = datetime.combine(day.date(), time(0), zone)
        end = start + timedelta(days=1)
        if workshop_queries.list_today(node.store, unix_ms(start), unix_ms(end)):
            continue
        stop_id = _stop_of_day(node, start, now)
        for workshop in _workshops_of(day, now, stop_id):
            workshops.plan_workshop(node, workshop)
        yield f"Ateliers prévus le {day:%d/%m/%Y}."


def _stop_of_day(node: Node, start: datetime, now: datetime) -> bytes:
    """The stop of the day that begins at `start`: two days, from 8 in the morning (or earlier, if it is earlier)."""
    found = directory_queries.find_current_stop(node.store, unix_ms(start + timedelta(hours=12)))
    if found is not None:
        return found.stop_id
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    return directory.plan_stop(
        node,
        label=STOP_LABEL,
        commune="Saint-Auban",
        code_insee="06116",
        starts_at_ms=unix_ms(max(start, min(this_hour, start + timedelta(hours=8)))),
        ends_at_ms=unix_ms(start + timedelta(days=1, hours=23)),
        tour="Démonstration",
    )


def _workshops_of(day: datetime, now: datetime, stop_id: bytes) -> list[NewWorkshop]:
    """Two workshops of a day; today's first one is still to come unless it is late in the evening."""
    first = day.replace(hour=14, minute=0, second=0, microsecond=0)
    if day.date() == now.date() and now.hour >= 13:
        first = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1 if now.hour < 22 else 0)
    second = first + timedelta(hours=2) if first.hour < 21 else first + timedelta(minutes=30)
    titles = (
        ("Mon premier e-mail", "email", "Créer une adresse et envoyer un premier message."),
        ("Reconnaître une arnaque", "securite_numerique", "Les signes d’un faux message, et que faire."),
    )
    return [
        NewWorkshop(
            title=title,
            theme=theme,
            summary=summary,
            level="debutant",
            starts_at_ms=unix_ms(moment),
            length_minutes=90,
            places=8,
            waiting_places=4,
            stop_id=stop_id,
            stop_label=STOP_LABEL,
            place="Grande salle",
        )
        for (title, theme, summary), moment in zip(titles, (first, second), strict=True)
    ]
