"""Names of accounts as one tells them apart: a brand has the same one on each platform."""

from __future__ import annotations

from channels.models import Account
from channels.platforms import platform_title


def name_of(account: Account) -> str:
    """@veldhuiswonen (X)."""
    return f"{account.at_handle} ({platform_title(account.platform)})"
