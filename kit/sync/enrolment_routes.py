"""The console page that attaches a kit to its coordination by a link or a file, and shows its certificate."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request

from kit.clock import at
from kit.errors import Problem
from kit.errors.kind import fr
from kit.people.access import staff_only
from kit.people.node import Node, the_node
from kit.sync import by_file
from kit.sync.enrolment import enrol, find_enrolment, fingerprint, is_refused, read_certificate
from kit.sync.packing import own_prefix
from kit.web.pages import tell

blueprint = Blueprint("enrolment", __name__)
PAGE = "/console/relier"
SOON_MS = 60 * 24 * 3_600_000


@blueprint.get(PAGE)
@staff_only("send")
def enrolment_page() -> str:
    """Who certified this kit, or how it can be attached."""
    return _page()


@blueprint.post(PAGE)
@staff_only("send")
def attach() -> Response | tuple[str, int]:
    """Attach by a file when one is given, else by the link."""
    link, node = request.form.get("lien", "")[:600], the_node()
    given = request.files.get("fichier")
    raw = given.read(by_file.MOST_FILE_BYTES) if given else b""
    try:
        if raw:
            by_file.take_file(node, raw)
        else:
            enrol(node, link)
    except Problem as problem:
        if not problem.code.startswith("sync."):
            raise
        return _page(link, problem, "fichier" if raw else "lien"), problem.status
    tell("ok", fr("Cette valise est reliée à sa coordination."))
    return redirect(PAGE, 303)  # type: ignore[return-value]


@blueprint.get(f"{PAGE}/demande")
@staff_only("send")
def request_file() -> Response:
    """The request of this kit, as a file for the coordination."""
    node = the_node()
    answer = Response(by_file.make_request_file(node), content_type="text/plain; charset=utf-8")
    name = f"demande-{own_prefix(node, node.settings.node_name).rstrip('-')}.txt"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(link: str = "", error: Problem | None = None, field: str = "") -> str:
    node = the_node()
    enrolment = find_enrolment(node)
    certificate = read_certificate(enrolment) if enrolment else None
    return render_template(
        "sync/enrolment.html",
        certificate=certificate,
        server=fingerprint(certificate.server_sign_public) if certificate else "",
        own=fingerprint(node.identity.sign_public),
        refused=is_refused(node),
        ending=certificate is not None and _is_ending(node, certificate.not_after_ms),
        year=at(certificate.not_after_ms).year if certificate else 0,
        link=link,
        errors={field: error} if error else {},
    )


def _is_ending(node: Node, not_after_ms: int) -> bool:
    """True from two months before the end, by the box's own clock: it warns, nothing is refused here by a date."""
    return not_after_ms - node.clock.wall_ms() < SOON_MS
