"""What a phone does once it has joined: run inside, in the phone's own network. Reads what to do as JSON, writes findings.

Usage: guest.py visitor|team, with {"book": title, "workshop": id, "name": who} on the standard input.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import sys
import urllib.error
import urllib.request
from typing import Any

from drill.phone import Phone

PORTAL = "http://valise.lan/portail"
ANDROID = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0.3112.32 Safari/537.36"
IPHONE = "CaptiveNetworkSupport-481.100.1 wispr"


class _Still(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def probe(url: str, agent: str) -> list[Any]:
    """Status and `Location` of one question, nothing followed."""
    opener = urllib.request.build_opener(_Still())
    try:
        answer = opener.open(urllib.request.Request(url, headers={"User-Agent": agent}), timeout=60)
        return [answer.status, answer.read(200).decode("utf-8", "replace")]
    except urllib.error.HTTPError as told:
        return [told.code, told.headers.get("Location", "")]


def addresses(name: str, family: int) -> list[str]:
    """What a name is told to be."""
    try:
        return sorted({str(one[4][0]) for one in socket.getaddrinfo(name, 80, family)})
    except socket.gaierror:
        return []


def refused(host: str, port: int) -> str:
    """How a connection ends."""
    try:
        socket.create_connection((host, port), timeout=20).close()
    except ConnectionRefusedError:
        return "refused"
    except OSError as trouble:
        return str(trouble)
    return "connected"


def portal() -> dict[str, Any]:
    """The window's order of asking, of two systems; names, and what is refused."""
    android = "http://connectivitycheck.gstatic.com/generate_204"
    return {
        "before": [probe(android, ANDROID), probe("http://captive.apple.com/hotspot-detect.html", IPHONE)],
        "pressed": probe(f"{PORTAL}/ouvrir", ANDROID)[0],
        "after": probe(android, ANDROID),
        "names": [addresses("www.meteo.example", socket.AF_INET), addresses("www.meteo.example", socket.AF_INET6)],
        "refused": [refused("valise.lan", 443), refused("198.51.100.7", 443), refused("10.42.0.1", 22)],
    }


def read(told: dict[str, str]) -> dict[str, Any]:
    """The welcome, a book taken along, a place asked for."""
    phone = Phone("http://valise.lan")
    status, welcome = phone.get("/")
    _, shelf = phone.get("/bibliotheque")
    link = re.search(r'href="(/bibliotheque/[^"?#]+)"[^>]*>(?:(?!</a>).)*' + re.escape(told["book"]), shelf, re.DOTALL)
    _, work = phone.get(link[1] if link else "/bibliotheque")
    file = re.search(r'href="([^"]+/fichier/[^"?]+)"', work)
    got, body, _ = phone.ask(file[1] if file else "/rien")
    page = f"/ateliers/{told['workshop']}"
    signed, _, where = phone.send(page, page, having="name", name=told["name"])
    return {
        "welcome": [status, "/bibliotheque" in welcome], "book": [got, len(body), hashlib.sha256(body).hexdigest()],
        "ticket": [signed, where], "door": phone.get("/connexion")[0],
    }  # fmt: skip


def main() -> None:
    """One errand."""
    told = json.load(sys.stdin)
    if sys.argv[1] == "visitor":
        print(json.dumps({**portal(), **read(told)}))
    else:
        print(json.dumps({"door": Phone("http://valise.lan").get("/connexion")[0]}))


if __name__ == "__main__":
    main()
