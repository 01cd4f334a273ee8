"""What opinions and questionnaires may refuse."""

from __future__ import annotations

from collections.abc import Mapping

from kit.errors.kind import ProblemKind

KINDS: Mapping[str, ProblemKind] = {
    # opinions
    "feedback.face": ProblemKind(422, "Choisissez un des trois visages."),
    "feedback.not_found": ProblemKind(404, "Personne n’a donné d’avis ici."),
    "feedback.personal_data": ProblemKind(
        422,
        "Nous avons cru lire %(what)s. Un avis est anonyme : enlevez cela de votre texte. "
        "Pour être rappelé, parlez à l’équipe.",
    ),
    "feedback.personal_warning": ProblemKind(
        422,
        "Nous avons cru lire %(what)s. C’est permis ici, mais d’autres personnes liront ce texte.",
    ),
    "feedback.slow_down": ProblemKind(
        429, "Beaucoup de réponses viennent de cet appareil. Attendez %(seconds)s secondes : rien n’est perdu."
    ),
    # grievances and questions
    "letters.not_found": ProblemKind(404, "Ce message n’est pas ici."),
    "letters.unknown_code": ProblemKind(
        404,
        "Ce code n’ouvre rien dans cette valise. Relisez les six mots. S’il vient d’une autre valise, "
        "la réponse arrivera ici avec le prochain envoi.",
    ),
    "letters.told_elsewhere": ProblemKind(409, "Cette page a été écrite ailleurs : elle ne se change pas ici."),
    "letters.told_personal": ProblemKind(
        422, "Nous avons cru lire %(what)s. Tout le monde lira ce texte : enlevez-le, ou confirmez que c’est public."
    ),
    "taking.nothing": ProblemKind(404, "Aucun texte pour ce choix : rien n’a été ouvert."),
    "taking.too_many": ProblemKind(
        422, "Plus de %(most)s textes : choisissez un territoire ou des dates. Rien n’a été ouvert."
    ),
    # consultations
    "polls.options": ProblemKind(422, "Écrivez de 2 à 30 choix différents, un par ligne."),
    "polls.paper": ProblemKind(
        422, "%(chosen)s voix pour %(ballots)s bulletins : chacun n’en porte qu’une. Comptez de nouveau."
    ),
    "polls.closed": ProblemKind(409, "Cette consultation est terminée. Son résultat ne change plus."),
    "polls.too_few": ProblemKind(
        409,
        "Réponses en tout : %(count)s. Moins de %(enough)s ne cachent pas qui a choisi quoi. "
        "Attendez, ou ajoutez le papier.",
    ),
    "polls.code_unknown": ProblemKind(422, "Ce code de bulletin n’est pas connu ici. Relisez-le sur votre papier."),
    "polls.code_used": ProblemKind(409, "Ce code de bulletin a déjà servi : un bulletin compte une fois."),
    "questionnaires.decimal": ProblemKind(422, "Écrivez un nombre entre %(low)s et %(high)s, par exemple 2,5."),
    "questionnaires.date": ProblemKind(422, "Écrivez une date, par exemple 23/11/2026."),
    "questionnaires.time": ProblemKind(422, "Écrivez une heure, par exemple 14:30."),
    "questionnaires.no_kiosk": ProblemKind(404, "Cet appareil n’est pas en mode borne."),
    "questionnaires.kiosk_code": ProblemKind(403, "Ce ne sont pas les six chiffres donnés au début."),
    "questionnaires.not_for_kiosk": ProblemKind(
        409, "Ce questionnaire donne un code à garder ou demande un bulletin : il ne va pas en mode borne."
    ),
    "questionnaires.not_for_grid": ProblemKind(409, "Ces papiers ne se reprennent pas dans cette grille."),
    "questionnaires.cell": ProblemKind(422, "Écrivez des numéros de 1 à %(most)s, chacun une fois."),
    # questionnaires
    "questionnaires.draft_gone": ProblemKind(
        404, "Ces réponses ne sont plus dans la valise. Si vous ne les avez pas envoyées, recommencez."
    ),
    "questionnaires.sent": ProblemKind(409, "Ces réponses sont déjà envoyées. C’est noté."),
    "questionnaires.not_found": ProblemKind(404, "Ce questionnaire n’est pas dans cette valise."),
    "questionnaires.elsewhere": ProblemKind(
        409, "Ce questionnaire vient d’ailleurs : il ne se change pas ici. Faites-en une copie, et changez-la."
    ),
    "questionnaires.empty": ProblemKind(422, "Ce questionnaire n’a pas encore de question."),
    "questionnaires.too_large": ProblemKind(422, "Ce questionnaire est trop long. Faites-en deux."),
    "questionnaires.name": ProblemKind(422, "Le nom de question « %(name)s » ne convient pas, ou sert deux fois."),
    "questionnaires.choices": ProblemKind(422, "« %(question)s » demande entre 2 et 40 réponses différentes."),
    "questionnaires.faces": ProblemKind(422, "La question « %(question)s » demande trois réponses, une par visage."),
    "questionnaires.bounds": ProblemKind(422, "« %(question)s » : le plus petit nombre doit être sous le plus grand."),
    "questionnaires.condition": ProblemKind(
        422, "« %(question)s » dépend de « %(name)s », qui n’est pas avant ou ne répond pas ainsi."
    ),
    "questionnaires.question_gone": ProblemKind(
        409,
        "Cette question a été enlevée dans une autre fenêtre. Ce que vous avez écrit est ci-dessous : "
        "gardez-le comme une nouvelle question.",
    ),
    "questionnaires.question_changed": ProblemKind(
        409,
        "Cette question a été changée dans une autre fenêtre pendant que vous écriviez. "
        "Gardez de nouveau pour mettre vos mots à la place.",
    ),
    "questionnaires.lines": ProblemKind(422, "Écrivez %(least)s réponses différentes au moins, une par ligne."),
    "questionnaires.if_answers": ProblemKind(
        422, "Écrivez des réponses de cette question, telles qu’elles sont proposées."
    ),
    "questionnaires.rank": ProblemKind(422, "Écrivez des rangs de 1 à %(most)s, chacun une seule fois."),
    # questionnaires from a spreadsheet
    "xlsform.unreadable": ProblemKind(422, "Ce fichier n’est pas un classeur .xlsx qui se lit. Rien n’a été pris."),
    "xlsform.old": ProblemKind(
        422,
        "Ce fichier vient d’un autre tableur ou d’une ancienne version (.xls, .ods). Ouvrez-le, "
        "enregistrez-le au format .xlsx, et recommencez.",
    ),
    "xlsform.nothing": ProblemKind(
        422, "Aucune question de ce classeur ne peut être posée ici. Le début de ce qui n’est pas pris : %(what)s."
    ),
    "xlsform.too_large": ProblemKind(422, "Ce classeur est trop grand pour un questionnaire. Rien n’a été pris."),
    "xlsform.no_survey": ProblemKind(422, "Ce classeur n’a pas de feuille « survey » remplie : pas un XLSForm."),
    "xlsform.no_type": ProblemKind(422, "Ligne de la cellule %(cell)s : il manque le type de question."),
    "xlsform.no_name": ProblemKind(422, "Ligne de la cellule %(cell)s : il manque le nom de la question."),
    "xlsform.no_list": ProblemKind(422, "Cellule %(cell)s : la liste de réponses « %(name)s » n’existe pas."),
    "xlsform.choice": ProblemKind(422, "Ligne de la cellule %(cell)s : il manque le nom de la liste ou de la réponse."),
    "xlsform.twice": ProblemKind(422, "Cellule %(cell)s : « %(name)s » sert deux fois."),
    "xlsform.group": ProblemKind(422, "Cellule %(cell)s : un groupe est ouvert sans être fermé, ou l’inverse."),
}
