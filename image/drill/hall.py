"""The hall: phones join by a radio that the kernel pretends to have (mac80211_hwsim), over the image's own services."""

from __future__ import annotations

import base64
import io
import json
import re
import shlex
import tarfile
import time
from pathlib import Path
from typing import Any

from drill.machine import Machine
from drill.words import NotSo, check, say

HERE = "/usr/lib/drill"  # memory, as the whole system is; /run would not let a script be run
CLI = "hostapd_cli -p /run/valise/hostapd -s /run/valise -i wlan0"
LEASE = """#!/bin/sh
[ "$1" = bound ] || exit 0
ip addr replace "$ip/$mask" dev wlan2
ip route replace default via "$router"
set > /run/drill/lease
"""
HALL, HALL_KEY = "Mairie du banc", "tilleul brouette 9"
KNOCK = """import socket
for port in (80, 443, 22):
    line = socket.socket()
    line.settimeout(20)
    try:
        line.connect(("{box}", port))
        print("open")
    except ConnectionRefusedError:
        print("refused")
"""
UNITS = ("valise-hostapd", "valise-dnsmasq", "valise-firewall", "valise-staff-door", "valise-advertise")


def bring(machine: Machine) -> None:
    """The phone's own programs, into memory of the machine."""
    packed = io.BytesIO()
    folder = Path(__file__).parent
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in ("__init__.py", "words.py", "phone.py", "guest.py"):
            tar.add(folder / name, f"drill/{name}")
    told = base64.b64encode(packed.getvalue()).decode()
    machine.inside(f"mkdir -p {HERE} /run/drill; : >{HERE}/packed")
    for at in range(0, len(told), 3000):
        machine.inside(f"printf %s {told[at : at + 3000]} >>{HERE}/packed")
    machine.inside(f"base64 -d {HERE}/packed | tar -xzf - -C {HERE}")
    machine.inside(f"printf %s {shlex.quote(LEASE)} >{HERE}/lease; chmod 755 {HERE}/lease")


def switch_on_radio(machine: Machine) -> None:
    """Four radios: two of the box, one in a phone's network of its own, one of the hall's own Wi-Fi. The box's services
    come up by themselves."""
    machine.inside("modprobe mac80211_hwsim radios=4", 300)
    wait_inside(machine, "test -e /sys/class/net/wlan0 -a -e /sys/class/net/wlan3", "four radios")
    for number, space in ((2, "phone"), (3, "salle")):
        machine.inside(f"ip netns add {space}; iw phy $(cat /sys/class/net/wlan{number}/phy80211/name) set netns name {space}")
    machine.inside("ip netns exec phone ip link set lo up; mkdir -p /etc/netns/phone; "
                   "printf 'nameserver 10.42.0.1\\noptions attempts:3\\n' >/etc/netns/phone/resolv.conf")  # fmt: skip
    wait_inside(
        machine,
        f"{CLI} status | grep -q state=ENABLED",
        "the box's Wi-Fi is on the air",
        400,
    )
    all_run = f"for one in {' '.join(UNITS)}; do systemctl is-active --quiet $one || break; done; systemctl is-active --quiet $one"
    wait_inside(machine, all_run, f"its own services run: {', '.join(UNITS)}")


def join_hall(machine: Machine) -> None:
    """The hall has a Wi-Fi of its own: the box's second chip joins it by itself, and nobody comes in that way."""
    hostapd = f"interface=wlan3\ndriver=nl80211\nssid={HALL}\nhw_mode=g\nchannel=11\nwpa=2\nwpa_key_mgmt=WPA-PSK\n" \
              f"rsn_pairwise=CCMP\nwpa_passphrase={HALL_KEY}\nwpa_pairwise_update_count=20\n"  # fmt: skip
    dnsmasq = "interface=wlan3\nbind-interfaces\nport=0\ndhcp-range=192.168.77.10,192.168.77.50,1h\ndhcp-leasefile=/run/drill/hall.leases\n"
    for name, text in (("hostapd", hostapd), ("dnsmasq", dnsmasq)):
        machine.inside(f"printf %s {shlex.quote(text)} >/run/drill/hall-{name}.conf")
    inside = "ip netns exec salle"
    machine.inside(f"{inside} ip link set lo up; {inside} ip addr add 192.168.77.1/24 dev wlan3")
    machine.inside(f"{inside} hostapd -B /run/drill/hall-hostapd.conf && {inside} dnsmasq -C /run/drill/hall-dnsmasq.conf --user=root")
    wait_inside(machine, "ip -4 -o addr show wlan1 | grep -q 192.168.77.", "the box's second chip joined the hall's Wi-Fi", 400)
    machine.wait_for_page("/console/wifi", lambda text: f"<b>{HALL}</b>, relié" in text, 60)
    say("  ok  the page of the Wi-Fi says so")
    told = machine.inside("ip -4 -o addr show wlan1")
    found = re.search(r"inet (192\.168\.77\.\d+)/", told)
    check(found is not None, f"its address there: {found and found[1] or told}")
    assert found
    machine.inside(f"{inside} busybox ping -c 3 -W 10 {found[1]}")  # somebody of the hall reaches that address
    knock = f"{inside} python3 -B -c {shlex.quote(KNOCK.format(box=found[1]))}"
    said = machine.inside(knock).split()
    check(said == ["refused"] * 3, f"nobody of the hall's Wi-Fi finds a page of the box there: {said}")


def wait_inside(machine: Machine, condition: str, words: str, seconds: float = 240) -> None:
    """Until it is so, in there."""
    if not is_so(machine, condition, seconds):
        told = machine.inside(
            "systemctl --no-pager status 'valise-*' | tail -60; journalctl -b --no-pager | tail -40; true"
        )
        raise NotSo(f"not in {seconds:.0f} s: {words}\n{told[-6000:]}")
    say(f"  ok  {words}")


def join(machine: Machine, name: str, key: str, who: str) -> dict[str, str]:
    """The phone joins by a key and is given an address; what DHCP told it.

    Joined is what the box says, not the phone: where a processor is slow the last of the four messages may come after
    the phone's key is in place, and be lost; the phone tries again, as phones do.
    """
    network = f'ctrl_interface=/run/drill/wpa\nnetwork={{\nssid="{name}"\npsk="{key}"\nkey_mgmt=WPA-PSK\n}}\n'
    machine.inside(f"printf %s {shlex.quote(network)} >/run/drill/wpa.conf; rm -f /run/drill/lease")
    began = time.monotonic()
    for _ in range(4):
        machine.inside(
            "ip netns exec phone wpa_supplicant -B -i wlan2 -D nl80211 -c /run/drill/wpa.conf -P /run/drill/wpa.pid"
        )
        if is_so(machine, f"{CLI} all_sta | grep -q AUTHORIZED", 60):
            break
        say("      (the phone tries again)")
        leave(machine)
    check(is_so(machine, f"{CLI} all_sta | grep -q AUTHORIZED", 5), f"{who} joins by its key")
    machine.inside(f"ip netns exec phone busybox udhcpc -i wlan2 -f -q -n -t 20 -O 114 -s {HERE}/lease", 300)
    told = dict(line.partition("=")[::2] for line in machine.inside("cat /run/drill/lease").splitlines())
    lease = {name: value.strip("'") for name, value in told.items()}
    api = bytes.fromhex(lease.get("opt114", "")).decode("ascii", "replace")
    check(lease["ip"].startswith("10.42.0.") and lease["dns"] == "10.42.0.1" and api == "http://valise.lan/portail/api",
          f"DHCP: {lease['ip']}, names from {lease['dns']}, portal {api} ({time.monotonic() - began:.0f} s after it began)")  # fmt: skip
    return lease


def is_so(machine: Machine, condition: str, seconds: float) -> bool:
    """True as soon as it is so in there."""
    assert machine.shell is not None
    end = time.monotonic() + seconds
    while machine.shell.run(condition, 120)[0]:
        if time.monotonic() > end:
            return False
        time.sleep(1)
    return True


def leave(machine: Machine) -> None:
    """The phone goes."""
    machine.inside("kill $(cat /run/drill/wpa.pid); ip netns exec phone ip addr flush dev wlan2")
    wait_inside(machine, f"! test -e /run/drill/wpa/wlan2 && ! {CLI} all_sta | grep -q AUTHORIZED", "it leaves")


def errand(machine: Machine, who: str, told: dict[str, str]) -> dict[str, Any]:
    """What guest.py found."""
    asked = shlex.quote(json.dumps(told))
    command = f"printf %s {asked} >/run/drill/told; cd {HERE} && ip netns exec phone python3 -B -m drill.guest {who} </run/drill/told"
    found: dict[str, Any] = json.loads(machine.inside(command, 600).splitlines()[-1])
    return found
