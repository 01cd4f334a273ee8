"""The two pages: the administrator's at home, and the team's on the suitcase."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kit.app import build_node, create_app
from kit.central import losses
from kit.central.names import queries, terms
from kit.clock import Clock
from kit.device import tls
from kit.https import kept, serving
from kit.https.kept import Told
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import names as told
from tests import cast
from tests.conftest import Enter
from tests.https.parts import DOMAIN, KEY, SECRET, acme_server, dns_server
from tests.pages import post_form
from tests.sync.tls import Authority

PAGE, HERE = "/equipe/adresses-https", "/console/adresse-https"


def typed(**other: str) -> dict[str, str]:
    """What somebody types, in order of the page."""
    return {"domaine": DOMAIN, "contact": "technique@exemple.org", "serveur": "127.0.0.1:1", "cle": KEY,
            "algorithme": "hmac-sha256", "secret": SECRET, "attente": "0", "annuaire": "https://127.0.0.1:1/dir",
            "conditions": "1", **other}  # fmt: skip


def test_it_is_set_up_tried_and_stopped_on_one_page(
    coordinator: FlaskClient, central_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Sans cela rien ne manque" in coordinator.get(PAGE).text
    with dns_server(tmp_path / "dns") as dns, acme_server(tmp_path / "acme", dns.address) as acme:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(acme.trusted))
        good = typed(serveur=dns.address, annuaire=acme.directory)
        wrong = post_form(coordinator, PAGE, **{**good, "cle": "inconnue"})
        assert wrong.status_code == 502 and "Le serveur DNS refuse la clé" in wrong.text
        assert post_form(coordinator, PAGE, **{**good, "secret": ""}).status_code == 303
        done = coordinator.get(PAGE)
        assert "le DNS s’écrit, et l’autorité répond" in done.text, "the secret of before is kept"
        assert dns.texts(f"_acme-challenge.valise-essai.{DOMAIN}") == [], "the trial leaves nothing"
    kept_terms = terms.find(central_node)
    assert kept_terms is not None and kept_terms.account_url
    for page in (wrong, done, coordinator.get(PAGE)):
        assert SECRET not in page.text, "never shown again"
    assert "a réglé les adresses https" in coordinator.get("/equipe/journal").text
    assert post_form(coordinator, PAGE, f"{PAGE}/arreter").status_code == 303
    assert "Plus aucune adresse https" in coordinator.get(PAGE).text and terms.find(central_node) is None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("domaine", "pas un domaine", "Écrivez un nom de domaine"),
        ("contact", "personne", "Écrivez une adresse e-mail"),
        ("serveur", "a b", "du serveur DNS"),
        ("cle", "ma clé !", "le nom de la clé"),
        ("secret", "court", "n’est pas entier"),
        ("annuaire", "http://acme.example/", "commence par https"),
        ("attente", "9999", "0"),
        ("conditions", "", "cochez la case"),
    ],
)
def test_what_cannot_be_is_named_beside_its_field(
    coordinator: FlaskClient, central_node: Node, field: str, value: str, words: str
) -> None:
    answer = post_form(coordinator, PAGE, **typed(**{field: value}))
    assert answer.status_code == 422 and words in answer.text and f'id="{field}-error"' in answer.text
    assert SECRET not in answer.text and terms.find(central_node) is None


def test_only_who_answers_for_the_team_sees_it(reader: FlaskClient) -> None:
    assert reader.get(PAGE).status_code == 403


def test_each_kit_is_listed_with_what_keeps_it_waiting(
    coordinator: FlaskClient, central_node: Node, tmp_path: Path
) -> None:
    from kit.central import actions
    from kit.sync.enrolment import enrol
    from tests.sync.homes import make_kit, served

    kit = make_kit(tmp_path / "kit")
    url = f"http://127.0.0.1:{central_node.settings.port}"
    with served(central_node):
        enrol(kit, actions.make_enrolment(central_node, "Valise bleue", server_url=url))
    kit.store.close()
    (row,) = central_node.store.rows("SELECT kit_id FROM kit")
    now = central_node.clock.wall_ms()
    waits = queries.Named(row["kit_id"], f"valise-bleue-3fa2c1.{DOMAIN}", b"r", b"", queries.WAITING, asked_ms=now,
                          tries=1, next_ms=now + 300_000, problem="names.not_seen", detail="NXDOMAIN")  # fmt: skip
    with central_node.store.write():
        queries.save(central_node.store, waits)
    for page in (PAGE, f"{PAGE}?langue=en"):
        text = coordinator.get(page).text
        assert waits.name in text and "NXDOMAIN" in text and "Valise bleue" in text
    assert waits.name in coordinator.get(f"/valises/{_text(row['kit_id'])}").text
    losses.declare_loss(central_node, row["kit_id"], now, False)
    gone = queries.find(central_node.store, row["kit_id"])
    assert gone is not None and gone.state == queries.REVOKED, "nothing was certified yet: it is given to nobody"
    assert "retiré" in coordinator.get(f"{PAGE}?langue=fr").text


def _text(kit_id: bytes) -> str:
    from kit.ids import to_text

    return to_text(kit_id)


# -- the suitcase -------------------------------------------------------------------------------------------------


@pytest.fixture
def able(kit_node: Node, tmp_path: Path) -> Node:
    """A kit whose machine could serve a name: a steward's socket, a folder of nginx."""
    import socket

    (tmp_path / "https").mkdir()
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(tmp_path / "door"))
    door.close()
    given = {"front_https": f"{tmp_path}/https=/x.conf", "front_https_port": 1, "machine": str(tmp_path / "door")}
    return build_node(read_settings({}, data=kit_node.data, port=kit_node.settings.port, **given), kit_node.clock)


def shown(node: Node, enter: Enter) -> str:
    return enter(node, cast.NADIA).get(HERE).text


def test_on_a_pc_it_is_not_available_here(kit_node: Node, mediator: FlaskClient, librarian: FlaskClient) -> None:
    assert "Pas disponible ici" in mediator.get(HERE).text
    assert HERE in mediator.get("/console/reglages").text and HERE in mediator.get("/console/wifi").text
    assert librarian.get(HERE).status_code == 403


def test_a_kit_on_its_own_says_so(able: Node, enter: Enter) -> None:
    assert "n’est pas reliée à une coordination" in shown(able, enter)


@pytest.mark.parametrize(
    ("first", "last", "wall_days", "state", "words"),
    [
        (-1, 89, 0, serving.GOOD, "ne répond pas encore"),
        (-100, -10, 0, serving.EXPIRED, "Le certificat est fini"),
        (5, 95, 0, serving.EARLY, "ne vaut pas encore"),
        (-1, 89, -20_000, serving.UNSURE, "ne sait pas l’heure"),
        (-1, 89, 20_000, serving.EXPIRED, "Le certificat est fini"),
    ],
    ids=["good", "ended", "not yet", "1970", "2090"],
)
def test_every_state_is_said_and_phones_use_http(
    able: Node, enter: Enter, tmp_path: Path, first: int, last: int, wall_days: int, state: str, words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    import time

    name = f"valise-du-test-3fa2c1.{DOMAIN}"
    certificate, key = Authority(tmp_path / "ca").issue(first, last, f"DNS:{name}")
    kept.write(able, kept.CHAIN, certificate.read_bytes())
    kept.write(able, kept.KEY, key.read_bytes())
    now = int(time.time() * 1000)
    kept.write_told(able, Told(told.READY, name, "", now, now))
    monkeypatch.setattr("kit.https.serving.find_enrolment", lambda node: object())  # whose is not what is looked at
    wall = max(0.0, time.time() + wall_days * 86_400)
    node = build_node(able.settings, Clock(floor_ms=now, wall=lambda: wall))
    assert serving.look(node).state == state
    page = shown(node, enter)
    assert words in page and "par http" in page and name in page
    node.store.close()


def test_a_certificate_of_another_key_or_name_is_not_taken(able: Node, tmp_path: Path) -> None:
    name = f"valise-du-test-3fa2c1.{DOMAIN}"
    ours = Authority(tmp_path / "ca")
    certificate, _ = ours.issue(-1, 89, f"DNS:{name}")
    key = tmp_path / "own.pem"
    tls.make_key(key)
    assert key.stat().st_mode & 0o777 == 0o600
    from kit.errors import Problem

    for check in (lambda: tls.check_pair(certificate, key), lambda: tls.read_dates(certificate, f"x.{DOMAIN}")):
        with pytest.raises(Problem, match="n’est pas celui de cette valise"):
            check()
    for bad in ("", "valise", "a b.example.org", "x;y.example.org", "-a.example.org", "é.example.org", "a.b\n.org"):
        with pytest.raises(Problem):
            tls.make_request(key, bad)


def test_no_backup_takes_the_key_along(able: Node) -> None:
    from kit.backup import files

    kept.write(able, kept.KEY, b"private")
    assert kept.FOLDER not in files.FOLDERS
    assert kept.place(able, kept.KEY).stat().st_mode & 0o777 == 0o600


def test_what_is_printed_says_http_though_it_was_opened_by_the_name(able: Node) -> None:
    """A ticket or a poster that was opened by the https name leads where phones can always go."""
    from kit.web.addresses import written_root

    settings = read_settings({}, data=able.data, hotspot="wlan0", wifi_key="coquelicot")
    app = create_app(settings, able)
    with app.test_request_context("/", base_url=f"https://valise-a.{DOMAIN}/"):
        assert written_root(settings) == "http://valise.lan"
    with app.test_request_context("/", base_url="http://192.168.1.20:8080/"):
        assert written_root(settings) == "http://192.168.1.20:8080"
