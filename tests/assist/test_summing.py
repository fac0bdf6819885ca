"""A long case is summed up into the handover note, which stays the person's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from assist.server.models import Server
from assist.summing.summing import LONG, MOST_NOTE, in_a_note
from channels.models import Account
from inbox.models import Conversation, Event, Message, User
from inbox.team import masks, organisation
from tests import factories
from tests.assist.conftest import asked, fault
from tests.support.pages import HTMX, page_of, signed_in

pytestmark = pytest.mark.django_db
SetUp = Callable[..., Server]


@pytest.fixture
def case(account: Account) -> Conversation:
    """A long one, of Noor's."""
    found = factories.make_conversation(account, messages=LONG, author=factories.author("Noor Visser"))
    factories.make_note(found, factories.make_user(), "Noor belde: 06-12345678")
    return found


def test_summary_fills_the_note_and_gives_nothing(set_up: SetUp, llm: str, agent: User, case: Conversation) -> None:
    set_up()
    page = signed_in(agent)
    address = reverse("assist_summary", args=[case.code])
    assert address in page_of(page, reverse("assign", args=[case.code]))
    before = len(asked(llm))
    told = page.post(address, {"handover": "Let op!"}, **HTMX).content.decode()
    assert 'value="Let op! Customer: Bericht 1' in told
    assert "06-12345678" in told
    (sent,) = asked(llm)[before:]
    assert "[[NAME_1]] belde: [[PHONE_1]]" in sent
    case.refresh_from_db()
    assert (case.assignee_id, case.handover_note) == (None, "")
    assert Event.objects.filter(verb="assist_summarised", conversation=case).count() == 1


def test_without_scripts_the_page_comes_back_with_it(set_up: SetUp, agent: User, case: Conversation) -> None:
    set_up()
    told = page_of(signed_in(agent), reverse("assist_summary", args=[case.code]), handover="")
    assert "Customer: Bericht 1" in told
    assert reverse("assign", args=[case.code]) in told


def test_failure_is_said_and_the_note_stays(set_up: SetUp, llm: str, agent: User, case: Conversation) -> None:
    set_up()
    fault(llm, "llm_error")
    told = signed_in(agent).post(reverse("assist_summary", args=[case.code]), {"handover": "Let op!"}, **HTMX)
    assert "Niet samengevat" in told.content.decode()
    assert 'value="Let op!"' in told.content.decode()


def test_short_case_or_switched_off_offers_nothing(
    set_up: SetUp, agent: User, account: Account, case: Conversation
) -> None:
    set_up()
    short = factories.make_conversation(account, author=factories.author("Kort"))
    page = signed_in(agent)
    assert "Vat samen" not in page_of(page, reverse("assign", args=[short.code]))
    set_up(helps=["draft"])
    assert "Vat samen" not in page_of(page, reverse("assign", args=[case.code]))
    assert page.post(reverse("assist_summary", args=[case.code])).status_code == 404


def test_note_is_one_line_of_so_many_characters() -> None:
    assert in_a_note("een\ntwee", " nul ") == "nul een twee"
    assert len(in_a_note("woord " * 200)) <= MOST_NOTE


def test_nothing_masked_is_told_by_way_of_a_summary(
    set_up: SetUp, agent: User, admin: User, case: Conversation
) -> None:
    set_up()
    first = case.messages.earliest("sent_at", "pk")
    Message.objects.filter(pk=first.pk).update(text="Bel mij op 06-87654321")
    organisation.change(admin, masks_personal_data=True)
    masks.refresh(User.objects.filter(pk=agent.pk))
    told = page_of(signed_in(agent), reverse("assist_summary", args=[case.code]), handover="")
    assert "Customer: Bel mij op …" in told and "87654321" not in told
    assert "06-12345678" in told  # in a colleague's note, as they read it there
