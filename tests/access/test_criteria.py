"""What single criteria of the RGAA ask, where the templates themselves can be asked."""

from __future__ import annotations

import re
from pathlib import Path

from flask.testing import FlaskClient

from kit.web.security import CSP

ROOT = Path(__file__).parents[2]
TEMPLATES = {
    str(path.relative_to(ROOT / "templates")): path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")
}
SCRIPTS = {path.name: path.read_text("utf-8") for path in (ROOT / "kit" / "web" / "static").glob("*.js")}
COMPLEX = re.compile(r"<th\b[^>]*\b(?:rowspan|colspan)=")


def test_every_heading_of_a_table_says_what_it_heads() -> None:
    """RGAA 5.6 and 5.7."""
    loose = {name: re.findall(r"<th\b(?![^>]*\bscope=)[^>]*>", text) for name, text in TEMPLATES.items()}
    assert {name: found for name, found in loose.items() if found} == {}
    assert sum(text.count("<th ") for text in TEMPLATES.values()) > 50


def test_the_one_complex_table_is_summed_up() -> None:
    """RGAA 5.1: headings over several columns or lines."""
    found = [name for name, text in TEMPLATES.items() if COMPLEX.search(text)]
    assert found == ["workshops/paper/grid.html"]
    assert '<table class="grid" aria-describedby="resume">' in TEMPLATES[found[0]]
    assert re.search(r'<p id="resume">\w', TEMPLATES[found[0]])


def test_messages_are_told_to_screen_readers() -> None:
    """RGAA 7.5: one macro shows every message; what a script writes stands in an element that tells it too."""
    notice = TEMPLATES["shared/macros.html"].split("{% macro notice(")[1].split("{%- endmacro")[0]
    assert "role=\"{{ 'alert' if kind == 'bad' else 'status' }}\"" in notice
    plain = {name: re.sub(r"{{.*?}}|{%.*?%}", "", text) for name, text in TEMPLATES.items()}
    by_hand = {name for name, text in plain.items() if re.search(r'<\w+ [^>]*class="notice\b(?![^>]*\brole=)', text)}
    assert by_hand == set()


def test_no_link_opens_a_window() -> None:
    """RGAA 13.2."""
    assert [name for name, text in TEMPLATES.items() if re.search(r"<a\b[^>]*\btarget=", text)] == []
    assert [name for name, text in SCRIPTS.items() if "window.open(" in text and name != "leaflet.js"] == []


def test_nothing_acts_before_the_finger_leaves() -> None:
    """RGAA 13.11 and 12.10: our scripts listen neither to a press nor to a single key of the whole page."""
    ours = {name: text for name, text in SCRIPTS.items() if name not in ("leaflet.js", "shared.js")}
    assert "addEventListener(kind, stay, true)" in SCRIPTS["shared.js"], "a touch there means: I am still here"
    assert [name for name, text in ours.items() if re.search(r"mousedown|touchstart|pointerdown", text)] == []
    assert [name for name, text in TEMPLATES.items() if "accesskey" in text] == []


def test_nothing_plays_by_itself() -> None:
    """RGAA 4.10, 4.11 and RGESN 4.1: the browser's own player, which waits for a tap before it loads anything."""
    players = [one for text in TEMPLATES.values() for one in re.findall(r"<(?:audio|video)\b[^>]*>", text)]
    assert len(players) >= 2 and not any("autoplay" in one for one in players)
    assert all(('controls preload="none"' in one) or 'id="camera"' in one for one in players)


def test_fields_about_oneself_can_be_filled_by_the_phone(visitor: FlaskClient) -> None:
    """RGAA 11.13: a name and a number say what they are."""
    signing_up = TEMPLATES["workshops/_sign_up.html"]
    assert re.search(r'm\.field\("name"[^}]*autocomplete="name"', signing_up)
    assert re.search(r'm\.field\("phone"[^}]*autocomplete="tel"', signing_up)
    assert 'autocomplete="current-password"' in visitor.get("/connexion").text


def test_nothing_is_asked_while_somebody_types() -> None:
    """RGESN 4.9: no script of participants' pages asks the suitcase for anything at each letter."""
    for name in ("app.js", "hour.js", "kiosk.js", "sound.js", "map.js"):
        assert not re.search(r'"(?:input|keyup|keypress)"', SCRIPTS[name]), name


def test_no_sensor_but_the_camera_on_a_button() -> None:
    """RGESN 6.6."""
    sensors = re.compile(r"geolocation|getUserMedia|devicemotion|deviceorientation|getBattery|bluetooth|Notification\b")
    found = {name: set(sensors.findall(text)) for name, text in SCRIPTS.items() if name != "leaflet.js"}
    assert {name: words for name, words in found.items() if words} == {"roll.js": {"getUserMedia"}}
    assert 'id="scan" hidden' in TEMPLATES["workshops/roll.html"]


def test_a_page_that_comes_anew_by_itself_can_be_stopped() -> None:
    """RGAA 13.1: the layout alone refreshes a page, and then says how to stop that; what else does is named here."""
    by_hand = {name for name, text in TEMPLATES.items() if 'http-equiv="refresh"' in text}
    assert by_hand == {
        "shared/layout.html",  # the block `again`; and a shared device left alone, without a script
        "library/bench.html",  # without a script, and it says how to stop
        "shared/restore.html",  # the program begins again; the same step is a button there
        "feedback/kiosk/_frame.html",  # the tablet empties itself: its page gives more time
        "front/finished.html",  # nothing is left to read
    }


def test_there_is_no_frame() -> None:
    """RGAA 2.1: neither in our pages nor made by a script of ours, and the browser is told to show none."""
    framed = re.compile(r"<(?:iframe|frame|object|embed)\b|createElement\(.iframe")
    ours = {**TEMPLATES, **{name: text for name, text in SCRIPTS.items() if name != "leaflet.js"}}
    assert [name for name, text in ours.items() if framed.search(text)] == []
    assert CSP.startswith("default-src 'none';") and not re.search(r"(?:frame|child|object)-src", CSP)
