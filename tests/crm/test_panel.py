"""What the CRM knows, beside the conversation: after the page, for moments, and never in the inbox's way."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels.models import Account
from crm.connecting import connections
from crm.connecting.models import Connection
from crm.panel import asking
from crm.people import links
from crm.people.models import Link
from inbox.contacts import linking
from inbox.models import Contact, Conversation, Event, User
from inbox.team import masks, organisation
from tests import factories
from tests.support import crms
from tests.support.fake_crm import FakeCrm
from tests.support.pages import HTMX, page_of, signed_in

pytestmark = pytest.mark.django_db
Connect = Callable[..., Connection]
LONGEST = asking.SECONDS  # in real use; a test has more
TWO = [
    {"id": "P-1", "name": "Karel Appel", "detail": "Utrecht"},
    {"id": "P-2", "name": "Karel Appel", "detail": "Gouda"},
]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def agent(db: None) -> User:
    """Who answers."""
    return factories.make_user("agent", language="en")


@pytest.fixture
def page(agent: User) -> Client:
    """The agent's browser."""
    return signed_in(agent)


@pytest.fixture
def talk(account: Account) -> Conversation:
    """A conversation with Karel."""
    return factories.make_conversation(account, author=factories.author("Karel Appel"))


@pytest.fixture
def address(talk: Conversation) -> str:
    """Where the CRM's part of it is asked for."""
    return f"/crm/contact/{talk.code}/"


def _asked() -> list[str]:
    return [kind for kind, *_more in FakeCrm.asked]


def test_c6_all_that_the_crm_tells_has_date_and_source(
    connect: Connect, page: Client, talk: Conversation, address: str
) -> None:
    connect(writes=[])
    crms.know_karel()
    told = page_of(page, address)
    for word in ("Hoekbank", "Kras op het blad", "Je factuur", "Terugbellen", "1 Oct", "20 Oct", "opened 3 Oct"):
        assert word in told
    assert told.count('class="source">CRM<') == 4
    assert 'href="https://crm.example.com/P-1"' in told
    assert Link.objects.get().record_id == "P-1"
    page_of(page, address)
    assert _asked() == ["person.search", "person.read"]  # kept for a moment
    page_of(page, f"{address}?again=1")
    assert _asked()[2:] == ["person.read"]


def test_what_is_masked_in_messages_is_masked_here_too(
    connect: Connect, page: Client, agent: User, admin: User, address: str
) -> None:
    connect(writes=[])
    told_of = {"id": "P-1", "name": "Karel Appel", "detail": "karel@example.com, 06-12345678"}
    FakeCrm.answers["person.search"] = {"people": [told_of, TWO[1]]}
    assert "karel@example.com" in page_of(page, address)
    organisation.change(admin, masks_personal_data=True)
    masks.refresh(User.objects.filter(pk=agent.pk))
    told = page_of(page, address)
    assert "Gouda" in told
    assert "karel@example.com" not in told and "06-12345678" not in told


def test_who_is_parted_keeps_no_record_of_the_other(
    connect: Connect, page: Client, account: Account, talk: Conversation, address: str, agent: User
) -> None:
    connect(writes=[])
    other = factories.make_conversation(account, author=factories.author("Karel A.", handle="karelappel"))
    linking.link(other.identity, talk.contact, agent)
    FakeCrm.answers["person.search"] = {"people": TWO[1:]}
    page_of(page, address)
    assert Link.objects.get().record_id == "P-2"
    FakeCrm.answers["person.search"] = {"people": []}
    linking.unlink(other.identity, agent)
    page_of(page, address)
    assert Link.objects.get(contact=talk.contact).record_id == ""
    links.choose(Connection.objects.get(), talk, "P-1", agent)
    linking.link(other.identity, talk.contact, agent)
    assert Link.objects.get(contact=talk.contact).record_id == "P-1"  # a colleague's word stays with whom it was about


def test_a_release_without_this_table_unites_contacts(connect: Connect) -> None:
    contact = Contact.objects.create()
    Link.objects.create(connection=connect(writes=[]), contact=contact, record_id="P-1")
    with database.cursor() as cursor:
        cursor.execute("DELETE FROM inbox_contact WHERE id = %s", [contact.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Contact.objects.exists()


def test_conversation_does_not_wait_for_the_crm(connect: Connect, page: Client, talk: Conversation) -> None:
    connect(writes=[])
    told = page_of(page, talk.get_absolute_url())
    assert f'hx-get="/crm/contact/{talk.code}/"' in told
    assert f'<a class="link" href="/crm/contact/{talk.code}/">' in told  # without scripts
    assert FakeCrm.asked == []


def test_where_no_crm_takes_part_there_is_nothing_of_it(
    connect: Connect, page: Client, talk: Conversation, address: str, admin: User
) -> None:
    page.get(talk.get_absolute_url())
    with CaptureQueriesContext(database) as before:
        assert "/crm/contact/" not in page_of(page, talk.get_absolute_url())
    assert not [one for one in before.captured_queries if "crm_" in one["sql"]]
    assert page.get(address).status_code == 404
    row = connect(writes=[], accounts=[factories.make_account("x").pk])
    assert "/crm/contact/" not in page_of(page, talk.get_absolute_url())
    assert page.get(address).status_code == 404
    connections.change(row, admin, writes=[], with_words=True, accounts=None, teams=None)
    assert "/crm/contact/" in page_of(page, talk.get_absolute_url())
    connections.switch(row, admin, on=False)
    assert "/crm/contact/" not in page_of(page, talk.get_absolute_url())


def test_c6_down_it_says_so_and_nobody_waits_again(connect: Connect, page: Client, address: str) -> None:
    connect(writes=[])
    crms.know_karel()
    FakeCrm.script[:] = [503]
    assert "The CRM does not answer." in page_of(page, address)
    assert "The CRM does not answer." in page_of(page, address)
    assert _asked() == ["person.search"]
    assert "Hoekbank" in page_of(page, f"{address}?again=1")  # try again
    assert "Hoekbank" in page_of(page, address)


def test_one_that_hangs_is_given_up_in_three_seconds(
    connect: Connect, page: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(writes=[])
    assert LONGEST <= 3
    monkeypatch.setattr(asking, "SECONDS", 0.2)
    over = threading.Event()
    FakeCrm.waits[:] = [over]
    told = page_of(page, address)
    over.set()
    assert "cannot be reached, or takes too long" in told


def test_few_wait_at_once(connect: Connect, page: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(writes=[])
    monkeypatch.setattr(asking, "_AT_ONCE", threading.BoundedSemaphore(1))
    assert asking._AT_ONCE.acquire()  # noqa: SLF001
    assert "many are asking it" in page_of(page, address).lower()
    assert FakeCrm.asked == []


def test_of_several_an_agent_chooses_and_it_is_remembered(
    connect: Connect, page: Client, talk: Conversation, address: str, agent: User
) -> None:
    connect(writes=[])
    crms.know_karel()
    FakeCrm.answers["person.search"] = {"people": TWO}
    told = page_of(page, address)
    assert "Utrecht" in told
    assert "Gouda" in told
    records = re.findall(r'name="record" value="([^"]+)"', told)
    assert len(records) == 2
    other = factories.make_conversation(talk.account, author=factories.author("Ander"))
    forged = {"do": "choose", "record": records[1]}
    assert page.post(f"/crm/contact/{other.code}/choose/", forged).status_code == 404
    assert page.post(f"{address}choose/", {"do": "choose", "record": "P-9"}).status_code == 404
    assert "Hoekbank" in page_of(page, f"{address}choose/", do="choose", record=records[1])
    link = Link.objects.get(contact=talk.contact)
    assert (link.record_id, link.is_chosen, link.chosen_by) == ("P-2", True, agent)
    assert "Not linked" in page_of(page, f"{address}choose/", do="unlink")
    assert "Not linked" in page_of(page, f"{address}?again=1")  # never by itself again
    assert "Utrecht" in page_of(page, f"{address}choose/", do="look")
    verbs = Event.objects.filter(conversation=talk, verb__startswith="crm_").values_list("verb", flat=True)
    assert sorted(verbs) == ["crm_linked", "crm_unlinked"]


def test_a_name_alone_never_decides(connect: Connect, page: Client, account: Account, agent: User) -> None:
    connect(writes=[])
    talk = factories.make_conversation(account, author=factories.author("Karel Appel", handle=""))
    answers = iter([{"people": []}, {"people": TWO[:1]}])
    FakeCrm.script[:] = [json.dumps(answer).encode() for answer in answers]
    assert "This one" in page_of(page, f"/crm/contact/{talk.code}/")
    assert Link.objects.get().record_id == ""


@pytest.mark.parametrize(
    "answer",
    [
        {"person": {"id": "P-1", "name": "<script>alert(1)</script>", "url": "javascript:alert(1)"}, "purchases": 7},
        {"person": {"id": 1, "name": ["x"]}, "purchases": [None, {"title": {"a": 1}, "at": 5}], "mails": "x"},
        {"person": {"name": "\u202eKarel"}, "calls": [{"title": "<img src=x>", "at": "9999-99-99"}] * 500},
    ],
)
def test_hostile_data_is_text_and_nothing_more(
    connect: Connect, page: Client, talk: Conversation, address: str, answer: Any
) -> None:
    Link.objects.create(connection=connect(writes=[]), contact=talk.contact, record_id="P-1")
    FakeCrm.script[:] = [json.dumps(answer).encode()]
    told = page_of(page, address)
    assert "<script>alert" not in told
    assert "<img src=x" not in told
    assert "javascript:" not in told
    assert told.count("&lt;img") <= 20


def test_ten_megabytes_are_not_read(connect: Connect, page: Client, talk: Conversation, address: str) -> None:
    Link.objects.create(connection=connect(writes=[]), contact=talk.contact, record_id="P-1")
    FakeCrm.script[:] = [b'{"person": {"name": "' + b"x" * 10_000_000 + b'"}}']
    assert "larger than we read" in page_of(page, address).lower()


def test_c7_calls_and_mails_stand_in_the_timeline_by_date(
    connect: Connect, page: Client, talk: Conversation, address: str
) -> None:
    connect(writes=[])
    crms.know_karel()
    assert page.get(f"{address}timeline/", **HTMX).status_code == 204  # nothing was told yet
    answer = page.get(address, **HTMX)
    assert "panelKnows" in answer["HX-Trigger-After-Settle"]
    older = factories.make_conversation(factories.make_account("x"), author=factories.author("Karel Appel"))
    Conversation.objects.filter(pk=older.pk).update(
        contact=talk.contact, last_message_at=timezone.now().replace(year=2026, month=10, day=10)
    )
    told = page.get(f"{address}timeline/", **HTMX).content.decode()
    places = [told.index(word) for word in ("Terugbellen", str(older.code), "Je factuur")]
    assert places == sorted(places)
    assert told.count('class="source">CRM<') == 2
    assert "<form" not in told  # to be read only
    assert "Terugbellen" in page_of(page, f"{address}timeline/")  # without scripts
    assert page.get(f"{address}timeline/?before=x").status_code == 404


def test_who_may_not_see_the_conversation_sees_nothing(connect: Connect, address: str, talk: Conversation) -> None:
    connect(writes=[])
    stranger = factories.make_user("agent", language="en")
    factories.limit(stranger, factories.make_account("x"))
    for path in (address, f"{address}timeline/"):
        assert signed_in(stranger).get(path).status_code == 404
    assert FakeCrm.asked == []


def test_pages_about_erasing_say_that_the_crm_keeps_its_own(connect: Connect, talk: Conversation, admin: User) -> None:
    page = signed_in(admin)
    about = f"/privacy/people/{talk.contact.code}/"
    assert "is not erased by this" not in page_of(page, about)
    connect(writes=[])
    assert "What stands in CRM is not erased by this" in page_of(page, about)


def test_who_is_gone_there_can_be_looked_for_again(
    connect: Connect, page: Client, talk: Conversation, address: str
) -> None:
    Link.objects.create(connection=connect(writes=[]), contact=talk.contact, record_id="P-7")
    assert "does not know this person any more" in page_of(page, address)
    crms.know_karel()
    assert "Hoekbank" in page_of(page, f"{address}choose/", do="look")
