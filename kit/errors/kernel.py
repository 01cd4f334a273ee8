"""What the web, the store, the fields, the team, the keys, the journal, the start and the machine may refuse."""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors.kind import ProblemKind

KINDS: Mapping[str, ProblemKind] = {
    # the web
    "web.not_found": ProblemKind(404, "Cette page n’existe pas ici."),
    "web.method": ProblemKind(405, "Cette page ne s’utilise pas de cette façon."),
    "web.stale_form": ProblemKind(
        400,
        "Cette page est restée ouverte trop longtemps, ou vient d’ailleurs. Rien n’est perdu : recommencez.",
    ),
    "web.too_large": ProblemKind(413, "Ce que vous envoyez est trop gros (%(limit)s au plus)."),
    "web.bad_request": ProblemKind(400, "La valise n’a pas compris cette demande."),
    "web.broken": ProblemKind(500, "La valise a eu un problème. Ce qui était noté est gardé."),
    "web.busy": ProblemKind(503, "Beaucoup de monde à la fois. Attendez un instant, puis recommencez."),
    "listening.no_voice": ProblemKind(404, "Cette valise n’a pas de voix. Demandez à l’équipe de lire avec vous."),
    "listening.failed": ProblemKind(
        503, "La voix de la valise n’a pas pu lire cette page. Recommencez dans un instant."
    ),
    "listening.not_for_all": ProblemKind(
        404, "La valise ne lit pas cette page à voix haute : ce qu’elle dit n’est que pour vous."
    ),
    # the store
    "store.full": ProblemKind(
        507, "Le disque de la valise est plein. On peut lire, mais rien de nouveau ne peut être noté."
    ),
    "store.busy": ProblemKind(503, "La valise est occupée. Rien n’a été noté : recommencez dans un instant."),
    "store.readonly": ProblemKind(
        507, "Le disque de la valise refuse d’écrire. On peut lire, mais rien de nouveau ne peut être noté."
    ),
    "store.newer": ProblemKind(
        500,
        "Ces données viennent d’une version plus récente du programme (%(names)s). Mettez le programme à jour.",
    ),
    "store.damaged": ProblemKind(500, "Le fichier de données est abîmé. Restaurez la dernière sauvegarde."),
    "store.conflict": ProblemKind(409, "La base refuse cette donnée : elle contredit ce qui est déjà noté."),
    "store.gone": ProblemKind(
        503, "La base de données ne répond pas. Rien de nouveau n’a été noté : recommencez dans une minute."
    ),
    "store.not_empty": ProblemKind(409, "Cette base de données n’est pas vide : rien n’y a été copié."),
    "store.no_postgres": ProblemKind(
        500, "PostgreSQL est demandé (DATABASE_URL), mais psycopg manque : installez « valise-nomade[postgres] »."
    ),
    # a person's fields
    "field.required": ProblemKind(422, "Il faut remplir cette case."),
    "field.too_long": ProblemKind(422, "C’est trop long : %(limit)s signes au plus."),
    "field.control": ProblemKind(422, "Il y a des signes qui ne sont pas des lettres. Écrivez de nouveau."),
    "field.tick": ProblemKind(422, "Cochez au moins une case."),
    "field.choice": ProblemKind(422, "Choisissez une des réponses proposées."),
    "field.number": ProblemKind(422, "Écrivez un nombre entre %(low)s et %(high)s."),
    "field.date": ProblemKind(422, "Écrivez une date et une heure, par exemple 2026-11-23 et 14:00."),
    "field.invalid": ProblemKind(422, "Réponses à corriger : %(count)s."),
    # staff
    "people.sign_in": ProblemKind(401, "Cette page est réservée à l’équipe. Écrivez la phrase secrète de l’équipe."),
    "people.elsewhere": ProblemKind(
        403,
        "Cette partie est pour l’équipe. Rejoignez le Wi-Fi avec la clé de l’équipe, ou branchez un câble à la valise.",
    ),
    "people.wrong_passphrase": ProblemKind(403, "Ce n’est pas la bonne phrase secrète."),
    "people.slow_down": ProblemKind(429, "Trop d’essais. Attendez %(seconds)s secondes, puis recommencez."),
    "people.forbidden": ProblemKind(403, "Vous n’avez pas le droit de faire cela."),
    "people.weak_passphrase": ProblemKind(422, "La phrase secrète doit avoir six mots au moins."),
    "people.already_set_up": ProblemKind(409, "Cette valise est déjà préparée."),
    "people.not_set_up": ProblemKind(409, "Cette valise n’est pas encore préparée. Lancez « valise check »."),
    "people.wrong_recovery": ProblemKind(403, "Ces deux codes de secours n’ouvrent rien ensemble."),
    "people.no_presence": ProblemKind(
        403, "Il manque le fichier sur la carte de la valise : le code de l’enveloppe n’ouvre rien sans lui."
    ),
    "people.wrong_presence": ProblemKind(403, "Ce code de l’enveloppe n’ouvre rien ici."),
    "people.no_such_person": ProblemKind(404, "Cette personne n’est pas dans l’équipe."),
    "people.name_taken": ProblemKind(409, "Quelqu’un de l’équipe porte déjà ce nom. Ajoutez une lettre."),
    "people.last_holder": ProblemKind(
        409, "On ne peut pas se retirer soi-même, ni retirer la dernière personne qui ouvre les noms."
    ),
    "people.whole_territory": ProblemKind(
        403,
        "Cette page montre tous les territoires, et votre compte n’en voit que certains. Demandez à la coordination.",
    ),
    "people.other_territory": ProblemKind(403, "Cela vient d’un territoire que votre compte ne voit pas."),
    "people.no_invitation": ProblemKind(
        404, "Ce lien d’invitation n’est pas connu ici. Demandez-en un autre à la personne qui vous invite."
    ),
    "people.invitation_used": ProblemKind(
        410,
        "Ce lien d’invitation a déjà servi. Si ce n’était pas vous, prévenez vite la personne qui vous invite.",
    ),
    "people.invitation_over": ProblemKind(410, "Ce lien d’invitation n’est plus valable. Demandez-en un autre."),
    "people.wrong_code": ProblemKind(
        403, "Ce n’est pas le bon code. Il change toutes les 30 secondes : prenez le plus récent."
    ),
    "people.no_code_asked": ProblemKind(403, "Écrivez d’abord votre phrase secrète : elle est à refaire."),
    "people.say_yes": ProblemKind(422, "Cochez la case : toutes les phrases secrètes vont changer."),
    # keys
    "keys.cannot_open": ProblemKind(403, "Cette clé n’ouvre pas ce message."),
    "keys.forged": ProblemKind(422, "La signature ne correspond pas : ce message n’est pas accepté."),
    # the journal
    "journal.too_large": ProblemKind(422, "C’est trop long pour une fiche. Raccourcissez le texte."),
    "journal.bad_fact": ProblemKind(422, "Une fiche est abîmée et ne peut pas être lue."),
    # starting up
    "start.port_taken": ProblemKind(
        500, "Le port %(port)s est déjà pris par un autre programme. Choisissez-en un autre avec --port."
    ),
    "start.bad_setting": ProblemKind(500, "Le réglage %(name)s n’est pas compris : %(value)s."),
    "start.backup_days": ProblemKind(
        500, "Une sauvegarde tous les %(backup)s jours est trop rare : les valises oublient après %(purge)s jours."
    ),
    "start.no_file": ProblemKind(500, "Il n’y a rien à copier : %(path)s n’existe pas."),
    "start.bad_folder": ProblemKind(500, "Le dossier de données %(path)s ne peut pas être utilisé : %(reason)s."),
    # updates of the application
    "updates.not_here": ProblemKind(409, "Pas disponible ici : cette machine se met à jour autrement (voir README)."),
    "updates.not_attached": ProblemKind(
        409, "Cette valise n’est reliée à aucune coordination : personne ne peut signer une mise à jour pour elle."
    ),
    "updates.bad_bundle": ProblemKind(
        422, "Cette mise à jour est abîmée, ou ne vient pas de votre coordination. Rien n’a changé."
    ),
    "updates.other_machine": ProblemKind(
        422, "Cette mise à jour est faite pour une autre machine (%(machine)s, Python %(python)s). Rien n’a changé."
    ),
    "updates.same": ProblemKind(409, "La version %(version)s est déjà celle d’ici."),
    "updates.fails": ProblemKind(
        422, "Cette mise à jour a été essayée sur une copie des données, et n’a pas marché. Rien n’a changé."
    ),
    "updates.gone": ProblemKind(409, "Ce fichier n’est plus là : la clé a été retirée. Rien n’a changé."),
    "updates.nothing": ProblemKind(422, "Il n’y a aucun paquet (.whl) dans %(path)s."),
    # the machine under a kit
    "machine.not_here": ProblemKind(
        409, "Pas disponible ici : cette machine ne se laisse pas arrêter par ces pages. Arrêtez-la à la main."
    ),
    "machine.bad_depart": ProblemKind(
        422, "Le fichier écrit sur la carte n’est pas compris : %(word)s. Corrigez-le, ou enlevez-le de la carte."
    ),
    "machine.refused": ProblemKind(
        503, "La machine n’a pas obéi. Rien n’est perdu : attendez un instant, puis recommencez, ou débranchez-la."
    ),
    # a printer near the suitcase
    "printing.bad_address": ProblemKind(
        422, "Cette adresse n’est pas celle d’une imprimante d’ici. Par exemple : 192.168.1.50, ou imprimante.local."
    ),
    "printing.no_answer": ProblemKind(
        503,
        "L’imprimante ne répond pas. Vérifiez qu’elle est allumée et sur le même réseau que la valise. "
        "Rien n’est perdu.",
    ),
    "printing.refused": ProblemKind(502, "L’imprimante a refusé (%(reason)s). La demande reste dans la liste."),
    "printing.none": ProblemKind(409, "Aucune imprimante n’est choisie."),
    "printing.cannot": ProblemKind(422, "Ce document ne s’imprime pas d’ici : seulement les PDF et les images."),
    "printing.gone": ProblemKind(404, "Cette demande n’est plus dans la liste."),
    "printing.full": ProblemKind(429, "Beaucoup de demandes attendent déjà. Voyez l’équipe, ou revenez plus tard."),
    "printing.too_long": ProblemKind(
        422, "Ce document a %(pages)s pages : c’est plus que %(most)s. Demandez à l’équipe les pages qu’il vous faut."
    ),
    # the suitcase's own Wi-Fi
    "hotspot.none": ProblemKind(409, "Aucune carte Wi-Fi n’est nommée (VALISE_HOTSPOT) : il n’y a rien à préparer."),
    "hotspot.not_ours": ProblemKind(
        409, "Pas disponible ici : les réglages de cette machine s’écrivent hors de ces pages (voir README)."
    ),
    "hotspot.bad_setting": ProblemKind(422, "Le réglage %(name)s du Wi-Fi n’est pas possible : « %(value)s »."),
    "hotspot.weak_key": ProblemKind(
        422, "Une clé de Wi-Fi a 8 à 63 signes sans accent, et ni espace au début ni espace à la fin."
    ),
    "hotspot.bad_hall": ProblemKind(
        422,
        "Le Wi-Fi de la salle a un nom de 32 signes au plus, autre que celui de la valise, et une clé de 8 à 63 signes "
        "sans accent (vide si ce Wi-Fi n’a pas de clé).",
    ),
    "hotspot.same_key": ProblemKind(422, "La clé de l’équipe et celle des visiteurs doivent être différentes."),
    "hotspot.no_staff_network": ProblemKind(
        422, "L’équipe a une clé de Wi-Fi, mais pas de réseau : nommez-le d’abord dans VALISE_STAFF_NETWORKS (IPv4)."
    ),
    "hotspot.no_staff_key": ProblemKind(
        409, "L’équipe n’a pas de clé de Wi-Fi à elle : il n’y a pas de carte à imprimer."
    ),
    "hotspot.cannot_write": ProblemKind(500, "Impossible d’écrire dans %(path)s : %(reason)s."),
}
