"""The accounts' pages: what an admin does there, against the real SDKs and the sandbox."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests
from django.test import Client
from django.utils import timezone

from channels.models import Account, Checkup, Delivery, Stream, UnreadItem
from inbox.models import Event, SurveySettings
from inbox.models.rights import Right
from tests.factories import limit, make_account, make_user
from tests.support.navigation import NAVIGATION
from tests.support.pages import page_of, signed_in
from tests.support.rights import person_with
from tests.support.sandbox_accounts import connect, control, fault

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    """A browser an admin is signed in with."""
    client.force_login(make_user("admin", language="en"))
    return client


def events(verb: str) -> int:
    return Event.objects.filter(verb=verb).count()


@pytest.mark.parametrize("role", ["agent", "lead"])
@pytest.mark.parametrize(
    "address",
    ["", "add/", "add/x/", "not-understood/", "deliveries/", "{code}/", "{code}/reconnect/", "{code}/remove/"],
)
def test_only_admins_see_the_accounts_pages(client: Client, role: str, address: str) -> None:
    account = make_account()
    client.force_login(make_user(role))
    assert client.get("/accounts/" + address.format(code=account.code)).status_code == 403


@pytest.mark.parametrize("act", ["pause", "resume", "test", "remove", "searches"])
def test_only_admins_act_on_accounts(client: Client, act: str) -> None:
    account = make_account()
    client.force_login(make_user("lead"))
    assert client.post(f"/accounts/{account.code}/{act}/").status_code == 403
    assert Event.objects.count() == 0


def test_somebody_not_signed_in_is_sent_to_the_sign_in_page(client: Client) -> None:
    answer = client.get("/accounts/")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=/accounts/"


def test_without_accounts_the_page_says_what_to_do_first(admin: Client) -> None:
    assert "No account is connected yet" in page_of(admin, "/accounts/")


def test_a_lost_account_is_said_in_words_on_every_page(admin: Client) -> None:
    make_account("instagram", handle="veldhuis.wonen", needs_reauth_at=timezone.now())
    for address in ("/accounts/", "/people/", "/preferences/"):
        assert "@veldhuis.wonen on Instagram has been disconnected since" in page_of(admin, address)


@pytest.mark.parametrize("platform", ["x", "facebook", "instagram", "whatsapp", "youtube"])
def test_an_admin_connects_an_account(admin: Client, platforms: Running, platform: str) -> None:
    made = control(platforms, "POST", "/control/accounts", platform=platform, name="Veldhuis", username="veldhuis")
    shown = page_of(admin, f"/accounts/add/{platform}/", **made["credentials"])
    account = Account.objects.get()
    assert account.external_id == made["id"]
    assert "is connected" in shown
    kept = {name: value for name, value in account.credentials.items() if name in made["credentials"]}
    assert kept and kept.items() <= made["credentials"].items()
    assert all(secret not in shown for key, secret in made["credentials"].items() if "secret" in key or "token" in key)
    assert set(account.streams.values_list("name", flat=True)) == set(_streams(platform))
    assert account.verify_token
    assert events("account_added") == 1


def test_wrong_credentials_are_refused_before_anything_is_saved(admin: Client, platforms: Running) -> None:
    made = control(platforms, "POST", "/control/accounts", platform="x", name="Veldhuis", username="veldhuis")
    shown = page_of(
        admin, "/accounts/add/x/", **{**made["credentials"], "access_token_secret": "wrong-secret-of-theirs"}
    )
    assert "X did not accept this: it was not copied in full" in shown and "connect the account again" not in shown
    assert "wrong-secret-of-theirs" not in shown
    assert not Account.objects.exists()


def test_an_account_cannot_be_connected_twice(admin: Client, platforms: Running) -> None:
    account = connect(platforms, "x")
    assert "is connected already" in page_of(admin, "/accounts/add/x/", **account.credentials)
    assert Account.objects.count() == 1


def test_a_missing_credential_is_named_at_its_field(admin: Client, platforms: Running) -> None:
    assert "This field is required." in page_of(admin, "/accounts/add/x/", consumer_key="only-this")


def test_a_platform_that_does_not_exist_is_not_found(admin: Client) -> None:
    assert admin.get("/accounts/add/hyves/").status_code == 404


def test_credentials_stay_hidden_and_empty_fields_keep_them(admin: Client, platforms: Running) -> None:
    account = connect(platforms, "facebook")
    before = account.credentials
    shown = page_of(admin, f"/accounts/{account.code}/reconnect/") + page_of(admin, f"/accounts/{account.code}/")
    assert not [
        value for value in before.values() if len(value) > 8 and value in shown.replace(account.external_id, "")
    ]
    page_of(admin, f"/accounts/{account.code}/reconnect/", access_token="")
    account.refresh_from_db()
    assert account.credentials == before
    assert events("account_reconnected") == 1


def test_connecting_again_ends_the_trouble_and_fetches_at_once(admin: Client, platforms: Running) -> None:
    account = connect(platforms, "x")
    Account.objects.update(needs_reauth_at=timezone.now(), last_error="x", last_error_reason="reauth")
    account.streams.update(next_poll_at=timezone.now() + timezone.timedelta(minutes=5))  # type: ignore[attr-defined]
    page_of(admin, f"/accounts/{account.code}/reconnect/", consumer_key=account.credentials["consumer_key"])
    account.refresh_from_db()
    assert account.health == "healthy"
    assert not account.streams.filter(next_poll_at__gt=timezone.now()).exists()


def test_permissions_lacking_before_are_not_said_of_a_new_access(admin: Client, platforms: Running) -> None:
    account = connect(platforms, "x")
    known = {"at": timezone.now(), "scopes": ["read"], "scopes_lacking": ["dm.write"]}
    Checkup.objects.update_or_create(account=account, defaults=known)
    assert "dm.write" in page_of(admin, f"/accounts/{account.code}/health/")
    page_of(admin, f"/accounts/{account.code}/reconnect/", consumer_key=account.credentials["consumer_key"])
    assert "dm.write" not in page_of(admin, f"/accounts/{account.code}/health/")


def test_credentials_of_another_account_are_refused(admin: Client, platforms: Running) -> None:
    account = connect(platforms, "x")
    other = control(platforms, "POST", "/control/accounts", platform="x", name="Lijn Noord", username="lijnnoord")
    shown = page_of(admin, f"/accounts/{account.code}/reconnect/", **other["credentials"])
    assert "These credentials belong to @lijnnoord, not to @veldhuis." in shown
    account.refresh_from_db()
    assert account.credentials != other["credentials"]


def test_a_test_that_fails_is_said_in_words(admin: Client, platforms: Running) -> None:
    account = connect(platforms, "x")
    fault(platforms, "unauthorized", mode="always")
    shown = page_of(admin, f"/accounts/{account.code}/test/", go="1")
    assert "X no longer accepts our access" in shown
    account.refresh_from_db()
    assert account.health == "reauth"


def test_a_test_that_works_ends_the_trouble(admin: Client, platforms: Running) -> None:
    account = connect(platforms, "whatsapp")
    Account.objects.update(failing_since=timezone.now(), failures=3)
    assert "works: the platform answered" in page_of(admin, f"/accounts/{account.code}/test/", go="1")
    account.refresh_from_db()
    assert account.failing_since is None


def test_unreadable_credentials_ask_to_connect_again(admin: Client) -> None:
    account = make_account("x")
    Account.objects.update(sealed_credentials="sealed-with-a-lost-key")
    assert "X no longer accepts our access" in page_of(admin, f"/accounts/{account.code}/test/", go="1")
    assert admin.get(f"/accounts/{account.code}/reconnect/").status_code == 200
    account.refresh_from_db()
    assert account.health == "reauth"


def test_refused_webhooks_are_a_remark_not_a_failure(admin: Client, platforms: Running) -> None:
    made = control(platforms, "POST", "/control/accounts", platform="facebook", name="Veldhuis", username="veldhuis")
    fault(platforms, "server_error_html", endpoint="* */subscribed_apps", mode="always")
    page_of(admin, "/accounts/add/facebook/", **made["credentials"])
    Account.objects.update(last_success_at=timezone.now())
    assert "messages come in by asking only" in page_of(admin, "/accounts/")


def test_pausing_and_resuming_are_logged_once(admin: Client) -> None:
    account = make_account()
    for _turn in range(2):
        assert "is paused" in page_of(admin, f"/accounts/{account.code}/pause/", go="1")
    account.refresh_from_db()
    assert account.health == "paused"
    for _turn in range(2):
        page_of(admin, f"/accounts/{account.code}/resume/", go="1")
    account.refresh_from_db()
    assert account.paused_at is None
    assert (events("account_paused"), events("account_resumed")) == (1, 1)


def test_removing_asks_first_and_wipes_the_credentials(admin: Client) -> None:
    account = make_account()
    assert "Remove @" in page_of(admin, f"/accounts/{account.code}/remove/")
    account.refresh_from_db()
    assert account.removed_at is None
    page_of(admin, f"/accounts/{account.code}/remove/", go="1")
    account.refresh_from_db()
    assert account.removed_at
    assert account.credentials == {}
    assert admin.get(f"/accounts/{account.code}/").status_code == 404


def test_a_removed_account_comes_back_with_what_it_was(admin: Client, platforms: Running) -> None:
    account = connect(platforms, "x")
    credentials = account.credentials
    page_of(admin, f"/accounts/{account.code}/remove/", go="1")
    page_of(admin, "/accounts/add/x/", **credentials)
    again = Account.objects.get()
    assert (again.pk, again.removed_at) == (account.pk, None)


def test_settings_are_saved_and_logged(admin: Client) -> None:
    account = make_account(last_error="left alone")
    fields = {"mode": "engage", "signature": "team", "team_name": "Team Wonen", "gap_hours": 24}
    assert "Saved." in page_of(admin, f"/accounts/{account.code}/", **fields)
    account.refresh_from_db()
    assert (account.mode, account.team_name) == ("engage", "Team Wonen")
    assert account.conversation_gap.total_seconds() == 24 * 3600
    assert account.last_error == "left alone"
    assert events("account_changed") == 1
    log = page_of(admin, "/log/")  # what it could do before, and can do now
    assert "<del>Answer</del>" in log and "Answer and start conversations" in log


def test_a_name_an_admin_gave_stays_when_connected_again(admin: Client, platforms: Running) -> None:
    account = connect(platforms, "x")
    fields = {"mode": "react", "signature": "none", "gap_hours": 24}
    page_of(admin, f"/accounts/{account.code}/", **fields, name="  Klantenservice  Noord ")
    page_of(admin, f"/accounts/{account.code}/", **fields, name="")
    page_of(admin, f"/accounts/{account.code}/reconnect/", consumer_key=account.credentials["consumer_key"])
    account.refresh_from_db()
    assert account.name == "Klantenservice Noord"
    assert "Customers read it too" in page_of(admin, f"/accounts/{account.code}/")
    assert [
        "name" in event.data["fields"] for event in Event.objects.filter(verb="account_changed").order_by("pk")
    ] == [
        True,
        False,
    ]


def test_a_team_signature_needs_the_teams_name(admin: Client) -> None:
    account = make_account()
    fields = {"mode": "react", "signature": "team", "team_name": "", "gap_hours": 24}
    assert "Fill in the team name" in page_of(admin, f"/accounts/{account.code}/", **fields)


def test_searches_are_added_once_and_own_streams_stay(admin: Client) -> None:
    account = make_account("x")
    own = Stream.objects.create(account=account, name="mentions")
    for query in ("veldhuis  bank", " veldhuis bank "):
        page_of(admin, f"/accounts/{account.code}/searches/", query=query)
    search = account.streams.get(query="veldhuis bank")
    page_of(admin, f"/accounts/{account.code}/searches/{own.pk}/remove/", go="1")
    page_of(admin, f"/accounts/{account.code}/searches/{search.pk}/remove/", go="1")
    assert list(account.streams.all()) == [own]


def test_a_platform_without_search_offers_none(admin: Client) -> None:
    account = make_account("whatsapp")
    assert "searches/" not in page_of(admin, f"/accounts/{account.code}/")


def test_the_webhook_address_and_token_stand_ready_to_copy(admin: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://inbox.example.com"
    shown = page_of(admin, f"/accounts/{make_account('facebook', verify_token='abc-token').code}/")
    assert "https://inbox.example.com/webhooks/meta/" in shown
    assert "abc-token" in shown
    assert "https://inbox.example.com/webhooks/x/" in page_of(admin, f"/accounts/{make_account('x').code}/")


def test_deliveries_whose_signature_does_not_fit_are_counted(admin: Client) -> None:
    account = make_account("facebook", credentials={"app_secret": "right"})
    body = b'{"object": "page", "entry": []}'
    headers = {"x-hub-signature-256": "sha256=" + "0" * 64}
    assert admin.post("/webhooks/meta/", body, content_type="application/json", headers=headers).status_code == 403
    assert "whose signature does not fit" in page_of(admin, f"/accounts/{account.code}/")


def test_not_understood_items_show_body_and_reason(admin: Client) -> None:
    account = make_account("facebook")
    UnreadItem.objects.create(account=account, reason="feed item live_video", body={"id": "<b>1"}, digest="a")
    UnreadItem.objects.create(account=None, reason="unknown page", body={"id": "2"}, digest="b")
    assert "1 thing not understood" in page_of(admin, "/accounts/")
    both = page_of(admin, "/accounts/not-understood/")
    assert "feed item live_video" in both
    assert "&lt;b&gt;1" in both
    assert "unknown page" in both
    assert "unknown page" not in page_of(admin, f"/accounts/not-understood/?account={account.code}")


def test_what_customers_wrote_is_shown_to_who_reads_the_account() -> None:
    mine, other = make_account("facebook"), make_account("x")
    for account, digest in ((mine, "a"), (other, "b"), (None, "c")):
        UnreadItem.objects.create(account=account, reason="odd", body={"text": f"gezegd-{digest}"}, digest=digest)
    Delivery.objects.create(product="meta", body=b'{"text": "gezegd-d"}', status="failed", error="no such entry")
    person = person_with({Right.WORK, Right.ACCOUNTS})
    limit(person, mine)
    page = signed_in(person)
    items, deliveries = page_of(page, "/accounts/not-understood/"), page_of(page, "/accounts/deliveries/")
    assert "gezegd-a" in items and "gezegd-b" not in items and "gezegd-c" not in items
    assert items.count("Only who reads this account sees what stood in it.") == 2
    assert "no such entry" in deliveries and "gezegd-d" not in deliveries


def test_a_failed_delivery_is_shown_and_can_be_read_again(admin: Client) -> None:
    body = json.dumps({"object": "page", "entry": []}).encode()
    failed = Delivery.objects.create(product="meta", body=body, status="failed", attempts=8, error="no such entry")
    Delivery.objects.create(product="meta", body=b"\xff\x00", status="failed", error="not JSON")
    shown = page_of(admin, "/accounts/deliveries/")
    assert "no such entry" in shown
    assert "&quot;object&quot;: &quot;page&quot;" in shown
    page_of(admin, f"/accounts/deliveries/{failed.pk}/replay/", go="1")
    failed.refresh_from_db()
    assert (failed.status, failed.attempts) == ("waiting", 0)
    assert events("delivery_replayed") == 1


def test_acts_are_refused_as_links(admin: Client) -> None:
    account = make_account()
    for act in ("pause", "resume", "test", "searches"):
        assert admin.get(f"/accounts/{account.code}/{act}/").status_code == 405


def test_the_accounts_page_asks_a_constant_number_of_questions(
    admin: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        account = make_account("x" if number % 2 else "facebook")
        Stream.objects.create(account=account, name="mentions")
        UnreadItem.objects.create(account=account, reason="r", body={}, digest=str(number))
    # Session, person, accounts, streams, both counts and what happened; then the navigation, where
    # nothing is closed to an admin, and what it keeps: teams, labels, colleagues, the organisation, views, notices and
    # incidents.
    with django_assert_max_num_queries(7 + NAVIGATION - 1 + 7):
        page_of(admin, "/accounts/")


def _streams(platform: str) -> tuple[str, ...]:
    from channels.platforms import connector_class

    return tuple(connector_class(platform).streams)


def test_h8_question_is_saved_where_there_is_something_to_tap(client: Client) -> None:
    account, other = make_account("whatsapp"), make_account("x")
    client.force_login(make_user("admin"))
    form = {"is_on": "on", "delay": "60", "rest_days": "14", "text_nl": "Tevreden?", "text_en": ""}
    assert client.post(f"/accounts/{account.code}/survey/", form).status_code == 302
    saved = SurveySettings.objects.get(account=account)
    assert (saved.is_on, saved.delay, saved.rest_days, saved.text_nl) == (True, 60, 14, "Tevreden?")
    refused = client.post(f"/accounts/{account.code}/survey/", form | {"text_nl": ""})
    assert "Vul de tekst in" in refused.content.decode()
    assert client.post(f"/accounts/{other.code}/survey/", form).status_code == 404


def test_removing_the_last_account_of_a_page_ends_its_webhooks(platforms: Running, admin: Client) -> None:
    page = connect(platforms, "facebook")
    photos = connect(platforms, "instagram", page_id=page.external_id)
    for account, is_told in ((photos, True), (page, False)):
        admin.post(f"/accounts/{account.code}/remove/")
        dropped = requests.get(f"{platforms.url}/control/webhooks", timeout=10).json()["unsubscribed"]
        assert (page.external_id not in dropped) is is_told
