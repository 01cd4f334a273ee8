"""What the library, deposits, packs and the bench may refuse."""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors.kind import ProblemKind

KINDS: Mapping[str, ProblemKind] = {
    # the library
    "library.broken": ProblemKind(422, "Ce fichier est abîmé ou coupé : il ne s’ouvre pas."),
    "library.cannot_read": ProblemKind(422, "Cette page est abîmée. Les autres pages se lisent."),
    "library.empty": ProblemKind(422, "Ce fichier est vide."),
    "library.encrypted": ProblemKind(
        422, "Ce fichier est fermé par un verrou numérique (DRM ou mot de passe) : il ne peut pas être prêté."
    ),
    "library.hostile": ProblemKind(422, "Ce fichier contient un piège : il n’est pas accepté (%(reason)s)."),
    "library.mislabelled": ProblemKind(422, "Ce fichier n’est pas ce que son nom annonce (%(suffix)s)."),
    "library.disk_away": ProblemKind(
        503, "Ce document est sur le disque de la bibliothèque, qui n’est pas branché. Demandez à l’équipe."
    ),
    "disk.none": ProblemKind(422, "Ce disque n’est plus branché, ou n’a pas de dossier `valise`. Rebranchez-le."),
    "disk.small": ProblemKind(
        507, "Il n’y a pas assez de place là où vont ces documents. Ceux qui y sont déjà y restent, les autres aussi."
    ),
    "disk.refused": ProblemKind(
        409, "Le disque n’a pas pris les documents : %(reason)s. Aucun n’est perdu ; rebranchez-le et recommencez."
    ),
    "library.no_chapters": ProblemKind(404, "Ce document ne se lit pas page par page. Gardez-le sur votre téléphone."),
    "library.no_space": ProblemKind(
        507, "Il n’y a plus assez de place sur le disque de la valise. Rien n’a été ajouté ; on peut toujours lire."
    ),
    "library.not_your_shelf": ProblemKind(
        403, "L’étagère « %(shelf)s » est à %(organisation)s, qui seule la change. Choisissez une autre étagère."
    ),
    "library.no_such_work": ProblemKind(422, "Aucun document d’ici n’a cette adresse. Copiez celle de sa page."),
    "library.not_found": ProblemKind(404, "Ce document n’est pas dans la valise."),
    "library.sheet": ProblemKind(422, "Cette fiche pas à pas n’est pas complète (%(reason)s)."),
    "sheets.changed": ProblemKind(
        409, "Quelqu’un d’autre a changé cette étape. Revenez à la fiche pour voir ce qu’il a écrit."
    ),
    "sheets.picture": ProblemKind(422, "Cette image n’est pas comprise. Prenez une photo JPEG, PNG ou WebP."),
    "sheets.too_many": ProblemKind(422, "Il y a déjà %(limit)s brouillons : publiez-en, ou jetez-en."),
    "library.side_file": ProblemKind(422, "La note qui accompagne ce fichier n’est pas comprise (%(name)s)."),
    "library.link": ProblemKind(
        422, "Ce lien n’est pas l’adresse d’un site. Elle commence par https:// ou http://, sans espace."
    ),
    "library.changed": ProblemKind(
        409, "Quelqu’un de l’équipe vient de changer ce document. Relisez, puis recommencez si besoin."
    ),
    "library.chapter": ProblemKind(
        422, "Cette ligne n’est pas comprise : « %(line)s ». Écrivez par exemple « 2:30 Titre »."
    ),
    "library.no_cover": ProblemKind(422, "Cette image ne s’ouvre pas. Prenez un fichier JPEG, PNG, GIF ou WebP."),
    "library.captions": ProblemKind(422, "Ces sous-titres ne sont pas compris. Il faut un fichier .vtt ou .srt."),
    "library.too_large": ProblemKind(422, "Ce fichier est trop gros une fois ouvert : il n’est pas accepté."),
    "library.nothing_given": ProblemKind(422, "Choisissez une licence, ou écrivez une source : rien n’est rempli."),
    "library.no_twin": ProblemKind(422, "Ce document ne ressemble à aucun autre d’ici : il n’y a rien à remplacer."),
    "library.too_many": ProblemKind(422, "Cela fait plus de %(limit)s documents. Prenez une étagère à la fois."),
    "library.unreadable": ProblemKind(422, "Ce fichier ne peut pas être lu : il a disparu, ou il est protégé."),
    # the librarian’s table, out and back
    "records.formula": ProblemKind(422, "Cette case contient un calcul. Écrivez-y sa valeur."),
    "records.gone": ProblemKind(404, "Ce tableau n’attend plus ici. Rapportez-le de nouveau."),
    "records.language": ProblemKind(422, "La langue s’écrit en deux lettres : fr, en, ar…"),
    "records.level": ProblemKind(422, "Ce niveau n’est pas connu. Écrivez : %(levels)s."),
    "records.licence": ProblemKind(422, "Cette licence n’est pas connue. Copiez-en une de la liste."),
    "records.no_file": ProblemKind(422, "Choisissez un tableau sur votre ordinateur."),
    "records.no_ids": ProblemKind(
        422, "Ce tableau n’a pas de colonne « identifiant ». Repartez du tableau emporté d’ici, avec sa première ligne."
    ),
    "records.no_such_work": ProblemKind(404, "Aucun document d’ici n’a cet identifiant."),
    "records.not_a_table": ProblemKind(
        422, "Ce fichier n’est pas un tableau compris ici. Enregistrez-le en .xlsx ou .csv."
    ),
    "records.not_your_shelf": ProblemKind(403, "L’étagère « %(shelf)s » est à une autre bibliothèque."),
    "records.too_large": ProblemKind(422, "Ce tableau est trop grand : %(rows)s lignes au plus. Faites-en plusieurs."),
    "records.twice": ProblemKind(
        422, "Cet identifiant est déjà plus haut dans le tableau : seule sa première ligne compte."
    ),
    # works offered by participants
    "deposits.no_file": ProblemKind(422, "Choisissez un fichier sur votre appareil."),
    "deposits.too_little": ProblemKind(
        422,
        "Pour être dans la valise, une œuvre doit pouvoir être copiée et montrée : cochez les deux premières cases.",
    ),
    "deposits.licence_gives_more": ProblemKind(
        422, "Cette licence permet plus que ce que vous avez coché. Cochez le reste, ou choisissez une autre licence."
    ),
    "deposits.third_parties": ProblemKind(
        422, "Demandez d’abord leur accord aux personnes concernées, ou parlez-en à l’équipe."
    ),
    "deposits.minor": ProblemKind(
        422, "Un mineur ne signe pas seul : un parent ou un tuteur remplit cette page avec lui."
    ),
    "deposits.full": ProblemKind(
        507, "Trop de documents attendent déjà l’équipe. Rien n’a été pris : parlez à l’équipe."
    ),
    "deposits.not_found": ProblemKind(404, "Aucun document ne porte ce code ici. Vérifiez les six mots."),
    "deposits.settled": ProblemKind(409, "Quelqu’un a déjà répondu pour ce document."),
    "deposits.gone": ProblemKind(404, "Le fichier de ce document n’est pas sur cette valise."),
    "deposits.answer_there": ProblemKind(
        409,
        "La valise où ce document a été proposé répond elle-même. Si elle est perdue, notez-le d’abord sur sa page.",
    ),
    "deposits.not_arrived": ProblemKind(404, "Ce document n’est pas arrivé à la coordination, ou pas en entier."),
    "thanks.no_author": ProblemKind(409, "Cette œuvre n’a pas été donnée ici : il n’y a pas d’auteur à remercier."),
    "thanks.full": ProblemKind(503, "Trop de mots attendent d’être lus. Vous pouvez dire merci sans écrire de mot."),
    "thanks.not_found": ProblemKind(404, "Ce mot n’attend plus : quelqu’un y a déjà répondu, ou il a été effacé."),
    # packs
    "packs.hostile": ProblemKind(422, "Ce paquet contient un piège : il n’est pas accepté (%(reason)s)."),
    "packs.broken": ProblemKind(422, "Ce paquet est abîmé ou n’est pas un paquet de valise : il ne se lit pas."),
    "packs.incomplete": ProblemKind(422, "Il manque des fichiers à ce paquet. Copiez-le de nouveau en entier."),
    "packs.wrong_hash": ProblemKind(
        422, "Un fichier de ce paquet n’est pas celui qui a été signé. Rien n’a été ajouté : copiez-le de nouveau."
    ),
    "packs.pulled_out": ProblemKind(
        422, "La clé a été retirée, ou ne se lit plus. Rien n’a été montré : remettez-la, et recommencez."
    ),
    "packs.unknown_word": ProblemKind(422, "« %(word)s » n’est pas un mot connu. Possibles : %(among)s."),
    "packs.needs_older": ProblemKind(
        409, "Ce paquet ne contient que des changements : il faut d’abord installer le paquet complet."
    ),
    "packs.unknown_signer": ProblemKind(
        403, "Personne de l’équipe n’a dit connaître la bibliothèque qui a signé ce paquet."
    ),
    "packs.older": ProblemKind(409, "La version %(version)s de ce paquet, ou une plus récente, est déjà là."),
    "packs.not_found": ProblemKind(404, "Ce paquet n’est pas ici."),
    "packs.not_newest": ProblemKind(409, "Une version plus récente est installée : retirez-la d’abord."),
    "packs.empty_shelf": ProblemKind(422, "Il n’y a rien sur cette étagère qui ait le droit de partir."),
    "packs.too_many": ProblemKind(422, "Il y a trop d’œuvres pour un seul paquet (%(most)s au plus)."),
    "packs.too_large_to_send": ProblemKind(
        422, "Ce paquet est trop gros pour être envoyé (%(most)s au plus). Portez-le sur une clé USB."
    ),
    "packs.not_kept": ProblemKind(
        404, "Ce paquet ne peut pas être donné d’ici : il est retiré, ou une de ses œuvres n’est plus là."
    ),
    "packs.no_write": ProblemKind(507, "On ne peut pas écrire le paquet là (%(reason)s). Essayez une autre clé USB."),
    # the librarian’s bench
    "bench.closed": ProblemKind(409, "Ce dépôt est fini, ou a été retiré. Commencez un nouveau dépôt."),
    "bench.cut": ProblemKind(
        409, "Le fichier n’est pas arrivé en entier. Envoyez-le de nouveau : il reprend où il en était."
    ),
    "bench.no_room": ProblemKind(
        507,
        "Il n’y a plus assez de place sur le disque. Ce qui est sur les étagères y reste, le reste attend ici. "
        "Faites de la place, puis recommencez.",
    ),
    "bench.disk": ProblemKind(507, "Le disque de la valise refuse d’écrire (%(reason)s). Rien n’a été ajouté."),
    "bench.too_many": ProblemKind(
        422, "C’est trop de fichiers à la fois : %(limit)s au plus. Faites plusieurs dépôts."
    ),
    "bench.too_slow": ProblemKind(
        422, "Ce fichier ne se laisse pas lire en %(seconds)s secondes : il est mis de côté."
    ),
    "bench.gone": ProblemKind(404, "Ce document n’attend plus ici : quelqu’un de l’équipe l’a déjà traité."),
    "bench.changed": ProblemKind(
        409, "Quelqu’un de l’équipe vient de changer cette fiche. Relisez-la, puis recommencez si besoin."
    ),
    "bench.no_key": ProblemKind(
        422, "Aucune clé marquée n’est branchée. Sur la clé, faites un dossier « valise » et mettez-y les documents."
    ),
    "bench.feed_address": ProblemKind(
        422,
        "Cette adresse n’est pas acceptée. Il faut une adresse https:// sur Internet, pas une machine du réseau local.",
    ),
    "bench.feed_silent": ProblemKind(502, "Ce catalogue ne répond pas. Vérifiez l’adresse et la connexion à Internet."),
    "bench.feed_too_large": ProblemKind(422, "Ce catalogue, ou un de ses fichiers, est trop gros."),
    "bench.feed_partly": ProblemKind(
        422, "%(taken)s documents sont pris ; %(missed)s n’ont pas pu être pris dans ce catalogue."
    ),
    "bench.no_feed": ProblemKind(422, "Ce n’est pas un catalogue compris ici (OPDS). Demandez son adresse OPDS."),
    "bench.key_gone": ProblemKind(
        422,
        "La clé a été retirée pendant la copie. Ce qui était déjà copié est gardé ; remettez la clé et recommencez.",
    ),
}
