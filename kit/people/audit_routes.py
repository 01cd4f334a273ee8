"""The audit trail, page by page, for those who answer for the team."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from kit.errors.kind import fr
from kit.people import audit, audit_queries
from kit.people.access import staff_only
from kit.people.node import the_node
from kit.web.pages import asked_page, to_page

blueprint = Blueprint("audit", __name__)
PER_PAGE = 50
# Where a subject is shown at a central.
PAGES = {"names": "/ateliers-recus/", "letters": "/console/courrier/", "gift": "/documents-recus/", "kit": "/valises/",
         "person": "/donnees-personnelles/personne?personne="}  # fmt: skip


@blueprint.get("/equipe/journal")
@staff_only("team")
def trail() -> str:
    """The newest lines first; `sorte` shows one kind only."""
    node, kind = the_node(), request.args.get("sorte", "")
    page = to_page(
        audit_queries.count_lines(node.store, kind), asked_page(), PER_PAGE,
        lambda limit, skip: audit_queries.list_lines(node.store, kind, limit, skip),
    )  # fmt: skip
    return render_template(
        "people/audit.html", page=page, words=audit.KINDS, kind=kind, kinds=[("", fr("Tout")), *audit.KINDS.items()],
        pages=PAGES if node.settings.is_central else {},
    )  # fmt: skip
