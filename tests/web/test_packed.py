"""Pages go out packed by gzip where they go in the clear, and as they are over TLS or to whoever does not read gzip."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "gzip, deflate"}


@pytest.mark.parametrize("path", ["/", "/ateliers", "/connexion", "/opds", "/pas-ici-du-tout"])
def test_a_page_is_the_same_page_packed(visitor: FlaskClient, path: str) -> None:
    plain, packed = visitor.get(path), visitor.get(path, headers=GZIP)
    assert "Content-Encoding" not in plain.headers and "Accept-Encoding" in plain.headers["Vary"]
    assert packed.status_code == plain.status_code
    if len(plain.data) < 1000:
        assert "Content-Encoding" not in packed.headers
        return
    assert packed.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < 0.6 * len(plain.data)
    same = gzip.decompress(packed.data).decode()
    assert same.split('name="csrf"')[0] == plain.get_data(as_text=True).split('name="csrf"')[0]
    assert packed.headers["Content-Security-Policy"] == plain.headers["Content-Security-Policy"]


def test_over_tls_nothing_is_packed(visitor: FlaskClient) -> None:
    """The size of a packed page tells of the token in it (BREACH)."""
    answer = visitor.get("/", headers=GZIP, base_url="https://valise.lan")
    assert answer.status_code == 200 and "Content-Encoding" not in answer.headers


def test_a_browser_that_refuses_gzip_gets_the_page(visitor: FlaskClient) -> None:
    answer = visitor.get("/", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in answer.headers and b"<h1>" in answer.data


def test_who_opened_a_window_is_kept_out_of_it_where_browsers_heed_that(visitor: FlaskClient) -> None:
    """Over http nobody heeds it but on the machine itself, where the first page then takes a process more."""
    name = "Cross-Origin-Opener-Policy"
    assert name not in visitor.get("/").headers
    assert visitor.get("/", base_url="https://valise.lan").headers[name] == "same-origin"
