"""Tells systemd that the program answers, and goes on telling it as long as that is true (sd_notify(3), its protocol).

The proof of life is a page of our own asked over loopback: a program that runs but answers nobody is started again.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable

ASK_SECONDS = 20.0


def notify(words: str) -> bool:
    """Say something to the service manager; False when none listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.connect("\0" + address[1:] if address.startswith("@") else address)
        door.sendall(words.encode())
    return True


def watch_seconds() -> float:
    """How long the manager waits for a sign of life; 0.0: it does not wait for any."""
    pid, limit = os.environ.get("WATCHDOG_PID", ""), os.environ.get("WATCHDOG_USEC", "")
    if not limit.isdigit() or (pid and pid != str(os.getpid())):
        return 0.0
    return int(limit) / 1_000_000


def answers(host: str, port: int) -> bool:
    """True when whoever listens there answers any request at all."""
    from http.client import HTTPConnection  # no start needs it

    line = HTTPConnection(host, port, timeout=ASK_SECONDS)
    try:
        line.request("HEAD", "/static/style.css", headers={"Connection": "close"})
        return line.getresponse().status < 500
    except OSError:
        return False
    finally:
        line.close()


def keep_telling(is_alive: Callable[[], bool]) -> threading.Event:
    """Say that the start is over; then, in a thread, that we are alive, three times in each wait of the manager.

    Setting the event that is returned ends the thread.
    """
    pause = threading.Event()
    every = watch_seconds() / 3
    if not notify("READY=1") or not every:
        return pause

    def tell() -> None:
        while not pause.wait(every):
            if is_alive():
                notify("WATCHDOG=1")

    threading.Thread(target=tell, name="watchdog", daemon=True).start()
    return pause
