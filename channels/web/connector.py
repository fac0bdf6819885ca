"""Sites that are no platform: blogs, forums, news. Nothing is asked of them here, and nothing can be sent to them.

The account of this platform holds what people took up as work (monitoring/hits/taking_up.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import AccountProfile, Connector
from channels.errors import ChannelError
from channels.types import Capabilities, OutgoingReply, Page, SendResult


class WebConnector(Connector):
    """An account without a platform behind it."""

    platform = "web"
    capabilities = Capabilities({}, polls=False)
    credential_fields = ()
    streams = ()

    def identify(self) -> AccountProfile:
        """Return the account as it is: nobody else knows it."""
        return AccountProfile(self.external_id, "", self.handle, "")

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """There is nothing to fetch. Raises ValueError."""
        raise ValueError(f"The web has no stream {stream}")

    def send(self, reply: OutgoingReply) -> SendResult:
        """Refuse: one answers on the site itself."""
        raise ChannelError("A site is answered on the site itself.", permanent=True, reason="forbidden")
