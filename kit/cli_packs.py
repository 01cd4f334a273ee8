"""The commands `valise pack ...`: the same functions as the team's page of packs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.errors import Problem, counted
from kit.settings import read_settings

if TYPE_CHECKING:
    from kit.people.node import Node

_ROLE = click.option("--role", type=click.Choice(["kit", "central"]), help="Whose shelves (VALISE_ROLE).")


@click.group()
def pack() -> None:
    """Packs: a shelf that travels, signed, installed whole or not at all."""


def _node(ctx: click.Context, role: str | None) -> Node:
    from kit.app import build_node

    return build_node(read_settings(os.environ, **{**ctx.obj, "role": role}))


def _works(count: int) -> str:

    return counted(count, "%s œuvre", "%s œuvres")


def _size(size_bytes: int) -> str:
    from kit.web.pages import size_words

    return size_words(size_bytes)


@pack.command("make")
@click.argument("shelf")
@click.argument("place", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--title", default="", help="The pack's name; the shelf's when it is not given.")
@click.option("--organisation", default="", help="Who makes it.")
@click.option("--summary", default="", help="What it is for.")
@click.option("--level", default="", help="debutant, intermediaire or avance.")
@click.option("--age", default="", help="3, 6, 10 or 14.")
@click.option("--minutes", default=0, help="How long it takes, for a training kit.")
@click.option("--competence", "competences", multiple=True, help="crcn-1.1, digcomp-2.1... (again for more).")
@click.option("--delta", is_flag=True, help="Only what the last pack of this shelf did not have.")
@click.option("--zip", "as_zip", is_flag=True, help="One file instead of a folder.")
@_ROLE
@click.pass_context
def make_command(ctx: click.Context, /, shelf: str, place: Path, role: str | None, **told: object) -> None:
    """Make the pack of SHELF below DIR, and read it back."""
    from kit.library.packs import making
    from kit.library.packs.made import left_words
    from kit.library.packs.rules import read_words

    is_delta, as_zip = bool(told.pop("delta")), bool(told.pop("as_zip"))
    node, about = _node(ctx, role), read_words({**told, "title": told["title"] or shelf})
    made = making.make_pack(node, shelf, about, place, making.known_files(node, shelf) if is_delta else ())
    path = made.folder
    if as_zip:
        path = making.pack_up(made.folder)
    click.echo(f"{path} : version {made.version}, {_works(made.count)}, {_size(made.size_bytes)}, écrit et relu.")
    if made.left_out:
        click.echo(f"  {left_words(made.left_out)}")


@pack.command("install")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--known", is_flag=True, help="You know the library that signed it.")
@click.option("--look", "only_look", is_flag=True, help="Only say what it would do.")
@_ROLE
@click.pass_context
def install_command(ctx: click.Context, path: Path, known: bool, only_look: bool, role: str | None) -> None:
    """Say what the pack at PATH would do and how much room it needs, then install it."""
    from kit.library.packs import installing, kept

    node = _node(ctx, role)
    seen = installing.look(node, path)
    about = seen.content.about
    click.echo(
        f"« {about.title} », version {seen.content.version}, signé par {seen.signer_name or 'une clé inconnue'}."
    )
    coming = counted(seen.coming, "%s œuvre nouvelle", "%s œuvres nouvelles")
    corrected = counted(seen.corrected, "%s fiche corrigée", "%s fiches corrigées")
    click.echo(f"{coming}, {corrected}, {counted(seen.leaving, '%s s’en va', '%s s’en vont')}.")
    room = [_size(one) for one in (seen.bring_bytes, seen.total_bytes, seen.free_bytes)]
    click.echo("À copier : {} sur {}. Place libre : {}.".format(*room))
    if only_look:
        return
    if known and not seen.signer_name:
        installing.vouch(node, seen.signer, about.organisation or "Sans nom")
    with click.progressbar(length=max(1, seen.bring_bytes), label="Copie", file=sys.stderr) as bar:
        install_id = installing.install(node, path, lambda done, _total: bar.update(done - bar.pos))
    kept.keep(node.data, install_id, path)
    click.echo(f"Installé : {install_id.hex()}")


@pack.command("list")
@_ROLE
@click.pass_context
def list_command(ctx: click.Context, role: str | None) -> None:
    """List the packs that were installed, newest first."""
    from kit.library.packs import queries

    for one in queries.list_packs(_node(ctx, role).store, 500):
        words = f"{one.install_id.hex()}  {one.title}, version {one.version}, {_works(one.count)}"
        click.echo(words + (", retiré" if one.is_undone else ""))


@pack.command("rollback")
@click.argument("name", metavar="PACK")
@_ROLE
@click.pass_context
def rollback_command(ctx: click.Context, name: str, role: str | None) -> None:
    """Go back to what was before PACK (its name in the list, or the beginning of it). No file is erased."""
    from kit.library.packs import installing, queries

    node = _node(ctx, role)
    found = [one for one in queries.list_packs(node.store, 500) if one.install_id.hex().startswith(name.lower())]
    if len(found) != 1:
        raise Problem("packs.not_found")
    undone = installing.undo(node, found[0].install_id)
    click.echo(f"« {undone.title} », version {undone.version}, est retiré. Rien n’est effacé.")
