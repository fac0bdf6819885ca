"""One Graph request: whose token it carries, what it asks to see, and how its lists are paged."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sandbox.graph import errors
from sandbox.graph.fields import Field, parse
from sandbox.model import Account, Message
from sandbox.web import Call
from sandbox.world import World

PRODUCTION = "https://graph.facebook.com"
#: Body values that arrive as JSON text in forms.
NESTED = frozenset(
    ("recipient", "message", "attachments", "text", "context", "template", "image", "video", "audio", "document")
)


@dataclass
class Context:
    """What handlers get."""

    world: World
    call: Call
    token: str
    account: Account | None  # the page or WhatsApp number the token belongs to; None for the app's own token
    version: str
    path: str  # without version

    @property
    def base(self) -> str:
        """The sandbox's address as the client knows it."""
        return self.call.base

    @property
    def page(self) -> Account:
        """The page of the token. Raises GraphError for other tokens."""
        if self.account is None or self.account.platform != "facebook":
            raise errors.permission("A page access token is required for this call", 210)
        return self.account

    @property
    def instagram(self) -> Account | None:
        """The Instagram account linked to the token's page."""
        return self.world.instagram_of(self.account.id) if self.account else None

    def owns(self, account_id: str | None) -> bool:
        """Whether the token may touch what belongs to this account."""
        linked = self.instagram
        return account_id is not None and account_id in {a.id for a in (self.account, linked) if a}

    def param(self, name: str, default: str = "") -> str:
        """A parameter from the body or the query, as text."""
        value = self.call.body.get(name, self.call.params.get(name, default))
        return json.dumps(value) if isinstance(value, (dict, list, bool)) else str(value)

    def nested(self, name: str) -> Any:
        """A parameter that may be JSON, or JSON text in a form."""
        value = self.call.body.get(name, self.call.params.get(name))
        if isinstance(value, str) and value[:1] in '{["':
            try:
                return json.loads(value)
            except ValueError as error:
                raise errors.parameter(f"param {name} must be valid JSON") from error
        return value

    def flag(self, name: str) -> bool | None:
        """A boolean parameter; None when absent."""
        text = self.param(name).lower()
        return None if not text else text in ("true", "1")

    def fields(self) -> list[Field] | None:
        """The `fields` parameter. Raises GraphError 2500 when it cannot be read."""
        text = self.param("fields")
        try:
            return parse(text) if text else None
        except ValueError as error:
            raise errors.GraphError(2500, str(error)) from error

    def message(self, id: str, verb: str = "get") -> Message:
        """A living post, comment or message of the token's accounts. Raises 100/33."""
        found = self.world.message(id)
        if found is None or found.deleted or found.platform == "x" or not self.owns(found.account):
            raise errors.missing(id, verb)
        return found


@dataclass
class Window:
    """Which part of a list is asked: limit, cursors and times, from the query or from `.limit(20)`."""

    limit: int
    after: str = ""
    before: str = ""
    since: datetime | None = None
    until: datetime | None = None


def paged(
    context: Context,
    items: Sequence[Any],
    show: Callable[[Any], dict[str, Any]],
    *,
    path: str | None = None,
    usual: int = 25,
    most: int = 100,
    nested: Field | None = None,
) -> dict[str, Any]:
    """`{"data", "paging"}` of a list; `next` is absolute, on the production host and with the token, as in reality."""
    args = nested.args if nested else context.call.params
    limit = args.get("limit", str(usual))
    if not limit.isdigit() or int(limit) < 1:
        raise errors.parameter(f"limit must be a positive number, not {limit}")
    size = min(int(limit), most)
    start = _position(items, args.get("after", "")) + 1 if args.get("after") else 0
    if args.get("before"):
        start = max(_position(items, args["before"]) - size, 0)
    shown = items[start : start + size]
    body: dict[str, Any] = {"data": [show(item) for item in shown]}
    if not shown:
        return body
    paging: dict[str, Any] = {"cursors": {"before": cursor(shown[0]), "after": cursor(shown[-1])}}
    query = {key: value for key, value in context.call.params.items() if key not in ("after", "before")}
    query = {"access_token": context.token, **query, "limit": str(size)}
    address = f"{PRODUCTION}/{context.version}/{path or context.path}"
    if start + size < len(items):
        paging["next"] = f"{address}?{urlencode(query | {'after': cursor(shown[-1])})}"
    if start:
        paging["previous"] = f"{address}?{urlencode(query | {'before': cursor(shown[0])})}"
    return body | {"paging": paging}


def cursor(item: Any) -> str:
    """An opaque cursor on an item."""
    moment = getattr(item, "at", None)
    return base64.urlsafe_b64encode(f"{item.id}|{moment.timestamp() if moment else ''}".encode()).decode().rstrip("=")


def _position(items: Sequence[Any], text: str) -> int:
    try:
        id, _, moment = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
    except ValueError as error:
        raise errors.parameter("Invalid cursors values") from error
    for index, item in enumerate(items):
        if item.id == id:
            return index
    if not moment:
        return -1
    newest_first = len(items) > 1 and items[0].at > items[-1].at  # what the cursor stood on is gone: go by its time
    before = [i for i, item in enumerate(items) if (item.at.timestamp() > float(moment)) == newest_first]
    return before[-1] if before else -1
