"""Commands of a central that grows: its background work in a process of its own, its move to PostgreSQL."""

from __future__ import annotations

import os
import sys

import click

from kit.errors import counted
from kit.settings import read_settings


@click.command("work")
@click.pass_context
def work(ctx: click.Context) -> None:
    """Do the background work of a central whose web processes were told VALISE_BACKGROUND=apart, until ended."""
    from kit.working import work_forever

    work_forever(read_settings(os.environ, **{**ctx.obj, "role": "central"}), sys.stderr)


@click.command("move")
@click.pass_context
def move(ctx: click.Context) -> None:
    """Copy everything of the central's file into the empty PostgreSQL database that DATABASE_URL names.

    Stop the central first. The file is left as it is; once the central runs on PostgreSQL, put it away.
    """
    from kit.app import move_to_postgres

    count = move_to_postgres(read_settings(os.environ, **{**ctx.obj, "role": "central"}))
    copied = counted(count, "%s ligne copiée", "%s lignes copiées")
    click.echo(f"{copied}. La centrale peut maintenant démarrer avec DATABASE_URL.")
