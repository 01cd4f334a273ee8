"""The command `valise`: short commands over the same functions as the routes."""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit import __version__
from kit.cli_central import move, work
from kit.cli_hotspot import hotspot
from kit.cli_image import first_start, image
from kit.cli_packs import pack
from kit.cli_update import update
from kit.errors import Problem, counted
from kit.settings import Settings, read_settings

if TYPE_CHECKING:
    from kit.library.actions import Progress
    from kit.people.node import Node
    from kit.sync.outbox import Status

CONTENT = Path(__file__).parent / "content"
FINDING_SIGNS = {"ok": "bien     ", "warn": "à voir   ", "bad": "à réparer"}


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


def node_of(ctx: click.Context, **given: object) -> Node:
    """The node behind this call's data folder."""
    from kit.app import build_node

    return build_node(settings_of(ctx, **given))


@main.command()
@click.option("--host", help="Address to listen on (VALISE_HOST).")
@click.option("--port", type=int, help="Port to listen on (VALISE_PORT).")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve the kit: the box in the suitcase."""
    _serve(settings_of(ctx, host=host, port=port, role="kit"))


@main.group()
def central() -> None:
    """The home server: serve it, invite a kit."""


@central.command("serve")
@click.option("--host", help="Address to listen on (VALISE_HOST).")
@click.option("--port", type=int, default=8090, show_default=True, help="Port to listen on.")
@click.pass_context
def central_serve(ctx: click.Context, host: str | None, port: int) -> None:
    """Serve the central: the coordinators' home server."""
    _serve(settings_of(ctx, host=host, port=port, role="central"))


@central.command("invite")
@click.option("--url", required=True, help="The address by which the kit reaches this central.")
@click.option("--name", default="La Valise", show_default=True, help="What to call the kit.")
@click.pass_context
def central_invite(ctx: click.Context, url: str, name: str) -> None:
    """Print a link that enrols one kit, once."""
    from kit.central.actions import make_enrolment

    click.echo(make_enrolment(node_of(ctx, role="central", public_url=url), name))


def _serve(settings: Settings) -> None:
    gc.disable()  # nothing of what a start makes is garbage; the server lets the collector work again
    from kit.serving import serve_forever

    serve_forever(settings, sys.stderr)


@main.command()
@click.option("--role", type=click.Choice(["kit", "central"]), default="kit", show_default=True)
@click.pass_context
def init(ctx: click.Context, role: str) -> None:
    """Prepare an empty data folder and print its passphrase, once. `serve` does this by itself when needed."""
    from kit.serving import set_up_once

    set_up_once(node_of(ctx, role=role), sys.stdout)


@main.command()
def passphrase() -> None:
    """Print a new passphrase of six words, and keep nothing."""
    from kit.keys.passphrase import make_passphrase

    click.echo(make_passphrase())


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--role", type=click.Choice(["kit", "central"]), help="Whose shelves (VALISE_ROLE).")
@click.pass_context
def add(ctx: click.Context, paths: tuple[Path, ...], role: str | None) -> None:
    """Put works on the shelves: files or folders. What has no licence or no source is held back."""
    from kit.library.actions import add_paths

    with click.progressbar(length=1, label="Ajout", file=sys.stderr) as bar:

        def report(progress: Progress) -> None:
            bar.length = max(progress.total, 1)
            bar.update(progress.done - bar.pos)

        outcome = add_paths(node_of(ctx, role=role), list(paths), report)
    added = counted(len(outcome.added), "%s ajouté", "%s ajoutés")
    refused = counted(len(outcome.refused), "%s refusé", "%s refusés")
    click.echo(f"{added}, {len(outcome.known)} déjà là, {len(outcome.held)} mis de côté, {refused}.")
    for path, reasons in outcome.held:
        click.echo(f"  {path} : mis de côté, {', '.join(reasons)}")
    for path, problem in outcome.refused:
        click.echo(f"  {path}: {problem} [{problem.code}]")


@main.command()
@click.pass_context
def sort(ctx: click.Context) -> None:
    """Read what waits on the bench and put what was accepted on the shelves. The kit starts this by itself."""
    from kit.library.bench.reading import work
    from kit.library.watch import confine

    confine()
    click.echo(counted(work(node_of(ctx)), "%s document traité.", "%s documents traités."))


@main.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--role", type=click.Choice(["kit", "central"]), default="kit", show_default=True)
@click.pass_context
def backup(ctx: click.Context, place: Path, role: str) -> None:
    """Write a backup below PLACE (a USB folder), encrypted to the organisation, and read it back."""
    from kit.backup import make_backup
    from kit.central.safekeeping import backup_central

    made = (backup_central if role == "central" else make_backup)(node_of(ctx, role=role), place)
    works = counted(made.works, "%s document, relu et juste", "%s documents, relus et justes")
    click.echo(f"{made.folder} : {made.size_bytes} octets et {works}.")
    if made.left:
        left = counted(made.left, "%s document n’a pas de place", "%s documents n’ont pas de place")
        click.echo(f"{left} sur cette clé ({made.left_bytes} octets).")
    if made.damaged:
        damaged = counted(made.damaged, "%s document est abîmé", "%s documents sont abîmés")
        click.echo(f"{damaged} sur cette machine : la sauvegarde ne les a pas.")


@main.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--key", "key_text", help="The backup's key, as the coordination printed it.")
@click.pass_context
def restore(ctx: click.Context, folder: Path, key_text: str | None) -> None:
    """Make the data folder (--data, empty) from a backup; without --key, asks for the printed recovery code."""
    from kit import backup as backups

    if key_text:
        key = backups.read_key(key_text)
    else:
        key = backups.key_by_recovery_code(folder, click.prompt("Code de secours", hide_input=True))
    settings = settings_of(ctx)
    data = settings.data
    restored = backups.restore(folder, data, key, marker=settings.marker_path)
    click.echo(f"{data} est restauré. La valise commence un nouveau journal ; rien de l’ancien n’est perdu.")
    back = counted(restored.files, "%s document remis", "%s documents remis")
    click.echo(f"{back}, {counted(len(restored.lacking), '%s absent', '%s absents')} de cette clé.")


@main.command()
@click.argument("link", required=False)
@click.option(
    "--request", "request_path", type=click.Path(path_type=Path), help="Write the request of this kit to a file, only."
)
@click.pass_context
def enrol(ctx: click.Context, link: str | None, request_path: Path | None) -> None:
    """Attach this kit to a central, with the LINK its coordinator made, or a file she gave (a link, or a certificate).

    Without any network: write the request with --request, have it certified at the central, then enrol with that file.
    """
    from kit.sync import by_file
    from kit.sync.enrolment import enrol as enrol_at

    node = node_of(ctx, role="kit")
    if request_path is not None:
        mark = by_file.write_request(node, request_path)
        click.echo(f"{request_path} : à donner à la coordination. Marque à lui lire : {mark}")
        return
    if link is None:
        raise click.UsageError("LINK, or --request FILE")
    if Path(link).is_file():
        by_file.take_path(node, Path(link))
    else:
        enrol_at(node, link)
    click.echo("Cette valise est rattachée à sa centrale.")


@main.command()
@click.pass_context
def enrolled(ctx: click.Context) -> None:
    """Print yes when this kit is attached to a central, else no."""
    from kit.sync.queries import find_certificate

    click.echo("yes" if find_certificate(node_of(ctx, role="kit").store) else "no")


def _facts_words(status: Status) -> str:
    facts = counted(status.facts_total, "%s fiche", "%s fiches")
    arrived = counted(status.arrived, "%s bien reçue", "%s bien reçues")
    return f"{facts} : {arrived}, {status.only_here} seulement ici."


@main.command()
@click.option("--neighbour", default="", help="The address of another kit of the coordination that carries it home.")
@click.pass_context
def send(ctx: click.Context, neighbour: str) -> None:
    """Send home what is only here, and print what was well received."""
    from kit.sync.actions import journey
    from kit.sync.actions import send as send_home
    from kit.sync.carriers.neighbour import NeighbourCarrier

    node = node_of(ctx, role="kit")
    send_home(node, carrier=NeighbourCarrier(neighbour) if neighbour else None)
    status = journey(node)
    click.echo(_facts_words(status))


@main.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.pass_context
def copy(ctx: click.Context, place: Path) -> None:
    """Copy what is only here below a USB folder, and take in what it brings from home."""
    from kit.sync.actions import send as carry
    from kit.sync.carriers.file import FileCarrier

    outcome = carry(node_of(ctx, role="kit"), carrier=FileCarrier(place))
    sent = counted(outcome.carried.segments, "%s paquet copié et relu", "%s paquets copiés et relus")
    came = counted(outcome.carried.came, "%s venu", "%s venus")
    click.echo(f"{sent}, {came} de la coordination.")


@central.command("read")
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@click.pass_context
def central_read(ctx: click.Context, place: Path) -> None:
    """Take in what kits copied below a USB folder, and write the answers there."""
    from kit.central.bringing import read_key

    for taken in read_key(node_of(ctx, role="central"), place):
        new = counted(taken.segments, "%s nouveau", "%s nouveaux")
        known = counted(taken.known, "%s connu", "%s connus")
        click.echo(f"{taken.name} : {new}, {known}, {taken.trouble or 'bien'}")


@main.group()
def journal() -> None:
    """What was noted, and how far it has come."""


@journal.command("status")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def journal_status(ctx: click.Context, as_json: bool) -> None:
    """What left, what arrived, what is only here."""
    from msgspec.structs import asdict

    from kit.sync.actions import journey

    status = journey(node_of(ctx, role="kit"))
    words = _facts_words(status)
    if status.files_total:
        files = counted(status.files_total, "%s document proposé", "%s documents proposés")
        arrived = counted(status.files_arrived, "%s bien reçu", "%s bien reçus")
        words += f"\n{files} : {arrived}, {status.files_only_here} seulement ici."
    click.echo(json.dumps(asdict(status), ensure_ascii=False) if as_json else words)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--role", type=click.Choice(["kit", "central"]), default="kit", show_default=True)
@click.pass_context
def check(ctx: click.Context, as_json: bool, role: str) -> None:
    """Look whether all is well; each line says what to mend. Ends with 1 when something is to be repaired."""
    from msgspec.structs import asdict

    from kit.checks import check_all

    findings = check_all(node_of(ctx, role=role))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(f"{finding.check_id}  {FINDING_SIGNS[finding.level]}  {finding.words} {finding.mend}".rstrip())
    sys.exit(any(finding.level == "bad" for finding in findings))


@main.command()
@click.option("--role", type=click.Choice(["kit", "central"]), default="kit", show_default=True)
@click.pass_context
def replay(ctx: click.Context, role: str) -> None:
    """Make every table again from the journal, and say whether anything differed."""
    node = node_of(ctx, role=role)
    before = node.journal.projection_hash()
    count = node.journal.replay()
    same = node.journal.projection_hash() == before
    read = counted(count, "%s chose relue", "%s choses relues")
    click.echo(f"{read} ; les tables {'sont les mêmes' if same else 'ont changé'}.")


@main.command()
@click.option("--role", type=click.Choice(["kit", "central"]), default="kit", show_default=True)
@click.pass_context
def demo(ctx: click.Context, role: str) -> None:
    """Fill a data folder for a demonstration: starter library, places, a stop, workshops today and tomorrow.

    The team's passphrase is taken from VALISE_PASSPHRASE, or made and printed. Running it again adds what is missing.
    """
    from kit.demo import prepare

    for line in prepare(node_of(ctx, role=role), os.environ.get("VALISE_PASSPHRASE")):
        click.echo(line)


main.add_command(pack)
main.add_command(image)
main.add_command(update)
main.add_command(first_start)
main.add_command(hotspot)
central.add_command(work)
central.add_command(move)


if __name__ == "__main__":
    main()
