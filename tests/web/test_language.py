"""What is said of so many things, in each language's own way."""

from __future__ import annotations

import pytest
from flask import Flask, g

from kit.web.language import counted


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", ["0 livre", "1 livre", "2 livres"]), ("en", ["0 livres", "1 livre", "2 livres"])],
)
def test_one_and_many(language: str, said: list[str]) -> None:
    with Flask("words").test_request_context("/"):
        g.language = language
        assert [counted(count, "%s livre", "%s livres") for count in (0, 1, 2)] == said
