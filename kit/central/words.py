"""What the home side says in words: how long ago, how many, why something was set aside."""

from __future__ import annotations

from kit.errors import counted
from kit.errors.kind import fr

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000

ASIDE = {
    "sync.bad_segment": fr("Ce paquet est abîmé : ses fiches n’ont pas pu être lues."),
    "sync.unknown_version": fr("Ce paquet vient d’une version plus récente du programme. Mettez ce serveur à jour."),
    "unknown": fr("Des fiches sont d’une sorte que ce programme ne connaît pas encore. Mettez ce serveur à jour."),
    "partly": fr("Une partie des fiches se contredit et n’a pas pu être rangée. Les autres l’ont été."),
    "fork": fr(
        "La carte de cette valise a été copiée, ou restaurée : deux boîtes ont noté sous le "
        "même nom. Les fiches des deux sont gardées et comptées. Demandez à l’équipe "
        "laquelle sert encore, et rangez l’autre."
    ),
    "revoked": fr("Cette valise n’est plus acceptée. Ce qu’elle envoie est gardé de côté."),
}


def ago(then_ms: int | None, now_ms: int) -> str:
    """`il y a 6 jours`; `jamais` for None; `à l’instant` for the last minute and for a clock that runs ahead."""
    if then_ms is None:
        return fr("jamais")
    for unit, one, many in (
        (_DAY, fr("il y a %s jour"), fr("il y a %s jours")),
        (_HOUR, fr("il y a %s heure"), fr("il y a %s heures")),
        (_MINUTE, fr("il y a %s minute"), fr("il y a %s minutes")),
    ):
        count = (now_ms - then_ms) // unit
        if count > 0:
            return counted(count, one, many)
    return fr("à l’instant")


def aside(reason: str) -> str:
    """Why a segment waits for people."""
    return ASIDE.get(reason, fr("Ce paquet n’a pas pu être rangé."))
