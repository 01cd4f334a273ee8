"""A browser without a screen: pages, forms filled as a person leaves them, and files."""

from __future__ import annotations

import http.cookiejar
import re
import secrets
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

from drill.words import NotSo

SPACES = re.compile("[\u00a0\u202f]")  # no-break ones, as French typography wants them
PATIENCE_SECONDS = 180  # an emulated machine


class _Forms(HTMLParser):
    """The fields of each form of a page, with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select, self._is_first = "", True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        fields = self.forms[-1]
        if tag == "select":
            self._select, self._is_first = given.get("name", ""), True
        elif tag == "option" and self._select and (self._is_first or "selected" in given):
            fields[self._select] = given.get("value", "")
            self._is_first = False
        elif tag == "textarea" and "name" in given:
            fields.setdefault(given["name"], "")
        elif tag == "input" and _is_sent(given):
            fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def _is_sent(given: dict[str, str]) -> bool:
    kind = given.get("type", "text")
    return (
        "name" in given and kind not in ("submit", "file") and (kind not in ("checkbox", "radio") or "checked" in given)
    )


class Phone:
    """Somebody at an address; cookies are kept."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, str]:
        """Status, body, and where one ended after redirections."""
        wanted = urllib.request.Request(self.root + path, body, headers)
        try:
            with self.opener.open(wanted, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, answer.read(), urllib.parse.urlsplit(answer.url).path
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read(), path

    def get(self, path: str) -> tuple[int, str]:
        """One page."""
        status, body, _ = self.ask(path)
        return status, SPACES.sub(" ", body.decode("utf-8", "replace"))

    def form(self, page: str, having: str = "csrf") -> dict[str, str]:
        """The fields of the form of a page that has such a field, as they stand."""
        _, text = self.get(page)
        parser = _Forms()
        parser.feed(text)
        for fields in parser.forms:
            if having in fields and "csrf" in fields:
                return fields
        raise NotSo(f"{page} has no form with « {having} »:\n{_plain(text)[:600]}")

    def send(self, page: str, action: str, having: str = "csrf", **fields: str) -> tuple[int, str, str]:
        """Fill the form of a page and send it: status, page, and where one ended."""
        given = {**self.form(page, having), **fields}
        status, body, where = self.ask(action, urllib.parse.urlencode(given).encode())
        return status, SPACES.sub(" ", body.decode("utf-8", "replace")), where

    def post(self, page: str, action: str, **fields: str) -> tuple[int, str]:
        """The same, without where."""
        return self.send(page, action, **fields)[:2]

    def give(self, page: str, action: str, field: str, name: str, content: bytes) -> tuple[int, str]:
        """Send a file by the form of a page."""
        mark = secrets.token_hex(12)
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in self.form(page).items()
        ]
        parts.append(
            f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            f"Content-Type: application/octet-stream\r\n\r\n".encode()
            + content
            + f"\r\n--{mark}--\r\n".encode()
        )
        status, body, _ = self.ask(action, b"".join(parts), **{"Content-Type": f"multipart/form-data; boundary={mark}"})
        return status, SPACES.sub(" ", body.decode("utf-8", "replace"))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
