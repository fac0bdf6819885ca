"""One conversation as it is read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from channels.models import Account
from channels.types import Direction, Edit, Reaction, Removal, Visibility
from inbox.ingest.receive import receive
from inbox.models import Attachment, Conversation, Message, Notification, User
from inbox.triage import assignment
from tests import factories
from tests.support.navigation import CONVERSATION
from tests.support.pages import HTMX, signed_in
from tests.support.profiles import cases


def _html(page: Client, conversation: Conversation, query: str = "", **headers: str) -> str:
    return page.get(f"{conversation.get_absolute_url()}{query}", **headers).content.decode()  # type: ignore[arg-type]


def test_somebody_limited_to_other_accounts_finds_nothing(outsider: User, conversation: Conversation) -> None:
    page = signed_in(outsider)
    assert page.get(conversation.get_absolute_url()).status_code == 404
    assert page.get(f"/inbox/{conversation.code}/thread/").status_code == 404


@cases("count", [1, 25, 200], quick=2)
def test_the_page_takes_as_many_statements_however_long(
    page: Client, account: Account, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversation = factories.make_conversation(account, messages=count)
    page.get(conversation.get_absolute_url())
    with django_assert_num_queries(CONVERSATION):
        page.get(conversation.get_absolute_url())


def test_opening_a_conversation_reads_nothing_for_search(page: Client, conversation: Conversation) -> None:
    factories.make_answer(conversation)
    with CaptureQueriesContext(connection) as asked:
        page.get(conversation.get_absolute_url())
    told = [query["sql"] for query in asked if '"inbox_message"."text"' in query["sql"]]
    assert told
    assert not [statement for statement in told if "words" in statement]


def test_listing_notifications_reads_nothing_for_search(page: Client, agent: User, conversation: Conversation) -> None:
    message = factories.make_answer(conversation)
    Notification.objects.create(user=agent, kind="approval", conversation=conversation, message=message)
    with CaptureQueriesContext(connection) as asked:
        page.get("/inbox/notifications/")
    told = [query["sql"] for query in asked if '"inbox_message"."text"' in query["sql"]]
    assert told
    assert not [statement for statement in told if re.search(r'"inbox_message"\."(subject_)?words"', statement)]


def test_htmx_gets_the_pane_and_a_browser_the_whole_page(page: Client, conversation: Conversation) -> None:
    whole = page.get(conversation.get_absolute_url())
    part = page.get(conversation.get_absolute_url(), **HTMX)
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert 'id="thread"' in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_going_back_in_history_gets_the_whole_page(page: Client, conversation: Conversation) -> None:
    html = _html(page, conversation, **HTMX, HTTP_HX_HISTORY_RESTORE_REQUEST="true")
    assert "<html" in html


def test_b3_five_posts_of_three_people_mark_the_mention(page: Client, account: Account) -> None:
    people = [factories.author(name) for name in ("Tess", "Ruben", "Tess", "Ruben", "Marloes")]
    ids = [factories.next_id() for _person in people]
    start = factories.minutes_ago(50)
    events = [
        factories.incoming(
            f"Bericht {number}" if number < 4 else "Goed bezig jongens! @VeldhuisNL",
            external_id=ids[number],
            parent_id=ids[number - 1] if number else "",
            thread_id=ids[0],
            author=person,
            direction=Direction.INBOUND if number == 4 else Direction.CONTEXT,
            sent_at=start + timedelta(minutes=number),
        )
        for number, person in enumerate(people)
    ]
    receive(account, events)
    conversation = Conversation.objects.get()
    html = _html(page, conversation)
    places = [html.index(f">Bericht {number}<") for number in range(4)]
    assert places == sorted(places)
    assert places[-1] < html.index("Goed bezig jongens!", places[-1])
    assert html.index("Before this, between others") < places[0]
    assert "Mention" in html
    assert "<mark>@VeldhuisNL</mark>" in html


def test_b3_posts_that_failed_to_load_offer_a_retry(page: Client, conversation: Conversation) -> None:
    message = conversation.messages.get()
    Message.objects.filter(pk=message.pk).update(context_state="failed")
    html = _html(page, conversation)
    assert "Earlier messages were not loaded." in html
    address = f"/inbox/messages/{message.code}/context/"
    assert address in html
    page.post(address)
    message.refresh_from_db()
    assert message.context_state == "wanted"
    assert "Earlier messages are being loaded." in _html(page, conversation)


def test_b2_a_colleagues_words_name_and_notes_stand_in_order(page: Client, conversation: Conversation) -> None:
    colleague = factories.make_user(first_name="Joost", last_name="Willems")
    factories.make_answer(conversation, colleague, text="Stuur je ons je bestelnummer?")
    factories.make_note(conversation, colleague, "De kast staat in depot Tiel.")
    html = _html(page, conversation)
    places = [
        html.index(words, html.index('id="messages"'))
        for words in ("Waar blijft mijn kast?", "Stuur je ons", "De kast staat in depot")
    ]
    assert places == sorted(places)
    assert "Joost Willems" in html
    assert "Internal" in html


def test_edited_message_says_so_and_removed_one_has_no_words(page: Client, account: Account) -> None:
    first = factories.make_inbound(account, "Eerste tekst")
    second = factories.make_inbound(account, "Dit had ik niet moeten zeggen")
    now = timezone.now() + timedelta(seconds=1)
    receive(account, [Edit(first.external_id or "", "Betere tekst", now), Removal(second.external_id or "", now)])
    assert first.conversation is not None
    html = _html(page, first.conversation)
    assert "Betere tekst" in html
    assert "edited" in html
    assert "niet moeten zeggen" not in html
    assert "The customer removed this message" in html


def test_markup_in_a_message_is_text_and_links_are_safe(page: Client, account: Account) -> None:
    message = factories.make_inbound(
        account, '<script>alert(1)</script> https://veldhuis.example/?a=1&b="2 javascript:alert(1)'
    )
    assert message.conversation is not None
    html = _html(page, message.conversation)
    assert "<script>alert(1)" not in html
    assert 'href="https://veldhuis.example/?a=1&amp;b=' in html
    assert 'href="javascript:' not in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_news_since_a_colleague_looked_is_under_a_line(page: Client, account: Account) -> None:
    conversation = factories.make_conversation(account, messages=2)
    first, second = conversation.messages.order_by("sent_at")
    earlier = timezone.now() - timedelta(minutes=30)
    Message.objects.filter(pk=first.pk).update(received_at=earlier - timedelta(minutes=5))
    Conversation.objects.filter(pk=conversation.pk).update(seen_at=earlier)
    html = _html(page, conversation)
    assert html.index(f"message-{first.code}") < html.index('id="unread"') < html.index(f"message-{second.code}")


def test_newest_messages_come_first_older_on_request(page: Client, account: Account) -> None:
    conversation = factories.make_conversation(account, messages=70)
    html = _html(page, conversation)
    assert "Bericht 70<" in html
    assert "Bericht 20<" not in html
    before = html.split("/thread/?before=")[1].split('"')[0]
    older = page.get(f"/inbox/{conversation.code}/thread/?before={before}", **HTMX).content.decode()
    assert "Bericht 20<" in older
    assert "Bericht 1<" in older
    assert "Bericht 21<" not in older
    assert "Bericht 20<" in _html(page, conversation, f"?before={before}")


def test_earlier_conversations_stand_above_folded_and_unfold(page: Client, account: Account, agent: User) -> None:
    old = factories.make_inbound(account, "Is de kast ook in walnoot?", sent_at=timezone.now() - timedelta(days=30))
    assert old.conversation is not None
    assignment.close(old.conversation, by=agent)
    new = factories.make_inbound(account, "En waar blijft hij nu?")
    assert new.conversation is not None
    assert new.conversation.pk != old.conversation.pk
    html = _html(page, new.conversation)
    assert html.index("Is de kast ook in walnoot?") < html.index("En waar blijft hij nu?", html.index('id="messages"'))
    fold = f"/inbox/{old.conversation.code}/thread/?fold=1"
    assert fold in html
    assert "Is de kast ook in walnoot?" in page.get(fold, **HTMX).content.decode()


def test_a4_the_public_and_the_private_side_are_one_timeline(page: Client, account: Account) -> None:
    person = factories.author("Karin")
    public = factories.make_inbound(account, "Mijn pakket is weg", author=person, sent_at=factories.minutes_ago(10))
    private = factories.make_inbound(
        account,
        "Mijn bestelnummer is 40218",
        author=person,
        kind="dm",
        visibility=Visibility.PRIVATE,
        sent_at=factories.minutes_ago(5),
    )
    assert public.conversation is not None
    assert private.conversation is not None
    assert public.conversation.pk != private.conversation.pk
    for conversation in (public.conversation, private.conversation):
        html = _html(page, conversation)
        thread = html[html.index('id="messages"') : html.index('id="composer"')]
        assert thread.index("Mijn pakket is weg") < thread.index("Mijn bestelnummer is 40218")
        assert ("Private" if conversation.is_public else "Public") in thread


def test_a_failed_answer_says_why_and_what_can_be_done(page: Client, conversation: Conversation, agent: User) -> None:
    message = factories.make_answer(
        conversation, agent, state=Message.State.FAILED, external_id=None, error_reason="duplicate_text"
    )
    html = _html(page, conversation)
    assert "X refuses the same text twice." in html
    for verb in ("retry", "discard"):
        assert f"/inbox/messages/{message.code}/{verb}/" in html


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("queued", "You are sending this"),
        ("sending", "Being sent"),
        ("retry", "We try again"),
        ("unknown", "Not certain whether it was sent"),
        ("held", "Held back."),
        ("sent", "Posted"),
    ],
)
def test_every_state_of_an_answer_is_said_in_words(
    page: Client, conversation: Conversation, agent: User, state: str, words: str
) -> None:
    fields = {"send_after": timezone.now() + timedelta(seconds=5)} if state == "queued" else {}
    factories.make_answer(conversation, agent, state=state, external_id="1" if state == "sent" else None, **fields)
    assert words in _html(page, conversation)


def test_a_reaction_and_our_like_are_shown(page: Client, account: Account, conversation: Conversation) -> None:
    message = conversation.messages.get()
    receive(account, [Reaction(message.external_id or "", factories.author("Piet"), "👍", timezone.now())])
    Message.objects.filter(pk=message.pk).update(liked_at=timezone.now())
    html = _html(page, conversation)
    assert "👍" in html
    assert "Liked by us" in html


def test_a_picture_keeps_its_place_before_it_is_there(page: Client, conversation: Conversation) -> None:
    message = conversation.messages.get()
    Attachment.objects.create(
        message=message, kind="image", state="stored", file="a.png", mime_type="image/png", width=640, height=480
    )
    Attachment.objects.create(message=message, position=1, kind="file", state="refused", filename="virus.exe")
    html = _html(page, conversation)
    assert 'width="640" height="480"' in html
    assert "too large, or a type we do not open" in html


def test_contact_panel_shows_known_facts_only(page: Client, account: Account) -> None:
    message = factories.make_inbound(account, author=factories.author("Noor", followers=1204))
    assert message.conversation is not None
    html = _html(page, message.conversation)
    panel = html[html.index('id="contact"') :]
    assert "@noor" in panel
    assert "1,204 followers" in panel
    assert "Place" not in panel


def test_the_page_is_dutch_for_who_reads_dutch(conversation: Conversation) -> None:
    reader = factories.make_user(language="nl")
    html = _html(signed_in(reader), conversation)
    assert '<html lang="nl"' in html
    assert "Openbaar op X" in html
    assert "Iedereen kan dit lezen." in html
