"""The directory of a central says the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from kit.directory import actions, find_queries, maps, queries
from kit.directory.finding import Search, read_marks
from kit.people.node import Node
from kit.store import Row
from tests import cast
from tests.conftest import Enter
from tests.pages import post_form

from .box import REAL

HALL = {"label": "Salle", "commune": "Gars", "state": "agreed", "entrance": "ramp"}
THING = {"label": "Projecteur", "kind": "screen", "state": "good"}
PERSON = {"name": "Zoé Essai", "role": "volunteer", "communes": "Gars", "public": "oui", "services": ["demarches"]}


def test_searches_people_halls_and_rounds(engine: str, central_node: Node, enter: Enter) -> None:
    store = central_node.store
    actions.import_places(central_node, REAL)
    assert queries.count_places(store, "bibliothèque") == 4 and queries.describe_directory(store).count == 38
    near = Search(around=(43.52, 5.45), km=3, open_at=(1, 600))
    found = find_queries.page(store, near, 5, 0)
    assert [row["nom"] for row in found][:1] == ["CSC Jean-Paul Coste"] and find_queries.count(store, near) > 1
    assert find_queries.count(store, Search("papiers", marks=read_marks("", "", "", "mardi"))) > 0
    nearest = find_queries.page(store, Search(around=(43.52, 5.45)), 38, 0)
    assert len(nearest) == 38 and nearest[0]["nom"] == "CSC Jean-Paul Coste" and _rises(nearest)
    assert len(maps.list_marks(store, maps.first_view(store, None))) > 1
    client = enter(central_node, cast.INES)
    assert post_form(client, "/console/salles/nouvelle", **HALL).status_code == 303
    assert post_form(client, "/console/annuaire/personnes/nouvelle", **PERSON).status_code == 303
    url = post_form(client, "/console/materiel/nouveau", **THING).location
    lent = {"for_whom": "Mairie de Gars", "until": "2999-01-01", "quoi": "prete"}
    assert post_form(client, url, f"{url}/reserver", **lent).status_code == 303
    first = client.get("/console/annuaire/fraicheur").text.partition('name="lieu" value="')[2][:26]
    assert post_form(client, "/console/annuaire/fraicheur", comment="letter", lieu=[first]).status_code == 303
    words = {
        "/annuaire?q=aix&pres=Aix-en-Provence&km=10&jour=mardi": "lieux trouvés", "/console/salles?q=gars": "Salle",
        "/annuaire/personnes?q=papiers": "Zoé Essai", "/console/annuaire/personnes?q=gars": "Zoé Essai",
        "/console/annuaire/fraicheur?q=aix": "1 lieu, 0 vérifié depuis",
        "/console/materiel?montrer=out&q=projecteur": "chez Mairie de Gars",
        "/besoin/impots": "Rangés par nom",
    }  # fmt: skip
    for address, said in words.items():
        assert said in client.get(address).text, address
    before = central_node.journal.projection_hash()
    central_node.journal.replay()
    assert central_node.journal.projection_hash() == before


def _rises(rows: list[Row]) -> bool:
    far = [row["far"] for row in rows]
    return far == sorted(far) and far[0] < far[-1]
