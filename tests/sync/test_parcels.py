"""Packs of the coordination come down to suitcases that ask: over bad lines, by a neighbour, never spoilt."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from kit.app import build_node, create_app
from kit.errors import Problem
from kit.journal.coming import Parcel
from kit.keys import primitives
from kit.library import actions as library
from kit.library.packs import arrived, installing, kept, made, offer_queries, offers
from kit.library.packs.rules import About
from kit.people.node import Node
from kit.settings import read_settings
from kit.sync import parcels
from kit.sync.actions import send
from kit.sync.carriers.neighbour import NeighbourCarrier
from kit.upkeep import is_something_waiting
from tests.pages import post_form
from tests.sync.homes import PASSPHRASE, central_process, served, valise
from tests.sync.line import cut_line
from tests.sync.test_neighbour import Village, village

__all__ = ["village"]
MIB = 1024 * 1024


def publish(central: Node, folder: Path, size: int = 3 * MIB + 500) -> offer_queries.Offer:
    """A shelf with one large work becomes a pack, and is offered to every suitcase."""
    folder.mkdir()
    (folder / "film.bin").write_bytes(os.urandom(size))
    (folder / "film.bin.toml").write_text(
        'title = "Un film"\nlicence = "CC0-1.0"\nsource = "nous"\nshelf = "Films"\ncreators = ["Odette"]\n', "utf-8"
    )
    outcome = library.add_paths(central, [folder / "film.bin"], lambda progress: None)
    assert len(outcome.added) == 1, outcome
    made.make(central, "Films", About(title="Films de l’été"), made.folder_of(central.data), ())
    (name,) = [one.name for one in made.list_made(central.data)]
    return offers.offer(central, name)


def state(kit: Node) -> list[str]:
    assert kit.coming is not None
    return [one.state for one in kit.coming.parcels()]


def ask_for(kit: Node, offer: offer_queries.Offer) -> None:
    assert kit.coming is not None
    kit.coming.want(offer.list_id, True)


def came(kit: Node) -> bytes:
    (path,) = arrived.list_arrived(kit.data)
    return path.read_bytes()


def test_a_pack_comes_when_it_is_asked_for_and_installs(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    offer = publish(central, tmp_path / "works")
    with served(central):
        send(kit)
        assert (state(kit), arrived.list_arrived(kit.data)) == (["offered"], []), "nothing heavy comes unasked"
        assert not is_something_waiting(kit)
        ask_for(kit, offer)
        assert is_something_waiting(kit)
        send(kit)
        assert state(kit) == ["here"] and not is_something_waiting(kit)
    assert len(came(kit)) == offer.size_bytes
    (path,) = arrived.list_arrived(kit.data)
    forecast = installing.look(kit, path)
    assert forecast.signer_name == "La coordination"
    installing.install(kit, path)
    assert kit.store.value("SELECT title FROM item") == "Un film"
    assert list((kit.data / parcels.FOLDER).iterdir()) == []


def test_it_goes_on_where_it_stopped_over_a_line_that_is_cut_by_real_processes(
    pair: tuple[Node, Node], tmp_path: Path
) -> None:
    kit, central = pair
    offer = publish(central, tmp_path / "works")
    with served(central):
        send(kit)
    ask_for(kit, offer)
    port, data, home = central.settings.port, kit.data, central.data
    kit.store.close()
    central.store.close()
    with cut_line(port, 300_000, 300_000) as line, central_process(home, port):
        given = {"env": {**os.environ, "VALISE_CENTRAL_URL": f"http://127.0.0.1:{line.port}"}}
        sending = valise(data, "send", **given)
        while sending.poll() is None:
            if any(path.stat().st_size > MIB for path in (data / parcels.FOLDER).glob("*.part")):
                sending.kill()
                break
        sending.communicate(timeout=60)
        valise(data, "send", **given).communicate(timeout=120)
    assert line.cuts >= 5
    assert line.came < 1.6 * offer.size_bytes, "what had come was not brought again"
    kit = build_node(read_settings({}, data=data))
    assert state(kit) == ["here"]
    kit.store.close()


def test_a_neighbour_that_installed_it_gives_it_and_a_stranger_gets_nothing(village: Village, tmp_path: Path) -> None:
    """What it installed lies there no more as a file: it is read from the shelves and what was kept beside them."""
    offer = publish(village.central, tmp_path / "works", MIB + 9)
    for kit in (village.other, village.alone):
        send(kit)
        ask_for(kit, offer)
    address = f"{village.other_url}/sync/voisine/paquet/{offer.list_id.hex()}"
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    assert state(village.alone) == ["wanted"], "it has not got it either"
    send(village.other)
    assert httpx.get(address).status_code == 403
    assert httpx.get(f"{address}/0/0").status_code == 403
    whole, (path,) = came(village.other), arrived.list_arrived(village.other.data)
    kept.keep(village.other.data, installing.install(village.other, path), path)
    arrived.remove(village.other.data, path)
    assert arrived.list_arrived(village.other.data) == []
    send(village.alone, carrier=NeighbourCarrier(village.other_url))
    assert state(village.alone) == ["here"]
    assert came(village.alone) == whole


def test_spoilt_slices_never_become_a_pack(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    offer = publish(central, tmp_path / "works", 2 * MIB)
    with served(central):
        send(kit)
    ask_for(kit, offer)
    whole = b"".join(path.read_bytes() for path in offers.folder_of(central.data).iterdir())

    def give(change: Callable[[str, bytes], bytes]) -> Callable[[str], bytes]:
        def ask(path: str) -> bytes:
            words = path.strip("/").split("/")
            if len(words) == 1:
                return change("list", parcels.read_list(central, offer.list_id))
            return change(words[1], parcels.read_slice(central, offer.list_id, int(words[1]), int(words[2])))

        return ask

    liars: list[Callable[[str, bytes], bytes]] = [
        lambda what, raw: raw[:-1] if what == "list" else raw,
        lambda what, raw: b"" if what == "1" else raw,
        lambda what, raw: bytes(len(raw)) if what == "1" else raw,
        lambda what, raw: raw + b"x" * MIB if what == "1" else raw,
    ]
    for liar in liars:
        parcels.fetch(kit, give(liar))
        assert state(kit) == ["wanted"] and arrived.list_arrived(kit.data) == []
    assert parcels.here_bytes(kit, offer.list_id) >= MIB, "the good piece stays"
    (part,) = (kit.data / parcels.FOLDER).glob("*.part")
    with part.open("r+b") as file:
        file.seek(100)
        file.write(b"rot")
    for _ in range(2):
        parcels.fetch(kit, give(lambda what, raw: raw))
    assert came(kit) == whole


def test_a_full_box_brings_nothing_and_says_nothing_wrong(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    offer = publish(central, tmp_path / "works", MIB)
    with served(central):
        send(kit)
        ask_for(kit, offer)
        object.__setattr__(kit.settings, "reserve", 2**60)
        send(kit)
    assert state(kit) == ["wanted"] and parcels.here_bytes(kit, offer.list_id) == 0


def test_withdrawn_it_is_seen_no_more_and_offered_again_it_is(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    offer = publish(central, tmp_path / "works", 1000)
    with served(central):
        send(kit)
        offers.withdraw(central, offer.offer_id)
        send(kit)
        assert state(kit) == []
        with pytest.raises(Problem):
            offers.withdraw(central, offer.offer_id)
        assert offers.offer(central, made.list_made(central.data)[0].name) == offer
        send(kit)
        assert state(kit) == ["offered"]
    before = kit.journal.projection_hash()
    kit.journal.replay()
    assert kit.journal.projection_hash() == before
    assert isinstance(kit.coming and kit.coming.parcels()[0], Parcel)
    with pytest.raises(Problem):
        parcels.read_slice(central, primitives.digest(b"other"), 0, 0)


def test_the_pages_offer_ask_and_withdraw(pair: tuple[Node, Node], tmp_path: Path) -> None:
    kit, central = pair
    offer = publish(central, tmp_path / "works", 1000)
    offers.withdraw(central, offer.offer_id)
    name, page, ask = made.list_made(central.data)[0].name, "/console/envoi", "/console/envoi/paquet"
    home, box = (create_app(node.settings, node).test_client() for node in (central, kit))
    for client, who in ((home, "Coordination"), (box, "Équipe")):
        assert post_form(client, "/connexion", passphrase=PASSPHRASE, name=who).status_code == 302
    for wrong in ("../../valise.db", "", "x.zip"):
        assert post_form(home, "/paquets-envoyes", paquet=wrong).status_code == 404
    assert post_form(home, "/paquets-envoyes", paquet=name).status_code == 303
    assert "Ne plus proposer" in home.get("/paquets-envoyes").text
    with served(central):
        send(kit)
        assert "Faire venir" in box.get("/console/envoi").text
        for wrong in ("", "zz", "0" * 64, "../x"):
            assert post_form(box, page, ask, paquet=wrong, do="want").status_code == 404
        assert post_form(box, page, ask, paquet=offer.list_id.hex(), do="want").status_code == 303
        end = time.monotonic() + 30
        while state(kit) != ["here"]:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert "L’installer" in box.get("/console/envoi").text
    post_form(box, page, ask, paquet=offer.list_id.hex(), do="stop")
    assert state(kit) == ["offered"]
