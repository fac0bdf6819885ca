"""One account's health: its signs, the ledger of what was read, and reading it again."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from channels.intake import ledger
from channels.models import Account, Checkup, Delivery, Reading, Stream
from inbox.models import Event, Message
from tests.factories import make_account, make_user, read_delivery
from tests.support.deliveries import stored
from tests.support.x_payloads import x_payload

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    """A browser an admin is signed in with."""
    client.force_login(make_user("admin", language="en"))
    return client


def test_signs_stand_on_the_page_in_json_and_on_the_command_line(
    admin: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    account = make_account("facebook")
    ends = timezone.localtime().replace(hour=12) + timedelta(days=6)  # days are counted by the calendar
    Checkup.objects.create(
        account=account, at=timezone.now(), valid_until=ends, scopes=["a"],
        scopes_lacking=["pages_messaging"], fields=["feed"], compared_at=timezone.now(), compared=12,
    )  # fmt: skip
    page = admin.get(f"/accounts/{account.code}/health/").content.decode()
    assert "6 more days" in page
    assert "pages_messaging" in page
    assert "pages_manage_posts" not in page
    Account.objects.update(mode="publish")  # what posts need is wanted where they may leave
    assert "pages_manage_posts" in admin.get(f"/accounts/{account.code}/health/").content.decode()
    data = admin.get(f"/accounts/{account.code}/health.json").json()
    signs = {sign["sign"]: sign["level"] for sign in data["signs"]}
    assert (data["level"], data["missed"], signs["access"], signs["permissions"]) == ("warn", 0, "warn", "warn")
    call_command("doctor", "--json")
    assert json.loads(capsys.readouterr().out)["accounts"][0]["signs"][0]["sign"] == "access"
    Account.objects.update(needs_reauth_at=timezone.now())
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "bad   Toegang: Facebook weigert" in capsys.readouterr().out


def test_without_access_it_is_up_to_date_no_longer(admin: Client) -> None:
    account, now = make_account("x"), timezone.now()
    stream = Stream.objects.create(account=account, name="mentions", last_polled_at=now)
    address = f"/accounts/{account.code}/health.json"

    def freshness() -> tuple[str, str]:
        signs = {sign["sign"]: sign for sign in admin.get(address).json()["signs"]}
        return signs["freshness"]["level"], signs["freshness"]["text"]

    assert freshness() == ("good", "Up to date")
    Account.objects.update(needs_reauth_at=now)  # a moment ago: nothing is asked from now on
    assert freshness() == ("warn", f"Up to date until {timezone.localtime(now):%H:%M}")
    Stream.objects.filter(pk=stream.pk).update(last_polled_at=None)
    assert freshness() == ("warn", "Not fetched")


@pytest.mark.parametrize("address", ["", "check/", "compare/", "replay/"])
def test_only_admins_see_and_act(client: Client, address: str) -> None:
    account = make_account()
    client.force_login(make_user("lead"))
    send = client.post if address else client.get
    assert send(f"/accounts/{account.code}/health/{address}").status_code == 403


def test_ledger_tells_what_was_new_and_known_and_reads_again(admin: Client) -> None:
    account = make_account("x", external_id="22", handle="veldhuis")
    body = x_payload("x_activity_2026-07.json")[0]
    bodies = []
    for _time in range(2):
        bodies.append(stored(body))
        read_delivery(bodies[-1].pk)
    lines = list(Reading.objects.order_by("pk").values_list("deliveries", "items", "new", "is_known"))
    assert lines == [([bodies[0].pk], 1, 1, False), ([bodies[1].pk], 1, 0, True)]
    page = f"/accounts/{account.code}/health/"
    chosen = list(Reading.objects.values_list("pk", flat=True))
    for state, count in {"": 2, "new": 1, "known": 1, "refused": 0, "made up": 2}.items():
        assert admin.get(page, {"state": state}).content.decode().count('name="reading"') == count
    Reading.objects.create(account=make_account("x"), items=1, deliveries=[bodies[0].pk])
    admin.post(f"{page}replay/", {"reading": [*chosen, "nonsense", "9" * 18]})
    assert Delivery.objects.filter(status="waiting").count() == 2
    assert Event.objects.get(verb="deliveries_replayed").data["n"] == 2
    for delivery in bodies:
        read_delivery(delivery.pk)
    assert Message.objects.count() == 1
    # One cannot have an account's bodies read again by the lines of another.
    admin.post(f"/accounts/{make_account('x').code}/health/replay/", {"reading": chosen})
    assert not Delivery.objects.filter(status="waiting").exists()


def test_ledger_is_paged_by_place_with_few_statements(
    admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    account = make_account()
    now = timezone.now()
    Reading.objects.bulk_create(
        Reading(account=account, items=1, deliveries=[number], at=now - timedelta(seconds=number // 3))
        for number in range(130)
    )
    address, seen = f"/accounts/{account.code}/health/", []
    while address:
        with django_assert_max_num_queries(20):
            page = admin.get(address).content.decode()
        seen += re.findall(r'name="reading" value="(\d+)"', page)
        following = re.search(r'rel="next" href="([^"#]+)', page)
        address = f"/accounts/{account.code}/health/{unescape(following[1])}" if following else ""
    assert len(seen) == len(set(seen)) == 130
    assert ledger.forget_old(now + timedelta(days=30, seconds=-10)) == 97
