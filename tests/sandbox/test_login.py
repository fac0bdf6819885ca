"""The platforms' log-in pages are as strict as the real ones."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.clients import Control, Json

BACK = "http://127.0.0.1:8000/accounts/signed-in/x/"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def apps(control: Control) -> Json:
    found: Json = requests.get(f"{control.url}/control/apps", timeout=10).json()
    return found


@pytest.fixture
def x_code(control: Control, brand: Json, apps: Json) -> Callable[[], str]:
    """Sign in at X and return the code."""

    def asked() -> str:
        form = {"client_id": apps["x"]["client_id"], "redirect_uri": BACK, "response_type": "code", "state": "s"}
        form |= {"scope": "tweet.read offline.access", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        answer = requests.post(
            f"{control.url}/i/oauth2/authorize",
            data={**form, "account": brand["id"]},
            timeout=10,
            allow_redirects=False,
        )
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert query["state"] == ["s"]
        return query["code"][0]

    return asked


def test_an_x_code_works_once_for_who_asked(control: Control, apps: Json, x_code: Callable[[], str]) -> None:
    client = (apps["x"]["client_id"], apps["x"]["client_secret"])

    def exchange(code: str, auth: tuple[str, str] = client, **wrong: str) -> int:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return requests.post(f"{control.url}/2/oauth2/token", data={**form, **wrong}, auth=auth, timeout=10).status_code

    assert exchange(x_code(), code_verifier="w" * 50) == 400
    assert exchange(x_code(), redirect_uri=f"{BACK}?") == 400
    assert exchange(x_code(), auth=(client[0], "wrong")) == 401
    code = x_code()
    assert [exchange(code), exchange(code)] == [200, 400]
    late = x_code()
    control.call("POST", "clock", {"advance_seconds": 31})
    assert exchange(late) == 400


def test_an_address_that_is_not_registered_gets_nobody(control: Control, apps: Json) -> None:
    control.call("POST", "settings", {"redirects": [BACK]})
    asked = {"client_id": apps["meta"]["app_id"], "state": "s", "response_type": "code"}
    for address, status in ((BACK, 200), (f"{BACK}x", 400), (BACK.rstrip("/"), 400)):
        query = {**asked, "redirect_uri": address}
        assert requests.get(f"{control.url}/v25.0/dialog/oauth", params=query, timeout=10).status_code == status
