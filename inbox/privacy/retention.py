"""What is kept no longer: which conversations a set of rules lets go, and taking them out at night, in batches."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from inbox.ingest.batch import lock_account
from inbox.models import (
    Attachment,
    Contact,
    Conversation,
    Event,
    Identity,
    Message,
    RetentionRule,
    RetentionRun,
    User,
)
from inbox.models.answer_state import UNDER_WAY
from inbox.privacy import emptying
from webcare.lib.statements import fetch_for

log = logging.getLogger(__name__)
AT_ONCE = 100  # conversations of one account in one transaction
HOUR = 3  # of the night
_DEAD = timedelta(minutes=15)  # without a word from whoever was at it

# Each closed conversation with the rule that holds: labels first, the longest of them; then its account's, then all's.
_KEPT = """
WITH rules AS (
    SELECT * FROM unnest(%(accounts)s::bigint[], %(labels)s::bigint[], %(months)s::int[])
        AS r(account_id, label_id, months)
), kept AS (
    SELECT c.id, c.account_id, c.contact_id, greatest(c.closed_at, c.last_message_at) AS at,
        coalesce(l.label_id, 0) AS label_id,
        CASE WHEN l.label_id IS NULL AND a.account_id IS NOT NULL THEN c.account_id ELSE 0 END AS of_account,
        CASE WHEN l.label_id IS NOT NULL THEN l.months WHEN a.account_id IS NOT NULL THEN a.months ELSE g.months END
            AS months
    FROM inbox_conversation c
    LEFT JOIN LATERAL (
        SELECT r.label_id, r.months FROM inbox_conversationlabel k JOIN rules r ON r.label_id = k.label_id
        WHERE k.conversation_id = c.id ORDER BY r.months DESC NULLS FIRST LIMIT 1
    ) l ON true
    LEFT JOIN rules a ON a.account_id = c.account_id
    LEFT JOIN rules g ON g.account_id IS NULL AND g.label_id IS NULL
    WHERE c.status = 'closed' AND c.erased_at IS NULL AND c.closed_at < %(now)s
), gone AS (
    SELECT * FROM kept WHERE months IS NOT NULL AND at < %(now)s::timestamptz - make_interval(months => months)
        AND NOT EXISTS (SELECT FROM inbox_message m WHERE m.conversation_id = kept.id AND m.state = ANY(%(under_way)s))
)
"""
_COUNT = f"""{_KEPT}
SELECT of_account, label_id, count(*), count(DISTINCT contact_id), min(at) FROM gone GROUP BY of_account, label_id
"""  # noqa: S608  constants of this module
_NEXT = f"""{_KEPT}
SELECT id, account_id FROM gone WHERE (account_id, id) > (%(account)s, %(after)s)
ORDER BY account_id, id LIMIT %(most)s
"""  # noqa: S608  constants of this module


class Rule(NamedTuple):
    """A rule, as it is or as somebody tries it."""

    account: int | None
    label: int | None
    months: int | None


@dataclass(frozen=True, slots=True)
class Due:
    """How much one rule lets go now."""

    account: int | None
    label: int | None
    conversations: int
    people: int
    oldest: datetime


def rules() -> list[Rule]:
    """Return the rules in force."""
    return [Rule(*row) for row in RetentionRule.objects.values_list("account", "label", "months")]


def count(tried: Iterable[Rule]) -> list[Due]:
    """Return what a set of rules would let go now. Nothing changes."""
    rows = fetch_for(_COUNT, _asked(tried))
    return [Due(account or None, label or None, n, people, oldest) for account, label, n, people, oldest in rows]


def with_change(now: Sequence[Rule], changed: Rule) -> list[Rule]:
    """Return rules in which one is another."""
    return [rule for rule in now if rule[:2] != changed[:2]] + [changed]


def set_rule(by: User, changed: Rule, *, removed: bool = False) -> None:
    """Set or remove how long something is kept."""
    with transaction.atomic():
        found = RetentionRule.objects.filter(account=changed.account, label=changed.label)
        if removed:
            found.delete()
        elif not found.update(months=changed.months, by=by, at=timezone.now()):
            RetentionRule.objects.create(
                account_id=changed.account, label_id=changed.label, months=changed.months, by=by
            )
        Event.note(
            "retention_changed", actor=by, of=changed.account, label=changed.label, months=changed.months, gone=removed
        )


def run_if_due(now: datetime | None = None) -> RetentionRun | None:
    """Do the night's work, once a night; go on with one whose worker died. Returns it where it was done here."""
    local = timezone.localtime(now)
    if local.hour < HOUR or not RetentionRule.objects.exists():
        return None
    row = _claim(local.date(), local)
    return _run(row) if row else None


def _claim(day: date, now: datetime) -> RetentionRun | None:
    try:
        with transaction.atomic():
            return RetentionRun.objects.create(day=day, rules=_as_kept(rules()), started_at=now, seen_at=now)
    except IntegrityError:
        left = RetentionRun.objects.filter(day=day, ended_at=None, seen_at__lt=now - _DEAD)
        return RetentionRun.objects.get(day=day) if left.update(seen_at=now) else None


def _as_kept(now: Sequence[Rule]) -> list[dict[str, int | None]]:
    due = {(row.account, row.label): row.conversations for row in count(now)}
    return [{**rule._asdict(), "conversations": due.get(rule[:2], 0)} for rule in now]


def _run(row: RetentionRun) -> RetentionRun:
    account = after = 0
    while batch := fetch_for(_NEXT, {**_asked(rules()), "account": account, "after": after, "most": AT_ONCE}):
        account = batch[0][1]
        ids = [pk for pk, of_account in batch if of_account == account]
        after = ids[-1]
        try:
            done = _empty(account, ids)
        except Exception:
            log.exception("%s conversations of account %s could not be taken out", len(ids), account)
            done = {"failed": len(ids)}
        RetentionRun.objects.filter(pk=row.pk).update(
            seen_at=timezone.now(), **{name: F(name) + n for name, n in done.items()}
        )  # fmt: skip
    RetentionRun.objects.filter(pk=row.pk).update(ended_at=timezone.now())
    row.refresh_from_db()
    if row.conversations:
        Event.note("retention_ran", run=row.pk, n=row.conversations)
    return row


@transaction.atomic
def _empty(account_id: int, ids: Sequence[int]) -> dict[str, int]:
    """Take out conversations of one account, and their people where nothing else of them is left."""
    messages = Message.objects.filter(conversation__in=ids)
    for pk in sorted({account_id, *messages.order_by().values_list("account_id", flat=True).distinct()}):
        lock_account(pk)
    rows = Conversation.objects.filter(pk__in=ids, status=Conversation.Status.CLOSED, erased_at=None)
    still = [row.pk for row in rows.select_for_update(no_key=True).order_by("pk")]
    messages = Message.objects.filter(conversation__in=still)
    if not still or messages.filter(state__in=UNDER_WAY).exists():
        return {}
    # They are due: a file that is gone before its row is gone the next night's.
    for name in (
        Attachment.objects.filter(message__in=messages.values("pk")).exclude(file="").values_list("file", flat=True)
    ):
        default_storage.delete(name)
    counts = emptying.empty_conversations(still, messages)
    people = 0
    left = Conversation.objects.filter(contact=OuterRef("pk"), erased_at=None)
    of_these = Conversation.objects.filter(pk__in=still).values("contact")
    for contact in Contact.objects.filter(~Exists(left), pk__in=of_these, erased_at=None).order_by("pk"):
        emptying.empty_person(contact, Identity.objects.filter(contact=contact))
        people += 1
    return {"conversations": len(still), "messages": counts["messages"], "files": counts["files"], "people": people}


def _asked(tried: Iterable[Rule]) -> dict[str, object]:
    accounts, labels, months = [list(column) for column in zip(*tried, strict=True)] or ([], [], [])
    return {
        "accounts": accounts, "labels": labels, "months": months, "now": timezone.now(), "under_way": list(UNDER_WAY)
    }  # fmt: skip
