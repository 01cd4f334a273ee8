"""What we ship is whole: sheets, pictures, guides and notes say what they must, in the French they promise."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

HERE = Path(__file__).parent
CONTENT = HERE.parents[1] / "content"
FICHES = CONTENT / "library" / "fiches"
SHEETS = sorted(path.parent for path in CONTENT.rglob("sheet.toml"))
STEPS = [step for sheet in SHEETS for step in sorted(sheet.glob("steps/*"))]
PICTURES = [picture for sheet in SHEETS for picture in sorted(sheet.glob("images/*.svg"))]
GUIDES = sorted((CONTENT / "guides").glob("*.md"))
NOTES = sorted(
    path for path in (CONTENT / "library").rglob("*.toml") if path.name == "sheet.toml" or FICHES not in path.parents
)

GESTURES = {"toucher", "appuyer", "glisser", "ecrire", "regarder", "attendre"}
LEVELS = {"debutant", "intermediaire", "avance"}
DEVICES = {"android", "iphone", "ordinateur", "tous"}
STEP_NAMES = {"geste", "image", "pointeur", "aide"}
SHARED_KEYS = {"title", "creators", "language", "licence", "source", "attribution", "summary", "subjects", "shelf"}
SHEET_KEYS = SHARED_KEYS | {
    "slug", "level", "duration_minutes", "theme", "device", "easy", "checked_on", "checked_with",
}  # fmt: skip
LARGEST_PICTURE, LONGEST_ACTION = 3072, 15
# Words of the code, or of technicians, that have another word on screen (design: screens.md, "Words on screen").
NEVER_ON_SCREEN = re.compile(r"(?i)\b(navigateur|(?<!e-)mails?|passphrase|émargement|quarantaine|doléance|kiosque)\b")
SPACED = re.compile(r"(?<![\u00a0\u202f])[;!?»](?!//)|«(?!\u00a0)|(?<=\w) :(?=\s)|(?<=[a-zà-ÿ»]):(?=\s|$)")


def listed(name: str) -> set[str]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def named(path: Path) -> str:
    return path.relative_to(CONTENT).as_posix()


def read_toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text("utf-8"))


def read_step(path: Path) -> tuple[str, dict[str, str]]:
    action, *lines = path.read_text("utf-8").splitlines()
    pairs = [line.partition(": ") for line in lines]
    assert all(colon for _, colon, _ in pairs), f"{named(path)}: a line is not « name: value »"
    return action, {name: value for name, _, value in pairs}


def read_guide(path: Path) -> tuple[dict[str, object], str]:
    before, front, body = path.read_text("utf-8").split("+++\n", 2)
    assert before == "", f"{named(path)} must begin with +++"
    return tomllib.loads(front), body


def plain_prose(markdown: str) -> str:
    """A guide without its code and addresses: what French typography applies to."""
    without_blocks = re.sub(r"^```.*?^```$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`]*`|https?://\S*", "", without_blocks)


def check_french(text: str, where: str) -> None:
    assert "'" not in text, f"{where}: straight apostrophe"
    assert '"' not in text, f"{where}: straight quotes"
    found = SPACED.search(text)
    assert found is None, f"{where}: no-break space wanted near {text[max(0, found.start() - 20) : found.end() + 5]!r}"


def test_there_are_enough_sheets_and_guides() -> None:
    assert len(SHEETS) >= 8
    assert [guide.stem for guide in GUIDES] == [
        "annuaire", "avis", "bibliothecaire", "centrale", "coordinateur", "donnees", "fonds", "mediateur",
        "participant", "reparer",
    ]  # fmt: skip
    assert len(listed("themes.txt")) == 30


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_sheet_says_what_it_is(sheet: Path) -> None:
    about = read_toml(sheet / "sheet.toml")
    assert about.keys() >= SHEET_KEYS, SHEET_KEYS - about.keys()
    assert about["slug"] == sheet.name
    assert about["language"] == "fr"
    assert about["level"] in LEVELS
    assert about["device"] in DEVICES
    assert about["theme"] in listed("themes.txt")
    assert about["shelf"] == ("Fiches pas à pas" if FICHES in sheet.parents else "Guides de la Valise")
    assert isinstance(about["easy"], bool)
    assert isinstance(about["duration_minutes"], int) and 0 < about["duration_minutes"] <= 120
    for key in ("title", "summary", "attribution", "checked_with", "source"):
        check_french(str(about[key]), f"{sheet.name}: {key}")


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_sheet_claims_no_check_that_was_not_made(sheet: Path) -> None:
    about = read_toml(sheet / "sheet.toml")
    if about["checked_on"] == "":
        assert "à vérifier" in str(about["checked_with"])
    else:
        assert re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", str(about["checked_on"]))
        assert "à vérifier" not in str(about["checked_with"])


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_steps_are_six_to_ten_without_a_gap(sheet: Path) -> None:
    names = sorted(step.name for step in sheet.glob("steps/*"))
    assert names == [f"{number:02}.txt" for number in range(1, len(names) + 1)]
    assert 6 <= len(names) <= 10
    if read_toml(sheet / "sheet.toml")["easy"]:
        assert len(names) <= 8


@pytest.mark.parametrize("step", STEPS, ids=named)
def test_step_is_one_short_action(step: Path) -> None:
    action, said = read_step(step)
    words = re.findall(r"\w+(?:[’.-]\w+)*", action)
    assert 2 <= len(words) <= LONGEST_ACTION, action
    assert action.endswith(".") and not re.search(r"[.!?…]\s+\w", action), f"one sentence: {action!r}"
    assert not re.search(r"\bpuis\b|\bensuite\b|;", action), f"one action: {action!r}"
    assert said.keys() <= STEP_NAMES
    assert said.get("geste", "toucher") in GESTURES
    assert len(said.get("aide", "")) <= 90
    check_french(action, named(step))
    check_french(said.get("aide", ""), named(step))


@pytest.mark.parametrize("step", STEPS, ids=named)
def test_step_has_its_picture_and_points_inside_it(step: Path) -> None:
    _, said = read_step(step)
    assert re.fullmatch(r"images/\d\d\.svg", said["image"])
    assert (step.parents[1] / said["image"]).is_file()
    if "pointeur" in said:
        assert re.fullmatch(r"\d{1,3},\d{1,3}", said["pointeur"])
        assert all(0 <= int(part) <= 100 for part in said["pointeur"].split(","))
    if said.get("geste") in {"toucher", "appuyer", "glisser"}:
        assert "pointeur" in said, "a touch needs a place"


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_no_picture_is_left_over(sheet: Path) -> None:
    used = {read_step(step)[1]["image"] for step in sheet.glob("steps/*")}
    assert used == {f"images/{picture.name}" for picture in sheet.glob("images/*")}


@pytest.mark.parametrize("picture", PICTURES, ids=named)
def test_picture_is_small_and_harmless(picture: Path) -> None:
    raw = picture.read_bytes()
    assert len(raw) < LARGEST_PICTURE
    root = ElementTree.fromstring(raw)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == "0 0 300 360"
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        assert tag in {"svg", "g", "path", "rect", "circle", "text"}, tag
        for name, value in element.attrib.items():
            plain = name.rpartition("}")[2].lower()
            assert not plain.startswith("on") and plain not in {"href", "src", "style"}, name
            assert "url(" not in value and "javascript:" not in value.lower()


@pytest.mark.parametrize("guide", GUIDES, ids=named)
def test_guide_says_what_it_is_in_plain_french(guide: Path) -> None:
    front, body = read_guide(guide)
    assert front.keys() >= SHARED_KEYS, SHARED_KEYS - front.keys()
    assert (front["kind"], front["language"], front["licence"]) == ("guide", "fr", "CC-BY-SA-4.0")
    assert body.lstrip().startswith(f"# {front['title']}\n")
    prose = plain_prose(body)
    check_french(prose, named(guide))
    assert 500 <= len(prose.split()) <= 1100
    assert len(re.findall(r"^\d+\. ", body, re.MULTILINE)) >= 10, "numbered steps"
    found = NEVER_ON_SCREEN.search(prose)
    assert found is None, f"screens have another word for {found.group()!r}"


@pytest.mark.parametrize("note", NOTES, ids=named)
def test_work_has_a_free_licence_a_source_and_a_credit(note: Path) -> None:
    said = read_toml(note)
    assert said.keys() >= SHARED_KEYS, SHARED_KEYS - said.keys()
    assert said["licence"] in listed("licences.txt")
    assert isinstance(said["creators"], list) and said["creators"] and all(said["creators"])
    assert isinstance(said["subjects"], list) and said["subjects"]
    assert all(str(said[key]).strip() for key in SHARED_KEYS)
    check_french(str(said["summary"]), named(note))


@pytest.mark.parametrize("folder", [FICHES, CONTENT / "library" / "bd", CONTENT / "guides"], ids=named)
def test_folder_carries_its_licence(folder: Path) -> None:
    assert "creativecommons.org/licenses/by-sa/" in (folder / "LICENCE.txt").read_text("utf-8")
