"""Salesforce through its SDK: signing in, cases and tasks once, faults in words, and who somebody is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import time_machine
from django.utils import timezone
from pytest_django import Settings

from channels.models import Account
from crm.adapters import reach
from crm.connecting import connections
from crm.connecting.models import Connection
from crm.people.models import Link
from crm.port import CrmError, Terms
from crm.salesforce.adapter import SalesforceCrm
from crm.writing import sending
from crm.writing.kinds import Kind
from crm.writing.models import Write
from inbox.models import Label, User
from inbox.triage import assignment, labels
from sandbox.testing import Running
from tests import factories
from tests.support import crms
from tests.support.crms import activity, fault, records
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db
SAID = "Waar blijft mijn bank?"
Connect = Callable[..., Connection]


@pytest.fixture
def org(sandbox: Running, settings: Settings) -> Iterator[str]:
    """The sandbox's org; its origin."""
    settings.MEDIA_SANDBOX = settings.SALESFORCE_BASE = sandbox.url
    with crms.signed_out():
        yield sandbox.url


@pytest.fixture
def connect_org(org: str, admin: User) -> Connect:
    """Connect it; without more everything is written."""

    def made(**more: str) -> Connection:
        row = connections.connect(
            "salesforce", "veldhuis.my.salesforce.com", crms.salesforce_credentials(org, **more), admin
        )
        connections.change(row, admin, writes=Kind.values, with_words=True, accounts=None, teams=None)
        return row

    return made


def _work(later: timedelta = timedelta()) -> None:
    with time_machine.travel(timezone.now() + later):
        for pk in sending.due():
            sending.send(pk)


def _states() -> list[tuple[str, str]]:
    return list(Write.objects.order_by("pk").values_list("state", "reason"))


def test_a_conversation_becomes_a_case_with_its_tasks(org: str, connect_org: Connect, admin: User) -> None:
    connect_org()
    account = factories.make_account("whatsapp")
    tariq = factories.author("Tariq El Amrani", handle="", phone="+31612345601")
    conversation = factories.make_inbound(account, SAID, author=tariq, visibility="private").conversation
    assert conversation is not None
    factories.make_answer(conversation, admin, text="Morgen, Tariq.", state="sent")
    assignment.close(conversation, admin)
    _work()
    assert _states() == [("done", "")] * 3
    (case,), tasks = records(org, "Case"), records(org, "Task")
    assert (case["Status"], case["Webcare_Id__c"]) == ("Closed", str(conversation.code))
    assert [task["WhatId"] for task in tasks] == [case["Id"]] * 3
    assert {task["Webcare_Id__c"] for task in tasks} == {str(row.code) for row in Write.objects.all()}
    assert SAID in tasks[0]["Description"]
    link = Link.objects.get()
    assert {task["WhoId"] for task in tasks} == {case["ContactId"]} == {link.record_id}
    assert Write.objects.first().record_url == f"{org}/lightning/r/Case/{case['Id']}/view"  # type: ignore[union-attr]
    assert requests.get(Write.objects.first().record_url, timeout=5).ok  # type: ignore[union-attr]
    factories.make_inbound(account, "Toch niet!", author=tariq, visibility="private")
    _work()
    assert records(org, "Case")[0]["Status"] == "Working"  # it was opened again


def test_answer_cut_off_after_writing_is_not_written_twice(org: str, connect_org: Connect, account: Account) -> None:
    connect_org()
    factories.make_inbound(account, SAID)
    fault(org, "reset_after_accept", "PATCH */sobjects/Task/*")
    _work()
    assert _states() == [("waiting", "unreachable")]
    assert len(records(org, "Task")) == 1
    _work(sending.LATER[0])
    assert (_states(), len(records(org, "Task")), len(records(org, "Case"))) == ([("done", "")], 1, 1)


def test_an_expired_session_is_renewed_at_once(org: str, connect_org: Connect, account: Account) -> None:
    connect_org()
    for _turn in range(2):
        factories.make_inbound(account, SAID)
        fault(org, "sf_session_expired")
        _work()
    assert _states() == [("done", "")] * 2


@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [
        ("sf_over_limit", "limit", "REQUEST_LIMIT_EXCEEDED"),
        ("sf_unavailable", "disturbance", ""),
        ("sf_row_locked", "disturbance", "UNABLE_TO_LOCK_ROW"),
    ],
)
def test_faults_that_pass_are_tried_again(
    org: str, connect_org: Connect, account: Account, name: str, reason: str, said: str
) -> None:
    connect_org()
    factories.make_inbound(account, SAID)
    fault(org, name, "PATCH */sobjects/*")
    _work()
    row = Write.objects.get()
    assert (row.state, row.reason) == ("waiting", reason)
    assert said in row.detail
    _work(sending.LATER[0])
    assert _states() == [("done", "")]


def test_lead_label_makes_a_lead_there(org: str, connect_org: Connect, account: Account, admin: User) -> None:
    connect_org()
    conversation = factories.make_inbound(account, SAID, author=factories.author("Karin de Vries")).conversation
    assert conversation is not None
    labels.add_label(conversation, Label.objects.create(name="Koop", purpose="lead"), admin)
    _work()
    (lead,) = records(org, "Lead")
    assert (lead["FirstName"], lead["LastName"], lead["LeadSource"]) == ("Karin de", "Vries", "X")
    assert SAID in lead["Description"]
    assert not records(org, "Case")[1:]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"consumer_secret": "x"}, "access"),
        ({"username": "webcare@veldhuis.example", "password": "fout"}, "access"),
        ({"external_id": "Anders__c"}, "field"),
        ({"handle_field": "X_Handel__c"}, "refused"),
    ],
)
def test_what_is_wrong_is_said_in_words(connect_org: Connect, wrong: dict[str, str], reason: str) -> None:
    error = connections.test(connect_org(**wrong))
    assert error is not None
    assert error.reason == reason


def test_user_name_password_and_token_let_in_too(org: str, connect_org: Connect) -> None:
    app = requests.get(f"{org}/control/salesforce/app", timeout=5).json()
    given = {name: app[name] for name in ("username", "password", "security_token")}
    assert connections.test(connect_org(**given)) is None


def test_what_people_there_made_of_a_case_stays(org: str, connect_org: Connect, account: Account, admin: User) -> None:
    row = connect_org()
    conversation = factories.make_inbound(account, SAID).conversation
    assert conversation is not None
    _work()
    with reach(row, 10) as crm:
        assert isinstance(crm, SalesforceCrm)
        crm._upsert("Case", str(conversation.code), {"Subject": "Levering Utrecht"})  # noqa: SLF001  as an employee
    factories.make_inbound(account, "Nog iemand daar?")
    assignment.close(conversation, admin)
    _work()
    (case,) = records(org, "Case")
    assert (case["Subject"], case["Status"], len(records(org, "Task"))) == ("Levering Utrecht", "Closed", 3)


def test_without_cases_messages_are_activities(org: str, connect_org: Connect, account: Account) -> None:
    connect_org(cases="no")
    factories.make_inbound(account, SAID)
    _work()
    assert (len(records(org, "Case")), len(records(org, "Task"))) == (0, 1)


def test_a_name_with_quotes_finds_no_other(connect_org: Connect) -> None:
    with reach(connect_org(), 10) as crm:
        assert crm.find(Terms(name="x' OR Name != 'y")) == []
        assert [person.name for person in crm.find(Terms(name="Wil van der Heijden"))] == ["Wil van der Heijden"] * 2


def test_other_hosts_are_not_asked(connect_org: Connect, settings: Settings) -> None:
    settings.SALESFORCE_BASE = ""
    with pytest.raises(CrmError) as caught, reach(connect_org(host="evil.example.com/.salesforce.com"), 5) as crm:
        crm.test()
    assert caught.value.reason == "private_address"


def test_admin_connects_and_nothing_secret_is_shown(org: str, admin: User) -> None:
    page = signed_in(admin)
    filled: dict[str, Any] = crms.salesforce_credentials(org) | {"cases": "on"}
    assert "ends in .salesforce.com" in page_of(page, "/crm/connect/salesforce/", **filled | {"host": "example.com"})
    told = page_of(page, "/crm/connect/salesforce/", **filled)
    assert "It works" in told
    for shown in (told, page_of(page, "/crm/connect/salesforce/")):
        assert filled["consumer_secret"] not in shown
        assert filled["consumer_key"] not in shown
    assert Connection.objects.get().host == "veldhuis.my.salesforce.com"


def test_somebody_erased_is_nobody_there_any_more(connect_org: Connect, account: Account) -> None:
    row = connect_org()
    conversation = factories.make_conversation(account)
    Link.objects.create(connection=row, contact=conversation.contact, record_id="003")
    type(conversation.contact).objects.filter(pk=conversation.contact_id).update(erased_at=timezone.now())
    assert not Link.objects.exists()
    assert activity(at=timezone.now()).person_id == ""
