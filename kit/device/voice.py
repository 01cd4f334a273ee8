"""The machine's own voice: espeak-ng, where it is installed, writes a sound file of what it is told.

The text goes in by the standard input and the program is run by a list of words: no shell reads anything of it.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from kit.errors import Problem

PROGRAM = "espeak-ng"
# Its voices (`espeak-ng --voices`) for the languages the box has words or works in.
VOICES = {
    "fr": "fr-fr", "en": "en-gb", "ar": "ar", "es": "es", "pt": "pt", "de": "de", "it": "it", "ru": "ru", "uk": "uk",
    "tr": "tr", "fa": "fa", "ro": "ro", "pl": "pl", "nl": "nl",
}  # fmt: skip
WORDS_A_MINUTE = 140  # its own is 175: too quick for who listens because reading is hard
SECONDS = 60
LARGEST_TEXT = 12_000
_one_at_a_time = threading.Semaphore(1)  # the cores are shared with everything else


def has_voice() -> bool:
    """True where the program is installed."""
    return shutil.which(PROGRAM) is not None


def speaks(language: str) -> bool:
    """True for a language it has a voice for."""
    return language in VOICES


def speak(parts: Sequence[tuple[str, str]], language: str, target: Path) -> None:
    """Write parts (a text, its language) as one WAV file, each by a voice of its own, or by that of `language`.

    Raises Problem `listening.no_voice`, `listening.failed` or `web.busy`.
    """
    program = shutil.which(PROGRAM)
    if program is None or not speaks(language):
        raise Problem("listening.no_voice")
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise Problem("web.busy")
    told = list(_fitting(parts))
    is_marked = any(spoken in VOICES and spoken != language for _, spoken in told)  # SSML; it knows no shell either
    text = _mark(told, language) if is_marked else "\n".join(text for text, _ in told)
    command = [program, *(("-m",) if is_marked else ()), "-b", "1", "-v", VOICES[language], "-s", str(WORDS_A_MINUTE),
               "--stdin", "-w", str(target)]  # fmt: skip
    try:
        subprocess.run(command, input=text.encode(), capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - no shell
    except (subprocess.SubprocessError, OSError) as refusal:
        raise Problem("listening.failed") from refusal
    finally:
        _one_at_a_time.release()
    if not target.is_file():
        raise Problem("listening.failed")


def _fitting(parts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The parts that are said, the last one cut."""
    left = LARGEST_TEXT
    for text, language in parts:
        if left > 0:
            yield text[:left], language
        left -= len(text)


def _mark(parts: Sequence[tuple[str, str]], language: str) -> str:
    """The parts as SSML 1.1 (section 3.2.1, the voice element), which the program reads with -m."""
    said = "\n".join(
        f'<voice xml:lang="{VOICES[spoken]}">{escape(text)}</voice>' if spoken in VOICES and spoken != language
        else escape(text)
        for text, spoken in parts
    )  # fmt: skip
    return f"<speak>{said}</speak>"
