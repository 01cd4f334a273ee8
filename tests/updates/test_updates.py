"""Updates on real processes: signed, tried, chosen, confirmed, and come back from when they do not serve."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from kit.errors import Problem
from kit.people.node import Node
from kit.updates import actions, bundle
from kit.updates.versions import Versions
from tests.served import REPO, Served, free_port

LAUNCH = REPO / "image/system/usr/lib/valise/launch"
BROKEN_SERVING = "def serve_forever(settings, out):\n    raise SystemExit(3)\n"


def make_wheel(folder: Path, version: str, **changed: str) -> Path:
    """The kit as it stands here, as a wheel that calls itself `version`; `changed`: other text for files of it."""
    folder.mkdir(parents=True, exist_ok=True)
    own = {f"kit/{name}.py": text for name, text in changed.items()}
    own["kit/__init__.py"] = f'"""The field kit."""\n\n__version__ = "{version}"\n'
    path = folder / f"valise_nomade-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for source in (REPO / "kit").rglob("*"):
            name = str(source.relative_to(REPO))
            if source.is_file() and "__pycache__" not in source.parts and name not in own:
                wheel.write(source, name)
        for source in (REPO / "templates").rglob("*.html"):
            wheel.write(source, f"kit/{source.relative_to(REPO)}")
        for name, text in own.items():
            wheel.writestr(name, text)
    return path


def sign(central: Node, folder: Path, version: str, **given: str) -> Path:
    machine, python = bundle.here()
    made = {"machine": machine, "python": python} | given
    target = folder.with_suffix(".update")
    bundle.make(folder, target, central.identity, version, made["machine"], made["python"])
    return target


@pytest.fixture
def launcher(tmp_path: Path) -> Path:
    """The card's launcher with this test's places; the card's own program is the repository."""
    text = LAUNCH.read_text("utf-8")
    for told, here in (("/usr/lib/valise/app", str(REPO)), ("/var/lib/valise/versions", str(tmp_path / "versions"))):
        assert told in text
        text = text.replace(told, here)
    path = tmp_path / "launch"
    path.write_text(text, "utf-8")
    return path


def start(launcher: Path, kit_data: Path) -> subprocess.Popen[str]:
    """As systemd starts it: once."""
    command = [sys.executable, "-B", str(launcher), "serve"]
    env = {**os.environ, "VALISE_DATA": str(kit_data), "VALISE_PORT": str(free_port())}
    env.pop("VALISE_VERSIONS", None)
    process = subprocess.Popen(command, cwd="/", env=env, stderr=subprocess.PIPE, text=True)
    process.port = env["VALISE_PORT"]  # type: ignore[attr-defined]
    return process


def wait_for(process: subprocess.Popen[str], versions: Versions, **choice: object) -> None:
    """Until the choice is this one; the process must live."""
    for _ in range(1200):
        assert process.poll() is None, process.stderr and process.stderr.read()
        if versions.read() == choice:
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(f"{versions.read()} instead of {choice}")


def end(process: subprocess.Popen[str]) -> str:
    process.terminate()
    return process.communicate(timeout=30)[1]


def test_an_update_is_tried_then_chosen_then_stays(pair: tuple[Node, Node], tmp_path: Path, launcher: Path) -> None:
    kit, central = pair
    make_wheel(tmp_path / "next", "0.2.0")
    versions = Versions(tmp_path / "versions")
    assert actions.install(kit, sign(central, tmp_path / "next", "0.2.0")) == "0.2.0"
    assert versions.read() == {"trying": "0.2.0", "tries": 0}
    assert list((versions.folder / "0.2.0/kit/__pycache__").glob("app.*.pyc")), "no start compiles it anew"
    kit.store.close()
    process = start(launcher, kit.data)
    try:
        wait_for(process, versions, current="0.2.0")
        url = f"http://127.0.0.1:{process.port}/connexion"  # type: ignore[attr-defined]
        assert urllib.request.urlopen(url, timeout=30).status == 200
    finally:
        end(process)
    assert not (versions.folder / "before.db").exists()
    said = subprocess.run([sys.executable, "-B", launcher, "--version"], capture_output=True, text=True, check=True)
    assert "0.2.0" in said.stdout, "commands are of the version that was chosen"


def test_a_version_that_never_serves_is_left_again_and_the_data_is_as_before(
    pair: tuple[Node, Node], tmp_path: Path, launcher: Path
) -> None:
    kit, central = pair
    make_wheel(tmp_path / "next", "0.3.0", serving=BROKEN_SERVING)  # its pages work: only serving does not
    actions.install(kit, sign(central, tmp_path / "next", "0.3.0"))
    kit.store.close()
    versions = Versions(tmp_path / "versions")
    before = (versions.folder / "before.db").read_bytes()
    for tried in (1, 2, 3):
        process = start(launcher, kit.data)
        assert process.wait(60) == 3
        end(process)
        assert versions.read() == {"trying": "0.3.0", "tries": tried}
    (kit.data / "valise.db").write_bytes(b"as a newer version may leave it")
    process = start(launcher, kit.data)
    try:
        wait_for(process, versions, current="", failed="0.3.0")
        served = Served(kit.data, ("serve",))
        served.port = int(process.port)  # type: ignore[attr-defined]
        for _ in range(600):
            try:
                assert urllib.request.urlopen(f"{served.url}/connexion", timeout=30).status == 200
                break
            except OSError:
                assert process.poll() is None
                with_patience(process)
    finally:
        end(process)
    assert before[:16] == b"SQLite format 3\0"


def with_patience(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(0.1)
    except subprocess.TimeoutExpired:
        return


def test_a_version_that_does_not_start_is_refused_before_anything_changes(
    pair: tuple[Node, Node], tmp_path: Path
) -> None:
    kit, central = pair
    make_wheel(tmp_path / "next", "0.4.0", app="raise RuntimeError('broken')\n")
    with pytest.raises(Problem) as refused:
        actions.install(kit, sign(central, tmp_path / "next", "0.4.0"))
    assert refused.value.code == "updates.fails"
    versions = Versions(tmp_path / "versions")
    assert versions.read() == {} and list(versions.folder.iterdir()) == []
    assert not (kit.data / "tmp/update-try").exists()


def small_bundle(folder: Path, central: Node, **given: str) -> Path:
    folder.mkdir()
    with zipfile.ZipFile(folder / "small-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small.py", "x = 1\n")
    return sign(central, folder, "9.9", **given)


def test_only_our_coordination_may_sign(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    forged = small_bundle(tmp_path / "other", kit)
    with pytest.raises(Problem) as refused:
        actions.install(kit, forged)
    assert refused.value.code == "updates.bad_bundle"
    for machine in ({"machine": "armv7l"}, {"python": "2.7"}):
        with pytest.raises(Problem) as other:
            actions.install(kit, small_bundle(tmp_path / str(len(str(machine))), central, **machine))
        assert other.value.code == "updates.other_machine"
    with pytest.raises(Problem) as alone:
        actions.install(central, forged)
    assert alone.value.code == "updates.not_attached"


def test_a_damaged_bundle_changes_nothing(pair: tuple[Node, Node], tmp_path: Path) -> None:
    _, central = pair
    good = small_bundle(tmp_path / "good", central).read_bytes()
    signer = central.identity.sign_public
    bad = tmp_path / "bad.update"
    for at in range(0, len(good), 7):
        bad.write_bytes(good[:at])
        with pytest.raises(Problem):
            bundle.unpack(bad, signer, tmp_path / "laid")
        bad.write_bytes(good[:at] + bytes([good[at] ^ 0x20]) + good[at + 1 :])
        try:
            bundle.unpack(bad, signer, tmp_path / "laid")
        except Problem as refusal:
            assert refusal.code in ("updates.bad_bundle", "updates.other_machine")
        else:  # a bit that says nothing (a date of the zip): what was laid is what was signed
            assert (tmp_path / "laid/small.py").read_text() == "x = 1\n"
        shutil.rmtree(tmp_path / "laid", ignore_errors=True)


def test_nothing_is_laid_outside_its_folder(pair: tuple[Node, Node], tmp_path: Path) -> None:
    _, central = pair
    folder = tmp_path / "evil"
    folder.mkdir()
    with zipfile.ZipFile(folder / "evil-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("../../outside.py", "x = 1\n")
    with pytest.raises(Problem):
        bundle.unpack(sign(central, folder, "9.9"), central.identity.sign_public, tmp_path / "a/b/laid")
    assert not list(tmp_path.rglob("outside.py"))


def test_where_there_is_no_launcher_it_is_said(
    pair: tuple[Node, Node], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, central = pair
    monkeypatch.delenv("VALISE_VERSIONS")
    with pytest.raises(Problem) as refused:
        actions.install(kit, small_bundle(tmp_path / "good", central))
    assert refused.value.code == "updates.not_here"
    with pytest.raises(Problem) as empty:
        bundle.make(tmp_path / "versions", tmp_path / "x", central.identity, "1", "aarch64", "3.13")
    assert empty.value.code == "updates.nothing"


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"current": "nowhere"}'])
def test_a_choice_that_cannot_be_read_starts_the_cards_own(tmp_path: Path, launcher: Path, text: str) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions/choice.json").write_text(text)
    said = subprocess.run([sys.executable, "-B", launcher, "--version"], capture_output=True, text=True, check=True)
    assert "0.1.0" in said.stdout
