"""The CRM's page for admins: connected, tested, told what to get, and what was not written sent once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from channels.secrets import unseal
from crm.connecting.models import Connection
from crm.writing.models import Write
from inbox.models import Event, Team, User
from tests import factories
from tests.support.fake_crm import FakeCrm
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db
Connect = Callable[..., Connection]


@pytest.fixture
def page(admin: User) -> Client:
    """The admin's browser."""
    return signed_in(admin)


def test_admin_connects_is_shown_the_secret_once_and_chooses(crm: str, page: Client, account: Account) -> None:
    assert "public host" in page_of(page, "/crm/connect/webhook/", url="http://127.0.0.1/")
    told = page_of(page, "/crm/connect/webhook/", url=crm)
    row = Connection.objects.get()
    secret = unseal(row.sealed)["secret"]
    assert secret in told
    assert [kind for kind, *_more in FakeCrm.asked] == ["ping"]
    assert (row.writes, row.accounts) == ([], None)  # nothing is written yet
    assert "It works" in told
    shown = page_of(page, "/crm/")
    assert secret not in shown
    assert "geheim" not in shown
    team = Team.objects.create(name="Service")
    chosen = {"writes": ["message.sent"], "accounts": [str(account.code)], "teams": [str(team.code)]}
    page_of(page, "/crm/", **chosen)
    row.refresh_from_db()
    assert (row.writes, row.with_words) == (["message.sent"], False)
    assert (row.accounts, row.teams) == ([account.pk], [team.pk])
    verbs = Event.objects.filter(verb__startswith="crm_").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["crm_connected", "crm_changed"]


def test_a_test_that_fails_says_why_in_words(connect: Connect, page: Client) -> None:
    connect()
    FakeCrm.script[:] = [401]
    told = page_of(page, "/crm/act/", do="test")
    assert "does not let us in" in told
    assert "HTTP 401" in told


def test_other_credentials_take_the_place_of_the_former(connect: Connect, crm: str, page: Client) -> None:
    before = connect()
    page_of(page, "/crm/connect/webhook/", url=f"{crm}/anders")
    row = Connection.objects.get()
    assert (row.pk, unseal(row.sealed)["url"]) == (before.pk, f"{crm}/anders")
    assert unseal(row.sealed)["secret"] != unseal(before.sealed)["secret"]
    assert row.writes == sorted(before.writes)


def test_failures_are_listed_with_reason_and_resent(connect: Connect, page: Client, account: Account) -> None:
    row = connect(writes=[])
    conversation = factories.make_conversation(account)
    writes = [
        Write.objects.create(
            connection=row, kind="conversation.closed", conversation=conversation, state=state, reason=reason, tries=9
        )
        for state, reason in (("failed", "disturbance"), ("failed", "refused"), ("done", ""))
    ]
    told = page_of(page, "/crm/?only=failed")
    assert "it has a disturbance" in told
    assert told.count("Write once more") == 2
    assert "1 is written once more" in page_of(page, f"/crm/writes/{writes[0].code}/again/", do="")
    assert "1 is written once more" in page_of(page, "/crm/act/", do="resend")
    assert "nothing to write" in page_of(page, "/crm/act/", do="resend")
    assert sorted(Write.objects.values_list("state", flat=True)) == ["done", "waiting", "waiting"]


def test_disconnecting_forgets_the_credentials(connect: Connect, page: Client, account: Account) -> None:
    connect()
    factories.make_inbound(account)
    page_of(page, "/crm/act/", do="disconnect")
    row = Connection.objects.get()
    assert (row.sealed, row.removed_at is None) == ("", False)
    assert Write.objects.get().reason == "disconnected"
    factories.make_inbound(account)
    assert Write.objects.count() == 1
    assert "/crm/connect/webhook/" in page_of(page, "/crm/")


def test_ledger_comes_in_parts_with_few_statements(
    connect: Connect, page: Client, account: Account, django_assert_max_num_queries: Any
) -> None:
    row = connect(writes=[])
    talks = [factories.make_conversation(account) for _n in range(3)]
    Write.objects.bulk_create(
        Write(connection=row, kind="conversation.closed", conversation=talks[n % 3], at=timezone.now())
        for n in range(55)
    )
    page.get("/crm/")
    with django_assert_max_num_queries(30):
        first = page.get("/crm/")
    second = page.get(f"/crm/?{first.context['next']}")
    codes = [one.code for answer in (first, second) for one in answer.context["writes"]]
    assert len(codes) == len(set(codes)) == 55


def test_connecting_asks_once_more_who_one_is(crm: str, page: Client) -> None:
    session = page.session
    session["proved"] = 0
    session.save()
    assert page.post("/crm/connect/webhook/", {"url": crm}).status_code == 302
    assert not Connection.objects.exists()


def test_switching_it_asks_once_more_who_one_is(connect: Connect, page: Client) -> None:
    row = connect()
    session = page.session
    session["proved"] = 0
    session.save()
    for do in ("off", "disconnect"):
        assert "/crm/" not in page.post("/crm/act/", {"do": do})["Location"].partition("?")[0]
    row.refresh_from_db()
    assert row.is_on and row.removed_at is None
