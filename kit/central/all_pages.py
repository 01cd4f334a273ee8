"""The entries of « Toutes les pages » of a central: see `kit/web/all_pages.py`."""

from __future__ import annotations

from kit.errors.kind import fr
from kit.web.all_pages import Entry, Group
from kit.web.pages_of_both import (
    LETTERS,
    OF_ACCOUNT,
    OF_TEAM,
    PLACES,
    PRINTED,
    RESCUED,
    RESTORED,
    SEEN_BY_ALL,
    SHELVES,
    STOPS,
)

_KITS = (
    Entry(
        fr("Valises"), "/", "central", bounded=True,
        does=fr("Voir quand chaque valise a parlé, et ce qui n’est pas encore arrivé."), words=fr("accueil état"),
    ),
    Entry(
        fr("Qui n’a pas envoyé"), "/valises/a-appeler", "enrol", bounded=True,
        does=fr("Savoir qui appeler, avec le numéro."), words=fr("muette téléphone relancer"),
    ),
    Entry(
        fr("Carte des valises"), "/valises/carte", "central", bounded=True,
        does=fr("Voir où chaque valise s’est arrêtée."), words=fr("plan lieu"),
    ),
    Entry(
        fr("Réglages des valises"), "/valises/reglages", "enrol",
        does=fr("Dire à plusieurs valises leur Wi-Fi, leur langue et leurs durées."), words=fr("configuration"),
    ),
    Entry(
        fr("Relier une valise"), "/enrolement", "enrol",
        does=fr("Faire le lien qui relie une nouvelle valise."), words=fr("ajouter inscrire enrôler"),
    ),
    Entry(
        fr("Certifier une valise sans réseau"), "/enrolement/demande", "enrol",
        does=fr("Relier une valise qui n’a jamais Internet, par un fichier."), words=fr("certificat clé USB"),
    ),
    Entry(
        fr("Lire une clé"), "/cle", "keep",
        does=fr("Prendre ce qu’une valise sans Internet a copié sur une clé USB."), words=fr("recevoir importer"),
    ),
    Entry(
        fr("Apporter le fichier d’une valise"), "/apporter",
        does=fr("Donner le fichier qu’une valise a fait, depuis un téléphone ou un ordinateur."),
        words=fr("recevoir importer"),
    ),
    Entry(
        fr("À vérifier"), "/a-regarder", "central",
        does=fr("Voir ce qui est arrivé et n’a pas pu être rangé tout seul."), words=fr("erreur problème conflit"),
    ),
)  # fmt: skip
_WORKSHOPS = (
    Entry(
        fr("Ateliers reçus"), "/ateliers-recus", "central", bounded=True,
        does=fr("Lire les inscriptions et les présences, ouvrir les noms."), words=fr("liste participants"),
    ),
    Entry(
        fr("Planning"), "/planning", "central", bounded=True,
        does=fr("Voir le mois de toutes les valises."), words=fr("calendrier agenda date"),
    ),
    Entry(
        fr("Demander un atelier"), "/ateliers-recus/prevoir", "propose",
        does=fr("Proposer une date ou une série à l’équipe d’une valise."), words=fr("prévoir créer ajouter"),
    ),
    Entry(
        fr("Demandé aux valises"), "/ateliers-recus/demandes", "central",
        does=fr("Suivre ce qui est demandé : fait, refusé, ou en attente."), words=fr("proposition"),
    ),
    *STOPS,
    Entry(
        fr("Comptes rendus"), "/comptes-rendus", "central", bounded=True,
        does=fr("Relire et corriger ce que les ateliers ont donné, puis l’emporter."),
        words=fr("bilan La Coop activité rapport export"),
    ),
    Entry(
        fr("Ce que la tournée apporte à chaque activité"), "/comptes-rendus/tournee", "propose",
        does=fr("Écrire une fois le dispositif et les étiquettes : chaque compte rendu les reprend."),
        words=fr("financeur programme"),
    ),
    Entry(
        fr("Activités de coordination"), "/coordination", "central",
        does=fr("Noter les réunions, les évènements et les partenariats."), words=fr("La Coop animation export"),
    ),
    Entry(
        fr("Bons reçus"), "/bons", "central", bounded=True,
        does=fr("Compter les Pass numériques et les autres bons, et en faire un état."),
        words=fr("chèque culture paiement argent tarif"),
    ),
)  # fmt: skip
_OPINIONS = (
    Entry(
        fr("Avis reçus"), "/avis-recus", "central", bounded=True,
        does=fr("Lire les avis de toutes les valises, lieu par lieu."), words=fr("satisfaction opinion"),
    ),
    Entry(
        fr("Baromètre"), "/barometre", "central", bounded=True,
        does=fr("Suivre dans le temps les réponses à une même question."), words=fr("graphique satisfaction évolution"),
    ),
    Entry(
        fr("Par territoire"), "/par-territoire", "central", bounded=True,
        does=fr("Compter avis, courrier et documents par département, commune ou tournée."), words=fr("comparer"),
    ),
    *LETTERS,
    Entry(
        fr("Emporter ce qui a été écrit"), "/emporter", "names",
        does=fr("Prendre les textes dans un tableur, noms et numéros masqués."), words=fr("exporter Excel verbatim"),
    ),
)  # fmt: skip
_SHELVES = (
    *SHELVES,
    Entry(
        fr("Paquets pour les valises"), "/paquets-envoyes", "library",
        does=fr("Proposer une étagère aux valises, ou à celles que vous choisissez."), words=fr("publier envoyer"),
    ),
    Entry(
        fr("Documents proposés dans les valises"), "/documents-recus", "library",
        does=fr("Voir ce que des visiteurs ont confié aux valises, et où en est la réponse."), words=fr("don œuvre"),
    ),
)  # fmt: skip
_PRINTED = (
    Entry(
        fr("Affiche de la tournée"), "/tournee/affiche",
        does=fr("Imprimer toutes les dates de la tournée sur une feuille."), words=fr("poster programme calendrier"),
    ),
    *PRINTED,
)  # fmt: skip
_FIGURES = (
    Entry(
        fr("Chiffres"), "/chiffres", "central", bounded=True,
        does=fr("Combien de personnes sont venues, par jour, pour quoi. S’imprime pour la commune."),
        words=fr("bilan statistiques nombre présences"),
    ),
    Entry(
        fr("Par commune"), "/chiffres/territoires", "central", bounded=True,
        does=fr("Compter par commune ou département, mois par mois, et prendre le tableur."),
        words=fr("statistiques territoire Excel"),
    ),
    Entry(
        fr("Compte d’un financeur"), "/chiffres/financeur", "central", bounded=True,
        does=fr("Compter ce qui porte le nom d’un dispositif ou d’une étiquette."), words=fr("bilan subvention"),
    ),
    Entry(
        fr("Chiffres figés"), "/chiffres/figes", "central", bounded=True,
        does=fr("Retrouver des chiffres tels qu’ils ont été donnés."), words=fr("archive preuve"),
    ),
    Entry(
        fr("Communes sans aide"), "/chiffres/couverture", "central", bounded=True,
        does=fr("Voir quelles communes sont loin de tout lieu d’aide."), words=fr("carte distance blanche"),
    ),
    Entry(
        fr("Demandes sans réponse"), "/chiffres/demandes", "central",
        does=fr("Voir qui attend encore : courrier, listes d’attente."), words=fr("besoin"),
    ),
    Entry(
        fr("Données ouvertes"), "/api/v1/documentation",
        does=fr("Lire comment un autre programme prend l’annuaire, le calendrier et les chiffres."),
        words=fr("API JSON CSV développeur"),
    ),
)  # fmt: skip
_PERSONAL = (
    Entry(
        fr("Données personnelles"), "/donnees-personnelles", "names",
        does=fr("Voir combien de temps les noms et les textes sont gardés."), words=fr("RGPD durée"),
    ),
    Entry(
        fr("Le dossier d’une personne"), "/donnees-personnelles/personne", "names",
        does=fr("Donner à une personne ce qui est noté d’elle."), words=fr("RGPD accès droit"),
    ),
    Entry(
        fr("Registre des traitements"), "/donnees-personnelles/registre", "names",
        does=fr("Compléter et imprimer le registre que l’organisme doit tenir."), words=fr("RGPD CNIL"),
    ),
    Entry(
        fr("Effacer une personne"), "/effacer", "names",
        does=fr("Quand elle le demande : son nom, son numéro et ses textes partent partout."),
        words=fr("supprimer RGPD oubli"),
    ),
)  # fmt: skip
_FACTOR = Entry(
    fr("Deuxième facteur"), "/equipe/deuxieme-facteur", "self",
    does=fr("Demander, après la phrase, un code que votre téléphone calcule."), words=fr("sécurité 2FA"),
)  # fmt: skip
_INVITED = Entry(
    fr("Inviter une personne"), "/equipe/inviter", "team",
    does=fr("Faire un lien qui sert une fois : elle choisit elle-même sa phrase."), words=fr("collègue compte"),
)  # fmt: skip
_SERVER = (
    Entry(
        fr("Sauvegarde de la centrale"), "/sauvegarde", "keep",
        does=fr("Copier la centrale sur une clé USB, et ouvrir la sauvegarde d’une valise."),
        words=fr("copie backup panne"),
    ),
    RESTORED,
    Entry(
        fr("Adresses https des valises"), "/equipe/adresses-https", "team",
        does=fr("Donner à chaque valise un nom que les téléphones reconnaissent."), words=fr("certificat domaine"),
    ),
    Entry(
        fr("Jetons des programmes"), "/equipe/jetons", "team",
        does=fr("Laisser un programme lire les chiffres et les comptes rendus."), words=fr("API clé"),
    ),
)  # fmt: skip
_SEEN_BY_ALL = (Entry(fr("Mon ticket"), "/tournee/mon-ticket", does=fr("Retrouver son inscription avec son code.")),)
GROUPS = (
    Group("valises", fr("Valises"), "case", _KITS),
    Group("ateliers", fr("Ateliers et tournée"), "calendar", _WORKSHOPS),
    Group("avis", fr("Avis et courrier"), "smile", _OPINIONS),
    Group("bibliotheque", fr("Bibliothèque"), "book", _SHELVES),
    Group("annuaire", fr("Annuaire"), "map", PLACES),
    Group("chiffres", fr("Chiffres"), "receipt", _FIGURES),
    Group("imprimer", fr("Imprimer"), "print", _PRINTED),
    Group("donnees", fr("Données personnelles"), "lock", _PERSONAL),
    Group("centrale", fr("Sauvegarde et réseau"), "box", _SERVER),
    Group("equipe", fr("Équipe et moi"), "key", (*OF_ACCOUNT, _FACTOR, *OF_TEAM, _INVITED, RESCUED)),
    Group("visiteurs", fr("Ce que voient les visiteurs"), "people", (*SEEN_BY_ALL, *_SEEN_BY_ALL)),
)
