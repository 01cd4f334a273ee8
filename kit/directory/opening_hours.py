"""OpenStreetMap `opening_hours` in plain French, for the simple ones. No database, no Flask.

Source: wiki.openstreetmap.org/wiki/Key:opening_hours: rules separated by `;`, a later rule replaces the days it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAYS_WORDS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_HOURS = r"\d{1,2}:\d{2} ?- ?\d{1,2}:\d{2}"
_RULE = re.compile(rf"(?:([A-Za-z][A-Za-z,\- ]*?) +)?(off|closed|{_HOURS}(?: ?, ?{_HOURS})*)")
_SPAN = re.compile(r"(\d{1,2}):(\d{2}) ?- ?(\d{1,2}):(\d{2})")


def say_hours(text: str, say: Callable[[str], str] = str) -> list[str] | None:
    """One line for each run of days with the same hours, or None when the text is not simple.

    `say` gives the words of another language for the French ones.

    | given                                              | lines                                                    |
    |----------------------------------------------------|----------------------------------------------------------|
    | Mo-Fr 08:00-12:15,13:15-16:30                      | du lundi au vendredi : 8 h – 12 h 15 et 13 h 15 – 16 h 30 |
    | Tu,Fr 14:00-18:00; We 10:00-12:00                  | mardi, vendredi : ... / mercredi : ...                   |
    | Mo-Sa 09:00-12:00; We off                          | lundi, mardi, jeudi, vendredi, samedi : 9 h – 12 h       |
    | 24/7                                               | tous les jours, jour et nuit                             |
    | Mo-Fr 09:00-12:00 "sur rendez-vous"; PH off        | None                                                     |
    """
    if text.strip() == "24/7":
        return [say("tous les jours, jour et nuit")]
    week: dict[int, str] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        rule = _RULE.fullmatch(part)
        days = _read_days(rule.group(1)) if rule else None
        hours = _read_spans(rule.group(2), say) if rule else None
        if days is None or hours is None:
            return None
        week.update(dict.fromkeys(days, hours))
    line = say("%(days)s : %(hours)s")
    return [line % {"days": _say_days(days, say), "hours": hours} for hours, days in _same_hours(week)] or None


def read_week(text: str) -> list[tuple[int, int, int]] | None:
    """The hours of a week as (day from Monday 0, minute it opens, minute it closes); None when the text is not simple.

    | given                 | read                                   |
    |-----------------------|----------------------------------------|
    | Mo 09:00-12:00        | (0, 540, 720)                          |
    | Su 20:00-02:00        | (6, 1200, 1440), (0, 0, 120)           |
    | Mo-Tu 09:00-12:00; Tu off | (0, 540, 720)                      |
    | 24/7                  | (0, 0, 1440) and so on for every day   |
    """
    if text.strip() == "24/7":
        return [(day, 0, 1440) for day in range(7)]
    week: dict[int, list[tuple[int, int]]] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        rule = _RULE.fullmatch(part)
        days = _read_days(rule.group(1)) if rule else None
        if rule is None or days is None or _read_spans(rule.group(2), str) is None:
            return None
        spans = [(int(a) * 60 + int(b), int(c) * 60 + int(d)) for a, b, c, d in _SPAN.findall(rule.group(2))]
        week.update((day, spans) for day in days)
    return [one for day, spans in sorted(week.items()) for span in spans for one in _split_at_midnight(day, *span)]


def _split_at_midnight(day: int, opens: int, closes: int) -> list[tuple[int, int, int]]:
    if closes > opens:
        return [(day, opens, min(closes, 1440))]
    return [(day, opens, 1440), *([((day + 1) % 7, 0, closes)] if closes else [])]


def _read_days(text: str | None) -> list[int] | None:
    if text is None:
        return list(range(7))
    days: list[int] = []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            return None
        start, end = DAYS.index(first), DAYS.index(last or first)
        days += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return days


def _read_spans(text: str, say: Callable[[str], str]) -> str | None:
    if text in ("off", "closed"):
        return ""
    spans = []
    for opens, opens_minute, closes, closes_minute in _SPAN.findall(text):
        if int(opens) > 24 or int(closes) > 24 or int(opens_minute) > 59 or int(closes_minute) > 59:
            return None
        spans.append(f"{_say_hour(opens, opens_minute, say)} – {_say_hour(closes, closes_minute, say)}")
    return f" {say('et')} ".join(spans)


def _say_hour(hour: str, minute: str, say: Callable[[str], str]) -> str:
    words = say("%(hours)s\u00a0h") if minute == "00" else say("%(hours)s\u00a0h\u00a0%(minutes)s")
    return words % {"hours": int(hour), "minutes": minute}


def _same_hours(week: dict[int, str]) -> list[tuple[str, list[int]]]:
    """Days under their hours, in the order of the first day; days when it is closed are left out."""
    lines: dict[str, list[int]] = {}
    for day in sorted(week):
        if week[day]:
            lines.setdefault(week[day], []).append(day)
    return list(lines.items())


def _say_days(days: list[int], say: Callable[[str], str]) -> str:
    words = [say(DAYS_WORDS[day]) for day in days]
    if len(days) == 7:
        return say("tous les jours")
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return say("du %(first)s au %(last)s") % {"first": words[0], "last": words[-1]}
    return ", ".join(words)
