"""Backups of the home side: what they held is what kits may forget; and the key of a kit's backup, for its team."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState

from kit import backup
from kit.backup import Backup, BackupWork
from kit.backup.files import Report
from kit.errors import Problem
from kit.people import audit
from kit.people.access import current_staff, staff_only
from kit.people.actions import Staff
from kit.people.node import Node, the_node
from kit.sync import inbox
from kit.usb import list_keys

blueprint = Blueprint("safekeeping", __name__)
MOST_MANIFEST_BYTES = 64 * 1024


def backup_central(node: Node, place: Path, report: Report = lambda done, total: None) -> Backup:
    """Write a backup of the home side and read it back; then, and only then, kits hear "backed up" for what it holds.

    What is held is read before the copy begins: whatever comes in meanwhile waits for the next one. Raises Problem
    like `make_backup`.
    """
    held = inbox.what_is_held(node)
    made = backup.make_backup(node, place, report)
    inbox.note_backed_up(node, held)
    return made


def find_key(node: Node, staff: Staff, raw: bytes) -> str:
    """The data key behind a backup's `manifest.json`, as people copy it.

    Raises Problem `people.forbidden` for who holds no key, `backup.not_one` or `keys.cannot_open`.
    """
    manifest = backup.parse_manifest(raw)
    for private in audit.open_keys(node, staff, "key.opened"):
        try:
            return backup.key_text(backup.open_manifest(manifest, private))
        except Problem:
            continue
    raise Problem("keys.cannot_open")


@blueprint.record_once
def give_place(state: BlueprintSetupState) -> None:
    """The application's place for long work."""
    app: Flask = state.app  # type: ignore[assignment]
    app.extensions["valise.backup"] = BackupWork(backup_central)


@blueprint.get("/sauvegarde")
@staff_only("keep")
def backup_page() -> str:
    """The keys that may take a backup, how the last one went, and the key of a kit's backup."""
    return _page()


def _page(key: str = "", problem: Problem | None = None) -> str:
    node = the_node()
    return render_template(
        "central/backup.html", keys=list_keys(node.settings.keys_folder),
        work=current_app.extensions["valise.backup"], last=backup.find_last(node), is_due=backup.is_due(node),
        key=key, problem=problem, days=node.settings.backup_days,
    )  # fmt: skip


@blueprint.post("/sauvegarde")
@staff_only("keep")
def start_backup() -> Response:
    """Begin a backup on one of the marked keys."""
    current_app.extensions["valise.backup"].start(the_node(), Path(request.form.get("key", "")))
    return redirect("/sauvegarde")  # type: ignore[return-value]


@blueprint.post("/sauvegarde/cle")
@staff_only("keep")
def show_key() -> str | tuple[str, int]:
    """The key of a kit's backup, from its manifest; shown once, kept nowhere."""
    given = request.files.get("manifeste")
    raw = given.read(MOST_MANIFEST_BYTES) if given else b""
    try:
        return _page(find_key(the_node(), current_staff(), raw))
    except Problem as problem:
        return _page(problem=problem), problem.status
