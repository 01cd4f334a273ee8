"""Start-up checks with stable ids that say what to mend. An id never changes its meaning."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import msgspec

from kit import backup
from kit.errors import Problem, counted
from kit.errors.kind import fr
from kit.hotspot.plan import read_plan
from kit.journal import queries as journal_queries
from kit.library import queries as library_queries
from kit.people import actions as people
from kit.people.node import Node
from kit.sync import queries as sync_queries
from kit.web.pages import size_words

EARLIEST_MS = 1_767_225_600_000  # 2026-01-01: a clock before this program was written is wrong


class Finding(msgspec.Struct, frozen=True):
    """What one check found: `level` is ok, warn or bad; `mend` says what to do about it, empty when ok."""

    check_id: str
    level: str
    words: str
    mend: str = ""


def check_all(node: Node) -> list[Finding]:
    """Every check of this node's role, in order. Nothing is changed."""
    return [finding for check in CHECKS for finding in check(node)]


def _folder(node: Node) -> Iterator[Finding]:
    free = shutil.disk_usage(node.data).free
    left = fr("Il reste %(size)s sur le disque.") % {"size": size_words(free)}
    if free < node.settings.reserve:
        mend = fr("Enlevez des fichiers, ou branchez un disque plus grand : on lit encore, mais on ne note plus.")
        yield Finding("V001", "bad", left, mend)
    else:
        yield Finding("V001", "ok", left)


def _database(node: Node) -> Iterator[Finding]:
    answer = node.store.find_damage()
    if answer:
        yield Finding(
            "V002",
            "bad",
            fr("Le fichier de données est abîmé : %(answer)s.") % {"answer": answer},
            fr("Restaurez la dernière sauvegarde."),
        )
    else:
        yield Finding("V002", "ok", fr("Le fichier de données est entier."))
    modes = node.store.find_haste()
    if modes:
        mend = fr(
            "Ce disque ne permet pas une écriture sûre : mettez les données sur une carte ou un "
            "disque ext4. Sur PostgreSQL, remettez ces réglages à « on »."
        )
        yield Finding("V003", "bad", fr("Le disque n’écrit pas de façon sûre %(modes)s.") % {"modes": modes}, mend)
    else:
        yield Finding("V003", "ok", fr("Ce qui est noté est écrit pour de bon avant de le dire."))


def _team(node: Node) -> Iterator[Finding]:
    if people.is_set_up(node):
        yield Finding("V004", "ok", fr("L’équipe a sa phrase secrète."))
    else:
        yield Finding("V004", "bad", fr("Personne ne peut entrer."), fr("Lancez « valise serve » une première fois."))


def _enrolment(node: Node) -> Iterator[Finding]:
    if node.settings.is_central:
        return
    if sync_queries.find_certificate(node.store) is None:
        mend = fr(
            "Demandez un lien à la coordination, puis lancez « valise enrol LIEN ». La valise marche en attendant."
        )
        yield Finding("V005", "warn", fr("La valise n’est pas encore rattachée à une centrale."), mend)
    else:
        yield Finding("V005", "ok", fr("La valise est rattachée à sa centrale."))


def _clock(node: Node) -> Iterator[Finding]:
    if node.clock.is_behind:
        mend = fr("Réglez l’heure de la machine : celle-ci est plus ancienne que la dernière fiche.")
        yield Finding("V006", "warn", fr("L’heure est une supposition."), mend)
    elif node.clock.wall_ms() < EARLIEST_MS:
        yield Finding(
            "V006", "warn", fr("L’heure est trop ancienne pour être vraie."), fr("Réglez l’heure de la machine.")
        )
    else:
        yield Finding("V006", "ok", fr("L’heure est plausible."))


def _shelves(node: Node) -> Iterator[Finding]:
    if node.settings.is_central:
        return
    count = sum(library_queries.count_by_kind(node.store).values())
    if count:
        yield Finding(
            "V007", "ok", counted(count, fr("%s document sur les étagères."), fr("%s documents sur les étagères."))
        )
    else:
        yield Finding("V007", "warn", fr("Les étagères sont vides."), fr("Lancez « valise add DOSSIER »."))


def _set_aside(node: Node) -> Iterator[Finding]:
    aside = len(journal_queries.rows_of_other_kinds(node.store, node.journal.kind_names()))
    if aside:
        mend = fr("Mettez le programme à jour : elles sont gardées et seront lues alors.")
        yield Finding(
            "V008",
            "warn",
            counted(
                aside,
                fr("%s fiche vient d’une version plus récente."),
                fr("%s fiches viennent d’une version plus récente."),
            ),
            mend,
        )
    else:
        yield Finding("V008", "ok", fr("Toutes les fiches sont comprises."))


def _backup(node: Node) -> Iterator[Finding]:
    days = backup.days_since(node)
    mend = fr("Branchez une clé USB avec un dossier « valise », puis faites une sauvegarde.")
    if days is None:
        yield Finding("V009", "warn", fr("Il n’y a encore aucune sauvegarde."), mend)
    elif backup.is_due(node):
        yield Finding(
            "V009",
            "warn",
            counted(days, fr("La dernière sauvegarde a %s jour."), fr("La dernière sauvegarde a %s jours.")),
            mend,
        )
    else:
        yield Finding("V009", "ok", fr("La dernière sauvegarde est récente."))


def _wifi(node: Node) -> Iterator[Finding]:
    if not node.settings.hotspot or node.settings.is_central:
        return
    try:
        plan = read_plan(node.settings)
    except Problem as problem:
        yield Finding("V010", "bad", str(problem), fr("Corrigez les réglages du Wi-Fi : sans eux, il ne s’allume pas."))
        return
    if node.settings.staff_networks and plan.staff is None:
        mend = fr("Donnez une clé de Wi-Fi à l’équipe : sinon elle n’entre que par câble.")
        yield Finding("V010", "warn", fr("L’équipe n’a pas de clé de Wi-Fi à elle."), mend)
    else:
        yield Finding("V010", "ok", fr("Le Wi-Fi « %(wifi_name)s » est bien réglé.") % {"wifi_name": plan.wifi_name})


CHECKS: tuple[Callable[[Node], Iterator[Finding]], ...] = (
    _folder, _database, _team, _enrolment, _clock, _shelves, _set_aside, _backup, _wifi,
)  # fmt: skip
