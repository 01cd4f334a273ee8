"""What a giver types and ticks, to a typed value."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from werkzeug.datastructures import MultiDict

from kit.library.deposits import rules
from kit.web.fields import Fields


class Offer(msgspec.Struct, frozen=True):
    """What somebody says of the work she gives, and what she allows. Never leaves memory except sealed."""

    title: str
    maker: str
    giver: str
    capacity: str
    rights: tuple[str, ...]
    supports: tuple[str, ...]
    purpose: str
    territory: str
    duration: str
    licence: str
    third_parties: str
    minors: str
    word: str = ""


def read_offer(values: MultiDict[str, str]) -> Offer:
    """What was ticked and typed. Raises FieldProblems with what was typed."""
    fields = Fields(values)
    rights = _several(fields, values, "rights", rules.RIGHTS)
    offer = Offer(
        title=fields.text("title", 200, required=True),
        maker=fields.text("maker", 200, required=True),
        giver=fields.text("giver", 120, required=True),
        capacity=fields.choice("capacity", rules.CAPACITIES),
        rights=rights,
        supports=_several(fields, values, "supports", rules.SUPPORTS),
        purpose=fields.choice("purpose", rules.PURPOSES),
        territory=fields.choice("territory", rules.TERRITORIES),
        duration=fields.choice("duration", rules.DURATIONS),
        licence=fields.choice("licence", rules.LICENCES, required=False),
        third_parties=fields.choice("third_parties", rules.THIRD_PARTIES),
        minors=fields.choice("minors", ("non", "oui")),
        word=fields.text("word", 1000, lines=True),
    )
    _check_together(fields, offer)
    fields.check()
    return offer


def _several(fields: Fields, values: MultiDict[str, str], name: str, among: object) -> tuple[str, ...]:
    known: Sequence[str] = list(among)  # type: ignore[call-overload]
    given = tuple(one for one in known if one in values.getlist(name))
    if not given:
        fields.refuse(name, "field.tick")
    return given


def _check_together(fields: Fields, offer: Offer) -> None:
    if offer.rights and rules.refuse_rights(offer.rights):
        fields.refuse("rights", "deposits.too_little")
    if rules.contradicts(offer.licence, offer.rights, offer.purpose):
        fields.refuse("licence", "deposits.licence_gives_more")
    if offer.third_parties == "inconnu":
        fields.refuse("third_parties", "deposits.third_parties")
    if rules.is_blocked(offer.capacity, offer.minors == "oui"):
        fields.refuse("minors", "deposits.minor")
