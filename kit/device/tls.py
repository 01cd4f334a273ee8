"""The machine's OpenSSL: makes the kit's TLS key and the request for its certificate, and reads certificates.

The program `openssl` of the system is run by a list of words: no shell, and every name is checked before.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

from kit.errors import Problem

PROGRAM = "openssl"
SECONDS = 30
KNOCK_SECONDS = 5.0
NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def has_openssl() -> bool:
    """True where the program is installed."""
    return shutil.which(PROGRAM) is not None


def make_key(path: Path) -> None:
    """A new key for TLS (EC, P-256) in a file of nobody else's. Raises Problem `https.no_openssl`."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    _run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(draft))
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)


def make_request(key: Path, name: str) -> bytes:
    """A certificate request (PEM, RFC 2986) for one name. Raises Problem `https.bad_name` or `https.no_openssl`."""
    if not NAME.fullmatch(name):
        raise Problem("https.bad_name")
    return _run("req", "-new", "-key", str(key), "-subj", "/", "-addext", f"subjectAltName=DNS:{name}")


def read_dates(chain: Path, name: str) -> tuple[int, int]:
    """From when until when (Unix milliseconds) the first certificate of a file serves for `name`.

    Raises Problem `https.bad_certificate` when it is another's, or none.
    """
    said = _run("x509", "-in", str(chain), "-noout", "-startdate", "-enddate", "-checkhost", name).decode()
    dates = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    if "does match certificate" not in said or not {"notBefore", "notAfter"} <= set(dates):
        raise Problem("https.bad_certificate")
    first, last = (ssl.cert_time_to_seconds(dates[word]) for word in ("notBefore", "notAfter"))
    return int(first * 1000), int(last * 1000)


def check_pair(chain: Path, key: Path) -> None:
    """Raise Problem `https.bad_certificate` unless this chain is of this key."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key)
    except (ssl.SSLError, OSError) as refusal:
        raise Problem("https.bad_certificate") from refusal


def served_here(port: int, name: str) -> bytes:
    """The certificate (DER) that this machine's front server gives for `name`; empty when it gives none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # held against our own file, byte by byte
    try:
        with (
            socket.create_connection(("127.0.0.1", port), KNOCK_SECONDS) as line,
            context.wrap_socket(line, server_hostname=name) as shaken,
        ):
            return shaken.getpeercert(binary_form=True) or b""
    except OSError:
        return b""


def first_der(chain: bytes) -> bytes:
    """The first certificate of a chain as it is served. Raises Problem `https.bad_certificate`."""
    first, end, _ = chain.decode("ascii", "replace").partition("-----END CERTIFICATE-----")
    try:
        return ssl.PEM_cert_to_DER_cert(first[first.index("-----BEGIN CERTIFICATE-----") :] + end + "\n")
    except ValueError as refusal:
        raise Problem("https.bad_certificate") from refusal


def _run(*words: str) -> bytes:
    program = shutil.which(PROGRAM)
    if program is None:
        raise Problem("https.no_openssl")
    try:
        done = subprocess.run([program, *words], capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
    except subprocess.CalledProcessError as refusal:
        raise Problem("https.bad_certificate") from refusal
    except (subprocess.SubprocessError, OSError) as refusal:
        raise Problem("https.no_openssl") from refusal
    return done.stdout
