"""A visitor writes, an agent answers: over HTTP, through both doors of the inbox."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from channels.errors import ChannelError
from channels.intake import attachments, chats
from channels.livechat.connector import LiveChatConnector
from channels.livechat.public.talk import OVERLAP
from channels.models import ChatKey, ChatMessage, ChatVisitor
from channels.types import Action, OutgoingReply, SendResult
from inbox.actions import perform
from inbox.models import Attachment, Conversation, Message, Survey, SurveySettings
from inbox.outbox import deliver, survey
from inbox.privacy import emptying
from inbox.triage import assignment
from tests.factories import make_account, make_conversation, make_user
from tests.support.chat import Visitor, answer, make_chat, take_in
from tests.support.files import picture
from tests.support.html import text_of
from tests.support.pages import page_of, signed_in

PNG = picture()
pytestmark = pytest.mark.django_db


def test_a_question_comes_in_as_a_private_conversation() -> None:
    visitor = Visitor(make_chat())
    told = {
        "page": "https://shop.example/fjord/?utm=1#top",
        "title": "Fjord",
        "referrer": "https://search.example/?q=bank",
    }
    visitor.write("Past deze bank?", **told)
    (message,) = take_in(visitor.account)
    assert (message.text, message.visibility, message.kind) == ("Past deze bank?", "private", "dm")
    assert message.conversation is not None and message.conversation.status == Conversation.Status.OPEN
    assert message.identity is not None and message.identity.name.startswith("Bezoeker ")
    (page,) = message.shown
    assert page["url"] == "https://shop.example/fjord/"
    assert page["title"] == "Fjord" and page["words"] == "kwam van https://search.example/"


def test_the_words_stand_below_what_was_filled_in_with_them() -> None:
    visitor = Visitor(make_chat())
    visitor.write("Past deze bank?", email="noor@post.example", name="Noor")
    (message,) = take_in(visitor.account)
    assert message.conversation is not None
    html = page_of(signed_in(make_user()), message.conversation.get_absolute_url())
    shown = text_of(html.split('id="messages"')[1].split('id="composer"')[0])
    assert "noor@post.example" in shown and "Past deze bank?" in shown.split("noor@post.example")[1]


def test_a3_a_chat_is_dealt_with_as_a_post_on_x_is() -> None:
    visitor, agent = Visitor(make_chat()), make_user(undo_seconds=0)
    visitor.write("Past deze bank?")
    (message,) = take_in(visitor.account)
    chat, post = message.conversation, make_conversation(make_account("x"))
    assert chat is not None
    page = signed_in(agent)
    listed = page_of(page, "/inbox/?queue=open")
    for row in (chat, post):
        assert row.get_absolute_url() in listed
        for act, said in (("claim", {}), ("note", {"text": "Even nagekeken"}), ("close", {"reason": "no_question"})):
            assert page.post(f"{row.get_absolute_url()}{act}/", said).status_code < 400, act
        row.refresh_from_db()
        assert (row.assignee, row.status) == (agent, Conversation.Status.CLOSED)
        assert row.messages.get(direction="note").text == "Even nagekeken"


def test_the_answer_stands_in_the_widget_with_how_far_it_got() -> None:
    visitor = Visitor(make_chat())
    visitor.write()
    (message,) = take_in(visitor.account)
    row = answer(message, "Ja, hij komt in drie delen.", make_user())
    assert row.state == Message.State.SENT
    mine, ours = visitor.messages()
    assert (mine["ours"], ours["ours"]) == (False, True)
    assert ours["text"] == "Ja, hij komt in drie delen." and row.external_id == ours["id"]
    take_in(visitor.account)
    row.refresh_from_db()
    assert row.delivered_at and not row.read_at
    visitor.ask("note/", {"read": ours["id"]})
    take_in(visitor.account)
    row.refresh_from_db()
    assert row.read_at


def test_what_changed_later_is_told_after_the_cursor() -> None:
    visitor = Visitor(make_chat())
    visitor.write("Een")
    first = visitor.standing()
    ChatMessage.objects.update(at=timezone.now() - 2 * OVERLAP, changed_at=timezone.now() - 2 * OVERLAP)
    visitor.write("Twee")
    assert [one["text"] for one in visitor.messages(after=first["cursor"])] == ["Twee"]
    assert [one["text"] for one in visitor.messages(after="yesterday")] == ["Een", "Twee"]


def test_the_same_message_twice_is_one() -> None:
    visitor = Visitor(make_chat()).begin()
    same = str(uuid.uuid4())
    first, second = (visitor.write("Hallo", id=same).json() for _turn in range(2))
    assert first["id"] == second["id"]
    assert len(take_in(visitor.account)) == len(take_in(visitor.account)) == 1


def test_an_answer_that_ended_unknown_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    send = LiveChatConnector.send

    def break_off(connector: LiveChatConnector, reply: OutgoingReply) -> SendResult:
        assert send(connector, reply) == send(connector, reply)
        raise ChannelError("The database went away.", unknown=True)

    monkeypatch.setattr(LiveChatConnector, "send", break_off)
    visitor = Visitor(make_chat())
    visitor.write()
    (message,) = take_in(visitor.account)
    row = answer(message, "Ja.", make_user())
    assert row.state == Message.State.UNKNOWN
    Message.objects.filter(pk=row.pk).update(retry_at=timezone.now())
    deliver.deliver(row.pk)
    row.refresh_from_db()
    assert row.state == Message.State.SENT
    assert len(visitor.messages()) == 2


def test_reading_shows_and_closing_ends_the_talk() -> None:
    visitor, agent = Visitor(make_chat()), make_user()
    visitor.write()
    (message,) = take_in(visitor.account)
    assert visitor.standing()["read"] is None
    conversation = message.conversation
    assert conversation is not None
    assignment.mark_seen(conversation)
    answer(message, "Graag gedaan.", agent)
    assert visitor.standing()["read"] and not visitor.standing()["over"]
    conversation.refresh_from_db()
    assignment.close(conversation, agent, Conversation.CloseReason.ANSWERED)
    assert visitor.standing()["over"]
    visitor.write("Toch nog iets")
    take_in(visitor.account)
    assert not visitor.standing()["over"]


def test_what_a_visitor_adds_meanwhile_holds_no_answer() -> None:
    visitor = Visitor(make_chat())
    visitor.write("Past hij?")
    (message,) = take_in(visitor.account)

    def add() -> None:
        visitor.write("En in het groen?")
        assert len(take_in(visitor.account)) == 2

    row = answer(message, "Ja hoor.", make_user(), meanwhile=add, seen_message_id=message.pk)
    assert row.state == Message.State.SENT


def test_a_photo_comes_in_by_what_it_holds() -> None:
    visitor = Visitor(make_chat()).begin()
    photo = SimpleUploadedFile("<b>gang.exe", PNG, "application/x-msdownload")
    form = {"id": str(uuid.uuid4()), "file": photo}
    told = {"Origin": visitor.origin, "Authorization": f"Bearer {visitor.key}"}
    said = visitor.client.post(f"/chat/{visitor.account.code}/attach/", form, headers=told).json()
    assert said["file"]["picture"]
    shown = Client().get(said["file"]["url"])
    assert shown["Content-Type"] == "image/png" and shown["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert shown.getvalue() == PNG
    (message,) = take_in(visitor.account)
    file = message.attachments.get()
    assert (file.kind, file.mime_type) == ("image", "image/png")
    attachments.fetch([file.pk])
    assert message.attachments.get().state == Attachment.State.STORED


def test_a_file_nobody_opens_is_refused() -> None:
    visitor = Visitor(make_chat()).begin()
    told = {"Origin": visitor.origin, "Authorization": f"Bearer {visitor.key}"}
    form = {"id": str(uuid.uuid4()), "file": SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")}
    refused = visitor.client.post(f"/chat/{visitor.account.code}/attach/", form, headers=told)
    assert (refused.status_code, refused.json()) == (400, {"error": "file"})
    assert not ChatMessage.objects.exists()


def test_an_agents_file_is_offered() -> None:
    visitor = Visitor(make_chat())
    visitor.write()
    (message,) = take_in(visitor.account)
    answer(message, "Zo ziet hij eruit.", make_user(), files=[SimpleUploadedFile("bank.png", PNG, "image/png")])
    ours = visitor.messages()[-1]
    assert ours["file"]["name"] == "bank.png"
    assert Client().get(ours["file"]["url"]).getvalue() == PNG
    assert Client().get(ours["file"]["url"].replace("/file/", "/file/x")).status_code == 404


def test_an_answer_is_taken_back_on_the_site_too() -> None:
    visitor, agent = Visitor(make_chat()), make_user()
    visitor.write()
    (message,) = take_in(visitor.account)
    row = answer(message, "Verkeerde klant.", agent)
    perform.perform(row, Action.DELETE_OWN, agent)
    gone = visitor.messages()[-1]
    assert gone["gone"] and not gone["text"]


def test_a_forgotten_visitor_cannot_be_answered() -> None:
    visitor = Visitor(make_chat())
    visitor.write()
    (message,) = take_in(visitor.account)
    ChatKey.objects.all().delete()
    ChatMessage.objects.all().delete()
    visitor.account.chat_visitors.all().delete()
    row = answer(message, "Nog even over uw bank.", make_user())
    assert (row.state, row.error_reason) == (Message.State.FAILED, "recipient_unavailable")
    assert visitor.ask("messages/").status_code == 401


def test_a_score_is_tapped_in_the_widget() -> None:
    visitor, agent = Visitor(make_chat()), make_user()
    SurveySettings.objects.create(account=visitor.account, is_on=True, delay=1)
    visitor.write()
    (message,) = take_in(visitor.account)
    answer(message, "Ja, 74 cm.", agent)
    conversation = Conversation.objects.get()
    assignment.close(conversation, agent, Conversation.CloseReason.ANSWERED)
    later = timezone.now() + timedelta(minutes=2)
    row = survey.queue_if_due(conversation.pk, later)
    assert row is not None
    Message.objects.filter(pk=row.pk).update(send_after=None)
    deliver.deliver(row.pk)
    asked = visitor.messages()[-1]
    assert len(asked["choices"]) == 5
    assert visitor.write("5 Heel tevreden", choice="score:of-another:5").status_code == 400
    key, title = asked["choices"][0]
    assert visitor.write(title, choice=key).status_code == 200
    take_in(visitor.account)
    assert Survey.objects.get().score == 5
    assert Conversation.objects.get().status == Conversation.Status.CLOSED


def test_who_stays_away_for_a_month_is_forgotten() -> None:
    visitor = Visitor(make_chat()).begin()
    form = {"id": str(uuid.uuid4()), "file": SimpleUploadedFile("a.png", PNG, "image/png")}
    told = {"Origin": visitor.origin, "Authorization": f"Bearer {visitor.key}"}
    visitor.client.post(f"/chat/{visitor.account.code}/attach/", form, headers=told)
    later = timezone.now() + chats.KEPT + timedelta(minutes=1)
    assert chats.forget_old(later) == 0  # the inbox was told nothing yet
    take_in(visitor.account)
    assert chats.forget_old() == 0
    assert chats.forget_old(later) == 1
    assert not ChatMessage.objects.exists() and Message.objects.count() == 1


def test_an_erased_visitor_is_gone_here_too() -> None:
    visitor = Visitor(make_chat())
    visitor.write("Mijn nummer is 0612345678")
    (message,) = take_in(visitor.account)
    assert message.conversation is not None and message.identity is not None
    emptying.empty_conversations([message.conversation.pk], Message.objects.filter(pk=message.pk))
    assert not ChatMessage.objects.exists() and ChatVisitor.objects.exists()
    emptying.empty_person(message.conversation.contact, [message.identity])
    assert not ChatVisitor.objects.exists()
