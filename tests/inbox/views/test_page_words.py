"""What rows, panels, menus and notes say, and to whom."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from channels.models import Account
from channels.types import Attachment, Shown, ShownKind, Visibility
from inbox.models import CannedReply, CannedText, Conversation, Event, Message, Notification, User
from inbox.templatetags.inbox import noted, said
from inbox.thread import reviews
from inbox.triage import assignment
from tests import factories
from tests.support.html import tight
from tests.support.pages import HTMX, signed_in


def row_of(page: Client, conversation: Conversation) -> str:
    html = tight(page.get("/inbox/").content.decode())
    return html.partition(f'id="row-{conversation.code}"')[2].partition("</li>")[0]


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (["image"], "Photo"),
        (["image"] * 4, "4 photos"),
        (["audio"], "Voice message"),
        (["video"], "Video"),
        (["sticker"], "Sticker"),
        (["location"], "Location"),
        (["contact"], "Contact card"),
        (["file"], "File"),
        (["image", "file"], "2 attachments"),
    ],
)
def test_a_row_of_files_alone_says_what_they_are(page: Client, account: Account, kinds: list[str], words: str) -> None:
    factories.make_inbound(account, "Eerst dit", sent_at=factories.minutes_ago(5))
    files = tuple(Attachment(kind=kind, url="https://pbs.twimg.com/a.jpg") for kind in kinds)
    message = factories.make_inbound(account, "", attachments=files)
    assert message.conversation is not None
    assert f"{words}</span>" in row_of(page, message.conversation)
    assert "No text" not in page.get(message.conversation.get_absolute_url()).content.decode()


def test_words_beside_a_photo_stay_the_words(page: Client, account: Account) -> None:
    photo = (Attachment(kind="image", url="https://pbs.twimg.com/a.jpg"),)
    message = factories.make_inbound(account, "Zie foto", attachments=photo)
    assert message.conversation is not None
    assert "Zie foto</span>" in row_of(page, message.conversation)


def test_a_message_of_the_app_alone_is_named(page: Client, account: Account) -> None:
    message = factories.make_inbound(account, "", kind="unsupported", visibility=Visibility.PRIVATE)
    assert message.conversation is not None
    assert "Message that can only be read in the app" in row_of(page, message.conversation)


UNTIL = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (Shown(ShownKind.CALL, words="accept"), "May be called"),
        (Shown(ShownKind.CALL, words="accept", until=UNTIL), "May be called"),
        (Shown(ShownKind.CALL, words="reject"), "Does not want to be called"),
        (Shown(ShownKind.FORWARDED), "Forwarded"),
        (Shown(ShownKind.STORY), "On our story"),
        (Shown(ShownKind.PAGE), "Came from a link"),
        (Shown(ShownKind.FORM), "Filled in a form"),
        (Shown(ShownKind.SIGNED), "Signed in on our site"),
    ],
)
def test_a_row_says_what_came_without_words(page: Client, account: Account, shown: Shown, words: str) -> None:
    factories.make_inbound(account, "Eerst dit", sent_at=factories.minutes_ago(5))
    message = factories.make_inbound(account, "", shown=(shown,))
    assert message.conversation is not None
    assert f"{words}</span>" in row_of(page, message.conversation)


def test_a_forwarded_photo_is_a_photo_in_the_row(page: Client, account: Account) -> None:
    photo = (Attachment(kind="image", url="https://pbs.twimg.com/a.jpg"),)
    message = factories.make_inbound(account, "", shown=(Shown(ShownKind.FORWARDED),), attachments=photo)
    assert message.conversation is not None
    assert "Photo</span>" in row_of(page, message.conversation)


def test_words_passed_on_stay_the_words(page: Client, account: Account) -> None:
    message = factories.make_inbound(account, "Zie hieronder", shown=(Shown(ShownKind.FORWARDED),))
    assert message.conversation is not None
    assert "Zie hieronder</span>" in row_of(page, message.conversation)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"attachments": (Attachment(kind="image"),)}, "Photo"),
        ({"attachments": (Attachment(kind="audio"),)}, "Voice message"),
        ({"attachments": (Attachment(kind="file"),)}, "File"),
        ({"attachments": (Attachment(kind="image"), Attachment(kind="image"))}, "2 photos"),
        ({"shown": (Shown(ShownKind.CALL, words="reject"),)}, "Does not want to be called"),
        ({"kind": "story_mention"}, "Mention in their story"),
    ],
)
def test_composer_says_what_it_answers_without_words(
    page: Client, account: Account, fields: dict[str, Any], words: str
) -> None:
    message = factories.make_inbound(account, "", **fields)
    assert message.conversation is not None
    html = page.get(message.conversation.get_absolute_url()).content.decode()
    answers = tight(html).partition('id="answers"')[2].partition("</p>")[0]
    assert f":<bdi>{words}</bdi></span>" in answers
    assert f'data-reply-kind="{words}"' in html
    assert "“”" not in html


def test_composer_quotes_words_between_marks(page: Client, account: Account) -> None:
    message = factories.make_inbound(account, "Waar blijft <hij>?")
    assert message.conversation is not None
    html = page.get(message.conversation.get_absolute_url()).content.decode()
    assert "“<bdi>Waar blijft &lt;hij&gt;?</bdi>”" in html.partition('id="answers"')[2].partition("</p>")[0]


def test_an_overtaking_photo_is_named(page: Client, account: Account) -> None:
    first = factories.make_inbound(account, "Kijk", sent_at=factories.minutes_ago(5))
    factories.make_inbound(account, "", attachments=(Attachment(kind="image"),))
    assert first.conversation is not None
    html = send(page, first, "Wij kijken mee.")
    assert "Photo" in html.partition('class="overtaken"')[2].partition("</ul>")[0]


def send(page: Client, seen: Message, text: str) -> str:
    """Answer as somebody who saw everything up to a message, and return the page."""
    assert seen.conversation is not None
    data = {"code": str(uuid.uuid4()), "text": text, "tab": "public", "seen": seen.pk, "reply_to": seen.code}
    answer = page.post(f"/inbox/{seen.conversation.code}/reply/", {**data, "do": "send"}, follow=True)
    return str(answer.content.decode())


def test_a_quoted_call_answer_is_named(page: Client) -> None:
    account = factories.make_account("whatsapp")
    asked = {"visibility": Visibility.PRIVATE, "kind": "dm"}
    shown = (Shown(ShownKind.CALL, words="reject"),)
    first = factories.make_inbound(account, "", shown=shown, sent_at=factories.minutes_ago(5), **asked)
    again = factories.make_inbound(account, "Dus niet", parent_id=first.external_id, **asked)
    assert again.conversation is not None
    html = page.get(again.conversation.get_absolute_url()).content.decode()
    assert "Does not want to be called" in html.partition('class="quote"')[2].partition("</a>")[0]


def test_quoted_words_keep_their_markup_and_lead_nowhere_else(page: Client) -> None:
    account = factories.make_account("whatsapp")
    asked = {"visibility": Visibility.PRIVATE, "kind": "dm"}
    words = "Ik heb *haast* <b> www.voorbeeld.nl"
    first = factories.make_inbound(account, words, sent_at=factories.minutes_ago(5), **asked)
    again = factories.make_inbound(account, "Dit bedoelde ik", parent_id=first.external_id, **asked)
    assert again.conversation is not None
    html = page.get(again.conversation.get_absolute_url()).content.decode()
    quote = html.partition('class="quote"')[2].partition("</a>")[0]
    assert "Ik heb <strong>haast</strong> &lt;b&gt; www.voorbeeld.nl" in quote
    assert "<a" not in quote


def test_an_earlier_photo_is_named_in_its_fold(page: Client, account: Account) -> None:
    message = factories.make_inbound(account, "", attachments=(Attachment(kind="image"),))
    assert message.conversation is not None
    fold = page.get(f"{message.conversation.get_absolute_url()}thread/?fold=1").content.decode()
    assert ">Photo</span>" in fold


def test_a_picture_to_approve_is_named(page: Client, agent: User, conversation: Conversation, lead: User) -> None:
    answer = factories.make_answer(conversation, lead, text="")
    answer.attachments.create(kind="image")
    Notification.objects.create(
        user=agent, conversation=conversation, message=answer, kind=Notification.Kind.APPROVAL, by=lead
    )
    assert '<q dir="auto">Photo</q>' in page.get("/inbox/notifications/").content.decode()


def test_a_reviewed_picture_is_named(agent: User, conversation: Conversation, lead: User) -> None:
    answer = factories.make_answer(conversation, agent, text="")
    answer.attachments.create(kind="image")
    reviews.review(answer, lead, "yes")
    assert "Photo" in signed_in(lead).get("/settings/reviews/").content.decode()


class Colleague:
    def __init__(self, name: str) -> None:
        self.name = name


@pytest.mark.parametrize(
    ("platform", "handle", "text", "shown"),
    [
        ("mastodon", "veldhuis@sociaal.example", "@veldhuis help", "<mark>@veldhuis</mark> help"),
        ("mastodon", "jo@sociaal.example", "@Jo@sociaal.example!", "<mark>@Jo@sociaal.example</mark>!"),
        ("mastodon", "veldhuis@sociaal.example", "@veldhuis@elders.example", "@veldhuis@elders.example"),
        ("mastodon", "veldhuis@sociaal.example", "@veldhuisje", "@veldhuisje"),
        ("bluesky", "veldhuis.bsky.social", "Dag @veldhuis.bsky.social.", "Dag <mark>@veldhuis.bsky.social</mark>."),
        ("bluesky", "veldhuis.bsky.social", "@veldhuis.bsky.social.kwaad.nl", "@veldhuis.bsky.social.kwaad.nl"),
        ("bluesky", "veldhuis.bsky.social", "@noor.bsky.social", "@noor.bsky.social"),
        ("x", "VeldhuisNL", "@veldhuisnl.nl? @VeldhuisNL", "<mark>@veldhuisnl</mark>.nl? <mark>@VeldhuisNL</mark>"),
    ],
)
def test_our_own_name_is_marked_as_each_platform_writes_it(platform: str, handle: str, text: str, shown: str) -> None:
    assert said(text, Account(platform=platform, handle=handle)) == shown


def test_a_mention_marks_the_full_name() -> None:
    people = [Colleague("Joost Willems"), Colleague("Joost"), Colleague("Farah Bensaïd"), Colleague("Pim d'Or")]
    assert "<mark>@Joost Willems</mark> kijk" in noted("@Joost Willems kijk jij?", people)
    assert "<mark>@Joost</mark> Kijk jij?" in noted("@Joost Kijk jij?", people)
    assert "<mark>@farah bensaid</mark>," in noted("Dag @farah bensaid, en", people)
    assert "<mark>@Pim d&#x27;Or</mark>" in noted("@Pim d'Or", people)
    assert "<mark>@Onbekend</mark> iemand" in noted("@Onbekend iemand", people)
    assert "<mark>" not in noted("mail a@joost.nl", people)


def test_a_note_in_the_thread_marks_the_full_name(page: Client, conversation: Conversation, lead: User) -> None:
    assignment.write_note(conversation, lead, "@Sanne Kuipers zoekt het uit")
    assert "<mark>@Sanne Kuipers</mark>" in page.get(conversation.get_absolute_url()).content.decode()


def test_the_panel_says_closed_after_closing(page: Client, conversation: Conversation) -> None:
    assignment.write_note(conversation, factories.make_user(), "klaar")
    conversation.messages.filter(direction="inbound").update(kind="mention")
    html = page.post(f"/inbox/{conversation.code}/close/", {"reason": "no_question"}, **HTMX).content.decode()
    now = html.partition('id="contact-now"')[2].partition("</small>")[0]
    assert "Closed" in now


def test_what_may_not_be_changed_is_read_in_place(page: Client, lead: User, agent: User) -> None:
    shared = CannedReply.objects.create(title="Retour", owner=lead, scope="all")
    CannedText.objects.create(canned=shared, text="Dag, dat kan.")
    own = CannedReply.objects.create(title="Van mij", owner=agent, scope="private")
    html = page.get("/settings/canned/").content.decode()
    assert f"/settings/canned/{own.code}/" in html
    assert f"/settings/canned/{shared.code}/" not in html
    assert "Dag, dat kan." in html


def test_colleagues_are_offered_for_picked_rows(page: Client, lead: User, outsider: User, account: Account) -> None:
    row = factories.make_conversation(account)
    assignment.assign(row, lead, by=None)
    factories.limit(outsider, factories.make_account())
    html = page.get("/inbox/bulk/people/", **HTMX).content.decode()
    assert "Sanne Kuipers" in html
    assert "1 open" in html
    page.post("/inbox/bulk/", {"pick": [str(row.code)], "user": str(lead.code)})
    other = factories.make_conversation(account)
    page.post("/inbox/bulk/", {"pick": [str(other.code)], "user": str(lead.code)})
    other.refresh_from_db()
    assert other.assignee_id == lead.pk


def test_search_hits_say_state_and_handler(page: Client, conversation: Conversation, lead: User) -> None:
    assignment.assign(conversation, lead, by=None)
    factories.make_answer(conversation, lead, text="De kast komt", state="failed", external_id=None)
    html = tight(page.get("/inbox/search/?q=kast").content.decode())
    assert html.count(">Open</span>") == 2
    assert html.count("Sanne Kuipers</span>") >= 2
    assert ">Not sent</span>" in html


def test_linking_shows_suggestions_and_opens_in_the_panel(page: Client, conversation: Conversation) -> None:
    html = page.get(f"/inbox/{conversation.code}/contact/link/", **HTMX).content.decode()
    assert "<html" not in html
    assert 'name="q"' in html
    assert f'hx-get="/inbox/{conversation.code}/contact/link/"' in html


def test_a_part_of_a_page_is_told_that_the_session_ended(client: Client, conversation: Conversation) -> None:
    address = f"/inbox/{conversation.code}/reply/"
    assert client.post(address, **HTMX).status_code == 401
    came = client.post(address, HTTP_REFERER=f"http://testserver/inbox/{conversation.code}/")
    assert came["Location"] == f"/account/login/?next=/inbox/{conversation.code}/"
    elsewhere = client.post(address, HTTP_REFERER="http://evil.example/inbox/")
    assert elsewhere["Location"] == "/account/login/?next=/inbox/"


def test_the_token_is_given_to_who_is_signed_in(client: Client, agent: User) -> None:
    assert client.get("/inbox/session/", **HTMX).status_code == 401
    answer = signed_in(agent).get("/inbox/session/")
    assert len(answer.json()["token"]) > 30
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_accounts_of_one_name_are_told_apart() -> None:
    page = signed_in(factories.make_user("admin"))
    accounts = [factories.make_account(platform, handle="veldhuis") for platform in ("x", "facebook")]
    canned = CannedReply.objects.create(title="Retour", scope="all")
    canned.accounts.set(accounts)
    for account in accounts:
        Event.note("account_added", account=account)
    for address in ("/settings/canned/", "/accounts/", "/inbox/search/"):
        html = page.get(address).content.decode()
        shown = re.sub(r"<[^>]+>", "", html.partition("<main")[2])
        assert "@veldhuis, X" in shown, address
        assert "@veldhuis, Facebook" in shown, address


@pytest.mark.django_db
def test_an_empty_choice_says_what_it_means() -> None:
    page = signed_in(factories.make_user("admin", language="nl"))
    for address in ("/settings/canned/add/", "/settings/guidelines/add/"):
        assert ">---------<" not in page.get(address).content.decode(), address
    assert "Elk team" in page.get("/settings/guidelines/add/").content.decode()
