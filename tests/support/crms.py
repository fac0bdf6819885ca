"""Both CRMs, each as strict as the real one: an org of the sandbox behind the SDK, and one that keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from crm.port import Activity, Case, Customer
from crm.salesforce import signing_in
from tests.support.fake_crm import FakeCrm

KAREL = {"id": "P-1", "name": "Karel Appel", "detail": "karel@example.nl", "url": "https://crm.example.com/P-1"}


def salesforce_credentials(origin: str, **more: str) -> dict[str, str]:
    """Return what an admin fills in for the sandbox's org: client credentials."""
    app = requests.get(f"{origin}/control/salesforce/app", timeout=5).json()
    return {
        "host": "veldhuis.my.salesforce.com",
        "consumer_key": app["consumer_key"],
        "consumer_secret": app["consumer_secret"],
        "username": "",
        "password": "",
        "security_token": "",
        "version": "62.0",
        "external_id": "Webcare_Id__c",
        "handle_field": "X_Handle__c",
        "cases": "yes",
    } | more


def records(origin: str, name: str) -> list[dict[str, Any]]:
    """Return an object's records that we wrote."""
    rows = requests.get(f"{origin}/control/salesforce/{name}", timeout=5).json()["records"]
    return [row for row in rows if row.get("Webcare_Id__c")]


def fault(origin: str, name: str, endpoint: str = "*", n: int = 1) -> None:
    """Break the next calls to Salesforce."""
    body = {"fault": name, "endpoint": endpoint, "mode": "next", "n": n, "platform": "salesforce"}
    requests.post(f"{origin}/control/faults", json=body, timeout=5).raise_for_status()


@contextmanager
def signed_out() -> Iterator[None]:
    """Forget every kept token before and after."""
    signing_in._tokens.clear()  # noqa: SLF001
    yield
    signing_in._tokens.clear()  # noqa: SLF001


def know_karel() -> None:
    """Let the CRM behind the contract know somebody."""
    FakeCrm.answers["person.search"] = {"people": [KAREL]}
    FakeCrm.answers["person.read"] = {
        "person": KAREL,
        "purchases": [{"title": "Hoekbank", "at": "2026-10-01", "detail": "€ 1.249"}],
        "reasons": [{"title": "Kras op het blad", "at": "2026-10-20T10:00:00+02:00", "detail": "Klacht"}],
        "mails": [{"title": "Je factuur", "at": "2026-10-02T09:00:00Z", "opened_at": "2026-10-03T09:00:00Z"}],
        "calls": [{"title": "Terugbellen", "at": "2026-10-21T11:00:00Z", "detail": "4 min"}],
    }


def activity(kind: str = "message.received", key: str = "k-1", **more: Any) -> Activity:
    """Return something to write."""
    case = Case(
        id=more.pop("conversation", "c-1"), url="https://webcare.example/c-1", account="Veldhuis Wonen", platform="x",
        visibility="public", status="open", close_reason="", team="", labels=("Bezorging",), is_complaint=False,
        opened_at=more["at"], closed_at=None, was_closed=more.pop("was_closed", False),
    )  # fmt: skip
    customer = Customer("Karel Appel", "karel", "", "x")
    return Activity(key=key, kind=kind, case=case, customer=customer, text="Waar blijft mijn bank?", **more)
