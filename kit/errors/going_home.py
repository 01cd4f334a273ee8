"""What going home, backups and the home side may refuse."""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors.kind import ProblemKind

KINDS: Mapping[str, ProblemKind] = {
    # going home
    "sync.bad_segment": ProblemKind(422, "Ce paquet de fiches est abîmé : il n’est pas accepté."),
    "sync.unknown_version": ProblemKind(422, "Ce paquet de fiches vient d’une version plus récente du programme."),
    "sync.wrong_recipient": ProblemKind(422, "Ce paquet de fiches est fermé pour un autre serveur."),
    "sync.bad_message": ProblemKind(422, "Ce message n’est pas accepté : il est abîmé, ou vient d’ailleurs."),
    "sync.bad_envelope": ProblemKind(422, "Cette enveloppe est abîmée, ou vient d’une valise inconnue."),
    "sync.unknown_kit": ProblemKind(403, "Le serveur de la coordination ne connaît pas cette valise."),
    "sync.revoked": ProblemKind(403, "Cette valise n’est plus acceptée. Rien n’est perdu : appelez la coordination."),
    "sync.expired": ProblemKind(
        403, "L’autorisation de cette valise est finie. Rien n’est perdu : demandez un nouveau lien à la coordination."
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
    "sync.used_link": ProblemKind(403, "Ce lien n’est plus bon : il a déjà servi, ou il est trop vieux."),
    "sync.plain_http": ProblemKind(422, "Ce lien n’est pas protégé (http). Demandez un lien qui commence par https."),
    "sync.unreachable": ProblemKind(
        503,
        "Le serveur de la coordination ne répond pas. Rien n’est perdu : essayez plus tard, ou avec un autre réseau.",
    ),
    "sync.tls": ProblemKind(
        502,
        "La connexion n’est pas sûre : le serveur ne prouve pas son nom. Rien n’est parti. Essayez un autre réseau.",
    ),
    "sync.wrong_host": ProblemKind(
        502,
        "Ce n’est pas le serveur de la coordination qui répond. Le réseau demande peut-être de se connecter d’abord.",
    ),
    "sync.refused": ProblemKind(
        502, "Le serveur de la coordination n’a pas pu recevoir. Rien n’est perdu : réessayez."
    ),
    "sync.running": ProblemKind(409, "Un envoi est déjà en cours."),
    "sync.no_neighbour": ProblemKind(
        404, "Aucune autre valise de la même coordination ne répond sur ce réseau. Reliez les deux au même Wi-Fi."
    ),
    "sync.not_a_neighbour": ProblemKind(403, "Cette valise n’est pas de la même coordination."),
    "sync.relay_full": ProblemKind(507, "L’autre valise n’a plus de place pour porter nos fiches."),
    "sync.not_a_bundle": ProblemKind(422, "Ce fichier ne vient pas d’une valise : il n’a pas été pris."),
    "sync.newer_bundle": ProblemKind(
        422, "Ce fichier vient d’une version plus récente du programme. Gardez-le, et mettez à jour avant de le donner."
    ),
    "sync.cut_bundle": ProblemKind(
        422, "Ce fichier s’arrête avant la fin. Ce qui était entier a été pris : apportez le reste une autre fois."
    ),
    "sync.bad_key": ProblemKind(
        507, "La clé USB n’accepte pas la copie (%(reason)s). Rien n’est perdu : essayez une autre clé."
    ),
    "sync.bad_piece": ProblemKind(422, "Un morceau d’un document est arrivé abîmé. Il sera envoyé de nouveau."),
    "sync.no_blob": ProblemKind(404, "Ce document n’a pas été annoncé à la coordination. Il sera envoyé de nouveau."),
    "sync.no_room": ProblemKind(
        507, "Le disque de la coordination est plein : les documents attendent dans la valise. Rien n’est perdu."
    ),
    "sync.no_file": ProblemKind(422, "Choisissez d’abord le fichier, puis donnez-le."),
    "sync.not_an_answer": ProblemKind(
        422, "Ce n’est pas une réponse de la coordination. Le fichier donné par la valise s’apporte à la coordination."
    ),
    "sync.bad_copy": ProblemKind(507, "La copie relue sur la clé n’est pas la même. Prenez une autre clé."),
    # backup
    "backup.bad_place": ProblemKind(507, "On ne peut pas écrire là (%(reason)s). Essayez une autre clé USB."),
    "backup.not_same": ProblemKind(
        507, "La copie relue n’est pas la même. Ne gardez pas cette clé : prenez-en une autre."
    ),
    "backup.in_use": ProblemKind(409, "Cette machine travaille déjà. Remettez la sauvegarde sur une machine neuve."),
    "backup.other_role": ProblemKind(422, "Cette sauvegarde est celle d’une autre sorte de machine."),
    "backup.not_read": ProblemKind(507, "La clé ne se lit plus. Rien n’a changé ici : remettez-la et recommencez."),
    "backup.wrong_code": ProblemKind(
        403, "Ce code n’ouvre pas cette sauvegarde. Vérifiez les mots, ou demandez la clé à la coordination."
    ),
    "backup.damaged": ProblemKind(
        422,
        "Cette sauvegarde est abîmée : elle ne s’ouvre pas jusqu’au bout. Rien n’a changé ici. Essayez-en une autre.",
    ),
    "backup.no_room": ProblemKind(
        507, "Le disque de cette machine n’a pas la place de cette sauvegarde. Rien n’a changé ici."
    ),
    "backup.running": ProblemKind(409, "Une sauvegarde est déjà en cours."),
    "backup.not_one": ProblemKind(422, "Ce dossier n’est pas une sauvegarde de valise."),
    "backup.not_empty": ProblemKind(409, "Le dossier %(path)s n’est pas vide. Restaurez dans un dossier neuf."),
    # the home side
    "central.other_mark": ProblemKind(422, "Ce n’est pas la marque de cette demande. Faites-la relire sur la valise."),
    "api.no_token": ProblemKind(401, "Il faut un jeton : demandez-le à la coordination."),
    "api.bad_parameter": ProblemKind(400, "Ce paramètre n’est pas compris : %(name)s."),
    "api.no_scope": ProblemKind(403, "Ce jeton ne permet pas de lire cela (%(scope)s)."),
    "central.bad_communes": ProblemKind(
        422,
        "Ce fichier n’est pas compris. Il faut un GeoJSON de communes, ou un CSV avec les colonnes CODGEO et EPCI.",
    ),
    "central.bad_phone": ProblemKind(422, "Écrivez un numéro de téléphone : des chiffres, un + devant si besoin."),
    "central.no_kit_chosen": ProblemKind(422, "Cochez au moins une valise."),
    "central.bad_department": ProblemKind(422, "Écrivez des numéros de département : 13 84 2A 974."),
    "central.bad_address": ProblemKind(422, "Écrivez une adresse qui commence par https://."),
    # the https name of a kit
    "https.no_openssl": ProblemKind(409, "Il manque « openssl » à cette machine : pas d’adresse https ici."),
    "https.bad_name": ProblemKind(422, "La coordination a donné à cette valise un nom d’adresse qui n’en est pas un."),
    "https.bad_certificate": ProblemKind(
        422, "Le certificat reçu n’est pas celui de cette valise : il n’est pas servi. Les téléphones passent par http."
    ),
    # the form at home
    "names.bad_domain": ProblemKind(422, "Écrivez un nom de domaine à vous, comme valises.exemple.org."),
    "names.bad_contact": ProblemKind(422, "Écrivez une adresse e-mail, ou rien."),
    "names.bad_server": ProblemKind(422, "Écrivez le nom ou l’adresse du serveur DNS, et son port si ce n’est pas 53."),
    "names.bad_key_name": ProblemKind(422, "Écrivez le nom de la clé comme le serveur DNS l’appelle."),
    "names.bad_secret": ProblemKind(422, "Ce secret n’est pas entier : copiez-le tel que le serveur DNS l’a donné."),
    "names.not_agreed": ProblemKind(422, "L’autorité demande qu’on accepte ses conditions : cochez la case."),
    "names.no_library": ProblemKind(
        501, "Il manque à ce serveur ce qu’il faut pour demander des certificats : installez le programme avec [names]."
    ),
    # the DNS zone
    "names.dns_unreachable": ProblemKind(
        503, "Le serveur DNS ne répond pas : vérifiez son adresse, et que ce serveur peut lui parler (TCP, port 53)."
    ),
    "names.dns_key": ProblemKind(
        502, "Le serveur DNS refuse la clé : vérifiez son nom, son algorithme, son secret et ses droits."
    ),
    "names.dns_clock": ProblemKind(
        502, "Le serveur DNS refuse la clé à cause de l’heure : l’un des deux serveurs n’est pas à l’heure."
    ),
    "names.dns_refused": ProblemKind(
        502, "Le serveur DNS refuse d’écrire (%(reason)s) : la clé n’a peut-être pas le droit de changer ces noms."
    ),
    "names.not_ours": ProblemKind(
        422, "Ce domaine n’est pas à nous : ce serveur DNS ne tient pas %(domain)s. Vérifiez les deux."
    ),
    # the authority
    "names.acme_unreachable": ProblemKind(
        503, "L’autorité de certification ne répond pas. Rien n’est perdu : ce serveur essaiera de nouveau tout seul."
    ),
    "names.acme_refused": ProblemKind(502, "L’autorité de certification refuse : %(reason)s"),
    "names.not_seen": ProblemKind(
        502,
        "L’autorité n’a pas vu la preuve dans le DNS. Le domaine est-il confié à ce serveur ? Faut-il attendre plus ? "
        "Elle dit : %(reason)s",
    ),
    "names.rate_limited": ProblemKind(
        503,
        "L’autorité a donné assez de certificats pour ce domaine. Ce serveur attend, puis continue seul. "
        "Elle dit : %(reason)s",
    ),
    "names.bad_chain": ProblemKind(502, "L’autorité a rendu un certificat qui n’est pas celui de ce nom."),
    "names.bad_request": ProblemKind(
        422, "La demande de cette valise n’est pas pour son nom : elle en fera une autre."
    ),
}
