"""The page of packs that the coordination sends to its suitcases."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.errors.kind import fr
from kit.ids import read_text
from kit.library.packs import made, offer_queries, offers
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import tell

blueprint = Blueprint("parcels", __name__)
PAGE = "/paquets-envoyes"


@blueprint.get(PAGE)
@staff_only("library")
def parcels_page() -> str:
    """What is offered to every suitcase, and packs made here that could be."""
    node = the_node()
    return render_template(
        "central/parcels.html", offered=offer_queries.list_offers(node.store), made=made.list_made(node.data)
    )


@blueprint.post(PAGE)
@staff_only("library")
def send_parcel() -> Response:
    """Offer a pack to every suitcase. Raises Problem `packs.*`."""
    found = offers.offer(the_node(), request.form.get("paquet", ""))
    tell(
        "ok",
        fr("« %(title)s » est proposé à toutes les valises. Chacune le voit après son prochain envoi.")
        % {"title": found.title},
    )
    return _back()


@blueprint.post(f"{PAGE}/<offer_id>/retirer")
@staff_only("library")
def withdraw(offer_id: str) -> Response:
    """Offer it no longer. Raises Problem `packs.not_found`."""
    offers.withdraw(the_node(), read_text(offer_id))
    tell("ok", fr("Ce paquet n’est plus proposé. Les valises qui l’ont le gardent."))
    return _back()


def _back() -> Response:
    return redirect(PAGE, 303)  # type: ignore[return-value]
