"""What the home side says in words: how long ago, how many, why something was set aside."""

from __future__ import annotations

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000

ASIDE = {
    "sync.bad_segment": "Ce paquet est abîmé : ses fiches n’ont pas pu être lues.",
    "sync.unknown_version": "Ce paquet vient d’une version plus récente du programme. Mettez ce serveur à jour.",
    "unknown": "Des fiches sont d’une sorte que ce programme ne connaît pas encore. Mettez ce serveur à jour.",
    "partly": "Une partie des fiches se contredit et n’a pas pu être rangée. Les autres l’ont été.",
    "fork": "La carte de cette valise a été copiée, ou restaurée : deux boîtes ont noté sous le même nom. "
    "Les fiches des deux sont gardées et comptées. Demandez à l’équipe laquelle sert encore, et rangez l’autre.",
    "revoked": "Cette valise n’est plus acceptée. Ce qu’elle envoie est gardé de côté.",
}


def ago(then_ms: int | None, now_ms: int) -> str:
    """`il y a 6 jours`; `jamais` for None; `à l’instant` for the last minute and for a clock that runs ahead."""
    if then_ms is None:
        return "jamais"
    for unit, one, many in ((_DAY, "jour", "jours"), (_HOUR, "heure", "heures"), (_MINUTE, "minute", "minutes")):
        count = (now_ms - then_ms) // unit
        if count > 0:
            return f"il y a {count} {one if count == 1 else many}"
    return "à l’instant"


def aside(reason: str) -> str:
    """Why a segment waits for people."""
    return ASIDE.get(reason, "Ce paquet n’a pas pu être rangé.")
