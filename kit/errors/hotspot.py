"""What the suitcase's own Wi-Fi may refuse."""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors.kind import ProblemKind

KINDS: Mapping[str, ProblemKind] = {
    "hotspot.none": ProblemKind(409, "Aucune carte Wi-Fi n’est nommée (VALISE_HOTSPOT) : il n’y a rien à préparer."),
    "hotspot.bad_setting": ProblemKind(422, "Le réglage %(name)s du Wi-Fi n’est pas possible : « %(value)s »."),
    "hotspot.weak_key": ProblemKind(
        422, "Une clé de Wi-Fi a 8 à 63 signes sans accent, et ni espace au début ni espace à la fin."
    ),
    "hotspot.same_key": ProblemKind(422, "La clé de l’équipe et celle des visiteurs doivent être différentes."),
    "hotspot.no_staff_network": ProblemKind(
        422, "L’équipe a une clé de Wi-Fi, mais pas de réseau : nommez-le d’abord dans VALISE_STAFF_NETWORKS (IPv4)."
    ),
    "hotspot.no_staff_key": ProblemKind(
        409, "L’équipe n’a pas de clé de Wi-Fi à elle : il n’y a pas de carte à imprimer."
    ),
    "hotspot.cannot_write": ProblemKind(500, "Impossible d’écrire dans %(path)s : %(reason)s."),
}
