"""Opening hours as an admin fills them in, and automatic messages in the thread."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from inbox.models import Draft, Event, Message, OpeningDay, OpeningHours, User
from tests import factories
from tests.support.html import tight
from tests.support.opening_hours import open_up, shut, talking_account, write
from tests.support.pages import signed_in

ADDRESS = "/settings/organisation/"
WEEK = {f"day_{n}": "9:00-17:00" for n in range(5)}


@pytest.fixture
def admin(db: None) -> Client:
    """An admin's browser."""
    return signed_in(factories.make_user("admin", language="en"))


def html(client: Client, address: str) -> str:
    """A page's source, its white space apart."""
    return tight(client.get(address).content.decode())


def test_f3_an_admin_fills_in_the_week_and_it_counts_at_once(admin: Client) -> None:
    assert "Not filled in yet." in html(admin, ADDRESS)
    response = admin.post(f"{ADDRESS}hours/", {**WEEK, "day_4": "9-12.30, 13.30-16", "day_5": "gesloten"})
    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    assert OpeningDay.objects.count() == 7
    assert OpeningDay.objects.get(weekday=4).times == [(time(9), time(12, 30)), (time(13, 30), time(16))]
    assert OpeningDay.objects.get(weekday=6).times == []
    page = html(admin, ADDRESS)
    assert 'value="09:00-12:30, 13:30-16:00"' in page
    assert ("We are open now." in page) == OpeningHours.current().organisation.is_open(timezone.now())
    assert Event.objects.get(verb="opening_changed").data == {"weekdays": list(range(7))}
    admin.post(f"{ADDRESS}hours/", {**WEEK, "day_4": "9-12.30, 13.30-16"})
    assert Event.objects.filter(verb="opening_changed").count() == 1, "the same again is no news"
    assert "changed the opening hours" in html(admin, "/accounts/")


def test_hours_that_cannot_be_read_come_back_with_what_is_wrong(admin: Client) -> None:
    page = admin.post(f"{ADDRESS}hours/", {**WEEK, "day_2": "negen tot vijf", "day_3": "9-17, 16-18"}).content.decode()
    assert "We do not understand “negen tot vijf”" in page
    assert "These times overlap" in page
    assert 'value="negen tot vijf"' in page
    assert not OpeningDay.objects.exists()


def test_f3_a_holiday_is_added_changed_and_removed(admin: Client) -> None:
    admin.post(f"{ADDRESS}hours/", WEEK)
    day = timezone.localdate() + timedelta(days=40)
    admin.post(f"{ADDRESS}days/", {"other-date": day.isoformat(), "other-name": "Koningsdag"})
    row = OpeningDay.objects.get(date=day)
    assert (row.times, row.name) == ([], "Koningsdag")
    admin.post(f"{ADDRESS}days/", {"other-date": day.isoformat(), "other-hours": "10-14", "other-name": "Braderie"})
    row = OpeningDay.objects.get(date=day)
    assert (row.times, row.name) == ([(time(10), time(14))], "Braderie")
    page = html(admin, ADDRESS)
    assert "Braderie" in page and "10:00-14:00" in page
    admin.post(f"{ADDRESS}days/{row.pk}/remove/")
    admin.post(f"{ADDRESS}days/{row.pk}/remove/")
    assert not OpeningDay.objects.filter(date__isnull=False).exists()
    assert Event.objects.filter(verb="opening_changed").count() == 4


def test_a_weekday_is_not_removed_and_a_past_day_not_added(admin: Client) -> None:
    open_up()
    admin.post(f"{ADDRESS}days/{OpeningDay.objects.get(weekday=0).pk}/remove/")
    assert OpeningDay.objects.count() == 7
    page = admin.post(f"{ADDRESS}days/", {"other-date": date(2020, 1, 1).isoformat()}).content.decode()
    assert "This day has passed." in page
    assert OpeningDay.objects.count() == 7


def test_the_page_says_when_we_are_back(admin: Client) -> None:
    shut()
    assert "We are closed now, and back " in html(admin, ADDRESS)
    OpeningDay.objects.update(spans=[])
    assert "We are never open." in html(admin, ADDRESS)


def test_saving_the_hours_leaves_the_other_settings_alone(admin: Client) -> None:
    admin.post(ADDRESS, {"name": "Veldhuis", "address": "u"})
    admin.post(f"{ADDRESS}hours/", WEEK)
    assert 'value="Veldhuis"' in html(admin, ADDRESS)


# ── in the thread and the lists ──


@pytest.fixture
def leaving(account: Account, estimated: None) -> Message:
    """An automatic message that is about to leave, on the brand's X account."""
    shut()
    asked = write(talking_account("x"))
    return Message.objects.get(automatic=True, conversation=asked.conversation)


@pytest.fixture
def autoreply(leaving: Message) -> Message:
    """An automatic message that was sent."""
    row = leaving
    Message.objects.filter(pk=row.pk).update(state="sent", external_id=factories.next_id())
    row.refresh_from_db()
    return row


def page_of(message: Message) -> str:
    """The address of its conversation."""
    assert message.conversation is not None
    return message.conversation.get_absolute_url()


def test_e14_it_is_marked_in_the_thread_with_an_icon_and_a_word(autoreply: Message, page: Client) -> None:
    shown = html(page, page_of(autoreply))
    article = shown[shown.index('class="msg msg-out') :]
    article = article[: article.index("</article>")]
    assert "#i-bot" in article
    assert "Automatic message</b>" in article
    assert "written outside Webcare" not in article
    assert "<form" not in article, "there is nothing to decide about it"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("queued", "Being sent"),
        ("retry", "We try again for an hour"),
        ("unknown", "Not certain whether it was sent."),
        ("failed", "Nobody has to do anything about it"),
    ],
)
def test_what_became_of_it_is_said_without_asking_anything(
    leaving: Message, page: Client, state: str, said: str
) -> None:
    row = Message.objects.filter(pk=leaving.pk)
    factories.pass_through(row, *(["sending"] if state == "unknown" else []), state)
    row.update(error_reason="recipient_unavailable", external_id=factories.next_id())
    shown = html(page, page_of(leaving))
    article = shown[shown.index('class="msg msg-out') :]
    article = article[: article.index("</article>")]
    assert said in article
    assert "<form" not in article
    if state == "failed":
        assert "cannot reach this person" in article


def test_the_list_and_search_show_whose_words_are_whose(autoreply: Message, page: Client) -> None:
    row = html(page, "/inbox/")
    assert "Waar blijft mijn pakket?" in row
    assert "Automatisch bericht" not in row
    assert "Answered." not in row
    found = html(page, "/inbox/search/?q=weer")
    assert '<span class="chip">Automatic message</span>' in found


@pytest.mark.parametrize("act", ["cancel", "retry", "discard", "arrived"])
def test_forged_post_decides_nothing_and_keeps_the_draft(
    autoreply: Message, page: Client, agent: User, act: str
) -> None:
    Message.objects.filter(pk=autoreply.pk).update(state="failed")
    assert autoreply.conversation is not None
    Draft.objects.create(conversation=autoreply.conversation, user=agent, tab="private", text="Mijn antwoord")
    page.post(f"/inbox/messages/{autoreply.code}/{act}/", {"edit": "1"})
    autoreply.refresh_from_db()
    assert autoreply.state == "failed"
    assert Draft.objects.get().text == "Mijn antwoord"
