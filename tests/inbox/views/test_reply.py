"""Answering, and what comes back when that was not possible."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from channels.models import Account
from channels.types import Visibility
from inbox.models import CannedReply, CannedText, Conversation, Event, Message, User
from tests import factories
from tests.support.composer import reply_address, reply_form
from tests.support.files import PIXEL
from tests.support.pages import HTMX, signed_in


def test_an_answer_waits_out_the_undo_seconds_and_is_shown(
    page: Client, agent: User, conversation: Conversation
) -> None:
    html = page.post(reply_address(conversation), reply_form(conversation), **HTMX).content.decode()
    message = Message.objects.get(direction="outbound")
    assert (message.state, message.author, message.text) == ("queued", agent, "We zoeken het uit.")
    assert message.reply_to == conversation.messages.get(direction="inbound")
    assert "We zoeken het uit." in html
    assert "You are sending this" in html
    assert "<textarea" in html
    assert ">We zoeken het uit.</textarea>" not in html


def test_without_scripts_the_browser_goes_back_to_the_page(page: Client, conversation: Conversation) -> None:
    response = page.post(reply_address(conversation), reply_form(conversation))
    assert response.status_code == 302
    assert response["Location"] == conversation.get_absolute_url()
    beside = f"?queue=mine&account={conversation.account.code}"  # the list it was opened from
    response = page.post(f"{reply_address(conversation)}{beside}&unread=1", reply_form(conversation, "Nog iets."))
    assert response["Location"] == f"{conversation.get_absolute_url()}{beside}"


def test_the_same_form_sent_twice_is_one_answer(page: Client, conversation: Conversation) -> None:
    form = reply_form(conversation)
    page.post(reply_address(conversation), form)
    assert page.post(reply_address(conversation), form).status_code == 302, "nothing to warn about"
    assert Message.objects.filter(direction="outbound").count() == 1


def test_it_only_takes_post_and_only_from_who_may_see_it(
    page: Client, outsider: User, conversation: Conversation
) -> None:
    assert page.get(reply_address(conversation)).status_code == 405
    assert signed_in(outsider).post(reply_address(conversation), reply_form(conversation)).status_code == 404
    assert not Message.objects.filter(direction="outbound").exists()


def test_b7_overtaken_answer_comes_back_with_its_text(
    page: Client, conversation: Conversation, account: Account
) -> None:
    form = reply_form(conversation, "Mijn zorgvuldige antwoord")
    factories.make_inbound(account, "Laat maar, hij is er al!")
    html = page.post(reply_address(conversation), form, **HTMX).content.decode()
    assert not Message.objects.filter(direction="outbound").exists()
    assert ">Mijn zorgvuldige antwoord</textarea>" in html
    assert "wrote again at" in html
    assert "Laat maar, hij is er al!" in html
    # The page now shows what was new, so the next try is meant.
    seen = html.split('name="seen" value="')[1].split('"')[0]
    page.post(reply_address(conversation), form | {"seen": seen})
    assert Message.objects.get(direction="outbound").text == "Mijn zorgvuldige antwoord"


def test_a_colleagues_answer_in_between_is_shown_first(page: Client, conversation: Conversation) -> None:
    form = reply_form(conversation)
    factories.make_answer(
        conversation, factories.make_user(first_name="Joost", last_name="Willems"), text="Ik was je voor."
    )
    html = page.post(reply_address(conversation), form, **HTMX).content.decode()
    assert "Joost Willems answered at" in html
    assert "Ik was je voor." in html


@pytest.mark.parametrize(("text", "reason"), [("", "Write something first."), ("x" * 281, "too long for X")])
def test_what_cannot_be_sent_comes_back_with_the_reason(
    page: Client, conversation: Conversation, text: str, reason: str
) -> None:
    html = page.post(reply_address(conversation), reply_form(conversation, text), **HTMX).content.decode()
    assert reason in html
    assert f">{text}</textarea>" in html
    assert not Message.objects.filter(direction="outbound").exists()


def test_a_long_text_leaves_as_a_numbered_thread_when_asked(page: Client, conversation: Conversation) -> None:
    page.post(reply_address(conversation), reply_form(conversation, "Een lange zin over een kast. " * 15, split="1"))
    texts = list(Message.objects.filter(direction="outbound").order_by("pk").values_list("text", flat=True))
    assert len(texts) == 2
    assert texts[0].endswith("1/2")


def test_send_and_close_closes_afterwards(page: Client, conversation: Conversation) -> None:
    page.post(reply_address(conversation), reply_form(conversation, do="send-close"))
    assert Message.objects.get(direction="outbound").closes_after


def test_a_private_answer_to_a_public_post_goes_the_private_way(page: Client, conversation: Conversation) -> None:
    html = page.post(reply_address(conversation), reply_form(conversation, tab="private"), **HTMX).content.decode()
    message = Message.objects.get(direction="outbound")
    assert (message.route, message.visibility) == ("private_message", "private")
    assert message.conversation_id != conversation.pk
    assert f"message-{message.code}" in html  # one timeline: it is shown here too


def test_a_closed_way_is_refused_also_when_the_form_is_made_up(page: Client, account: Account) -> None:
    private = factories.make_inbound(account, kind="dm", visibility=Visibility.PRIVATE).conversation
    assert private is not None
    html = page.post(reply_address(private), reply_form(private, tab="public"), **HTMX).content.decode()
    assert "That way is closed here." in html
    assert not Message.objects.filter(direction="outbound").exists()


def test_a_tab_called_note_keeps_a_note_and_sends_nothing(
    page: Client, agent: User, conversation: Conversation
) -> None:
    page.post(reply_address(conversation), reply_form(conversation, "Klant belde ook.", tab="note"))
    note = Message.objects.get(direction="note")
    assert (note.text, note.author, note.state) == ("Klant belde ook.", agent, "")
    assert not Message.objects.filter(direction="outbound").exists()


def test_a_chosen_message_is_the_one_answered(page: Client, account: Account) -> None:
    conversation = factories.make_conversation(account, messages=2)
    first = conversation.messages.order_by("sent_at")[0]
    page.post(reply_address(conversation), reply_form(conversation, reply_to=str(first.code)))
    assert Message.objects.get(direction="outbound").reply_to == first


def test_a_picture_goes_along(page: Client, conversation: Conversation) -> None:
    picture = SimpleUploadedFile("kast.png", PIXEL, content_type="image/png")
    page.post(reply_address(conversation), reply_form(conversation, attached=picture, alt="Een kast met een kras"))
    kept = Message.objects.get(direction="outbound").attachments.get()
    assert (kept.filename, kept.mime_type, kept.alt_text) == ("kast.png", "image/png", "Een kast met een kras")


def test_every_chosen_picture_goes_along_in_order(page: Client, conversation: Conversation) -> None:
    pictures = [SimpleUploadedFile(name, PIXEL, content_type="image/png") for name in ("voor.png", "na.png")]
    page.post(reply_address(conversation), reply_form(conversation, attached=pictures, alt=["Voor", "Na"]))
    kept = Message.objects.get(direction="outbound").attachments.order_by("position")
    assert [(file.filename, file.alt_text) for file in kept] == [("voor.png", "Voor"), ("na.png", "Na")]


def test_a11_a_file_is_what_it_holds_whatever_it_is_called(page: Client, conversation: Conversation) -> None:
    script = SimpleUploadedFile("kast.png", b"<script>alert(1)</script>" * 9 + b"\x00", content_type="image/png")
    html = page.post(reply_address(conversation), reply_form(conversation, "Zie de foto.", attached=script), **HTMX)
    assert "is not a file we can send" in html.content.decode()
    assert ">Zie de foto.</textarea>" in html.content.decode()
    assert not Message.objects.filter(direction="outbound").exists()


def test_a11_canned_picture_goes_along_unless_unticked(page: Client, conversation: Conversation) -> None:
    made = CannedReply.objects.create(title="Kras", picture=SimpleUploadedFile("kras.png", PIXEL, "image/png"))
    CannedText.objects.create(canned=made, text="Zie de foto.")
    for number, ticked in enumerate(({"canned_picture": "1"}, {})):
        form = reply_form(conversation, f"Zie de foto, nummer {number}.", canned=str(made.code), **ticked)
        page.post(reply_address(conversation), form)
    counts = [m.attachments.count() for m in Message.objects.filter(direction="outbound").order_by("pk")]
    assert counts == [1, 0]


def test_the_answer_is_logged_with_its_writer(page: Client, agent: User, conversation: Conversation) -> None:
    page.post(reply_address(conversation), reply_form(conversation))
    event = Event.objects.get(verb="queued")
    assert (event.actor, event.data) == (agent, ANY)


def test_a8_the_composer_offers_only_what_the_platform_can(page: Client) -> None:
    whatsapp = factories.make_account("whatsapp", handle="")
    chat = factories.make_inbound(whatsapp, kind="text", visibility=Visibility.PRIVATE).conversation
    assert chat is not None
    html = page.get(chat.get_absolute_url()).content.decode()
    assert 'name="tab" value="public"' not in html
    assert 'name="tab" value="private"' in html
    assert "left to answer" in html


def test_a8_a_closed_window_says_so_and_leaves_the_note(page: Client) -> None:
    facebook = factories.make_account("facebook", handle="")
    chat = factories.make_inbound(
        facebook, kind="dm", visibility=Visibility.PRIVATE, sent_at=timezone.now() - timedelta(days=8)
    ).conversation
    assert chat is not None
    html = page.get(chat.get_absolute_url()).content.decode()
    assert "That time has passed" in html
    assert 'value="note" checked' in html


def test_a6_the_composer_names_the_account_it_sends_from(page: Client) -> None:
    for handle in ("VeldhuisNL", "LijnNoord"):
        conversation = factories.make_conversation(factories.make_account("x", handle=handle))
        html = page.get(conversation.get_absolute_url()).content.decode()
        assert f"Public answer as @{handle}." in html


def test_an_account_that_only_listens_offers_the_note_alone(
    page: Client, account: Account, conversation: Conversation
) -> None:
    account.mode = Account.Mode.LISTEN
    account.save()
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert "This account only listens" in html
    assert 'value="note" checked' in html
