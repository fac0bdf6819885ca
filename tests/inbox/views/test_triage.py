"""Sorting the work: claim, assign, close, reopen, snooze, seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from inbox.models import Conversation, Event, User
from tests import factories
from tests.support.pages import HTMX, signed_in


@pytest.mark.parametrize("verb", ["claim", "close", "reopen", "snooze", "seen", "note"])
def test_it_takes_post_only_and_nothing_from_outsiders(
    page: Client, outsider: User, conversation: Conversation, verb: str
) -> None:
    address = f"/inbox/{conversation.code}/{verb}/"
    assert page.get(address).status_code == 405
    assert signed_in(outsider).post(address).status_code == 404


@pytest.mark.parametrize("verb", ["claim", "close", "reopen"])
def test_htmx_gets_a_part_and_a_browser_a_redirect(page: Client, conversation: Conversation, verb: str) -> None:
    address = f"/inbox/{conversation.code}/{verb}/"
    why = {"reason": "no_question"}  # somebody waits in it
    assert page.post(address, why).status_code == 302
    part = page.post(address, why, **HTMX)
    assert 'id="thread-live"' in part.content.decode()
    assert 'id="composer"' not in part.content.decode()  # what somebody is writing is never touched
    assert "conversationChanged" in part["HX-Trigger"]


def test_claiming_makes_it_mine(page: Client, agent: User, conversation: Conversation) -> None:
    page.post(f"/inbox/{conversation.code}/claim/")
    conversation.refresh_from_db()
    assert conversation.assignee == agent
    assert Event.objects.filter(verb="assigned", actor=agent, conversation=conversation).exists()


def test_who_claims_a_moment_later_is_told_who_was_first(
    page: Client, agent: User, lead: User, conversation: Conversation
) -> None:
    assert 'name="holder" value=""' in page.get(conversation.get_absolute_url()).content.decode()
    signed_in(lead).post(f"/inbox/{conversation.code}/claim/", {"holder": ""})
    response = page.post(f"/inbox/{conversation.code}/claim/", {"holder": ""}, **HTMX)
    conversation.refresh_from_db()
    assert conversation.assignee == lead
    assert f"{lead.name} took it just before you." in response["HX-Trigger"]
    assert f'name="holder" value="{lead.code}"' in response.content.decode()
    page.post(f"/inbox/{conversation.code}/claim/", {"holder": str(lead.code)})
    conversation.refresh_from_db()
    assert conversation.assignee == agent


def test_a_lead_gives_work_to_anyone_who_sees_the_account(
    lead: User, agent: User, outsider: User, conversation: Conversation
) -> None:
    page, address = signed_in(lead), f"/inbox/{conversation.code}/assign/"
    offered = page.get(address, **HTMX).content.decode()
    assert str(agent.code) in offered
    assert str(outsider.code) not in offered
    page.post(address, {"user": str(agent.code)})
    conversation.refresh_from_db()
    assert conversation.assignee == agent
    assert page.post(address, {"user": str(outsider.code)}).status_code == 404
    page.post(address, {"user": ""})
    conversation.refresh_from_db()
    assert conversation.assignee is None


def test_agent_assigns_only_to_who_sees_the_account(
    page: Client, agent: User, lead: User, outsider: User, conversation: Conversation
) -> None:
    address = f"/inbox/{conversation.code}/assign/"
    assert page.post(address, {"user": str(outsider.code)}).status_code == 404
    page.post(address, {"user": str(lead.code)})
    conversation.refresh_from_db()
    assert conversation.assignee == lead
    page.post(address, {"user": str(agent.code)})
    conversation.refresh_from_db()
    assert conversation.assignee == agent


def test_assigning_works_on_a_page_of_its_own_without_scripts(lead: User, conversation: Conversation) -> None:
    html = signed_in(lead).get(f"/inbox/{conversation.code}/assign/").content.decode()
    assert "<html" in html
    assert "Assign to" in html


def test_closing_without_an_answer_keeps_the_chosen_reason(page: Client, conversation: Conversation) -> None:
    page.post(f"/inbox/{conversation.code}/close/", {"reason": "spam"})
    conversation.refresh_from_db()
    assert (conversation.status, conversation.close_reason) == ("closed", "spam")
    assert conversation.waiting_since is None


def test_closing_after_an_answer_needs_no_reason(page: Client, agent: User, conversation: Conversation) -> None:
    factories.make_answer(conversation, agent)
    page.post(f"/inbox/{conversation.code}/close/")
    conversation.refresh_from_db()
    assert conversation.close_reason == "answered"


def test_reopening_puts_the_customer_back_in_line(page: Client, conversation: Conversation) -> None:
    page.post(f"/inbox/{conversation.code}/close/", {"reason": "no_question"})
    page.post(f"/inbox/{conversation.code}/reopen/")
    conversation.refresh_from_db()
    assert conversation.status == "open"
    assert conversation.waiting_since is not None


def test_an_old_case_is_not_reopened_beside_a_new_one(page: Client, account: Account, agent: User) -> None:
    old = factories.make_inbound(account, "Oud", sent_at=timezone.now() - timedelta(days=30)).conversation
    assert old is not None
    page.post(f"/inbox/{old.code}/close/", {"reason": "no_question"})
    factories.make_inbound(account, "Nieuw")
    response = page.post(f"/inbox/{old.code}/reopen/", **HTMX)
    assert "newer open conversation" in response["HX-Trigger"]


@pytest.mark.parametrize("span", ["1h", "3h", "tomorrow", "monday"])
def test_snoozing_lasts_until_the_chosen_moment(page: Client, conversation: Conversation, span: str) -> None:
    page.post(f"/inbox/{conversation.code}/snooze/", {"span": span})
    conversation.refresh_from_db()
    assert conversation.status == "snoozed"
    assert conversation.snoozed_until is not None
    assert conversation.snoozed_until > timezone.now()
    assert span not in ("tomorrow", "monday") or timezone.localtime(conversation.snoozed_until).hour == 9


def test_snoozing_until_they_answer_has_no_end_of_its_own(page: Client, conversation: Conversation) -> None:
    page.post(f"/inbox/{conversation.code}/snooze/", {"span": "answer"})
    conversation.refresh_from_db()
    assert (conversation.status, conversation.snoozed_until) == ("snoozed", None)


def test_snoozing_into_the_past_is_refused_in_words(page: Client, conversation: Conversation) -> None:
    response = page.post(f"/inbox/{conversation.code}/snooze/", {"until": "2020-01-01 09:00"}, **HTMX)
    assert "future" in response["HX-Trigger"]
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_snooze_until_a_moment_reads_it_as_local_time(page: Client, conversation: Conversation) -> None:
    day = timezone.localdate() + timedelta(days=40)
    page.post(f"/inbox/{conversation.code}/snooze/", {"until": f"{day}T07:45"})
    conversation.refresh_from_db()
    assert conversation.status == "snoozed"
    assert conversation.snoozed_until is not None
    woken = timezone.localtime(conversation.snoozed_until)
    assert (woken.date(), woken.hour, woken.minute) == (day, 7, 45)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"until": ""}, "Choose until when."),
        ({"span": ""}, "Choose until when."),
        ({"until": "morgen"}, "That is no date and time. Choose until when."),
        ({"until": "0001-01-01T00:00"}, "Choose"),
        ({"until": "2020-01-01T09:00"}, "Choose a moment in the future."),
    ],
)
def test_invalid_snooze_moment_is_refused_in_words(
    page: Client, conversation: Conversation, data: dict[str, str], said: str
) -> None:
    html = page.post(f"/inbox/{conversation.code}/snooze/", data, follow=True).content.decode()
    assert said in html
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_the_snooze_menu_offers_a_date_and_a_time(page: Client, conversation: Conversation) -> None:
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert 'type="datetime-local" name="until"' in html


def test_an_opened_conversation_is_read_for_all_colleagues(page: Client, conversation: Conversation) -> None:
    assert "unread" in page.get("/inbox/").content.decode()
    assert page.post(f"/inbox/{conversation.code}/seen/").status_code == 204
    conversation.refresh_from_db()
    assert not conversation.is_unread


def test_an_empty_note_is_not_kept(page: Client, conversation: Conversation) -> None:
    html = page.post(f"/inbox/{conversation.code}/note/", {"text": "  "}, **HTMX).content.decode()
    assert "Write something first." in html
    assert not conversation.messages.filter(direction="note").exists()
