"""The commands of `valise update`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kit.errors import counted
from kit.settings import read_settings


@click.group()
def update() -> None:
    """Updates of the application: make a bundle at home, install one on a suitcase."""


@update.command()
@click.argument("wheels", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--version", required=True, help="The version these wheels are.")
@click.option("--machine", default="aarch64", show_default=True, help="The machine they are for.")
@click.option("--python", default="3.13", show_default=True, help="The Python they are for.")
@click.pass_context
def make(ctx: click.Context, wheels: Path, target: Path, version: str, machine: str, python: str) -> None:
    """Write TARGET, a bundle of the folder WHEELS (image/build makes it), signed by this central."""
    from kit.app import build_node
    from kit.updates import bundle

    node = build_node(read_settings(os.environ, **{**ctx.obj, "role": "central"}))
    made = bundle.make(wheels, target, node.identity, version, machine, python)
    wheels_words = counted(len(made.wheels), "%s paquet", "%s paquets")
    click.echo(f"{target} : version {made.version}, {wheels_words}, {made.machine}, Python {made.python}.")


@update.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def send(ctx: click.Context, path: Path) -> None:
    """Offer the bundle PATH, signed by this central, to its suitcases; each asks for it when its line is good."""
    from kit.app import build_node
    from kit.library.packs import offers
    from kit.updates import bundle
    from kit.updates.sending import title_of

    node = build_node(read_settings(os.environ, **{**ctx.obj, "role": "central"}))
    found = offers.offer_file(node, path, title_of(bundle.describe(path, node.identity.sign_public)))
    click.echo(f"« {found.title} » est proposé aux valises ({found.size_bytes} octets).")


@update.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def install(ctx: click.Context, path: Path) -> None:
    """Install the bundle PATH beside the version that runs; the next start tries it, and comes back by itself."""
    from kit.app import build_node
    from kit.updates import actions

    version = actions.install(build_node(read_settings(os.environ, **{**ctx.obj, "role": "kit"})), path)
    click.echo(
        f"La version {version} est prête. Le prochain démarrage l’essaie ; si elle ne va pas, l’ancienne revient."
    )
