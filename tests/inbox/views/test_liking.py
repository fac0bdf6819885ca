"""Handled by a like: it closes, it is refused where an answer is due, and it is counted apart from replies."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from channels.errors import ChannelError
from channels.models import Account
from channels.types import Action, Visibility
from inbox.actions.perform import perform
from inbox.lists.queues import QUEUES, Scope
from inbox.models import Conversation, Event, Message, Response, UndoableAct, User
from inbox.triage import answered, assignment
from tests import factories
from tests.support.fake_platform import FakeConnector
from tests.support.pages import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(fake_platform: type[FakeConnector]) -> Account:
    """A channel with likes."""
    return factories.make_account("fake")


@pytest.fixture
def thanks(account: Account) -> Message:
    """Somebody who writes nothing that needs an answer."""
    return factories.make_inbound(account, "Dank jullie wel, top geholpen!")


def _of(message: Message) -> Conversation:
    assert message.conversation is not None
    return message.conversation


def _state(conversation: Conversation) -> tuple[str, str]:
    conversation.refresh_from_db()
    return conversation.status, conversation.close_reason


def _close(page: Client, conversation: Conversation, *, offered: str = "", **headers: Any) -> str:
    address = f"/inbox/{conversation.code}/close/"
    newest = answered.newest_in_public(conversation)
    data = {"reason": "liked", "offered": str(offered or (newest.code if newest else ""))}
    return page.post(address, data, follow=not headers, **headers).content.decode()


def test_a7_newer_message_is_neither_liked_nor_closed(
    page: Client, thanks: Message, account: Account, fake_platform: type[FakeConnector]
) -> None:
    talk, offered = _of(thanks), str(thanks.code)
    assert page.get(talk.get_absolute_url()).content.decode().count(f'name="offered" value="{offered}"') == 2
    factories.make_inbound(account, "Maar waar blijft mijn geld?")
    html = _close(page, talk, offered=offered, **HTMX)
    assert "Read it first" in html
    assert _state(talk)[0] == "open"
    assert fake_platform.acted == []


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a7_one_press_likes_and_closes(
    page: Client, agent: User, thanks: Message, fake_platform: type[FakeConnector], headers: dict[str, str]
) -> None:
    talk = _of(thanks)
    assert page.get(talk.get_absolute_url()).content.decode().count('value="liked"') == 2  # menu and message
    html = _close(page, talk, **headers)
    assert "Handled by a like" in html
    assert _state(talk) == ("closed", "liked")
    assert fake_platform.acted == [(Action.LIKE, thanks.external_id)]
    logged = Event.objects.filter(conversation=talk, verb__in=["like", "closed"]).order_by("pk")
    assert [(event.verb, event.actor, event.data.get("reason")) for event in logged] == [
        ("like", agent, None),
        ("closed", agent, "liked"),
    ]


def test_a7_pressing_twice_likes_once(page: Client, thanks: Message, fake_platform: type[FakeConnector]) -> None:
    _close(page, _of(thanks))
    _close(page, _of(thanks))
    assert len(fake_platform.acted) == 1
    assert Event.objects.filter(verb="closed").count() == 1


def test_a7_liked_message_is_closed_without_a_second_like(
    page: Client, agent: User, thanks: Message, fake_platform: type[FakeConnector]
) -> None:
    perform(thanks, Action.LIKE, agent)
    html = page.get(_of(thanks).get_absolute_url()).content.decode()
    assert "Close: handled by a like" in html and "Like and close" not in html.split("<dialog")[0]
    _close(page, _of(thanks))
    assert _state(_of(thanks)) == ("closed", "liked")
    assert len(fake_platform.acted) == 1


def test_a7_a_like_that_was_taken_away_again_is_given_anew(
    page: Client, agent: User, thanks: Message, fake_platform: type[FakeConnector]
) -> None:
    perform(thanks, Action.LIKE, agent)
    perform(thanks, Action.UNLIKE, agent)
    _close(page, _of(thanks))
    assert [action for action, _id in fake_platform.acted] == [Action.LIKE, Action.UNLIKE, Action.LIKE]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a7_refused_like_closes_nothing_and_says_why(
    page: Client,
    thanks: Message,
    fake_platform: type[FakeConnector],
    monkeypatch: pytest.MonkeyPatch,
    headers: dict[str, str],
) -> None:
    def refuses(self: FakeConnector, action: Action, external_id: str) -> None:
        raise ChannelError("no", reason="unreachable")

    monkeypatch.setattr(fake_platform, "act", refuses)
    html = _close(page, _of(thanks), **headers)
    assert "Not closed." in html and "The like was refused." in html and "does not answer" in html
    assert _state(_of(thanks)) == ("open", "")
    thanks.refresh_from_db()
    assert thanks.liked_at is None


@pytest.mark.usefixtures("estimated")
def test_a7_a_complaint_is_not_liked_away(page: Client, account: Account, fake_platform: type[FakeConnector]) -> None:
    talk = _of(factories.make_inbound(account, "Mijn kast is nooit aangekomen, ik wil mijn geld terug!"))
    assert talk.is_complaint
    html = _close(page, talk)
    assert "This is a complaint that nobody answered." in html
    assert 'name="reason" value="answered_elsewhere"' in html
    assert (_state(talk), fake_platform.acted) == (("open", ""), [])


def test_a7_an_answered_complaint_may_be_closed_by_a_like(page: Client, account: Account, agent: User) -> None:
    talk = _of(factories.make_inbound(account, "Kapot aangekomen, ik wil mijn geld terug!"))
    factories.make_answer(talk, agent)
    _close(page, talk)
    assert _state(talk) == ("closed", "liked")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a7_what_came_in_meanwhile_is_read_first(
    page: Client,
    account: Account,
    thanks: Message,
    fake_platform: type[FakeConnector],
    monkeypatch: pytest.MonkeyPatch,
    headers: dict[str, str],
) -> None:
    def slow(self: FakeConnector, action: Action, external_id: str) -> None:
        factories.make_inbound(account, "Nog één ding: waar is de bon?")

    monkeypatch.setattr(fake_platform, "act", slow)
    html = _close(page, _of(thanks), **headers)
    assert "What they wrote last is not liked by us. Read it first." in html
    assert _state(_of(thanks)) == ("open", "")
    assert not UndoableAct.objects.exists()


def test_a7_a_like_is_no_reply_and_is_counted_apart(page: Client, agent: User, thanks: Message) -> None:
    talk = _of(thanks)
    _close(page, talk)
    talk.refresh_from_db()
    assert (Response.objects.count(), talk.waiting_since, talk.last_direction) == (0, None, "inbound")
    assert Conversation.objects.filter(close_reason=Conversation.CloseReason.LIKED).count() == 1
    # What the customer asks after it is a wait of its own: the like neither answered it nor made it longer.
    again = factories.make_inbound(talk.account, "Toch nog een vraag: waar is de bon?")
    talk.refresh_from_db()
    assert (talk.status, talk.waiting_since) == ("open", again.sent_at)


def test_a7_liked_complaint_stays_on_the_unanswered_list(
    page: Client, agent: User, account: Account, thanks: Message
) -> None:
    talk = _of(thanks)
    _close(page, talk)
    Conversation.objects.filter(pk=talk.pk).update(is_complaint=True)  # a colleague said so afterwards
    listed = Scope(QUEUES["complaints"]).select(agent, [account])
    assert list(listed) == [talk]


def test_a7_reopening_undoes_it_and_they_wait_again(page: Client, thanks: Message) -> None:
    talk = _of(thanks)
    waited = talk.waiting_since
    _close(page, talk)
    page.post(f"/inbox/{talk.code}/reopen/")
    assert _state(talk) == ("open", "")
    assert talk.waiting_since == waited is not None


def test_a7_picked_rows_are_not_closed_by_a_like_nobody_gave(page: Client, thanks: Message) -> None:
    talk = _of(thanks)
    html = page.post("/inbox/bulk/", {"close": "liked", "pick": str(talk.code)}, follow=True).content.decode()
    assert "is still open" in html and "not liked by us" in html
    assert _state(talk) == ("open", "")
    assert 'name="close" value="liked"' not in page.get("/inbox/").content.decode()


@pytest.mark.parametrize("platform", ["instagram", "whatsapp"])
def test_a7_it_is_not_offered_where_the_channel_has_no_likes(page: Client, platform: str) -> None:
    private = {"kind": "text", "visibility": Visibility.PRIVATE, "opens_window": True}
    message = factories.make_inbound(
        factories.make_account(platform), "Dank!", **(private if platform == "whatsapp" else {"kind": "comment"})
    )
    assert 'value="liked"' not in page.get(_of(message).get_absolute_url()).content.decode()
    assert "no public message" in _close(page, _of(message)) or "The like was refused." in _close(page, _of(message))
    assert _state(_of(message)) == ("open", "")


def test_a7_a_closed_conversation_offers_it_no_more(page: Client, agent: User, thanks: Message) -> None:
    assignment.close(_of(thanks), agent)
    assert 'value="liked"' not in page.get(_of(thanks).get_absolute_url()).content.decode()
