"""The box's own pages for the team: is it well, who is on the team, the hour, the backup."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request
from flask.blueprints import BlueprintSetupState

from kit import backup
from kit.checks import check_all
from kit.errors import FieldProblems
from kit.errors.kind import fr
from kit.front import forms
from kit.front.box import backup_work, init_box
from kit.front.hours import hours, read_hour
from kit.journal import anchors
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.usb import list_keys, list_told
from kit.web.pages import asked_page, tell, to_page
from kit.workshops import forgetting

blueprint = Blueprint("box", __name__)


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """The application's place for long work."""
    init_box(state.app)  # type: ignore[arg-type]


@blueprint.get("/console/reglages")
@staff_only("box")
def settings() -> str:
    """What this box is, whether it is well, and who is on the team."""
    return render_template("front/settings.html", findings=check_all(the_node()))


@blueprint.get("/console/horloge")
@staff_only("box")
def clock() -> str:
    """What hour the box thinks it is, and how sure it is."""
    return _clock_page()


def _clock_page(problem: FieldProblems | None = None) -> str:
    node = the_node()
    local = node.local_now()
    return render_template(
        "front/clock.html",
        now=node.clock.wall_ms(),
        confidence=node.clock.confidence,
        day=f"{local:%Y-%m-%d}",
        hour=f"{local:%H:%M}",
        problem=problem,
        said_by=hours().count(),
        said=hours().middle_ms(),
        anchors=anchors.list_newest(node.journal, 8),
    )


@blueprint.post("/console/horloge")
@staff_only("box")
def confirm_clock() -> Response | tuple[str, int]:
    """Somebody of the team says what time it is."""
    node = the_node()
    try:
        wall_ms = forms.read_moment(request.form, node.settings.timezone)
    except FieldProblems as problem:
        return _clock_page(problem), problem.status
    anchors.confirm(node.journal, wall_ms, "staff")
    tell("ok", fr("C’est noté. Ce qui avait été noté avant est daté aussi."))
    return redirect("/console/horloge")  # type: ignore[return-value]


@blueprint.post("/console/horloge/telephone")
@staff_only("box")
def confirm_by_phone() -> Response:
    """Somebody of the team vouches for the hour of her own phone, in one tap."""
    said = read_hour(request.form.get("ms", ""))
    if said is None:
        tell("bad", fr("Ce téléphone n’a pas dit une heure possible. Écrivez la date et l’heure."))
    else:
        anchors.confirm(the_node().journal, said, "staff")
        tell("ok", fr("C’est noté. Ce qui avait été noté avant est daté aussi."))
    return redirect("/console/horloge", 303)  # type: ignore[return-value]


@blueprint.get("/console/oublis")
@staff_only("box")
def forgotten() -> str:
    """What this box no longer holds, and under which signed receipt it went."""
    node = the_node()
    page = to_page(
        forgetting.count_lines(node.store), asked_page(), 50,
        lambda limit, skip: forgetting.list_lines(node.store, limit, skip),
    )  # fmt: skip
    return render_template(
        "front/forgotten.html", page=page, days=node.settings.purge_days,
        page_url=lambda number: f"/console/oublis?page={number}",
    )  # fmt: skip


@blueprint.get("/console/sauvegarde")
@staff_only("box")
def backup_page() -> str:
    """The keys that may take a backup, and how the last one went."""
    node = the_node()
    return render_template(
        "front/backup.html", keys=list_keys(node.settings.keys_folder), work=backup_work(),
        last=backup.find_last(node), is_due=backup.is_due(node), told=list_told(node.settings.keys_told),
    )  # fmt: skip


@blueprint.post("/console/sauvegarde")
@staff_only("box")
def start_backup() -> Response:
    """Begin a backup on one of the marked keys."""
    backup_work().start(the_node(), Path(request.form.get("key", "")))
    return redirect("/console/sauvegarde")  # type: ignore[return-value]
