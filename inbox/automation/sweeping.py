"""What nothing sets off but time: waits that lasted so long, and strokes of a rule's clock. Noted as occasions.

Some at a time, and no more while many still have to be seen to: what comes in is not kept waiting for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from inbox.automation.rulebook import ReadyRule, acting
from inbox.models import Conversation, Event, OpeningHours, Rule, RuleOccasion, RuleStroke
from inbox.models.opening_hours import Hours
from inbox.routing.rules.moments import Moment
from inbox.sla.clocks import Clock
from webcare.lib.enqueue import enqueue
from webcare.lib.statements import fetch, insert_new, run

AT_ONCE = 500
LATELY = timedelta(hours=6)  # waits that lasted so long before are not looked at again: workers may be away so long
STRUCK_LATELY = timedelta(hours=1)  # a stroke that nobody saw to by then is left
# Whether a wait was noted is asked of each by the index: joined, all that were noted might be read for each.
_NOTE = """
INSERT INTO inbox_ruleoccasion (conversation_id, rule_id, name, kinds, chain, at, since, due_at, tries, given_up)
SELECT id, %(rule)s, '{kind}:' || %(rule)s || '.' || %(version)s || ':' || floor(extract(epoch FROM since))::bigint,
    ARRAY['{kind}'], '{{}}', %(now)s, since, %(now)s, 0, false
FROM ({found}) found
WHERE coalesce((
    SELECT max(o.since) FROM inbox_ruleoccasion o WHERE o.rule_id = %(rule)s AND o.conversation_id = found.id
        AND o.kinds = ARRAY['{kind}']::varchar[] AND o.at >= %(on_since)s), '-infinity') < found.since
ORDER BY since, id LIMIT %(most)s
ON CONFLICT DO NOTHING
"""
_VISIBLE = """c.account_id IN (SELECT id FROM channels_account WHERE removed_at IS NULL AND practice_id IS NULL)
    AND (%(accounts)s::bigint[] IS NULL OR c.account_id = ANY(%(accounts)s))"""
# Those by whose opening hours the time was counted.
_BY_HOURS = """AND CASE
    WHEN c.account_id = ANY(%(own_accounts)s::bigint[]) THEN c.account_id = %(account)s
    WHEN c.team_id = ANY(%(own_teams)s::bigint[]) THEN c.team_id = %(team)s
    ELSE %(account)s = 0 AND %(team)s = 0 END"""
# What had waited so long when the rule was switched on is left alone. What was put aside meanwhile is looked at when it
# comes back.
_WAITS = _NOTE.format(
    kind="waits",
    found=f"""
    SELECT c.id, c.waiting_since AS since
    FROM (
        SELECT id FROM inbox_conversation
        WHERE status = 'open' AND waiting_since > %(lately)s AND waiting_since <= %(until)s
        UNION SELECT conversation_id FROM inbox_event WHERE verb IN ('woken', 'reopened') AND at > %(recently)s
    ) lately JOIN inbox_conversation c ON c.id = lately.id
    WHERE c.status = 'open' AND c.waiting_since > %(old)s AND c.waiting_since <= %(until)s
        AND {_VISIBLE} {_BY_HOURS}""",  # noqa: S608
)
# The time runs from when the customer wrote, or from when it was given to its holder, whichever came last.
_UNTOUCHED = _NOTE.format(
    kind="untouched",
    found=f"""
    SELECT c.id, greatest(c.waiting_since, given.at) AS since
    FROM (
        SELECT id FROM inbox_conversation
        WHERE status = 'open' AND waiting_since > %(lately)s AND waiting_since <= %(until)s
        UNION SELECT conversation_id FROM inbox_event
        WHERE verb = 'assigned' AND at > %(lately)s AND at <= %(until)s
    ) held JOIN inbox_conversation c ON c.id = held.id
        CROSS JOIN LATERAL (
            SELECT e.id, e.at FROM inbox_event e WHERE e.conversation_id = c.id AND e.verb = 'assigned'
            ORDER BY e.id DESC LIMIT 1) given
    WHERE c.status = 'open' AND c.assignee_id IS NOT NULL AND c.waiting_since <= %(until)s AND given.at <= %(until)s
        AND greatest(c.waiting_since, given.at) > %(old)s AND {_VISIBLE} {_BY_HOURS} AND NOT EXISTS (
            SELECT FROM inbox_event e WHERE e.conversation_id = c.id AND e.actor_id = c.assignee_id
                AND e.id > given.id AND e.at >= c.waiting_since)""",  # noqa: S608
)
_NEXT_OPEN = f"""
SELECT c.id FROM inbox_conversation c WHERE c.status = 'open' AND c.id > %(after)s AND {_VISIBLE}
ORDER BY c.id LIMIT %(most)s
"""  # noqa: S608  our own words
_STATEMENTS = {Rule.Kind.WAITS: _WAITS, Rule.Kind.UNTOUCHED: _UNTOUCHED}
# A wait that goes on is remembered, however long ago a rule saw to it.
_FORGET_WAITS = """
DELETE FROM inbox_ruleoccasion o USING inbox_conversation c
WHERE o.since IS NOT NULL AND o.at < %(before)s AND (o.done_at IS NOT NULL OR o.given_up) AND c.id = o.conversation_id
    AND (c.waiting_since IS NULL OR c.waiting_since > o.since OR c.status = 'closed')
"""


def note_due(now: datetime | None = None) -> int:
    """Note what rules have to look at by now; return how much. Twice, or by two workers, is as good as once."""
    now = now or timezone.now()
    swept = [(rule, moment) for rule in acting() for moment in rule.moments if moment.is_swept]
    if not swept:
        return 0
    opening_hours = OpeningHours.current()
    noted = sum(_note_some(rule, moment, opening_hours, now) for rule, moment in swept)
    if noted:
        enqueue("inbox.tasks.apply_rules")
    return noted


def still_holds(occasion: RuleOccasion, conversation: Conversation) -> bool:
    """Whether what a rule waited for is still so. The conversation is locked."""
    if occasion.rule_id is None:
        return True
    if conversation.status != Conversation.Status.OPEN:
        return False
    if occasion.since is None:  # the clock's
        return True
    if conversation.waiting_since is None or conversation.waiting_since > occasion.since:
        return False
    if Rule.Kind.UNTOUCHED not in occasion.kinds:
        return True
    later = Event.objects.filter(conversation=conversation, at__gt=occasion.since)
    touched = later.filter(actor=conversation.assignee_id) | later.filter(verb="assigned")
    return conversation.assignee_id is not None and not touched.exists()


def forget_old(before: datetime) -> int:
    """Forget waits that are over and strokes that were seen to before a moment; return how many."""
    return run(_FORGET_WAITS, {"before": before}) + RuleStroke.objects.filter(at__lt=before).delete()[0]


def _note_some(rule: ReadyRule, moment: Moment, opening_hours: OpeningHours, now: datetime) -> int:
    left = AT_ONCE - RuleOccasion.objects.filter(rule=rule.pk, done_at=None, given_up=False)[:AT_ONCE].count()
    if left <= 0 or rule.on_since is None:
        return 0
    asked: dict[str, Any] = {
        "rule": rule.pk, "version": rule.version, "now": now, "on_since": rule.on_since, "most": left,
        "accounts": None if rule.accounts is None else sorted(rule.accounts),
    }  # fmt: skip
    if moment.kind == Rule.Kind.CLOCK:
        return _strike(rule, moment.last_stroke(now, opening_hours.organisation.zone), asked)
    # Round the clock nobody's hours count, and all are looked at together.
    clocks = OpeningHours(Hours(UTC)) if moment.round_the_clock else opening_hours
    asked |= {"own_accounts": list(clocks.accounts), "own_teams": list(clocks.teams)}
    noted = 0
    for hours, account, team in clocks.sets():
        asked |= {"account": account, "team": team, "most": left - noted}
        noted += _note_by(moment, Clock(hours), rule.on_since, asked)
    return noted


def _note_by(moment: Moment, clock: Clock, on_since: datetime, asked: dict[str, Any]) -> int:
    """Note the waits that were long enough by one clock."""
    now = asked["now"]
    until = clock.latest_start(now, moment.length)
    if until is None:
        return 0
    never = "-infinity"
    asked["until"], asked["old"] = until, clock.latest_start(on_since, moment.length) or never
    asked["lately"] = clock.latest_start(now - LATELY, moment.length) or never
    asked["recently"] = now - LATELY
    # Planned each time: how much was noted before differs between nothing and all that is open.
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS[Rule.Kind(moment.kind)], asked)
        return int(cursor.rowcount)


def _strike(rule: ReadyRule, at: datetime, asked: dict[str, Any]) -> int:
    now = asked["now"]
    if at < max(asked["on_since"], now - STRUCK_LATELY):
        return 0
    insert_new([RuleStroke(rule_id=rule.pk, at=at)])
    with transaction.atomic():
        stroke = RuleStroke.objects.select_for_update().filter(rule=rule.pk, at=at, done_at=None).first()
        if stroke is None:
            return 0
        ids = [pk for (pk,) in fetch(_NEXT_OPEN, asked | {"after": stroke.after})]
        made = insert_new(list(_strokes(ids, rule, at, now))) if ids else []
        stroke.after = ids[-1] if ids else stroke.after
        stroke.done_at = now if len(ids) < asked["most"] else None
        stroke.save(update_fields=["after", "done_at"])
    return len(made)


def _strokes(ids: list[int], rule: ReadyRule, at: datetime, now: datetime) -> Iterator[RuleOccasion]:
    name = f"{Rule.Kind.CLOCK}:{rule.pk}.{rule.version}:{int(at.timestamp())}"
    for pk in ids:
        yield RuleOccasion(
            conversation_id=pk, rule_id=rule.pk, name=name, kinds=[Rule.Kind.CLOCK.value], at=now, due_at=now
        )
