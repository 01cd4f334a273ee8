"""Decisions about works, with no database and no Flask: what may be shown, how it is read, how long it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kit.errors.kind import fr

DEFAULT_SHELF: Mapping[str, str] = {
    "book": "Livres",
    "comic": "Bandes dessinées",
    "audio": "À écouter",
    "video": "À regarder",
    "image": "Images",
    "document": "Documents",
    "sheet": "Fiches pas à pas",
    "site": "Sites à lire ici",
    "link": "Liens à garder",
    "app": "Applications Android",
    "file": "Autres fichiers",
}
KIND_WORDS: Mapping[str, str] = {
    "book": fr("Livre"),
    "comic": fr("Bande dessinée"),
    "audio": fr("À écouter"),
    "video": fr("Vidéo"),
    "image": fr("Image"),
    "document": fr("Document"),
    "sheet": fr("Fiche pas à pas"),
    "site": fr("Site"),
    "link": fr("Lien à garder"),
    "app": fr("Application Android"),
    "file": fr("Fichier"),
}
LEVEL_WORDS: Mapping[str, str] = {
    "debutant": fr("Débutant"),
    "intermediaire": fr("Intermédiaire"),
    "avance": fr("Avancé"),
}
LONGEST_CREDIT = 600  # signs: who made a work and what was changed is never cut
LANGUAGE_WORDS: Mapping[str, str] = {
    "fr": "français", "en": "anglais", "ar": "arabe", "es": "espagnol", "pt": "portugais", "de": "allemand",
    "it": "italien", "ru": "russe", "uk": "ukrainien", "tr": "turc", "fa": "persan", "oc": "occitan", "br": "breton",
    "pl": "polonais", "ro": "roumain", "zh": "chinois", "vi": "vietnamien", "sw": "swahili", "be": "biélorusse",
}  # fmt: skip
# What helps those who hear, see or read with effort, by the names that `to_access` gives.
ACCESS_WORDS: Mapping[str, str] = {
    "captions": "Avec sous-titres",
    "transcript": "Avec le texte écrit",
    "sign": "En langue des signes",
    "described": "Avec les images décrites",
    "easy": "Fiche facile",
}
FILE_WORDS: Mapping[str, str] = {
    "application/epub+zip": "EPUB",
    "text/plain": "texte",
    "text/markdown": "texte",
    "text/html": "page HTML",
    "application/vnd.android.package-archive": "APK",
    "application/vnd.valise.site+zip": "site en ZIP",
}
EASY = "fiche facile"  # the subject that a sheet marked `easy` carries
APK_TYPE = "application/vnd.android.package-archive"
LINK_TYPE = "application/internet-shortcut"
LINK_ONLY = "LicenseRef-lien-seulement"  # a licence for links alone: no work may be shown under it
SHEET_TYPE = "application/vnd.valise.sheet+zip"
EPUB_TYPE = "application/epub+zip"
PDF_TYPE = "application/pdf"
ZIM_TYPES = frozenset({"application/x-zim", "application/zim", "application/openzim"})
SITE_TYPE = "application/vnd.valise.site+zip"  # HTML or Markdown pages in a zip
SITE_TYPES = ZIM_TYPES | {SITE_TYPE}
READ_BY_CHAPTER = frozenset({EPUB_TYPE, SHEET_TYPE})
READ_AS_TEXT = frozenset({"text/plain", "text/markdown", "text/html"})
KEPT_AS_PAGE = READ_BY_CHAPTER | READ_AS_TEXT | {SITE_TYPE}  # one page that needs no other app
# What a browser may show in place without being able to act as a page of ours.
SHOWN_IN_PLACE = frozenset(
    {"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp",
     "audio/mpeg", "audio/ogg", "audio/mp4", "audio/flac", "audio/x-wav", "audio/opus", "video/mp4", "video/webm",
     "text/vtt"}
)  # fmt: skip
WIFI_BYTES_PER_SECOND = 2_000_000  # an assumption, said as such on the page: a Pi's Wi-Fi shared by a few phones


def is_media(media_type: str) -> bool:
    """True for a film or a sound."""
    return media_type.startswith(("video/", "audio/"))


def role_of(name: str, media_type: str, *, beside: bool = True) -> str:
    """What a file is beside (or, first, instead of) the film or sound it goes with, or "".

    captions, transcript, sign or described; by its name: `film.fr.vtt`, `film.txt`, `film.lsf.mp4` (langue des
    signes), `film.ad.mp4` (audiodescription). `beside` is False for a work's first file, and where no film is.
    """
    if media_type == "text/vtt":
        return "captions"
    marks = name.lower().split(".")[1:-1]
    if is_media(media_type):
        return "sign" if "lsf" in marks else "described" if "ad" in marks else ""
    return "transcript" if beside and media_type in READ_AS_TEXT else ""


def roles_of(files: Sequence[tuple[str, str]]) -> list[str]:
    """The role of each file (name, media type) of a work, in their order."""
    beside = bool(files) and is_media(files[0][1])
    return [role_of(name, kind, beside=beside and place > 0) for place, (name, kind) in enumerate(files)]


def language_of(name: str) -> str:
    """The language of captions or of a text by its name: `film.fr.vtt` or `film.fr-FR.vtt` -> « fr », else ""."""
    marks = (one.partition("-")[0] for one in name.lower().split(".")[1:-1])
    return next((one for one in marks if one in LANGUAGE_WORDS), "")


def to_access(files: Sequence[tuple[str, str]], subjects: Sequence[str]) -> str:
    """The helps a work offers, as names between spaces, from its files (name, media type) and its subjects."""
    found = set(roles_of(files))
    if EASY in subjects:
        found.add("easy")
    return " ".join(name for name in ACCESS_WORDS if name in found)


def is_shown(has_licence: bool, source: str, *, is_hidden: bool) -> bool:
    """A work is shown to the public only with a licence, a source, and unless staff hid it."""
    return has_licence and bool(source.strip()) and not is_hidden


def is_licensed(licence: str, kind: str) -> bool:
    """True when a licence may be that of a work of this kind: « lien seulement » is for links alone."""
    return bool(licence) and (licence != LINK_ONLY or kind == "link")


def held_reasons(licence: str, source: str, *, is_hidden: bool, kind: str) -> list[str]:
    """Why a work is held back, in words for staff; empty when it is shown."""
    reasons: list[str] = []
    if licence and not is_licensed(licence, kind):
        reasons.append(fr("« Lien seulement » ne vaut que pour un lien : il manque la licence de l’œuvre."))
    if not licence:
        reasons.append(fr("On ne sait pas ce qu’on a le droit d’en faire : il manque la licence."))
    if not source.strip():
        reasons.append(fr("On ne sait pas d’où il vient : il manque la source."))
    if is_hidden and kind == "app":
        reasons.append(fr("Une application n’est montrée que quand l’équipe le décide."))
    elif is_hidden:
        reasons.append(fr("L’équipe l’a caché."))
    return reasons


def seconds_to_keep(size_bytes: int) -> int:
    """About how many seconds a file takes over this Wi-Fi; never less than one."""
    return max(1, round(size_bytes / WIFI_BYTES_PER_SECOND))


def way_to_read(media_type: str) -> str:
    """How a file is read here: chapters, text, site, link, audio, video, image, file (by the phone), or ""."""
    if media_type in READ_BY_CHAPTER:
        return "chapters"
    if media_type in READ_AS_TEXT:
        return "text"
    if media_type in SITE_TYPES:
        return "site"
    if media_type in (LINK_TYPE, APK_TYPE):
        return "link" if media_type == LINK_TYPE else "app"
    whole = media_type.split("/", 1)[0]
    if media_type not in SHOWN_IN_PLACE:
        return ""
    return whole if whole in ("audio", "video", "image") else "file"
