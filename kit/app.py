"""Builds a node and the web application that shows it. Nothing is made at import: every test has an app of its own."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

import kit.directory.facts
import kit.directory.proposal_routes
import kit.directory.queries
import kit.directory.routes
import kit.feedback.facts
import kit.feedback.letters.facts
import kit.feedback.polls.facts
import kit.feedback.routes
import kit.front.box_routes
import kit.front.routes
import kit.library.facts
import kit.library.routes
import kit.people.facts
import kit.people.routes
import kit.people.team_routes
import kit.sync.facts
import kit.sync.neighbour_routes
import kit.sync.routes
import kit.workshops.door_facts
import kit.workshops.facts
import kit.workshops.from_home
import kit.workshops.proposals.actions
import kit.workshops.proposals.facts
import kit.workshops.reports.facts
import kit.workshops.routes
import kit.workshops.vouchers.facts
from kit.clock import Clock
from kit.errors import Problem
from kit.front.box import init_box
from kit.front.hooks import init_hooks
from kit.front.hours import init_hours
from kit.journal import Journal, Thing, anchors
from kit.journal import queries as journal_queries
from kit.journal.epoch import board_serial, is_same_box, renew
from kit.keys.identity import load_identity
from kit.library.deposits.going import make_going
from kit.people.access import init_access
from kit.people.actions import Throttle
from kit.people.node import Node, attach
from kit.settings import Settings
from kit.store import Store, open_store
from kit.sync.enrolment import find_server
from kit.web.compiled import CompiledPages
from kit.web.front_server import init_front_server
from kit.web.pages import init_pages
from kit.web.rules import LazyRule
from kit.web.security import init_security
from kit.web.uploads import init_uploads

DATABASE = "valise.db"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

THINGS: tuple[Thing, ...] = (
    *anchors.THINGS,
    *kit.people.facts.THINGS,
    *kit.directory.facts.THINGS,
    *kit.library.facts.THINGS,
    *kit.workshops.facts.THINGS,
    *kit.workshops.door_facts.THINGS,
    *kit.workshops.proposals.facts.THINGS,
    *kit.workshops.reports.facts.THINGS,
    *kit.workshops.vouchers.facts.THINGS,
    *kit.feedback.facts.THINGS,
    *kit.feedback.letters.facts.THINGS,
    *kit.feedback.polls.facts.THINGS,
    *kit.sync.facts.THINGS,
)
_FEATURES = (
    kit.library.routes,
    kit.workshops.routes,
    kit.feedback.routes,
    kit.directory.routes,
    kit.front.routes,
    kit.front.box_routes,
    kit.sync.neighbour_routes,
)


def build_node(settings: Settings, clock: Clock | None = None) -> Node:
    """Open (and at first make) everything a node keeps in its data folder.

    Raises Problem `start.bad_folder`, `store.newer` or `store.damaged`.
    """
    _prepare_folder(settings.data)
    store = open_store(settings.data / DATABASE)
    identity = load_identity(settings.data)
    board = board_serial()
    is_copy = not is_same_box(store, settings.marker_path, board)
    is_new_boot, system_clock = _clock(store)
    journal = Journal(store, identity, clock or system_clock, THINGS, publishes=settings.is_central)
    if is_copy:
        journal.start_epoch()
    if is_copy or is_new_boot:
        renew(store, settings.marker_path, board)
    anchors.take_up(journal, journal.clock)
    node = Node(settings, journal.clock, store, journal, identity)
    if not settings.is_central:
        journal.find_central = lambda: find_server(node)
    node.current_stop = lambda: kit.directory.queries.find_current_stop(store, node.clock.wall_ms())
    node.list_stops = lambda: kit.directory.queries.list_stops(store)
    node.going = (make_going(node),)
    node.find_stop = lambda stop_id: kit.directory.queries.find_stop(store, stop_id)
    if not settings.is_central:
        node.heard = (
            lambda: kit.workshops.proposals.actions.take_up(node),
            lambda: kit.workshops.from_home.answer_asked(node),
        )
    return node


def _prepare_folder(data: Path) -> None:
    try:
        for name in (".", "blobs", "cache", "tmp"):
            (data / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as refusal:
        raise Problem("start.bad_folder", path=data, reason=refusal.strerror) from refusal
    if not os.access(data, os.R_OK | os.X_OK):
        raise Problem("start.bad_folder", path=data, reason="accès refusé")


def _clock(store: Store) -> tuple[bool, Clock]:
    """Whether the machine was started anew, and its clock: never shown earlier than the newest fact of ours."""
    boot_id = BOOT_ID.read_bytes().strip() if BOOT_ID.exists() else b"unknown"
    boot = int(journal_queries.get_state(store, "boot") or b"0")
    is_new_boot = journal_queries.get_state(store, "boot_id") != boot_id
    if is_new_boot:
        boot += 1
        with store.write():
            journal_queries.set_state(store, "boot", str(boot).encode())
            journal_queries.set_state(store, "boot_id", boot_id)
    return is_new_boot, Clock(boot, journal_queries.newest_wall_ms(store))


def create_app(settings: Settings, node: Node | None = None) -> Flask:
    """The web application of one node, in its role."""
    node = node or build_node(settings)
    app = Flask("kit", template_folder=str(_templates()), static_folder=None)
    app.secret_key = node.identity.web_secret
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_form,
        SESSION_COOKIE_NAME="valise_messages",
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_HTTPONLY=True,
    )
    app.url_rule_class = LazyRule
    app.jinja_env.bytecode_cache = CompiledPages(str(settings.data / "cache"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    attach(app, node)
    app.extensions["valise.throttle"] = Throttle(node.clock.mono_ms)
    init_front_server(app, settings.trusted_proxy.split())
    init_access(app)
    init_uploads(app, settings.data / "tmp", settings.reserve)
    init_security(app, node.identity.web_secret)
    init_pages(app, settings)
    app.register_blueprint(kit.people.routes.blueprint)
    app.register_blueprint(kit.people.team_routes.blueprint)
    app.register_blueprint(kit.directory.proposal_routes.blueprint)
    app.register_blueprint(kit.sync.routes.blueprint)
    if not settings.is_central:
        init_box(app)
        init_hours(app, node.clock)
        init_hooks(app, node)
    if settings.is_central:
        from kit.central.routes import blueprint  # a kit in the field never loads the home side

        app.register_blueprint(blueprint)
        app.register_blueprint(kit.library.routes.blueprint)
        app.register_blueprint(kit.directory.routes.blueprint)
    for room in () if settings.is_central else _FEATURES:
        app.register_blueprint(room.blueprint)
    return app


def _templates() -> Path:
    """Beside the package in the repository, inside it in an installed wheel."""
    here = Path(__file__).parent
    inside = here / "templates"
    return inside if inside.is_dir() else here.parent / "templates"
