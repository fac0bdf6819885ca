"""Opening hours of an account's or a team's own, wherever opening hours count."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db.models import Q

from inbox.automation import occasions, sweeping
from inbox.models import Conversation, Event, Label, OpeningHours, Response, ResponseTarget, Team, User
from inbox.outbox import autoreply
from inbox.routing.rules.reading import Happening, facts_of
from inbox.sla import due, opening_hours, targets
from inbox.sla.closing_time import Closing, closes
from inbox.triage import labels
from tests import factories
from tests.support.opening_hours import automatic_ones, own, talking_account
from tests.support.rules import does, make_rule

pytestmark = pytest.mark.django_db
MONDAY = datetime(2032, 11, 29, 5, tzinfo=UTC)  # six in the morning in Amsterdam; later than what is made by now
HOUR = timedelta(hours=1)
DAY, EARLY, LATE = [(time(9), time(17))], [(time(7), time(12))], [(time(20), time(23))]


@pytest.fixture
def lead() -> User:
    """A lead; the office is open from nine to five, and promises an hour."""
    lead = factories.make_user("lead")
    opening_hours.set_week(lead, dict.fromkeys(range(7), DAY))
    targets.save(ResponseTarget(minutes=60, in_opening_hours=True), lead)
    return lead


@pytest.fixture
def team(lead: User) -> Team:
    """A team that begins early."""
    team = Team.objects.create(name="Vroeg")
    own(team, EARLY)
    return team


def due_at(conversation: Conversation) -> datetime | None:
    """When an answer should be there."""
    conversation.refresh_from_db()
    return conversation.due_at


def test_account_goes_before_team_and_team_before_organisation(lead: User, team: Team) -> None:
    here = factories.make_account()
    with time_machine.travel(MONDAY, tick=False):
        one, other = factories.make_conversation(here), factories.make_conversation()
        labels.give_to_team(one, team, lead)
        assert (due_at(other), due_at(one)) == (MONDAY + 4 * HOUR, MONDAY + 2 * HOUR)
        own(here, LATE, zone="Europe/London")
        due.renew_all()
        assert (due_at(other), due_at(one)) == (MONDAY + 4 * HOUR, MONDAY + 16 * HOUR)
        factories.make_answer(one, lead, sent_at=MONDAY + 15.5 * HOUR)
        assert Response.objects.get(conversation=one).counted_seconds == 1800, "the figures count by them too"
        again = factories.make_conversation(here)
        assert opening_hours.drop_own(lead, here)
        assert not opening_hours.drop_own(lead, here)
        due.renew_all()
        assert due_at(again) == MONDAY + 4 * HOUR
    told = Event.objects.filter(verb="opening_changed", account=here).values_list("data", flat=True)
    assert {"own": False} in told


def test_hours_of_a_team_that_was_put_away_hold_no_more(team: Team) -> None:
    assert OpeningHours.current().of(0, team.pk) != OpeningHours.current().organisation
    Team.objects.filter(pk=team.pk).update(archived_at=MONDAY)
    assert OpeningHours.current().of(0, team.pk) == OpeningHours.current().organisation


def test_window_closes_before_or_after_the_own_closing_time(lead: User, team: Team) -> None:
    at, found = MONDAY + 5 * HOUR, {}  # ten in the morning in Amsterdam
    early, office = factories.make_conversation(), factories.make_conversation()
    labels.give_to_team(early, team, lead)
    Conversation.objects.update(window_closes_at=at + 4 * HOUR)
    for when in Closing:
        found[when] = set(Conversation.objects.filter(closes(when, at)))
    assert found == {Closing.DAY: {early, office}, Closing.BEFORE: {office}, Closing.AFTER: {early}}


@pytest.mark.usefixtures("estimated")
def test_automatic_message_leaves_while_the_account_is_shut(lead: User) -> None:
    shut, usual = talking_account("whatsapp"), talking_account("whatsapp")
    own(shut, LATE, zone="Europe/London")
    noon = MONDAY + 6 * HOUR
    with time_machine.travel(noon, tick=False):
        writing = [factories.make_conversation(account, visibility="private", kind="dm") for account in (shut, usual)]
        assert autoreply.due(noon) == [writing[0].pk]
        for conversation in writing:
            autoreply.queue_if_due(conversation.pk)
        (message,) = automatic_ones()
        assert message.text.endswith("Wij zijn er weer vandaag om 20:00."), "by the clock of the account"
        opening_hours.drop_own(lead, shut)
        assert autoreply.obstacle_to(message, writing[0], noon) == "open"


def test_rules_ask_the_team_and_count_by_its_clock(lead: User, team: Team) -> None:
    label = Label.objects.create(name="Te lang")
    with time_machine.travel(MONDAY, tick=False):
        when = {"kind": "waits", "minutes": 60, "round_the_clock": False}
        make_rule(does("label", label.pk), when=when)
        early, office = factories.make_conversation(), factories.make_conversation()
        labels.give_to_team(early, team, lead)
    at = [Happening(row.pk, MONDAY + 1.5 * HOUR) for row in (early, office)]
    assert [facts.is_open for facts in facts_of(at).values()] == [True, False]
    for hours, labelled in ((2, {early}), (3.9, {early}), (4, {early, office})):
        with time_machine.travel(MONDAY + hours * HOUR, tick=False):
            sweeping.note_due()
            occasions.apply_due()
        assert set(Conversation.objects.filter(labels=label)) == labelled


def test_every_conversation_has_one_set_of_hours(lead: User, team: Team) -> None:
    account, other = factories.make_account(), factories.make_account("x")
    own(account, LATE)
    rows = [factories.make_conversation(where) for where in (account, other) for _ in range(2)]
    for row in rows[::2]:
        labels.give_to_team(row, team, lead)
    hours = OpeningHours.current()
    for row in Conversation.objects.all():
        held = [each for each, of_these in hours.parts() if Conversation.objects.filter(Q(pk=row.pk) & of_these)]
        assert held == [hours.of(row.account_id, row.team_id)]
