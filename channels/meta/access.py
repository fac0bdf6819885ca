"""What a token may do, and until when. Graph API reference, "Debug token" (v25.0)."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from channels.meta.graph import Graph


class Access(NamedTuple):
    """A token's end (None: none) and its permissions (None: Meta does not tell)."""

    valid_until: datetime | None = None
    scopes: tuple[str, ...] | None = None

    def lacking(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Return which of the wanted permissions it does not have."""
        return () if self.scopes is None else tuple(scope for scope in wanted if scope not in self.scopes)


def read_access(credentials: Mapping[str, str]) -> Access:
    """Ask about a token, in the name of its app: nothing is known without the app's id and secret.

    Raises ChannelError. The token ends when it expires, or when the app's access to data does: 90 days after somebody
    last signed in.
    """
    app_id, secret = credentials.get("app_id", ""), credentials.get("app_secret", "")
    if not (app_id and secret):
        return Access()
    with contextlib.closing(Graph(f"{app_id}|{secret}")) as graph:
        found = graph.read("debug_token", input_token=credentials.get("access_token", "")).get("data")
    data: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    ends = [at for name in ("expires_at", "data_access_expires_at") if (at := _moment(data.get(name)))]
    scopes = data.get("scopes")
    granted = tuple(sorted(map(str, scopes))) if isinstance(scopes, list) else None
    return Access(min(ends, default=None), granted)


def _moment(seconds: object) -> datetime | None:
    """Return when that is. Zero stands for never."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
