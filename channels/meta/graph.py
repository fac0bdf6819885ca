"""Every Graph API call: facebook-sdk, with what it lacks for the API as it is today.

The SDK (3.1) dates from 2018. It refuses two-digit versions, mangles nested values and knows no `appsecret_proof`. It
hides subcodes, status and headers, and follows `paging.next` with the token in it. This one subclass deals with each of
them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, BinaryIO

from django.conf import settings

from channels import http
from channels.downloads import open_media
from channels.errors import ChannelError
from channels.meta.errors import error_from, first_failure
from channels.meta.rate_limits import USAGE_HEADERS, rest_after, usage

with warnings.catch_warnings():
    # The SDK's source has an invalid escape, and tests turn warnings into errors.
    warnings.simplefilter("ignore")
    import facebook

FEWEST = 3  # items in the smallest page we ask for


class Graph(facebook.GraphAPI):  # type: ignore[misc]  # the SDK has no types
    """The Graph API with one access token. For one task, one thread.

    All methods raise ChannelError, NeedsReauth or RateLimited only.
    """

    def __init__(self, token: str, *, app_secret: str = "", version: str = "") -> None:
        """`app_secret` adds a proof that its own app uses the token (Graph API reference, "Securing requests")."""
        self.http = http.graph_session()
        super().__init__(access_token=token, session=self.http)
        self.version = version or settings.GRAPH_API_VERSION
        self.proof = hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest() if app_secret else ""
        self.rest_until: datetime | None = None  # set once the headers say the budget is nearly spent
        self.used: float | None = None  # percent of it; None where no answer told

    def read(self, path: str, **args: Any) -> dict[str, Any]:
        """GET a node or an edge, e.g. `read("123/comments", fields="id,message")`."""
        return self._mapping(self.request(f"{self.version}/{path}", args))

    def read_list(self, path: str, *, limit: int, fields: str, **args: Any) -> dict[str, Any]:
        """GET one page of an edge; a shorter one where Meta calls it too much data for one answer.

        Graph API error 1, "Please reduce the amount of data you're asking for, then retry your request".
        """
        try:
            return self.read(path, fields=fields, limit=limit, **args)
        except ChannelError as error:
            if "reduce the amount of data" not in str(error) or limit <= FEWEST:
                raise
        return self.read_list(path, limit=max(limit // 4, FEWEST), fields=fields, **args)

    def write(self, path: str, *, files: Mapping[str, Any] | None = None, **args: Any) -> dict[str, Any]:
        """POST a form (multipart when there are files).

        A missing or unreadable answer is an error with `unknown` set.
        """
        return self._mapping(self.request(f"{self.version}/{path}", {}, args, files, "POST"))

    def remove(self, path: str, **args: Any) -> dict[str, Any]:
        """DELETE a node or what stands on an edge."""
        return self._mapping(self.request(f"{self.version}/{path}", args, method="DELETE"))

    def write_json(self, path: str, body: Mapping[str, Any], *, method: str = "POST") -> dict[str, Any]:
        """Send a JSON body, as WhatsApp's messages are; the SDK itself can only send forms."""
        response = self.http.request(
            method,
            f"{facebook.FACEBOOK_GRAPH_URL}{self.version}/{path}",
            params={"appsecret_proof": self.proof} if self.proof else None,
            json=dict(body),
            headers=self.bearer,
        )
        self._note_usage()
        try:
            result = response.json()
        except ValueError:
            raise self._unreadable(writes=True) from None
        if not isinstance(result, dict):
            raise self._unreadable(writes=True)
        if result.get("error"):
            raise self._refused(result)
        return result

    def pages(self, path: str, *, most: int, **args: Any) -> Iterator[dict[str, Any]]:
        """Yield at most `most` pages of an edge, and none once the rate limit is near.

        The end is a page without `next`; the next one is found by its `after` cursor, since `next` holds the token.
        """
        for _ in range(most):
            page = self.read(path, **args)
            yield page
            after = after_cursor(page)
            if not after or self.rest_until:
                return
            args["after"] = after

    def download(self, url: str, *, max_bytes: int, with_token: bool = False) -> tuple[BinaryIO, str]:
        """Open a file on one of Meta's media hosts; `with_token` for WhatsApp's, which ask for the account's token."""
        return open_media(url, headers=self.bearer if with_token else None, max_bytes=max_bytes)

    @property
    def bearer(self) -> dict[str, str]:
        """The token as a header."""
        return {"Authorization": f"Bearer {self.access_token}"}

    def request(
        self,
        path: str,
        args: dict[str, Any] | None = None,
        post_args: dict[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        method: str | None = None,
    ) -> Any:
        """Send one call as the SDK does; it is what all of the SDK's own methods use, so they are mended too.

        Nested values and booleans go out as JSON. Raises our errors in place of GraphAPIError and of what the SDK
        stumbles over.
        """
        query = {name: encoded(value) for name, value in (args or {}).items()}
        if self.proof:
            query["appsecret_proof"] = self.proof
        form = None if post_args is None else {name: encoded(value) for name, value in post_args.items()}
        writes = form is not None or (method or "GET") != "GET"
        try:
            result = super().request(path, query, form, files, method)
        except facebook.GraphAPIError as error:
            self._note_usage()
            if isinstance(error.result, Mapping):
                raise self._refused(error.result) from None
            raise self._unreadable(writes=writes) from None
        except (KeyError, ValueError):  # no content type; a body that says it is JSON and is not
            raise self._unreadable(writes=writes) from None
        self._note_usage()
        return result

    def _mapping(self, result: Any) -> dict[str, Any]:
        if result is True:  # some writes answer a bare `true`
            return {"success": True}
        if not isinstance(result, dict):
            raise self._unreadable(writes=False)
        return result

    def _refused(self, result: Mapping[str, Any]) -> ChannelError:
        body = first_failure(result) or result.get("error")
        pause = self.rest_until - datetime.now(UTC) if self.rest_until else None
        return error_from(body if isinstance(body, Mapping) else {"message": str(body or result)}, pause=pause)

    def _unreadable(self, *, writes: bool) -> ChannelError:
        """The answer was no Graph answer: a gateway's page, mostly.

        What it stands in front of may have done the work.
        """
        status = self.http.last.status_code if self.http.last is not None else 0
        return ChannelError(
            f"Meta answered with something that is no answer (HTTP {status}).",
            unknown=writes and status not in (HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE),
            code=f"http/{status}",
            reason="unreachable",
        )

    def _note_usage(self) -> None:
        if any(name in self.http.headers_seen for name in USAGE_HEADERS):
            self.used = usage(self.http.headers_seen)[0]
        if rest := rest_after(self.http.headers_seen):
            self.rest_until = datetime.now(UTC) + rest

    def close(self) -> None:
        """Let go of the connections."""
        self.http.close()


def encoded(value: Any) -> Any:
    """Return a parameter as Graph reads it: nested values and booleans as JSON, the rest as it is."""
    return json.dumps(value) if isinstance(value, (dict, list, tuple, bool)) else value


def after_cursor(page: Mapping[str, Any]) -> str:
    """Return where an edge goes on, "" at its end. A page may be short, or empty, halfway."""
    paging = page.get("paging")
    if not isinstance(paging, Mapping) or not paging.get("next"):
        return ""
    cursors = paging.get("cursors")
    return str(cursors.get("after") or "") if isinstance(cursors, Mapping) else ""
