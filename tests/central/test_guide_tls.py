"""DEPLOYING.md's TLS, as written, with an authority of the tests' own: certbot and its renewal, Caddy."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("guide_tls.sh")


@pytest.mark.long
def test_certbot_and_caddy_put_tls_before_a_central_as_the_guide_says() -> None:
    with tempfile.TemporaryDirectory(prefix="valise-tls-") as folder:
        command = [
            "unshare",
            "--net",
            "--mount",
            "--pid",
            "--fork",
            "--mount-proc",
            SCRIPT,
            folder,
            REPO,
            sys.executable,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        told = "".join(f"\n--- {one.name}\n{one.read_text('utf-8')[-1500:]}" for one in Path(folder).glob("*.log"))
    assert done.returncode == 0, done.stdout + done.stderr + told
    assert done.stdout.splitlines() == [
        "certbot: 200 over TLS",
        "certbot: 301 to https://valise.example.org/connexion",
        "certbot: renewed, and served",
        "certbot: 200 after renewal",
        "caddy: 200 over TLS",
        "caddy: 308 to https://valise.example.org/connexion",
    ]
