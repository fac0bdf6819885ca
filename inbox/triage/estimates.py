"""How customers seem to feel and in which language they write: told a moment after a message came in, from its words.

Never in the transaction that stores messages, and never in the process that sends answers. A text that cannot be read
in time is given up by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from channels.types import Visibility
from inbox.live.announce import announce
from inbox.models import Conversation, Message, PendingEstimate
from inbox.text.sentiment import Estimate, estimate, load
from inbox.triage import lookalikes
from inbox.triage.summary import refresh_moods
from webcare.lib.enqueue import enqueue
from webcare.lib.statements import fetch, run
from webcare.lib.time_limit import TookTooLong, processor_time

log = logging.getLogger(__name__)

AT_ONCE = 50
ROUNDS = 20  # then another task's turn
CLAIM = timedelta(seconds=90)  # after which what a killed process held is tried again
LONGEST = 1.0  # seconds of processor time for one text; a long one takes a hundredth
MOST_TRIES = 2  # that a process did not survive: the first with others, the second alone
# Materialised: joined as it stands, the rows to take might be looked for once for each row, and be more than asked for.
_TAKE = """
WITH free AS MATERIALIZED (
    SELECT message_id FROM inbox_pendingestimate WHERE NOT given_up AND due_at <= %(now)s AND tries {tries}
    ORDER BY due_at, message_id LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE inbox_pendingestimate p SET tries = p.tries + 1, due_at = %(until)s FROM free
WHERE p.message_id = free.message_id RETURNING p.message_id, p.due_at
"""

# Conversations first, then their messages: the order in which everybody locks.
_LOCK = """
SELECT id FROM inbox_conversation WHERE id IN (SELECT conversation_id FROM inbox_message WHERE id = ANY(%s::bigint[]))
ORDER BY id FOR NO KEY UPDATE
"""
# Where an automatic message is written in two languages, it waited for this.
_WAITING = """
SELECT c.id FROM inbox_conversation c JOIN channels_account a ON a.id = c.account_id
WHERE c.id = ANY(%s::bigint[]) AND c.visibility = 'private'
    AND a.automatic_on AND a.automatic_nl <> '' AND a.automatic_en <> ''
"""

Claims = dict[int, datetime]  # message id, and until when it is this process' own


class Said(NamedTuple):
    """What is estimated of a message."""

    pk: int
    text: str
    account_id: int
    visibility: str
    parent_external_id: str


def note_pending(rows: Iterable[Message], reworded: Collection[int], now: datetime) -> bool:
    """Note which messages are to be estimated, in the transaction that stores them; return whether there are any.

    `reworded` are messages whose text changed: one that was given up is tried again.
    """
    ids = sorted(row.pk for row in rows)
    if not ids:
        return False
    run(
        "INSERT INTO inbox_pendingestimate AS p (message_id, due_at, tries, given_up)"
        " SELECT id, %s, 0, false FROM unnest(%s::bigint[]) AS m(id)"
        " ON CONFLICT (message_id) DO UPDATE SET due_at = excluded.due_at, tries = 0, given_up = false"
        " WHERE p.message_id = ANY(%s::bigint[])",
        [now, ids, sorted(reworded)],
    )
    return True


def estimate_due(now: datetime | None = None) -> int:
    """Estimate the messages that are due; return how many were told."""
    estimated = 0
    _give_up_lost(now or timezone.now())
    for _round in range(ROUNDS):
        taken = _take(now or timezone.now())
        if not taken:
            return estimated
        estimated += _run(taken)
    enqueue("inbox.tasks.estimate_messages")
    return estimated


def is_waited_for(conversation: Conversation, since: datetime) -> bool:
    """Whether something that came in since then is about to be estimated: its language may be told in a moment."""
    coming = PendingEstimate.objects.filter(given_up=False, message__received_at__gte=since)
    return coming.filter(message__conversation=conversation).exists()


def _give_up_lost(now: datetime) -> None:
    given_up = "UPDATE inbox_pendingestimate SET given_up = true WHERE NOT given_up AND due_at <= %s AND tries >= %s"
    if lost := run(given_up, [now, MOST_TRIES]):
        log.warning("%s messages could not be estimated: the process ended each time.", lost)


def _take(now: datetime) -> Claims:
    """Claim what is due, and count the try first: a crash counts too."""
    asked = {"now": now, "until": now + CLAIM}
    first = fetch(_TAKE.format(tries="= 0"), asked | {"most": AT_ONCE})
    return dict(first or fetch(_TAKE.format(tries="> 0"), asked | {"most": 1}))


def _run(claims: Claims) -> int:
    load()  # which counts for no text's time
    messages = _readable(claims)
    answers_others = _among_others(messages)
    estimates: dict[int, Estimate] = {}
    for message in messages:
        try:
            with processor_time(LONGEST):
                estimates[message.pk] = estimate(message.text, in_thread=message.pk in answers_others)
        except TookTooLong:
            log.warning("Message %s took too long to estimate and is left as it is.", message.pk)
        except Exception:  # one text must not keep the others from their moods
            log.exception("Message %s could not be estimated", message.pk)
        else:
            continue
        PendingEstimate.objects.filter(pk=message.pk, due_at=claims[message.pk]).update(given_up=True)
    gone = set(claims) - {message.pk for message in messages}
    PendingEstimate.objects.filter(pk__in=gone).delete()
    _write(estimates, claims)
    lookalikes.look_at(claims)
    return len(estimates)


def _readable(ids: Collection[int]) -> list[Said]:
    rows = fetch(
        "SELECT id, text, account_id, visibility, parent_external_id FROM inbox_message"
        " WHERE id = ANY(%s::bigint[]) AND direction = %s AND removed_at IS NULL AND text <> ''",
        [sorted(ids), Message.Direction.INBOUND],
    )
    return [Said(*row) for row in rows]


def _among_others(messages: Sequence[Said]) -> set[int]:
    """Return those that answer what somebody else said, so that their praise may be mockery."""
    asked = [row for row in messages if row.visibility == Visibility.PUBLIC and row.parent_external_id]
    if not asked:
        return set()
    ours = Message.objects.filter(
        account__in={row.account_id for row in asked},
        external_id__in={row.parent_external_id for row in asked},
        direction=Message.Direction.OUTBOUND,
    )
    answered = set(ours.values_list("account_id", "external_id"))
    return {row.pk for row in asked if (row.account_id, row.parent_external_id) not in answered}


@transaction.atomic
def _write(estimates: dict[int, Estimate], claims: Claims) -> None:
    """Write the estimates, unless the text changed, and update the conversations."""
    if not estimates:
        return
    conversations = [pk for (pk,) in fetch(_LOCK, [sorted(estimates)])]
    done = _settle(estimates, claims)
    _write_messages({pk: estimates[pk] for pk in done})
    if complaining := [pk for pk in done if estimates[pk].complains]:
        Conversation.objects.filter(messages__in=complaining, is_complaint=False).update(is_complaint=True)
    refresh_moods(conversations)
    announce(conversations)
    if waiting := [pk for (pk,) in fetch(_WAITING, [conversations])]:
        enqueue("inbox.tasks.tell_opening_hours", waiting)


def _settle(message_ids: Collection[int], claims: Claims) -> list[int]:
    """Take away what waited, and return it; what was asked for anew meanwhile stays."""
    gone = fetch(
        "DELETE FROM inbox_pendingestimate p USING unnest(%s::bigint[], %s::timestamptz[]) AS c(id, due_at)"
        " WHERE p.message_id = c.id AND p.due_at = c.due_at RETURNING p.message_id",
        [list(message_ids), [claims[pk] for pk in message_ids]],
    )
    return sorted(pk for (pk,) in gone)


def _write_messages(estimates: dict[int, Estimate]) -> None:
    """Write moods and languages; a colleague's word about a mood stands."""
    run(
        "UPDATE inbox_message m SET language = e.language, mood = coalesce(nullif(m.mood, ''), e.mood)"
        " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS e(id, language, mood) WHERE m.id = e.id",
        [
            list(estimates),
            [estimated.language for estimated in estimates.values()],
            [str(estimated.mood) for estimated in estimates.values()],
        ],
    )
