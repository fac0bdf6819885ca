"""Rules applied to one thing that happened, from top to bottom. Each acts at most once on it.

Conditions are asked outside any transaction. A rule acts in a transaction of its own, and only where the conversation
is still as it was asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from inbox.automation import acts
from inbox.automation.rulebook import ReadyRule
from inbox.automation.sweeping import still_holds
from inbox.ingest.batch import lock_account
from inbox.models import Conversation, Event, Rule, RuleApplication, RuleOccasion
from inbox.models.event import caused_by
from inbox.routing.rules.actions import Does
from inbox.routing.rules.facts import Facts
from inbox.routing.rules.reading import Happening, facts_of
from webcare.lib.statements import insert_new
from webcare.lib.time_limit import processor_time

LONGEST = 1.0  # seconds of processor time for one text and one rule
ATTEMPTS = 5
AN_HOUR = timedelta(hours=1)


class Busy(Exception):
    """Others kept changing the conversation: later, then."""


class _Changed(Exception):
    """The conversation is no longer what the rule was asked about."""


def apply(occasion: RuleOccasion, rules: Sequence[ReadyRule], facts: Facts | None) -> list[int]:
    """Apply rules to something that happened; return the numbers of those that acted. Raises Busy and TookTooLong.

    `facts` may be older than now. A rule that acted on it before is not asked again, but still stops those below.
    """
    asked = [rule for rule in rules if rule.looks_at(occasion)]
    if not asked:
        return []
    acted = set(
        RuleApplication.objects.filter(conversation=occasion.conversation_id, occasion=occasion.name).values_list(
            "rule_id", flat=True
        )
    )
    now_acted = []
    for rule in asked:
        if rule.pk not in acted:
            fits, facts = _try(rule, occasion, facts)
            if not fits:
                continue
            now_acted.append(rule.pk)
        if rule.stops:
            break
    return now_acted


def _try(rule: ReadyRule, occasion: RuleOccasion, facts: Facts | None) -> tuple[bool, Facts | None]:
    """Ask a rule and let it act; return whether it did, and the facts as far as they still hold."""
    for _attempt in range(ATTEMPTS):
        facts = facts or _facts_now(occasion)
        if facts is None:
            return False, None  # the conversation or the message is gone
        with processor_time(LONGEST):
            fits = rule.fits(facts)
        if not fits:
            return False, facts
        try:
            return _act(rule, occasion, facts.version), None
        except _Changed:
            facts = None
    raise Busy


def _facts_now(occasion: RuleOccasion) -> Facts | None:
    happening = Happening(occasion.conversation_id, occasion.at, occasion.message_id)
    return facts_of([happening]).get(happening)


@transaction.atomic
def _act(rule: ReadyRule, occasion: RuleOccasion, version: int) -> bool:
    """Do what a rule does, with the row that says so; return False where it may not. Raises _Changed."""
    if any(action.does == Does.REPLY for action in rule.actions):
        # As ingest takes them, in its order: what comes in now waits.
        lock_account(Conversation.objects.values_list("account_id", flat=True).get(pk=occasion.conversation_id))
    rows = Conversation.objects.select_related("account", "identity", "contact")
    conversation = (
        rows.defer("account__sealed_credentials")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=occasion.conversation_id)
    )
    if conversation.version != version:
        raise _Changed
    if not still_holds(occasion, conversation):
        return False
    row = Rule.objects.acting().select_for_update(no_key=True).filter(pk=rule.pk, version=rule.version).first()
    if row is None or conversation.account.removed_at or _is_repeated(row, conversation) or _is_too_often(row):
        return False
    application = RuleApplication(
        rule=row, version=row.version, conversation=conversation, occasion=occasion.name, at=timezone.now()
    )
    if not insert_new([application]):
        return True  # another worker was first, in this very moment
    _name_cause([*occasion.chain, rule.pk])
    with caused_by(rule=rule.pk, application=application.pk):
        application.did = acts.do_all(rule, application, conversation, occasion)
    application.save(update_fields=["did"])
    _name_cause([])
    return True


def _is_repeated(row: Rule, conversation: Conversation) -> bool:
    return row.once and RuleApplication.objects.filter(rule=row, conversation=conversation).exists()


def _is_too_often(row: Rule) -> bool:
    """Pause a rule that reached its limit. Its row is locked: two workers cannot both be the last.

    What it found as it should be counts for nothing: it did nothing there.
    """
    now = timezone.now()
    recent = RuleApplication.objects.filter(rule=row, at__gt=max(now - AN_HOUR, row.on_since or now - AN_HOUR))
    if recent.exclude(did=[]).count() < row.per_hour:
        return False
    row.paused_at = now
    row.save(update_fields=["paused_at"])
    Event.note("rule_paused", rule=row.pk, most=row.per_hour)
    return True


def _name_cause(chain: Sequence[int]) -> None:
    """Tell the triggers, for this transaction, which rules bring about what follows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('webcare.rules', %s, true)", [",".join(map(str, chain))])
