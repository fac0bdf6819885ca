"""The rules that act now, read and ready: what sets each off, what it asks and what it does."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from inbox.models import Rule, RuleOccasion
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
        """Whether its conditions hold, in an account that whoever made it may see."""
        return (self.accounts is None or facts.account in self.accounts) and self.conditions.fits(facts)


def acting() -> list[ReadyRule]:
    """Return the rules that act, in their order. One statement."""
    return [ready for rule in Rule.objects.acting() if (ready := ready_rule(rule)) is not None]


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
    )
