"""A CRM that takes our questions at one https address, each signed after Standard Webhooks (docs/crm.md)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from channels.errors import ChannelError
from crm.port import Activity, CrmError, Entry, Overview, Person, Record, Terms
from crm.reading import address_in, mapping_in, moment_of, rows_in, text_in
from inbox.automation import posting
from inbox.automation.webhooks import packed, signature
from webcare.lib.text import read_json

MOST_BYTES = 512 * 1024  # of one answer
MOST_PEOPLE = 10
_BUSY = (408, 425, 429)
_NO_ACCESS = (401, 403)


class WebhookCrm:
    """One that answers POST."""

    def __init__(self, credentials: Mapping[str, str], seconds: float) -> None:
        """`credentials` has `url` and `secret`; all questions together take `seconds` at most."""
        self._url, self._secret = credentials["url"], credentials["secret"]
        self._ends = time.monotonic() + seconds

    def test(self) -> None:
        """Ask for nothing. Raises CrmError."""
        self._ask("ping", {})

    def find(self, terms: Terms) -> list[Person]:
        """Ask who any of the terms fits. Raises CrmError."""
        data = {
            "emails": list(terms.emails),
            "phones": list(terms.phones),
            "handles": [{"platform": platform, "handle": handle} for platform, handle in terms.handles],
            "ids": [{"platform": platform, "id": id} for platform, id in terms.ids],
            "name": terms.name,
        }
        people = (_person(row) for row in rows_in(self._ask("person.search", data), "people", MOST_PEOPLE))
        return [person for person in people if person.id]

    def read(self, person_id: str) -> Overview:
        """Ask what is known of somebody. Raises CrmError, reason "gone" where they are not there."""
        answer = self._ask("person.read", {"id": person_id})
        if not isinstance(answer.get("person"), Mapping):
            raise CrmError("gone", permanent=True)
        kinds = {kind: _entries(answer, kind) for kind in ("purchases", "reasons", "mails", "calls")}
        return Overview(_person(mapping_in(answer["person"])), **kinds)

    def written(self, activity: Activity) -> Record | None:
        """Ask what an activity was written as. Raises CrmError."""
        return _record(self._ask("activity.find", {"key": activity.key}))

    def write(self, activity: Activity) -> Record:
        """Have an activity written; its key is the `webhook-id`. Raises CrmError."""
        answer = self._ask("activity.write", told(activity), key=activity.key)
        return _record(answer) or Record("")

    def _ask(self, kind: str, data: Mapping[str, Any], *, key: str = "") -> Mapping[str, Any]:
        body = packed({"type": kind, "timestamp": timezone.now().isoformat(), "data": data})
        code, timestamp = key or str(uuid.uuid4()), int(timezone.now().timestamp())
        headers = {
            "content-type": "application/json",
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": "Webcare",
            "webhook-id": code,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._secret, code, timestamp, body),
        }
        try:
            status, answer = posting.ask(self._url, body, headers, most_bytes=MOST_BYTES, seconds=self._left())
        except ChannelError as error:
            raise CrmError(error.reason, permanent=error.permanent) from None
        _refuse(status)
        if not answer.strip():
            return {}
        try:
            return mapping_in(read_json(answer))
        except ValueError:
            raise CrmError("not_understood") from None

    def _left(self) -> float:
        """Return how much time is left. Raises CrmError."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise CrmError("unreachable")
        return left


def told(activity: Activity) -> dict[str, Any]:
    """Return an activity as the contract has it."""
    case, customer = activity.case, activity.customer
    return {
        "key": activity.key,
        "kind": activity.kind,
        "at": activity.at.isoformat(),
        "text": activity.text,
        "author": activity.author,
        "automatic": activity.automatic,
        "person": activity.person_id or None,
        "customer": {
            "name": customer.name, "handle": customer.handle, "phone": customer.phone, "platform": customer.platform,
        },
        "conversation": {
            "id": case.id,
            "url": case.url,
            "account": case.account,
            "platform": case.platform,
            "visibility": case.visibility,
            "status": case.status,
            "close_reason": case.close_reason,
            "team": case.team or None,
            "labels": list(case.labels),
            "is_complaint": case.is_complaint,
            "opened_at": case.opened_at.isoformat(),
            "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        },
    }  # fmt: skip


def _person(row: Mapping[str, Any]) -> Person:
    return Person(text_in(row, "id", 200), text_in(row, "name", 200), text_in(row, "detail"), address_in(row, "url"))


def _entries(answer: Mapping[str, Any], kind: str) -> tuple[Entry, ...] | None:
    """Return the lines of a kind; None where the answer has no list of them."""
    if not isinstance(answer.get(kind), list):
        return None
    return tuple(
        Entry(
            text_in(row, "title"), moment_of(row.get("at")), text_in(row, "detail"), address_in(row, "url"),
            moment_of(row.get("opened_at")),
        )
        for row in rows_in(answer, kind)
    )  # fmt: skip


def _record(answer: Mapping[str, Any]) -> Record | None:
    record = mapping_in(answer.get("record"))
    return Record(text_in(record, "id", 200), address_in(record, "url")) if record else None


def _refuse(status: int) -> None:
    """Raise CrmError for an answer that is none of 2xx."""
    if 200 <= status < 300:  # noqa: PLR2004
        return
    detail = f"HTTP {status}"
    if status in _NO_ACCESS:
        raise CrmError("access", detail=detail)
    if status in _BUSY:
        raise CrmError("limit", detail=detail)
    if 400 <= status < 500:  # noqa: PLR2004
        raise CrmError("refused", permanent=True, detail=detail)
    raise CrmError("disturbance", detail=detail)
