"""Whose word counts: every kind of fact declares who may write it, and one rule holds for all of them.

A fact of somebody who may not is kept byte for byte and shown to people; it changes nothing. Nothing depends on the
order of arrival: the rule reads all known facts of one subject and the keys of their logs. Source: journal.md, "Who may
write a record".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

ANYBODY = frozenset({"anybody"})
HOME = frozenset({"home"})
CENTRAL = frozenset({"central"})
HOME_OR_CENTRAL = HOME | CENTRAL


class Said(msgspec.Struct, frozen=True):
    """One fact as the rule sees it. `place` is its number in the list it came from."""

    place: int
    kind: str
    log_id: bytes
    home: bytes


class Keys(msgspec.Struct, frozen=True):
    """Who is who: the public key behind a log (None: not heard of yet), the coordination's, and our own.

    `hears_one`: this node hears of nobody but its central (a kit), so that a home it does not know is the central's.
    """

    of_log: Callable[[bytes], bytes | None]
    central: bytes | None
    own: bytes
    hears_one: bool


def are_plainly_own(said: Sequence[Said], writers: Callable[[str], frozenset[str]]) -> bool:
    """True when one log wrote everything about a thing of its own: the usual case, told without looking keys up."""
    first = said[0].log_id if said else b""
    return all(one.log_id == one.home == first and not writers(one.kind) <= CENTRAL for one in said)


def find_refused(
    said: Sequence[Said],
    writers: Callable[[str], frozenset[str]],
    keys: Keys,
    *,
    has_one_home: bool,
    central_first: bool = False,
) -> frozenset[int]:
    """The places of the facts that do not count, of all facts about one subject in (log_id, seq) order.

    | may write       | written by                    | counts |
    |-----------------|-------------------------------|--------|
    | anybody         | anybody                       | yes    |
    | home            | the node whose log `home` is, in any of its lives | yes |
    | home            | another node                  | no     |
    | home            | a node whose home is not known yet | no, until it is |
    | central         | the coordination's server     | yes    |
    | central         | a kit                         | no     |
    | home or central | either of them                | yes    |

    A thing with one home was born once. Where two homes claim it, one of them is a forgery:

    | who claims it          | whose word counts |
    |------------------------|-------------------|
    | the central and a kit  | the central's     |
    | two kits               | that of the first in order of logs |

    Of a thing with several homes each tells of its own; with `central_first`, what the central tells of is its own.
    """
    refused = {one.place for one in said if not _may(one, writers(one.kind), keys)}
    if not has_one_home and not central_first:
        return frozenset(refused)
    claims = [one for one in said if one.place not in refused and "home" in writers(one.kind)]
    homes = [keys.of_log(one.home) or one.home for one in claims]
    if len(set(homes)) > 1 and (has_one_home or keys.central in homes):
        chosen = keys.central if keys.central in homes else homes[0]
        refused |= {one.place for one, home in zip(claims, homes, strict=True) if home != chosen}
    return frozenset(refused)


def _may(one: Said, writers: frozenset[str], keys: Keys) -> bool:
    if writers & ANYBODY:
        return True
    if "home" in writers and one.log_id == one.home:
        return True
    writer = keys.of_log(one.log_id)
    if writer is None:
        return False
    if "central" in writers and writer == keys.central:
        return True
    home = keys.of_log(one.home)
    is_unheard_of = home is None and keys.hears_one and writer != keys.own
    return "home" in writers and (home == writer or is_unheard_of)
