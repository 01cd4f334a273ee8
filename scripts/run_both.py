"""Starts a kit and a central beside each other, enrolled with each other, until told to end. See scripts/run."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

KEPT_WORDS = "demo-passphrase.txt"
START_SECONDS = 60


def read_arguments() -> argparse.Namespace:
    """The options of scripts/run, each with an environment variable behind it."""
    say = argparse.ArgumentParser(prog="scripts/run", description="A kit and a central, enrolled with each other.")
    environ = os.environ
    say.add_argument("--data", type=Path, default=Path(environ.get("VALISE_RUN_DATA", "var")))
    say.add_argument("--port", type=int, default=int(environ.get("VALISE_PORT", "8080")))
    say.add_argument("--central-port", type=int, default=int(environ.get("VALISE_CENTRAL_PORT", "8090")))
    say.add_argument("--no-demo", action="store_true", default=bool(environ.get("VALISE_NO_DEMO")))
    return say.parse_args()


def valise(data: Path, *words: str, capture: bool = False) -> str:
    """Run one command of the program on a data folder; what it printed, when `capture`."""
    command = [sys.executable, "-m", "kit.cli", "--data", str(data), *words]
    done = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE if capture else None)
    return (done.stdout or "").strip()


def start(data: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start one server; it ends with us, by its own process id."""
    command = [sys.executable, "-m", "kit.cli", "--data", str(data), *words]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


def wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for the first answer below 500. Ends the program when the server ended first."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(process.returncode or 1)
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - always http://127.0.0.1
                return
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
        except OSError:
            pass
        time.sleep(0.05)
    sys.exit(f"{url} did not answer within {START_SECONDS} seconds.")


def prepare(options: argparse.Namespace, kit: Path, central: Path) -> str:
    """Fill both folders; the demonstration passphrase, or nothing without a demonstration."""
    if options.no_demo:
        for role, folder in (("kit", kit), ("central", central)):
            valise(folder, "init", "--role", role)
        return ""
    words = read_secret(options.data) or valise(kit, "passphrase", capture=True)
    secret = options.data / KEPT_WORDS
    if not secret.exists():
        secret.touch(0o600)
        secret.write_text(words + "\n", "utf-8")
    for role, folder in (("central", central), ("kit", kit)):
        subprocess.run(
            [sys.executable, "-m", "kit.cli", "--data", str(folder), "demo", "--role", role],
            check=True,
            env={**os.environ, "VALISE_PASSPHRASE": words},
        )
    return words


def read_secret(data: Path) -> str:
    """The demonstration passphrase of an earlier start, or nothing."""
    secret = data / KEPT_WORDS
    return secret.read_text("utf-8").strip() if secret.exists() else ""


def enrol(kit: Path, central: Path, central_url: str) -> None:
    """Enrol the kit, once."""
    if valise(kit, "enrolled", capture=True) != "yes":
        valise(kit, "enrol", valise(central, "central", "invite", "--url", central_url, capture=True))


def main() -> None:
    """Start both and say where; end both together. What is missing is filled in before the first start only."""
    options = read_arguments()
    options.data = options.data.absolute()
    kit, central = options.data / "kit", options.data / "central"
    for folder in (kit, central):
        folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    secret = "" if options.no_demo else read_secret(options.data)
    is_known = bool(secret or options.no_demo) and all((one / "valise.db").exists() for one in (kit, central))
    passphrase = secret if is_known else prepare(options, kit, central)
    running: list[subprocess.Popen[bytes]] = []
    try:
        serve_both(options, kit, central, passphrase, is_known, running)
        if is_known and passphrase:
            prepare(options, kit, central)  # the workshops of today, while people already look
        while all(process.poll() is None for process in running):
            time.sleep(0.3)
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        end_all(running)


def serve_both(
    options: argparse.Namespace,
    kit: Path,
    central: Path,
    passphrase: str,
    is_known: bool,
    running: list[subprocess.Popen[bytes]],
) -> None:
    """Start both servers; the first time the kit is enrolled before anything is said."""
    kit_url, central_url = f"http://127.0.0.1:{options.port}", f"http://127.0.0.1:{options.central_port}"
    running.append(start(central, "central", "serve", "--port", str(options.central_port)))
    running.append(start(kit, "serve", "--port", str(options.port)))
    wait_until_up(f"{central_url}/connexion", running[0])
    if not is_known:
        enrol(kit, central, central_url)
    wait_until_up(f"{kit_url}/", running[1])
    tell(kit_url, central_url, passphrase)
    if is_known:
        enrol(kit, central, central_url)


def tell(kit_url: str, central_url: str, passphrase: str) -> None:
    """Print the addresses and, in a demonstration, the passphrase."""
    print(f"\n  La Valise   {kit_url}/\n  Équipe      {kit_url}/console\n  Centrale    {central_url}/", flush=True)
    if passphrase:
        print(f"\n  Phrase secrète de démonstration (valise et centrale) :\n    {passphrase}", flush=True)
    print("\n  Ctrl-C pour arrêter les deux.\n", flush=True)


def end_all(running: list[subprocess.Popen[bytes]]) -> None:
    """End what we started, and only that."""
    for process in running:
        if process.poll() is None:
            process.terminate()
    for process in running:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    main()
