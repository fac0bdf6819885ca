"""The rules themselves: made, changed, ordered, switched on and off, and put away. Every change is in the log."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from inbox.models import Event, Rule, RuleApplication, User

LATELY = timedelta(days=7)


def visible_to(user: User) -> QuerySet[Rule]:
    """Return the rules somebody may see: all, or those that act within the accounts they are limited to."""
    rules = Rule.objects.kept()
    seen = _limits(user)
    return rules if seen is None else rules.filter(accounts__contained_by=seen)


def with_use(rules: QuerySet[Rule], now: datetime | None = None) -> QuerySet[Rule]:
    """Return rules with how often each acted in the last seven days (`acted`), and when it did last (`last_at`)."""
    since = (now or timezone.now()) - LATELY
    # Each by the index of a rule's applications: all there ever were are many.
    done = RuleApplication.objects.filter(rule=OuterRef("pk")).exclude(did=[]).order_by()
    lately = done.filter(at__gte=since).values("rule").annotate(n=Count("*")).values("n")
    return rules.annotate(
        acted=Coalesce(Subquery(lately), 0), last_at=Subquery(done.order_by("-at", "-id").values("at")[:1])
    )


@transaction.atomic
def save(row: Rule, by: User) -> None:
    """Save a new or changed rule. It acts on what happens from now on, in the accounts its maker sees."""
    new = row.pk is None
    now = timezone.now()
    limits = _limits(by)
    if new or limits is not None:  # who sees everything does not widen a rule that somebody else made
        row.accounts = limits
    row.kinds = sorted({str(moment["kind"]) for moment in row.when})
    row.changed_by, row.changed_at = by, now
    row.on_since = now if row.is_on else None
    row.paused_at = None
    if new:
        row.position = (Rule.objects.aggregate(last=Max("position"))["last"] or 0) + 1
        row.save()
    else:
        Rule.objects.select_for_update().get(pk=row.pk)
        row.save()
        Rule.objects.filter(pk=row.pk).update(version=F("version") + 1)
    Event.note("rule_added" if new else "rule_changed", actor=by, rule=row.pk)


@transaction.atomic
def switch(row: Rule, by: User, *, on: bool) -> bool:
    """Switch a rule on or off, or on again after a pause; return whether that changed anything."""
    locked = Rule.objects.select_for_update().get(pk=row.pk)
    if locked.is_on == on and not (on and locked.paused_at):
        return False
    locked.is_on, locked.paused_at = on, None
    locked.on_since = timezone.now() if on else None
    locked.save(update_fields=["is_on", "paused_at", "on_since"])
    Event.note("rule_on" if on else "rule_off", actor=by, rule=row.pk)
    return True


@transaction.atomic
def move(row: Rule, by: User, *, up: bool) -> bool:
    """Let a rule change places with the one before or after it that its mover sees; return whether there was one."""
    rules = _in_order(by)
    place = rules.index(row)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rules):
        return False
    rules[place], rules[other] = rules[other], rules[place]
    return _keep_order(rules, row, by)


@transaction.atomic
def place_before(row: Rule, by: User, other: Rule | None) -> bool:
    """Put a rule right before another, or behind all; return whether that changed anything."""
    if row == other:
        return False
    rules = _in_order(by)
    was = list(rules)
    rules.remove(row)
    rules.insert(rules.index(other) if other in rules else len(rules), row)
    return rules != was and _keep_order(rules, row, by)


def _in_order(by: User) -> list[Rule]:
    return list(visible_to(by).select_for_update().order_by("position", "pk"))


def _keep_order(rules: list[Rule], moved: Rule, by: User) -> bool:
    """Give the places that these rules have to them in a new order: rules that the mover does not see stay."""
    last = -1
    for rule, place in zip(rules, sorted(rule.position for rule in rules), strict=True):
        rule.position = last = max(place, last + 1)
    Rule.objects.bulk_update(rules, ["position"])
    Event.note("rule_moved", actor=by, rule=moved.pk)
    return True


@transaction.atomic
def archive(row: Rule, by: User) -> None:
    """Put a rule away: it acts no more. Its name stays in the log."""
    Rule.objects.filter(pk=row.pk).update(archived_at=timezone.now(), is_on=False, on_since=None)
    Event.note("rule_removed", actor=by, rule=row.pk)


def _limits(user: User) -> list[int] | None:
    """Return the accounts somebody is limited to; None for nobody's limits."""
    if user.reads_all_accounts:
        return None
    return sorted(user.accounts.values_list("pk", flat=True))
