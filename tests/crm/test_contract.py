"""What every CRM does for us, asked of both over HTTP: Salesforce by its SDK, and one by our contract."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from crm.adapters import reach
from crm.connecting import connections
from crm.connecting.models import Connection
from crm.port import CrmError, Terms
from crm.webhook.adapter import told
from inbox.models import User
from sandbox.testing import Running
from tests.crm.conftest import SECRET
from tests.support import crms
from tests.support.crms import activity
from tests.support.fake_crm import FakeCrm, answering

pytestmark = pytest.mark.django_db
TARIQ = Terms(phones=("+31612345601",))


@pytest.fixture(params=["salesforce", "webhook"])
def connected(request: pytest.FixtureRequest, settings: Settings, admin: User) -> Iterator[Connection]:
    """One CRM after the other."""
    if request.param == "salesforce":
        sandbox: Running = request.getfixturevalue("sandbox")
        settings.MEDIA_SANDBOX = settings.SALESFORCE_BASE = sandbox.url
        with crms.signed_out():
            host, sealed = "veldhuis.my.salesforce.com", crms.salesforce_credentials(sandbox.url)
            yield connections.connect("salesforce", host, sealed, admin)
        return
    with answering() as origin:
        settings.MEDIA_SANDBOX = origin
        crms.know_karel()
        yield connections.connect("webhook", "127.0.0.1", {"url": f"{origin}/x", "secret": SECRET}, admin)


@pytest.fixture
def test_of(connected: Connection) -> Callable[[], None]:
    """Ask it whether all is well."""

    def ask() -> None:
        with reach(connected, 5) as crm:
            crm.test()

    return ask


def test_it_lets_in_who_has_the_right_credentials(test_of: Callable[[], None]) -> None:
    test_of()


def test_what_is_written_twice_stands_there_once(connected: Connection) -> None:
    now = timezone.now()
    told = activity(at=now)
    with reach(connected, 10) as crm:
        assert crm.written(told) is None
        first = crm.write(told)
        assert crm.written(told) == first
        if connected.brand == "salesforce":  # it answers for itself; behind the contract it is the receiver's to do
            assert crm.write(told) == first
            assert crm.write(activity("message.sent", "k-2", at=now)) == first  # the same case
    assert first.id
    assert first.url.startswith("http")


def test_somebody_is_found_and_read_with_dates(connected: Connection) -> None:
    with reach(connected, 10) as crm:
        (person,) = crm.find(TARIQ)
        assert person.name and person.url.startswith("http")
        overview = crm.read(person.id)
    assert overview.person.id == person.id
    for entries in (overview.purchases, overview.reasons, overview.mails, overview.calls):
        assert entries
        assert all(entry.title and entry.at and entry.at.tzinfo for entry in entries)
    assert any(mail.opened_at for mail in overview.mails or ())


def test_who_does_not_answer_in_time_is_unreachable(connected: Connection) -> None:
    late = threading.Event()
    FakeCrm.waits.append(late)  # it would answer within a thousandth of a second now and then
    with pytest.raises(CrmError, match="unreachable"), reach(connected, 0.001) as crm:
        crm.find(TARIQ)
    late.set()


def test_what_the_page_documents_is_what_is_written() -> None:
    page = (Path(__file__).parents[2] / "docs" / "crm.md").read_text(encoding="utf-8")
    block = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert block is not None
    documented = json.loads(block[1])["data"]
    written = told(activity(at=timezone.now()))
    assert _shape(documented) == _shape(written)


def _shape(value: Any) -> Any:
    return {key: _shape(one) for key, one in value.items()} if isinstance(value, dict) else None
