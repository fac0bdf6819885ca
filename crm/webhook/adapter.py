"""A CRM that takes our questions at one https address, each signed after Standard Webhooks (docs/crm.md)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from channels.errors import ChannelError
from crm.port import Activity, CrmError, Record
from crm.reading import address_in, mapping_in, text_in
from inbox.automation import posting
from inbox.automation.webhooks import packed, signature
from webcare.lib.text import read_json

MOST_BYTES = 512 * 1024  # of one answer
_BUSY = (408, 425, 429)
_NO_ACCESS = (401, 403)


class WebhookCrm:
    """One that answers POST."""

    def __init__(self, credentials: Mapping[str, str], seconds: float) -> None:
        """`credentials` has `url` and `secret`; each question takes `seconds` at most."""
        self._url, self._secret, self._seconds = credentials["url"], credentials["secret"], seconds

    def test(self) -> None:
        """Ask for nothing. Raises CrmError."""
        self._ask("ping", {})

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
            status, answer = posting.ask(self._url, body, headers, most_bytes=MOST_BYTES, seconds=self._seconds)
        except ChannelError as error:
            raise CrmError(error.reason, permanent=error.permanent) from None
        _refuse(status)
        if not answer.strip():
            return {}
        try:
            return mapping_in(read_json(answer))
        except ValueError:
            raise CrmError("not_understood") from None


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
