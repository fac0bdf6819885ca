"""Google's own client for Python on our session: no connection of its own, no look-up of what the API is like.

google-api-python-client reaches the net by httplib2, which knows none of our promises. It takes any object that has a
`request()`, so it gets one over `PlatformSession`. What the API is like stands in the package (`static_discovery`). All
of it is loaded with the first call: who has no YouTube pays nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from channels.errors import NeedsReauth
from channels.http import SAFE_METHODS, PlatformSession, google_session
from channels.youtube.errors import USED_UP, refusal, unreadable
from channels.youtube.quota import COSTS, Quota
from webcare.lib.text import read_json

MOST_IDS = 30  # in one question: the client makes a POST of an address that passes 2,048 characters


class YouTubeClient:
    """The YouTube Data API with one channel's access. For one task, one thread.

    Its calls raise ChannelError, NeedsReauth or RateLimited only.
    """

    def __init__(self, credentials: Mapping[str, str]) -> None:
        """Use the access token of the credentials."""
        self.token = credentials.get("oauth2_token", "")
        self.quota = Quota.of(credentials)
        self.session = google_session()
        self.spent = 0  # units, by this client

    def ask(self, resource: str, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the API, as `ask("comments", "list", part="snippet", id="…")`; {} where it tells nothing."""
        if not self.token:
            raise NeedsReauth("There is no access to YouTube yet.")
        from googleapiclient.errors import Error, HttpError  # noqa: PLC0415  loaded where YouTube is used

        request = getattr(getattr(_service(), resource)(), method)(**params)
        units, writes = COSTS[f"{resource}.{method}"], request.method not in SAFE_METHODS
        self.spent += units
        self.quota.note(units)
        try:
            found = request.execute(http=_Transport(self.session, self.token))
        except HttpError as error:
            # Its text holds the whole address; ours holds Google's sentence.
            refused = refusal(int(error.resp.status), error.content, writes=writes)
            if refused.code.removeprefix("youtube/") in USED_UP:
                self.quota.note_used_up()
            raise refused from None
        except (Error, ValueError):
            raise unreadable(self.session.last.status_code if self.session.last else 0, writes=writes) from None
        if not isinstance(found, dict):
            if found in ("", None):
                return {}
            raise unreadable(200, writes=writes)
        return found

    def close(self) -> None:
        """Let go of connections."""
        self.session.close()


class _Transport:
    """What the client sends its requests with: our session, in the shape of httplib2's."""

    def __init__(self, session: PlatformSession, token: str) -> None:
        self.session, self.token = session, token

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None, **_more: Any
    ) -> tuple[Any, bytes]:
        """Send a request with the token; return (response, content) as httplib2 does. Raises ChannelError."""
        import httplib2  # noqa: PLC0415  as above

        signed = {**(headers or {}), "Authorization": f"Bearer {self.token}"}
        answer = self.session.request(method, uri, data=body, headers=signed)
        told = {name.lower(): value for name, value in answer.headers.items()}
        response = httplib2.Response({**told, "status": str(answer.status_code)})
        response.reason = answer.reason
        return response, answer.content

    def close(self) -> None:
        """The session is closed by who made it."""


@cache
def _service() -> Any:
    """The API's methods, made once a process. They hold no token, and send nothing by themselves."""
    from googleapiclient.discovery import build  # noqa: PLC0415  as above
    from googleapiclient.model import JsonModel  # noqa: PLC0415

    class CleanModel(JsonModel):  # type: ignore[misc]  # the client has no types
        """Reads answers as ours are read: one odd character must not cost the rest."""

        def deserialize(self, content: bytes) -> Any:
            return read_json(content)

    unsigned = _Transport(google_session(), "")
    return build(
        "youtube", "v3", http=unsigned, model=CleanModel(), static_discovery=True, cache_discovery=False, num_retries=0
    )
