"""XRPC with one account's access: the lexicons of app.bsky, com.atproto and chat.bsky over our own session.

The package atproto would do this too. Loading it takes 37 MB and 0.6 seconds in each process (0.0.73, measured
2026-11), and all of ours together may use 512 MB. It reads the sandbox in the tests instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, BinaryIO

import requests

from channels.bluesky.errors import CHAT, next_call, refusal, unreadable
from channels.errors import NeedsReauth
from channels.servers import ServerSession, origin_of

SERVER = "https://bsky.social"  # where an account is at home unless it says so
# Who messages are handed to: chat lives beside the servers. "Direct messages", docs.bsky.app (2026-09).
_PROXY = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}


class BlueskyClient:
    """The methods of one account's server. For one task, one thread.

    Its calls raise ChannelError, NeedsReauth or RateLimited only.
    """

    def __init__(self, credentials: Mapping[str, str]) -> None:
        """Use the server and the access of the credentials."""
        self.credentials = credentials

    @cached_property
    def session(self) -> ServerSession:
        """The session. Raises ChannelError where the address is none."""
        return ServerSession(origin_of(self.credentials.get("pds") or self.credentials.get("server") or SERVER))

    def query(self, method: str, **params: str | int | Sequence[str]) -> Mapping[str, Any]:
        """Ask a method that changes nothing."""
        return self._call("GET", method, params=params)

    def procedure(self, method: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call a method that changes something."""
        return self._call("POST", method, json=body)

    def upload(self, content: BinaryIO, mime_type: str) -> Mapping[str, Any]:
        """Upload a file, and return the blob it is known by."""
        made = self._call("POST", "com.atproto.repo.uploadBlob", data=content, more={"Content-Type": mime_type})
        blob = made.get("blob")
        if not isinstance(blob, Mapping):
            raise unreadable(200, writes=True)
        return blob

    def _call(self, verb: str, method: str, more: Mapping[str, str] | None = None, **options: Any) -> Mapping[str, Any]:
        headers = {
            "Authorization": f"Bearer {self._token}",
            **(_PROXY if method.startswith(CHAT) else {}),
            **(more or {}),
        }
        address = f"{self.session.origin}/xrpc/{method}"
        return read(self.session.request(verb, address, headers=headers, **options), method, writes=verb == "POST")

    @property
    def _token(self) -> str:
        token = self.credentials.get("access_token", "")
        if not token or not token.isascii() or not token.isprintable():
            raise NeedsReauth("There is no access to Bluesky yet.")
        return token

    def next_call(self) -> datetime | None:
        """Return the soonest moment to read on; None where there is no reason to wait."""
        return next_call(self.session.headers_seen)

    def close(self) -> None:
        """Let go of connections."""
        if "session" in self.__dict__:
            self.session.close()


def read(response: requests.Response, method: str, *, writes: bool) -> Mapping[str, Any]:
    """Return an answer's object, {} where it holds nothing. Raises ChannelError for a refusal."""
    if not response.ok or response.is_redirect:
        raise refusal(response, method, writes=writes)
    if not response.content:
        return {}
    try:
        found = response.json()
    except ValueError:
        raise unreadable(response.status_code, writes=writes) from None
    if not isinstance(found, Mapping):
        raise unreadable(response.status_code, writes=writes)
    return found
