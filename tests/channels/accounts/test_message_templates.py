"""Templates in their table: fetched by a task or from the account's page, and sent by the real SDK."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from channels import tasks
from channels.accounts import templates
from channels.intake import checkups
from channels.models import Account, MessageTemplate
from channels.types import Route, Template
from inbox.composer import message_template
from inbox.composer.template_picker import Picker
from inbox.models import Conversation, Message
from inbox.outbox import queue
from inbox.outbox.deliver import deliver
from tests import factories
from tests.support.sandbox_accounts import connect, fault, said
from webcare.lib import enqueue

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
WIM = {"handle": "", "external_id": "31612345678"}


@pytest.fixture
def number(platforms: Running) -> Account:
    return connect(platforms, "whatsapp")


def names(account: Account) -> set[str]:
    return {f"{row.name}/{row.language}" for row in MessageTemplate.objects.filter(account=account).usable()}


def test_checking_an_account_brings_its_templates_up_to_date(number: Account) -> None:
    templates.replace_templates(number, [Template("gone", "nl", "Weg.")])
    MessageTemplate.objects.update(fetched_at=timezone.now() - timedelta(hours=1))
    checkups.check_account(number.pk)
    assert "gone/nl" not in names(number)
    assert {"order_update/nl", "order_update/en", "delivery_slot/nl"} <= names(number)
    assert not {"autumn_sale/nl", "discount_code/nl", "manual/nl", "sign_in_code/nl"} & names(number)
    number.refresh_from_db()
    assert number.templates_at is not None
    kept = MessageTemplate.objects.get(account=number, name="delivery_slot", language="nl")
    checkups.check_account(number.pk)
    kept.refresh_from_db()
    assert kept.pk, "a template that is still there stays the same row"


def test_an_answer_that_breaks_off_forgets_nothing(platforms: Running, number: Account) -> None:
    tasks.fetch_templates(number.pk)
    before = names(number)
    fault(platforms, "server_error_html", "GET */message_templates")
    tasks.fetch_templates(number.pk)
    number.refresh_from_db()
    assert names(number) == before and number.failing_since is not None


def test_the_same_template_twice_in_a_list_is_one_row(number: Account) -> None:
    templates.replace_templates(number, [Template("dubbel", "nl", "a"), Template("dubbel", "nl", "b")])
    assert MessageTemplate.objects.get(account=number).body == "b"


def test_admin_refetches_templates_without_waiting(
    client: Client, platforms: Running, number: Account, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    asked: list[Any] = []
    monkeypatch.setattr(tasks.fetch_templates, "apply_async", lambda args, *_rest, **more: asked.append(args))
    client.force_login(factories.make_user("admin", language="en"))
    assert "Not asked for yet." in client.get(f"/accounts/{number.code}/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        html = client.post(f"/accounts/{number.code}/templates/", follow=True).content.decode()
    assert asked == [(number.pk,)] and "being asked for" in html
    tasks.fetch_templates(number.pk)
    html = client.get(f"/accounts/{number.code}/").content.decode()
    assert "Asked for 0 min ago" in html and "Paused" in html and "Wants a file on top" in html
    x = factories.make_account("x")
    assert client.post(f"/accounts/{x.code}/templates/").status_code == 404
    assert "Ask again" not in client.get(f"/accounts/{x.code}/").content.decode()
    client.force_login(factories.make_user("lead"))
    assert client.post(f"/accounts/{number.code}/templates/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_page_is_shown_when_the_broker_refuses(
    client: Client, number: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_what: Any, **_how: Any) -> None:
        raise ConnectionError("DENIED")

    monkeypatch.setattr(tasks.fetch_templates, "apply_async", refuse)
    monkeypatch.setattr(enqueue, "_away_until", 0.0)
    client.force_login(factories.make_user("admin", language="en"))
    assert client.post(f"/accounts/{number.code}/templates/", follow=True).status_code == 200


def _shut(number: Account) -> Conversation:
    message = factories.make_inbound(
        number, "Hoi", kind="dm", visibility="private", sent_at=timezone.now() - timedelta(days=2),
        author=factories.author("Wim", **WIM),
    )  # fmt: skip
    assert message.conversation is not None
    return message.conversation


def _queue(conversation: Conversation, name: str, **values: str) -> Message:
    template = MessageTemplate.objects.get(account=conversation.account, name=name, language="nl")
    picker = Picker(chosen=template, gaps=message_template.gaps_of(template, values=values))
    return queue.queue_reply(
        conversation, factories.make_user(), text=picker.text, route=Route.TEMPLATE, reply_to=None,
        seen_message_id=None, template=picker.payload, undo_seconds=0,
    )  # fmt: skip


def test_a8_what_stands_in_the_thread_is_what_the_customer_got(platforms: Running, number: Account) -> None:
    tasks.fetch_templates(number.pk)
    row = _queue(_shut(number), "order_update", **{"body.1": "Wim", "body.2": "VW-20417"})
    deliver(row.pk)
    row.refresh_from_db()
    (sent,) = [message for message in said(platforms, platform="whatsapp") if message["by_brand"]]
    assert (row.state, row.external_id) == ("sent", sent["id"])
    assert row.text == sent["text"] and "Hoi Wim, er is nieuws over je bestelling VW-20417." in row.text


def test_a8_template_switched_off_fails_in_words(
    platforms: Running, number: Account, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(tasks.fetch_templates, "apply_async", lambda args, *_rest, **more: asked.append(args))
    templates.replace_templates(number, [Template("spring_sale", "nl", "De lente begint.")])
    row = _queue(_shut(number), "spring_sale")
    with django_capture_on_commit_callbacks(execute=True):
        deliver(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error_reason, row.error_code) == ("failed", "template_disabled", "132016")
    assert asked == [(number.pk,)]
