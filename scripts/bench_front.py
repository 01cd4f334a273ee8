"""A suitcase as it stands in a hall: the image's own nginx.conf before a kit. What one phone costs another, and memory.

Rows: 100 phones that read a file slowly, and a visitor's slowest answers beside the same with nobody there; a large
file to 1 and 20 phones beside bare nginx; memory of both programs idle, loaded, loaded again; the portal's answer and
the page « Aujourd'hui » in CPU-ms. Everything in turns, medians. Usage: -m scripts.bench_front [--mb 200] [--rounds 5]
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from scripts.bench_files import lay_film, sign_in
from scripts.bench_kit import SETTLED_SECONDS, Row, Server, kit
from scripts.bench_peers import Running, ended
from scripts.bench_rivals import nginx_over, nginx_version
from tests.image.front_conf import told_behind_front, written
from tests.served import NGINX, free_port

PHONES, CROWD, ASKED = 100, 20, 400
MOST_TIMES, LEAST_SHARE = 5, 0.9
SLOW_BYTES, SLOW_SECONDS = 2048, 0.5  # what a slow phone takes, and how often
PROBE = {"Host": "connectivitycheck.gstatic.com", "X-Forwarded-For": "10.42.0.77"}


@dataclass(frozen=True)
class Hall:
    """A kit behind the image's nginx; `path`: its large file; `bare`: the same file by nginx alone."""

    program: Server
    front: Running
    path: str
    bare: Running

    def pss_mb(self) -> tuple[float, float]:
        """Memory of nginx and of the program, megabytes."""
        return self.front.pss_mb(), self.program.pss_mb()


@contextmanager
def stand(folder: Path, megabytes: int) -> Iterator[Hall]:
    """A kit with one large work, its front, and the rival."""
    _, item = lay_film(folder, megabytes)
    os.environ.update(told_behind_front(folder / "kit"), VALISE_HOTSPOT="lo")
    places = folder / "front"
    places.mkdir()
    with ExitStack() as stack:
        program = kit(folder / "kit")
        stack.callback(program.end)
        port = free_port()
        command = [NGINX, "-e", "stderr", "-c", str(written(places, port, program.url, folder / "kit"))]
        front = stack.enter_context(ended(Running(command, f"http://127.0.0.1:{port}/")))
        bare = stack.enter_context(nginx_over(folder / "bare", f"location / {{ root {folder}; }}"))
        yield Hall(program, front, f"{item.url}/fichier/1/film.bin", bare)


# -- slow phones ----------------------------------------------------------------------------------------------------


class Sleepers:
    """Phones, each with an address of its own, that took a connection and read a little now and then."""

    def __init__(self, hall: Hall, count: int) -> None:
        port = int(hall.front.url.rstrip("/").rsplit(":", 1)[1])
        self.lines = [self._ask(port, hall.path, number) for number in range(count)]
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._sip)
        self._thread.start()

    def _ask(self, port: int, path: str, number: int) -> socket.socket:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(30)
        line.bind((f"127.0.1.{number + 1}", 0))
        line.connect(("127.0.0.1", port))
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: valise.lan\r\nRange: bytes={number}-\r\n\r\n".encode())
        head = line.recv(512)
        if b" 206 " not in head.split(b"\r\n", 1)[0]:
            raise SystemExit(f"a slow phone was told {head[:80]!r}")
        return line

    def _sip(self) -> None:
        while not self._end.wait(SLOW_SECONDS):
            for line in self.lines:
                line.recv(SLOW_BYTES)

    def end(self) -> None:
        """They go home."""
        self._end.set()
        self._thread.join()
        for line in self.lines:
            line.close()


def slowest(url: str) -> float:
    """Milliseconds of a visitor's slowest answer but one in a hundred, pages and styles on one connection."""
    times = []
    with httpx.Client(base_url=url, timeout=60) as phone:
        for path in ("/", "/bibliotheque", "/ateliers"):
            phone.get(path).raise_for_status()
        for number in range(ASKED):
            begun = time.perf_counter()
            phone.get(("/", "/bibliotheque", "/ateliers")[number % 3]).raise_for_status()
            times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)[int(len(times) * 0.99)]


def beside_slow_phones(hall: Hall, rounds: int) -> Row:
    """A visitor alone, then among a hundred, in turns."""
    alone, among = [], []
    for _ in range(rounds):
        alone.append(slowest(hall.front.url))
        sleepers = Sleepers(hall, PHONES)
        try:
            among.append(slowest(hall.front.url))
        finally:
            sleepers.end()
    few, many = statistics.median(alone), statistics.median(among)
    words = f"{many / few:.2f} ({few:.1f}, then {many:.1f} ms; median of {rounds})"
    what = f"a visitor’s p99 beside {PHONES} slow readers of a range, ratio to alone"
    return Row(what, words, f"<= {MOST_TIMES}", many <= MOST_TIMES * few)


# -- a large file ---------------------------------------------------------------------------------------------------


def seconds_to_take(url: str, phones: int) -> float:
    """Until all of them have all of it. Each phone is a process of its own (curl): this one would be the brake."""
    begun = time.perf_counter()
    everybody = [subprocess.Popen(["curl", "-sf", "-o", os.devnull, url]) for _ in range(phones)]
    if any(one.wait() for one in everybody):
        raise SystemExit(f"{url} did not come")
    return time.perf_counter() - begun


def beside_bare_nginx(hall: Hall, phones: int, megabytes: int, rounds: int) -> Row:
    """The kit's file through the image's nginx, and the same by nginx alone, in turns."""
    ours, theirs = hall.front.url.rstrip("/") + hall.path, f"{hall.bare.url}film.bin"
    shares = []
    for _ in range(rounds):
        bare = seconds_to_take(theirs, phones)
        shares.append(bare / seconds_to_take(ours, phones))
    share = statistics.median(shares)
    what = f"a file of {megabytes} MB to {phones} phone{'s' if phones > 1 else ''}: speed beside bare nginx"
    words = f"{share:.2f} ({min(shares):.2f} to {max(shares):.2f}, {rounds} rounds)"
    return Row(what, words, f">= {LEAST_SHARE}", share >= LEAST_SHARE)


# -- memory and CPU -------------------------------------------------------------------------------------------------


def load(hall: Hall) -> None:
    """Pages of one visitor, and a crowd that takes the file."""
    slowest(hall.front.url)
    seconds_to_take(hall.front.url.rstrip("/") + hall.path, CROWD)


def memory(hall: Hall) -> Iterator[Row]:
    """Idle, loaded, loaded again."""
    idle = hall.pss_mb()
    load(hall)
    loaded = hall.pss_mb()
    load(hall)
    again = hall.pss_mb()
    told = [f"{front:.1f} + {program:.1f}" for front, program in (idle, loaded, again)]
    yield Row("PSS of nginx + program, idle", f"{told[0]} MB")
    is_flat = sum(again) <= 1.05 * sum(loaded)
    yield Row("PSS of nginx + program, after a load, and after it again", f"{told[1]}, {told[2]} MB", "flat", is_flat)


def cpu(hall: Hall) -> Iterator[Row]:
    """The portal's answer to a phone's first question, and the team's first page, with no sensor here."""
    with httpx.Client(base_url=hall.program.url, headers=PROBE) as phone:
        yield Row("the portal’s answer to a probe, CPU-ms", f"{_each(hall, phone, '/generate_204', 302):.2f}")
    desk, _ = sign_in(hall.program)
    yield Row("« Aujourd’hui », CPU-ms", f"{_each(hall, desk, '/console', 200):.2f}")
    desk.close()


def _each(hall: Hall, phone: httpx.Client, path: str, status: int) -> float:
    for _ in range(20):
        answer = phone.get(path)
        if answer.status_code != status:
            raise SystemExit(f"{path} answered {answer.status_code}")
    before = hall.program.cpu_ms()
    for _ in range(200):
        phone.get(path)
    return (hall.program.cpu_ms() - before) / 200


def main() -> None:
    """Print the table."""
    say = argparse.ArgumentParser(description=__doc__)
    say.add_argument("--mb", type=int, default=200)
    say.add_argument("--rounds", type=int, default=5)
    given = say.parse_args()
    print(f"nginx {nginx_version()}\n\n| what | measured | wanted | met |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place, stand(Path(place), given.mb) as hall:
        slowest(hall.front.url)  # every room is open
        time.sleep(SETTLED_SECONDS)
        for row in memory(hall):
            print(row, flush=True)
        print(beside_slow_phones(hall, given.rounds), flush=True)
        for phones in (1, CROWD):
            print(beside_bare_nginx(hall, phones, given.mb, given.rounds), flush=True)
        for row in cpu(hall):
            print(row, flush=True)


if __name__ == "__main__":
    main()
