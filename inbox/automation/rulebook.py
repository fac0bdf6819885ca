"""The rules that act now, read and ready: what sets each off, what it asks and what it does."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, OuterRef, QuerySet, Value, When

from inbox.models import Rule, RuleOccasion, Team, User
from inbox.routing.rules.actions import Action, read_actions
from inbox.routing.rules.conditions import Group, Unreadable, read_group
from inbox.routing.rules.facts import Facts
from inbox.routing.rules.moments import Moment, read_moments

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """One rule as it was read."""

    pk: int
    version: int
    name: str
    moments: tuple[Moment, ...]
    conditions: Group
    actions: tuple[Action, ...]
    stops: bool
    on_since: datetime | None
    accounts: frozenset[int] | None
    closed: frozenset[int]  # teams that whoever made it does not see

    @property
    def kinds(self) -> frozenset[str]:
        """What sets it off."""
        return frozenset(moment.kind for moment in self.moments)

    def looks_at(self, occasion: RuleOccasion) -> bool:
        """Whether something that happened is its business. What it brought about itself never is."""
        if occasion.rule_id is not None and occasion.rule_id != self.pk:
            return False
        since = self.on_since is not None and occasion.at >= self.on_since
        return since and self.pk not in occasion.chain and not self.kinds.isdisjoint(occasion.kinds)

    def fits(self, facts: Facts) -> bool:
        """Whether its conditions hold, in an account and a team that whoever made it may see."""
        if facts.team and int(facts.team) in self.closed:
            return False
        return (self.accounts is None or facts.account in self.accounts) and self.conditions.fits(facts)


def acting() -> list[ReadyRule]:
    """Return the rules that act, in their order. One statement."""
    return [ready for rule in with_closed_teams(Rule.objects.acting()) if (ready := ready_rule(rule)) is not None]


def with_closed_teams(rules: QuerySet[Rule]) -> QuerySet[Rule]:
    """Return rules with the teams that are closed to whoever changed each last (`closed_teams`)."""
    closed = ArraySubquery(Team.objects.closed_to(OuterRef(OuterRef("changed_by"))).order_by().values("pk"))
    numbers = ArrayField(BigIntegerField())
    return rules.annotate(
        closed_teams=Case(When(changed_by__role=User.Role.ADMIN, then=Value([])), default=closed, output_field=numbers)
    )


def ready_rule(rule: Rule) -> ReadyRule | None:
    """Return a rule ready to be asked; None where what was stored of it cannot be read."""
    try:
        moments, actions = read_moments(rule.when), read_actions(rule.actions)
        conditions = read_group(rule.conditions)
    except Unreadable as error:
        log.error("Rule %s cannot be read: %s", rule.pk, error)
        return None
    return ReadyRule(
        pk=rule.pk,
        version=rule.version,
        name=rule.name,
        moments=moments,
        conditions=conditions,
        actions=actions,
        stops=rule.stops,
        on_since=rule.on_since,
        accounts=None if rule.accounts is None else frozenset(rule.accounts),
        closed=frozenset(getattr(rule, "closed_teams", ())),
    )
