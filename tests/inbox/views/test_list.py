"""The list of conversations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from channels.models import Account
from inbox.models import Conversation, Message, User
from inbox.triage import assignment
from tests import factories
from tests.support.navigation import NAVIGATION
from tests.support.pages import HTMX, signed_in


def _many(account: Account, count: int) -> None:
    person = [factories.author(f"Klant {number}") for number in range(count)]
    start = timezone.now() - timedelta(minutes=count)
    from inbox.ingest.receive import receive

    for at in range(0, count, 100):
        receive(
            account,
            [
                factories.incoming(f"Vraag {number}", author=person[number], sent_at=start + timedelta(minutes=number))
                for number in range(at, min(at + 100, count))
            ],
        )


def test_somebody_signed_out_is_sent_to_the_sign_in_page(client: Client, db: None) -> None:
    response = client.get("/inbox/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_row_shows_channel_person_and_words(page: Client, conversation: Conversation) -> None:
    html = page.get("/inbox/").content.decode()
    assert f'id="row-{conversation.code}"' in html
    assert "#p-x" in html
    assert "Karin" in html
    assert "Waar blijft mijn kast?" in html
    assert "Public:" in html


@pytest.mark.parametrize("count", [0, 25, 500])
def test_the_list_takes_as_many_statements_however_long(
    page: Client, account: Account, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _many(account, count)
    page.get("/inbox/")
    with django_assert_num_queries(3 + bool(count) + NAVIGATION):  # session, person, rows, their marks
        page.get("/inbox/")


def test_who_waits_longest_stands_first(page: Client, account: Account) -> None:
    _many(account, 3)
    html = page.get("/inbox/").content.decode()
    assert html.index("Vraag 0") < html.index("Vraag 1") < html.index("Vraag 2")
    html = page.get("/inbox/?sort=newest").content.decode()
    assert html.index("Vraag 2") < html.index("Vraag 1") < html.index("Vraag 0")


@pytest.mark.parametrize("order", ["", "&sort=newest"])
def test_the_pages_of_a_list_hold_every_row_once(page: Client, account: Account, order: str) -> None:
    _many(account, 70)
    waiting = Conversation.objects.order_by("?")[:20]
    Conversation.objects.filter(pk__in=[row.pk for row in waiting]).update(waiting_since=None)
    seen: list[str] = []
    address = f"/inbox/?{order}"
    for _turn in range(5):
        html = page.get(address, **HTMX).content.decode()
        seen += [part.split('"')[0] for part in html.split('id="row-')[1:] if not part.startswith("list")]
        if "after=" not in html:
            break
        after = html.split("after=")[1].split('"')[0].split("&")[0]
        address = f"/inbox/?after={after}{order}"
    assert len(seen) == len(set(seen)) == 70


def test_a_made_up_place_in_the_list_is_its_beginning(page: Client, conversation: Conversation) -> None:
    response = page.get("/inbox/?after=abc", **HTMX)
    assert str(conversation.code) in response.content.decode()


def test_each_queue_holds_what_its_name_says(page: Client, agent: User, account: Account) -> None:
    conversations = {
        name: factories.make_conversation(account) for name in ("mine", "unassigned", "snoozed", "closed", "failed")
    }
    assignment.assign(conversations["mine"], agent, by=agent)
    assignment.snooze(conversations["snoozed"], timezone.now() + timedelta(hours=1), by=agent)
    assignment.close(conversations["closed"], by=agent)
    factories.make_answer(conversations["failed"], agent, state=Message.State.FAILED, external_id=None)
    expected = {
        "mine": {"mine"},
        "unassigned": {"unassigned", "failed"},
        "open": {"mine", "unassigned", "failed"},
        "snoozed": {"snoozed"},
        "closed": {"closed"},
        "failed": {"failed"},
    }
    for queue, names in expected.items():
        html = page.get(f"/inbox/?queue={queue}").content.decode()
        assert {name for name, row in conversations.items() if f'id="row-{row.code}"' in html} == names, queue


def test_the_navigation_counts_what_the_queues_hold(page: Client, agent: User, account: Account) -> None:
    for _each in range(3):
        factories.make_conversation(account)
    assignment.assign(Conversation.objects.all()[0], agent, by=agent)
    html = page.get("/inbox/").content.decode()
    counts = {part.split('"')[0] for part in html.split('<data value="')[1:]}
    assert {"1", "2", "3"} <= counts


def test_one_account_shows_only_its_own_conversations(page: Client, account: Account) -> None:
    other = factories.make_account("facebook", name="Lijn Noord")
    ours, other_talk = factories.make_conversation(account), factories.make_conversation(other)
    html = page.get(f"/inbox/?account={other.code}").content.decode()
    assert f"row-{other_talk.code}" in html
    assert f"row-{ours.code}" not in html


def test_limited_person_sees_neither_rows_nor_counts(outsider: User, conversation: Conversation) -> None:
    html = signed_in(outsider).get("/inbox/").content.decode()
    assert f"row-{conversation.code}" not in html
    assert "VeldhuisNL" not in html


def test_an_empty_list_says_why_and_what_to_do(page: Client, account: Account) -> None:
    factories.make_conversation(account)
    html = page.get("/inbox/?queue=mine").content.decode()
    assert "Everything of yours is answered" in html
    assert 'href="/inbox/?queue=unassigned"' in html


def test_a_wait_over_its_target_is_said_in_a_word_and_a_shape(page: Client, account: Account) -> None:
    factories.make_inbound(account, sent_at=factories.minutes_ago(79))
    html = page.get("/inbox/").content.decode()
    assert "wait-over" in html
    assert "over target" in html
    assert "19 min late" in html


def test_a_broken_account_is_told_to_everybody(page: Client, account: Account) -> None:
    account.needs_reauth_at = timezone.now()
    account.save()
    assert "has been disconnected since" in page.get("/inbox/").content.decode()


def test_the_menu_page_leads_everywhere(page: Client, conversation: Conversation) -> None:
    html = page.get("/inbox/menu/").content.decode()
    assert 'href="/inbox/?queue=mine"' in html
    assert 'href="/preferences/"' in html
