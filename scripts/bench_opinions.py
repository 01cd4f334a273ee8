"""Measures answering and reading opinions, and prints one table.

    python scripts/bench_opinions.py crowd [SECONDS]     100 phones answer ten questions within SECONDS (60)
    python scripts/bench_opinions.py results             a results page over 500, 5,000 and 50,000 answers

`crowd` starts the served program and a bare Flask page under the same server and threads, each alone, and sends the
same requests from a hundred addresses of the loopback: one GET and one POST for each phone. `results` counts the
CPU-milliseconds of a page in this process, after one page that counts what is new.
"""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kit.app import build_node, create_app
from kit.feedback import catalogue, facts, queries
from kit.feedback.questionnaires import Choice, Question, Questionnaire
from kit.ids import new_id, to_text
from kit.people import actions as people
from kit.people.node import Node
from kit.settings import read_settings

PHONES, WORDS = 100, "abeille agneau ancre arbre arc argent"
TEN = Questionnaire(
    "banc-abcde", 1, "Dix questions",
    (
        *(Question(f"n{number}", "five", f"Question {number}", required=True) for number in range(5)),
        *(Question(f"c{number}", "one", "Choix", choices=(Choice(1, "Oui"), Choice(2, "Non"))) for number in range(3)),
        Question("note", "ten", "Votre note"),
        Question("mot", "long", "Un mot ?"),
    ),
)  # fmt: skip
SERVE = """
import sys
from pathlib import Path
from kit.serving import serve_forever
from kit.settings import read_settings
serve_forever(read_settings({}, data=Path(sys.argv[1]), port=sys.argv[2]), sys.stdout)
"""
BARE = """
import sys
from flask import Flask
from waitress import serve
app = Flask("bare")
@app.route("/", methods=["GET", "POST"])
def page():
    return "<form method=post><input name=csrf value=x></form>"
serve(app, host="127.0.0.1", port=int(sys.argv[2]), threads=8)
"""


def main() -> None:
    """Run what is asked."""
    if sys.argv[1:2] == ["crowd"]:
        crowd(float(sys.argv[2]) if len(sys.argv) > 2 else 60.0)
    elif sys.argv[1:] == ["results"]:
        results()
    else:
        raise SystemExit(__doc__)


def prepare(folder: Path) -> Node:
    """A kit that asks ten questions."""
    node = build_node(read_settings({}, data=folder))
    people.set_up(node, "Équipe", "mediator", WORDS)
    catalogue.publish(node, TEN)
    return node


# -- a crowd ------------------------------------------------------------------------------------------------------


def crowd(seconds: float) -> None:
    """The p99 of a GET and of a POST, ours and bare."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "kit"
        prepare(data).store.close()
        ours, wrong = measure(SERVE, str(data), f"/questionnaires/{TEN.code}", seconds)
        node = build_node(read_settings({}, data=data))
        in_urn = queries.count_waiting(node.store)
        noted = node.store.value("SELECT count(*) FROM answer") + in_urn
        node.store.close()
        bare, bare_wrong = measure(BARE, folder, "/", seconds)
    print(f"{PHONES} phones in {seconds:.0f} s; {noted} answers noted, {wrong + bare_wrong} requests refused")
    print("| request | ours p50 ms | ours p99 ms | bare p99 ms | p99 ratio |\n|---|---|---|---|---|")
    for what in ("GET", "POST"):
        p99, base = at(ours[what], 0.99), at(bare[what], 0.99)
        print(f"| {what} | {at(ours[what], 0.5):.1f} | {p99:.1f} | {base:.1f} | {p99 / base:.1f} |")


def measure(program: str, data: str, path: str, seconds: float) -> tuple[dict[str, list[float]], int]:
    """Milliseconds of every request, and how many were not answered as they should be."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", program, data, str(port)], stdout=subprocess.DEVNULL)
    times: dict[str, list[float]] = {"GET": [], "POST": []}
    wrong: list[int] = []
    try:
        wait_for(port, path)
        began = time.monotonic()
        phones = [
            threading.Thread(target=phone, args=(port, path, number, began, seconds, times, wrong))
            for number in range(PHONES)
        ]
        for one in phones:
            one.start()
        for one in phones:
            one.join()
    finally:
        process.terminate()
        process.wait()
    return times, len(wrong)


def wait_for(port: int, path: str) -> None:
    """Until it answers."""
    for _ in range(300):
        try:
            ask(port, 200, "GET", path, "")
            return
        except OSError:
            time.sleep(0.1)


def phone(
    port: int, path: str, number: int, began: float, seconds: float, times: dict[str, list[float]], wrong: list[int]
) -> None:
    """One phone: waits for its turn, opens the page, answers it."""
    time.sleep(max(0.0, began + seconds * number / PHONES - time.monotonic()))
    status, page, took = ask(port, number + 1, "GET", path, "")
    times["GET"].append(took)
    token = re.search(r'name="?csrf"? value="?([^">]+)', page)
    form = {"csrf": token[1] if token else "", "version": "1", "note": "7", "mot": "un mot d’ici", "c0": "1", "c1": "2"}
    form |= {f"n{place}": "4" for place in range(5)}
    posted, _, took = ask(port, number + 1, "POST", path, urlencode(form))
    times["POST"].append(took)
    if status != 200 or posted not in (200, 303):
        wrong.append(posted)


def ask(port: int, number: int, method: str, path: str, body: str) -> tuple[int, str, float]:
    """One request from an address of its own: status, page, milliseconds."""
    began = time.perf_counter()
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(f"127.0.1.{number}", 0))
    link.request(method, path, body or None, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
    answer = link.getresponse()
    page = answer.read().decode()
    link.close()
    return answer.status, page, 1000 * (time.perf_counter() - began)


def at(times: list[float], share: float) -> float:
    """A quantile."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


# -- results ------------------------------------------------------------------------------------------------------


def results() -> None:
    """CPU-milliseconds of the pages of results as answers grow."""
    print("| answers | results page CPU-ms | texts page CPU-ms | /console/avis CPU-ms |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        node = prepare(Path(folder) / "kit")
        client = create_app(node.settings, node).test_client()
        sign_in(client)
        scope_id, done = new_id(), 0
        base = f"/console/resultats/{TEN.code}/stop/{to_text(scope_id)}"
        for count in (500, 5_000, 50_000):
            fill(node, scope_id, done, count)
            done = count
            told = [cpu(lambda url=url: client.get(url)) for url in (base, f"{base}/textes", "/console/avis")]  # type: ignore[misc]
            print(f"| {count} | " + " | ".join(f"{one:.1f}" for one in told) + " |")


def sign_in(client: object) -> None:
    """As the team."""
    page = client.get("/connexion").text  # type: ignore[attr-defined]
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    client.post("/connexion", data={"csrf": token[1] if token else "", "passphrase": WORDS})  # type: ignore[attr-defined]


def fill(node: Node, scope_id: bytes, done: int, count: int) -> None:
    """Answers to ten questions in the journal, one in ten with a sealed text."""
    from kit.people import identities

    with node.journal.write():
        for number in range(done, count):
            answer_id, sealed = new_id(), None
            values = [(f"n{place}", 1 + number % 5) for place in range(5)] + [
                ("c0", 1 + number % 2),
                ("note", number % 11),
            ]
            if number % 10 == 0:
                told = identities.Identity(texts={"mot": f"le lampadaire de la rue {number}"})
                sealed = identities.seal_identity(node, answer_id, told, identities.make_door(node, scope_id))
                values.append(("mot", 1))
            body = facts.AnswerGiven(TEN.code, 1, "stop", scope_id, tuple(values))
            node.journal.append(facts.GIVEN, answer_id, body, sealed=sealed)


def cpu(act: Callable[[], object], times: int = 20) -> float:
    """CPU-milliseconds of one run, the median of some, after a first one."""
    act()
    taken = []
    for _ in range(times):
        began = time.process_time()
        act()
        taken.append(1000 * (time.process_time() - began))
    return sorted(taken)[len(taken) // 2]


if __name__ == "__main__":
    main()
