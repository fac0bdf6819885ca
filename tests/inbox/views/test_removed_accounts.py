"""A removed account: its history can be read and found by whoever could, and nothing of it moves any more."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from channels.accounts import connecting
from channels.connectors import connector_for
from channels.intake import (
    attachments,
    checkups,
    deliveries,
    polling,
    thread_context,
)
from channels.models import Account, Delivery, Stream, UnreadItem
from channels.secrets import CredentialsUnreadable
from channels.types import Route
from inbox.models import Attachment, Conversation, Event, Message, User
from inbox.outbox import checks, deliver
from inbox.outbox import queue as outbox_queue
from inbox.triage import assignment
from inbox.views.team.forms import PersonForm
from tests import factories
from tests.support.fake_platform import FakeConnector
from tests.support.html import tight
from tests.support.pages import HTMX, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    """Who removes accounts."""
    return factories.make_user("admin", language="en")


@pytest.fixture
def agent() -> User:
    """An agent who may see everything."""
    return factories.make_user(language="en")


@pytest.fixture
def account() -> Account:
    """An account that is about to be removed."""
    return factories.make_account("x", name="Veldhuis", handle="VeldhuisNL")


@pytest.fixture
def limited(account: Account) -> User:
    """An agent who may see that account only."""
    person = factories.make_user(language="en")
    factories.limit(person, account)
    return person


def _talk(account: Account, text: str = "Waar blijft mijn zitzak?", **fields: Any) -> Conversation:
    message = factories.make_inbound(account, text, author=factories.author(text[:20]), **fields)
    assert message.conversation is not None
    return message.conversation


def test_who_could_read_it_goes_on_reading_and_finding_it(
    account: Account, admin: User, agent: User, limited: User
) -> None:
    still_open, done = _talk(account), _talk(account, "Dank voor de zitzak")
    assignment.close(done, by=admin)
    connecting.remove(account, by=admin)
    for person in (admin, agent, limited):
        page = signed_in(person)
        html = page.get(still_open.get_absolute_url()).content.decode()
        assert "Waar blijft mijn zitzak?" in html
        assert "@VeldhuisNL was removed" in html
        assert f"row-{done.code}" in page.get("/inbox/?queue=closed").content.decode()
        assert f"row-{still_open.code}" in page.get("/inbox/?queue=removed").content.decode()
        found = page.get("/inbox/search/?q=zitzak").content.decode()
        assert (found.count('class="hit"'), found.count("Account removed</span>")) == (
            2,
            3,
        )  # two hits, the menu's line
        assert "zitzak" in page.get("/inbox/palette/?q=zitzak", **HTMX).content.decode()


def test_who_could_not_read_it_still_cannot(account: Account, admin: User) -> None:
    talk, outsider = _talk(account), factories.make_user(language="en")
    factories.limit(outsider, factories.make_account())
    connecting.remove(account, by=admin)
    page = signed_in(outsider)
    assert page.get(talk.get_absolute_url()).status_code == 404
    for path in ("?queue=closed", "?queue=removed", "search/?q=zitzak", "updates/?since=0"):
        assert "zitzak" not in page.get(f"/inbox/{path}").content.decode().replace("q=zitzak", "").replace(
            'value="zitzak"', ""
        )


def test_it_stands_in_no_list_of_work_and_in_no_count(account: Account, agent: User, admin: User) -> None:
    talk = _talk(account)
    assignment.assign(talk, agent, by=admin)
    assignment.write_note(talk, admin, f"@{agent.first_name} kijk jij?")
    connecting.remove(account, by=admin)
    page = signed_in(agent)
    for queue in ("mine", "unassigned", "open", "mentions", "waiting", "snoozed", "failed", "closing"):
        assert str(talk.code) not in page.get(f"/inbox/?queue={queue}").content.decode(), queue
    assert str(talk.code) not in page.get("/inbox/notifications/").content.decode()
    html = tight(page.get("/inbox/?queue=removed").content.decode())
    assert 'id="list-count">1<' in html
    assert 'class="row-pick"' not in html


def test_menu_names_unfinished_steps_only(account: Account, agent: User, admin: User) -> None:
    talk = _talk(account)
    page = signed_in(agent)
    assert "queue=removed" not in page.get("/inbox/").content.decode()
    connecting.remove(account, by=admin)
    assert "queue=removed" in page.get("/inbox/").content.decode()
    Conversation.objects.filter(pk=talk.pk).update(status="closed", closed_at=timezone.now())
    assert "queue=removed" not in page.get("/inbox/").content.decode()


def test_its_page_offers_nothing_that_would_be_refused(account: Account, agent: User, admin: User) -> None:
    talk = _talk(account)
    failed = factories.make_answer(talk, agent, state="failed")
    Message.objects.filter(conversation=talk, direction="inbound").update(context_state="failed")
    Conversation.objects.update(crossed_line_at=timezone.now(), is_complaint=True)
    connecting.remove(account, by=admin)
    page = signed_in(agent)
    html = page.get(talk.get_absolute_url()).content.decode()
    for verb in ("reply", "claim", "assign", "close", "snooze", "labels", "mood", "complaint", "boundary", "reopen"):
        assert f"/inbox/{talk.code}/{verb}/" not in html, verb
    assert f"/inbox/messages/{failed.code}/" not in html
    assert "/context/" not in html.replace("#context", "")
    palette = page.get(f"/inbox/palette/?q=&on={talk.code}", **HTMX)
    assert palette.status_code == 200
    assert f"/inbox/{talk.code}/close/" not in palette.content.decode()


def test_everything_that_would_change_it_is_refused(account: Account, agent: User, admin: User) -> None:
    talk = _talk(account)
    message = talk.messages.get()
    connecting.remove(account, by=admin)
    page, before = signed_in(agent), Event.objects.count()
    for verb in (
        "reply", "note", "draft", "claim", "release", "assign", "close", "close-next", "boundary", "reopen", "snooze",
        "labels", "team", "mood", "complaint",
    ):  # fmt: skip
        assert page.post(f"/inbox/{talk.code}/{verb}/", {"text": "Hallo"}).status_code == 403, verb
    for act in ("cancel", "retry", "discard", "context", "like"):
        assert page.post(f"/inbox/messages/{message.code}/{act}/").status_code == 403, act
    page.post("/inbox/bulk/", {"pick": str(talk.code), "do": "mine"})
    assert Conversation.objects.get().assignee is None
    assert Event.objects.count() == before


def test_nothing_is_sent_from_it_whatever_still_waits(
    fake_platform: type[FakeConnector], agent: User, admin: User
) -> None:
    account = factories.make_account("fake")
    talk = _talk(account)
    answer = {"text": "Hallo", "route": Route.PUBLIC_REPLY, "seen_message_id": None, "undo_seconds": 0}
    queued = outbox_queue.queue_reply(talk, agent, reply_to=talk.messages.get(), **answer)  # type: ignore[arg-type]
    unknown = factories.make_answer(talk, agent, state="unknown", retry_at=timezone.now(), route=Route.PUBLIC_REPLY)
    connecting.remove(account, by=admin)
    with pytest.raises(checks.Refused):
        outbox_queue.queue_reply(talk, agent, reply_to=None, **answer)  # type: ignore[arg-type]
    deliver.sweep()
    deliver.deliver(queued.pk)
    deliver.deliver(unknown.pk)
    queued.refresh_from_db()
    unknown.refresh_from_db()
    assert (queued.state, unknown.state) == ("failed", "unknown")
    with pytest.raises(checks.Refused):
        outbox_queue.retry(queued, agent)
    assert FakeConnector.sent == []


def test_its_credentials_are_gone_and_no_connector_is_made_of_it(account: Account, admin: User) -> None:
    connecting.remove(account, by=admin)
    account.refresh_from_db()
    assert (account.sealed_credentials, account.verify_token) == ("", "")
    with pytest.raises(CredentialsUnreadable):
        connector_for(account)


def test_its_platform_is_asked_nothing(account: Account, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream.objects.create(account=account, name="mentions", next_poll_at=timezone.now() - timedelta(hours=1))
    message = _talk(account).messages.get()
    Message.objects.filter(pk=message.pk).update(context_state="wanted", received_at=factories.minutes_ago(5))
    file = Attachment.objects.create(message=message, kind="image", state="waiting", source_url="https://x.test/1")
    assert (polling.due(), attachments.due(), thread_context.due()) == ([stream.pk], [file.pk], [message.pk])
    connecting.remove(account, by=admin)
    for module in (attachments, thread_context, polling):
        monkeypatch.setattr(module, "connector_for", lambda account: pytest.fail(f"{account} was asked"))
    assert (polling.due(), attachments.due(), thread_context.due()) == ([], [], [])
    polling.poll(stream.pk)
    checkups.check_account(account.pk)
    attachments.fetch([file.pk])
    thread_context.load([message.pk])
    account.refresh_from_db()
    assert account.needs_reauth_at is None


def test_what_its_platform_still_pushes_is_read_by_nobody(admin: User) -> None:
    account = factories.make_account("whatsapp", external_id="700")
    said = {"from": "31611223344", "id": "wamid.1", "timestamp": "1767225600", "type": "text", "text": {"body": "Hoi"}}
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "700"}, "messages": [said]}
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    connecting.remove(account, by=admin)
    delivery = Delivery.objects.create(product="meta", body=json.dumps(body).encode())
    deliveries.read(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.status == "read"
    assert (Message.objects.count(), UnreadItem.objects.count()) == (0, 0)


def test_limit_to_a_removed_account_stays_a_limit(account: Account, limited: User, admin: User) -> None:
    talk = _talk(factories.make_account())
    connecting.remove(account, by=admin)
    data = {"first_name": "Olaf", "email": limited.email, "role": "agent", "language": "en"}
    html = signed_in(admin).get(f"/people/{limited.code}/").content.decode()
    assert "@VeldhuisNL, X (removed)" in html
    form = PersonForm({**data, "accounts": [account.pk]}, instance=limited, by=admin)
    assert form.is_valid()
    form.save()
    assert list(limited.readable_accounts()) == [account]
    assert not limited.visible_accounts().exists()
    assert signed_in(limited).get(talk.get_absolute_url()).status_code == 404


def test_connected_again_it_is_work_again(account: Account, agent: User, admin: User) -> None:
    talk = _talk(account)
    connecting.remove(account, by=admin)
    Account.objects.update(removed_at=None)
    page: Client = signed_in(agent)
    assert str(talk.code) in page.get("/inbox/?queue=open").content.decode()
    assert 'id="reply"' in page.get(talk.get_absolute_url()).content.decode()
