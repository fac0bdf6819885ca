"""The simulated Salesforce is as strict as the real one: errors have its shapes, and nothing unknown is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox.testing import Running

Ask = Callable[..., requests.Response]
KEY = "sobjects/Case/Webcare_Id__c/k-1"


@pytest.fixture
def ask(sandbox: Running) -> Ask:
    """Call the org, signed in by client credentials."""
    app = requests.get(f"{sandbox.url}/control/salesforce/app", timeout=5).json()
    got = requests.post(
        f"{sandbox.url}/services/oauth2/token", {"grant_type": "client_credentials"},
        auth=(app["consumer_key"], app["consumer_secret"]), timeout=5,
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {got.json()['access_token']}"}

    def asked(method: str, path: str, **more: Any) -> requests.Response:
        return requests.request(
            method, f"{sandbox.url}/services/data/v62.0/{path}", headers=headers | more.pop("headers", {}), timeout=5,
            **more,
        )  # fmt: skip

    return asked


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Id FROM Contact WHERE Name = 'open", "MALFORMED_QUERY"),
        (r"SELECT Id FROM Contact WHERE Name = 'a\q'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact; SELECT Id FROM Case", "MALFORMED_QUERY"),
        ("SELECT Nothing FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Nothing = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
    ],
)
def test_a_query_that_cannot_be_is_refused(ask: Ask, soql: str, code: str) -> None:
    answer = ask("GET", "query", params={"q": soql})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_upsert_makes_one_record_and_changes_it(ask: Ask) -> None:
    first, second = (ask("PATCH", KEY, json={"Subject": "Bank"}) for _turn in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json()["created"], second.json()["created"]) == (True, False)
    assert first.json()["id"] == second.json()["id"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (KEY, {"Status": "Klaar"}, 400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (KEY, {"Subject": "x" * 256}, 400, "STRING_TOO_LONG"),
        (KEY, {"Nothing": "x"}, 400, "INVALID_FIELD"),
        (KEY, {"Webcare_Id__c": "k-2"}, 400, "INVALID_FIELD"),
        (KEY, {"ContactId": "003x"}, 400, "MALFORMED_ID"),
        ("sobjects/Case/Other__c/k-1", {}, 404, "NOT_FOUND"),
        ("sobjects/Lead/Webcare_Id__c/k-1", {"LastName": "Post"}, 400, "REQUIRED_FIELD_MISSING"),
    ],
)
def test_records_that_cannot_be_are_refused(ask: Ask, path: str, body: dict[str, str], status: int, code: str) -> None:
    answer = ask("PATCH", path, json=body)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)


def test_nobody_comes_in_without_a_token(ask: Ask, sandbox: Running) -> None:
    answer = ask("GET", "limits", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
    wrong = requests.post(f"{sandbox.url}/services/oauth2/token", {"grant_type": "client_credentials"}, timeout=5)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_client_id")
