"""A canned reply that a rule sends by itself: in private, once in so many hours, and never as an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from channels.models import Account
from channels.types import Route, Visibility
from inbox.automation import occasions
from inbox.models import CannedReply, CannedText, Contact, Conversation, Event, Label, Message, User
from inbox.outbox import deliver, queue
from inbox.triage import escalation, labels
from tests.factories import author, make_account, make_inbound, make_user
from tests.support.fake_platform import FakeConnector
from tests.support.opening_hours import automatic_ones, send_all
from tests.support.rules import does, make_rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform", "estimated")]
TEXT = "Dag {first_name}, bedankt voor je bericht."


@pytest.fixture
def account() -> Account:
    return make_account("fake")


def _rule(text: str = TEXT, hours: int = 24) -> None:
    reply = CannedReply.objects.create(title="Ontvangen")
    CannedText.objects.create(canned=reply, text=text)
    make_rule(does("reply", reply.pk) | {"hours": hours})


def _write(account: Account, text: str = "Waar blijft mijn pakket?", **fields: object) -> Conversation:
    private = {"visibility": Visibility.PRIVATE, "kind": "dm", "author": author("Roos de Wit")}
    conversation = make_inbound(account, text, **(private | fields)).conversation
    assert conversation is not None
    occasions.apply_due()
    conversation.refresh_from_db()
    return conversation


def _why_not() -> list[str]:
    return [event.data["reason"] for event in Event.objects.filter(verb="automatic_skipped")]


def test_e14_a_rules_reply_leaves_marked_and_stops_no_clock(account: Account) -> None:
    _rule()
    conversation = _write(account)
    since = conversation.waiting_since
    send_all()
    ((_id, sent),) = FakeConnector.sent
    assert sent.text == "Automatisch bericht: Dag Roos, bedankt voor je bericht."
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.assignee) == (since, None)
    assert since is not None
    event = Event.objects.get(verb="automatic_queued")
    assert (event.actor, "rule" in event.data) == (None, True)


def test_once_in_so_many_hours(account: Account) -> None:
    _rule(hours=4)
    now = timezone.now()
    _write(account)
    _write(account, "Hallo?")
    assert len(automatic_ones()) == 1
    with time_machine.travel(now + timedelta(hours=5), tick=False):
        _write(account, "Nog steeds niets.", sent_at=now + timedelta(hours=5))
    assert len(automatic_ones()) == 2


def _ask(conversation: Conversation, person: User) -> None:
    assert escalation.ask(conversation, "Wat zeggen we?", to=None, by=person) is not None


def _look_first(conversation: Conversation, person: User) -> None:
    labels.add_label(conversation, Label.objects.create(name="Juridisch", needs_approval=True), person)


def _begin(conversation: Conversation, person: User) -> None:
    queue.queue_reply(conversation, person, text="Ik zoek het uit.", route=Route.PRIVATE_MESSAGE, reply_to=None,
                      seen_message_id=None, undo_seconds=30)  # fmt: skip


def _press(conversation: Conversation, _person: User) -> None:
    Contact.objects.filter(pk=conversation.contact_id).update(kind=Contact.Kind.PRESS)


def _listen(conversation: Conversation, _person: User) -> None:
    Account.objects.filter(pk=conversation.account_id).update(mode=Account.Mode.LISTEN)


@pytest.mark.parametrize(
    ("change", "reason"), [(_ask, "asked"), (_look_first, "approval"), (_begin, "answered"), (_listen, "account")]
)
def test_what_people_do_goes_before_it(
    account: Account, change: Callable[[Conversation, User], None], reason: str
) -> None:
    conversation, person = _write(account), make_user("lead")
    change(conversation, person)
    _rule()
    _write(account, "En nu?")
    assert automatic_ones() == []
    assert _why_not() == [reason]


@pytest.mark.parametrize(
    ("text", "said", "reason"),
    [
        (TEXT, "Automatisch antwoord: ik ben op vakantie.", "machine"),
        ("Je bestelling {order} komt eraan.", "Waar blijft hij?", "unfinished"),
        ("Wij bellen je om [[tijd]].", "Waar blijft hij?", "unfinished"),
        ("Ja" * 600, "Waar blijft hij?", "too_long"),
    ],
)
def test_no_words_that_do_not_fit_and_none_to_a_machine(account: Account, text: str, said: str, reason: str) -> None:
    _rule(text)
    _write(account, said)
    assert automatic_ones() == []
    assert _why_not() == [reason]


def test_nothing_is_said_in_public_or_after_the_window(account: Account) -> None:
    _rule()
    _write(account, visibility=Visibility.PUBLIC, kind="mention")
    _write(account, sent_at=timezone.now() - timedelta(hours=25))
    assert automatic_ones() == []
    assert _why_not() == ["window"]


def test_it_stays_behind_where_a_colleague_was_asked(account: Account) -> None:
    _rule()
    conversation = _write(account)
    (row,) = automatic_ones()
    _ask(conversation, make_user())
    deliver.deliver(row.pk)
    row.refresh_from_db()
    assert (row.state, FakeConnector.sent) == (Message.State.CANCELLED, [])
