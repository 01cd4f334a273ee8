"""What hostapd, dnsmasq, nftables and the rest are told, as text made from a plan. Pure: nothing is read or run here.

`valise hotspot config DIR` writes all of them. Which program reads which file stands in `FILES`; the image puts them in
place. `RUN` is a folder in memory: leases and the team's phones never reach the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from kit.errors import Problem
from kit.hotspot.plan import RADAR, Plan

RUN = "/run/valise"
STAFF_KEY_ID = "equipe"
HALL = "wlan1"  # a second chip, which joins a Wi-Fi of the hall
TABLE = "inet valise_hotspot"
# Windows resolves this name and wants exactly this address (learn.microsoft.com, "NCSI overview").
WINDOWS_NAME, WINDOWS_ADDRESS = "dns.msftncsi.com", "131.107.255.255"


class Made(msgspec.Struct, frozen=True):
    """A file to be written: its mode (keys are for root's eyes only) and how its text is made."""

    mode: int
    make: Callable[[Plan], str]


def hostapd(plan: Plan) -> str:
    """hostapd.conf: WPA2 (or WPA2 and WPA3), phones kept apart from one another, no probe or join written anywhere."""
    wpa3 = plan.security == "wpa3"
    lines = [
        f"interface={plan.interface}",
        "driver=nl80211",
        f"ctrl_interface={RUN}/hostapd",
        f"ssid2={plan.wifi_name.encode().hex()}",
        "utf8_ssid=1",
        f"country_code={plan.country}",
        "ieee80211d=1",
        f"hw_mode={'a' if plan.is_five else 'g'}",
        f"channel={plan.channel}",
        "ieee80211n=1",
        "wmm_enabled=1",
        *(["ieee80211ac=1"] if plan.is_five else []),
        *(["ieee80211h=1"] if plan.channel in RADAR else []),
        f"max_num_sta={plan.most_phones}",
        "ap_isolate=1",
        "auth_algs=1",
        "wpa=2",
        f"wpa_key_mgmt={'WPA-PSK WPA-PSK-SHA256 SAE' if wpa3 else 'WPA-PSK WPA-PSK-SHA256'}",
        "rsn_pairwise=CCMP",
        "ieee80211w=1",
        "wpa_pairwise_update_count=20",
        f"wpa_psk_file={RUN}/hostapd.wpa_psk",
        *([f"sae_password={plan.key}", "sae_require_mfp=1"] if wpa3 else []),
        "logger_syslog_level=4",
        "logger_stdout_level=4",
    ]
    return _text(lines)


def hostapd_keys(plan: Plan) -> str:
    """hostapd.wpa_psk: the visitors' key, and the team's under the name that hostapd tells when a phone joins by it."""
    lines = [f"keyid={STAFF_KEY_ID} 00:00:00:00:00:00 {plan.staff_key}"] if plan.staff_key else []
    return _text([*lines, f"00:00:00:00:00:00 {plan.key}"])


def dnsmasq(plan: Plan) -> str:
    """dnsmasq.conf: every name is the box (`local` makes AAAA an empty answer at once), leases in memory, no log."""
    first, last = plan.leases
    box = plan.box.ip
    return _text([
        f"interface={plan.interface}",
        "except-interface=lo",
        "bind-dynamic",
        "no-resolv",
        "no-hosts",
        "no-poll",
        "local=/#/",
        f"address=/#/{box}",
        f"address=/{WINDOWS_NAME}/{WINDOWS_ADDRESS}",
        "local-ttl=60",
        "dhcp-authoritative",
        "no-ping",
        f"dhcp-range={first},{last},{plan.visitors.netmask},12h",
        f"dhcp-option=option:router,{box}",
        f"dhcp-option=option:dns-server,{box}",
        f"dhcp-option=114,{plan.api_url}",
        f"dhcp-leasefile={RUN}/dnsmasq.leases",
        "quiet-dhcp",
        "quiet-dhcp6",
        "quiet-ra",
    ])  # fmt: skip


# Filled in by str.format: `phones` matches what comes over the Wi-Fi; `staff` and `team` may be empty.
FIREWALL = """table {table}
delete table {table}
table {table} {{{staff}
  chain honest {{
    type filter hook prerouting priority raw; policy accept
    {phones} ip saddr != {{ {visitors}, 0.0.0.0 }} drop
    {phones} fib daddr type unicast meta l4proto tcp tcp dport != {{ 53, 80 }} reject with tcp reset
    {phones} fib daddr type unicast udp dport != 53 reject
  }}

  chain door {{
    type nat hook prerouting priority dstnat; policy accept
    {phones} tcp dport 80 redirect to :{port}
    {phones} meta l4proto {{ tcp, udp }} th dport 53 redirect to :53
  }}
{team}
  chain input {{
    type filter hook input priority filter; policy drop
    iifname "lo" accept
    ct state established,related accept
    ct state invalid drop
    {phones} goto visitors
    meta l4proto {{ icmp, ipv6-icmp }} accept
    udp dport {{ 68, 546, 5353 }} accept
{hall}    tcp dport {port} accept
    meta l4proto tcp reject with tcp reset
  }}

  chain visitors {{
    udp dport {{ 53, 67, 5353 }} accept
    meta nfproto ipv4 tcp dport {{ 53, 443, {port} }} accept
    icmp type echo-request limit rate 20/second accept
    icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld-listener-report }} accept
    meta l4proto tcp reject with tcp reset
    reject
  }}

  chain forward {{
    type filter hook forward priority filter; policy drop
    meta l4proto tcp reject with tcp reset
    reject
  }}
}}
"""
STAFF_SET = """
  set staff {
    type ether_addr
    flags timeout
  }
"""
TEAM = """
  chain team {{
    type nat hook input priority 100; policy accept
    {phones} ether saddr @staff meta l4proto tcp snat ip to {first}-{last} persistent
  }}
"""


def nftables(plan: Plan) -> str:
    """The firewall: a visitor reaches the portal, names and addresses (DHCP), and nothing else anywhere.

    443 of the box itself is let in: where nobody listens the kernel refuses at once, and where nginx does (the box has
    a certificate) every name but the box's own ends at the first word of TLS.

    Whatever TCP a phone wants of whomever, port 80 is the portal and the rest is refused at once: no hanging. Nothing
    is passed on between networks, whether the kernel would or not. Phones of the team (hostapd named their key) are
    seen from addresses of their own, which nobody can take by hand. Whoever else is on the hall's Wi-Fi (the box
    joins it to send) finds no page there: only a cable is the team's.
    """
    phones = f'iifname "{plan.interface}"'
    staff = team = ""
    if plan.staff is not None:
        first, last = plan.staff_range
        staff, team = STAFF_SET, TEAM.format(phones=phones, first=first, last=last)
    return FIREWALL.format(
        table=TABLE, phones=phones, visitors=plan.visitors, port=plan.port, staff=staff, team=team,
        hall=f'    iifname "{HALL}" meta l4proto tcp reject with tcp reset\n' if plan.hall_name else "",
    )  # fmt: skip


def portal_url(plan: Plan) -> str:
    """What kit/hotspot/advertise.py tells phones that only read IPv6 (RFC 8910, option 37); no route is offered."""
    return f"{plan.api_url}\n"


def staff_door(plan: Plan) -> str:
    """What `hostapd_cli -a` runs when a phone joins or leaves: who came by the team's key is let to the team's door.

    A phone that comes back by the visitors' key under the same address loses it; so does one that leaves.
    """
    return f"""#!/bin/sh
# INTERFACE EVENT ADDRESS [keyid=NAME], by hostapd_cli -a
case "$2" in
  AP-STA-CONNECTED)
    nft delete element {TABLE} staff "{{ $3 }}" 2>/dev/null
    case " $* " in *" keyid={STAFF_KEY_ID} "*) nft add element {TABLE} staff "{{ $3 timeout 1d }}" ;; esac ;;
  AP-STA-DISCONNECTED) nft delete element {TABLE} staff "{{ $3 }}" 2>/dev/null ;;
esac
exit 0
"""


def network(plan: Plan) -> str:
    """A .network file of systemd-networkd: the box's addresses on the Wi-Fi."""
    staff = [f"Address={plan.staff_box}/{plan.staff.prefixlen}"] if plan.staff is not None else []
    return _text([
        "[Match]",
        f"Name={plan.interface}",
        "",
        "[Network]",
        f"Address={plan.box.with_prefixlen}",
        *staff,
        "LinkLocalAddressing=ipv6",
        "IPv6AcceptRA=no",
        "ConfigureWithoutCarrier=yes",
    ])  # fmt: skip


def hall(plan: Plan) -> str:
    """wpa_supplicant.conf of the second chip: one network, the hall's; empty where none is named."""
    if not plan.hall_name:
        return ""
    lines = [
        f"country={plan.country}",
        "p2p_disabled=1",
        "network={",
        f"  ssid={plan.hall_name.encode().hex()}",
        "  scan_ssid=1",
        "  ieee80211w=1",
        *(
            [f'  psk="{plan.hall_key}"', "  key_mgmt=WPA-PSK WPA-PSK-SHA256 SAE"]
            if plan.hall_key
            else ["  key_mgmt=NONE"]
        ),
        "}",
    ]
    return _text(lines)


def sysctl(plan: Plan) -> str:
    """Nothing is passed on between the networks of the box, and redirects of anybody are not believed."""
    return _text([
        "net.ipv4.ip_forward=0",
        "net.ipv6.conf.all.forwarding=0",
        f"net.ipv4.conf.{plan.interface.replace('.', '/')}.send_redirects=0",
        f"net.ipv4.conf.{plan.interface.replace('.', '/')}.accept_redirects=0",
    ])  # fmt: skip


FILES: Mapping[str, Made] = MappingProxyType({
    "hostapd.conf": Made(0o600, hostapd),
    "hostapd.wpa_psk": Made(0o600, hostapd_keys),  # to be laid at RUN
    "dnsmasq.conf": Made(0o644, dnsmasq),
    "hotspot.nft": Made(0o644, nftables),
    "portal-url": Made(0o644, portal_url),
    "staff-door": Made(0o755, staff_door),
    "hotspot.network": Made(0o644, network),
    "hall.conf": Made(0o600, hall),
    "hotspot.sysctl": Made(0o644, sysctl),
})  # fmt: skip


def write_all(plan: Plan, folder: Path) -> list[Path]:
    """Write every file below `folder`, each whole or not at all. Raises Problem `hotspot.cannot_write`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / name, made.make(plan), made.mode) for name, made in FILES.items()]
    except OSError as refusal:
        raise Problem("hotspot.cannot_write", path=folder, reason=refusal.strerror) from refusal


def _write(path: Path, text: str, mode: int) -> Path:
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=mode)
    draft.write_text(text, "utf-8")
    draft.chmod(mode)
    return draft.replace(path)


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
