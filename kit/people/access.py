"""The permission of a route, always in sight: `@staff_only("roll")` above it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, g, request

from kit.errors import Problem
from kit.people.actions import Staff, Throttle, find_signed_in
from kit.people.node import the_node
from kit.web.language import is_console

COOKIE = "valise_equipe"
THROTTLE = "valise.throttle"
P = ParamSpec("P")
R = TypeVar("R")


def init_access(app: Flask, staff_networks: Iterable[str] = ()) -> None:
    """Find out who asks, before anything else looks at the request. From anywhere but `staff_networks` (none: they are
    not known) nobody is of the team, whatever she carries, and its doors say so. Raises Problem `people.elsewhere`."""
    is_staff_there = _read_whence(list(staff_networks))

    @app.before_request
    def find_staff() -> None:
        g.staff = None
        if not is_staff_there(request.remote_addr or ""):
            if is_console(request.path):
                raise Problem("people.elsewhere")
            return
        cookie = request.cookies.get(COOKIE)
        g.staff = find_signed_in(the_node(), cookie) if cookie else None
        if g.staff is not None:
            g.csrf_scope = g.staff.csrf_scope

    @app.context_processor
    def who() -> dict[str, object]:
        return {"signed_in": g.get("staff")}


def _read_whence(networks: list[str]) -> Callable[[str], bool]:
    """Whether an address may be the team's; a start that names no network imports nothing for it."""
    if not networks:
        return lambda _address: True
    from kit.web.whence import Whence

    return Whence(networks).is_staff


def find_current_staff() -> Staff | None:
    """The person of the team who asks, or None for a visitor."""
    staff: Staff | None = g.get("staff")
    return staff


def current_staff() -> Staff:
    """The person of the team who asks. Raises Problem `people.sign_in`."""
    staff = find_current_staff()
    if staff is None:
        raise Problem("people.sign_in")
    return staff


def the_throttle() -> Throttle:
    """What slows down who tries many phrases, codes or links."""
    throttle: Throttle = current_app.extensions[THROTTLE]
    return throttle


def staff_only(power: str, *, bounded: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A route for those whose role has `power`. `bounded`: it shows each her own territories only; whoever has some
    is refused everywhere else. Raises Problem `people.sign_in`, `people.forbidden` or `people.whole_territory`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_staff().may(power):
                raise Problem("people.forbidden")
            if not current_staff().opens(power, bounded):
                raise Problem("people.whole_territory")
            return view(*args, **kwargs)

        guarded.needs_power = power  # type: ignore[attr-defined]
        guarded.is_bounded = bounded  # type: ignore[attr-defined]
        return guarded

    return decorate
