"""How much a kit takes on its card: the program, its libraries as a card has them, and Python; see scripts/size.

The libraries are those of scripts/locks/run.txt (no PostgreSQL driver among them), copied from the environment that is
there, without what no kit reads: tests, sources of C, stubs; debugging symbols are taken out of machine code. The tree
of a card is pruned by the same function (image/steps/30-tree.sh).
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib import metadata
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
MOST_MB = 180
_OF_BUILDERS = {".pyi", ".c", ".h", ".cpp", ".hpp", ".pyx", ".pxd", ".pyc"}
_TESTS = {"tests", "test", "__pycache__"}
_NAME = re.compile(r"^([a-z0-9._-]+)==", re.M)
# Python's own library without what Debian's leaves out of a card: its tests, what draws windows, what embeds it in C.
_NOT_OF_A_CARD = {
    "test",
    "idlelib",
    "turtledemo",
    "lib2to3",
    "ensurepip",
    "__pycache__",
    "dist-packages",
    "site-packages",
}


def size_of(folder: Path) -> int:
    """Bytes of all files below, links not followed."""
    return sum(one.lstat().st_size for one in folder.rglob("*") if one.is_file() and not one.is_symlink())


def lay_libraries(target: Path) -> dict[str, int]:
    """Copy the locked libraries; the bytes of each."""
    weights: dict[str, int] = {}
    for name in _NAME.findall((REPO / "scripts" / "locks" / "run.txt").read_text("utf-8")):
        try:
            files = metadata.distribution(name).files or []
        except metadata.PackageNotFoundError:
            continue  # locked for another kind of machine
        for one in files:
            source = Path(str(one.locate()))
            if ".." in one.parts or not source.is_file() or source.suffix == ".pyc":
                continue
            laid = target / one
            laid.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, laid)
            weights[name] = weights.get(name, 0) + laid.stat().st_size
    return weights


def prune(folder: Path, strip: str = "") -> None:
    """Take away what no kit reads; `strip` is the program that takes symbols out of machine code ("": leave them)."""
    for one in sorted(folder.rglob("*"), reverse=True):
        if one.is_dir() and one.name in _TESTS and not one.is_symlink():
            shutil.rmtree(one)
    for one in folder.rglob("*"):
        if one.is_file() and one.suffix in _OF_BUILDERS:
            one.unlink()
    for one in folder.rglob("*.so*") if strip else ():
        subprocess.run([strip, "--strip-unneeded", str(one)], check=True)


def size_of_python() -> int:
    """The interpreter and its library, as a card has them."""
    library = Path(sysconfig.get_path("stdlib"))
    kept = [one for one in library.iterdir() if one.name not in _NOT_OF_A_CARD and not one.name.startswith("config-")]
    return Path(sys.executable).resolve().stat().st_size + sum(
        size_of(one) if one.is_dir() else one.stat().st_size for one in kept
    )


def measure(folder: Path) -> list[tuple[str, int]]:
    """What a kit is made of, in bytes; its libraries are laid, pruned and stripped in `folder`."""
    before = lay_libraries(folder)
    prune(folder, shutil.which("strip") or "")
    ours = sum(size_of(REPO / name) for name in ("kit", "templates", "content")) - sum(
        size_of(one) for one in (REPO / "kit").rglob("__pycache__")
    )
    return [
        (f"libraries ({len(before)}; {sum(before.values()) / 1e6:.1f} MB before pruning)", size_of(folder)),
        ("program, templates, starter library and guides", ours),
        ("Python and its own library", size_of_python()),
    ]


def main() -> None:
    """Print the table, or prune a folder that is given."""
    say = argparse.ArgumentParser(prog="scripts/size")
    say.add_argument("--prune", type=Path, metavar="FOLDER", help="only prune this tree of libraries")
    say.add_argument("--strip", default="", metavar="PROGRAM", help="with --prune: what strips its machine code")
    options = say.parse_args()
    if options.prune:
        prune(options.prune, options.strip)
        return
    with tempfile.TemporaryDirectory(prefix="valise-size-") as folder:
        parts = measure(Path(folder))
    total = sum(size for _, size in parts) / 1e6
    print("| part of a kit | MB |\n|---|---|")
    for words, size in parts:
        print(f"| {words} | {size / 1e6:.1f} |")
    print(f"| **all of it** (wanted <= {MOST_MB}) | **{total:.1f}** |")
    sys.exit(total > MOST_MB)


if __name__ == "__main__":
    main()
