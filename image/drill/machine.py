"""An emulated machine with a card in it, by UEFI or BIOS, without any network but one wire from loopback to its port 80."""

from __future__ import annotations

import base64
import http.client
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from drill.phone import Phone
from drill.words import NotSo, check

MOST_SECONDS = 1800
# Told to the image's own systemd by the emulator's firmware tables (systemd.system-credentials(7)): a shell on a port of
# its own, in memory. The card is as it is; nothing is written to it for that.
SHELL_UNIT = """[Unit]
Description=The drill's own shell
DefaultDependencies=no
[Service]
ExecStart=/bin/sh -c 'modprobe -q virtio_console; while [ ! -e /dev/virtio-ports/drill ]; do sleep 1; done; exec sh <>/dev/virtio-ports/drill >&0 2>&1'
"""
WANTED = "[Unit]\nWants=drill.service\n"


def credential(name: str, text: str) -> str:
    """How the emulator hands a credential to systemd."""
    told = base64.b64encode(text.encode()).decode()
    return f"type=11,value=io.systemd.credential.binary:{name}={told}"


def free_port() -> int:
    """A port of loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _board(arch: str, firmware: str) -> list[str]:
    tcg = ["-accel", "tcg,thread=multi", "-smp", "2", "-m", "1024"]
    if arch == "arm64":
        return [
            "qemu-system-aarch64",
            "-M",
            "virt",
            "-cpu",
            "cortex-a72",
            *tcg,
            "-bios",
            "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd",
        ]
    bios = ["-bios", "/usr/share/ovmf/OVMF.fd"] if firmware == "uefi" else []
    return ["qemu-system-x86_64", "-M", "q35", "-cpu", "max", *tcg, *bios]


class Machine:
    """One start of it. With `shell`, commands can be run inside; without, it is the artifact alone."""

    def __init__(
        self, image: Path, log: Path, snapshot: bool = False, keys: Sequence[Path] = (), shell: bool = False,
        arch: str = "arm64", firmware: str = "uefi", told: Sequence[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        self.log, self.port, self.began = log, free_port(), time.monotonic()
        command = [
            *_board(arch, firmware), "-display", "none", "-nic", "none", "-monitor", "none", "-serial", f"file:{log}",
            "-drive", f"if=none,id=card,file={image},format=raw,snapshot={'on' if snapshot else 'off'}",
            "-device", "virtio-blk-pci,drive=card",
            "-netdev", f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:80", "-device", "virtio-net-pci,netdev=net,romfile=",
            "-device", "virtio-rng-pci", "-device", "qemu-xhci",
        ]  # fmt: skip
        for key in keys:
            command += [
                "-drive",
                f"if=none,id={key.stem},file={key},format=raw",
                "-device",
                f"usb-storage,drive={key.stem}",
            ]
        credentials = list(told)
        line = log.with_suffix(".sock")
        if shell:
            credentials += [
                ("systemd.extra-unit.drill.service", SHELL_UNIT),
                ("systemd.unit-dropin.sysinit.target", WANTED),
            ]
            command += ["-chardev", f"socket,id=drill,path={line},server=on,wait=on", "-device", "virtio-serial-pci",
                        "-device", "virtserialport,chardev=drill,name=drill"]  # fmt: skip
        for one in credentials:
            command += ["-smbios", credential(*one)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self.phone = Phone(f"http://127.0.0.1:{self.port}")
        self.shell = Shell(line, self) if shell else None

    @property
    def seconds(self) -> float:
        """Since power came."""
        return time.monotonic() - self.began

    def inside(self, command: str, seconds: float = 120) -> str:
        """What a command says in there; its end must be a good one."""
        assert self.shell is not None
        status, said = self.shell.run(command, seconds)
        if status:
            raise NotSo(f"inside, {command!r} ended with {status}:\n{said[-1500:]}")
        return said

    def wait_for_answer(self, accept: Callable[[int], bool] = lambda status: status == 200) -> float:
        """Seconds until the first answer of a real page, by default a 200."""
        while self.seconds < MOST_SECONDS:
            self.check_alive()
            try:
                if accept(self.phone.get("/connexion")[0]):
                    return self.seconds
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.5)
        raise NotSo(f"no answer after {MOST_SECONDS} s:\n{self.words()[-2000:]}")

    def wait_for_page(self, path: str, is_right: Callable[[str], bool], seconds: float = 900) -> str:
        """A page, once it is so."""
        end, text = self.seconds + seconds, ""
        while self.seconds < end:
            self.check_alive()
            try:
                text = self.phone.get(path)[1]
                if is_right(text):
                    return text
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(2)
        raise NotSo(f"{path} stayed as it was:\n{text[-1500:]}")

    def wait_for_words(self, words: str, since: int = 0) -> str:
        """The line of the serial console that holds them, looked for from that place on."""
        while self.seconds < MOST_SECONDS:
            self.check_alive()
            for line in self.words()[since:].splitlines():
                if words in line:
                    return line[line.index(words) :].strip()
            time.sleep(0.5)
        raise NotSo(f"never said « {words} »:\n{self.words()[-2000:]}")

    def settle(self, since: int = 0) -> None:
        """Wait until all has started, and none of it failed."""
        line = self.wait_for_words("VALISE http", since)
        check("machine : running" in line and "en panne : rien" in line, f"{line} (after {self.seconds:.0f} s)")

    def words(self) -> str:
        """What the console said."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def check_alive(self) -> None:
        """Raises NotSo when the machine ended by itself."""
        if self.process.poll() is not None:
            raise NotSo(f"the machine ended by itself:\n{self.words()[-2000:]}")

    def wait_until_off(self) -> float:
        """Seconds until it is off."""
        began = time.monotonic()
        self.process.wait(300)
        return time.monotonic() - began

    def pull_the_plug(self) -> None:
        """No farewell."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Shell:
    """The drill's own shell inside: one command after another, each with its end."""

    def __init__(self, path: Path, machine: Machine) -> None:
        self.machine, self.count = machine, 0
        self.line = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + 60
        while True:
            try:
                self.line.connect(str(path))
                return
            except OSError:
                if time.monotonic() > end:
                    raise NotSo("the emulator has no line for the drill") from None
                machine.check_alive()
                time.sleep(0.2)

    def run(self, command: str, seconds: float) -> tuple[int, str]:
        """Its status and what it said."""
        self.count += 1
        mark = f"drill-{self.count}-ended"
        self.line.sendall(f"{{ {command}\n}} </dev/null; ended=$?; echo; echo {mark} $ended\n".encode())
        self.line.settimeout(5)
        end, heard = time.monotonic() + seconds, b""
        while time.monotonic() < end:
            self.machine.check_alive()
            try:
                heard += self.line.recv(65536)
            except TimeoutError:
                continue
            before, found, after = heard.decode("utf-8", "replace").partition(f"\n{mark} ")
            if found and "\n" in after:
                return int(after.split()[0]), before.strip("\r\n")
        raise NotSo(f"inside, {command!r} did not end in {seconds:.0f} s: {heard[-800:]!r}")
