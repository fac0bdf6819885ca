"""What a provider says is believed where its own key signed it, for us and for now."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client, RequestFactory
from pytest_django import Settings

from inbox.models import User
from inbox.team.id_tokens import SignedTokens
from tests.factories import make_user
from tests.inbox.team.test_single_sign_on import APP, LOGIN, come_back, enter

KEYS = {kind: rsa.generate_private_key(public_exponent=65537, key_size=2048) for kind in ("theirs", "another")}
Change = Callable[[str, Callable[[Any], Any]], None]
CURVE = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def issuer(settings: Settings, running_sandbox: Any) -> str:
    """A real provider over HTTP."""
    at = f"{running_sandbox.url}/oidc"
    app = {**APP, "settings": {"server_url": at}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.OIDC_ROLES = {}
    return at


@pytest.fixture
def on_the_way(monkeypatch: pytest.MonkeyPatch) -> Change:
    """Change what the provider answers at a path, as who stands between us and it could."""
    send = requests.adapters.HTTPAdapter.send

    def change(path: str, how: Callable[[Any], Any]) -> None:
        def sent(self: Any, request: Any, *args: Any, **more: Any) -> requests.Response:
            answer = send(self, request, *args, **more)
            if request.url.endswith(path):
                answer._content = json.dumps(how(answer.json())).encode()
            return answer

        monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", sent)

    return change


def _jwk(key: Any, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = jwt.get_algorithm_by_name(more["alg"]).to_jwk(key.public_key(), as_dict=True)
    return {**made, **more}


@pytest.fixture
def published() -> list[Any]:
    """The two keys of a provider."""
    return [_jwk(KEYS["theirs"], alg="RS256", kid="one", use="sig"), _jwk(CURVE, alg="ES256", kid="two")]


@pytest.fixture
def adapter(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, published: list[Any]) -> SignedTokens:
    """What checks tokens, of a provider with these keys."""
    found = SignedTokens(rf.get("/"), "organisation")
    found._openid_config = {"issuer": "https://id.example.nl", "jwks_uri": "https://id.example.nl/keys"}

    def answer(*_args: Any, **_more: Any) -> requests.Response:
        made = requests.Response()
        made.status_code, made._content = 200, json.dumps({"keys": published}).encode()
        return made

    monkeypatch.setattr(requests.Session, "get", answer)
    return found


def _claims(**more: Any) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": "https://id.example.nl", "aud": "webcare", "sub": "1", "iat": now, "exp": now + 300, **more}


def _signed(key: Any = KEYS["theirs"], alg: str = "RS256", kid: str | None = "one", **more: Any) -> str:
    return jwt.encode(_claims(**more), key, alg, {"kid": kid} if kid else {})


class _App:
    client_id = "webcare"


def test_a_token_by_either_key_of_the_provider_is_read(adapter: SignedTokens) -> None:
    assert adapter._decode_id_token(_App, _signed())["sub"] == "1"
    assert adapter._decode_id_token(_App, _signed(CURVE, "ES256", "two"))["sub"] == "1"
    assert adapter._decode_id_token(_App, _signed(exp=int(time.time()) - 30))["sub"] == "1"  # clocks differ


@pytest.mark.parametrize("kid", ["one", None])
def test_keys_that_sign_nothing_are_not_counted(adapter: SignedTokens, published: list[Any], kid: str | None) -> None:
    published[1:] = [_jwk(KEYS["another"], alg="RS256", kid="one", use="enc")]
    assert adapter._decode_id_token(_App, _signed(kid=kid))["sub"] == "1"
    with pytest.raises(OAuth2Error):
        adapter._decode_id_token(_App, _signed(KEYS["another"], kid=kid))


def test_the_log_tells_which_check_failed(adapter: SignedTokens, caplog: pytest.LogCaptureFixture) -> None:
    wrong = {"ExpiredSignatureError": _signed(exp=1), "InvalidAudienceError": _signed(aud="another")}
    for why, token in wrong.items():
        with pytest.raises(OAuth2Error):
            adapter._decode_id_token(_App, token)
        assert f"Refused the provider's token: {why}" in caplog.text
        assert token.split(".")[1] not in caplog.text


def _forgeries() -> dict[str, str]:
    public = KEYS["theirs"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    shared = base64.urlsafe_b64encode(public).decode()
    head, body, signature = _signed().split(".")
    other = jwt.encode(_claims(sub="2"), KEYS["another"], "RS256").split(".")[1]
    return {
        "signed by another key": _signed(KEYS["another"]),
        "with a secret that all know": jwt.encode(_claims(), shared, "HS256", {"kid": "one"}),
        "not signed": jwt.encode(_claims(), "", "none", {"kid": "one"}),
        "signed, then changed": f"{head}.{other}.{signature}",
        "without its signature": f"{head}.{body}.",
        "of a key nobody has": _signed(kid="three"),
        "of no key among several": _signed(kid=None),
        "of another kind of key": _signed(kid="two"),
        "out of date": _signed(exp=int(time.time()) - 90),
        "for somebody else": _signed(aud="another"),
        "of another provider": _signed(iss="https://other.example.nl"),
        "of nobody": _signed(sub=None),
        "no token": "a.b.c",
    }


@pytest.mark.parametrize("what", list(_forgeries()))
def test_a_forged_token_is_refused(adapter: SignedTokens, what: str) -> None:
    with pytest.raises(OAuth2Error):
        adapter._decode_id_token(_App, _forgeries()[what])


@pytest.mark.django_db
def test_who_comes_with_a_token_of_another_key_stays_out(client: Client, settings: Settings, issuer: str) -> None:
    make_user(email="farah@veldhuis.example")
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    # Its keys are read where there are none of its own.
    app["settings"]["openid_configuration_overrides"] = {"jwks_uri": f"{issuer}/.well-known/openid-configuration"}
    enter(client, "farah")
    assert client.get("/inbox/").status_code == 302
    del app["settings"]["openid_configuration_overrides"]
    assert enter(client, "farah")["Location"] == "/inbox/"
    assert User.objects.count() == 1
    assert client.get("/account/sso/another/login/callback/").status_code == 404


@pytest.mark.django_db
def test_an_answer_without_a_token_lets_nobody_in(
    client: Client, issuer: str, on_the_way: Change, caplog: pytest.LogCaptureFixture
) -> None:
    make_user(email="farah@veldhuis.example")
    on_the_way("/oidc/token", lambda said: {name: value for name, value in said.items() if name != "id_token"})
    enter(client, "farah")
    assert client.get("/inbox/").status_code == 302
    assert "Refused the provider's token: there is none" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["sandbox-mila", None])
def test_user_info_of_somebody_else_lets_nobody_in(
    client: Client, issuer: str, on_the_way: Change, who: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    make_user(email="farah@veldhuis.example")
    make_user("admin", email="mila@veldhuis.example")
    assert enter(Client(), "mila")["Location"] == "/inbox/"  # known by the provider's number now
    on_the_way("/oidc/userinfo", lambda said: {**said, "sub": who})
    enter(client, "farah")
    assert client.get("/inbox/").status_code == 302
    assert "Refused the provider's token: user info is of somebody else" in caplog.text


@pytest.mark.django_db
def test_who_somebody_is_comes_from_the_token_alone(client: Client, issuer: str, on_the_way: Change) -> None:
    make_user(email="farah@veldhuis.example")
    told = {"iss": "https://other.example.nl", "auth_time": 1, "amr": ["mfa"], "given_name": "Fee"}
    on_the_way("/oidc/userinfo", lambda said: {**said, **told})
    assert enter(client, "farah")["Location"] == "/inbox/"
    known = SocialAccount.objects.get()
    assert known.uid == known.extra_data["id_token"]["sub"] == "sandbox-farah"
    assert {name: known.extra_data["userinfo"].get(name) for name in told} == {
        "iss": None, "auth_time": None, "amr": None, "given_name": "Fee",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "odd"),
    [
        *((path, []) for path in ("/openid-configuration", "/oidc/keys", "/oidc/userinfo", "/oidc/token")),
        ("/oidc/keys", {}),
        ("/oidc/keys", {"keys": 1}),
        ("/oidc/keys", {"keys": [1]}),
        ("/oidc/keys", {"keys": [{"kty": []}]}),
    ],
)
def test_an_odd_answer_of_the_provider_is_told_in_words(
    client: Client, issuer: str, on_the_way: Change, path: str, odd: Any
) -> None:
    make_user(email="farah@veldhuis.example", language="en")
    back = come_back(client, "farah")
    on_the_way(path, lambda _said: odd)
    assert "Inloggen lukte niet" in client.get(back).content.decode()
    assert client.get("/inbox/").status_code == 302


@pytest.mark.django_db
def test_a_provider_that_is_odd_at_first_is_told_in_words(client: Client, issuer: str, on_the_way: Change) -> None:
    on_the_way("/openid-configuration", lambda said: [said])
    assert "Inloggen lukte niet" in client.post(LOGIN).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"])
def test_a_description_without_an_address_is_told_in_words(
    client: Client, issuer: str, on_the_way: Change, missing: str, caplog: pytest.LogCaptureFixture
) -> None:
    on_the_way("/openid-configuration", lambda said: {**said, missing: "javascript:alert(1)"})
    assert "Inloggen lukte niet" in client.post(LOGIN).content.decode()
    assert f"Signing in by the provider failed: The provider's description has no address for {missing}." in caplog.text


@pytest.mark.django_db
def test_an_answer_of_the_provider_without_end_is_left(
    client: Client, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user(email="farah@veldhuis.example")
    back = come_back(client, "farah")
    monkeypatch.setattr("channels.servers.MOST_BYTES", 10)
    assert "Inloggen lukte niet" in client.get(back).content.decode()
