"""Installing an update: checked, laid beside the version that runs, tried on a copy of the data, then chosen."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

from kit import __version__
from kit.errors import Problem
from kit.people.node import Node
from kit.sync.enrolment import find_enrolment
from kit.updates import bundle
from kit.updates.versions import SAVED, Versions

RUNNING = "VALISE_RUNNING"  # the launcher names the version it started; absent: the card's own, or no card at all
FOLDER = "VALISE_VERSIONS"
TRY_SECONDS = 300
_log = logging.getLogger(__name__)
_TRY = """
import sys
sys.path.insert(0, sys.argv[1])
from kit.app import build_node, create_app
from kit.settings import read_settings
settings = read_settings({}, data=sys.argv[2], marker=sys.argv[2] + ".boot", role="kit")
app = create_app(settings, build_node(settings))
for path in ("/", "/connexion", "/bibliotheque", "/ateliers"):
    assert app.test_client().get(path).status_code == 200, path
"""


def versions_here() -> Versions | None:
    """The versions of a suitcase; None on a machine without a launcher."""
    folder = os.environ.get(FOLDER, "")
    return Versions(Path(folder)) if folder else None


def install(node: Node, path: Path) -> str:
    """Take a bundle of our coordination; the version that the next start tries. What runs now is not touched.

    Raises Problem `updates.not_here`, `updates.not_attached`, `updates.same`, `updates.fails`, or like `bundle.unpack`.
    """
    versions, enrolment = versions_here(), find_enrolment(node)
    if versions is None:
        raise Problem("updates.not_here")
    if enrolment is None:
        raise Problem("updates.not_attached")
    versions.folder.mkdir(mode=0o700, exist_ok=True)
    draft = versions.folder / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        made = bundle.unpack(path, enrolment.server_public, draft)
        if made.version == os.environ.get(RUNNING, __version__):
            raise Problem("updates.same", version=made.version)
        _try_on_copy(node, draft)
        target = versions.folder / made.version
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    node.store.copy_to(versions.folder / f"{SAVED}.new")
    (versions.folder / f"{SAVED}.new").replace(versions.folder / SAVED)
    os.sync()  # thousands of small files: all of it is on the disk before it is chosen
    versions.try_next(made.version)
    return made.version


def _try_on_copy(node: Node, packages: Path) -> None:
    """Start-up and first pages of a version, over a copy of the data. Raises Problem `updates.fails`.

    What is compiled for that stays beside its source: the launcher compiles nothing, and each start would do it anew.
    """
    copy = node.data / "tmp" / "update-try"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(mode=0o700)
    try:
        node.store.copy_to(copy / "valise.db")
        shutil.copyfile(node.data / "node.key", copy / "node.key")
        tried = subprocess.run(  # noqa: S603 - our own interpreter, on what the coordination signed
            [sys.executable, "-c", _TRY, str(packages), str(copy)],
            cwd="/", capture_output=True, text=True, timeout=TRY_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as refusal:
        raise Problem("updates.fails") from refusal
    finally:
        shutil.rmtree(copy, ignore_errors=True)
        copy.with_name(copy.name + ".boot").unlink(missing_ok=True)
    if tried.returncode:
        _log.warning("the update was tried and failed:\n%s", tried.stderr[-2000:])
        raise Problem("updates.fails")


def confirm_running() -> None:
    """This version came up and serves: if it was being tried, it stays."""
    versions, running = versions_here(), os.environ.get(RUNNING, "")
    if versions is not None and running and versions.confirm(running):
        _log.warning("version %s is healthy: it stays", running)
