"""One answer for each of many: by name, at a pace, never twice, and nothing after a stop."""

from __future__ import annotations

import dataclasses
import random
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from channels.errors import ChannelError, RateLimited
from channels.models import Account
from channels.types import Route, Visibility
from inbox.incidents import answering, running
from inbox.incidents.totals import Totals, totals_of
from inbox.models import Conversation, Event, Incident, IncidentReply, Label, Message, User
from inbox.outbox import approval, autoreply, checks, deliver, drafts, queue
from inbox.triage import labels
from tests.factories import author, make_account, make_conversation, make_inbound, make_user
from tests.support.fake_platform import FakeConnector
from tests.support.incidents import choose_all, go_round, make_incident
from tests.support.opening_hours import shut
from tests.support.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]


@pytest.fixture
def account() -> Account:
    """Where it is busy."""
    return make_account("fake")


@pytest.fixture
def lead() -> User:
    """Who leads it."""
    return make_user("lead", undo_seconds=20)


def ask(account: Account, name: str, text: str = "Doen jullie het niet meer?", **fields: Any) -> Conversation:
    """Let somebody write."""
    conversation = make_inbound(account, text, author=author(name), **fields).conversation
    assert conversation is not None
    return conversation


def texts() -> list[str]:
    """Return what stands on the platform."""
    return [reply.text for _id, reply in FakeConnector.sent]


def test_i3_each_is_answered_by_name_in_their_own_thread(account: Account, lead: User) -> None:
    conversations = [ask(account, name) for name in ("Hendrik Bouma", "Joke Terpstra", "x_x_99")]
    incident = make_incident(lead, account)
    assert choose_all(incident, lead, *conversations) == 3
    assert choose_all(incident, lead, *conversations) == 0  # pressed twice
    for minute in range(4):
        go_round(minute)
    assert texts() == [
        f"Hoi{name}, er is een storing. Om drie uur weten we meer." for name in (" Hendrik", " Joke", "")
    ]
    assert [row.waiting_since for row in Conversation.objects.all()] == [None] * 3
    assert not Conversation.objects.exclude(assignee=None).exists()  # the lead answers, and takes none of them
    assert totals_of(incident) == Totals(sent=3)
    assert Event.objects.filter(verb="incident_answered", actor=lead).count() == 3


def test_i3_an_account_keeps_below_its_platforms_pace(account: Account, lead: User) -> None:
    incident = make_incident(lead, account)
    choose_all(incident, lead, *(ask(account, f"Klant {n}") for n in range(3)))
    go_round()
    go_round()
    assert len(texts()) == 1  # 20 a minute: one in three seconds
    go_round(0.06)
    assert len(texts()) == 2
    Account.objects.update(rate_limited_until=timezone.now() + timedelta(minutes=9))
    go_round(5)
    assert totals_of(incident) == Totals(sent=2, waiting=1)


def test_i3_who_should_not_get_it_is_skipped_and_says_why(account: Account, lead: User) -> None:
    names = ("Wrote", "Answered", "Closed", "Draft", "Window", "English", "Fine")
    rows = {name: ask(account, name) for name in names if name != "Window"}
    rows["Window"] = ask(
        account, "Window", kind="dm", visibility=Visibility.PRIVATE, sent_at=timezone.now() - timedelta(hours=30)
    )
    Conversation.objects.filter(pk=rows["English"].pk).update(language="en")
    incident = make_incident(lead, account, since=timezone.now() - timedelta(days=2))
    choose_all(incident, lead, *rows.values())
    ask(account, "Wrote", "Laat maar, hij doet het weer.")
    # The lead's own answer counts too.
    queue.queue_reply(
        rows["Answered"], lead, text="Zelf al.", route=Route.PUBLIC_REPLY, reply_to=None, seen_message_id=None
    )
    Conversation.objects.filter(pk=rows["Closed"].pk).update(status="closed", closed_at=timezone.now())
    drafts.save_draft(rows["Draft"], make_user(), tab="public", text="Ik schrijf al")
    for minute in range(9):
        go_round(minute)
    reasons = dict(IncidentReply.objects.exclude(reason="").values_list("conversation", "reason"))
    assert reasons == {
        rows["Wrote"].pk: "wrote", rows["Answered"].pk: "answered", rows["Closed"].pk: "closed",
        rows["Draft"].pk: "writing", rows["Window"].pk: "refused", rows["English"].pk: "language",
    }  # fmt: skip
    assert texts().count("Zelf al. ") + texts().count("Zelf al.") == 1
    assert totals_of(incident) == Totals(sent=1, skipped=6)
    # Somebody read what was written since, and ticks it again.
    assert choose_all(incident, lead, Conversation.objects.get(pk=rows["Wrote"].pk)) == 1
    go_round(12)
    assert totals_of(incident) == Totals(sent=2, skipped=5)


def test_i3_overtaken_in_the_outbox_is_skipped_not_held(account: Account, lead: User) -> None:
    incident = make_incident(lead, account)
    choose_all(incident, lead, ask(account, "Klant"))
    assert [answering.hand_over(reply) for reply in answering.due()] == [True]
    ask(account, "Klant", "Hij doet het weer!")
    go_round(1)
    assert texts() == []
    assert Message.objects.get(direction="outbound").state == "cancelled"
    assert totals_of(incident) == Totals(skipped=1)
    assert Conversation.objects.get().failed_count == 0


def test_i3_stop_resume_and_end(account: Account, lead: User) -> None:
    incident = make_incident(lead, account)
    choose_all(incident, lead, *(ask(account, f"Klant {n}") for n in range(4)))
    go_round()
    FakeConnector.script[:] = [RateLimited("later", retry_at=timezone.now() + timedelta(seconds=30))]
    go_round(0.1)
    assert totals_of(incident) == Totals(sent=1, leaving=1, waiting=2)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert answering.stop(incident, lead)
        assert not answering.stop(incident, lead)
    Account.objects.update(rate_limited_until=None)
    go_round(30)
    assert totals_of(incident) == Totals(sent=1, stopped=3)
    assert answering.resume(incident, lead)
    for minute in range(31, 36):
        go_round(minute)
    assert totals_of(incident) == Totals(sent=4)
    choose_all(incident, lead, ask(account, "Klant 9"))
    assert running.end(incident, lead)
    go_round(60)
    assert totals_of(incident) == Totals(sent=4, stopped=1)
    with pytest.raises(ValueError, match="after its end"):
        choose_all(incident, lead, ask(account, "Klant 10"))


def test_i3_stopped_answer_never_leaves_by_approval(
    account: Account, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker that stopped it died before it took back what waits for a second person."""
    conversation, colleague = ask(account, "Klant"), make_user()
    labels.add_label(conversation, Label.objects.create(name="Juridisch", needs_approval=True), lead)
    incident = make_incident(lead, account)
    choose_all(incident, lead, conversation)
    go_round()
    message = Message.objects.get(state="approval")
    with monkeypatch.context() as patch:
        patch.setattr(answering, "_take_back_all", lambda *_given: None)
        answering.stop(incident, lead)
    with translation.override("en"), pytest.raises(checks.Refused, match="stopped"):
        approval.approve(message, colleague, seen=None)
    go_round(9)
    assert texts() == []
    answering.resume(incident, lead)
    assert approval.approve(message, colleague, seen=None)
    go_round(10)
    assert len(texts()) == 1


def test_i3_what_was_on_its_way_at_a_stop_is_not_tried_again(account: Account, lead: User) -> None:
    """It was sent, or it was not: looking is allowed, a second try is not, not even after going on."""
    incident = make_incident(lead, account)
    choose_all(incident, lead, ask(account, "Klant"))
    FakeConnector.script[:] = [ChannelError("no answer", unknown=True)]
    go_round()
    answering.stop(incident, lead)
    for minute in (1, 3, 5):
        go_round(minute)
    assert texts() == []
    answering.resume(incident, lead)
    go_round(9)
    assert texts() == []
    assert IncidentReply.objects.get().reason == "uncertain"


def test_i3_a_worker_that_dies_half_way_leaves_it_waiting(
    account: Account, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = make_incident(lead, account)
    choose_all(incident, lead, ask(account, "Klant"))

    def dies(*_args: object, **_more: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(IncidentReply, "save", dies)  # the answer is in the outbox by then
        with pytest.raises(SystemExit):
            go_round()
    assert totals_of(incident) == Totals(waiting=1)
    assert not Message.objects.filter(direction="outbound").exists()
    go_round(1)
    go_round(2)
    assert len(texts()) == 1


def test_i3_new_text_stops_everything_until_approved(account: Account, lead: User) -> None:
    other = make_user("lead")
    incident = make_incident(lead, account)
    choose_all(incident, lead, ask(account, "Klant"))
    running.change_text(incident, "Het is voorbij.", other, lead)
    go_round(1)
    assert texts() == []
    incident.refresh_from_db()
    assert not running.approve(incident, lead)  # its writer is no second person
    assert running.approve(incident, other)
    go_round(2)
    assert texts() == []
    answering.resume(incident, lead)
    go_round(3)
    assert texts() == ["Het is voorbij."]


def test_i3_holds_automatic_messages_while_it_runs(lead: User) -> None:
    shut()
    account = make_account("fake", automatic_on=True, automatic_nl="We zijn dicht.")
    ask(account, "Klant", kind="dm", visibility=Visibility.PRIVATE, opens_window=True)
    assert autoreply.queue_if_due(Conversation.objects.get().pk) is not None
    incident = make_incident(lead, account)
    go_round()
    assert texts() == []
    running.hold_automatic(incident, lead, holds=False)
    go_round(1)
    assert texts() == ["Automatisch bericht: We zijn dicht."]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [3, 11])
def test_never_twice_and_never_after_a_stop(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four workers, and a lead who presses everything there is, all at once."""
    dice = random.Random(seed)
    at_any_pace = dataclasses.replace(FakeConnector.capabilities, answers_a_minute=1_000_000)
    monkeypatch.setattr(FakeConnector, "capabilities", at_any_pace)
    account, lead = make_account("fake"), make_user("lead")
    conversations = [make_conversation(account) for _n in range(4)]
    incident = make_incident(lead, account)
    choose_all(incident, lead, *conversations)
    over = threading.Event()
    late_and_going: list[tuple[int, int]] = []

    def lead_presses() -> None:
        try:
            while not FakeConnector.sent:
                over.wait(0.02)
            press_anything(dice, incident, lead, conversations)
            running.end(incident, lead)
            going, sent = Message.objects.filter(state="sending").count(), len(FakeConnector.sent)
            over.wait(0.3)
            late_and_going.append((len(FakeConnector.sent) - sent, going))
        finally:
            over.set()

    results = at_once(*[lambda: work_until(over)] * 4, lead_presses)
    assert [result for result in results if isinstance(result, Exception)] == []
    asked = [reply.reply_to_id for _id, reply in FakeConnector.sent]
    assert asked, "the stop came before everything"
    assert len(asked) == len(set(asked)), "somebody was answered twice"
    assert all(late <= going for late, going in late_and_going), "something left after the stop"
    assert not Message.objects.filter(state__in=["queued", "retry"]).exists()
    assert totals_of(Incident.objects.get(pk=incident.pk)).to_go == 0
    assert totals_of(incident).sent == len(FakeConnector.sent)


def work_until(over: threading.Event) -> None:
    """Hand over and send, round after round."""
    while not over.is_set():
        over.wait(0.01)
        for reply in answering.due():
            answering.hand_over(reply)
        for pk in deliver.sweep():
            deliver.deliver(pk)


def press_anything(dice: random.Random, incident: Incident, lead: User, conversations: list[Conversation]) -> None:
    """Stop, go on and choose again, a few times; at last stop."""
    for _n in range(6):
        time.sleep(dice.random() / 5)
        fate = dice.random()
        if fate < 0.5:
            answering.stop(incident, lead)
        elif fate < 0.8:
            answering.resume(incident, lead)
        else:
            choose_all(incident, lead, *conversations)
    answering.stop(incident, lead)
