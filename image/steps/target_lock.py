"""Prints the lock as another machine reads it: pip judges `; markers` by the Python that runs, not by the one aimed at.

Usage: target_lock.py LOCK PYTHON MACHINE. What only builds the program (run.in) is left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement

FOR_BUILDING = {"hatchling", "editables", "trove-classifiers", "pathspec", "pluggy", "tomlkit"}


def main(lock: str, version: str, machine: str) -> None:
    """Write what remains, hashes included, without markers."""
    there = {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": machine,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    for entry in Path(lock).read_text("utf-8").replace("\\\n", " ").splitlines():
        if not entry.strip() or entry.startswith("#"):
            continue
        words, *hashes = entry.split(" --hash=")
        wanted = Requirement(words.strip())
        if wanted.name in FOR_BUILDING or (wanted.marker and not wanted.marker.evaluate(there)):
            continue
        print(f"{wanted.name}{wanted.specifier}", *(f"--hash={one.strip()}" for one in hashes))


if __name__ == "__main__":
    main(*sys.argv[1:])
