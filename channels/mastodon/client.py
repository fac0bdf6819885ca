"""Mastodon.py on our session: its requests, our errors, and answers as they came.

The package makes objects of what it reads and waits where a server wants fewer calls. It is told to throw, and the
answer itself is read from the session. It is loaded with the first call: who has no Mastodon pays nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import requests

from channels.errors import ChannelError, NeedsReauth
from channels.http import SAFE_METHODS
from channels.mastodon.errors import next_call, refusal, unreadable
from channels.servers import ServerSession, origin_of

# What may not be asked for twice, should the answer be lost.
_WRITES = ("_post", "_delete", "_favourite", "_unfavourite", "_reblog", "_unreblog", "_block", "_unblock", "_update")
_AS_OF = "4.3.0"  # the package need not ask each time what the server can do; what is newer is asked for by `call`


class MastodonClient:
    """The API of one server with one account's access. For one task, one thread.

    Its calls raise ChannelError, NeedsReauth or RateLimited only.
    """

    def __init__(self, credentials: Mapping[str, str]) -> None:
        """Use the server and the access token of the credentials."""
        self.credentials = credentials

    @cached_property
    def session(self) -> ServerSession:
        """The session. Raises ChannelError where the address is none."""
        return ServerSession(origin_of(self.credentials.get("instance", "")))

    @cached_property
    def api(self) -> Any:
        """The package's client. The token is given afterwards: it would open a file that has such a name."""
        from mastodon import Mastodon  # noqa: PLC0415  loaded where Mastodon is used

        client: Any = Mastodon(
            api_base_url=self.session.origin,
            session=self.session,
            ratelimit_method="throw",
            version_check_mode="created",
            mastodon_version=_AS_OF,
            user_agent="webcare",
            lang="en",
        )
        client.access_token, client.request_timeout = self._token, None  # the session has a time-out of its own
        return client

    @property
    def _token(self) -> str:
        token = self.credentials.get("access_token", "").strip()
        if not token.isprintable() or not token.isascii() or not token:
            raise NeedsReauth("There is no access to Mastodon.")
        return token

    def ask(self, method: str, *args: Any, **params: Any) -> Any:
        """Call a method of the package, as `ask("status", "109…")`, and return the answer's JSON."""
        writes, session, api = method.endswith(_WRITES), self.session, self.api
        session.last = None
        try:
            getattr(api, method)(*args, **params)
        except Exception as error:  # whatever it makes of the answer: the answer itself is on the session
            if session.last is None:
                cause = error if isinstance(error, ChannelError) else error.__context__
                raise (
                    cause if isinstance(cause, ChannelError)
                    else ChannelError(f"Mastodon could not be asked: {type(error).__name__}.")
                ) from None  # fmt: skip
        return self._read(session.last, writes=writes)

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Make a call that the package has no method for, and return the answer's JSON; `options` are requests'."""
        headers = {"Authorization": f"Bearer {self._token}", "User-Agent": "webcare"}
        response = self.session.request(method, f"{self.session.origin}{path}", headers=headers, **options)
        return self._read(response, writes=method not in SAFE_METHODS)

    def _read(self, response: requests.Response | None, *, writes: bool) -> Any:
        if response is None:
            raise unreadable(0, writes=writes)
        if not response.ok or response.is_redirect:
            raise refusal(response, writes=writes)
        try:
            return response.json()
        except ValueError:
            raise unreadable(response.status_code, writes=writes) from None

    def next_call(self) -> datetime | None:
        """Return the soonest moment to read on; None where there is no reason to wait."""
        return next_call(self.session.headers_seen)

    def close(self) -> None:
        """Let go of connections."""
        if "session" in self.__dict__:
            self.session.close()
