"""What happened and sets rules off, taken from the queue. Triggers note what happens (migrations/_occasions.py).

Runs in the process that reads customers' words, after their mood and language were told. A text that cannot be read
in time is given up by itself.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from inbox.automation import sweeping
from inbox.automation.applying import Busy, apply
from inbox.automation.rulebook import ReadyRule, acting
from inbox.models import Rule, RuleApplication, RuleOccasion
from inbox.routing.rules.facts import Facts
from inbox.routing.rules.reading import Happening, facts_of
from webcare.lib.enqueue import enqueue
from webcare.lib.statements import fetch
from webcare.lib.time_limit import TookTooLong

log = logging.getLogger(__name__)

AT_ONCE = 50
ROUNDS = 20  # then another task's turn
CLAIM = timedelta(seconds=90)  # after which what a killed process held is tried again
AGAIN = timedelta(seconds=5)  # for one that others kept changing
PATIENCE = timedelta(seconds=20)  # for an estimate, which most rules ask about
MOST_TRIES = 5  # the first with others, later ones alone
KEPT = timedelta(days=3)  # of waits that are over, and of what was given up
DONE_KEPT = timedelta(days=180)  # what a rule did; the log has it for ever
DELETED_AT_ONCE = 5000
# Materialised: joined as it stands, the rows to take might be looked for once for each row, and be more than asked for.
_TAKE = """
WITH free AS MATERIALIZED (
    SELECT w.id FROM inbox_ruleoccasion w
    WHERE w.done_at IS NULL AND NOT w.given_up AND w.due_at <= %(now)s AND w.tries {tries}
        AND (w.message_id IS NULL OR w.at <= %(patience)s OR NOT EXISTS (
            SELECT FROM inbox_pendingestimate p WHERE p.message_id = w.message_id AND NOT p.given_up))
    ORDER BY w.due_at, w.id LIMIT %(most)s FOR UPDATE OF w SKIP LOCKED
)
UPDATE inbox_ruleoccasion o SET tries = o.tries + 1, due_at = %(until)s FROM free
WHERE o.id = free.id RETURNING o.id, o.due_at
"""

Claims = dict[int, datetime]  # occasion id, and until when it is this process' own


def apply_due(now: datetime | None = None) -> int:
    """Apply the rules to what happened; return how much was seen to. Any number may work at once."""
    seen_to = 0
    for _round in range(ROUNDS):
        claims = _take(now or timezone.now())
        if not claims:
            return seen_to
        seen_to += _run(claims)
    enqueue("inbox.tasks.apply_rules")
    return seen_to


def forget_old(now: datetime | None = None) -> int:
    """Delete what was seen to long ago; return how much."""
    before = (now or timezone.now()) - KEPT
    given_up = RuleOccasion.objects.filter(given_up=True, since=None, at__lt=before)
    return sweeping.forget_old(before) + given_up.delete()[0] + _forget_done((now or timezone.now()) - DONE_KEPT)


def _forget_done(before: datetime) -> int:
    """Delete what rules did before a moment; return how much.

    Of a rule that acts once in each conversation it stays: that is how the rule knows. By the index of each rule.
    """
    forgotten = 0
    for rule in Rule.objects.filter(Q(once=False) | Q(archived_at__isnull=False)).values_list("pk", flat=True):
        old = RuleApplication.objects.filter(rule=rule, at__lt=before).order_by("at", "pk")
        while pks := list(old.values_list("pk", flat=True)[:DELETED_AT_ONCE]):
            forgotten += RuleApplication.objects.filter(pk__in=pks).delete()[0]
    return forgotten


def _take(now: datetime) -> Claims:
    """Claim what is due, and count the try first: a crash counts too."""
    asked = {"now": now, "until": now + CLAIM, "patience": now - PATIENCE}
    if first := fetch(_TAKE.format(tries="= 0"), asked | {"most": AT_ONCE}):
        return dict(first)
    lost = RuleOccasion.objects.filter(done_at=None, given_up=False, due_at__lte=now, tries__gte=MOST_TRIES)
    if lost.update(given_up=True):
        log.warning("Rules could not be applied to something that happened: the process ended each time.")
    return dict(fetch(_TAKE.format(tries="> 0"), asked | {"most": 1}))


def _run(claims: Claims) -> int:
    occasions = list(RuleOccasion.objects.filter(pk__in=claims).order_by("at", "pk"))
    rules = acting()
    happenings = {occasion.pk: happening_of(occasion) for occasion in occasions}
    known = facts_of(list(happenings.values()))
    seen_to = 0
    past = _of_history(claims)
    for occasion in occasions:
        if occasion.pk in past:
            _finish(occasion, claims[occasion.pk])
            continue
        seen_to += _run_one(occasion, claims[occasion.pk], rules, known.get(happenings[occasion.pk]))
    return seen_to


def _of_history(claims: Claims) -> set[int]:
    """Return the occasions about what was said before its account was connected: rules leave that alone."""
    until = F("conversation__account__history_until")
    past = Q(message__sent_at__lt=until) | Q(message=None, conversation__last_message_at__lt=until)
    return set(RuleOccasion.objects.filter(past, pk__in=claims).values_list("pk", flat=True))


def happening_of(occasion: RuleOccasion) -> Happening:
    """Return where and when something happened."""
    return Happening(occasion.conversation_id, occasion.at, occasion.message_id)


def _run_one(occasion: RuleOccasion, claim: datetime, rules: list[ReadyRule], facts: Facts | None) -> bool:
    try:
        apply(occasion, rules, facts)
    except TookTooLong:
        log.warning("What came in by %s took rules too long and is left as it is.", occasion)
        _mine(occasion, claim).update(given_up=True)
    except Busy:
        _mine(occasion, claim).update(due_at=timezone.now() + AGAIN)
    except Exception:  # one that cannot be seen to must not keep the others
        log.exception("Rules could not be applied to %s", occasion)
    else:
        _finish(occasion, claim)
        return True
    return False


def _finish(occasion: RuleOccasion, claim: datetime) -> None:
    """A wait is remembered, so that it is noted once. Others are gone: what happened, happened once."""
    if occasion.since is None:
        _mine(occasion, claim).delete()
    else:
        _mine(occasion, claim).update(done_at=timezone.now())


def _mine(occasion: RuleOccasion, claim: datetime) -> QuerySet[RuleOccasion]:
    return RuleOccasion.objects.filter(pk=occasion.pk, due_at=claim)
