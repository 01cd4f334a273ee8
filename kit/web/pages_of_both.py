"""The entries of “Toutes les pages” that a kit and a central have alike: see `kit/web/all_pages.py`."""

from __future__ import annotations

from kit.errors.kind import fr
from kit.web.all_pages import Entry

LETTERS = (
    Entry(
        fr("Doléances et questions"), "/console/courrier", "feedback", bounded=True,
        does=fr("Lire ce que des personnes ont écrit, et leur répondre."), words=fr("courrier message réponse lettre"),
    ),
    Entry(
        fr("Ce que tout le monde lit"), "/console/courrier/pour-tous", "feedback",
        does=fr("Publier une réponse, ou dire ce qui a changé grâce aux avis."), words=fr("réponses changements"),
    ),
    Entry(
        fr("Questionnaires"), "/console/questionnaires", "feedback",
        does=fr("Préparer des questions, les proposer, les imprimer, ou les poser sur une tablette."),
        words=fr("borne kiosque sondage enquête formulaire"),
    ),
    Entry(
        fr("Résultats"), "/console/resultats", "feedback",
        does=fr("Voir ce que les personnes ont répondu aux questionnaires."), words=fr("réponses tableur"),
    ),
    Entry(
        fr("Consultations"), "/console/consultations", "feedback",
        does=fr("Poser une question avec des choix, sur écran et sur papier. Ce n’est jamais un vote."),
        words=fr("boîte à idées bulletins sondage"),
    ),
)  # fmt: skip
SHELVES = (
    Entry(
        fr("À trier"), "/console/bibliotheque", "library",
        does=fr("Vérifier ce qui attend, le mettre sur les étagères, corriger un document."),
        words=fr("livre fiche titre couverture enlever supprimer"),
    ),
    Entry(
        fr("Arrivées"), "/console/bibliotheque/arrivees", "library",
        does=fr("Déposer des livres, des sons, des vidéos, depuis cet appareil ou une clé USB."),
        words=fr("ajouter importer fichier musique film"),
    ),
    Entry(
        fr("Ajouter un lien"), "/console/bibliotheque/lien", "library",
        does=fr("Mettre l’adresse d’un site sur une étagère, avec son QR code."), words=fr("Internet web"),
    ),
    Entry(
        fr("Documents proposés"), "/console/propositions", "library",
        does=fr("Accepter ou refuser ce que des visiteurs proposent."), words=fr("don œuvre auteur"),
    ),
    Entry(
        fr("Mots aux auteurs"), "/console/mots", "library",
        does=fr("Relire les mercis des visiteurs, et les montrer sous l’œuvre ou non."), words=fr("remercier merci"),
    ),
    Entry(
        fr("Fiches pas à pas"), "/console/fiches", "library",
        does=fr("Voir les fiches qui ne sont plus à jour, et celles que l’on suit bien."),
        words=fr("tutoriel mode d’emploi"),
    ),
    Entry(
        fr("Écrire une fiche"), "/console/fiches/ecrire", "library",
        does=fr("Faire une fiche à vous : un geste et une image par étape."), words=fr("tutoriel mode d’emploi"),
    ),
    Entry(
        fr("Étagères et bibliothèques"), "/console/etageres", "library",
        does=fr("Dire quelle bibliothèque s’occupe de quelle étagère."), words=fr("rayon"),
    ),
    Entry(
        fr("Droits de plusieurs documents"), "/console/bibliotheque/droits", "library",
        does=fr("Changer la licence ou la source de toute une étagère d’un coup."),
        words=fr("auteur éditeur copier autorisation"),
    ),
    Entry(
        fr("Tableau des documents"), "/console/bibliotheque/tableau", "library",
        does=fr("Emporter toutes les fiches dans un tableur, les compléter, les rapporter."),
        words=fr("Excel LibreOffice CSV catalogue exporter"),
    ),
    Entry(
        fr("Paquets"), "/console/paquets", "library",
        does=fr("Installer une étagère qui arrive, ou en préparer une à donner."),
        words=fr("clé USB copier partager exporter"),
    ),
    Entry(
        fr("Disque des œuvres"), "/console/bibliotheque/disque", "library",
        does=fr("Mettre les gros documents sur un disque branché, ou les faire revenir."),
        words=fr("place pleine mémoire carte film"),
    ),
    Entry(
        fr("Ce qui a été emporté"), "/console/emporte", "library",
        does=fr("Compter ce qui a été lu et gardé ce jour-là, sans noter qui."),
        words=fr("téléchargements prêts statistiques bilan"),
    ),
)  # fmt: skip
STOPS = (
    Entry(
        fr("Haltes"), "/console/haltes", "directory",
        does=fr("Voir les haltes de la tournée, en corriger une, terminer celle d’aujourd’hui."),
        words=fr("village commune lieu date"),
    ),
    Entry(
        fr("Prévoir une halte"), "/console/haltes/nouvelle", "directory",
        does=fr("Dire où et quand la valise s’arrête."), words=fr("ajouter tournée village commune"),
    ),
    Entry(
        fr("Salles"), "/console/salles", "directory",
        does=fr("Retrouver ce que l’équipe sait d’une salle : clés, prises, accès."),
        words=fr("mairie fauteuil chauffage électricité"),
    ),
    Entry(
        fr("Noter une salle"), "/console/salles/nouvelle", "directory",
        does=fr("Garder pour l’équipe ce qu’il faut savoir d’une salle."), words=fr("ajouter mairie"),
    ),
)  # fmt: skip
PLACES = (
    Entry(
        fr("L’annuaire"), "/console/annuaire", "directory",
        does=fr("Voir les corrections proposées, et les accepter ou non."), words=fr("lieux adresse horaires"),
    ),
    Entry(
        fr("Ajouter un lieu"), "/console/annuaire/nouveau", "directory",
        does=fr("Écrire un lieu où l’on trouve de l’aide : adresse, horaires, services."), words=fr("structure"),
    ),
    Entry(
        fr("Un fichier de lieux"), "/console/annuaire/importer", "directory",
        does=fr("Ajouter beaucoup de lieux d’un coup, depuis un fichier."), words=fr("importer CSV JSON cartographie"),
    ),
    Entry(
        fr("Fraîcheur de l’annuaire"), "/console/annuaire/fraicheur", "directory",
        does=fr("Trouver les lieux que personne n’a vérifiés depuis longtemps, et leur écrire."),
        words=fr("vieux confirmer lettre e-mail"),
    ),
    Entry(
        fr("Personnes qui aident"), "/console/annuaire/personnes", "directory",
        does=fr("Voir qui peut aider, où et quand."), words=fr("aidant bénévole conseiller contact"),
    ),
    Entry(
        fr("Ajouter une personne qui aide"), "/console/annuaire/personnes/nouvelle", "directory",
        does=fr("Noter une personne qui peut aider, avec son accord."), words=fr("aidant bénévole conseiller"),
    ),
    Entry(
        fr("Matériel partagé"), "/console/materiel", "directory",
        does=fr("Savoir où est chaque objet, le prêter, noter son retour."),
        words=fr("prêt ordinateur tablette casque chargeur"),
    ),
    Entry(
        fr("Noter un objet"), "/console/materiel/nouveau", "directory",
        does=fr("Ajouter un objet au matériel partagé."), words=fr("ordinateur tablette casque"),
    ),
    Entry(
        fr("Fond de carte"), "/console/carte", "library",
        does=fr("Donner un fichier de rues à la carte, pour l’avoir sans Internet."), words=fr("plan PMTiles"),
    ),
)  # fmt: skip
PRINTED = (
    Entry(
        fr("Étiquettes à coller"), "/console/materiel/etiquettes", "directory",
        does=fr("Imprimer une étiquette avec un QR code pour chaque objet du matériel."), words=fr("autocollant"),
    ),
    Entry(
        fr("Lettres à imprimer"), "/console/annuaire/fraicheur/lettres", "directory",
        does=fr("Imprimer les lettres qui demandent aux lieux de vérifier leur fiche."), words=fr("courrier"),
    ),
    Entry(
        fr("Cahier de doléances"), "/console/courrier/cahier", "feedback", bounded=True,
        does=fr("Imprimer les doléances, par tournée et par dates, pour les remettre."), words=fr("mairie livret"),
    ),
)  # fmt: skip
OF_ACCOUNT = (
    Entry(
        fr("Mon compte"), "/equipe/moi", "self",
        does=fr("Votre phrase, vos appareils, et se déconnecter d’ici."), words=fr("profil quitter"),
    ),
    Entry(
        fr("Ma phrase secrète"), "/equipe/ma-phrase", "self",
        does=fr("Changer les mots qui ouvrent cet espace."), words=fr("mot de passe code clé"),
    ),
    Entry(
        fr("Appareils connectés de l’équipe"), "/equipe/connexions", "self",
        does=fr("Déconnecter d’ici un téléphone perdu ou un ordinateur prêté."), words=fr("volé session"),
    ),
)  # fmt: skip
OF_TEAM = (
    Entry(
        fr("Équipe"), "/equipe", "team",
        does=fr("Voir qui est de l’équipe, ajouter ou retirer quelqu’un, imprimer les codes de secours."),
        words=fr("collègue utilisateur compte rôle mot de passe oublié"),
    ),
    Entry(
        fr("Qui a fait quoi"), "/equipe/journal", "team",
        does=fr("Lire la liste des gestes importants de l’équipe."), words=fr("journal trace historique"),
    ),
)  # fmt: skip
RESCUED = Entry(
    fr("Deux codes de secours"), "/secours",
    does=fr("Entrer avec deux codes imprimés quand toutes les phrases sont perdues."),
    words=fr("oublié mot de passe"),
)  # fmt: skip
RESTORED = Entry(
    fr("Remettre une sauvegarde"), "/restaurer", "self",
    does=fr("Sur une machine neuve seulement : y remettre tout ce qui a été sauvegardé."),
    words=fr("restaurer panne récupérer"),
)  # fmt: skip
SEEN_BY_ALL = (
    Entry(
        fr("Lire, écouter, regarder"), "/bibliotheque", does=fr("Les étagères."), words=fr("bibliothèque livres")
    ),
    Entry(fr("Qui a fait ces œuvres"), "/credits", does=fr("Les auteurs, les licences et les sources.")),
    Entry(fr("Proposer un document"), "/proposer", does=fr("Confier un texte, une photo ou une chanson à la valise.")),
    Entry(fr("Voir la réponse"), "/proposer/suivi", does=fr("La réponse à qui a proposé un document.")),
    Entry(fr("La tournée"), "/tournee", does=fr("Les dates et les villages."), words=fr("calendrier agenda")),
    Entry(fr("Trouver de l’aide près de chez moi"), "/annuaire", does=fr("Les lieux qui aident.")),
    Entry(fr("Carte"), "/annuaire/carte", does=fr("Les mêmes lieux sur une carte.")),
    Entry(fr("Des personnes qui aident"), "/annuaire/personnes", does=fr("Celles qui ont dit oui pour être lues.")),
    Entry(fr("Qui aide près d’ici"), "/pres-d-ici", does=fr("Les lieux les plus proches de la halte.")),
    Entry(fr("J’ai besoin de…"), "/besoin", does=fr("Les démarches courantes : papiers à prendre, et qui aide.")),
    Entry(
        fr("Confirmer ce qui est écrit de votre lieu"), "/annuaire/confirmer",
        does=fr("Pour un lieu qui a reçu une lettre avec un code."),
    ),
    Entry(fr("Vos données"), "/vos-donnees", does=fr("Ce qui est noté, et ce qui ne l’est pas."), words=fr("RGPD")),
    Entry(fr("Accessibilité"), "/accessibilite", does=fr("Ce que nous avons vérifié, et ce qui reste.")),
)  # fmt: skip
