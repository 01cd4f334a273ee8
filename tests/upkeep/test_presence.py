"""A kit tells the network where it is now: attached late, on an address that came late, and it never hears itself."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from kit.announce import choose_address
from tests.served import REPO

NETWORK = 'ip link set lo up && ip link add d0 type veth peer d1 && ip link set d0 up && ip link set d1 up && exec "$@"'
ADDRESS = ["ip", "addr", "add", "10.9.9.1/24", "dev", "d0"]
SCRIPT = f"""
import json, subprocess, time
from kit.announce import Presence, hear, local_addresses
coordination = [""]
here = Presence("Valise", 8080, lambda: coordination[0])
told = {{"alone": [one.url for one in here.hear()]}}
here.refresh()
subprocess.run({ADDRESS!r}, check=True)
here.refresh()
told["unattached"] = [one.url for one in hear(local_addresses())]
coordination[0] = "abcd"
here.refresh()
end = time.monotonic() + 60
while not (found := hear(local_addresses())) and time.monotonic() < end:
    pass
told["attached"] = [[one.name[:6], one.url, one.coordination] for one in found]
told["itself"] = [one.url for one in here.hear()]
here.refresh()
print(json.dumps(told), flush=True)
import os
os._exit(0)
"""


def test_it_is_told_when_it_comes_true_and_a_kit_does_not_hear_itself() -> None:
    """In a network of its own: no address at first, then one; no coordination at first, then one."""
    command = ["unshare", "--net", "sh", "-c", NETWORK, "sh", sys.executable, "-c", SCRIPT]
    said = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True, timeout=150).stdout
    attached = [["Valise", "http://10.9.9.1:8080", "abcd"]]  # one that is told anew on a busy machine may get a number
    assert json.loads(said) == {"alone": [], "unattached": [], "attached": attached, "itself": []}, said


TYPED = """
import json
from kit.announce import Announcer, Presence, open_zeroconf
from zeroconf import AddressResolverIPv4
def where(host):
    zeroconf = open_zeroconf(["10.9.9.1"])
    asked = AddressResolverIPv4(host)
    found = asked.parsed_addresses() if asked.request(zeroconf, 3000) else []
    zeroconf.close()
    return found
first = Announcer("Valise", 80, "", ["10.9.9.1"])
first.start()
second = Announcer("Valise", 80, "", ["10.9.9.2"])
second.start()
told = [first.host, where("valise.local."), second.host, where("valise-2.local."), where("valise-3.local.")]
first.end()
third = Announcer("Valise", 80, "", ["10.9.9.1"])
print(json.dumps([*told, third.host]), flush=True)
import os
os._exit(0)
"""


def test_a_name_to_type_is_answered_and_two_boxes_do_not_share_it() -> None:
    both = NETWORK.replace("exec", "ip addr add 10.9.9.1/24 dev d0 && ip addr add 10.9.9.2/24 dev d1 && exec")
    command = ["unshare", "--net", "sh", "-c", both, "sh", sys.executable, "-c", TYPED]
    said = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True, timeout=150).stdout
    first, second = ["valise.local.", ["10.9.9.1"]], ["valise-2.local.", ["10.9.9.2"]]
    assert json.loads(said) == [*first, *second, [], "valise.local."]


@pytest.mark.parametrize(
    ("told", "ours", "is_our_port", "chosen"),
    [
        (["192.168.1.7"], ["192.168.1.5"], True, "192.168.1.7"),
        (["10.42.0.1", "192.168.1.7"], ["10.42.0.1", "192.168.1.5"], True, "192.168.1.7"),
        (["10.42.0.1", "192.168.1.7"], ["192.168.1.5"], True, "192.168.1.7"),
        (["172.16.0.9"], ["192.168.1.5"], True, "172.16.0.9"),
        (["10.42.0.1", "192.168.1.5"], ["10.42.0.1", "192.168.1.5"], True, ""),
        (["127.0.0.1"], ["127.0.0.1"], False, "127.0.0.1"),
        ([], ["192.168.1.5"], True, ""),
    ],
)
def test_which_address_reaches_it(told: list[str], ours: list[str], is_our_port: bool, chosen: str) -> None:
    assert choose_address(told, ours, is_our_port) == chosen
