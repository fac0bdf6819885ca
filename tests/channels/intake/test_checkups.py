"""The regular look at an account: what the platform tells of our access is kept, and its end is told in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from channels.accounts.doctor import signs_of
from channels.intake import checkups
from channels.models import Account, Checkup
from inbox.models import Notification
from tests.factories import make_account, make_user
from tests.support.sandbox_accounts import connect, control

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


def levels(account: Account) -> dict[str, str]:
    checkup = Checkup.objects.filter(account=account).first()
    return {sign.key: sign.level for sign in signs_of(account, list(account.streams.all()), checkup)}


@pytest.mark.parametrize("platform", ["facebook", "instagram", "whatsapp"])
def test_what_meta_tells_of_our_access_is_kept(platforms: Running, platform: str) -> None:
    account = connect(platforms, platform)
    ends = int(timezone.now().timestamp()) + 6 * 86400
    # An Instagram account is reached with its page's token.
    owner = {"instagram": "facebook"}.get(platform, platform)
    name = account.credentials.get("page_id") or account.credentials.get("phone_number_id")
    control(platforms, "POST", "/control/grant", platform=owner, account=name, scopes=["business"], expires_at=ends)
    checkups.check_account(account.pk)
    checkup = Checkup.objects.get(account=account)
    assert checkup.valid_until is not None
    assert int(checkup.valid_until.timestamp()) == ends
    assert checkup.scopes == ["business"]
    assert checkup.scopes_lacking
    # Nothing listens at our address in a test. Of WhatsApp the sandbox tells only which apps listen.
    assert (checkup.fields_lacking, checkup.reachable) == (["messages"] if platform == "whatsapp" else [], False)
    found = levels(account)
    assert (found["access"], found["permissions"], found["address"]) == ("warn", "warn", "warn")


def test_keys_of_x_do_not_end(platforms: Running, brand: Account) -> None:
    checkups.check_account(brand.pk)
    found = levels(brand)
    assert found["access"] == "good"
    assert not {"permissions", "fields"} & found.keys()


def test_admins_are_told_14_7_3_and_1_days_before_the_end() -> None:
    account, admin = make_account(), make_user("admin")
    make_user("lead")
    now = timezone.now()
    ends = now + timedelta(days=30)
    told = []
    for hours in range(0, 30 * 24, 6):
        before = Notification.objects.count()
        checkups.warn_of_end(account, ends, now + timedelta(hours=hours))
        if Notification.objects.count() > before:
            told.append(30 - hours / 24)
    assert told == [14, 7, 3, 1]
    assert set(Notification.objects.values_list("user", "kind", "account")) == {(admin.pk, "access", account.pk)}
    checkups.warn_of_end(account, None, now)
    assert Notification.objects.count() == 4
