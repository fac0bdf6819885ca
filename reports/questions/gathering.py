"""Puts what customers asked since the last time with what is like it. Done behind, by beat; no page waits for it.

Words are read outside transactions and kept nowhere: a group is known by the message of its model. What a run writes
holds only while no other run was as far: the position is compared as it is moved on.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from reports.questions.grouping import Asked, Groups, weights_of
from reports.questions.models import Asking, Question, QuestionState

BATCH = 2000  # messages read at once
SECONDS = 20.0  # after which a run leaves the rest to the next
BEGINS = timedelta(days=56)  # how far back the first run reads: a usual period and the one before
SETTLED = timedelta(minutes=1)  # after which nothing older is still being stored
MODELS, WEIGHED = 10_000, 2000  # groups one may belong to, and questions that say which words are rare; the newest
LEAST = 3  # conversations that make a question recurring
FADES = timedelta(days=60)  # after which what was asked more seldom is let go
KEPT = timedelta(days=740)  # two years of figures, the second to compare with
_LENGTH = 600  # characters of each
# A question mark, or a sentence that begins like a question. What was closed as spam or a troll's asks nothing.
_QUESTION = r"[?？؟]|(^|[.!,\n]\s*)(hoe|waar|wanneer|waarom|welke|wie|how|where|when|why|which|who)\M"
_STEMS = f"""tsvector_to_array(to_tsvector(
    (CASE m.language WHEN 'en' THEN 'english' ELSE 'dutch' END)::regconfig,
    inbox_plain(regexp_replace(left(m.text, {_LENGTH}), 'https?://\\S+|[@#]\\w+', ' ', 'g'))))"""
_FIRST = "SELECT coalesce(min(id), 0) - 1 FROM inbox_message WHERE sent_at >= %s"
_UP_TO = f"""
SELECT max(id) FROM (SELECT id FROM inbox_message WHERE id > %s AND received_at <= %s ORDER BY id LIMIT {BATCH}) m
"""  # noqa: S608  constants
_NEW = f"""
SELECT m.id, {_STEMS}, m.conversation_id, c.account_id, m.sent_at
FROM inbox_message m JOIN inbox_conversation c ON c.id = m.conversation_id
JOIN channels_account a ON a.id = c.account_id AND a.practice_id IS NULL
WHERE m.id > %(after)s AND m.id <= %(up_to)s AND m.direction = 'inbound' AND m.removed_at IS NULL
    AND left(m.text, {_LENGTH}) ~* %(question)s AND c.close_reason NOT IN ('spam', 'troll')
"""  # noqa: S608  constants
_MODELS = f"""
SELECT m.id, {_STEMS}, newest.id FROM (SELECT id FROM reports_question ORDER BY last_at DESC LIMIT {MODELS}) newest
JOIN reports_asking a ON a.question_id = newest.id AND a.is_model JOIN inbox_message m ON m.id = a.message_id
ORDER BY newest.id
"""  # noqa: S608  constants
_WEIGHED = f"""
SELECT m.id, {_STEMS} FROM (SELECT message_id FROM reports_asking ORDER BY asked_at DESC LIMIT {WEIGHED}) newest
JOIN inbox_message m ON m.id = newest.message_id
"""  # noqa: S608  constants
_ASKED_LAST = """
UPDATE reports_question q SET last_at = greatest(q.last_at, found.at)
FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::timestamptz[]) AS at) found WHERE found.id = q.id
"""
_FORGET_SPAM = """
SELECT reports_forget_askings(array(
    SELECT a.id FROM inbox_conversation c JOIN reports_asking a ON a.conversation_id = c.id
    WHERE c.status = 'closed' AND c.closed_at >= %s AND c.close_reason IN ('spam', 'troll')))
"""
# Locked: whoever takes them away waits, and finds what is written here.
_STILL_SAID = """
SELECT id FROM inbox_message WHERE id = ANY(%s::bigint[]) AND text <> '' AND removed_at IS NULL ORDER BY id FOR SHARE
"""
_FORGET_OLD = "SELECT reports_forget_askings(array(SELECT id FROM reports_asking WHERE asked_at < %s))"
_FORGET_SELDOM = f"""
DELETE FROM reports_asking a USING reports_question q WHERE q.id = a.question_id AND q.last_at < %s
    AND q.set_aside_at IS NULL
    AND (SELECT count(*) FROM (SELECT FROM reports_asking o WHERE o.question_id = q.id LIMIT {LEAST}) n) < {LEAST}
"""  # noqa: S608  constants
_FORGET_EMPTY = """
DELETE FROM reports_question q WHERE q.last_at < %s
    AND NOT EXISTS (SELECT FROM reports_asking a WHERE a.question_id = q.id)
"""


class _WordsGone(Exception):
    """Words were taken away after they were read: what was erased is no question any more."""


class _New(NamedTuple):
    asked: Asked
    conversation: int
    account: int
    at: datetime


def gather(now: datetime | None = None) -> int:
    """Place what was asked since the last run, as far as time allows; return how many questions that were."""
    now, ends = now or timezone.now(), time.monotonic() + SECONDS
    state = _state(now)
    after, groups, placed = state.last_message, None, 0
    models: dict[int, int] = {}  # which group each model stands for
    while (up_to := _one(_UP_TO, [after, now - SETTLED])) is not None:
        if new := _new(after, up_to):
            if groups is None:
                groups, models = _known([one.asked for one in new])
            of = groups.place(one.asked for one in new)
        try:
            if not _write(after, up_to, new, of if new else {}, models, now):
                return placed  # another run was faster
        except _WordsGone:
            groups = None  # they were placed in it
        else:
            after, placed = up_to, placed + len(new)
        if time.monotonic() > ends:
            break
    _forget(state.grouped_at, now)
    return placed


def _state(now: datetime) -> QuestionState:
    state = QuestionState.objects.filter(pk=1).first()
    if state is None:
        first = _one(_FIRST, [now - BEGINS])
        state, _made = QuestionState.objects.get_or_create(pk=1, defaults={"last_message": first, "grouped_at": now})
    return state


def _new(after: int, up_to: int) -> list[_New]:
    rows = _all(_NEW, {"after": after, "up_to": up_to, "question": _QUESTION})
    found = (_New(_asked(pk, stems), *more) for pk, stems, *more in rows)
    return [one for one in found if one.asked.stems]


def _known(new: Sequence[Asked]) -> tuple[Groups, dict[int, int]]:
    """Return the groups there are, and the question of each model."""
    rows = _all(_MODELS)
    weighed = [_asked(*row) for row in _all(_WEIGHED)]
    groups = Groups(weights_of([*weighed, *new]), [_asked(pk, stems) for pk, stems, _question in rows])
    return groups, {pk: question for pk, _stems, question in rows}


@transaction.atomic
def _write(
    after: int, up_to: int, new: Sequence[_New], of: dict[int, int], models: dict[int, int], now: datetime
) -> bool:
    """Keep where each new one belongs; False where another run kept it meanwhile. Raises _WordsGone."""
    mine = QuestionState.objects.filter(pk=1, last_message=after)
    if not mine.update(last_message=up_to, grouped_at=now):
        return False
    if len(_all(_STILL_SAID, [[one.asked.id for one in new]])) < len(new):
        raise _WordsGone
    firsts = [one for one in new if of[one.asked.id] == one.asked.id]
    made = Question.objects.bulk_create([Question(last_at=one.at) for one in firsts])
    models.update({one.asked.id: question.pk for one, question in zip(firsts, made, strict=True)})
    rows = [
        Asking(
            question_id=models[of[one.asked.id]], message_id=one.asked.id, conversation_id=one.conversation,
            account_id=one.account, asked_at=one.at, is_model=of[one.asked.id] == one.asked.id,
        )
        for one in sorted(new)
    ]  # fmt: skip
    Asking.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    last: dict[int, datetime] = {}
    for row in rows:
        last[row.question_id] = max(row.asked_at, last.get(row.question_id, row.asked_at))
    with connection.cursor() as cursor:
        cursor.execute(_ASKED_LAST, [list(last), list(last.values())])
    return True


def _forget(since: datetime, now: datetime) -> None:
    """Let go what turned out to be spam, what is old, and what hardly anybody asked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FORGET_SPAM, [since - timedelta(hours=1)])
        cursor.execute(_FORGET_OLD, [now - KEPT])
        cursor.execute(_FORGET_SELDOM, [now - FADES])
        cursor.execute(_FORGET_EMPTY, [now - FADES])
    QuestionState.objects.update(grouped_at=now)


def _asked(pk: int, stems: Iterable[str]) -> Asked:
    return Asked(pk, frozenset(stem for stem in stems if len(stem) > 1 and stem.isalpha()))


def _one(statement: str, params: Any = None) -> Any:
    return _all(statement, params)[0][0]


def _all(statement: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
