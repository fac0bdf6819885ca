"""The questions of a period in groups, each with the best answer that was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inbox.models import Message
from reports.questions.grouping import Asked, grouped
from reports.rows import WITHIN
from reports.scope import Scope

SHOWN = 25
READ = 2000  # questions of a period, the newest: reading more takes longer than anybody waits
_LENGTH = 600  # characters of each
# A question mark, or a sentence that begins like a question. What was closed as spam or a troll's asks nothing.
_QUESTION = r"[?？؟]|(^|[.!,\n]\s*)(hoe|waar|wanneer|waarom|welke|wie|how|where|when|why|which|who)\M"
_ASKED = f"""
SELECT m.id, m.conversation_id, m.sent_at, tsvector_to_array(to_tsvector(
    (CASE m.language WHEN 'en' THEN 'english' ELSE 'dutch' END)::regconfig,
    inbox_plain(regexp_replace(left(m.text, {_LENGTH}), 'https?://\\S+|[@#]\\w+', ' ', 'g'))))
FROM inbox_message m JOIN inbox_conversation c ON c.id = m.conversation_id
WHERE m.direction = 'inbound' AND m.removed_at IS NULL AND m.sent_at >= %(since)s AND m.sent_at < %(until)s
    AND left(m.text, {_LENGTH}) ~* %(question)s AND c.close_reason NOT IN ('spam', 'troll')
    AND {WITHIN.format(row="m.conversation_id", person="c.assignee_id")}
ORDER BY m.sent_at DESC, m.id DESC LIMIT {READ}
"""  # noqa: S608  constants
# Our first answer to each: what a lead found good comes first, then what pleased the customer.
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
WHERE m.id = ANY(%(questions)s)
ORDER BY (SELECT coalesce(sum(CASE verdict WHEN 'yes' THEN 1 WHEN 'no' THEN -1 ELSE 0 END), 0)
        FROM inbox_review WHERE message_id = a.id) DESC,
    CASE then_said.mood WHEN 'happy' THEN 1 WHEN 'angry' THEN -1 WHEN 'annoyed' THEN -1 ELSE 0 END DESC,
    (c.status = 'closed' AND c.close_reason = 'answered') DESC, a.sent_at DESC, a.id DESC
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that recurs."""

    asked: Message  # as somebody put it
    at: dict[int, datetime]  # its conversations, and when each asked it last
    before: int  # how many conversations asked it in the period before
    answer: Message | None = None  # the best one given
    canned: str = ""  # the canned reply it was mostly answered with

    @property
    def n(self) -> int:
        """How many conversations asked it."""
        return len(self.at)

    @property
    def trend(self) -> str:
        """Whether it is asked more than before."""
        if self.n == self.before:
            return "same"
        return "more" if self.n > self.before else "less"


def recurring(scope: Scope) -> list[Question]:
    """Return the questions that recur in a period, the most frequent first."""
    asked, when = _asked(scope)
    groups = {group.typical.id: group for group in grouped(asked, _asked(scope.before)[0])[:SHOWN]}
    answers = _answers([one.id for group in groups.values() for one in group.members])
    given = {pk: [answers[one.id] for one in group.members if one.id in answers] for pk, group in groups.items()}
    best = {pk: min(found)[1] for pk, found in given.items() if found}
    messages = Message.objects.select_related("author").defer("words").in_bulk([*groups, *best.values()])
    return [
        Question(
            messages[pk],
            _last(group.members, when),
            len(group.before),
            messages.get(best.get(pk, 0)),
            _mostly([canned for _place, _answer, canned in given[pk]]),
        )
        for pk, group in groups.items()
        if pk in messages
    ]


def _asked(scope: Scope) -> tuple[list[Asked], dict[int, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, {**scope.params, "question": _QUESTION})
        rows = cursor.fetchall()
    asked = [Asked(pk, conversation, frozenset(_words(stems))) for pk, conversation, _at, stems in rows]
    return asked, {pk: at for pk, _conversation, at, _stems in rows}


def _words(stems: Sequence[str]) -> Iterator[str]:
    return (stem for stem in stems if len(stem) > 1 and stem.isalpha())


def _answers(questions: list[int]) -> dict[int, tuple[int, int, str]]:
    """Return the first answer to each question: how good it is (nought is best), which it is, and from what."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, {"questions": questions})
        rows = cursor.fetchall()
    return {question: (place, answer, canned or "") for place, (question, answer, canned) in enumerate(rows)}


def _last(members: Sequence[Asked], when: dict[int, datetime]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for one in members:
        found[one.conversation] = max(when[one.id], found.get(one.conversation, when[one.id]))
    return found


def _mostly(canned: Sequence[Any]) -> str:
    """Return the canned reply that more than half of the answers came from; "" for none."""
    most = max(set(canned), key=lambda title: (canned.count(title), title), default="")
    return most if 2 * canned.count(most) > len(canned) else ""
