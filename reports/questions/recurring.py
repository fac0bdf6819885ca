"""The questions of a period that recur: how often each was asked, where, and the best answer given."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from inbox.models import Label, Message
from reports.drill_down import PAGE, Behind, Place, page_of
from reports.questions.gathering import LEAST
from reports.questions.models import Question
from reports.rows import WITHIN
from reports.scope import Scope
from webcare.lib.cursor import cursor_of, cursor_values

SHOWN = 25
AT_ONCE = 500  # where all are read
NEWEST = 40  # of each question, in which its wording, labels and answers are looked for
_LABELS = 3
_ORDER = ("-n", "-id")
_PLACE = ("-at", "-id")
# An account is asked of the row itself: where nothing else is narrowed, the conversation is not joined.
_WITHIN = WITHIN.format(row="a.conversation_id", person="c.assignee_id").replace("c.account_id", "a.account_id")
_ASKINGS = f"""reports_asking a LEFT JOIN inbox_conversation c ON c.id = a.conversation_id
    WHERE {_WITHIN} AND a.asked_at < %(until)s AND a.asked_at >= """
_N = "count(*) FILTER (WHERE a.asked_at >= %(since)s)"
_COUNT = f"""
SELECT a.question_id, {_N}, count(*) FILTER (WHERE a.asked_at < %(since)s)
FROM {_ASKINGS} %(before)s
    AND (a.question_id IN (SELECT id FROM reports_question WHERE set_aside_at IS NOT NULL)) = %(aside)s
GROUP BY 1 HAVING {_N} >= {LEAST} AND (%(n)s::bigint IS NULL OR ({_N}, a.question_id) < (%(n)s, %(id)s))
ORDER BY 2 DESC, 1 DESC LIMIT %(size)s
"""  # noqa: S608  constants
_OF_ONE = f"""
SELECT {_N}, count(*) FILTER (WHERE a.asked_at < %(since)s) FROM {_ASKINGS} %(before)s AND a.question_id = %(question)s
"""  # noqa: S608  constants
_PLACES = f"""
SELECT a.conversation_id, a.asked_at FROM {_ASKINGS} %(since)s AND a.question_id = %(question)s
    AND (%(at)s::timestamptz IS NULL OR (a.asked_at, a.conversation_id) < (%(at)s, %(id)s))
ORDER BY a.asked_at DESC, a.conversation_id DESC LIMIT %(size)s
"""  # noqa: S608  constants
_CHANNELS = f"""
SELECT DISTINCT a.question_id, p.platform FROM {_ASKINGS} %(since)s AND a.question_id = ANY(%(questions)s::bigint[])
"""  # noqa: S608  constants
_CHANNELS = _CHANNELS.replace("WHERE", "JOIN channels_account p ON p.id = a.account_id WHERE", 1)
_NEWEST = f"""
SELECT q.id, m.id, m.conversation_id, length(m.text)
FROM unnest(%(questions)s::bigint[]) AS q(id) CROSS JOIN LATERAL (
    SELECT a.message_id, a.conversation_id FROM {_ASKINGS} %(since)s AND a.question_id = q.id
    ORDER BY a.asked_at DESC, a.conversation_id DESC LIMIT {NEWEST}) newest
JOIN inbox_message m ON m.id = newest.message_id AND m.conversation_id = newest.conversation_id AND m.text <> ''
"""  # noqa: S608  constants
# Our first answer to each: what a lead found good comes first, then what customers scored, then what pleased them.
_ANSWERS = """
SELECT m.id, a.id, (SELECT r.title FROM inbox_canneduse u JOIN inbox_cannedreply r ON r.id = u.canned_id
    WHERE u.message_id = a.id)
FROM inbox_message m JOIN inbox_conversation c ON c.id = m.conversation_id CROSS JOIN LATERAL (
    SELECT a.id, a.sent_at FROM inbox_message a
    WHERE a.conversation_id = m.conversation_id AND a.direction = 'outbound' AND a.state = 'sent'
        AND NOT a.automatic AND a.removed_at IS NULL AND a.text <> ''
        AND (a.sent_at, a.id) > (m.sent_at, m.id)
    ORDER BY a.sent_at, a.id LIMIT 1) a
LEFT JOIN LATERAL (SELECT n.mood FROM inbox_message n
    WHERE n.conversation_id = m.conversation_id AND n.direction = 'inbound' AND n.sent_at > a.sent_at
    ORDER BY n.sent_at, n.id LIMIT 1) then_said ON true
WHERE m.id = ANY(%(messages)s)
ORDER BY (SELECT coalesce(sum(CASE verdict WHEN 'yes' THEN 1 WHEN 'no' THEN -1 ELSE 0 END), 0)
        FROM inbox_review WHERE message_id = a.id) DESC,
    coalesce((SELECT max(s.score) FROM inbox_survey s WHERE s.conversation_id = m.conversation_id), 3) DESC,
    CASE then_said.mood WHEN 'happy' THEN 1 WHEN 'angry' THEN -1 WHEN 'annoyed' THEN -1 ELSE 0 END DESC,
    (c.status = 'closed' AND c.close_reason = 'answered' AND NOT EXISTS (SELECT FROM inbox_event e
        WHERE e.conversation_id = c.id AND e.verb = 'reopened' AND e.at > a.sent_at)) DESC,
    a.sent_at DESC, a.id DESC
"""
_LABELLED = "SELECT conversation_id, label_id FROM inbox_conversationlabel WHERE conversation_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Recurring:
    """A question that recurs, within what its reader may see."""

    question: Question
    n: int  # conversations that asked it
    before: int  # and in the period before
    asked: Message  # as the customer put it whom the best answer went to, else as somebody did in few words
    answer: Message | None = None  # the best one given
    canned: str = ""  # the canned reply it was mostly answered with
    channels: Sequence[str] = ()
    labels: Sequence[str] = ()  # those it has most

    @property
    def trend(self) -> str:
        """Whether it is asked more than before."""
        if self.n == self.before:
            return "same"
        return "more" if self.n > self.before else "less"


class _Count(NamedTuple):
    id: int
    n: int  # how often it was asked
    before: int


class _Asked(NamedTuple):
    message: int
    conversation: int
    length: int


class _Answered(NamedTuple):
    place: int  # how good it is: nought is best
    message: int
    canned: str


def recurring(scope: Scope, *, aside: bool = False, after: str = "", size: int = SHOWN) -> tuple[list[Recurring], str]:
    """Return a page of the questions that recur, the most frequent first, and where the next ones start ("": none).

    With `aside`, those that were set aside.
    """
    n, pk = cursor_values(after, _ORDER) or (None, None)
    asked = {"before": scope.before.since, "aside": aside, "n": n, "id": pk, "size": size + 1}
    counts = [_Count(*row) for row in _all(_COUNT, {**scope.params, **asked})]
    shown = counts[:size]
    return _described(scope, shown), cursor_of(shown[-1], _ORDER) if len(counts) > size else ""


def every(scope: Scope) -> Iterator[Recurring]:
    """Yield all questions that recur, the most frequent first. Each page counts all of them, so they are large."""
    after, more = "", True
    while more:
        rows, after = recurring(scope, after=after, size=AT_ONCE)
        yield from rows
        more = bool(after)


def one(scope: Scope, question: Question) -> Recurring | None:
    """Return one question; None where nobody asked it in the period, or nobody whose conversation one may read."""
    params = {**scope.params, "before": scope.before.since, "question": question.pk}
    ((n, before),) = _all(_OF_ONE, params)
    return next(iter(_described(scope, [_Count(question.pk, n, before)])), None) if n else None


def conversations(scope: Scope, question: Question, *, after: str = "") -> Behind:
    """Return a page of the conversations that asked one, newest first."""
    at, pk = cursor_values(after, _PLACE) or (None, None)
    params = {**scope.params, "question": question.pk, "at": at, "id": pk, "size": PAGE + 1}
    return page_of([Place(*row) for row in _all(_PLACES, params)], PAGE)


def is_visible(scope: Scope, question: Question) -> bool:
    """Whether somebody asked it whose conversation one may read."""
    return bool(_all(_PLACES, {**scope.params, "question": question.pk, "at": None, "id": None, "size": 1}))


def _described(scope: Scope, counts: Sequence[_Count]) -> list[Recurring]:
    params = {**scope.params, "questions": [row.id for row in counts]}
    askings: dict[int, list[_Asked]] = defaultdict(list)
    for question, *found in _all(_NEWEST, params):
        askings[question].append(_Asked(*found))
    answers = _answers([row.message for rows in askings.values() for row in rows])
    given = {pk: [answers[row.message] for row in rows if row.message in answers] for pk, rows in askings.items()}
    best = {pk: min(found).message for pk, found in given.items() if found}
    # Shown together, a question and an answer that are kept as a canned reply: the answer was given to that question.
    wording = {
        pk: min(rows, key=lambda row: (_of(answers, row) != best.get(pk), row.length, row.message)).message
        for pk, rows in askings.items()
    }
    messages = Message.objects.select_related("author").without_words().in_bulk([*wording.values(), *best.values()])
    questions = Question.objects.select_related("set_aside_by").in_bulk([row.id for row in counts])
    channels, labels = _channels(params), _labels(askings)
    return [
        Recurring(
            questions[row.id], row.n, row.before, messages[wording[row.id]],
            messages.get(best.get(row.id, 0)), _mostly([answer.canned for answer in given[row.id]]),
            channels.get(row.id, []), labels[row.id],
        )
        for row in counts
        if row.id in askings and row.id in questions and wording[row.id] in messages
    ]  # fmt: skip


def _of(answers: Mapping[int, _Answered], asked: _Asked) -> int | None:
    """Return the answer that was given first."""
    found = answers.get(asked.message)
    return found.message if found else None


def _answers(messages: list[int]) -> dict[int, _Answered]:
    """Return the first answer to each of these."""
    rows = _all(_ANSWERS, {"messages": messages})
    return {asked: _Answered(place, answer, canned or "") for place, (asked, answer, canned) in enumerate(rows)}


def _channels(params: Mapping[str, Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for question, platform in sorted(_all(_CHANNELS, params)):
        found[question].append(platform)
    return found


def _labels(askings: Mapping[int, Sequence[_Asked]]) -> dict[int, list[str]]:
    """Return the labels that each question's conversations have most."""
    of: dict[int, list[int]] = defaultdict(list)
    for conversation, label in _all(_LABELLED, [[row.conversation for rows in askings.values() for row in rows]]):
        of[conversation].append(label)
    counts = {pk: Counter(label for row in rows for label in of[row.conversation]) for pk, rows in askings.items()}
    names = Label.objects.in_bulk({label for count in counts.values() for label in count})
    return {pk: [names[label].name for label, _n in count.most_common(_LABELS)] for pk, count in counts.items()}


def _mostly(canned: Collection[str]) -> str:
    """Return the canned reply that more than half of the answers came from; "" for none."""
    most, n = next(iter(Counter(canned).most_common(1)), ("", 0))
    return most if 2 * n > len(canned) else ""


def _all(statement: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
