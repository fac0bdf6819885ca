"""Signing in with the organisation's own account, at a real provider: the sandbox's, over HTTP."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from pytest_django import Settings

from inbox.models import CustomRole, Event, User
from inbox.models.rights import Right
from inbox.team import members, organisation, roles
from inbox.team.single_sign_on import role_of, took_second_step
from tests.factories import make_user
from tests.support.pages import signed_in
from tests.support.rights import person_with

pytestmark = pytest.mark.django_db
LOGIN = "/account/sso/organisation/login/"
APP = {"provider_id": "organisation", "name": "Veldhuis-account", "client_id": "webcare", "secret": "webcare-secret"}


@pytest.fixture(autouse=True)
def provider(settings: Settings, running_sandbox: Any) -> str:
    """The provider, and two of its groups that stand for roles."""
    issuer = f"{running_sandbox.url}/oidc"
    app = {**APP, "settings": {"server_url": issuer}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.OIDC_ROLES = {"webcare": "agent", "webcare-leiding": "lead"}
    return issuer


def way_on(page: Any) -> str:
    """Return the address at the provider that a page of ours leads to."""
    found = re.search(r'content="0; url=([^"]+)"', page.content.decode())
    assert found
    return found[1].replace("&amp;", "&")


def come_back(client: Client, person: str, address: str = LOGIN, **fields: str) -> str:
    """Go to the provider as somebody; return the address it sends the browser back to."""
    asked = way_on(client.post(address, fields))
    page = requests.get(asked, timeout=10).text
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields = {name: value.replace("&amp;", "&") for name, value in fields.items()}
    address = asked.partition("?")[0]
    sent = requests.post(address, {**fields, "person": person}, allow_redirects=False, timeout=10)
    back = urlsplit(sent.headers["location"])
    return f"{back.path}?{back.query}"


def test_a_link_alone_begins_nothing(client: Client) -> None:
    page = client.get(f"{LOGIN}?next=/people/")
    assert page.status_code == 200
    assert 'name="next" value="/people/"' in page.content.decode()
    assert "socialaccount_states" not in client.session


def enter(client: Client, person: str) -> Any:
    return client.get(come_back(client, person))


def test_known_person_is_let_in_with_the_role_of_their_groups(client: Client) -> None:
    sanne = make_user(email="sanne@veldhuis.example")
    assert "Veldhuis-account" in client.get("/account/login/").content.decode()
    assert enter(client, "sanne")["Location"] == "/inbox/"
    assert client.get("/lead/").status_code == 200
    sanne.refresh_from_db()
    assert sanne.role == "lead"
    assert Event.objects.filter(verb="person_changed", actor=None).count() == 1
    assert enter(Client(), "sanne")["Location"] == "/inbox/"  # known by the provider's own id now


def test_who_is_unknown_or_in_no_group_stays_out(client: Client, settings: Settings) -> None:
    make_user(email="wim@veldhuis.example")
    assert enter(client, "wim").status_code == 403
    assert enter(client, "rosa").status_code == 403
    settings.OIDC_ADMITS_UNKNOWN = True
    assert enter(client, "rosa")["Location"] == "/inbox/"
    rosa = User.objects.get(email="rosa@veldhuis.example")
    assert (rosa.name, rosa.role, list(rosa.visible_accounts())) == ("Rosa Jansen", "agent", [])


def test_a_provider_that_calls_itself_another_is_refused(client: Client, settings: Settings, provider: str) -> None:
    make_user(email="farah@veldhuis.example")
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = provider.replace("127.0.0.1", "localhost")
    assert enter(client, "farah").status_code == 403
    assert client.get("/inbox/").status_code == 302


def test_an_unproven_address_joins_nobody(client: Client, settings: Settings) -> None:
    settings.OIDC_ADMITS_UNKNOWN = True
    make_user("admin", email="mila@veldhuis.example")
    assert enter(client, "karel").status_code == 403
    assert client.get("/inbox/").status_code == 302


def test_who_left_stays_out(client: Client) -> None:
    farah = make_user(email="farah@veldhuis.example")
    assert enter(client, "farah")["Location"] == "/inbox/"
    members.deactivate(farah, by=None)
    assert client.get("/inbox/").status_code == 302
    assert enter(Client(), "farah")["Location"] == "/account/inactive/"


def test_the_last_admin_keeps_the_role(client: Client) -> None:
    boss = make_user("admin", email="farah@veldhuis.example")
    assert enter(client, "farah")["Location"] == "/inbox/"
    boss.refresh_from_db()
    assert boss.role == "admin"


def test_a_forged_or_foreign_answer_lets_nobody_in(client: Client) -> None:
    make_user(email="farah@veldhuis.example")
    back = come_back(client, "farah")
    assert Client().get(back).status_code in (200, 401, 403)  # a browser that did not ask
    forged = re.sub(r"code=[^&]+", "code=made-up", back)
    client.get(forged)
    assert client.get("/inbox/").status_code == 302
    turned_back = enter(Client(), "nobody")
    assert turned_back["Location"].startswith("/account/sso/cancelled/")


def test_a_second_step_there_counts_where_the_provider_says_it(client: Client, settings: Settings) -> None:
    for name in ("farah", "sanne"):
        make_user(email=f"{name}@veldhuis.example")
    organisation.change(make_user("admin"), second_factor=["agent", "lead"])
    enter(client, "farah")
    assert client.get("/inbox/").status_code == 200  # nothing is set: the provider is trusted
    settings.OIDC_SECOND_STEP = ["mfa"]
    once, twice = Client(), Client()
    enter(once, "farah")
    assert once.get("/inbox/")["Location"] == "/account/second-step/"
    enter(twice, "sanne")
    assert twice.get("/inbox/").status_code == 200


def test_an_operators_second_step_there_counts_if_told(client: Client, settings: Settings) -> None:
    settings.OIDC_ROLES = {}
    operator = person_with({Right.OPERATE})
    User.objects.filter(pk=operator.pk).update(email="sanne@veldhuis.example")
    roles.save(CustomRole.objects.get(), [Right.OPERATE], by=make_user("admin"))
    enter(client, "sanne")
    assert client.get("/preferences/")["Location"] == "/account/second-step/"  # nothing is set
    settings.OIDC_SECOND_STEP = ["mfa"]
    assert client.get("/preferences/")["Location"] == "/account/second-step/"  # it began before anything was
    told = Client()
    enter(told, "sanne")
    assert told.get("/preferences/").status_code == 200
    kept = told.session
    del kept["one_step"]
    kept.save()
    assert told.get("/preferences/")["Location"] == "/account/second-step/"


@pytest.mark.parametrize(
    ("signed", "took"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "urn:mfa"}, True),
        ({"amr": "mfa"}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": [["mfa"]], "acr": 1}, False),
        ({"amr": None}, False),
        ({}, False),
    ],
)
def test_only_the_named_methods_are_a_second_step(settings: Settings, signed: dict[str, Any], took: bool) -> None:
    settings.OIDC_SECOND_STEP = ["mfa", "urn:mfa"]
    assert took_second_step(signed) == took


def test_somebody_elses_session_joins_no_two_people() -> None:
    farah = make_user(email="farah@veldhuis.example")
    browser = signed_in(make_user())
    assert enter(browser, "farah")["Location"] == "/inbox/"
    assert browser.get("/preferences/").context["user"].pk == farah.pk


def test_the_highest_role_of_several_groups_counts(settings: Settings) -> None:
    settings.OIDC_ROLES |= {"audit": "auditor"}
    assert role_of({"groups": ["webcare-leiding", "audit", "webcare"]}) == "lead"
    assert role_of({"groups": "audit"}) == "auditor"
    assert role_of({}) == ""
    settings.OIDC_ROLES = {}
    assert role_of({"groups": ["webcare"]}) is None


def test_the_provider_is_asked_once_more_and_the_form_is_kept(client: Client, settings: Settings) -> None:
    settings.OIDC_ROLES = {}
    make_user("admin", email="mila@veldhuis.example", password=None, language="en")
    enter(client, "mila")
    said = {"second_factor": ["lead"], "networks": ""}
    asked = client.post("/settings/sign-in/", said)  # signed in at the provider an hour ago
    assert asked["Location"].startswith("/account/again/sso/?next=")
    page = client.get(asked["Location"]).content.decode()
    action = re.search(r'action="([^"]+prompt[^"]+)"', page)
    after = re.search(r'name="next" value="([^"]+)"', page)
    assert action and after
    back = come_back(client, "mila", action[1].replace("&amp;", "&"), next=after[1])
    kept = client.get(back, follow=True)
    assert 'name="second_factor" value="lead"' in kept.content.decode()
    assert client.post("/settings/sign-in/", said)["Location"] == "/settings/sign-in/"


def test_somebody_else_at_the_provider_finds_no_form(client: Client, settings: Settings) -> None:
    settings.OIDC_ROLES = {}
    make_user("admin", email="mila@veldhuis.example", password=None)
    make_user("admin", email="farah@veldhuis.example", password=None)
    enter(client, "mila")
    asked = client.post("/settings/sign-in/", {"networks": "10.0.0.0/8"})
    assert asked["Location"].startswith("/account/again/sso/?next=")
    assert "interrupted" in client.session
    assert enter(client, "farah")["Location"] == "/inbox/"
    assert not client.session.get("interrupted")
