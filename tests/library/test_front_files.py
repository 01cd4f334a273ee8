"""Files leave through a real nginx when one is declared: whole, in part, named, and never by another way than ours."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from kit.library import queries
from kit.library.actions import add_paths, hide
from tests.conftest import copy_node, open_node
from tests.library.library_makers import make_mp3
from tests.served import NGINX, REPO, Served, free_port, wait_for_page

CONF = """
{user}
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; default_type application/octet-stream;
  server {{
    listen 127.0.0.1:{port};
    {locations}
  }}
}}
"""


@dataclass(frozen=True)
class Front:
    """nginx before a kit; `behind` is the kit's own address."""

    url: str
    behind: str
    item: queries.ItemView
    raw: bytes
    data: Path


@pytest.fixture
def front(templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    data = copy_node(templates / "kit", tmp_path / "kit")
    node = open_node(data)
    path = make_mp3(tmp_path / "été à la mer.mp3", seconds=60)
    add_paths(node, [path])
    (item,) = queries.list_new_items(node.store, 2)
    node.store.close()
    monkeypatch.setenv("VALISE_FRONT_FILES", "/fichiers")
    monkeypatch.setenv("VALISE_TRUSTED_PROXY", "127.0.0.1")
    served = Served(data, ("serve",)).start()
    folder, port = tmp_path / "nginx", free_port()
    folder.mkdir()
    user = "user root;" if os.geteuid() == 0 else ""  # nginx would give up the rights to read this test's folder
    conf = CONF.format(folder=folder, port=port, locations=locations(served.url, data), user=user)
    (folder / "nginx.conf").write_text(conf, "utf-8")
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        wait_for_page(f"http://127.0.0.1:{port}/credits")
        yield Front(f"http://127.0.0.1:{port}", served.url, item, path.read_bytes(), data)
    finally:
        process.terminate()
        process.wait(10)
        served.stop()


def locations(url: str, data: Path) -> str:
    """The lines that README tells people to write, with this test's own places."""
    told = (REPO / "README.md").read_text("utf-8").split("```nginx")[1].split("```")[0]
    assert "http://127.0.0.1:8080" in told and "/var/lib/valise/blobs/" in told
    return told.replace("http://127.0.0.1:8080", url).replace("/var/lib/valise/blobs/", f"{data}/blobs/")


def test_nginx_sends_the_bytes_and_the_box_only_says_which(front: Front) -> None:
    address = f"{front.item.url}/fichier/1/son.mp3"
    told = httpx.get(front.behind + address)
    assert told.content == b"" and told.headers["X-Accel-Redirect"].startswith("/fichiers/")
    got = httpx.get(front.url + address)
    assert got.status_code == 200 and got.content == front.raw
    assert "X-Accel-Redirect" not in got.headers, "where the files lie is told to nobody"
    assert got.headers["Content-Type"] == "audio/mpeg" and got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == told.headers["Content-Security-Policy"]
    assert "sandbox" in got.headers["Content-Security-Policy"], "a stranger's document stays confined"
    assert "filename*=UTF-8''%C3%A9t%C3%A9%20%C3%A0%20la%20mer.mp3" in got.headers["Content-Disposition"]
    part = httpx.get(front.url + address, headers={"Range": "bytes=1000-1999"})
    assert part.status_code == 206 and part.content == front.raw[1000:2000]
    assert httpx.get(front.url + address, headers={"Range": f"bytes={len(front.raw)}-"}).status_code == 416
    again = httpx.get(front.url + address, headers={"If-None-Match": got.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""
    shown = httpx.get(f"{front.url}{address}?ici=1")
    assert shown.status_code == 200 and "Content-Disposition" not in shown.headers
    cover = httpx.get(front.url + front.item.cover_url)
    assert cover.status_code == 200 and cover.headers["Content-Type"] == "image/jpeg" and len(cover.content) > 100


def test_nobody_reaches_a_file_by_its_place_nor_one_held_back(front: Front) -> None:
    name = hashlib.sha256(front.raw).hexdigest()
    assert (front.data / "blobs" / name[:2] / name).is_file()
    for address in (f"/fichiers/{name[:2]}/{name}", "/fichiers/../valise.db", "/fichiers/%2e%2e/valise.db"):
        assert httpx.get(front.url + address).status_code in (400, 404), address
    node = open_node(front.data)
    hide(node, front.item.item_id)
    node.store.close()
    held = httpx.get(f"{front.url}{front.item.url}/fichier/1/son.mp3")
    assert held.status_code == 404 and front.raw[:100] not in held.content
