"""The image's own nginx.conf, for places that are not a card's; also read by scripts/bench_front.py."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.served import REPO

CONF = REPO / "image/system/etc/valise/nginx.conf"
ENV = REPO / "image/system/etc/valise/valise.env"


def told_behind_front(data: Path) -> dict[str, str]:
    """What the card's program is told of the server in front of it; a disk of works lies beside `data`."""
    told = dict(line.split("=", 1) for line in ENV.read_text("utf-8").splitlines() if line.startswith("VALISE_"))
    told["VALISE_FRONT_DISK"] = told["VALISE_FRONT_DISK"].replace(
        "/media/valise-oeuvres", str(data.with_name("oeuvres"))
    )
    return {name: told[name] for name in ("VALISE_FRONT_FILES", "VALISE_FRONT_DISK", "VALISE_TRUSTED_PROXY")}


def written(folder: Path, port: int, behind: str, data: Path, https_port: int = 443) -> Path:
    """The image's configuration with these places instead of the card's, and nothing else changed."""
    for name in ("nginx-https.conf", "nginx-pages.conf", "nginx.conf"):
        text = (CONF.parent / name).read_text("utf-8")
        for told, here in (
            ("/run/valise-front", str(folder)),
            ("/run/valise-https", str(folder / "https")),
            ("/etc/valise", str(folder)),
            ("/var/lib/valise/kit", str(data)),
            ("/media/valise-oeuvres", str(data.with_name("oeuvres"))),
            ("listen 80 default_server", f"listen 127.0.0.1:{port} default_server"),
            ("listen [::]:80 default_server backlog=256;", ""),
            ("listen 443 ssl", f"listen 127.0.0.1:{https_port} ssl"),
            ("listen [::]:443 ssl default_server backlog=256;", ""),
            ("listen [::]:443 ssl;", ""),
            ("server 127.0.0.1:8080;", f"server {behind.removeprefix('http://')};"),
        ):
            text = text.replace(told, here)
        if name == "nginx.conf" and os.geteuid() == 0:
            text = f"user root;\n{text}"  # it would give up the rights to read this test's folder
        assert not re.search(
            r"(?m)^[^#]*/(run|etc|var|media)/valise|listen (80|443|\[)", text.replace(str(folder), "")
        ), text
        (folder / name).write_text(text, "utf-8")
    return folder / "nginx.conf"
