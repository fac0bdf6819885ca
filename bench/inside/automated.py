"""Pages of posts with everything on that Webcare does by itself, beside the same pages with all of it off.

A rule is asked about everything that arrives. What it fits it gives to a team, labels and tells somebody of; the team
divides its work among who is present. `python -m bench.inside.automated PAGES SIZE` prints milliseconds of a page
stored, on and off, and how many messages a second each step behind it sees to.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

import django

django.setup()

from django.utils import timezone  # noqa: E402

from bench.compare import in_turns  # noqa: E402
from bench.inside.ingest import OURS, Posts, forget_since, newest_rows  # noqa: E402
from channels.models import Account  # noqa: E402
from channels.x.normalise import read_posts  # noqa: E402
from inbox.automation import occasions, rules  # noqa: E402
from inbox.ingest.receive import receive  # noqa: E402
from inbox.models import Label, Presence, Rule, Team, User  # noqa: E402
from inbox.models.rule import MOST_PER_HOUR  # noqa: E402
from inbox.triage import dividing, estimates  # noqa: E402

MEMBERS, CAPACITY = 20, 500


def main(pages: int, size: int) -> None:
    """Measure, then take everything away again."""
    before = newest_rows()
    account, _new = Account.objects.get_or_create(platform="x", external_id=OURS, defaults={"name": "Bench"})
    posts, team = Posts(size), _team()
    admin = User.objects.filter(role=User.Role.ADMIN).latest("pk")
    rule = _rule(team, admin)

    def read(*, on: bool) -> float:
        Rule.objects.filter(pk=rule.pk).update(is_on=on)
        page = read_posts(json.loads(posts.page()), OURS, kind="mention")
        began = time.perf_counter()
        receive(account, page)
        return (time.perf_counter() - began) * 1000

    try:
        stored = in_turns(lambda: read(on=True), lambda: read(on=False), pairs=pages)
        behind = {"estimates": _rate(estimates.estimate_due), "asked": _rate(occasions.apply_due)}
        rule.conditions = {"join": "all", "parts": []}
        rules.save(rule, admin)
        read(on=True)
        _rate(estimates.estimate_due)
        behind |= {"acted": _rate(occasions.apply_due), "divided": _rate(dividing.divide_waiting)}
    finally:
        team.members.clear()
        forget_since(before)
    sys.stdout.write(f"{json.dumps({'stored': asdict(stored), 'behind': behind})}\n")


def _rate(see_to: Callable[[], int]) -> float:
    """Return how many a second something sees to, until nothing is left."""
    began, total = time.perf_counter(), 0
    while n := see_to():
        total += n
    return total / (time.perf_counter() - began)


def _team() -> Team:
    """Make a team that divides its work, with members who are present."""
    team = Team.objects.create(name="Bench", dividing=Team.Dividing.TURNS)
    for number in range(MEMBERS):
        member = User.objects.create_user(f"member{number}@bench.example", None, capacity=CAPACITY, all_accounts=True)
        Presence.objects.create(user=member, chosen="present", seen_at=timezone.now())
        team.members.add(member)
    return team


def _rule(team: Team, admin: User) -> Rule:
    """Make a rule that fits nothing yet."""
    label = Label.objects.create(name="Bench")
    acts = [("team", team.pk), ("label", label.pk), ("notify", team.members.latest("pk").pk)]
    rule = Rule(
        name="Bench",
        is_on=True,
        when=[{"kind": "arrives"}],
        conditions={"join": "all", "parts": [{"subject": "words", "how": "any", "value": "zeppelin"}]},
        actions=[{"does": does, "value": str(value)} for does, value in acts],
        per_hour=MOST_PER_HOUR,
    )
    rules.save(rule, admin)
    return rule


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
