"""Begin: the most urgent case opens with why, nobody gets another's, and passing on it says why."""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.models import Account
from inbox.library import reference
from inbox.lists import urgency
from inbox.lists.navigation import Nav
from inbox.live import presence
from inbox.models import Contact, Conversation, Event, Identity, Message, Team, User
from inbox.models.conversation import ConversationQuerySet
from tests import factories
from tests.support.pages import page_of, signed_in

BEGIN = "/inbox/begin/"


def waiting(account: Account, name: str, minutes: int = 10, **fields: Any) -> Conversation:
    """Somebody who waits so long."""
    message = factories.make_inbound(account, author=factories.author(name), sent_at=factories.minutes_ago(minutes))
    assert message.conversation is not None
    rows: ConversationQuerySet = Conversation.objects.filter(pk=message.conversation.pk)
    if fields:
        rows.update(**fields)
    return rows.get()


def opened(client: Client) -> str:
    """The name of the customer whose case opens; "" for none."""
    address = client.post(BEGIN)["Location"]
    code = address.partition("?")[0].removeprefix("/inbox/").strip("/")
    return Conversation.objects.get(code=code).identity.name if code else ""


def test_f5_most_urgent_case_opens_with_its_reasons(page: Client, agent: User, account: Account) -> None:
    now = timezone.now()
    waiting(account, "Rustig", priority=35)
    waiting(account, "Venster", priority=20, window_closes_at=now + timedelta(minutes=41, seconds=30))
    late = waiting(account, "Laat", priority=70, is_complaint=True, due_at=now - timedelta(minutes=12))
    Identity.objects.filter(name="Laat").update(followers=12_000)
    assert opened(page) == "Venster"
    html = page_of(page, page.post(BEGIN)["Location"])
    assert "12 min over the response target, complaint, 12,000 followers" in html
    assert "25 within four hours, and 15 for the press" in html
    late.refresh_from_db()
    assert late.assignee == agent
    assert Event.objects.filter(verb="assigned", actor=agent, data__to=agent.pk).count() == 2
    assert [opened(page), opened(page)] == ["Rustig", ""]


CASE = st.tuples(st.integers(0, 100), st.one_of(st.none(), st.integers(1, 400)), st.booleans(), st.integers(1, 90))


def test_f5_first_is_the_one_the_formula_puts_first(agent: User, account: Account) -> None:
    rows = [waiting(account, f"Klant {n}") for n in range(5)]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(CASE, min_size=5, max_size=5))
    def check(cases: list[tuple[int, int | None, bool, int]]) -> None:
        now, expected = timezone.now(), []
        for row, (rank, window, is_press, minutes) in zip(rows, cases, strict=True):
            closes = now + timedelta(minutes=window) if window else None
            since = now - timedelta(minutes=minutes)
            Conversation.objects.filter(pk=row.pk).update(
                priority=rank, window_closes_at=closes, waiting_since=since, assignee=None
            )
            Contact.objects.filter(pk=row.contact_id).update(kind="press" if is_press else "customer")
            points = rank + 15 * is_press + (60 if window and window <= 60 else 25 if window and window <= 240 else 0)
            expected.append((-points, since, row.pk))
        taken = urgency.take_next(Nav(agent, reference.moment()))
        assert taken is not None and taken.pk == min(expected)[-1]

    check()


def test_never_a_case_somebody_is_on_or_one_may_not_answer(
    page: Client, lead: User, account: Account, outsider: User
) -> None:
    watched = waiting(account, "Bekeken", priority=99)
    presence.arrive(watched, lead)
    waiting(account, "Genomen", priority=98, assignee=lead)
    waiting(factories.make_account(mode="listen"), "Luisteren", priority=97)
    waiting(factories.make_account(paused_at=timezone.now()), "Gepauzeerd", priority=96)
    found = waiting(factories.make_account(mode="react"), "Gevonden", priority=97)
    found.messages.update(kind="found")
    press = waiting(account, "Krant", priority=95)
    Contact.objects.filter(pk=press.contact_id).update(kind="press")
    Team.objects.create(name="Woordvoering", handles_press=True).members.add(lead)
    answered = waiting(account, "Onderweg", priority=94)
    Message.objects.create(
        account=account, conversation=answered, direction="outbound", kind="reply", visibility="public",
        text="Komt eraan", state="queued", sent_at=timezone.now(),
    )  # fmt: skip
    waiting(account, "Over", priority=1)
    assert opened(signed_in(outsider)) == ""
    assert [opened(page), opened(page)] == ["Over", ""]
    presence.leave(watched, lead)
    assert opened(page) == "Bekeken"


def test_passing_on_a_case_keeps_why_and_opens_the_next(page: Client, agent: User, account: Account) -> None:
    first = waiting(account, "Eerst", priority=90)
    waiting(account, "Tweede", priority=10)
    assert opened(page) == "Eerst"
    page.post(f"/inbox/{first.code}/skip/", {"reason": "nonsense"})
    assert not Event.objects.filter(verb="skipped").exists()
    answer = page.post(f"/inbox/{first.code}/skip/", {"reason": "language", "words": "Frans, geloof ik"})
    assert "begin=1" in answer["Location"] and str(first.code) not in answer["Location"]
    first.refresh_from_db()
    event = Event.objects.get(verb="skipped")
    assert (first.assignee, event.actor, event.data) == (None, agent, {"reason": "language"})
    assert event.message is not None and event.message.text == "Frans, geloof ik"
    assert opened(page) == ""
    assert opened(signed_in(factories.make_user())) == "Eerst"
    assert "passed on it" in page_of(page, first.get_absolute_url())


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_get_different_cases() -> None:
    account = factories.make_account()
    for n in range(4):
        waiting(account, f"Klant {n}")
    people = [factories.make_user() for _ in range(4)]
    start, taken = threading.Barrier(4), []

    def begin(person: User) -> None:
        with contextlib.closing(connections["default"]):
            start.wait()
            row = urgency.take_next(Nav(person, reference.moment()))
            taken.append((person.pk, row.pk if row else None))

    threads = [threading.Thread(target=begin, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({row for _person, row in taken}) == 4 and None not in {row for _person, row in taken}
    assert dict(Conversation.objects.values_list("assignee", "pk")) == dict(taken)


def test_beginning_costs_the_same_however_much_waits(page: Client, account: Account) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert opened(page)
        return len(asked)

    for n in range(3):
        waiting(account, f"Klant {n}")
    cost()
    few = cost()
    for n in range(20):
        waiting(account, f"Ander {n}")
    assert cost() == few
