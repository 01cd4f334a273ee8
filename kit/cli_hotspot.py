"""The commands of `valise hotspot`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kit.settings import read_settings


@click.group()
def hotspot() -> None:
    """The suitcase's own Wi-Fi."""


@hotspot.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_context
def config(ctx: click.Context, folder: Path) -> None:
    """Write below FOLDER what hostapd, dnsmasq, nftables and systemd-networkd are told, from the settings."""
    from kit.hotspot.configs import write_all
    from kit.hotspot.plan import read_plan

    for path in write_all(read_plan(read_settings(os.environ, **{**ctx.obj, "role": "kit"})), folder):
        click.echo(path)
