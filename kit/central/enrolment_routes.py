"""Pages that attach a kit: a link with its QR code and its file, or a certificate for a request brought by hand."""

from __future__ import annotations

import re

from flask import Blueprint, Response, render_template, request

from kit.central import actions, queries
from kit.central.forms import read_invitation
from kit.errors import FieldProblems, Problem
from kit.errors.kind import fr
from kit.journal import queries as journal_queries
from kit.people import audit
from kit.people.access import current_staff, staff_only
from kit.people.identities import ORGANISATION
from kit.people.node import the_node
from kit.sync import by_file
from kit.sync.enrolment import fingerprint, is_private_line, read_link
from kit.web.addresses import written_root
from kit.web.qr import qr_svg

blueprint = Blueprint("enrolment_home", __name__)
LINK_WORDS = "Lien pour relier une valise, une seule fois. Sur la valise : « Envoyer », puis « Avec un fichier »."
CERTIFICATE_WORDS = "Certificat d’une valise. Sur la valise : « Envoyer », puis « Avec un fichier, ou sans réseau »."


@blueprint.get("/enrolement")
@staff_only("enrol")
def invitation() -> str:
    """The form that makes a link."""
    return _invitation_page()


@blueprint.post("/enrolement")
@staff_only("enrol")
def invite() -> str | tuple[str, int]:
    """Make a link and show it once: only the hash of its code is kept."""
    try:
        asked = read_invitation(request.form, _own_url())
    except FieldProblems as problem:
        return _invitation_page(problem=problem), 422
    link = actions.make_enrolment(the_node(), asked.nickname, territory=asked.territory, server_url=asked.server_url)
    audit.note(the_node(), current_staff(), "kit.invited")
    return _invitation_page(link=link, nickname=asked.nickname)


@blueprint.post("/enrolement/fichier")
@staff_only("enrol")
def link_file() -> Response:
    """The link just shown, as a file to carry: it comes back from the page, because it is kept nowhere."""
    link = request.form.get("lien", "")[:600]
    read_link(link)
    return _file(by_file.pack_link(link, LINK_WORDS), "lien", request.form.get("nom", ""))


@blueprint.get("/enrolement/demande")
@staff_only("enrol")
def asked_by_hand() -> str:
    """Where a coordinator gives the request that a kit without network wrote."""
    return _request_page()


@blueprint.post("/enrolement/demande")
@staff_only("enrol")
def certify() -> Response | tuple[str, int]:
    """Give the certificate for a request, as a file."""
    given = request.files.get("fichier")
    raw, node = given.read(by_file.MOST_FILE_BYTES) if given else b"", the_node()
    try:
        asked = read_invitation(request.form, _own_url())
        wanted = by_file.read_request(raw)
        _check_mark(wanted, request.form.get("marque", ""))
        signed = actions.certify(node, wanted, asked.nickname, asked.territory, asked.server_url)
        audit.note(node, current_staff(), "kit.certified")
    except FieldProblems as problem:
        return _request_page(problem), 422
    except Problem as problem:
        field = "marque" if problem.code == "central.other_mark" else "fichier"
        return _request_page(FieldProblems({field: problem}, dict(request.form))), problem.status
    return _file(by_file.pack(by_file.CERTIFICATE, signed, CERTIFICATE_WORDS), "certificat", asked.nickname)


def _check_mark(wanted: bytes, typed: str) -> None:
    """The mark read out on the kit must be the one of the request: nobody put another kit's in its place."""
    mark = fingerprint(by_file.seen(wanted).sign_public)
    if "".join(typed.lower().split()) != mark.lower():
        raise Problem("central.other_mark")


def _file(raw: bytes, kind: str, nickname: str) -> Response:
    answer = Response(raw, content_type="text/plain; charset=utf-8")
    name = re.sub("[^a-z0-9]+", "-", nickname.lower()).strip("-")[:40] or "valise"
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}-{name}.txt"'
    return answer


def _request_page(problem: FieldProblems | None = None) -> str:
    return render_template(
        "central/certify.html",
        values=problem.values if problem else {},
        errors=problem.fields if problem else {},
        own_url=_own_url(),
    )


def _invitation_page(link: str = "", nickname: str = "", problem: FieldProblems | None = None) -> str:
    node = the_node()
    return render_template(
        "central/enrolment.html",
        link=link,
        nickname=nickname,
        is_plain=bool(link) and not is_private_line(link),
        code=qr_svg(link, fr("Le lien en QR code")) if link else "",
        hours=actions.LINK_HOURS,
        values=problem.values if problem else {},
        errors=problem.fields if problem else {},
        own_url=_own_url(),
        waiting=queries.count_open_links(node.store, node.clock.wall_ms()),
        is_ready=journal_queries.get_state(node.store, ORGANISATION) is not None,
        mark=fingerprint(node.identity.sign_public),
    )


def _own_url() -> str:
    return written_root(the_node().settings)


@blueprint.get("/enrolement/<code>")
def link_page(code: str) -> str:
    """What a person sees who opens the link in a browser: where it must be pasted."""
    return render_template("central/link.html")
