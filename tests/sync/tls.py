"""Certificates made by openssl with dates of our choice, and a TLS terminator in front of a central."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

_CONFIG = """
[ca]
default_ca = here
[here]
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
"""


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Authority:
    """A certificate authority of its own; `certificate` is what a kit must trust."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.certificate, self.key = folder, folder / "ca.pem", folder / "ca.key"
        (folder / "index.txt").write_text("")
        (folder / "serial").write_text("01\n")
        (folder / "ca.cnf").write_text(_CONFIG.format(folder=folder))
        _openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9000", "-subj", "/CN=Autorité du test",
            "-keyout", str(self.key), "-out", str(self.certificate),
        )  # fmt: skip

    def issue(self, first_day: int, last_day: int, name: str = "IP:127.0.0.1") -> tuple[Path, Path]:
        """(certificate, key) good from so many days from now to so many days from now, for one name."""
        place = self.folder / f"{first_day}_{last_day}_{name.replace(':', '_')}"
        request, certificate, key = (place.with_suffix(end) for end in (".csr", ".pem", ".key"))
        _openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=central", "-addext", f"subjectAltName={name}",
            "-keyout", str(key), "-out", str(request),
        )  # fmt: skip
        _openssl(
            "ca", "-batch", "-config", str(self.folder / "ca.cnf"), "-cert", str(self.certificate), "-keyfile",
            str(self.key), "-in", str(request), "-out", str(certificate), "-notext", "-startdate", _date(first_day),
            "-enddate", _date(last_day),
        )  # fmt: skip
        return certificate, key


def _date(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")


@contextlib.contextmanager
def terminated(port: int, certificate: Path, key: Path) -> Iterator[tuple[str, list[bytes]]]:
    """A TLS server on a free port that hands everything to the plain server at `port`; its address, and the first
    line of each request that came through."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []
    threading.Thread(target=_accept, args=(listening, context, port, heard), daemon=True).start()
    yield f"https://127.0.0.1:{listening.getsockname()[1]}", heard
    listening.close()


def _accept(listening: socket.socket, context: ssl.SSLContext, port: int, heard: list[bytes]) -> None:
    while True:
        try:
            raw, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(raw, context, port, heard), daemon=True).start()


def _serve(raw: socket.socket, context: ssl.SSLContext, port: int, heard: list[bytes]) -> None:
    with (
        contextlib.suppress(OSError),
        raw,
        context.wrap_socket(raw, server_side=True) as line,
        socket.create_connection(("127.0.0.1", port)) as plain,
    ):
        back = threading.Thread(target=_copy, args=(plain, line, []), daemon=True)
        back.start()
        _copy(line, plain, heard)
        back.join(5)


def _copy(source: socket.socket, target: socket.socket, heard: list[bytes]) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            if data.startswith((b"POST ", b"GET ", b"PUT ")):
                heard.append(data.split(b"\r\n", 1)[0])
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
