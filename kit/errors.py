"""Everything that can go wrong, in one catalogue: a stable code, an HTTP status and French words for people.

Validation and rules yield codes; the edge (web, command line) chooses the words. A code never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemKind:
    """One thing that can go wrong: `words` is French source text with %(name)s places for details."""

    status: int
    words: str


CATALOGUE: Mapping[str, ProblemKind] = {
    # the web
    "web.not_found": ProblemKind(404, "Cette page n’existe pas ici."),
    "web.method": ProblemKind(405, "Cette page ne s’utilise pas de cette façon."),
    "web.stale_form": ProblemKind(
        400,
        "Cette page est restée ouverte trop longtemps, ou vient d’ailleurs. Rien n’est perdu : recommencez.",
    ),
    "web.too_large": ProblemKind(413, "Ce que vous envoyez est trop gros (%(limit)s au plus)."),
    "web.bad_request": ProblemKind(400, "La valise n’a pas compris cette demande."),
    "web.broken": ProblemKind(500, "La valise a eu un problème. Ce qui était noté est gardé."),
    "web.busy": ProblemKind(503, "Beaucoup de monde à la fois. Attendez un instant, puis recommencez."),
    # the store
    "store.full": ProblemKind(
        507, "Le disque de la valise est plein. On peut lire, mais rien de nouveau ne peut être noté."
    ),
    "store.busy": ProblemKind(503, "La valise est occupée. Rien n’a été noté : recommencez dans un instant."),
    "store.readonly": ProblemKind(
        507, "Le disque de la valise refuse d’écrire. On peut lire, mais rien de nouveau ne peut être noté."
    ),
    "store.newer": ProblemKind(
        500,
        "Ces données viennent d’une version plus récente du programme (%(names)s). Mettez le programme à jour.",
    ),
    "store.damaged": ProblemKind(500, "Le fichier de données est abîmé. Restaurez la dernière sauvegarde."),
    "store.conflict": ProblemKind(409, "La base refuse cette donnée : elle contredit ce qui est déjà noté."),
    # a person's fields
    "field.required": ProblemKind(422, "Il faut remplir cette case."),
    "field.too_long": ProblemKind(422, "C’est trop long : %(limit)s signes au plus."),
    "field.control": ProblemKind(422, "Il y a des signes qui ne sont pas des lettres. Écrivez de nouveau."),
    "field.choice": ProblemKind(422, "Choisissez une des réponses proposées."),
    "field.number": ProblemKind(422, "Écrivez un nombre entre %(low)s et %(high)s."),
    "field.date": ProblemKind(422, "Écrivez une date et une heure, par exemple 2026-11-23 et 14:00."),
    "field.invalid": ProblemKind(422, "Il y a %(count)s réponse(s) à corriger."),
    # staff
    "people.sign_in": ProblemKind(401, "Cette page est réservée à l’équipe. Écrivez la phrase secrète de l’équipe."),
    "people.wrong_passphrase": ProblemKind(403, "Ce n’est pas la bonne phrase secrète."),
    "people.slow_down": ProblemKind(429, "Trop d’essais. Attendez %(seconds)s secondes, puis recommencez."),
    "people.forbidden": ProblemKind(403, "Vous n’avez pas le droit de faire cela."),
    "people.weak_passphrase": ProblemKind(422, "La phrase secrète doit avoir six mots au moins."),
    "people.already_set_up": ProblemKind(409, "Cette valise est déjà préparée."),
    "people.not_set_up": ProblemKind(409, "Cette valise n’est pas encore préparée. Lancez « valise check »."),
    "people.wrong_recovery": ProblemKind(403, "Ces deux codes de secours n’ouvrent rien ensemble."),
    "people.no_such_person": ProblemKind(404, "Cette personne n’est pas dans l’équipe."),
    "people.name_taken": ProblemKind(409, "Quelqu’un de l’équipe porte déjà ce nom. Ajoutez une lettre."),
    "people.last_holder": ProblemKind(
        409, "On ne peut pas se retirer soi-même, ni retirer la dernière personne qui ouvre les noms."
    ),
    "people.say_yes": ProblemKind(422, "Cochez la case : toutes les phrases secrètes vont changer."),
    # keys
    "keys.cannot_open": ProblemKind(403, "Cette clé n’ouvre pas ce message."),
    "keys.forged": ProblemKind(422, "La signature ne correspond pas : ce message n’est pas accepté."),
    # the journal
    "journal.too_large": ProblemKind(422, "C’est trop long pour une fiche. Raccourcissez le texte."),
    "journal.bad_fact": ProblemKind(422, "Une fiche est abîmée et ne peut pas être lue."),
    # going home
    "sync.bad_segment": ProblemKind(422, "Ce paquet de fiches est abîmé : il n’est pas accepté."),
    "sync.unknown_version": ProblemKind(422, "Ce paquet de fiches vient d’une version plus récente du programme."),
    "sync.wrong_recipient": ProblemKind(422, "Ce paquet de fiches est fermé pour un autre serveur."),
    "sync.bad_message": ProblemKind(422, "Ce message n’est pas accepté : il est abîmé, ou vient d’ailleurs."),
    "sync.bad_envelope": ProblemKind(422, "Cette enveloppe est abîmée, ou vient d’une valise inconnue."),
    "sync.unknown_kit": ProblemKind(403, "Le serveur de la coordination ne connaît pas cette valise."),
    "sync.revoked": ProblemKind(403, "Cette valise n’est plus acceptée. Rien n’est perdu : appelez la coordination."),
    "sync.expired": ProblemKind(
        403, "L’autorisation de cette valise est finie. Rien n’est perdu : demandez un nouveau lien à la coordination."
    ),
    "sync.not_enrolled": ProblemKind(
        409, "Cette valise n’est pas encore reliée à une coordination. Demandez-lui un lien."
    ),
    "sync.bad_link": ProblemKind(
        422, "Ce lien n’est pas un lien pour relier une valise. Copiez-le en entier, tel qu’il vous a été donné."
    ),
    "sync.bad_enrolment_file": ProblemKind(
        422, "Ce fichier ne relie pas une valise. Donnez celui que la coordination vous a rendu, sans le changer."
    ),
    "sync.bad_request_file": ProblemKind(
        422, "Ce fichier n’est pas la demande d’une valise, ou il est abîmé. Refaites-le sur la valise."
    ),
    "sync.other_kit": ProblemKind(422, "Ce certificat est pour une autre valise. Rien n’a changé ici."),
    "sync.used_link": ProblemKind(403, "Ce lien n’est plus bon : il a déjà servi, ou il est trop vieux."),
    "sync.plain_http": ProblemKind(422, "Ce lien n’est pas protégé (http). Demandez un lien qui commence par https."),
    "sync.unreachable": ProblemKind(
        503,
        "Le serveur de la coordination ne répond pas. Rien n’est perdu : essayez plus tard, ou avec un autre réseau.",
    ),
    "sync.tls": ProblemKind(
        502,
        "La connexion n’est pas sûre : le serveur ne prouve pas son nom. Rien n’est parti. Essayez un autre réseau.",
    ),
    "sync.wrong_host": ProblemKind(
        502,
        "Ce n’est pas le serveur de la coordination qui répond. Le réseau demande peut-être de se connecter d’abord.",
    ),
    "sync.refused": ProblemKind(
        502, "Le serveur de la coordination n’a pas pu recevoir. Rien n’est perdu : réessayez."
    ),
    "sync.running": ProblemKind(409, "Un envoi est déjà en cours."),
    "sync.not_a_neighbour": ProblemKind(403, "Cette valise n’est pas de la même coordination."),
    "sync.relay_full": ProblemKind(507, "L’autre valise n’a plus de place pour porter nos fiches."),
    "sync.not_a_bundle": ProblemKind(422, "Ce fichier ne vient pas d’une valise : il n’a pas été pris."),
    "sync.newer_bundle": ProblemKind(
        422, "Ce fichier vient d’une version plus récente du programme. Gardez-le, et mettez à jour avant de le donner."
    ),
    "sync.cut_bundle": ProblemKind(
        422, "Ce fichier s’arrête avant la fin. Ce qui était entier a été pris : apportez le reste une autre fois."
    ),
    "sync.bad_key": ProblemKind(
        507, "La clé USB n’accepte pas la copie (%(reason)s). Rien n’est perdu : essayez une autre clé."
    ),
    "sync.bad_piece": ProblemKind(422, "Un morceau d’un document est arrivé abîmé. Il sera envoyé de nouveau."),
    "sync.no_blob": ProblemKind(404, "Ce document n’a pas été annoncé à la coordination. Il sera envoyé de nouveau."),
    "sync.no_room": ProblemKind(
        507, "Le disque de la coordination est plein : les documents attendent dans la valise. Rien n’est perdu."
    ),
    "sync.no_file": ProblemKind(422, "Choisissez d’abord le fichier, puis donnez-le."),
    "sync.not_an_answer": ProblemKind(
        422, "Ce n’est pas une réponse de la coordination. Le fichier donné par la valise s’apporte à la coordination."
    ),
    "sync.bad_copy": ProblemKind(507, "La copie relue sur la clé n’est pas la même. Prenez une autre clé."),
    # backup
    "backup.bad_place": ProblemKind(507, "On ne peut pas écrire là (%(reason)s). Essayez une autre clé USB."),
    "backup.not_same": ProblemKind(
        507, "La copie relue n’est pas la même. Ne gardez pas cette clé : prenez-en une autre."
    ),
    "backup.not_one": ProblemKind(422, "Ce dossier n’est pas une sauvegarde de valise."),
    "backup.not_empty": ProblemKind(409, "Le dossier %(path)s n’est pas vide. Restaurez dans un dossier neuf."),
    # workshops
    "workshops.not_found": ProblemKind(404, "Cet atelier n’existe pas ici."),
    "workshops.cancelled": ProblemKind(409, "Cet atelier est annulé."),
    "workshops.closed": ProblemKind(409, "Cet atelier est terminé."),
    "workshops.already_closed": ProblemKind(409, "Cet atelier est déjà terminé. Il n’y a plus rien à faire."),
    "workshops.over": ProblemKind(409, "Cet atelier est passé. Choisissez-en un autre."),
    "workshops.full": ProblemKind(
        409, "Trop tard : l’atelier et sa liste d’attente sont complets. Choisissez-en un autre, ou parlez à l’équipe."
    ),
    "workshops.not_open_yet": ProblemKind(409, "Les inscriptions ne sont pas encore ouvertes. Revenez plus tard."),
    "workshops.sign_up_ended": ProblemKind(
        409, "Les inscriptions sont finies. S’il reste de la place, l’équipe peut vous ajouter le jour même."
    ),
    "workshops.too_many": ProblemKind(422, "Six personnes au plus sur un ticket : pour les autres, refaites-en un."),
    "workshops.no_slot": ProblemKind(409, "Ce créneau vient d’être pris. Choisissez-en un autre."),
    "workshops.slots": ProblemKind(422, "Les créneaux doivent tenir dans la durée : 20, 30 ou 60 minutes chacun."),
    "workshops.window": ProblemKind(422, "Les inscriptions doivent finir après leur ouverture."),
    "workshops.counts": ProblemKind(
        422, "Le compte n’est pas bon : %(sum)s en tout ici, mais %(total)s sans nom à répartir. Corrigez un des deux."
    ),
    "workshops.no_card": ProblemKind(422, "Ce n’est pas le code d’une carte : deux mots et deux chiffres."),
    "workshops.no_visit": ProblemKind(404, "Cette visite, ou ce prêt, n’existe pas ici."),
    "workshops.not_elsewhere": ProblemKind(422, "Choisissez un autre atelier, qui n’est ni terminé ni annulé."),
    "workshops.names_closed": ProblemKind(
        403, "Les noms sont fermés pour vous : demandez à une personne qui a la phrase secrète."
    ),
    "workshops.hosted_elsewhere": ProblemKind(
        409, "Cet atelier est tenu par une autre valise. Elle seule peut changer cette liste."
    ),
    "workshops.changed_meanwhile": ProblemKind(
        409, "Quelqu’un a changé cet atelier pendant ce temps. Relisez, puis enregistrez de nouveau."
    ),
    "workshops.phone": ProblemKind(422, "Écrivez un numéro de téléphone, par exemple 06 12 34 56 78."),
    "workshops.place": ProblemKind(422, "Choisissez une halte, ou écrivez le lieu."),
    "workshops.paper_left": ProblemKind(422, "Faites-le d’abord : après, les noms ne se lisent plus sur la valise."),
    "workshops.no_ticket": ProblemKind(
        404, "Aucun ticket ne porte ce code ici. Vérifiez les deux mots et les deux chiffres."
    ),
    "workshops.ticket_elsewhere": ProblemKind(
        409, "Ce ticket est pour un autre atelier : %(title)s, le %(day)s à %(hour)s."
    ),
    "workshops.ticket_cancelled": ProblemKind(
        409, "Ce ticket a été annulé. Si la personne est là, ajoutez-la sans inscription."
    ),
    "workshops.name_closed": ProblemKind(409, "Ce nom ne se lit plus ici : l’attestation n’est plus possible."),
    "workshops.no_next_stop": ProblemKind(
        409, "La tournée n’a pas de halte suivante. Prévoyez-la d’abord dans Haltes."
    ),
    "reports.not_found": ProblemKind(404, "Ce compte rendu n’existe pas ici."),
    "reports.changed_meanwhile": ProblemKind(
        409, "Ce compte rendu a été corrigé entre-temps. Relisez ce qui est noté, puis recommencez."
    ),
    "reports.elsewhere": ProblemKind(409, "Ce compte rendu se corrige sur la valise qui l’a écrit."),
    "reports.themes": ProblemKind(422, "Choisissez au moins une thématique."),
    "reports.beyond": ProblemKind(422, "Ces nombres font plus que le total (%(total)s). Corrigez-les, ou le total."),
    "reports.insee": ProblemKind(422, "Le code Insee a cinq signes, par exemple 06116 ou 2A004."),
    "reports.postcode": ProblemKind(422, "Le code postal a cinq chiffres, par exemple 06850."),
    "reports.place": ProblemKind(422, "La Coop demande le nom du lieu pour un lieu d’activité."),
    "reports.commune": ProblemKind(422, "La Coop demande la commune quand ce n’est pas un lieu d’activité."),
    "vouchers.value": ProblemKind(422, "Écrivez une somme en euros, de 0 à 1000, par exemple 10 ou 12,50."),
    "vouchers.not_taken": ProblemKind(409, "Cet atelier ne prend pas ce bon. Changez l’atelier, ou la sorte de bon."),
    "vouchers.elsewhere": ProblemKind(409, "Cette sorte de bon est écrite par la coordination : elle seule la change."),
    "workshops.merged_already": ProblemKind(409, "L’une des deux lignes est déjà réunie avec une autre."),
    "workshops.nobody": ProblemKind(404, "Cette personne n’est pas sur la liste de cet atelier."),
    # opinions
    "feedback.face": ProblemKind(422, "Choisissez un des trois visages."),
    "feedback.not_found": ProblemKind(404, "Personne n’a donné d’avis ici."),
    "feedback.personal_data": ProblemKind(
        422,
        "Nous avons cru lire %(what)s. Un avis est anonyme : enlevez cela de votre texte. "
        "Pour être rappelé, parlez à l’équipe.",
    ),
    "feedback.personal_warning": ProblemKind(
        422,
        "Nous avons cru lire %(what)s. C’est permis ici, mais d’autres personnes liront ce texte.",
    ),
    "feedback.slow_down": ProblemKind(
        429, "Beaucoup de réponses viennent de cet appareil. Attendez %(seconds)s secondes : rien n’est perdu."
    ),
    # questionnaires
    "questionnaires.draft_gone": ProblemKind(
        404, "Ces réponses ne sont plus dans la valise. Si vous ne les avez pas envoyées, recommencez."
    ),
    "questionnaires.sent": ProblemKind(409, "Ces réponses sont déjà envoyées. C’est noté."),
    "questionnaires.not_found": ProblemKind(404, "Ce questionnaire n’est pas dans cette valise."),
    "questionnaires.elsewhere": ProblemKind(
        409, "Ce questionnaire vient d’ailleurs : il ne se change pas ici. Faites-en une copie, et changez-la."
    ),
    "questionnaires.empty": ProblemKind(422, "Ce questionnaire n’a pas encore de question."),
    "questionnaires.too_large": ProblemKind(422, "Ce questionnaire est trop long. Faites-en deux."),
    "questionnaires.name": ProblemKind(422, "Le nom de question « %(name)s » ne convient pas, ou sert deux fois."),
    "questionnaires.choices": ProblemKind(422, "« %(question)s » demande entre 2 et 40 réponses différentes."),
    "questionnaires.faces": ProblemKind(422, "La question « %(question)s » demande trois réponses, une par visage."),
    "questionnaires.bounds": ProblemKind(422, "« %(question)s » : le plus petit nombre doit être sous le plus grand."),
    "questionnaires.condition": ProblemKind(
        422, "« %(question)s » dépend de « %(name)s », qui n’est pas avant ou ne répond pas ainsi."
    ),
    "questionnaires.lines": ProblemKind(422, "Écrivez %(least)s réponses différentes au moins, une par ligne."),
    "questionnaires.if_answers": ProblemKind(
        422, "Écrivez des réponses de cette question, telles qu’elles sont proposées."
    ),
    "questionnaires.rank": ProblemKind(422, "Écrivez des rangs de 1 à %(most)s, chacun une seule fois."),
    # questionnaires from a spreadsheet
    "xlsform.unreadable": ProblemKind(422, "Ce fichier n’est pas un classeur .xlsx qui se lit. Rien n’a été pris."),
    "xlsform.too_large": ProblemKind(422, "Ce classeur est trop grand pour un questionnaire. Rien n’a été pris."),
    "xlsform.no_survey": ProblemKind(422, "Ce classeur n’a pas de feuille « survey » remplie : pas un XLSForm."),
    "xlsform.no_type": ProblemKind(422, "Ligne de la cellule %(cell)s : il manque le type de question."),
    "xlsform.no_name": ProblemKind(422, "Ligne de la cellule %(cell)s : il manque le nom de la question."),
    "xlsform.no_list": ProblemKind(422, "Cellule %(cell)s : la liste de réponses « %(name)s » n’existe pas."),
    "xlsform.choice": ProblemKind(422, "Ligne de la cellule %(cell)s : il manque le nom de la liste ou de la réponse."),
    "xlsform.twice": ProblemKind(422, "Cellule %(cell)s : « %(name)s » sert deux fois."),
    "xlsform.group": ProblemKind(422, "Cellule %(cell)s : un groupe est ouvert sans être fermé, ou l’inverse."),
    # the directory
    "directory.bad_file": ProblemKind(422, "Ce fichier de lieux ne se lit pas (%(reason)s). Rien n’a été ajouté."),
    "directory.code_insee": ProblemKind(422, "Un code INSEE a cinq signes, par exemple 06116. Sinon, laissez vide."),
    "directory.no_place": ProblemKind(404, "Ce lieu n’est pas dans l’annuaire de la valise."),
    "directory.no_proposal": ProblemKind(404, "Cette correction n’est pas connue ici."),
    "directory.proposal_elsewhere": ProblemKind(409, "Ce lieu est tenu ailleurs : c’est là-bas qu’on répondra."),
    "directory.proposal_settled": ProblemKind(409, "On a déjà répondu à cette correction."),
    "directory.no_stop": ProblemKind(404, "Cette halte n’existe pas ici."),
    "directory.stop_cancelled": ProblemKind(409, "Cette halte est annulée."),
    "directory.stop_closed": ProblemKind(409, "Cette halte est déjà terminée. Il n’y a plus rien à faire."),
    "directory.stop_elsewhere": ProblemKind(409, "Cette halte est tenue par une autre valise."),
    "directory.ends_before": ProblemKind(422, "La fin doit venir après le début."),
    # the library
    "library.broken": ProblemKind(422, "Ce fichier est abîmé ou coupé : il ne s’ouvre pas."),
    "library.cannot_read": ProblemKind(422, "Cette page est abîmée. Les autres pages se lisent."),
    "library.empty": ProblemKind(422, "Ce fichier est vide."),
    "library.encrypted": ProblemKind(
        422, "Ce fichier est fermé par un verrou numérique (DRM ou mot de passe) : il ne peut pas être prêté."
    ),
    "library.hostile": ProblemKind(422, "Ce fichier contient un piège : il n’est pas accepté (%(reason)s)."),
    "library.mislabelled": ProblemKind(422, "Ce fichier n’est pas ce que son nom annonce (%(suffix)s)."),
    "library.no_chapters": ProblemKind(404, "Ce document ne se lit pas page par page. Gardez-le sur votre téléphone."),
    "library.no_space": ProblemKind(
        507, "Il n’y a plus assez de place sur le disque de la valise. Rien n’a été ajouté ; on peut toujours lire."
    ),
    "library.not_your_shelf": ProblemKind(
        403, "L’étagère « %(shelf)s » est à %(organisation)s, qui seule la change. Choisissez une autre étagère."
    ),
    "library.no_such_work": ProblemKind(422, "Aucun document d’ici n’a cette adresse. Copiez celle de sa page."),
    "library.not_found": ProblemKind(404, "Ce document n’est pas dans la valise."),
    "library.sheet": ProblemKind(422, "Cette fiche pas à pas n’est pas complète (%(reason)s)."),
    "sheets.changed": ProblemKind(
        409, "Quelqu’un d’autre a changé cette étape. Revenez à la fiche pour voir ce qu’il a écrit."
    ),
    "sheets.picture": ProblemKind(422, "Cette image n’est pas comprise. Prenez une photo JPEG, PNG ou WebP."),
    "sheets.too_many": ProblemKind(422, "Il y a déjà %(limit)s brouillons : publiez-en, ou jetez-en."),
    "library.side_file": ProblemKind(422, "La note qui accompagne ce fichier n’est pas comprise (%(name)s)."),
    "library.too_large": ProblemKind(422, "Ce fichier est trop gros une fois ouvert : il n’est pas accepté."),
    "library.unreadable": ProblemKind(422, "Ce fichier ne peut pas être lu : il a disparu, ou il est protégé."),
    # works offered by participants
    "deposits.no_file": ProblemKind(422, "Choisissez un fichier sur votre appareil."),
    "deposits.too_little": ProblemKind(
        422,
        "Pour être dans la valise, une œuvre doit pouvoir être copiée et montrée : cochez les deux premières cases.",
    ),
    "deposits.licence_gives_more": ProblemKind(
        422, "Cette licence permet plus que ce que vous avez coché. Cochez le reste, ou choisissez une autre licence."
    ),
    "deposits.third_parties": ProblemKind(
        422, "Demandez d’abord leur accord aux personnes concernées, ou parlez-en à l’équipe."
    ),
    "deposits.minor": ProblemKind(
        422, "Un mineur ne signe pas seul : un parent ou un tuteur remplit cette page avec lui."
    ),
    "deposits.full": ProblemKind(
        507, "Trop de documents attendent déjà l’équipe. Rien n’a été pris : parlez à l’équipe."
    ),
    "deposits.not_found": ProblemKind(404, "Aucun document ne porte ce code ici. Vérifiez les six mots."),
    "deposits.settled": ProblemKind(409, "Quelqu’un a déjà répondu pour ce document."),
    "deposits.gone": ProblemKind(404, "Le fichier de ce document n’est pas sur cette valise."),
    # packs
    "packs.hostile": ProblemKind(422, "Ce paquet contient un piège : il n’est pas accepté (%(reason)s)."),
    "packs.broken": ProblemKind(422, "Ce paquet est abîmé ou n’est pas un paquet de valise : il ne se lit pas."),
    "packs.incomplete": ProblemKind(422, "Il manque des fichiers à ce paquet. Copiez-le de nouveau en entier."),
    "packs.wrong_hash": ProblemKind(
        422, "Un fichier de ce paquet n’est pas celui qui a été signé. Rien n’a été ajouté : copiez-le de nouveau."
    ),
    "packs.pulled_out": ProblemKind(
        422, "La clé a été retirée, ou ne se lit plus. Rien n’a été montré : remettez-la, et recommencez."
    ),
    "packs.needs_older": ProblemKind(
        409, "Ce paquet ne contient que des changements : il faut d’abord installer le paquet complet."
    ),
    "packs.unknown_signer": ProblemKind(
        403, "Personne de l’équipe n’a dit connaître la bibliothèque qui a signé ce paquet."
    ),
    "packs.older": ProblemKind(409, "La version %(version)s de ce paquet, ou une plus récente, est déjà là."),
    "packs.not_found": ProblemKind(404, "Ce paquet n’est pas ici."),
    "packs.not_newest": ProblemKind(409, "Une version plus récente est installée : retirez-la d’abord."),
    "packs.empty_shelf": ProblemKind(422, "Il n’y a rien sur cette étagère qui ait le droit de partir."),
    "packs.too_many": ProblemKind(422, "Il y a trop d’œuvres pour un seul paquet (%(most)s au plus)."),
    "packs.no_write": ProblemKind(507, "On ne peut pas écrire le paquet là (%(reason)s). Essayez une autre clé USB."),
    # the librarian’s bench
    "bench.closed": ProblemKind(409, "Ce dépôt est fini, ou a été retiré. Commencez un nouveau dépôt."),
    "bench.cut": ProblemKind(
        409, "Le fichier n’est pas arrivé en entier. Envoyez-le de nouveau : il reprend où il en était."
    ),
    "bench.disk": ProblemKind(507, "Le disque de la valise refuse d’écrire (%(reason)s). Rien n’a été ajouté."),
    "bench.too_many": ProblemKind(
        422, "C’est trop de fichiers à la fois : %(limit)s au plus. Faites plusieurs dépôts."
    ),
    "bench.too_slow": ProblemKind(
        422, "Ce fichier ne se laisse pas lire en %(seconds)s secondes : il est mis de côté."
    ),
    "bench.gone": ProblemKind(404, "Ce document n’attend plus ici : quelqu’un de l’équipe l’a déjà traité."),
    "bench.changed": ProblemKind(
        409, "Quelqu’un de l’équipe vient de changer cette fiche. Relisez-la, puis recommencez si besoin."
    ),
    "bench.no_key": ProblemKind(
        422, "Aucune clé marquée n’est branchée. Sur la clé, faites un dossier « valise » et mettez-y les documents."
    ),
    "bench.key_gone": ProblemKind(
        422,
        "La clé a été retirée pendant la copie. Ce qui était déjà copié est gardé ; remettez la clé et recommencez.",
    ),
    # the home side
    "central.other_mark": ProblemKind(422, "Ce n’est pas la marque de cette demande. Faites-la relire sur la valise."),
    "central.bad_address": ProblemKind(422, "Écrivez une adresse qui commence par https://."),
    # starting up
    "start.port_taken": ProblemKind(
        500, "Le port %(port)s est déjà pris par un autre programme. Choisissez-en un autre avec --port."
    ),
    "start.bad_setting": ProblemKind(500, "Le réglage %(name)s n’est pas compris : %(value)s."),
    "start.backup_days": ProblemKind(
        500, "Une sauvegarde tous les %(backup)s jours est trop rare : les valises oublient après %(purge)s jours."
    ),
    "start.bad_folder": ProblemKind(500, "Le dossier de données %(path)s ne peut pas être utilisé : %(reason)s."),
}


class Problem(Exception):  # noqa: N818 - a refusal told to a person, not a programming error
    """A refusal with a stable code from `CATALOGUE` and the details its words need."""

    def __init__(self, code: str, **details: object) -> None:
        kind = CATALOGUE[code]
        super().__init__(code)
        self.code = code
        self.status = kind.status
        self.words = kind.words
        self.details = details

    def __str__(self) -> str:
        return self.words % self.details if self.details else self.words


class FieldProblems(Problem):
    """Several fields refused at once: `fields` maps a name to its own Problem, `values` keeps what was typed."""

    def __init__(self, fields: Mapping[str, Problem], values: Mapping[str, str] | None = None) -> None:
        super().__init__("field.invalid", count=len(fields))
        self.fields = dict(fields)
        self.values = dict(values or {})
