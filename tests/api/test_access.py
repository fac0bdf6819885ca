"""Who gets in: every call of the API with no token, a wrong one, another scope, role, account or team."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from api.rest import acting, callers, reading
from api.tokens import issuing
from api.tokens.models import Scope, Token
from inbox.models import Event, Organisation, User
from inbox.models.conversation import Conversation
from inbox.team import members, organisation
from tests import factories
from tests.api.conftest import Caller, caller_of, token_of
from tests.support.api_calls import CALLS, Call
from tests.support.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    """One of everything, in an account that the outsider may not see."""
    return make_world()


def test_every_call_has_a_line_in_the_matrix() -> None:
    found = set()
    for router in (reading.router, acting.router):
        for view in router.path_operations.values():
            found |= {(operation.url_name, method) for operation in view.operations for method in operation.methods}
    assert found == CALLS.keys()


def test_nobody_gets_in_without_a_good_token(world: World) -> None:
    wrong = {}
    before = Event.objects.count()
    for (name, _method), call in CALLS.items():
        for key in ("", f"wct_{uuid.uuid4().hex[:8]}_x"):
            response = _made(caller_of(key), call, world)
            if response.status_code != 401 or response.json()["type"] != "/api/#unauthorized":
                wrong[name, key] = response.status_code
    assert wrong == {}
    assert Client().get("/api/v1/nothing").status_code == 401
    assert Event.objects.count() == before


def test_a_token_does_what_its_scopes_say_and_no_more(world: World) -> None:
    lead = factories.make_user("lead", undo_seconds=0)
    by_scope = {scope: token_of(lead, scope) for scope in Scope.values}
    without = {scope: token_of(lead, *({*Scope.values} - {scope})) for scope in Scope.values}
    wrong = {}
    for (name, _method), call in CALLS.items():
        refused = _made(without[call.scope], call, world)
        allowed = _made(by_scope[call.scope], call, world)
        if refused.status_code != 403 or allowed.status_code not in (200, 201, 202):
            wrong[name] = (refused.status_code, allowed.status_code, allowed.content[:200])
    assert wrong == {}


def test_stranger_to_account_or_team_finds_and_changes_nothing(world: World) -> None:
    lead = factories.make_user("lead")
    elsewhere = factories.make_account("x", handle="elders")
    narrowed = token_of(lead, accounts=[elsewhere.pk])
    limited = factories.make_user("lead")
    factories.limit(limited, elsewhere)
    callers = {"token": narrowed, "person": token_of(limited)}
    before, wrong = _state(world), _leaks(callers, world)
    world.close()
    wrong |= _leaks({"team": token_of(factories.make_user("lead"))}, world)
    assert wrong == {}
    assert _state(world)[:1] == before[:1]


def test_role_of_its_person_holds_for_a_token(world: World) -> None:
    agent = token_of(factories.make_user("agent"))
    for call in CALLS.values():
        if call.role == "lead":
            assert _made(agent, call, world).status_code == 403


def test_token_ends_with_its_time_its_person_and_its_network(call: Caller, person: User) -> None:
    token = Token.objects.get(person=person)
    assert call("GET", "/accounts").status_code == 200
    for change in ({"expires_at": timezone.now() - timedelta(seconds=1)}, {"revoked_at": timezone.now()}):
        before = {name: getattr(token, name) for name in change}
        Token.objects.filter(pk=token.pk).update(**change)
        assert call("GET", "/accounts").status_code == 401
        Token.objects.filter(pk=token.pk).update(**before)
    row = Organisation.current()
    row.networks = ["10.0.0.0/8"]
    row.save()
    assert call("GET", "/accounts").status_code == 401
    row.networks = []
    row.save()
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert call("GET", "/accounts").status_code == 401


def test_agents_make_tokens_where_the_organisation_lets_them() -> None:
    agent, admin = (factories.make_user(role, language="en") for role in ("agent", "admin"))
    page = Client()
    page.force_login(agent)
    assert page.get("/api/tokens/").status_code == 403
    assert "/api/tokens/" not in page.get("/preferences/").content.decode()
    organisation.change(admin, own_tokens=True)
    assert "/api/tokens/" in page.get("/preferences/").content.decode()
    form = {"name": "Lijstje", "person": str(admin.code), "scopes": ["read", "figures"], "days": "30"}
    assert "not one of the available choices" in page.post("/api/tokens/", form).content.decode()
    assert not Token.objects.exists()
    said = page.post("/api/tokens/", form | {"person": str(agent.code), "scopes": ["read"]}).content.decode()
    calls = caller_of(said.split('tabindex="0">')[1].split("<")[0])
    assert calls("GET", "/accounts").status_code == 200
    assert page.get("/api/").status_code == 200
    _token, given = issuing.issue("CRM", agent, admin, scopes=["read"], days=1)
    organisation.change(admin, own_tokens=False)
    assert calls("GET", "/accounts").status_code == 401
    assert caller_of(given)("GET", "/accounts").status_code == 200  # an admin's choice
    page.force_login(admin)
    said = page.get("/api/tokens/").content.decode()
    assert said.count("opens nothing while its owner may not have tokens") == 1


def test_tokens_of_who_leaves_end_for_good(call: Caller, person: User) -> None:
    admin = factories.make_user("admin")
    members.deactivate(person, by=admin)
    members.reactivate(person, by=admin)
    assert call("GET", "/accounts").status_code == 401
    assert Token.objects.get().revoked_at is not None
    assert Event.objects.filter(verb="token_revoked", actor=admin).count() == 1


def test_lead_made_agent_has_no_tokens_any_more(call: Caller, person: User) -> None:
    User.objects.filter(pk=person.pk).update(role="agent")
    assert call("GET", "/accounts").status_code == 401


def test_accounts_of_a_token_are_told_apart_by_platform(person: User) -> None:
    mine = [factories.make_account(platform, name="Veldhuis").pk for platform in ("x", "whatsapp")]
    made, _key = issuing.issue("CRM", person, person, scopes=["read"], days=30, accounts=mine)
    page = Client()
    page.force_login(factories.make_user("admin"))
    said = page.get("/api/tokens/").content.decode()
    assert made.name in said and "<p>Veldhuis (X), Veldhuis (WhatsApp)</p>" in said


def test_key_is_shown_once_and_only_its_hash_is_kept(person: User) -> None:
    admin = factories.make_user("admin", language="en")
    page = Client()
    page.force_login(admin)
    form = {"name": "CRM", "person": str(person.code), "scopes": ["read", "note"], "days": "30"}
    said = page.post("/api/tokens/", form).content.decode()
    key = said.split('tabindex="0">')[1].split("<")[0]
    token = Token.objects.get()
    assert key.startswith(f"wct_{token.prefix}_")
    assert key not in page.get("/api/tokens/").content.decode()
    assert token.digest == issuing.digest_of(key)
    assert caller_of(key)("GET", "/accounts").status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is not None
    page.post(f"/api/tokens/{token.code}/revoke/")
    assert caller_of(key)("GET", "/accounts").status_code == 401
    assert [event.verb for event in Event.objects.filter(verb__startswith="token_").order_by("pk")] == [
        "token_added", "token_revoked"
    ]  # fmt: skip


def test_too_many_calls_wait_for_the_next_minute(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "PER_MINUTE", 2)
    monkeypatch.setattr(callers, "WRONG_PER_MINUTE", 2)
    statuses = [call("GET", "/accounts") for _n in range(6)]
    stranger = Client(REMOTE_ADDR=f"203.0.113.{secrets.randbelow(250)}")
    wrong = [stranger.get("/api/v1/accounts") for _n in range(6)]
    assert {response.status_code for response in statuses} == {200, 429}
    assert {response.status_code for response in wrong} == {401, 429}
    for last in (statuses[-1], wrong[-1]):
        assert last.json()["type"] == "/api/#too-many"
        assert 0 < int(last["Retry-After"]) <= 60


def test_bodies_of_any_size_are_not_taken(call: Caller) -> None:
    response = call("POST", f"/conversations/{uuid.uuid4()}/notes", {"text": "x" * 70_000})
    assert response.status_code == 413


def _made(caller: Caller, call: Call, world: World) -> Any:
    return caller(call.method, call.address_in(world).removeprefix("/api/v1"), call.body)


def _leaks(callers: dict[str, Caller], world: World) -> dict[Any, Any]:
    wrong = {}
    for who, caller in callers.items():
        for (name, method), call in CALLS.items():
            response = _made(caller, call, world)
            text = response.content.decode()
            told = [secret for secret in world.secrets if secret in text]
            is_of_row = len(call.args) > 1
            if told or (is_of_row and response.status_code != 404):
                wrong[who, name, method] = told or response.status_code
    return wrong


def _state(world: World) -> tuple[Any, ...]:
    row = Conversation.objects.get(pk=world.conversation.pk)
    return (Event.objects.exclude(verb__startswith="token_").count(), row.version)
