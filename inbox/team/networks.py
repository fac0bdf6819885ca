"""From where people may use Webcare: everywhere, or from some networks alone."""

from __future__ import annotations

import ipaddress


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
