"""Who asks, by address."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable


def network_of(address: str) -> str:
    """Return an address; of IPv6 the network that one household or office has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


def is_inside(address: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of these networks; where there are none, everywhere counts."""
    known = [ipaddress.ip_network(network) for network in networks]
    if not known:
        return True
    try:
        ours = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(ours, "ipv4_mapped", None)
    ours = mapped or ours
    return any(ours.version == network.version and ours in network for network in known)
