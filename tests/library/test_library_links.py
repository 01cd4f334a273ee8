"""Links to keep for later: shown as a QR code and in letters, never as something to touch where nothing opens."""

from __future__ import annotations

import plistlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.errors import Problem
from kit.library import queries
from kit.library.actions import Outcome
from kit.library.formats.link import check_address, read_link, write_link
from kit.library.rules import LINK_ONLY, held_reasons
from kit.people.node import Node

from .library_makers import fill, text_of

ADDRESS = "https://www.service-public.fr/particuliers/vosdroits/F1341?lang=fr&x=1"


def test_a_dropped_link_waits_for_nothing_and_is_shown(
    node: Node, tmp_path: Path, add: Callable[..., Outcome], visitor: FlaskClient
) -> None:
    path = tmp_path / "Refaire sa carte.url"
    path.write_bytes(f"[InternetShortcut]\r\nURL={ADDRESS}\r\nIDList=\r\n".encode())
    item = queries.find_item(node.store, add(path).added[0])
    assert item is not None and item.is_public
    assert (item.kind, item.source, item.licence_id) == ("link", "www.service-public.fr", LINK_ONLY)
    page = text_of(visitor, item.url)
    shown = ADDRESS.replace("&", "&amp;")
    assert f'<b class="address" dir="ltr">{shown}</b>' in page and 'class="qr"' in page
    assert 'href="https:' not in page, "no dead end to touch"
    kept = visitor.get(f"{item.url}/lien.html")
    assert f'href="{shown}"' in kept.get_data(as_text=True) and "attachment" in kept.headers["Content-Disposition"]
    assert "Refaire sa carte" in text_of(visitor, "/bibliotheque?sorte=link")
    assert "Refaire sa carte" in text_of(visitor, "/recherche?q=refaire+carte")


def test_the_qr_code_leads_to_the_address() -> None:
    """The drawn modules, read back with the matrix the library makes of the same text."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    from kit.web.qr import QUIET, qr_svg

    code = QRCode(border=QUIET, error_correction=ERROR_CORRECT_M)
    code.add_data(ADDRESS)
    code.make(fit=True)
    drawn: set[tuple[int, int]] = set()
    for piece in str(qr_svg(ADDRESS, "x")).rsplit('d="', 1)[1].split("z"):
        if piece.startswith("M"):
            place, _, rest = piece[1:].partition("h")
            x, y = map(int, place.split())
            drawn |= {(x + step, y) for step in range(int(rest.split("v")[0]))}
    matrix = code.get_matrix()
    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}


def test_a_link_of_another_desktop_is_read(tmp_path: Path) -> None:
    for form in (plistlib.FMT_XML, plistlib.FMT_BINARY):
        path = tmp_path / "a.webloc"
        path.write_bytes(plistlib.dumps({"URL": ADDRESS}, fmt=form))
        assert read_link(path)[0] == ADDRESS
    (tmp_path / "b.url").write_text(write_link(ADDRESS, {"title": "Été\n[x]\nURL=http://faux.fr", "source": ""}))
    assert read_link(tmp_path / "b.url") == (ADDRESS, {"title": "Été [x] URL=http://faux.fr"})


@pytest.mark.parametrize(
    "address",
    ["", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//site.fr", "site.fr", "https://", "https://a",
     "https://moi:secret@site.fr", "https://site.fr/a b", "https://site.fr/\u202egpj", "https://site.fr/<b>",
     "https://[", "https://site.fr/" + "a" * 1000],
)  # fmt: skip
def test_what_is_no_address_of_a_site_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="n’est pas l’adresse d’un site"):
        check_address(address)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0" * 40, b"URL=https://site.fr", b"[InternetShortcut]\nBaseURL=x", b"bplist00",
     b"<?xml version='1.0'?><a/>",
     b"<?xml version='1.0'?><!DOCTYPE p [<!ENTITY a 'b'>]><plist><string>&a;</string></plist>",
     b"[a\nb", b"[x]\n[x]\n=1"],
)  # fmt: skip
def test_a_broken_link_stops_nothing(raw: bytes, tmp_path: Path, add: Callable[..., Outcome], book: object) -> None:
    for suffix in (".url", ".webloc"):
        (tmp_path / f"mauvais{suffix}").write_bytes(raw)
        outcome = add(tmp_path / f"mauvais{suffix}")
        assert [problem.code for _, problem in outcome.refused] in (["library.link"], ["library.empty"])


def test_the_team_writes_a_link(staff: FlaskClient, visitor: FlaskClient, post: Callable[..., object]) -> None:
    page = "/console/bibliotheque/lien"
    assert page in text_of(staff, "/console/bibliotheque")
    bad = post(staff, page, address="javascript:alert(1)", title="Faux", licence=LINK_ONLY)
    assert bad.status_code == 422 and "n’est pas l’adresse" in bad.get_data(as_text=True)  # type: ignore[attr-defined]
    good = post(staff, page, address=ADDRESS, title="Refaire <sa> carte", licence=LINK_ONLY, language="fr", shelf="")
    assert good.status_code == 303  # type: ignore[attr-defined]
    shown = text_of(visitor, "/bibliotheque?etagere=Liens+%C3%A0+garder")
    assert "Refaire &lt;sa&gt; carte" in shown
    assert text_of(visitor, good.location)  # type: ignore[attr-defined]
    again = post(staff, page, address=ADDRESS, title="Refaire <sa> carte", licence=LINK_ONLY, language="fr", shelf="")
    assert again.location == good.location, "written twice it stands once"  # type: ignore[attr-defined]
    assert visitor.get(page).status_code in (302, 303, 401, 403)


def test_no_work_hides_behind_the_rights_of_a_link(node: Node, visitor: FlaskClient) -> None:
    ids = fill(node, 1, licence=LINK_ONLY)
    item = queries.find_item(node.store, ids[0])
    assert item is not None and not item.is_public
    assert item.reasons == held_reasons(LINK_ONLY, "s", is_hidden=False, kind="book") != []
    text_of(visitor, item.url, 404)
