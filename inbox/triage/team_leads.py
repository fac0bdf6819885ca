"""Who leads one team without leading everywhere: chosen among its members, and told on their own rows.

They read the figures of that team and no others (reports/views.py), and hear of its work as leads do. Taking, giving
and approving its work is every agent's, so nothing else is theirs alone.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from inbox.models import Event, Team, User


@transaction.atomic
def set_leads(team: Team, leads: Collection[User], by: User) -> None:
    """Say who leads a team, of its members alone."""
    members = set(team.members.values_list("pk", flat=True))
    was = set(team.leads.values_list("pk", flat=True))
    now = {person.pk for person in leads} & members
    if was != now:
        team.leads.set(now)
        Event.note("team_leads_changed", actor=by, which=team.pk, left=sorted(was - now), joined=sorted(now - was))
    refresh(was | now)


@transaction.atomic
def refresh(people: Collection[int]) -> None:
    """Write into the rows of these people which teams in use they lead. Who saves another team of theirs waits."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    led: dict[int, list[int]] = {}
    rows = Team.leads.through.objects.filter(user__in=people, team__archived_at=None).order_by("team")
    for person, team in rows.values_list("user", "team"):
        led.setdefault(person, []).append(team)
    for person in people:
        User.objects.filter(pk=person).update(led_teams=led.get(person))
