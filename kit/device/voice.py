"""The machine's own voice: espeak-ng, where it is installed, writes a sound file of what it is told.

The text goes in by the standard input and the program is run by a list of words: no shell reads anything of it.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
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


def speak(text: str, language: str, target: Path) -> None:
    """Write `text` as a WAV file. Raises Problem `listening.no_voice`, `listening.failed` or `web.busy`."""
    program = shutil.which(PROGRAM)
    if program is None or not speaks(language):
        raise Problem("listening.no_voice")
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise Problem("web.busy")
    command = [program, "-b", "1", "-v", VOICES[language], "-s", str(WORDS_A_MINUTE), "--stdin", "-w", str(target)]
    try:
        told = text[:LARGEST_TEXT].encode()
        subprocess.run(command, input=told, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - no shell
    except (subprocess.SubprocessError, OSError) as refusal:
        raise Problem("listening.failed") from refusal
    finally:
        _one_at_a_time.release()
    if not target.is_file():
        raise Problem("listening.failed")
