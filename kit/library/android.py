"""What Android's names mean to people: versions, permissions. Pure tables."""

from __future__ import annotations

from collections.abc import Iterable

# The first Android of each API level. Source: developer.android.com, « Build.VERSION_CODES ».
VERSIONS = {
    14: "4.0", 15: "4.0.3", 16: "4.1", 17: "4.2", 18: "4.3", 19: "4.4", 21: "5", 22: "5.1", 23: "6", 24: "7", 25: "7.1",
    26: "8", 27: "8.1", 28: "9", 29: "10", 30: "11", 31: "12", 32: "12L", 33: "13", 34: "14", 35: "15", 36: "16",
}  # fmt: skip
# The permissions that touch people, in the words of their phone's questions. Source: « Manifest.permission ».
PERMISSIONS = {
    "CAMERA": "la caméra",
    "RECORD_AUDIO": "le micro",
    "ACCESS_FINE_LOCATION": "l’endroit où vous êtes",
    "ACCESS_COARSE_LOCATION": "l’endroit où vous êtes",
    "ACCESS_BACKGROUND_LOCATION": "l’endroit où vous êtes, même quand elle est fermée",
    "READ_CONTACTS": "vos contacts",
    "WRITE_CONTACTS": "vos contacts",
    "GET_ACCOUNTS": "vos comptes",
    "READ_CALENDAR": "votre agenda",
    "WRITE_CALENDAR": "votre agenda",
    "READ_SMS": "vos SMS",
    "RECEIVE_SMS": "vos SMS",
    "SEND_SMS": "envoyer des SMS",
    "READ_CALL_LOG": "vos appels",
    "CALL_PHONE": "appeler des numéros",
    "READ_PHONE_STATE": "le numéro et l’état du téléphone",
    "READ_EXTERNAL_STORAGE": "vos fichiers",
    "WRITE_EXTERNAL_STORAGE": "vos fichiers",
    "MANAGE_EXTERNAL_STORAGE": "tous vos fichiers",
    "READ_MEDIA_IMAGES": "vos photos",
    "READ_MEDIA_VIDEO": "vos vidéos",
    "READ_MEDIA_AUDIO": "vos musiques",
    "BODY_SENSORS": "les capteurs du corps",
    "ACTIVITY_RECOGNITION": "vos mouvements",
    "SYSTEM_ALERT_WINDOW": "s’afficher par-dessus les autres applications",
    "REQUEST_INSTALL_PACKAGES": "installer d’autres applications",
    "INTERNET": "Internet",
}


def name_permissions(asked: Iterable[str]) -> list[str]:
    """What an application asks for, in words, each once; what touches nobody (vibrating…) is left out."""
    names = [one.removeprefix("android.permission.") for one in asked if one.startswith("android.permission.")]
    return list(dict.fromkeys(PERMISSIONS[name] for name in names if name in PERMISSIONS))


def name_version(level: str) -> str:
    """« 21 » -> « 5 »; "" when it is not known."""
    return VERSIONS.get(int(level), "") if level.isascii() and level.isdigit() and len(level) < 4 else ""


def to_summary(version: str, least: str, asked: Iterable[str], package: str) -> str:
    """What is said of an application on its page, in French: the team may rewrite it."""
    words, android = name_permissions(asked), name_version(least)
    said = [
        f"Version {version}." if version else "",
        f"Pour Android {android} ou plus récent." if android else "",
        f"Elle peut demander : {', '.join(words)}." if words else "Elle ne demande rien de personnel au téléphone.",
        f"Son nom pour le téléphone : {package}." if package else "",
    ]
    return " ".join(filter(None, said))
