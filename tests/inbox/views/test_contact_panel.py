"""What stands beside the thread about the person, and what colleagues add to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from channels.types import Author, Route, Visibility
from inbox.contacts import description, linking
from inbox.models import (
    Contact,
    ContactNote,
    Conversation,
    ConversationLabel,
    Event,
    Identity,
    IdentityMove,
    Label,
    Message,
    Team,
    User,
)
from inbox.outbox import checks, queue
from inbox.triage import assignment
from tests import factories
from tests.support.html import tight
from tests.support.navigation import CONVERSATION
from tests.support.pages import HTMX, signed_in
from tests.support.profiles import is_thorough


def _html(page: Client, conversation: Conversation) -> str:
    return tight(page.get(conversation.get_absolute_url()).content.decode())


def _whatsapp(**fields: str) -> Conversation:
    """A private conversation on WhatsApp with another contact."""
    writer = Author(external_id="31611223344", name="M. de Vries", phone="+31611223344")
    account = factories.make_account("whatsapp", name="Veldhuis")
    text = fields.pop("text", "Hallo, ik ben het weer")
    message = factories.make_inbound(account, text, author=writer, visibility=Visibility.PRIVATE, kind="text")
    assert message.conversation is not None
    return message.conversation


def test_c1_panel_shows_what_the_channel_told_only(page: Client, account: Account) -> None:
    person = factories.author("Marloes", followers=1204, verified=True, location="Utrecht")
    message = factories.make_inbound(account, "Hallo", author=person)
    assert message.conversation is not None
    html = _html(page, message.conversation)
    assert "1,204 followers" in html
    assert "Utrecht" in html
    assert "First contact" in html
    plain = factories.make_conversation(account)
    html = _html(page, plain)
    assert "follower" not in html.split('id="contact"')[1]
    assert "Place" not in html.split('id="contact"')[1]


def test_b1_b5_all_channels_stand_in_one_timeline(page: Client, agent: User, conversation: Conversation) -> None:
    other = _whatsapp()
    assignment.close(other, by=agent)
    linking.link(other.identity, conversation.contact, agent)
    html = _html(page, conversation).split('class="line-of-time"')[1]
    assert other.get_absolute_url() in html
    assert "ik ben het weer" in html
    assert "private · closed" in html


def test_b5_a_whatsapp_message_shows_the_open_conversation_on_x(
    page: Client, agent: User, conversation: Conversation
) -> None:
    other = _whatsapp()
    linking.link(other.identity, conversation.contact, agent)
    html = _html(page, other).split('class="line-of-time"')[1]
    assert conversation.get_absolute_url() in html
    assert 'class="line-open"' in html


def test_b11_head_shows_age_others_and_last_contact(page: Client, account: Account, agent: User) -> None:
    person = factories.author("Marloes")
    old = factories.make_inbound(account, "Toen", author=person, sent_at=timezone.now() - timedelta(days=40))
    assert old.conversation is not None
    assignment.close(old.conversation, by=agent)
    new = factories.make_inbound(account, "Nu", author=person)
    assert new.conversation is not None
    assert new.conversation != old.conversation
    head = _html(page, new.conversation).split('id="thread-head"')[1].split("</header>")[0]
    assert "0 min old" in head
    assert "1 other · last" in head


def test_more_of_a_long_timeline_is_loaded_by_cursor(page: Client, account: Account, agent: User) -> None:
    person = factories.author("Marloes")
    for number in range(45, 0, -1):
        sent = timezone.now() - timedelta(days=30 * number)
        message = factories.make_inbound(account, f"Vraag {number}.", author=person, sent_at=sent)
        assert message.conversation is not None
        assignment.close(message.conversation, by=agent)
    now = factories.make_inbound(account, "Nu", author=person).conversation
    assert now is not None
    html, seen = _html(page, now), 0
    while True:
        seen += html.split('class="line-of-time"')[-1].count('<b dir="auto">')
        if "contact/timeline/" not in html:
            break
        address = html.split("contact/timeline/?before=")[1].split('"')[0]
        html = page.get(f"/inbox/{now.code}/contact/timeline/?before={address}", **HTMX).content.decode()
    assert seen == 46


@pytest.mark.thorough
@pytest.mark.parametrize("conversations", [1, 60 if is_thorough() else 25])
def test_the_panel_adds_no_statement_however_much_is_known(
    page: Client, account: Account, agent: User, conversations: int, django_assert_num_queries: object
) -> None:
    person = factories.author("Marloes")
    for number in range(conversations, 0, -1):
        sent = timezone.now() - timedelta(days=20 * number)
        message = factories.make_inbound(account, "Slecht!", author=person, sent_at=sent)
        assert message.conversation is not None
        assignment.close(message.conversation, by=agent)
        description.write_note(message.conversation, agent, "Belt liever")
    now = factories.make_inbound(account, "Nu", author=person).conversation
    assert now is not None
    page.get(now.get_absolute_url())
    with django_assert_num_queries(CONVERSATION):  # type: ignore[operator]
        page.get(now.get_absolute_url())


def test_b9_contact_note_shows_in_all_their_conversations(
    page: Client, agent: User, conversation: Conversation
) -> None:
    other = _whatsapp()
    linking.link(other.identity, conversation.contact, agent)
    page.post(f"/inbox/{conversation.code}/contact/notes/", {"text": "Liefst na 16:00 bellen."})
    assert "Liefst na 16:00 bellen." in _html(page, other)
    note = ContactNote.objects.get()
    part = page.post(f"/inbox/{other.code}/contact/notes/{note.pk}/remove/", **HTMX)
    assert 'id="contact-body"' in part.content.decode()
    assert not ContactNote.objects.exists()
    assert list(
        Event.objects.filter(verb__startswith="contact_note").order_by("pk").values_list("verb", flat=True)
    ) == [
        "contact_noted",
        "contact_note_removed",
    ]
    assert "16:00" not in str(list(Event.objects.values_list("data", flat=True)))


def test_a_note_about_somebody_else_is_not_removed_from_here(
    page: Client, agent: User, conversation: Conversation
) -> None:
    note = description.write_note(_whatsapp(), agent, "Van een ander")
    page.post(f"/inbox/{conversation.code}/contact/notes/{note.pk}/remove/")
    assert ContactNote.objects.filter(pk=note.pk).exists()


def test_c9_contact_address_is_shown_at_the_composer(page: Client, conversation: Conversation) -> None:
    page.post(f"/inbox/{conversation.code}/contact/", {"kind": "customer", "address": "u"})
    thread = _html(page, conversation).split('id="thread"')[1].split('id="composer"')[0]
    assert "Wants to be addressed as “u”." in thread
    assert page.post(f"/inbox/{conversation.code}/contact/", {"address": "zij"}).status_code == 404


def test_c3_press_is_answered_by_spokespeople_only(
    page: Client, agent: User, lead: User, account: Account, conversation: Conversation
) -> None:
    page.post(f"/inbox/{conversation.code}/contact/", {"kind": "press"})
    conversation.refresh_from_db()
    assert conversation.team is None  # nobody set up spokespeople: nothing is blocked
    spoken = {"text": "Hallo", "route": Route.PUBLIC_REPLY, "reply_to": None, "seen_message_id": None}
    queue.queue_reply(conversation, agent, **spoken)  # type: ignore[arg-type]

    team = Team.objects.create(name="Woordvoering", handles_press=True)
    team.members.add(lead)
    page.post(f"/inbox/{conversation.code}/contact/", {"kind": "customer"})
    page.post(f"/inbox/{conversation.code}/contact/", {"kind": "press"})
    conversation.refresh_from_db()
    assert conversation.team == team
    with pytest.raises(checks.Refused) as refused:
        queue.queue_reply(conversation, agent, **spoken)
    assert refused.value.reason == "press"
    assert "answered by the spokespeople" in _html(page, conversation)
    queue.queue_reply(conversation, lead, **spoken)
    team.members.add(agent)
    queue.queue_reply(conversation, agent, **spoken)


def test_c3_new_press_message_joins_the_spokespeoples_queue(
    agent: User, account: Account, conversation: Conversation
) -> None:
    team = Team.objects.create(name="Woordvoering", handles_press=True)
    team.members.add(agent)
    description.describe(conversation, agent, kind="press")
    Conversation.objects.update(team=None)
    assignment.close(conversation, by=agent)
    later = factories.make_inbound(account, "En nu?", author=factories.author(), visibility=Visibility.PRIVATE)
    assert later.conversation is not None
    assert later.conversation.team == team


@pytest.mark.usefixtures("estimated")
def test_c2_past_moods_are_a_row_of_faces_with_a_word_of_caution(page: Client, account: Account) -> None:
    person = factories.author("Marloes")
    texts = ("Super blij, dank!", "Wat een waardeloze, schandalige service!!", "Alweer kapot, ik ben boos!")
    for days, text in enumerate(texts):
        factories.make_inbound(account, text, author=person, sent_at=factories.minutes_ago(60 - days))
    conversation = Conversation.objects.get()
    panel = _html(page, conversation).split('id="contact"')[1]
    assert [panel.count(f"face-{mood}") for mood in ("happy", "angry")] == [1, 2]
    assert "Of the last 3: 2 unhappy, 0 neutral, 1 happy." in panel
    assert "Careful." in panel
    assert "An estimate. Read what they write now." in panel


def test_b8_a_repeated_complaint_is_said_above_the_composer(page: Client, agent: User, account: Account) -> None:
    person, label = factories.author("Marloes"), Label.objects.create(name="Bezorging", is_complaint=True)
    sent = timezone.now() - timedelta(days=60)
    old = factories.make_inbound(account, "Niet bezorgd", author=person, sent_at=sent).conversation
    assert old is not None
    assignment.close(old, by=agent)
    new = factories.make_inbound(account, "Weer niet bezorgd", author=person).conversation
    assert new is not None
    ConversationLabel.objects.create(conversation=old, label=label, last_message_at=sent)
    assert "Complained before" not in _html(page, new)
    ConversationLabel.objects.create(conversation=new, label=label, last_message_at=timezone.now())
    Conversation.objects.update(is_complaint=True)
    thread = _html(page, new).split('id="thread"')[1].split('id="composer"')[0]
    assert "Complained before" in thread
    assert "about Bezorging" in thread
    assert old.get_absolute_url() in thread


def test_linking_moves_the_conversations_and_can_be_undone(
    page: Client, agent: User, conversation: Conversation
) -> None:
    other = _whatsapp()
    was = other.contact
    description.write_note(other, agent, "Werkt in de zorg")
    description.describe(other, agent, kind="critic")
    page.post(f"/inbox/{conversation.code}/contact/link/", {"contact": str(was.code)})
    other.refresh_from_db()
    assert other.contact == conversation.contact
    html = _html(page, conversation)
    assert "Werkt in de zorg" in html
    assert "was put here" in html
    assert Contact.objects.get(pk=conversation.contact_id).kind == "critic"

    page.post(f"/inbox/{conversation.code}/contact/undo/", {"move": str(IdentityMove.objects.get().pk)})
    other.refresh_from_db()
    assert other.contact == was
    assert "Werkt in de zorg" in _html(page, other)
    assert Contact.objects.get(pk=conversation.contact_id).kind == "customer"
    noted = Event.objects.filter(verb__contains="link").order_by("pk")
    assert list(noted.values_list("verb", flat=True)) == ["linked", "link_undone"]


def test_unlinking_makes_a_contact_of_its_own_and_can_be_undone(
    page: Client, agent: User, conversation: Conversation
) -> None:
    other = _whatsapp()
    linking.link(other.identity, conversation.contact, agent)
    page.post(f"/inbox/{conversation.code}/contact/unlink/", {"identity": str(other.identity_id)})
    other.refresh_from_db()
    assert other.contact != conversation.contact
    page.post(f"/inbox/{other.code}/contact/undo/", {"move": str(IdentityMove.objects.latest("pk").pk)})
    other.refresh_from_db()
    assert other.contact == conversation.contact
    only = factories.make_conversation(conversation.account)
    assert linking.unlink(only.identity, agent) is None


@pytest.mark.parametrize(
    ("own_text", "other_text", "reason"),
    [
        ("Mijn nummer is 06-11223344", "Hallo", "same phone number"),
        ("Mail mij op m.devries@voorbeeld.nl", "Stuur het naar M.deVries@voorbeeld.nl graag", "same e-mail address"),
    ],
)
def test_who_may_be_the_same_person_is_suggested_with_the_reason(
    page: Client, account: Account, own_text: str, other_text: str, reason: str
) -> None:
    conversation = factories.make_inbound(account, own_text).conversation
    assert conversation is not None
    other = _whatsapp(text=other_text)
    address = f"/inbox/{conversation.code}/contact/suggestions/"
    suggestions = page.get(address, **HTMX).content.decode()
    assert reason in suggestions
    assert "M. de Vries" in suggestions
    page.post(f"/inbox/{conversation.code}/contact/not-same/", {"contact": str(other.contact.code)})
    assert reason not in page.get(address).content.decode()


def test_equal_handle_is_suggested_equal_name_never(page: Client, account: Account, conversation: Conversation) -> None:
    instagram = factories.make_account("instagram")
    same = factories.make_inbound(instagram, "Hoi", author=Author("77", name="K. Jansen", handle="Karin"))
    factories.make_inbound(instagram, "Hoi", author=Author("78", name="Karin", handle="heel_anders"))
    suggestions = page.get(f"/inbox/{conversation.code}/contact/suggestions/", **HTMX).content.decode()
    assert "same name, @Karin" in suggestions
    assert "heel_anders" not in suggestions
    assert Identity.objects.get(handle="Karin", platform="instagram").contact == same.identity.contact  # type: ignore[union-attr]


def test_people_of_hidden_accounts_are_not_suggested(account: Account, conversation: Conversation) -> None:
    limited = factories.make_user(language="en")
    factories.limit(limited, account)
    other = _whatsapp()
    Identity.objects.filter(pk=conversation.identity_id).update(phone="+31611223344")
    page = signed_in(limited)
    assert "same phone" not in page.get(f"/inbox/{conversation.code}/contact/suggestions/").content.decode()
    assert "de Vries" not in page.get(f"/inbox/{conversation.code}/contact/link/?q=vries").content.decode()
    posted = page.post(f"/inbox/{conversation.code}/contact/link/", {"contact": str(other.contact.code)})
    assert posted.status_code == 404


def test_somebody_is_found_by_hand_to_link(page: Client, conversation: Conversation) -> None:
    _whatsapp()
    for query in ("vries", "0611223344"):
        html = page.get(f"/inbox/{conversation.code}/contact/link/?q={query}").content.decode()
        assert "M. de Vries" in html


@pytest.mark.parametrize("path", ["contact/", "contact/notes/", "contact/link/", "contact/unlink/", "mood/"])
def test_outsiders_change_nothing_about_anybody(outsider: User, conversation: Conversation, path: str) -> None:
    assert signed_in(outsider).post(f"/inbox/{conversation.code}/{path}", {"text": "x"}).status_code == 404
    assert not Event.objects.filter(actor=outsider).exists()
    assert Message.objects.count() == 1
