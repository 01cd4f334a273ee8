"""Every page of this room: what visitors see, planning, and the roll."""

from __future__ import annotations

from flask import Blueprint

from kit.workshops import plan_routes, public_routes, roll_routes, ticket_routes

blueprint = Blueprint("workshops", __name__)
for part in (public_routes, ticket_routes, plan_routes, roll_routes):
    blueprint.register_blueprint(part.blueprint)
