"""A suitcase, two phones and a world in network namespaces: the real dnsmasq, nftables, nginx and served program.

The box's Wi-Fi is a bridge named as the Wi-Fi interface would be, whose ports may not reach one another, as hostapd's
`ap_isolate` has it; its files are those of `valise hotspot config` and of the image, with another folder than /run's.
The world is behind a cable of the box, which passes packets on (`ip_forward`) so that only the firewall can refuse.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit.hotspot import configs
from kit.hotspot.plan import Plan
from tests.hotspot.plans import GIVEN, plan
from tests.served import REPO

WORLD = "203.0.113.9"
LEASE = """#!/bin/sh
[ "$1" = bound ] || exit 0
ip addr replace "$ip/$mask" dev eth0
ip route replace default via "$router"
set > "{}"
"""
LISTENS = (
    "import sys; from http.server import *; HTTPServer(('', int(sys.argv[1])), BaseHTTPRequestHandler).serve_forever()"
)


def run(*words: str, given: str | None = None, expect: int | None = 0) -> str:
    """A command; raises with its words when it fails."""
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False, timeout=120, cwd=REPO)
    if expect is not None and done.returncode != expect:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


@dataclass
class Village:
    """The spaces and what runs in them; `leases` are the words of each phone's DHCP client."""

    folder: Path
    name: str = field(default_factory=lambda: f"w{os.getpid()}")
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    leases: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """What the box was told."""
        return plan()

    def space(self, who: str) -> str:
        """The namespace of box, anna, bilal or world."""
        return f"{self.name}-{who}"

    def inside(self, who: str, *words: str, given: str | None = None, expect: int | None = 0) -> str:
        """A command there."""
        return run("ip", "netns", "exec", self.space(who), *words, given=given, expect=expect)

    def start(self, who: str, key: str, *words: str) -> None:
        """A program there, until the village is taken away."""
        with (self.folder / f"{key}.log").open("ab") as log:
            command = ["ip", "netns", "exec", self.space(who), *words]
            given = {f"VALISE_{name.upper()}": str(value) for name, value in GIVEN.items()}
            self.running[key] = subprocess.Popen(
                command,
                cwd=REPO,
                env={**os.environ, **given, "VALISE_TRUSTED_PROXY": "127.0.0.1"},
                stdout=log,
                stderr=log,
            )

    def stop(self, key: str) -> None:
        """End a program."""
        program = self.running.pop(key)
        program.terminate()
        program.wait(30)

    def lay(self) -> None:
        """Spaces, lines and addresses."""
        for who in ("box", "anna", "bilal", "world"):
            run("ip", "netns", "add", self.space(who))
            run("ip", "-n", self.space(who), "link", "set", "lo", "up")
            names = Path("/etc/netns", self.space(who))
            names.mkdir(parents=True)
            (names / "resolv.conf").write_text("nameserver 10.42.0.1\noptions attempts:1\n", "utf-8")
        box = self.space("box")
        run("ip", "-n", box, "link", "add", self.plan.interface, "type", "bridge")
        for who in ("anna", "bilal"):
            self._join(who, "eth0")
            run("ip", "-n", box, "link", "set", who, "master", self.plan.interface, "up")
            run("ip", "-n", box, "link", "set", who, "type", "bridge_slave", "isolated", "on")
        for address in (self.plan.box.with_prefixlen, f"{self.plan.staff_box}/26"):
            run("ip", "-n", box, "addr", "add", address, "dev", self.plan.interface)
        run("ip", "-n", box, "link", "set", self.plan.interface, "up")
        self._join("world", "wan")
        run("ip", "-n", box, "addr", "add", "10.99.0.2/24", "dev", "world")
        run("ip", "-n", box, "link", "set", "world", "up")
        run("ip", "-n", box, "route", "add", "default", "via", "10.99.0.1")
        for address in ("10.99.0.1/24", f"{WORLD}/32"):
            run("ip", "-n", self.space("world"), "addr", "add", address, "dev", "wan")
        run("ip", "-n", self.space("world"), "route", "add", "10.42.0.0/16", "via", "10.99.0.2")
        self.inside("box", "sysctl", "-qw", "net.ipv4.ip_forward=1")

    def _join(self, who: str, end: str) -> None:
        """A line between the box (where it has the other's name) and somebody."""
        run("ip", "link", "add", who, "netns", self.space("box"), "type", "veth", "peer", "name", end, "netns",
            self.space(who))  # fmt: skip
        run("ip", "-n", self.space(who), "link", "set", end, "up")

    def begin(self, data: Path) -> None:
        """Everything that runs on a box, and the world's server."""
        files = self.folder / "files"
        configs.write_all(self.plan, files)
        for path in files.iterdir():
            path.write_text(path.read_text("utf-8").replace(configs.RUN, str(self.folder)), "utf-8")
        self.shut()
        self.start("box", "dnsmasq", "dnsmasq", "-k", f"--conf-file={files}/dnsmasq.conf", "--user=root", "--pid-file=")
        advertise = str(REPO / "kit/hotspot/advertise.py")
        self.start("box", "advertise", sys.executable, "-I", advertise, self.plan.interface, f"{files}/portal-url")
        self.listen("world", 8080)
        self.listen("bilal", 8000)
        self.serve(data)
        self.stand_before()

    def serve(self, data: Path) -> None:
        """The program, until it answers."""
        self.start("box", "kit", sys.executable, "-m", "kit.cli", "--data", str(data), "serve", "--port", "8080")
        self.wait("box", 8080, "kit")

    def stand_before(self) -> None:
        """The image's front server, by its own file, with another folder."""
        for name in ("nginx-https.conf", "nginx-pages.conf", "nginx.conf"):
            text = (REPO / "image/system/etc/valise" / name).read_text("utf-8")
            for told in ("/run/valise-front", "/run/valise-https", "/etc/valise"):
                text = text.replace(told, str(self.folder if told != "/run/valise-https" else self.folder / "https"))
            (self.folder / name).write_text("user root;\n" * (name == "nginx.conf") + text, "utf-8")
        path = self.folder / "nginx.conf"
        self.start("box", "nginx", "nginx", "-c", str(path), "-p", str(self.folder), "-e", "stderr")
        self.wait("box", 80, "nginx")

    def listen(self, who: str, port: int) -> None:
        """Somebody offers something at a port."""
        self.start(who, who, sys.executable, "-c", LISTENS, str(port))
        self.wait(who, port, who)

    def wait(self, who: str, port: int, key: str) -> None:
        """Until a program answers."""
        end = time.monotonic() + 60
        while self.ask(who, ["tcp", "127.0.0.1", port]) != [["connected"]]:
            assert time.monotonic() < end, (self.folder / f"{key}.log").read_text("utf-8")

    def shut(self) -> None:
        """The firewall, as it is on a box."""
        self.inside("box", "nft", "-f", str(self.folder / "files" / "hotspot.nft"))

    def open(self) -> None:
        """No firewall at all."""
        self.inside("box", "nft", "delete", "table", *configs.TABLE.split())

    def lease(self, who: str) -> None:
        """The phone asks for an address as phones do, and keeps what it was told."""
        script, told = self.folder / f"{who}.sh", self.folder / f"{who}.lease"
        script.write_text(LEASE.format(told), "utf-8")
        script.chmod(0o755)
        self.inside(
            who, "busybox", "udhcpc", "-i", "eth0", "-f", "-q", "-n", "-t", "20", "-O", "114", "-s", str(script)
        )
        pairs = (line.partition("=") for line in told.read_text("utf-8").splitlines())
        self.leases[who] = {name: value.strip("'") for name, _, value in pairs}

    def ask(self, who: str, *asked: list[Any]) -> list[list[Any]]:
        """What came of each thing asked from there."""
        words = (sys.executable, "-m", "tests.hotspot.asks")
        answers: list[list[Any]] = json.loads(self.inside(who, *words, given=json.dumps(asked)))
        return answers

    def address_of_card(self, who: str) -> str:
        """The MAC of a phone."""
        told = json.loads(self.inside(who, "ip", "-j", "link", "show", "eth0"))
        return str(told[0]["address"])

    def remove(self) -> None:
        """Take everything away."""
        for key in list(self.running):
            self.stop(key)
        for who in ("box", "anna", "bilal", "world"):
            subprocess.run(["ip", "netns", "delete", self.space(who)], capture_output=True, check=False)
            names = Path("/etc/netns", self.space(who))
            (names / "resolv.conf").unlink(missing_ok=True)
            if names.is_dir():
                names.rmdir()
