"""Tellings done from rows: claimed first, tried again for three days, then given up and said."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from api.webhooks import endpoints
from api.webhooks.body import body_of
from api.webhooks.models import Endpoint, Telling
from api.webhooks.news import tell_admins
from channels.errors import ChannelError
from channels.secrets import CredentialsUnreadable
from inbox.automation import posting
from inbox.automation.webhooks import packed, signature

log = logging.getLogger(__name__)

OF_ENDPOINT = 50  # handed out at once to one endpoint, and
WHILE_FAILING = 1
CLAIM = timedelta(seconds=90)  # after which what a killed process held is tried again
# As Standard Webhooks advises: seconds, minutes, then hours, for three days.
LATER = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 68_400, 79_200))
GIVES_UP = timedelta(days=3)  # of silence, after which an endpoint is switched off
KEPT = timedelta(days=30)
_GONE = 410
_State = Telling.State


def due(now: datetime | None = None) -> list[int]:
    """Return what is to be told now, some to each endpoint: one that hangs leaves the others their turn."""
    found: list[int] = []
    for endpoint, failing_since in Endpoint.objects.filter(is_on=True).values_list("pk", "failing_since"):
        rows = Telling.objects.filter(endpoint=endpoint, state=_State.WAITING, due_at__lte=now or timezone.now())
        rows = rows.order_by("due_at", "pk")
        found += rows.values_list("pk", flat=True)[: WHILE_FAILING if failing_since else OF_ENDPOINT]
    return found


def tell(pk: int, now: datetime | None = None) -> None:
    """Try one. Of any number of workers one gets it."""
    now = now or timezone.now()
    waiting = Telling.objects.filter(pk=pk, state=_State.WAITING, due_at__lte=now)
    if not waiting.update(tries=F("tries") + 1, due_at=now + CLAIM):
        return
    row = Telling.objects.select_related("endpoint__made_by", "conversation").get(pk=pk)
    if _is_of_closed_team(row):
        row.delete()  # the log names what was told, and this is not for its reader to know
        return
    body = body_of(row)
    if body is None:
        _finish(row, _State.FAILED, reason="erased")
        return
    _keep_whether_words_go(row)
    try:
        status = posting.post(endpoints.url_of(row.endpoint), body_bytes := packed(body), _headers(row, body_bytes))
    except CredentialsUnreadable:
        _later(row, "unreadable")
    except ChannelError as error:
        _finish(row, _State.FAILED, reason=error.reason) if error.permanent else _later(row, error.reason)
    else:
        _take(row, status)


def forget() -> None:
    """Delete what was told or given up long ago."""
    Telling.objects.exclude(state=_State.WAITING).filter(at__lt=timezone.now() - KEPT).delete()


def _is_of_closed_team(row: Telling) -> bool:
    """Whether a conversation belongs to a team that whoever made the endpoint does not see."""
    maker = row.endpoint.made_by
    return row.conversation is not None and maker is not None and row.conversation.team_id in maker.closed_teams


def _keep_whether_words_go(row: Telling) -> None:
    """Note before a try whether words go along: it may arrive though nobody answers. Once true it stays."""
    words = row.endpoint.with_words or bool(row.with_words)
    if row.with_words != words:
        Telling.objects.filter(pk=row.pk).update(with_words=words)


def _headers(row: Telling, body: bytes) -> dict[str, str]:
    timestamp = int(timezone.now().timestamp())
    signed = (signature(secret, str(row.code), timestamp, body) for secret in endpoints.secrets_of(row.endpoint))
    return {
        "content-type": "application/json",
        "user-agent": "Webcare",
        "webhook-id": str(row.code),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signed),
    }


def _take(row: Telling, status: int) -> None:
    if 200 <= status < 300:  # noqa: PLR2004
        _finish(row, _State.DONE, status=status)
        Endpoint.objects.filter(pk=row.endpoint_id, failing_since__isnull=False).update(failing_since=None)
    elif status == _GONE:
        _finish(row, _State.FAILED, status=status, reason="gone")
        _give_up(row.endpoint)
    else:
        _later(row, "refused", status=status)


def _later(row: Telling, reason: str, *, status: int | None = None) -> None:
    now = timezone.now()
    Endpoint.objects.filter(pk=row.endpoint_id, failing_since=None).update(failing_since=now)
    if row.tries > len(LATER):
        _finish(row, _State.FAILED, status=status, reason=reason)
    else:
        _write(row, due_at=now + LATER[row.tries - 1], status=status, reason=reason[:30])
    if row.endpoint.failing_since and now - row.endpoint.failing_since >= GIVES_UP:
        _give_up(row.endpoint)


def _give_up(endpoint: Endpoint) -> None:
    endpoints.switch(endpoint, None, on=False)
    tell_admins(endpoint)


def _finish(row: Telling, state: str, *, status: int | None = None, reason: str = "") -> None:
    _write(row, state=state, status=status, reason=reason[:30])
    if state == _State.FAILED:
        log.warning("Endpoint %s was not told of %s: %s", row.endpoint_id, row.pk, reason)


def _write(row: Telling, **values: Any) -> None:
    """Keep how a try ended; one that another worker took meanwhile is left to it."""
    waiting = Telling.objects.filter(pk=row.pk, state=_State.WAITING, tries=row.tries)
    waiting.update(tried_at=timezone.now(), **values)
