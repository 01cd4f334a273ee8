"""A box whose clock is years behind, and a central behind real TLS: refused for a date only, it asks for the hour."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.app import build_node
from kit.central import actions as central_actions
from kit.clock import Clock
from kit.errors import Problem
from kit.journal import anchors
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync.actions import send
from kit.sync.enrolment import enrol
from kit.sync.outbox import journey

from .homes import PASSPHRASE, free_port, make_kit, note, served
from .tls import Authority, terminated

YEARS = 6
LATER_SECONDS = YEARS * 365 * 86400
NOW = YEARS * 365  # the central's today, in days from the box's today


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "ca")


@pytest.fixture(autouse=True)
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The box trusts this authority, as it would one of the system's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Node]:
    """A box that believes it is years ago."""
    node = make_kit(tmp_path / "kit")
    yield node
    node.store.close()


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Node]:
    """A central that knows the hour: years after the box's."""
    settings = read_settings({}, data=tmp_path / "central", role="central", port=free_port())
    node = build_node(settings, Clock(wall=lambda: time.time() + LATER_SECONDS))
    people.set_up(node, "Coordination", "coordinator", PASSPHRASE)
    with served(node):
        yield node
    node.store.close()


def _link(central: Node, url: str) -> str:
    return central_actions.make_enrolment(central, "Valise du test", server_url=url)


def test_not_valid_yet_by_the_boxs_clock(kit: Node, central: Node, authority: Authority) -> None:
    with terminated(central.settings.port, *authority.issue(NOW - 30, NOW + 30)) as (url, heard):
        enrol(kit, _link(central, url))
        assert heard == [b"POST /sync/time HTTP/1.1", b"POST /sync/enrol HTTP/1.1"]
        assert abs(kit.clock.wall_ms() - central.clock.wall_ms()) < 5000
        assert kit.clock.confidence == "confirmed"
        assert anchors.list_newest(kit.journal, 5)[0].source == "central"
        note(kit, 20, named=3)
        send(kit)
        assert journey(kit).only_here == 0
        assert heard.count(b"POST /sync/time HTTP/1.1") == 1  # the anchored clock serves from now on


def test_a_kit_enrolled_long_ago_asks_its_own_central(kit: Node, central: Node, authority: Authority) -> None:
    with terminated(central.settings.port, *authority.issue(NOW - 30, NOW + 30)) as (url, heard):
        enrol(kit, _link(central, url))
        kit.clock.anchor(kit.clock.mono_ms(), int(time.time() * 1000))  # somebody's phone was years behind too
        note(kit, 3)
        send(kit)
        assert journey(kit).only_here == 0
        assert heard.count(b"POST /sync/time HTTP/1.1") == 2
        assert abs(kit.clock.wall_ms() - central.clock.wall_ms()) < 5000


def _refused(kit: Node, link: str) -> Problem:
    before = kit.clock.wall_ms()
    with pytest.raises(Problem) as refusal:
        enrol(kit, link)
    assert refusal.value.code == "sync.tls"
    assert "Rien n’est parti" in str(refusal.value)
    assert kit.clock.wall_ms() - before < 60_000 or kit.clock.confidence == "confirmed"
    return refusal.value


def test_the_wrong_key_tells_no_hour(kit: Node, central: Node, authority: Authority, tmp_path: Path) -> None:
    """Somebody on the way holds a certificate that is not valid yet, and another key than the one in the link."""
    settings = read_settings({}, data=tmp_path / "other", role="central", port=free_port())
    other = build_node(settings, Clock(wall=lambda: time.time() + LATER_SECONDS))
    with served(other), terminated(settings.port, *authority.issue(NOW - 30, NOW + 30)) as (url, heard):
        _refused(kit, _link(central, url))
    assert heard == [b"POST /sync/time HTTP/1.1"]
    assert kit.clock.confidence != "confirmed"
    assert anchors.list_newest(kit.journal, 5) == []
    other.store.close()


def test_expired_for_real(kit: Node, central: Node, authority: Authority) -> None:
    """Neither the box's clock nor the right hour makes it valid; nothing but the question left the box."""
    with terminated(central.settings.port, *authority.issue(NOW - 60, NOW - 30)) as (url, heard):
        _refused(kit, _link(central, url))
    assert heard == [b"POST /sync/time HTTP/1.1"]


def test_valid_by_the_boxs_clock_only_is_seen_once_the_hour_is_known(
    kit: Node, central: Node, authority: Authority
) -> None:
    kit.clock.anchor(kit.clock.mono_ms(), central.clock.wall_ms())
    with terminated(central.settings.port, *authority.issue(-30, 30)) as (url, heard):
        _refused(kit, _link(central, url))
    assert heard == [b"POST /sync/time HTTP/1.1"]


def test_the_wrong_host_is_not_even_asked(kit: Node, central: Node, authority: Authority) -> None:
    with terminated(central.settings.port, *authority.issue(NOW - 30, NOW + 30, "DNS:ailleurs.test")) as (url, heard):
        _refused(kit, _link(central, url))
    assert heard == []


def test_an_unknown_authority_is_not_even_asked(kit: Node, central: Node, tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "stranger")
    with terminated(central.settings.port, *stranger.issue(NOW - 30, NOW + 30)) as (url, heard):
        _refused(kit, _link(central, url))
    assert heard == []


def test_a_link_without_a_fingerprint_lets_nobody_tell_the_hour(kit: Node, central: Node, authority: Authority) -> None:
    with terminated(central.settings.port, *authority.issue(NOW - 30, NOW + 30)) as (url, _):
        _refused(kit, _link(central, url).partition("?")[0])
    assert kit.clock.confidence != "confirmed"


def test_an_answer_to_another_question_counts_for_nothing(central: Node) -> None:
    with pytest.raises(Problem) as refusal:
        central_actions.tell_time(central, b"short")
    assert refusal.value.code == "sync.bad_message"
