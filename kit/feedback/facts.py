"""The kinds of fact this room writes, and the fold of each thing."""

from __future__ import annotations

from kit.journal import Thing

THINGS: tuple[Thing, ...] = ()
