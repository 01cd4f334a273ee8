"""From where the team's pages answer: the networks of the setting `staff_networks`, and always this very machine.

On a box they name the addresses that phones with the team's Wi-Fi key are seen from, and the cable. Without the setting
(a PC, a demonstration) the team signs in from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network


class Whence:
    """The addresses of the team."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = [ip_network(one) for one in networks]

    def is_staff(self, address: str) -> bool:
        """True when whoever asks from there may be of the team."""
        if not self._networks:
            return True
        try:
            found = ip_address(address)
        except ValueError:
            return False
        found = getattr(found, "ipv4_mapped", None) or found
        return found.is_loopback or any(found in network for network in self._networks)
