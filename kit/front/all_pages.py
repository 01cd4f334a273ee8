"""The entries of « Toutes les pages » of a kit: see `kit/web/all_pages.py`."""

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

_WORKSHOPS = (
    Entry(
        fr("Aujourd’hui"), "/console", "console",
        does=fr("Voir les ateliers du jour, et la prochaine chose à faire."), words=fr("accueil début"),
    ),
    Entry(
        fr("Ateliers"), "/console/ateliers", "roll",
        does=fr("Ouvrir un atelier : inscriptions, présences, fin de l’atelier."),
        words=fr("séance cours pointer cocher ticket liste d’attente annuler terminer"),
    ),
    Entry(
        fr("Prévoir un atelier"), "/console/ateliers/nouveau", "plan",
        does=fr("Donner une date, une salle et un nombre de places."),
        words=fr("créer ajouter permanence créneau série"),
    ),
    Entry(
        fr("Retrouver une inscription"), "/console/ateliers/retrouver", "roll",
        does=fr("Chercher une personne par son nom, quand son code est perdu."), words=fr("ticket oublié"),
    ),
    Entry(
        fr("Demande sans réponse"), "/console/ateliers/sans-reponse", "roll",
        does=fr("Noter que quelqu’un demandait une aide qui n’était pas possible."), words=fr("refus complet besoin"),
    ),
    Entry(
        fr("Demandes de la coordination"), "/console/ateliers/demandes", "plan",
        does=fr("Dire oui ou non à ce qu’elle demande pour vos ateliers."), words=fr("proposition"),
    ),
    Entry(
        fr("Comptes rendus"), "/console/comptes-rendus", "plan",
        does=fr("Relire ce qui s’écrit à la fin de chaque atelier, et le corriger."),
        words=fr("bilan La Coop activité rapport export"),
    ),
    Entry(
        fr("Aide à une personne"), "/console/comptes-rendus/aide", "plan",
        does=fr("Noter une aide donnée à quelqu’un hors d’un atelier, sans son nom."),
        words=fr("accompagnement individuel"),
    ),
    Entry(
        fr("Ce que la tournée apporte à chaque activité"), "/console/comptes-rendus/tournee", "plan",
        does=fr("Écrire une fois le dispositif et les étiquettes : chaque compte rendu les reprend."),
        words=fr("financeur programme"),
    ),
    Entry(
        fr("Bons reçus"), "/console/bons", "plan",
        does=fr("Compter les Pass numériques et les autres bons, et en faire un état."),
        words=fr("chèque culture paiement argent tarif"),
    ),
    Entry(
        fr("Chiffres"), "/console/chiffres", "plan",
        does=fr("Combien de personnes sont venues, par jour, pour quoi. S’imprime pour la commune."),
        words=fr("bilan statistiques nombre présences"),
    ),
)  # fmt: skip
_OPINIONS = (
    Entry(
        fr("Avis"), "/console/avis", "feedback",
        does=fr("Lire les avis, dès qu’il y en a assez ensemble."), words=fr("satisfaction content opinion"),
    ),
)  # fmt: skip
_SENDING = (
    Entry(
        fr("Envoyer à la coordination"), "/console/envoi", "send",
        does=fr("Faire partir ce qui est noté : par le réseau, une clé USB, un téléphone ou une autre valise."),
        words=fr("synchroniser transmettre bien reçu Internet"),
    ),
    Entry(
        fr("Relier cette valise à une coordination"), "/console/relier", "send",
        does=fr("À faire une fois, avec le lien que la coordination vous donne."), words=fr("inscrire enrôler"),
    ),
    Entry(
        fr("Sauvegarde"), "/console/sauvegarde", "box",
        does=fr("Copier toute la valise sur une clé USB, fermée."), words=fr("copie backup perdre panne"),
    ),
    RESTORED,
)  # fmt: skip
_PRINTED = (
    Entry(
        fr("Ateliers"), "/console/ateliers", "roll",
        does=fr("Les papiers d’un atelier sont dans l’atelier : affiche, feuille de présence, badges, attestations."),
        words=fr("émargement prospectus coupons liste grille"),
    ),
    Entry(
        fr("Affiche de la tournée"), "/console/papier/tournee", "roll",
        does=fr("Imprimer toutes les dates de la tournée sur une feuille."), words=fr("poster programme calendrier"),
    ),
    Entry(
        fr("Affiche du Wi-Fi"), "/console/wifi/affiche", "box",
        does=fr("Imprimer comment rejoindre la valise, avec les QR codes."), words=fr("poster rejoindre connecter"),
    ),
    *PRINTED,
    Entry(
        fr("Imprimante"), "/console/imprimante", "box",
        does=fr("Choisir l’imprimante de la salle, et voir ce que les visiteurs demandent d’imprimer."),
        words=fr("papier copie"),
    ),
)  # fmt: skip
_BOX = (
    Entry(
        fr("Réglages"), "/console/reglages", "box",
        does=fr("Savoir si la valise va bien, et régler le reste."), words=fr("état santé disque configuration"),
    ),
    Entry(
        fr("Répétition avant de partir"), "/console/repetition", "box",
        does=fr("Vérifier que tout marche, la veille, avec une liste à cocher."), words=fr("préparer départ tester"),
    ),
    Entry(
        fr("Au retour"), "/console/retour", "box",
        does=fr("La liste de ce qu’il faut faire quand la valise est rentrée."), words=fr("rentrer fin de tournée"),
    ),
    Entry(
        fr("Wi-Fi de la valise"), "/console/wifi", "box",
        does=fr("Voir son nom, sa clé, et ce qui aide un téléphone qui n’arrive pas."),
        words=fr("réseau mot de passe connexion QR code"),
    ),
    Entry(
        fr("Changer le Wi-Fi"), "/console/wifi/reglages", "box",
        does=fr("Changer le nom, la clé ou le canal, ou rejoindre le Wi-Fi de la salle."),
        words=fr("mot de passe réseau Internet"),
    ),
    Entry(
        fr("Adresse https de la valise"), "/console/adresse-https", "box",
        does=fr("Savoir si les téléphones peuvent la joindre sans lire « Non sécurisé »."),
        words=fr("certificat cadenas sécurité"),
    ),
    Entry(
        fr("Heure de la valise"), "/console/horloge", "box",
        does=fr("La mettre à l’heure avec votre téléphone."), words=fr("horloge date"),
    ),
    Entry(
        fr("La machine"), "/console/machine", "box",
        does=fr("Éteindre ou redémarrer, voir la température, préparer l’enveloppe de secours."),
        words=fr("arrêter débrancher batterie chaud malade panne"),
    ),
    Entry(
        fr("Mise à jour"), "/console/mise-a-jour", "box",
        does=fr("Installer une nouvelle version du programme, ou revenir à celle d’avant."), words=fr("logiciel"),
    ),
    Entry(
        fr("Appareil partagé"), "/console/appareil-partage", "console",
        does=fr("Préparer une tablette que plusieurs personnes prennent l’une après l’autre."),
        words=fr("ordinateur borne prêter"),
    ),
    Entry(
        fr("Effacer une personne"), "/console/effacer", "roll",
        does=fr("Quand elle le demande : son nom, son numéro et ses textes partent partout."),
        words=fr("supprimer RGPD données personnelles oubli"),
    ),
    Entry(
        fr("Ce que la valise a oublié"), "/console/oublis", "box",
        does=fr("Voir quels noms sont partis d’ici, et lesquels attendent la coordination."),
        words=fr("RGPD données personnelles effacer"),
    ),
)  # fmt: skip
_LOST = (
    Entry(
        fr("Toutes les phrases sont perdues"), "/presence",
        does=fr("Retrouver une phrase avec l’enveloppe de secours et la carte de la valise."),
        words=fr("oublié mot de passe bloqué"),
    ),
)  # fmt: skip
_SEEN_BY_ALL = (
    Entry(fr("Bienvenue !"), "/", does=fr("La première page.")),
    Entry(fr("Chercher dans la valise"), "/recherche", does=fr("Livres, ateliers et lieux à la fois.")),
    Entry(fr("Ateliers"), "/ateliers", does=fr("Les ateliers, et demander une place.")),
    Entry(fr("Mon ticket"), "/ateliers/mon-ticket", does=fr("Retrouver son inscription avec son code.")),
    Entry(fr("Ce que vous acceptez en vous inscrivant"), "/ateliers/accord", does=fr("Dit avant de s’inscrire.")),
    Entry(fr("Mon avis"), "/avis", does=fr("Trois visages et une question.")),
    Entry(fr("Questionnaires"), "/questionnaires", does=fr("Ceux que l’équipe propose.")),
    Entry(fr("Consultations"), "/consultations", does=fr("Les questions posées en ce moment.")),
    Entry(fr("Lire la réponse"), "/suivi", does=fr("La réponse à qui a écrit, avec son code.")),
    Entry(fr("Réponses"), "/reponses", does=fr("Ce qui a été publié pour tous.")),
    Entry(
        fr("Mon téléphone garde les données mobiles"), "/portail/donnees-mobiles",
        does=fr("Que toucher, téléphone par téléphone, quand la page de la valise ne s’ouvre pas."),
        words=fr("aide 4G iPhone Android bloqué"),
    ),
)  # fmt: skip
GROUPS = (
    Group("ateliers", fr("Ateliers"), "calendar", _WORKSHOPS),
    Group("avis", fr("Avis et courrier"), "smile", (*_OPINIONS, *LETTERS)),
    Group("bibliotheque", fr("Bibliothèque"), "book", SHELVES),
    Group("imprimer", fr("Imprimer"), "print", _PRINTED),
    Group("annuaire", fr("Haltes et annuaire"), "map", (*STOPS, *PLACES)),
    Group("envoyer", fr("Envoyer et sauvegarder"), "send", _SENDING),
    Group("valise", fr("La valise"), "case", _BOX),
    Group("equipe", fr("Équipe et moi"), "key", (*OF_ACCOUNT, *OF_TEAM, RESCUED, *_LOST)),
    Group("visiteurs", fr("Ce que voient les visiteurs"), "people", (*_SEEN_BY_ALL, *SEEN_BY_ALL)),
)
