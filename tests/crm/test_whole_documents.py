"""Whole answers of Salesforce as its REST API shapes them, through the real SDK: every field, whatever we read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from requests.adapters import BaseAdapter

from crm.port import CrmError, Overview, Terms
from crm.salesforce.adapter import SalesforceCrm
from tests.support import crms
from tests.support.crms import activity
from tests.support.json_paths import places, put
from tests.support.odd import ODD

FOLDER = Path(__file__).parents[1] / "support" / "payloads" / "salesforce"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOST = "https://veldhuis.my.salesforce.com"
CREDENTIALS = {
    "host": "veldhuis.my.salesforce.com", "consumer_key": "sleutel", "consumer_secret": "geheim", "username": "",
    "version": "62.0", "external_id": "Webcare_Id__c", "handle_field": "", "cases": "no",
}  # fmt: skip


def told(name: str) -> Any:
    return json.loads((FOLDER / f"{name}_2026-11.json").read_text(encoding="utf-8"))


class Recorded(BaseAdapter):
    """Gives a token, and then what is recorded, whatever is asked."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        super().__init__()
        self.answers = list(answers)

    def send(self, request: requests.PreparedRequest, *_args: Any, **_more: Any) -> requests.Response:
        """Return the next answer; the last one again and again."""
        is_token = str(request.url).endswith("/oauth2/token")
        status, body = (200, told("token")) if is_token else self.answers[0]
        if not is_token and len(self.answers) > 1:
            self.answers.pop(0)
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, str(request.url)
        response.headers["Content-Type"] = "application/json;charset=UTF-8"
        response.headers["Sforce-Limit-Info"] = "api-usage=18/15000"
        response._content = b"" if body is None else json.dumps(body).encode()  # noqa: SLF001
        return response

    def close(self) -> None:
        """Nothing is open."""


def crm(*answers: tuple[int, Any]) -> SalesforceCrm:
    session = requests.Session()
    session.mount("https://", Recorded(*answers))
    return SalesforceCrm(CREDENTIALS, session)


@pytest.fixture(autouse=True)
def _signed_out() -> Iterator[None]:
    with crms.signed_out():
        yield


def test_people_are_told_apart_by_what_is_known_of_them() -> None:
    noor, salma = crm((200, told("contacts"))).find(Terms(emails=("noor@post.example",)))
    assert (noor.id, noor.name) == ("0035g00000NoorVAAA", "Noor Vermeer 🌷")
    assert noor.detail == "noor@post.example · 06 12 34 56 78 · Vermeer & Zn."
    assert noor.url == f"{HOST}/lightning/r/Contact/0035g00000NoorVAAA/view"
    assert (salma.name, salma.detail) == ("سلمى", "")


def overview(body: Any) -> Overview:
    return crm((200, body)).read("0035g00000NoorVAAA")


def test_all_of_a_person_is_read_but_what_an_org_has_not() -> None:
    found = overview(told("overview"))
    assert found.person.detail == "noor@post.example · 030 123 45 67"
    assert found.purchases is not None and found.reasons is not None and found.calls is not None
    bank, lamp = found.purchases
    assert (bank.title, bank.detail) == ("Hoekbank Fjord", "€ 1.249,50 · Shipped")
    assert bank.url == f"{HOST}/lightning/r/Asset/02i5g00000HoekbAAA/view"
    assert (lamp.title, lamp.at, lamp.detail) == ("Lamp", None, "")
    (reason,) = found.reasons
    assert (reason.title, reason.detail) == ("Poot los", "Installation · New · 00001026")
    assert reason.at == datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
    assert found.mails is None  # Salesforce refused that part alone
    belde, gemist = found.calls
    assert (belde.at, belde.detail) == (datetime(2026, 11, 21, 13, 40, 10, tzinfo=UTC), "6 min")
    assert gemist.at is not None and gemist.detail == ""


@pytest.mark.parametrize("name", ["made", "changed", "changed_before_46"])
def test_what_was_written_is_known_by_its_id(name: str) -> None:
    status, body = told("upserts")[name]
    task = {
        "attributes": {"type": "Task", "url": "/services/data/v62.0/sobjects/Task/00T5g00000TaakAAAA"},
        "Id": "00T5g00000TaakAAAA",
        "Subject": "x",
        "WhatId": None,
    }
    record = crm((status, body), (200, task)).write(activity(at=NOW))
    assert record == ("00T5g00000TaakAAAA", f"{HOST}/lightning/r/Task/00T5g00000TaakAAAA/view")


@pytest.mark.parametrize("reason", list(told("refusals")))
def test_a_refusal_is_told_by_its_kind_and_in_salesforces_words(reason: str) -> None:
    status, body = told("refusals")[reason]
    with pytest.raises(CrmError) as refused:
        crm((status, body)).write(activity(at=NOW))
    assert refused.value.reason == reason
    assert refused.value.detail == f"{body[0]['errorCode']}: {body[0]['message']}"
    assert refused.value.permanent == (reason in ("field", "refused"))


@given(place=st.sampled_from(places(told("overview"))), value=ODD)
def test_an_odd_overview_is_read_or_refused(place: tuple[Any, ...], value: Any) -> None:
    try:
        found = overview(put(told("overview"), place, value))
    except CrmError as error:
        assert error.reason in ("not_understood", "gone")
        return
    assert isinstance(found.person.name, str)
