"""Builds a node and the web application that shows it. Nothing is made at import: every test has an app of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from kit.clock import Clock
from kit.errors import Problem
from kit.front.hooks import init_hooks
from kit.front.hours import init_hours
from kit.journal import Journal, Thing, anchors
from kit.journal import queries as journal_queries
from kit.journal.coming import Coming
from kit.journal.epoch import alone, board_serial, is_same_box, renew
from kit.journal.going import Going
from kit.keys.identity import Identity, load_identity
from kit.people.access import THROTTLE, init_access
from kit.people.actions import Throttle
from kit.people.node import Node, StopView, WorkView, attach
from kit.settings import Settings
from kit.store import CENTRAL_CACHE_KIB, Store, open_store
from kit.web.compiled import CompiledPages
from kit.web.front_server import init_front_server
from kit.web.language import AT_CENTRAL, ELSE
from kit.web.navigation import SPEAKS
from kit.web.pages import init_pages
from kit.web.rooms import Application, Room
from kit.web.security import init_security
from kit.web.uploads import init_uploads

DATABASE = "valise.db"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
ROUTE_TABLE = Path("cache", "routes")

# The name of each room's blueprint and where it is. A start imports none of them: see kit/web/rooms.py.
_EVERYWHERE = (
    Room("people", "kit.people.routes"),
    Room("team", "kit.people.team_routes"),
    Room("proposals", "kit.directory.proposal_routes"),
    Room("sync", "kit.sync.routes"),
    Room("restore", "kit.restore_routes"),
    Room("library", "kit.library.routes"),
    Room("directory", "kit.directory.routes"),
)
ROOMS_OF_A_KIT = (
    *_EVERYWHERE,
    Room("welcome", "kit.front.welcome_routes"),
    Room("workshops", "kit.workshops.routes"),
    Room("feedback", "kit.feedback.routes", watches="valise_borne"),  # a kiosk's tablet is led back from everywhere
    Room("front", "kit.front.routes", needs=("library",)),
    Room("box", "kit.front.box_routes"),
    Room("machine", "kit.front.machine_routes"),
    Room("updates", "kit.front.update_routes"),
    Room("printing", "kit.front.printing_routes"),
    Room("wifi_settings", "kit.front.wifi_routes"),
    Room("https", "kit.front.https_routes"),
    Room("first", "kit.front.first_routes"),
    Room("neighbour", "kit.sync.neighbour_routes"),
    Room("portal", "kit.hotspot.routes"),
    Room("wifi", "kit.hotspot.console_routes"),
    Room("lists", "kit.front.list_routes"),
    Room("listen", "kit.front.listen_routes"),
    Room("shared", "kit.front.shared_routes"),
)
ROOMS_OF_A_CENTRAL = (*_EVERYWHERE, Room("central", "kit.central.routes"))  # a kit never loads the home side


def build_node(settings: Settings, clock: Clock | None = None) -> Node:
    """Open (and at first make) everything a node keeps in its data folder.

    Raises Problem `start.bad_folder`, `store.newer` or `store.damaged`.
    """
    _prepare_folder(settings.data)
    with alone(settings.data):  # a machine starts several processes of a central at once
        journal, identity = _begin(settings, clock)
    store = journal.store
    node = Node(_as_told(settings, store), journal.clock, store, journal, identity)
    if not settings.is_central:
        journal.find_central = lambda: _find_central(node)
    _tell_of_stops(node)
    _tell_of_works(node)
    if settings.is_central:
        node.logs_of = lambda territories: _logs_of(node, territories)
    node.declare_going = lambda: _list_going(node)
    node.declare_coming = lambda: _find_coming(node)
    node.heard = _listeners_at_home(node) if settings.is_central else _listeners(node, settings)
    node.talks = () if settings.is_central else _talks(node)
    return node


def _begin(settings: Settings, clock: Clock | None) -> tuple[Journal, Identity]:
    """The database, its keys, and the log this node writes to: a new one when the database is a copy."""
    store, identity, board = open_node_store(settings), load_identity(settings.data), board_serial()
    is_copy = not is_same_box(store, settings.marker_path, board)
    is_new_boot, system_clock = _clock(store)
    journal = Journal(store, identity, clock or system_clock, list_things, publishes=settings.is_central)
    if is_copy:
        journal.start_epoch()
    if is_copy or is_new_boot:
        renew(store, settings.marker_path, board)
    anchors.take_up(journal, journal.clock)
    return journal, identity


def _as_told(settings: Settings, store: Store) -> Settings:
    """Settings with those the coordination told this kit."""
    if settings.is_central or journal_queries.get_state(store, "settings.told") is None:
        return settings
    from kit.people import chosen

    return chosen.apply(settings, chosen.read_told(store))


def open_node_store(settings: Settings) -> Store:
    """The database of a node: a file of its folder, or the one a central was told of."""
    path = settings.data / DATABASE
    if settings.is_central:
        return open_store(path, url=settings.database_url, cache_kib=CENTRAL_CACHE_KIB)
    return open_store(path)


def move_to_postgres(settings: Settings) -> int:
    """Carry a central's file into the empty database it was told of; how many rows.

    Raises Problem `store.not_empty`, `start.no_file`, `start.bad_setting` or like `open_store`.
    """
    file = settings.data / DATABASE
    if not settings.database_url:
        raise Problem("start.bad_setting", name="database_url", value="")
    if not file.is_file():
        raise Problem("start.no_file", path=file)
    open_node_store(settings).close()  # says what is missing, and makes the tables
    from kit.store.moving import copy_from_file
    from kit.store.postgres import PostgresStore

    target = PostgresStore(settings.database_url)
    try:
        return copy_from_file(file, target)
    finally:
        target.close()


def list_things() -> Sequence[Thing]:
    """What may happen, in all rooms."""
    from kit.things import THINGS

    return THINGS


def _tell_of_stops(node: Node) -> None:
    """What a node knows of stops is the directory's."""

    def current_stop() -> StopView | None:
        from kit.directory.stop_queries import find_current_stop

        return find_current_stop(node.store, node.clock.wall_ms())

    def list_stops() -> Sequence[StopView]:
        from kit.directory.stop_queries import list_stops

        return list_stops(node.store)

    def find_stop(stop_id: bytes) -> StopView | None:
        from kit.directory.stop_queries import find_stop

        return find_stop(node.store, stop_id)

    node.current_stop, node.list_stops, node.find_stop = current_stop, list_stops, find_stop


def _find_central(node: Node) -> bytes | None:
    from kit.sync.enrolment import find_server

    return find_server(node)


def _tell_of_works(node: Node) -> None:
    """What a node knows of works is the library's."""

    def find_works(item_ids: Sequence[bytes]) -> Sequence[WorkView]:
        from kit.library.supports import find_supports

        return find_supports(node, item_ids)

    def search_works(text: str, limit: int) -> Sequence[WorkView]:
        from kit.library.supports import search_supports

        return search_supports(node, text, limit)

    def keep_work(item_id: bytes) -> bytes | None:
        from kit.library.supports import make_page

        return make_page(node, item_id)

    def tell_state() -> Mapping[str, int]:
        from kit import backup
        from kit.library import queries
        from kit.library.packs.queries import count_packs

        days, works = backup.days_since(node), sum(queries.count_by_kind(node.store).values())
        return {"works": works, "packs": count_packs(node.store), "backup_days": -1 if days is None else days}

    node.find_works, node.search_works, node.keep_work = find_works, search_works, keep_work
    node.tell_state = tell_state


def _listeners(node: Node, given: Settings) -> Sequence[Callable[[], object]]:
    """What the rooms of a kit do at once with what came from home."""

    def take_settings() -> None:
        from kit.people import chosen

        if chosen.take_up(node, given):
            node.journal.fold_again("place")

    def take_up() -> None:
        from kit.workshops.proposals.actions import take_up

        take_up(node)

    def answer_asked() -> None:
        from kit.workshops.from_home import answer_asked

        answer_asked(node)

    def tell_slips() -> None:
        from kit.feedback.polls.slips import tell_used

        tell_used(node)

    def tidy_works() -> None:
        from kit.library.deposits.actions import tidy

        tidy(node)

    return take_settings, take_up, answer_asked, tell_slips, tidy_works


def _talks(node: Node) -> Sequence[Callable[[Callable[[str, str, bytes], bytes]], object]]:
    """What the rooms of a kit ask of the central besides."""

    def ask_name(call: Callable[[str, str, bytes], bytes]) -> None:
        from kit.https.asking import ask

        ask(node, call)

    return (ask_name,)


def _listeners_at_home(node: Node) -> Sequence[Callable[[], object]]:
    """What the rooms of a central do with what came from the kits."""

    def tell_slips() -> None:
        from kit.feedback.polls.slips import tell_used_elsewhere

        tell_used_elsewhere(node)

    return (tell_slips,)


def _logs_of(node: Node, territories: Sequence[str]) -> Collection[int] | None:
    from kit.central.queries import logs_of_territories

    return logs_of_territories(node.store, territories) if territories else None


def _find_coming(node: Node) -> Coming:
    from kit.library.packs.offers import make_coming
    from kit.updates.sending import Sent

    return make_coming(node, Sent(node))


def _list_going(node: Node) -> Sequence[Going]:
    from kit.library.deposits.going import make_going

    return (make_going(node),)


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
    is_new_boot = journal_queries.get_state(store, "boot_id") != boot_id
    if is_new_boot:
        with store.write():  # a machine starts several processes of a central at once: one of them begins the boot
            is_new_boot = journal_queries.get_state(store, "boot_id") != boot_id
            if is_new_boot:
                boot = int(journal_queries.get_state(store, "boot") or b"0") + 1
                journal_queries.set_state(store, "boot", str(boot).encode())
                journal_queries.set_state(store, "boot_id", boot_id)
    boot = int(journal_queries.get_state(store, "boot") or b"0")
    return is_new_boot, Clock(boot, journal_queries.newest_wall_ms(store))


def create_app(settings: Settings, node: Node | None = None, *, is_late: bool = False) -> Application:
    """The web application of one node, in its role. `is_late`: rooms open when somebody first comes in."""
    node = node or build_node(settings)
    app = Application("kit", template_folder=str(_templates()), static_folder=None)
    app.secret_key = node.identity.web_secret
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_form,
        SESSION_COOKIE_NAME="valise_messages",
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_HTTPONLY=True,
        **{
            AT_CENTRAL: settings.is_central,
            ELSE: settings.language,
            SPEAKS: not settings.is_central and bool(shutil.which("espeak-ng")),
        },
    )
    app.jinja_env.bytecode_cache = CompiledPages(str(settings.data / "cache"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    attach(app, node)
    app.extensions[THROTTLE] = Throttle(node.clock.mono_ms)
    init_front_server(app, settings.trusted_proxy.split())
    if settings.hotspot and not settings.is_central:
        _stand_before(app, node)
    init_access(app, () if settings.is_central else settings.staff_networks.split())
    init_uploads(app, settings.data / "tmp", settings.reserve)
    init_security(app, node.identity.web_secret)
    init_pages(app, settings)
    if not settings.is_central:
        init_hours(app, node.clock)
        init_hooks(app, node)
        _init_first(app, node)
    rooms = ROOMS_OF_A_CENTRAL if settings.is_central else ROOMS_OF_A_KIT
    app.add_rooms(rooms, settings.data / ROUTE_TABLE if is_late else None)
    return app


def _init_first(app: Application, node: Node) -> None:
    """A box of ours without a team begins with its first page; anywhere else a start tells the passphrase itself."""
    from kit.people.actions import is_set_up

    if node.settings.card and not is_set_up(node):
        from kit.front.first import init_first

        init_first(app, node)


def _stand_before(app: Application, node: Node) -> None:
    """The portal of a box with a Wi-Fi: it answers before anybody is asked for."""
    from kit.hotspot.door import init_portal

    init_portal(app, node.settings, node.clock.mono_ms)


def _templates() -> Path:
    """Beside the package in the repository, inside it in an installed wheel."""
    here = Path(__file__).parent
    inside = here / "templates"
    return inside if inside.is_dir() else here.parent / "templates"
