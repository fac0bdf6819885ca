"""Notifications by mail: bundled, never twice, never a customer's words, never to who looks."""

from __future__ import annotations

import threading
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections
from django.utils import timezone

from channels.models import Account
from inbox.models import Conversation, Notification, NotificationChoice, Presence, User
from inbox.notifications import mail, queue, unread
from tests import factories
from tests.support.pages import signed_in

Kind = Notification.Kind
MINUTE = timedelta(minutes=1)


def send_after(minutes: int) -> list[str]:
    """What the worker mails so much later: the subjects."""
    outbox.outbox.clear()
    mail.send_due(timezone.now() + minutes * MINUTE)
    return [str(message.subject) for message in outbox.outbox]


def test_one_mail_tells_what_came_meanwhile(lead: User, conversation: Conversation) -> None:
    for kind in (Kind.MENTION, Kind.NEARLY_LATE):
        queue.tell([lead], kind, conversation=conversation)
    assert send_after(2) == []
    assert send_after(4) == ["Webcare: 2 notifications"]
    assert outbox.outbox[0].to == [lead.email]
    assert str(outbox.outbox[0].body).count(f"/inbox/{conversation.code}/") == 2
    assert send_after(60) == []


def test_a_second_mail_keeps_its_distance(lead: User, conversation: Conversation) -> None:
    queue.tell([lead], Kind.MENTION, conversation=conversation)
    assert len(send_after(4)) == 1
    queue.tell([lead], Kind.ESCALATED, conversation=conversation)
    assert send_after(8) == []
    assert len(send_after(10)) == 1


def test_no_mail_has_words_or_names_of_a_customer(agent: User, lead: User, account: Account) -> None:
    message = factories.make_inbound(
        account, "Geheimwoord", author=factories.author("Zwijgzame Klant", handle="zwijger")
    )
    NotificationChoice.objects.create(user=lead, mail=Kind.values)
    for kind in Kind.values:
        queue.tell([lead], kind, conversation=message.conversation, message=message, by=agent, subject="Wonen")
    assert len(send_after(4)) == 1
    whole = outbox.outbox[0].message().as_string()
    assert "VeldhuisNL" in whole
    assert not any(secret in whole for secret in ("Geheimwoord", "Zwijgzame", "zwijger"))


def test_who_looks_at_the_page_gets_no_mail(lead: User, conversation: Conversation) -> None:
    Presence.objects.create(user=lead, seen_at=timezone.now() + 3 * MINUTE)
    queue.tell([lead], Kind.MENTION, conversation=conversation)
    assert send_after(4) == []
    assert send_after(60) == []
    assert unread.unread_of(lead).count() == 1


def test_what_was_read_meanwhile_is_not_mailed(lead: User, conversation: Conversation) -> None:
    queue.tell([lead], Kind.MENTION, conversation=conversation)
    unread.settle_all(lead)
    assert send_after(4) == []


def test_who_may_not_see_it_any_more_gets_no_mail(agent: User, conversation: Conversation) -> None:
    queue.tell([agent], Kind.MENTION, conversation=conversation)
    factories.limit(agent, factories.make_account("x"))
    assert send_after(4) == []


def test_what_is_not_wanted_in_the_page_is_mailed_alone(lead: User, conversation: Conversation) -> None:
    NotificationChoice.objects.create(user=lead, page=[], mail=[Kind.LATE])
    queue.tell([lead], Kind.LATE, conversation=conversation)
    assert unread.unread_of(lead).count() == 0
    assert len(send_after(4)) == 1


def test_a_long_bundle_names_the_newest_and_counts_the_rest(lead: User, conversation: Conversation) -> None:
    for _n in range(mail.LINES + 2):
        queue.tell([lead], Kind.MENTION, conversation=conversation)
    assert send_after(4) == ["Webcare: 22 notifications"]
    body = str(outbox.outbox[0].body)
    assert body.count(str(conversation.code)) == mail.LINES
    assert "\n\nAnd 2 more:\nhttp" in body


def test_mail_speaks_the_language_of_its_reader(conversation: Conversation) -> None:
    person = factories.make_user("lead", first_name="Sanne", language="nl")
    queue.tell([person], Kind.NEARLY_LATE, conversation=conversation)
    assert send_after(4) == ["Webcare: Een klant wacht bijna te lang"]
    assert "Hallo Sanne," in str(outbox.outbox[0].body)


def test_a_name_of_ours_cannot_add_a_header(lead: User, conversation: Conversation) -> None:
    NotificationChoice.objects.create(user=lead, mail=[Kind.RULE])
    queue.tell([lead], Kind.RULE, conversation=conversation, subject="Pers\nBcc: elders@example.com")
    assert send_after(4) == ["Webcare: Rule “Pers Bcc: elders@example.com”"]


def test_a_killed_worker_never_sends_a_mail_twice(
    lead: User, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def send_and_die(backend: EmailBackend, messages: Any) -> int:
        send(backend, messages)
        raise Killed

    send = EmailBackend.send_messages
    queue.tell([lead], Kind.MENTION, conversation=conversation)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", send_and_die)
        with pytest.raises(Killed):
            mail.send_due(timezone.now() + 4 * MINUTE)
    assert len(outbox.outbox) == 1
    assert send_after(30) == []


def test_a_refused_mail_is_tried_again(lead: User, conversation: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_backend: EmailBackend, _messages: list[object]) -> int:
        raise SMTPServerDisconnected

    queue.tell([lead], Kind.MENTION, conversation=conversation)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        assert mail.send_due(timezone.now() + 4 * MINUTE) == 0
    assert len(send_after(10)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(lead: User, account: Account) -> None:
    queue.tell([lead], Kind.MENTION, conversation=factories.make_conversation(account))
    barrier, later = threading.Barrier(3), timezone.now() + 4 * MINUTE

    def work() -> None:
        try:
            barrier.wait(10)
            mail.send_due(later)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert len(outbox.outbox) == 1


def test_without_a_mail_server_nothing_waits(lead: User, conversation: Conversation, settings: Any) -> None:
    queue.tell([lead], Kind.MENTION, conversation=conversation)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert mail.send_due(timezone.now() + 4 * MINUTE) == 0
    assert not Notification.objects.exclude(mail_at=None).exists()
    assert "There is no mail server" in signed_in(lead).get("/inbox/notifications/choice/").content.decode()


def test_choices_are_kept_as_they_were_ticked(lead: User) -> None:
    page = signed_in(lead)
    answer = page.post(
        "/inbox/notifications/choice/",
        {"page": ["late", "mention"], "mail": ["late"], "quiet_from": "18:00", "quiet_until": "08:00"},
    )
    assert answer.status_code == 302
    mine = NotificationChoice.objects.get(user=lead)
    assert (mine.page, mine.mail) == (["late", "mention"], ["late"])
    assert str(mine.quiet_until) == "08:00:00"
    html = page.get("/inbox/notifications/choice/").content.decode()
    assert html.count("checked") == 3
    assert 'type="time" name="quiet_until" value="08:00"' in html
    assert "Unusually busy or negative" in html
    half = page.post("/inbox/notifications/choice/", {"quiet_from": "18:00"}).content.decode()
    assert "leave both empty" in half
