"""The program's updates on the card: one that serves, and one whose pages work but which never serves."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path
from urllib.parse import urlencode

from drill.machine import Machine
from drill.words import PYTHON, REPO, check

GOOD, BROKEN = "90.1.0", "90.2.0"
NEVER_SERVES = "def serve_forever(settings, out):\n    raise SystemExit(3)\n"
PAGE = "/console/mise-a-jour"


def home(folder: Path, *words: str) -> None:
    """The coordination does something (home.py)."""
    command = [PYTHON, str(Path(__file__).with_name("home.py")), str(folder), *words]
    subprocess.run(command, cwd=REPO, env={"PYTHONPATH": str(REPO), "PATH": "/usr/bin:/bin"}, check=True)


def make_updates(wheels: Path, work: Path, machine_name: str) -> list[Path]:
    """Both, signed: whole sets of wheels as `image/build` made them, of which only the program's own is another."""
    made = []
    for version, changed in ((GOOD, {}), (BROKEN, {"kit/serving.py": NEVER_SERVES})):
        folder = work / version
        folder.mkdir()
        for path in wheels.glob("*.whl"):
            if path.name.startswith("valise_nomade-"):
                _change(path, folder / path.name, {"kit/__init__.py": f'__version__ = "{version}"\n', **changed})
            else:
                (folder / path.name).symlink_to(path)
        target = work / f"{version}.update"
        home(work / "home", "sign", str(folder), str(target), version, machine_name, "3.13")
        made.append(target)
    return made


def _change(wheel: Path, target: Path, files: dict[str, str]) -> None:
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            told = files.get(entry.filename)
            new.writestr(entry, old.read(entry) if told is None else told)


def attach(machine: Machine, work: Path) -> None:
    """The kit and its coordination know each other, by two files."""
    phone = machine.phone
    _, request, _ = phone.ask("/console/relier/demande")
    (work / "request.txt").write_bytes(request)
    home(work / "home", "certify", str(work / "request.txt"), str(work / "certificate.txt"))
    status, page = phone.give(
        "/console/relier", "/console/relier", "fichier", "certificat.txt", (work / "certificate.txt").read_bytes()
    )
    check(status == 200 and "est reliée à sa coordination" in page, "attached to its coordination by two files")


def take(machine: Machine, version: str) -> None:
    """A file of the key is tried on a copy of the data, and is ready."""
    page = machine.wait_for_page(PAGE, lambda text: f"{version}.update" in text, 300)
    began = machine.seconds
    form = machine.phone.form(PAGE)
    status, body, _ = machine.phone.ask(PAGE, _body(form | {"fichier": f"/media/MAJ/valise/{version}.update"}))
    assert status == 200, body[:400]
    page = machine.wait_for_page(PAGE, lambda text: "est essayée sur une copie" not in text, 1200)
    check(
        f"La version {version} est prête" in page,
        f"{version}: signed, laid beside, tried on a copy in {machine.seconds - began:.0f} s",
    )


def _body(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


def restart(machine: Machine) -> int:
    """From its own page; the place in the console's words where the next start begins."""
    since = len(machine.words())
    status, page = machine.phone.post("/console/machine/redemarrage", "/console/machine/redemarrage")
    check(status == 200 and "redémarre" in page, "the mediator restarts it from its page")
    return since


def serves(machine: Machine, version: str) -> bool:
    """True when this version serves."""
    return f"en ce moment : <b>{version}</b>" in machine.phone.get(PAGE)[1]
