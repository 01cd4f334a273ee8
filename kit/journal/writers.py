"""Whose word counts: every kind of fact declares who may write it, and one rule holds for all of them.

A fact of somebody who may not is kept byte for byte and shown to people; it changes nothing. Nothing depends on the
order of arrival: the rule reads all known facts of one subject and the keys of their logs. Source: journal.md, "Who may
write a record".
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import Protocol

import msgspec

ANYBODY = frozenset({"anybody"})
HOME = frozenset({"home"})
CENTRAL = frozenset({"central"})
NAMED = frozenset({"named"})
HOME_OR_CENTRAL = HOME | CENTRAL


class Said(msgspec.Struct, frozen=True):
    """One fact as the rule sees it. `place` is its number in the list it came from.

    `names`: the public key of the node it is addressed to (`Kind.names`); empty: nobody's.
    """

    place: int
    kind: str
    log_id: bytes
    home: bytes
    names: bytes = b""


class Keys(msgspec.Struct, frozen=True):
    """Who is who: the public key behind a log (None: not heard of yet), the coordination's, and our own.

    `hears_one`: this node hears of nobody but its central (a kit), so that a home it does not know is the central's.
    """

    of_log: Callable[[bytes], bytes | None]
    central: bytes | None
    own: bytes
    hears_one: bool


class Written(Protocol):
    """A fact as far as it says who wrote it."""

    @property
    def kind(self) -> str: ...
    @property
    def log_id(self) -> bytes: ...
    @property
    def home(self) -> bytes: ...


def are_plainly_own(facts: Sequence[Written], of_central: Container[str]) -> bool:
    """True when one log wrote everything about a thing of its own: the usual case, told without looking keys up.

    `of_central`: the kinds that only the coordination's server may write.
    """
    first = facts[0].log_id if facts else b""
    return all(one.log_id == one.home == first and one.kind not in of_central for one in facts)


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
    | named           | a node that a fact of this subject names, of those that count | yes |
    | named           | another node, once somebody is named | no |

    A thing with one home was born once. Where two homes claim it, one of them is a forgery:

    | who claims it          | whose word counts |
    |------------------------|-------------------|
    | the central and a kit  | the central's     |
    | two kits               | that of the first in order of logs |

    Of a thing with several homes each tells of its own; with `central_first`, what the central tells of is its own.
    """
    refused = {one.place for one in said if not _may(one, writers(one.kind), keys)}
    refused |= _answers_of_others(said, refused, writers, keys)
    if has_one_home or central_first:
        claims = [one for one in said if one.place not in refused and "home" in writers(one.kind)]
        refused |= _claims_of_others(claims, keys, has_one_home)
    return frozenset(refused)


def _claims_of_others(claims: Sequence[Said], keys: Keys, has_one_home: bool) -> set[int]:
    homes = [keys.of_log(one.home) or one.home for one in claims]
    if len(set(homes)) < 2 or not (has_one_home or keys.central in homes):
        return set()
    chosen = keys.central if keys.central in homes else homes[0]
    return {one.place for one, home in zip(claims, homes, strict=True) if home != chosen}


def _answers_of_others(
    said: Sequence[Said], refused: set[int], writers: Callable[[str], frozenset[str]], keys: Keys
) -> set[int]:
    named = {one.names for one in said if one.names and one.place not in refused}
    answers = (one for one in said if writers(one.kind) & NAMED)
    return {one.place for one in answers if named and keys.of_log(one.log_id) not in named}


def _may(one: Said, writers: frozenset[str], keys: Keys) -> bool:
    if writers & (ANYBODY | NAMED):  # who is named is asked once it is known whose naming counts
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
