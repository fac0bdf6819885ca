"""Access that ends is renewed once, by one worker, and its loss is said plainly."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone, translation

from channels import secrets, tasks
from channels.accounts import connecting, doctor, health, renewing
from channels.connectors import connector_for
from channels.errors import NeedsReauth
from channels.models import Account
from channels.x import access
from tests import factories
from tests.support.sandbox_accounts import control

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(platforms: Running) -> Account:
    """The brand's X account, connected by OAuth 2: its access ends in two hours."""
    control(platforms, "POST", "/control/accounts", platform="x", name="Veldhuis", username="veldhuis")
    keys = control(platforms, "POST", "/control/oauth2", account="veldhuis")
    ends = timezone.now() + timedelta(seconds=keys.pop("expires_in"))
    keys["oauth2_token"] = keys.pop("access_token")
    return connecting.connect("x", {**keys, "ends_at": ends.isoformat()}, by=None)


def die(*_given: object) -> bool:
    raise SystemExit


def ends_now(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(access_ends_at=timezone.now())
    account.refresh_from_db()


def test_access_is_renewed_before_it_ends(account: Account, platforms: Running) -> None:
    assert renewing.due() == []
    ends_now(account)
    before = account.credentials
    assert renewing.due() == [account.pk]
    assert renewing.renew(account.pk)
    account.refresh_from_db()
    assert account.credentials["refresh_token"] != before["refresh_token"]
    assert account.access_ends_at and account.access_ends_at > timezone.now() + timedelta(hours=1)
    assert renewing.due() == []
    connector_for(account).identify()


def test_of_two_workers_one_uses_the_token(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    ends_now(account)
    renew, tries = access.renew, []

    def while_another_tries(credentials: dict[str, str]) -> dict[str, str]:
        tries.append(renewing.renew(account.pk))
        return renew(credentials)

    monkeypatch.setattr(access, "renew", while_another_tries)
    assert renewing.renew(account.pk)
    assert tries == [False]


def test_a_crash_before_saving_asks_to_connect_again(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    ends_now(account)
    with monkeypatch.context() as crash, pytest.raises(SystemExit):
        crash.setattr(renewing, "_save", die)
        renewing.renew(account.pk)
    assert not renewing.renew(account.pk)
    assert renewing.due() == []  # the claim of the dead one still stands
    claimed = timezone.now() - renewing.CLAIM - timedelta(seconds=1)
    Account.objects.filter(pk=account.pk).update(renewal_claimed_at=claimed)
    assert renewing.due() == [account.pk]
    assert not renewing.renew(account.pk)
    account.refresh_from_db()
    assert account.health == "reauth"
    with translation.override("en"):
        assert doctor.signs_of(account, [], None)[0].detail == health.RENEWAL_BROKE_OFF


def test_an_ended_access_is_renewed_before_anybody_is_asked(account: Account, platforms: Running) -> None:
    health.note_failure(account, NeedsReauth("X no longer accepts the account's keys."))
    assert account.health == "failing"
    assert renewing.due() == [account.pk]
    assert renewing.renew(account.pk)
    account.refresh_from_db()
    health.note_failure(account, NeedsReauth("X no longer accepts the account's keys."))
    assert account.health == "reauth"  # refused with access that is new


def test_a_key_replaced_meanwhile_costs_nothing(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    ends_now(account)
    renew = access.renew

    def while_keys_change(credentials: dict[str, str]) -> dict[str, str]:
        Account.objects.filter(pk=account.pk).update(sealed_credentials=secrets.reseal(account.sealed_credentials))
        return renew(credentials)

    monkeypatch.setattr(access, "renew", while_keys_change)
    assert renewing.renew(account.pk)
    account.refresh_from_db()
    connector_for(account).identify()


def test_connecting_again_goes_before_a_renewal_under_way(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    ends_now(account)
    newer = factories.make_account("x").sealed_credentials

    def while_an_admin_connects(credentials: dict[str, str]) -> dict[str, str]:
        Account.objects.filter(pk=account.pk).update(sealed_credentials=newer)
        return {**credentials, "ends_at": timezone.now().isoformat()}

    monkeypatch.setattr(access, "renew", while_an_admin_connects)
    assert not renewing.renew(account.pk)
    account.refresh_from_db()
    assert account.sealed_credentials == newer


def test_what_an_old_process_asks_for_is_known() -> None:
    assert tasks.renew_again.name == "channels.tasks.renew_again"
    tasks.renew_again("x")
