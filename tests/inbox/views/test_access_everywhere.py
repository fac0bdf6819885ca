"""Every address, opened by who may not: signed out, of other accounts, outside a closed team, or of a lower role.

A new address fails the first test until it has a line in DOORS. Who may open it is checked from that line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from channels.models import Account
from inbox.models import (
    Conversation,
    Event,
    User,
)
from inbox.models.rights import BUILT_IN, Right
from tests import factories
from tests.support.api_calls import CALLS
from tests.support.doors import DOORS, Door, doors
from tests.support.event_loops import run
from tests.support.listening import listen
from tests.support.pages import signed_in
from tests.support.profiles import is_thorough
from tests.support.rights import RIGHT_OF, person_with, right_of
from tests.support.world import World

pytestmark = pytest.mark.django_db
ROLES = ("agent", "lead", "admin")
FINE = (200, 204, 302)


# Opened by who is signed out: signed links, the platforms, whose bodies are signed, signing in, the public promise,
# the chat's visitors (tests/channels/livechat).
OPEN = {
    "approval_by_link", "approval_file", "mailed_report_stop", "fetched_file",
    "webhook_meta", "meta_deauthorise", "meta_delete", "deletion_status",
    "webhook_x", "webhook_x_app", "account_login", "account_logout", "account_inactive",
    "account_signup", "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "promise", "promise_badge", "promise_badge_svg", "promise_brand_css",
    "manifest", "service_worker", "home", "mfa_login_webauthn", "mfa_authenticate", "mfa_list_webauthn",
    "api_openapi", "api_nothing",
    "chat_widget", "chat_file", "chat_about", "chat_begin", "chat_messages", "chat_send", "chat_attach", "chat_note",
    "openid_connect_login", "openid_connect_callback", "socialaccount_login_cancelled", "too_large",
}  # fmt: skip
# What is an admin's or a lead's, whatever accounts it concerns: of practice too.
OF_NO_ACCOUNT = (
    "api_token_revoke", "api_endpoint", "crm_resend", "mailed_report_end", "rule_resend", "webhooks", "privacy_",
    "export_",
)  # fmt: skip
# What says something else than yes to who may.
_NOT_HERE = {
    "account_test", "account_templates", "account_survey", "account_chat", "account_chat_secret", "template_send",
    "export_fetch", "assist_draft", "assist_summary",
}  # fmt: skip
# What its owner alone opens.
OF_OWNERS = {"view", "private_canned", "notification", "push", "mailed_report", "seat", "token"}
# allauth's own pages about oneself.
OWN: dict[str, list[int]] = {
    "account_change_password": [], "account_set_password": [], "account_reauthenticate": [], "mfa_index": [],
    "mfa_reauthenticate": [], "mfa_activate_totp": [], "mfa_deactivate_totp": [], "mfa_view_recovery_codes": [],
    "mfa_generate_recovery_codes": [], "mfa_download_recovery_codes": [], "mfa_add_webauthn": [],
    "mfa_reauthenticate_webauthn": [], "mfa_remove_webauthn": [1], "sso_again": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _refused_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse without drawing the same page a thousand times over. A thorough run draws them all."""

    def refuse(request: HttpRequest, template: str, status: int) -> HttpResponse:
        return HttpResponse(status=status)

    if not is_thorough():
        monkeypatch.setattr("inbox.views.errors.render", refuse)


@pytest.fixture(params=["account", "team", "practice"])
def outsiders(request: pytest.FixtureRequest, world: World) -> dict[str, Client]:
    """A lead who is limited to another account, or is outside the closed team that has everything.

    Or an admin, where everything is somebody's practice. A thorough run tries those who may do less too.
    """
    if request.param == "practice":
        world.practise()
        anybody = ROLES if is_thorough() else ROLES[-1:]
        return {role: signed_in(factories.make_user(role, language="en")) for role in anybody}
    elsewhere = factories.make_account("x", handle="elders")
    if request.param == "team":
        world.close()
        return {"lead": signed_in(factories.make_user("lead", language="en"))}
    roles = ("agent", "lead") if is_thorough() else ("lead",)
    found = {role: factories.make_user(role, language="en") for role in roles}
    for person in found.values():
        factories.limit(person, elsewhere)
    return {role: signed_in(person) for role, person in found.items()}


def test_every_address_has_a_line_here() -> None:
    names = [name for name, _pattern in _addresses(get_resolver().url_patterns)]
    assert len(names) == len(set(names)), "two addresses share a name"
    assert set(names) == DOORS.keys() | OPEN | OWN.keys() | {name for name, _method in CALLS}


def test_who_is_signed_out_goes_to_the_sign_in_page(world: World) -> None:
    wrong = {}
    for name, door in doors():
        response = _open(Client(), name, door, world)
        if response.status_code != 302 or not response["Location"].startswith("/account/login/?next="):
            wrong[name, door.method] = response.status_code
    for name, args in OWN.items():
        status = Client().get(reverse(name, args=args)).status_code
        if status != 302:
            wrong[name, "GET"] = status
    assert wrong == {}


@pytest.mark.thorough
def test_stranger_to_account_or_team_finds_and_changes_nothing(world: World, outsiders: dict[str, Client]) -> None:
    before, wrong = _state(world), {}
    for role, page in outsiders.items():
        for name, door in doors():
            if door.guards_in(world) and not (world.is_practice and name.startswith(OF_NO_ACCOUNT)):
                response = _open(page, name, door, world)
                leaked = _told(response, world)
                if response.status_code not in _refusals(role, door) or leaked:
                    wrong[role, name, door.method] = leaked or response.status_code
    assert wrong == {}
    assert _state(world) == before


def _refusals(role: str, door: Door) -> set[int]:
    """Who may not open such pages at all may be told so before anything is looked for: both tell nothing."""
    return {403, 404} if ROLES.index(role) < ROLES.index(door.role) else {404}


def test_a_lower_role_is_refused_and_changes_nothing(world: World) -> None:
    pages = {role: signed_in(factories.make_user(role, language="en")) for role in ROLES}
    before, wrong = _state(world), {}
    for name, door in doors():
        for role in ROLES[: ROLES.index(door.role)]:
            response = _open(pages[role], name, door, world)
            if response.status_code != 403:
                wrong[role, name, door.method] = response.status_code
    assert wrong == {}
    assert _state(world) == before


def test_without_its_right_a_page_is_closed(world: World) -> None:
    before, wrong = None, {}
    for right in {*RIGHT_OF.values()}:
        # Who is in the people's pages may look at people too.
        missing = {Right.LOG, Right.PEOPLE} if right == Right.LOG else {right}
        page = signed_in(person_with(set(Right) - missing, right.value))
        before = _state(world)
        for name, door in doors():
            if right_of(name, door) == right and door.role != "agent":
                status = _open(page, name, door, world).status_code
                if status != 403:
                    wrong[name, door.method] = status
        assert _state(world) == before
    assert wrong == {}


def test_one_right_opens_exactly_its_pages(world: World) -> None:
    """Beside what every agent does. A quick run tries the refusals of one right, a thorough one of all."""
    wrong = {}
    for right in {*RIGHT_OF.values()}:
        page = signed_in(person_with(BUILT_IN["agent"] | {right}, right.value))
        for name, door in doors():
            if door.role == "agent" or name in _NOT_HERE:
                continue
            opens = right_of(name, door) == right or (name, right) == ("people", Right.PEOPLE)
            if not opens and right != Right.FIGURES and not is_thorough():
                continue
            with transaction.atomic():
                status = _open(page, name, door, world).status_code
                transaction.set_rollback(True)
            if (status in FINE) != opens or (status == 403) == opens:
                wrong[right.value, name, door.method] = status
    assert wrong == {}


def test_auditors_read_log_and_people_and_change_nothing(world: World) -> None:
    auditor = factories.make_user("auditor", language="en")
    page, before, wrong = signed_in(auditor), _state(world), {}
    for name, door in doors():
        if name == "sign_out_everywhere":
            continue
        response = _open(page, name, door, world)
        leaked = _told(response, world) if name not in ("log", "log_csv") else []
        if leaked or response.status_code not in (FINE if door.audited else (403,)):
            wrong[name, door.method] = leaked or response.status_code
    assert wrong == {}
    assert _state(world) == before


def test_no_address_takes_another_method(world: World) -> None:
    """A view that forgets its method would change something by a link, or read by a form."""
    page, wrong = signed_in(factories.make_user("admin", language="en")), {}
    for name, rows in DOORS.items():
        for method in {"GET", "POST"} - {door.method for door in rows}:
            address = reverse(name, args=[world.address_part(word) for word in rows[0].args])
            status = page.generic(method, address).status_code
            if status != 405:
                wrong[name, method] = status
    assert wrong == {}


@pytest.mark.thorough
def test_no_list_tells_what_one_may_not_see(world: World, outsiders: dict[str, Client]) -> None:
    wrong = {}
    for role, page in outsiders.items():
        for name, door in doors():
            if world.is_practice and name.startswith(OF_NO_ACCOUNT):
                continue
            if not door.guards_in(world) and ROLES.index(door.role) <= ROLES.index(role):
                with transaction.atomic():
                    response = _open(page, name, door, world)
                    transaction.set_rollback(True)
                leaked = _told(response, world)
                # What belongs to an account of practice is found by nobody, admins too.
                if leaked or response.status_code not in (*FINE, *([404] if world.is_practice else [])):
                    wrong[role, name, door.method] = leaked or response.status_code
    assert wrong == {}
    assert _state(world)["assignee"] is None


def test_who_may_is_let_in_by_the_same_requests(world: World) -> None:
    """Otherwise a refusal above might have another reason."""
    pages = {role: signed_in(factories.make_user(role, language="en")) for role in ROLES}
    owner = signed_in(world.colleague)
    wrong = {}
    for name, door in doors():
        if name in _NOT_HERE:
            # The first asks the platform; X has no templates (who may: tests/inbox/views/test_templates.py) and nothing
            # to tap and no chat (tests/channels/pages). The file of a request is its asker's alone.
            # A draft and a summary ask a language model (tests/assist).
            continue
        own = OF_OWNERS & set(door.args) or name in ("undo", "message_cancel")
        page = owner if own else pages[door.role]
        with transaction.atomic():
            response = _open(page, name, door, world)
            transaction.set_rollback(True)
        if response.status_code not in FINE:
            wrong[name, door.method] = response.status_code
    assert wrong == {}


@pytest.mark.django_db(transaction=True)
def test_the_stream_tells_nothing_to_who_is_signed_out() -> None:
    assert run(listen(b"", None, 0)) == (204, b"")


def _open(client: Client, name: str, door: Door, world: World) -> Any:
    address = reverse(name, args=[world.address_part(word) for word in door.args])
    ask = client.get if door.method == "GET" else client.post
    response: Any = ask(address, door.data(world))
    if response.streaming:
        list(response.streaming_content)
    return response


def _told(response: Any, world: World) -> list[str]:
    """Return which secrets an answer holds, besides what was asked in it."""
    if response.streaming:
        return []
    asked = {response.wsgi_request.path, *response.wsgi_request.GET.dict().values()}
    text = response.content.decode()
    return [secret for secret in world.secrets if secret in text and not any(secret in value for value in asked)]


def _state(world: World) -> dict[str, Any]:
    row = Conversation.objects.get(pk=world.conversation.pk)
    return {
        "events": Event.objects.count(),
        "version": row.version,
        "assignee": row.assignee,
        "accounts": list(Account.objects.values_list("paused_at", "removed_at", "mode").order_by("pk")),
        "people": list(User.objects.values_list("role", "is_active", "password").order_by("pk")),
    }


def _addresses(patterns: list[Any], before: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, f"{before}{pattern.pattern}")
        elif isinstance(pattern, URLPattern):
            yield pattern.name or "", f"{before}{pattern.pattern}"
