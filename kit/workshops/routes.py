"""Every page of this room: what visitors see, planning, and the roll."""

from __future__ import annotations

from flask import Blueprint

from kit.workshops import (
    arrival_routes,
    by_name_routes,
    calendar_routes,
    door_routes,
    erasure_routes,
    figures_routes,
    number_routes,
    paper_routes,
    permanence_routes,
    plan_routes,
    public_routes,
    roll_routes,
    take_home_routes,
    ticket_routes,
)
from kit.workshops.proposals import routes as proposal_routes
from kit.workshops.reports import routes as report_routes
from kit.workshops.vouchers import routes as voucher_routes

blueprint = Blueprint("workshops", __name__)
_PARTS = (
    public_routes,
    ticket_routes,
    arrival_routes,
    plan_routes,
    by_name_routes,
    roll_routes,
    report_routes,
    figures_routes,
    calendar_routes,
    erasure_routes,
    door_routes,
    paper_routes,
    permanence_routes,
    voucher_routes,
    proposal_routes,
    take_home_routes,
    number_routes,
)
for part in _PARTS:
    blueprint.register_blueprint(part.blueprint)
