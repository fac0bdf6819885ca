"""Rules applied to what comes in: in order, exactly once, whoever works and whatever is killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.automation import acts, applying, occasions
from inbox.automation.rulebook import ReadyRule, acting
from inbox.ingest.receive import receive
from inbox.models import Contact, Conversation, Event, Label, Rule, RuleApplication, RuleOccasion, Team
from inbox.routing.rules.facts import Facts
from inbox.triage import assignment, estimates, labels
from tests import factories
from tests.support.rules import condition, does, group, make_rule
from tests.support.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("estimated")]


def _label(name: str = "Bezorging") -> Label:
    return Label.objects.create(name=name)


def _team(name: str = "Woordvoering") -> Team:
    return Team.objects.create(name=name)


def _arrive(text: str = "Waar blijft mijn pakket?", **fields: Any) -> Conversation:
    """A message comes in; no rule has looked yet."""
    conversation = factories.make_inbound(text=text, **fields).conversation
    assert conversation is not None
    return conversation


def _come_in(text: str = "Waar blijft mijn pakket?", **fields: Any) -> Conversation:
    conversation = _arrive(text, **fields)
    occasions.apply_due()
    conversation.refresh_from_db()
    return conversation


def test_a_message_that_fits_gets_what_the_rule_does() -> None:
    label, team = _label(), _team()
    make_rule(
        does("label", label.pk), does("team", team.pk), does("priority", "high"),
        asks=[condition("words", "any", "pakket, bestelling"), condition("visibility", "is", "public")],
    )  # fmt: skip
    fits, other = _come_in(), _come_in("Wat een mooie winkel")
    assert (list(fits.labels.all()), fits.team) == ([label], team)
    assert (list(other.labels.all()), other.team) == ([], None)
    assert fits.priority == other.priority + 30
    assert RuleApplication.objects.get().did == ["label", "team", "priority"]
    assert not RuleOccasion.objects.exists()


def test_the_log_says_which_rule_did_it() -> None:
    label = _label()
    rule = make_rule(does("label", label.pk), name="Pakketten")
    conversation = _come_in()
    event = Event.objects.get(conversation=conversation, verb="labelled")
    assert (event.actor, event.data["rule"]) == (None, rule.pk)


def test_rules_go_from_top_to_bottom_and_one_may_stop() -> None:
    first, second, third = _label("Een"), _label("Twee"), _label("Drie")
    make_rule(does("label", third.pk), position=3)
    make_rule(does("label", first.pk), position=1)
    make_rule(does("label", second.pk), position=2, asks=[condition("label", "is", first.pk)], stops=True)
    assert set(_come_in().labels.all()) == {first, second}


def test_a_rule_asks_mood_and_language_once_they_are_told() -> None:
    label = _label()
    make_rule(does("label", label.pk), asks=[condition("language", "is", "nl"), condition("mood", "is", "angry")])
    account = factories.make_account()
    receive(account, [factories.incoming("Wat een schandalig slechte service, ik ben woedend!")])
    occasions.apply_due()
    assert RuleOccasion.objects.count() == 1, "it waits for the estimate"
    estimates.estimate_due()
    occasions.apply_due()
    assert list(Conversation.objects.get().labels.all()) == [label]


def test_a_message_without_words_waits_for_no_estimate() -> None:
    label = _label()
    make_rule(does("label", label.pk), asks=[condition("channel", "is", "x")])
    receive(factories.make_account(), [factories.incoming("")])
    occasions.apply_due()
    assert list(Conversation.objects.get().labels.all()) == [label]


def test_facts_about_the_person_and_the_hour_are_asked() -> None:
    label = _label()
    make_rule(
        does("label", label.pk),
        asks=[
            group("any", condition("contact", "is", "press"), condition("followers", "at_least", 5000)),
            condition("known", "is", "no"), condition("hours", "is", "yes"), condition("addressed", "is", "yes"),
            condition("assignee", "is", ""), condition("complaint", "is", "no"),
        ],
    )  # fmt: skip
    account = factories.make_account()
    assert not _come_in(account=account).labels.exists()
    Contact.objects.update(kind="press")
    again = _come_in(account=account, author=factories.author("Karin"))
    assert list(again.labels.all()) == [label]
    followed = _come_in(account=account, author=factories.author("Roos", followers=6000))
    assert list(followed.labels.all()) == [label]


def test_what_came_in_before_the_rule_was_on_is_left_alone() -> None:
    factories.make_inbound()
    make_rule(does("label", _label().pk))
    occasions.apply_due()
    assert not RuleApplication.objects.exists()


def test_without_a_rule_nothing_is_noted_or_asked() -> None:
    account = factories.make_account()
    make_rule(does("label", _label().pk), is_on=False)
    receive(account, [factories.incoming(author=factories.author("Kees"))])  # what is read once is read
    with CaptureQueriesContext(connection) as off:
        receive(account, [factories.incoming()])
    assert not RuleOccasion.objects.exists()
    Rule.objects.update(is_on=True)
    with CaptureQueriesContext(connection) as on:
        receive(account, [factories.incoming(author=factories.author("Roos"))])
    assert RuleOccasion.objects.count() == 1
    assert len(on) == len(off)


def test_statements_do_not_grow_with_what_came_in() -> None:
    account = factories.make_account()
    make_rule(does("label", _label().pk), asks=[condition("words", "any", "niets")])

    def asked(n: int) -> int:
        receive(account, [factories.incoming(author=factories.author(f"Klant {n}/{i}")) for i in range(n)])
        estimates.estimate_due()
        with CaptureQueriesContext(connection) as captured:
            occasions.apply_due()
        return len(captured) - 2 * n  # each is looked up and finished by itself

    assert asked(2) == asked(12)


@pytest.mark.parametrize("kills", range(1, 8))
def test_killed_anywhere_a_rule_acts_once(monkeypatch: pytest.MonkeyPatch, kills: int) -> None:
    """Whatever statement the process dies at, what was done is done once and as a whole."""
    label, team = _label(), _team()
    make_rule(does("label", label.pk), does("team", team.pk), stops=True, asks=[condition("label", "is_not", label.pk)])
    make_rule(does("priority", "low"))
    conversation = _arrive()
    _die_at_event(monkeypatch, kills)
    for later in range(5):
        with time_machine.travel(timezone.now() + occasions.CLAIM * later * 1.1), _surviving():
            occasions.apply_due()
    conversation.refresh_from_db()
    assert (list(conversation.labels.all()), conversation.team, conversation.urgency) == ([label], team, 0)
    assert Event.objects.filter(verb="labelled").count() == Event.objects.filter(verb="given_to_team").count() == 1
    assert RuleApplication.objects.count() == 1
    assert not RuleOccasion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_apply_each_rule_once() -> None:
    label = _label()
    make_rule(does("label", label.pk))
    conversation = _arrive()
    occasion = RuleOccasion.objects.get()
    rules = acting()
    work = partial(applying.apply, occasion, rules, None)
    assert [result for result in at_once(work, work, work) if isinstance(result, Exception)] == []
    assert Event.objects.filter(conversation=conversation, verb="labelled").count() == 1
    assert RuleApplication.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_rule_asks_again_where_the_conversation_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    label, hands = _label(), factories.make_user()
    make_rule(does("label", label.pk), asks=[condition("assignee", "is", "")])
    conversation = _arrive()
    asked = _meanwhile(monkeypatch, lambda: assignment.assign(conversation, hands, hands))
    occasions.apply_due()
    assert asked == [True, False]
    assert not conversation.labels.exists()


def test_no_text_is_read_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    make_rule(does("label", _label().pk), asks=[condition("words", "any", "pakket")])
    factories.make_inbound()
    depths = []
    fits = ReadyRule.fits

    def watched(rule: ReadyRule, facts: Facts) -> bool:
        depths.append(len(connection.savepoint_ids))
        return fits(rule, facts)

    monkeypatch.setattr(ReadyRule, "fits", watched)
    with CaptureQueriesContext(connection):
        occasions.apply_due()
    assert depths == [0]


def test_a_text_that_takes_too_long_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    label = _label()
    make_rule(does("label", label.pk))
    monkeypatch.setattr(applying, "LONGEST", 0.05)
    fits = ReadyRule.fits

    def slow(rule: ReadyRule, facts: Facts) -> bool:
        while "traag" in facts.text:
            pass
        return fits(rule, facts)

    monkeypatch.setattr(ReadyRule, "fits", slow)
    account = factories.make_account()
    hostile = _arrive("traag", account=account, author=factories.author("Trol"))
    good = _arrive("vlug", account=account)
    occasions.apply_due()
    assert list(good.labels.all()) == [label]
    assert not hostile.labels.exists()
    assert RuleOccasion.objects.get().given_up


@pytest.mark.django_db(transaction=True)
def test_a_rule_never_sets_itself_off_again() -> None:
    label = _label()
    make_rule(does("label", label.pk), does("unlabel", label.pk), when="label")
    conversation = factories.make_conversation()
    labels.add_label(conversation, label, factories.make_user())
    for _round in range(5):
        occasions.apply_due()
    assert RuleApplication.objects.count() == 1
    assert not RuleOccasion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rules_set_each_other_off_three_deep_at_most() -> None:
    steps = [_label(f"Stap {n}") for n in range(6)]
    for before, after in zip(steps, steps[1:], strict=False):
        make_rule(does("label", after.pk), when="label", asks=[condition("label", "is", before.pk)], once=True)
    conversation = factories.make_conversation()
    Rule.objects.update(position=0)
    # From last to first: each needs the one before.
    for position, rule in enumerate(Rule.objects.order_by("-pk")):
        Rule.objects.filter(pk=rule.pk).update(position=position)
    labels.add_label(conversation, steps[0], factories.make_user())
    for _round in range(8):
        occasions.apply_due()
    assert RuleApplication.objects.count() == 3


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("closed", lambda row, by: assignment.close(row, by, "no_question")),
        ("team", lambda row, by: labels.give_to_team(row, Team.objects.create(name="Sales"), by)),
        ("assignee", lambda row, by: assignment.assign(row, by, by)),
    ],
)
def test_a_change_sets_off_the_rules_that_ask_for_it(kind: str, change: Callable[[Conversation, Any], object]) -> None:
    label = _label()
    conversation = factories.make_conversation()
    make_rule(does("label", label.pk), when=kind)
    make_rule(does("priority", "low"), when="mood")
    change(conversation, factories.make_user("lead"))
    occasions.apply_due()
    assert list(conversation.labels.all()) == [label]
    assert RuleApplication.objects.count() == 1


def test_reopening_sets_rules_off() -> None:
    label = _label()
    conversation = factories.make_conversation()
    assignment.close(conversation, factories.make_user(), "no_question")
    make_rule(does("label", label.pk), when="reopened")
    assignment.reopen(conversation, factories.make_user())
    occasions.apply_due()
    assert list(conversation.labels.all()) == [label]


def test_at_its_limit_a_rule_is_paused_and_says_so() -> None:
    label = _label()
    rule = make_rule(does("label", label.pk), per_hour=2)
    account = factories.make_account()
    for n in range(3):
        _come_in(account=account, author=factories.author(f"Klant {n}"))
    rule.refresh_from_db()
    assert rule.paused_at is not None
    assert RuleApplication.objects.count() == 2
    assert Event.objects.filter(verb="rule_paused", data__rule=rule.pk).count() == 1


def test_what_a_rule_finds_done_brings_it_no_nearer_to_its_limit() -> None:
    rule = make_rule(does("label", _label().pk), per_hour=2)
    conversation = _come_in()
    for _n in range(4):
        _come_in(account=conversation.account)
    rule.refresh_from_db()
    assert (rule.paused_at, rule.applications.exclude(did=[]).count()) == (None, 1)


def test_once_a_conversation_is_once() -> None:
    team, other = _team(), _team("Anders")
    make_rule(does("team", team.pk), once=True)
    account = factories.make_account()
    conversation = _come_in(account=account)
    labels.give_to_team(conversation, other, None)
    assert _come_in(account=account).team == other


def test_what_a_rule_did_is_forgotten_after_half_a_year() -> None:
    often, once = make_rule(does("label", _label().pk)), make_rule(does("priority", "high"), once=True)
    _come_in()
    RuleApplication.objects.update(at=timezone.now() - occasions.DONE_KEPT - timedelta(days=1))
    _come_in("En mijn pakket?", author=factories.author("Iemand anders"))
    occasions.forget_old()
    assert [(row.rule, row.at > timezone.now() - timedelta(days=1)) for row in RuleApplication.objects.order_by("pk")] \
        == [(once, False), (often, True), (once, True)]  # fmt: skip


def test_a_rule_closes_no_complaint_that_nobody_answered() -> None:
    make_rule(does("close", "no_question"))
    complaint = _come_in("Ik dien hierbij een klacht in over jullie bezorging.")
    assert (complaint.is_complaint, complaint.status) == (True, "open")
    praise = _come_in("Mooie winkel hoor", author=factories.author("Roos"))
    assert (praise.status, praise.close_reason) == ("closed", "no_question")


def test_a_rule_of_a_limited_lead_acts_in_their_accounts_only() -> None:
    label, seen = _label(), factories.make_account()
    make_rule(does("label", label.pk), accounts=[seen.pk])
    assert list(_come_in(account=seen).labels.all()) == [label]
    assert not _come_in().labels.exists()


def test_a_person_who_cannot_see_the_account_gets_nothing() -> None:
    person = factories.make_user()
    factories.limit(person, factories.make_account())
    make_rule(does("person", person.pk))
    assert _come_in().assignee is None


def _meanwhile(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> list[bool]:
    """Let somebody change the conversation right after a rule was asked for the first time."""
    answers: list[bool] = []
    fits = ReadyRule.fits

    def asked(rule: ReadyRule, facts: Facts) -> bool:
        answers.append(fits(rule, facts))
        if len(answers) == 1:
            change()
        return answers[-1]

    monkeypatch.setattr(ReadyRule, "fits", asked)
    return answers


class _Killed(BaseException):
    """The process is gone."""


def _die_at_event(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Die at one of the steps of acting: before and after each act, and before the commit."""
    steps = iter(range(1, 100))

    def dying(act: Callable[..., bool]) -> Callable[..., bool]:
        def step(*args: Any) -> bool:
            if next(steps) == at:
                raise _Killed
            done = act(*args)
            if next(steps) == at:
                raise _Killed
            return done

        return step

    monkeypatch.setattr(acts, "_DO", {kind: dying(act) for kind, act in acts._DO.items()})
    finish = occasions._finish
    monkeypatch.setattr(occasions, "_finish", dying(lambda *args: bool(finish(*args)) or True))


class _surviving:  # noqa: N801  reads as a word
    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> bool:
        self.atomic.__exit__(None, None, None)
        return kind is None or issubclass(kind, _Killed)
