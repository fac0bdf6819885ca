"""What each figure counts, row by row: the conversation, when, how much, and of which kind.

A figure is an aggregate over such rows. Its list of conversations and its CSV are the rows themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from inbox.models.survey import SATISFIED
from reports.scope import Scope

# Each has the same columns: conversation, at, amount, kind, person, account, team.
_COLUMNS = """{row} AS conversation, {at} AS at, {amount} AS amount, {kind} AS kind, {person} AS person,
    c.account_id AS account, c.team_id AS team"""
# Where nothing is narrowed or split, these fold to true, and an outer join to the conversation is not made.
WITHIN = """(%(every)s OR c.account_id = ANY(%(accounts)s))
    AND (%(closed_to_none)s OR coalesce(c.team_id, 0) <> ALL(%(closed)s::bigint[]))
    AND (%(team)s::bigint IS NULL OR c.team_id = %(team)s)
    AND (%(person)s::bigint IS NULL OR {person} = %(person)s)
    AND (%(label)s::bigint IS NULL OR EXISTS (
        SELECT FROM inbox_conversationlabel l WHERE l.conversation_id = {row} AND l.label_id = %(label)s))"""


def _rows(
    source: str,
    where: str,
    *,
    at: str,
    amount: str = "1",
    kind: str = "''",
    person: str,
    row: str = "c.id",
    more: str = "",
) -> str:
    columns = _COLUMNS.format(row=row, at=at, amount=amount, kind=kind, person=person) + more
    return f"SELECT {columns} FROM {source} WHERE {where} AND {WITHIN.format(row=row, person=person)}"  # noqa: S608  constants


_IN_PERIOD = "{0} >= %(since)s AND {0} < %(until)s"
_TALK = "JOIN inbox_conversation c ON c.id = {}.conversation_id"
_ITS_TALK = "LEFT " + _TALK  # a foreign key: there is one
_MOOD = """CROSS JOIN LATERAL (
        SELECT m.mood FROM inbox_message m
        WHERE m.conversation_id = c.id AND m.direction = 'inbound' AND m.mood <> ''
        ORDER BY m.sent_at {order}, m.id {order} LIMIT 1) {name}"""

# What a customer's machine sends by itself (an absence, a mail that came back) is no message of theirs.
_SAID = "m.direction = 'inbound' AND m.kind <> 'automatic' AND m.conversation_id IS NOT NULL"
ARRIVED = _rows(
    f"inbox_message m {_ITS_TALK.format('m')}",
    f"{_SAID} AND {_IN_PERIOD.format('m.sent_at')}",
    at="m.sent_at", kind="m.mood", person="c.assignee_id", row="m.conversation_id",
)  # fmt: skip
# The same by hour of the week: 1-00 is Monday from midnight to one.
HOURS = _rows(
    f"inbox_message m {_ITS_TALK.format('m')}",
    f"{_SAID} AND {_IN_PERIOD.format('m.sent_at')}",
    at="m.sent_at", kind="to_char(m.sent_at AT TIME ZONE %(zone)s, 'ID-HH24')", person="c.assignee_id",
    row="m.conversation_id",
)  # fmt: skip
# Automatic messages are no answers: they never count.
SENT = _rows(
    f"inbox_message m {_ITS_TALK.format('m')} LEFT JOIN inbox_canneduse u ON u.message_id = m.id"
    " LEFT JOIN inbox_message f ON f.id = m.reply_to_id AND f.kind = 'found'",
    "m.direction = 'outbound' AND NOT m.automatic AND m.state = 'sent' AND m.conversation_id IS NOT NULL"
    f" AND {_IN_PERIOD.format('m.sent_at')}",
    at="m.sent_at", person="m.author_id", row="m.conversation_id",
    kind="CASE WHEN f.id IS NULL THEN '' ELSE 'found_' END || CASE WHEN u.unchanged THEN 'unchanged' ELSE '' END",
)  # fmt: skip
_FIRST = """CASE WHEN EXISTS (SELECT FROM inbox_response earlier WHERE earlier.conversation_id = r.conversation_id
        AND (earlier.answered_at, earlier.id) < (r.answered_at, r.id)) THEN '' ELSE 'first' END"""


def _answers(amount: str, *, known: str = "true", kind: str = "''") -> str:
    return _rows(
        f"inbox_response r {_ITS_TALK.format('r')}",
        f"{known} AND {_IN_PERIOD.format('r.answered_at')}",
        at="r.answered_at", amount=amount, kind=kind, person="r.agent_id", row="r.conversation_id",
    )  # fmt: skip


# By the clock of the target. What nobody kept, before it was kept, is left out.
WAITS = _answers("r.counted_seconds", known="r.counted_seconds IS NOT NULL", kind=_FIRST)
WAITED = _answers("r.seconds")
PROMISED = _answers("(r.answered_at < r.due_at)::int", known="r.due_at IS NOT NULL")
# From the first time somebody took it, after it was last closed.
HANDLED = _rows(
    f"""inbox_event done {_TALK.format("done")} CROSS JOIN LATERAL (
        SELECT min(e.at) AS at FROM inbox_event e
        WHERE e.conversation_id = done.conversation_id AND e.id < done.id AND e.verb = 'assigned'
            AND e.id > coalesce((SELECT max(b.id) FROM inbox_event b WHERE b.conversation_id = done.conversation_id
                AND b.verb = 'closed' AND b.id < done.id), 0)) taken""",  # noqa: S608  constants
    f"done.verb = 'closed' AND taken.at IS NOT NULL AND {_IN_PERIOD.format('done.at')}",
    at="done.at", amount="floor(extract(epoch FROM done.at - taken.at))", person="done.actor_id",
)  # fmt: skip
CLOSINGS = _rows(
    f"inbox_event e {_TALK.format('e')}",
    f"e.verb = 'closed' AND {_IN_PERIOD.format('e.at')}",
    at="e.at", kind="coalesce(e.data->>'reason', '')", person="e.actor_id",
    amount="""(EXISTS (SELECT FROM inbox_event again WHERE again.conversation_id = e.conversation_id
        AND again.id > e.id AND again.verb = 'reopened'))::int""",
)  # fmt: skip
# Worth an answer: what was not closed as something nobody has to answer.
BEGUN = _rows(
    "inbox_conversation c",
    f"c.last_inbound_at IS NOT NULL AND {_IN_PERIOD.format('c.first_message_at')}",
    at="c.first_message_at", person="c.assignee_id",
    amount="(EXISTS (SELECT FROM inbox_response r WHERE r.conversation_id = c.id))::int",
    kind="""CASE WHEN c.status = 'closed' AND c.close_reason IN
        ('no_question', 'answered_elsewhere', 'answered_on_site', 'troll', 'spam', 'liked')
        OR c.account_id IN (SELECT id FROM channels_account WHERE platform = 'email') AND NOT EXISTS (
            SELECT FROM inbox_message m WHERE m.conversation_id = c.id AND m.direction = 'inbound'
                AND m.kind <> 'automatic') THEN '' ELSE 'worthy' END""",
)  # fmt: skip
TURNS = _rows(
    f"inbox_conversation c {_MOOD.format(order='', name='began')} {_MOOD.format(order='DESC', name='ended')}",
    f"began.mood IN ('angry', 'annoyed') AND {_IN_PERIOD.format('c.first_message_at')}",
    at="c.first_message_at", amount="(ended.mood IN ('neutral', 'happy'))::int", person="c.assignee_id",
)  # fmt: skip
# Who could see a public conversation, and what was said and felt in it. Followers stand as they were when it began.
_IN_SIGHT = f"{_TALK.format('m')} AND c.reach IS NOT NULL"
REACHED = " UNION ALL ".join((
    _rows(
        "inbox_conversation c",
        f"c.reach IS NOT NULL AND c.last_inbound_at IS NOT NULL AND {_IN_PERIOD.format('c.first_message_at')}",
        at="c.first_message_at", amount="c.reach", kind="'reach'", person="c.assignee_id",
    ),
    _rows(
        f"inbox_message m {_IN_SIGHT}", f"m.direction = 'inbound' AND {_IN_PERIOD.format('m.sent_at')}",
        at="m.sent_at", kind="'said'", person="c.assignee_id",
    ),
    # On the day of what they were put on: taken back, they leave that day again.
    _rows(
        f"inbox_reaction e JOIN inbox_message m ON m.id = e.message_id {_IN_SIGHT}",
        f"e.emoji <> '' AND {_IN_PERIOD.format('m.sent_at')}",
        at="m.sent_at", kind="'emoji'", person="c.assignee_id",
    ),
))  # fmt: skip
# Of who began angry or annoyed in public: whom it reached, and whether we answered. Apart from all that is reached:
# these are few, and the page of our reputation reads no others.
NEGATIVES = _rows(
    f"inbox_conversation c {_MOOD.format(order='', name='began')}",
    f"c.reach IS NOT NULL AND began.mood IN ('angry', 'annoyed') AND {_IN_PERIOD.format('c.first_message_at')}",
    at="c.first_message_at", amount="c.reach", person="c.assignee_id",
    kind="""CASE WHEN EXISTS (SELECT FROM inbox_response r WHERE r.conversation_id = c.id)
        THEN 'answered' ELSE 'unanswered' END""",
)  # fmt: skip
# A label that somebody else in the organisation reads: a product's signal, or a lead.
# Its rows are of one label each: those of the conversation's other labels are not meant.
MARKED = _rows(
    f"inbox_label k JOIN inbox_conversationlabel p ON p.label_id = k.id {_TALK.format('p')}",
    f"k.purpose <> '' AND {_IN_PERIOD.format('p.at')} AND (%(label)s::bigint IS NULL OR k.id = %(label)s)",
    at="p.at", person="p.by_id",
    kind="k.purpose || CASE WHEN c.mood IN ('angry', 'annoyed') THEN '_negative' ELSE '' END",
    more=", k.id AS label",
)  # fmt: skip
# By whom the customer was helped last before it was closed.
SCORED = _rows(
    f"inbox_survey s {_ITS_TALK.format('s')}", f"s.score IS NOT NULL AND {_IN_PERIOD.format('s.scored_at')}",
    at="s.scored_at", amount=f"(s.score >= {SATISFIED})::int", kind="s.score::text", person="s.agent_id",
    row="s.conversation_id",
)  # fmt: skip
SURPRISED = _rows(
    f"inbox_surprise s {_TALK.format('s')}", _IN_PERIOD.format("s.at"),
    at="s.at", amount="coalesce(s.cents, 0)", kind="CASE WHEN s.cents IS NULL THEN '' ELSE 'cost' END",
    person="s.by_id",
)  # fmt: skip
# Not closed when the period was over, whatever happened since. Only what was opened again since can have been closed
# then: of those, few, the log is read.
_NOT_CLOSED_YET = """c.first_message_at < %(until)s AND {0} AND NOT (
        c.id IN (SELECT o.conversation_id FROM inbox_event o
            WHERE o.verb = 'reopened' AND o.at >= %(until)s AND o.conversation_id IS NOT NULL)
        AND coalesce((
            SELECT e.verb FROM inbox_event e WHERE e.conversation_id = c.id AND e.verb IN ('closed', 'reopened')
                AND e.at < %(until)s ORDER BY e.id DESC LIMIT 1), '') = 'closed')"""
BACKLOG = " UNION ALL ".join(
    _rows("inbox_conversation c", _NOT_CLOSED_YET.format(now), at="c.first_message_at", person="c.assignee_id")
    for now in ("c.status <> 'closed'", "c.status = 'closed' AND c.closed_at >= %(until)s")
)
# What is summed up by day (reports/rollups.py). How much is open is no sum of days.
SUMMED: Mapping[str, str] = {
    "arrived": ARRIVED, "hours": HOURS, "sent": SENT, "waits": WAITS, "waited": WAITED, "promised": PROMISED,
    "handled": HANDLED, "closings": CLOSINGS, "begun": BEGUN, "turns": TURNS,
    "reached": REACHED, "negatives": NEGATIVES, "scored": SCORED,
}  # fmt: skip
# Of these there are percentiles: their sums keep every amount.
TIMED = frozenset({"waits", "waited", "handled"})
# What is summed up by person and by label too. Of the hours of the week there would be as many sums as rows.
BY_MORE = SUMMED.keys() - {"hours"}
OWN_LABEL = frozenset({"marked"})  # sources whose rows have one label of their own
SOURCES: Mapping[str, str] = {**SUMMED, "backlog": BACKLOG, "marked": MARKED, "surprised": SURPRISED}


def rows_of(source: str, scope: Scope) -> str:
    """Return the statement of a source's rows within a scope.

    A label is asked for outright: beside an OR the planner looks it up for each row of the period.
    """
    rows = SOURCES[source]
    return rows if scope.label is None else rows.replace("%(label)s::bigint IS NULL OR ", "")
