"""Long work of the box that can be left: one backup at a time, with what came of it."""

from __future__ import annotations

from flask import Flask, current_app

from kit.backup import BackupWork


def backup_work() -> BackupWork:
    """This application's backup work."""
    work: BackupWork = current_app.extensions["valise.backup"]
    return work


def init_box(app: Flask) -> None:
    """Give the application its place for long work."""
    app.extensions["valise.backup"] = BackupWork()
