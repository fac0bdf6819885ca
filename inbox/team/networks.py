"""From where people may use Webcare: everywhere, or from some networks alone."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable


def parse(text: str) -> list[str]:
    """Return the networks in a text, one a line, each once. Raises ValueError with the line that is none."""
    found = []
    for line in text.splitlines():
        word = line.split("#")[0].strip()
        if not word:
            continue
        try:
            found.append(str(ipaddress.ip_network(word, strict=False)))
        except ValueError:
            raise ValueError(word) from None
    return list(dict.fromkeys(found))


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
