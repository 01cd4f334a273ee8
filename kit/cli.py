"""The command `valise`: short commands over the same functions as the routes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from kit import __version__
from kit.errors import Problem
from kit.settings import Settings, read_settings


class _Commands(click.Group):
    """Tells a Problem in words, with its code, instead of a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            raise click.ClickException(f"{problem} [{problem.code}]") from problem


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="valise")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of this node (VALISE_DATA).")
@click.pass_context
def main(ctx: click.Context, data: Path | None) -> None:
    """La Valise nomade: a library, workshops, opinions and a directory in a suitcase, without Internet."""
    ctx.obj = {"data": data}


def settings_of(ctx: click.Context, **given: object) -> Settings:
    """The settings of this call: its options, then the environment, then the defaults."""
    return read_settings(os.environ, **{**ctx.obj, **given})


@main.command()
@click.option("--host", help="Address to listen on (VALISE_HOST).")
@click.option("--port", type=int, help="Port to listen on (VALISE_PORT).")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve the kit: the box in the suitcase."""
    _serve(settings_of(ctx, host=host, port=port, role="kit"))


def _serve(settings: Settings) -> None:
    from kit.serving import serve_forever

    serve_forever(settings, sys.stderr)


if __name__ == "__main__":
    main()
