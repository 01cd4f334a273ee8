"""Rules made lazily still match and build addresses."""

from __future__ import annotations

from flask import Flask, url_for

from kit.web.rules import LazyRule


def test_a_lazy_rule_builds_the_same_addresses() -> None:
    app = Flask(__name__)
    app.url_rule_class = LazyRule
    app.add_url_rule("/livre/<item>/page/<int:number>", "page", lambda item, number: f"{item} {number}")
    with app.test_request_context():
        for _ in range(2):
            assert url_for("page", item="é a", number=3, nuit=1) == "/livre/%C3%A9%20a/page/3?nuit=1"
    assert app.test_client().get("/livre/x/page/3").text == "x 3"
