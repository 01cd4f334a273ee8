"""What the workshops may refuse."""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors.kind import ProblemKind

KINDS: Mapping[str, ProblemKind] = {
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
    "workshops.too_many": ProblemKind(422, "Six personnes au plus sur un ticket : pour les autres, refaites-en un."),
    "workshops.no_slot": ProblemKind(409, "Ce créneau vient d’être pris. Choisissez-en un autre."),
    "workshops.slots": ProblemKind(422, "Les créneaux doivent tenir dans la durée : 20, 30 ou 60 minutes chacun."),
    "workshops.window": ProblemKind(422, "Les inscriptions doivent finir après leur ouverture."),
    "workshops.counts": ProblemKind(
        422, "Le compte n’est pas bon : %(sum)s en tout ici, mais %(total)s sans nom à répartir. Corrigez un des deux."
    ),
    "workshops.no_card": ProblemKind(422, "Ce n’est pas le code d’une carte : deux mots et deux chiffres."),
    "workshops.no_visit": ProblemKind(404, "Cette visite, ou ce prêt, n’existe pas ici."),
    "workshops.not_elsewhere": ProblemKind(422, "Choisissez un autre atelier, qui n’est ni terminé ni annulé."),
    "workshops.names_closed": ProblemKind(
        403, "Les noms sont fermés pour vous : demandez à une personne qui a la phrase secrète."
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
    "workshops.not_the_hour": ProblemKind(
        409, "Ce n’est pas l’heure de cet atelier. Revenez à ce moment-là, ou parlez à l’équipe."
    ),
    "workshops.no_ticket": ProblemKind(
        404, "Aucun ticket ne porte ce code ici. Vérifiez les deux mots et les deux chiffres."
    ),
    "workshops.ticket_elsewhere": ProblemKind(
        409, "Ce ticket est pour un autre atelier : %(title)s, le %(day)s à %(hour)s."
    ),
    "workshops.ticket_other_day": ProblemKind(
        409, "Ce ticket est pour un autre jour : %(title)s, le %(day)s à %(hour)s. La personne peut changer de date."
    ),
    "workshops.ticket_other_box": ProblemKind(
        409, "Ce ticket est celui d’une autre valise, « %(box)s », pour le %(day)s à %(hour)s. Elle seule le connaît."
    ),
    "workshops.ticket_off": ProblemKind(
        409, "L’atelier de ce ticket a été annulé : %(title)s, le %(day)s à %(hour)s. Ajoutez-la sans inscription."
    ),
    "workshops.ticket_cancelled": ProblemKind(
        409, "Ce ticket a été annulé. Si la personne est là, ajoutez-la sans inscription."
    ),
    "workshops.name_closed": ProblemKind(409, "Ce nom ne se lit plus ici : l’attestation n’est plus possible."),
    "workshops.no_proposal": ProblemKind(404, "Cette demande de la coordination n’est pas connue ici."),
    "workshops.proposal_settled": ProblemKind(409, "On a déjà répondu à cette demande."),
    "workshops.no_kit": ProblemKind(422, "Choisissez la valise qui tiendra l’atelier."),
    "workshops.names_wanted": ProblemKind(422, "Écrivez un prénom par personne : ce ticket vaut pour %(count)s."),
    "workshops.no_support": ProblemKind(404, "Cet atelier n’a pas de support à garder en une page."),
    "workshops.too_many_supports": ProblemKind(422, "Douze supports au plus : enlevez-en un d’abord."),
    "workshops.no_next_stop": ProblemKind(
        409, "La tournée n’a pas de halte suivante. Prévoyez-la d’abord dans Haltes."
    ),
    "reports.not_found": ProblemKind(404, "Ce compte rendu n’existe pas ici."),
    "reports.changed_meanwhile": ProblemKind(
        409, "Ce compte rendu a été corrigé entre-temps. Relisez ce qui est noté, puis recommencez."
    ),
    "reports.elsewhere": ProblemKind(409, "Ce compte rendu se corrige sur la valise qui l’a écrit."),
    "reports.not_help": ProblemKind(409, "Seule une aide à une personne se retire ici. Un atelier se corrige."),
    "reports.themes": ProblemKind(422, "Choisissez au moins une thématique."),
    "reports.beyond": ProblemKind(422, "Ces nombres font plus que le total (%(total)s). Corrigez-les, ou le total."),
    "reports.insee": ProblemKind(422, "Le code Insee a cinq signes, par exemple 06116 ou 2A004."),
    "reports.postcode": ProblemKind(422, "Le code postal a cinq chiffres, par exemple 06850."),
    "reports.place": ProblemKind(422, "La Coop demande le nom du lieu pour un lieu d’activité."),
    "reports.commune": ProblemKind(422, "La Coop demande la commune quand ce n’est pas un lieu d’activité."),
    "vouchers.value": ProblemKind(422, "Écrivez une somme en euros, de 0 à 1000, par exemple 10 ou 12,50."),
    "vouchers.not_taken": ProblemKind(409, "Cet atelier ne prend pas ce bon. Changez l’atelier, ou la sorte de bon."),
    "vouchers.elsewhere": ProblemKind(409, "Cette sorte de bon est écrite par la coordination : elle seule la change."),
    "workshops.merged_already": ProblemKind(409, "L’une des deux lignes est déjà réunie avec une autre."),
    "workshops.nobody": ProblemKind(404, "Cette personne n’est pas sur la liste de cet atelier."),
}
