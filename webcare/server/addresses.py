"""Who asks, by address."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """Return an address; of IPv6 the network that one household or office has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
