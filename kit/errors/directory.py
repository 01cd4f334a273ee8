"""What the directory may refuse."""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors.kind import ProblemKind

KINDS: Mapping[str, ProblemKind] = {
    # the directory
    "directory.bad_file": ProblemKind(422, "Ce fichier de lieux ne se lit pas (%(reason)s). Rien n’a été ajouté."),
    "directory.bad_cursor": ProblemKind(400, "page[cursor] n’est pas une suite que ce serveur a donnée."),
    "directory.bad_size": ProblemKind(400, "page[size] est un nombre de 1 à %(most)s."),
    "directory.bad_since": ProblemKind(400, "filter[modification][depuis] est une date, par exemple 2026-01-31."),
    "directory.code_insee": ProblemKind(422, "Un code INSEE a cinq signes, par exemple 06116. Sinon, laissez vide."),
    "directory.code_postal": ProblemKind(422, "Un code postal a cinq chiffres, par exemple 06910."),
    "directory.pivot": ProblemKind(
        422, "Un SIRET a quatorze chiffres, dont le dernier vérifie les autres ; un RNA, W et neuf signes."
    ),
    "directory.degrees": ProblemKind(
        422, "Écrivez la latitude et la longitude en degrés, avec un point, ou laissez les deux vides."
    ),
    "directory.address": ProblemKind(422, "Une adresse de page commence par https://."),
    "directory.place_elsewhere": ProblemKind(409, "Ce lieu est tenu ailleurs : c’est là-bas qu’on peut le retirer."),
    "directory.no_errand": ProblemKind(404, "Cette démarche n’est pas dans la liste."),
    "directory.no_rejects": ProblemKind(
        404, "Ce fichier de lignes refusées n’est plus là : donnez le fichier de nouveau."
    ),
    "directory.no_place": ProblemKind(404, "Ce lieu n’est pas dans l’annuaire de la valise."),
    "directory.no_proposal": ProblemKind(404, "Cette correction n’est pas connue ici."),
    "directory.proposal_elsewhere": ProblemKind(409, "Ce lieu est tenu ailleurs : c’est là-bas qu’on répondra."),
    "directory.proposal_settled": ProblemKind(409, "On a déjà répondu à cette correction."),
    "directory.no_adviser": ProblemKind(404, "Cette personne n’est pas dans l’annuaire, ou n’y est plus."),
    "directory.adviser_elsewhere": ProblemKind(409, "Cette fiche est tenue ailleurs : c’est là-bas qu’on la change."),
    "directory.adviser_changed": ProblemKind(
        409, "Quelqu’un a changé cette fiche pendant que vous écriviez. Comparez, puis notez de nouveau."
    ),
    "directory.too_many_links": ProblemKind(422, "Une personne aide dans %(most)s lieux au plus."),
    "directory.email": ProblemKind(422, "Une adresse e-mail a la forme nom@exemple.fr. Sinon, laissez vide."),
    "directory.no_code": ProblemKind(
        404, "Ce code n’ouvre rien : il est mal écrit, ou trop ancien. Il se trouve sur la lettre ou dans le message."
    ),
    "directory.bad_edges": ProblemKind(400, "Ces bords de carte n’en sont pas."),
    "directory.bad_tiles": ProblemKind(422, "Ce fond de carte ne se lit pas : %(reason)s. Rien n’a changé."),
    "directory.no_equipment": ProblemKind(404, "Cet objet n’est pas noté ici, ou n’a pas de photo."),
    "directory.no_loan": ProblemKind(404, "Ce prêt n’est pas noté ici."),
    "directory.equipment_elsewhere": ProblemKind(409, "Cet objet est tenu ailleurs : c’est là-bas qu’on le prête."),
    "directory.equipment_changed": ProblemKind(
        409, "Quelqu’un a changé cet objet pendant que vous écriviez. Comparez, puis notez de nouveau."
    ),
    "directory.equipment_out": ProblemKind(409, "Il n’est pas revenu : %(whom)s l’a encore."),
    "directory.equipment_unfit": ProblemKind(409, "Cet objet est en panne ou perdu : il ne se prête pas."),
    "directory.equipment_taken": ProblemKind(422, "Ces jours-là, il est promis à %(whom)s (du %(days)s)."),
    "directory.bad_picture": ProblemKind(422, "Cette photo ne se lit pas. Essayez une photo JPEG ou PNG."),
    "directory.no_hall": ProblemKind(404, "Cette salle n’est pas notée ici."),
    "directory.hall_elsewhere": ProblemKind(409, "Cette salle est tenue ailleurs : c’est là-bas qu’on la change."),
    "directory.hall_changed": ProblemKind(
        409, "Quelqu’un a changé cette salle pendant que vous écriviez. Comparez, puis notez de nouveau."
    ),
    "directory.no_stop": ProblemKind(404, "Cette halte n’existe pas ici."),
    "directory.stop_cancelled": ProblemKind(409, "Cette halte est annulée."),
    "directory.stop_changed": ProblemKind(
        409, "Quelqu’un a changé cette halte entre-temps. Relisez-la : ce que vous avez écrit est encore là."
    ),
    "directory.stop_closed": ProblemKind(409, "Cette halte est déjà terminée. Il n’y a plus rien à faire."),
    "directory.stop_elsewhere": ProblemKind(409, "Cette halte est tenue par une autre valise."),
    "directory.ends_before": ProblemKind(422, "La fin doit venir après le début."),
}
