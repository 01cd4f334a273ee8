"""How often one address may ask the open data: 120 times a minute, counted in memory only."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask.blueprints import BlueprintSetupState

from kit.central.turnstile import Turnstile

blueprint = Blueprint("api_gate", __name__)
EXTENSION = "valise.api_gate"
MOST = 120
OPEN = "/api/v1/"


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Each application counts for itself."""
    state.app.extensions[EXTENSION] = Turnstile(state.app.extensions["valise.node"].clock.mono_ms, MOST)


@blueprint.before_app_request
def count() -> None:
    """Raises Problem `people.slow_down`."""
    if request.path.startswith(OPEN):
        gate: Turnstile = current_app.extensions[EXTENSION]
        gate.enter(request.remote_addr or "")
