"""Commands around the card: what is written on it beforehand, and what the box does with it at its first start."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kit.settings import read_settings


@click.group()
def image() -> None:
    """The card of a suitcase: prepare what its first start reads."""


@image.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", "nom", prompt="Nom de la valise", help="The name people read.")
@click.option("--wifi-name", "wifi_nom", default="", help="The name of its Wi-Fi; empty: the program's own.")
@click.option("--wifi-key", "wifi_cle", default="", help="The visitors' Wi-Fi key, on the posters.")
@click.option("--wifi-staff-key", "wifi_cle_equipe", default="", help="The team's own Wi-Fi key.")
@click.option(
    "--hall-wifi-name", "salle_wifi_nom", default="", help="A hall's Wi-Fi that a second chip joins, to send."
)
@click.option("--hall-wifi-key", "salle_wifi_cle", default="", help="Its key; empty: it has none.")
@click.option("--country", "wifi_pays", default="FR", show_default=True, help="Whose radio rules are kept.")
@click.option("--language", "langue", default="", help="fr, en or ar: of readers whose browser asks for none of these.")
@click.option("--link", "rattachement", default="", help="The link a coordinator made, to attach the kit.")
@click.option("--no-phrase", is_flag=True, help="Leave the passphrase out: the first page of the box makes it.")
def prepare(folder: Path, no_phrase: bool, **words: str) -> None:
    """Write what the first start reads below FOLDER (the card's first partition), and print its secrets once."""
    from kit.device.depart import FILE, write_depart
    from kit.keys.passphrase import make_passphrase

    if not no_phrase:
        words |= {"phrase": make_passphrase(), "secours": make_passphrase(10)}
    text = write_depart(words)
    path = folder / FILE
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
    click.echo(f"{path} est écrit. La valise le lit à son premier démarrage, puis l’efface.")
    if not no_phrase:
        click.echo(
            "\nNotez ces deux lignes sur papier :\n"
            f"  Phrase secrète de l’équipe : {words['phrase']}\n  Code de secours : {words['secours']}"
        )


@click.command("first-start")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def first_start(ctx: click.Context, path: Path) -> None:
    """Take up what was written on the card: settings always, the team only where there is none. The box runs this."""
    from kit.app import build_node
    from kit.device.depart import read_depart
    from kit.front.first import take_up

    depart = read_depart(path.read_bytes())
    node = build_node(read_settings(os.environ, **{**ctx.obj, "role": "kit"}))
    take_up(node, depart)
    click.echo("La valise a pris ce qui était écrit sur sa carte.")
