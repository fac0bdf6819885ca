"""Looks for a person outside their own conversations: stored bodies, colleagues' words, what others' messages name.

Reads in parts, changes row by row, and can be done again at any time: what is gone is not found twice.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from channels.models import Delivery, UnreadItem
from inbox.models import (
    CannedText,
    ContactNote,
    Conversation,
    Draft,
    EarlyEvent,
    GuidelineVersion,
    Incident,
    Message,
    Notice,
    PracticeCase,
    PracticeCopy,
    RawPayload,
    Review,
    SavedView,
    Surprise,
)
from inbox.privacy.traces import Traces
from inbox.triage.summary import refresh_and_announce
from webcare.lib.statements import fetch, fetch_for
from webcare.lib.text import read_json

_BEING_READ = timedelta(minutes=2)  # a reader that took longer has died, and its body is free
_AT_ONCE = 500
# Colleagues' words: where a name or a quotation may stand.
_WRITTEN: tuple[tuple[type[models.Model], str], ...] = (
    (ContactNote, "text"), (Draft, "text"), (Review, "remark"), (Conversation, "handover_note"),
    (CannedText, "text"), (Notice, "text"), (Incident, "text"), (Incident, "words"), (SavedView, "query"),
    (SavedView, "name"), (Surprise, "what"), (PracticeCopy, "remark"), (PracticeCase, "title"),
    (GuidelineVersion, "text"), (PracticeCase, "customer"), (PracticeCase, "words"), (PracticeCase, "task"),
    (PracticeCase, "draft"), (PracticeCase, "hints"),
)  # fmt: skip

_NAMED = """
SELECT id FROM inbox_message WHERE account_id = ANY(%(accounts)s::bigint[]) AND sent_at >= %(since)s
    AND EXISTS (SELECT FROM unnest(%(needles)s::text[]) AS n(word) WHERE position(n.word IN lower(text)) > 0
        OR position(n.word IN lower(shown::text)) > 0 OR position(n.word IN lower(permalink)) > 0)
UNION SELECT m.id FROM inbox_rawpayload p JOIN inbox_message m ON m.id = p.message_id
    WHERE m.account_id = ANY(%(accounts)s::bigint[]) AND m.sent_at >= %(since)s
    AND EXISTS (SELECT FROM unnest(%(needles)s::text[]) AS n(word) WHERE position(n.word IN lower(p.body::text)) > 0)
ORDER BY id
"""


@dataclass(slots=True)
class Found:
    """How much was found by kind, and whether somebody has some of it in hand just now."""

    gone: Counter[str] = field(default_factory=Counter)
    busy: bool = False


def sweep(traces: Traces) -> Found:
    """Take away what is found now."""
    found = Found()
    found.busy = _deliveries(traces, found.gone)
    _unread(traces, found.gone)
    _early(traces, found.gone)
    _notes(traces, found.gone)
    _others(traces, found.gone)
    for model, name in _WRITTEN:
        _written(model, name, traces, found.gone)
    found.gone = +found.gone
    return found


def forget_kept_pages() -> None:
    """Have every process forget the parts of pages it kept."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inbox_referenceversion SET version = gen_random_uuid()")


def _deliveries(traces: Traces, gone: Counter[str]) -> bool:
    """Take the items about this person out of webhook bodies; return whether one is being read now."""
    needles = [word.encode() for word in {*traces.needles, *traces.messages}]
    ids = fetch(
        "SELECT id FROM channels_delivery WHERE EXISTS (SELECT FROM unnest(%s::bytea[]) AS n(word)"
        " WHERE position(n.word IN body) > 0) ORDER BY id",
        [needles],
    )
    busy = False
    for (pk,) in ids:
        with transaction.atomic():
            row = Delivery.objects.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            taken = row.claimed_at is not None and row.claimed_at > timezone.now() - _BEING_READ
            if row.status == Delivery.Status.WAITING and taken:
                busy = True
                continue
            body = _body_without(bytes(row.body), traces)
            if body != bytes(row.body):
                Delivery.objects.filter(pk=pk).update(body=body, error="")
                gone["deliveries"] += 1
    return busy


def _body_without(body: bytes, traces: Traces) -> bytes:
    """Return a body without the items about this person. What nobody can read is emptied."""
    try:
        payload = read_json(body)
    except ValueError:
        return b"{}"
    left = traces.pruned(payload)
    return body if left == payload else json.dumps(left).encode()


def _unread(traces: Traces, gone: Counter[str]) -> None:
    ids = fetch(
        "SELECT id FROM channels_unreaditem WHERE EXISTS (SELECT FROM unnest(%s::text[]) AS n(word)"
        " WHERE position(n.word IN lower(body::text)) > 0)",
        [[*traces.needles, *(word.lower() for word in traces.messages)]],
    )
    gone["deliveries"] += UnreadItem.objects.filter(pk__in=[pk for (pk,) in ids]).delete()[0]


def _early(traces: Traces, gone: Counter[str]) -> None:
    ids = fetch(
        "SELECT id FROM inbox_earlyevent WHERE EXISTS (SELECT FROM unnest(%s::text[]) AS n(word)"
        " WHERE position(n.word IN lower(external_id || data::text)) > 0)",
        [traces.needles],
    )
    gone["deliveries"] += EarlyEvent.objects.filter(pk__in=[pk for (pk,) in ids]).delete()[0]


def _notes(traces: Traces, gone: Counter[str]) -> None:
    """Take names and quotations out of notes in others' conversations."""
    since = parse_datetime(traces.since)
    rows = Message.objects.filter(direction=Message.Direction.NOTE, sent_at__gte=since).exclude(text="")
    for pk, text in rows.values_list("pk", "text").iterator(chunk_size=_AT_ONCE):
        gone["notes"] += _rewritten(Message.objects.filter(pk=pk), "text", text, traces)


def _rewritten(row: Any, name: str, text: str, traces: Traces) -> int:
    """Take them out of a text, and of what a colleague made of it meanwhile; return 1 where they stood in it."""
    left = traces.without_words(text)
    if left == text:
        return 0
    if row.filter(**{name: text}).update(**{name: left}):
        return 1
    newer = row.values_list(name, flat=True).first()
    return _rewritten(row, name, newer, traces) if newer else 0


def _others(traces: Traces, gone: Counter[str]) -> None:
    """Take handle, number and ids out of what others said, and of what platforms told about that."""
    since = parse_datetime(traces.since)
    ids = fetch_for(_NAMED, {"accounts": traces.accounts, "since": since, "needles": traces.needles})
    changed = set()
    for (pk,) in ids:
        with transaction.atomic():
            row = Message.objects.select_for_update(no_key=True).without_words().get(pk=pk)
            was = (row.text, row.shown, row.permalink)
            row.text, row.shown = traces.without(row.text), traces.scrubbed(row.shown)
            row.permalink = "" if traces.is_in(row.permalink) else row.permalink
            differs = was != (row.text, row.shown, row.permalink)
            if differs:
                row.save(update_fields=["text", "shown", "permalink"])
                changed.add(row.conversation_id)
            gone["mentions"] += _scrub_payload(traces, pk) or differs
    refresh_and_announce([pk for pk in changed if pk])


def _scrub_payload(traces: Traces, message_id: int) -> bool:
    """Take them out of what the platform literally told of a message; return whether they stood there.

    Where they are known by a short name too, which others may have, all of it goes: the message itself stays.
    """
    told = RawPayload.objects.filter(message=message_id)
    body = told.values_list("body", flat=True).first()
    left = traces.scrubbed(body)
    if left == body:
        return False
    if traces.may_be_in(json.dumps(left, ensure_ascii=False)):
        return bool(told.delete()[0])
    return bool(told.update(body=left))


def _written(model: type[models.Model], name: str, traces: Traces, gone: Counter[str]) -> None:
    rows: Any = model._default_manager.exclude(**{name: ""})
    for pk, text in rows.values_list("pk", name).iterator(chunk_size=_AT_ONCE):
        gone["notes"] += _rewritten(rows.filter(pk=pk), name, text, traces)
