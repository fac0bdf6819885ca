"""The pages on which leads give an account or a team opening hours of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.models import OpeningDay, OpeningSchedule, Team
from inbox.sla import opening_hours
from tests import factories
from tests.support.html import tight
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db
LIST = "/settings/hours/"
WEEK = {f"day_{n}": "9-17" for n in range(5)}


def test_lead_gives_an_account_own_hours_and_takes_them_back() -> None:
    lead, account = factories.make_user("lead", language="nl"), factories.make_account("x", handle="veldhuisbe")
    Team.objects.create(name="Vroeg")
    page = signed_in(lead)
    opening_hours.set_week(factories.make_user("admin"), {n: [] for n in range(7)})
    opening_hours.set_exception(lead, timezone.localdate() + timedelta(days=9), [], "Verhuizing")
    assert tight(page.get(LIST).content.decode()).count("zoals de organisatie") == 2
    address = f"{LIST}account/{account.code}/"
    assert "Zoals de organisatie" in page.get(address).content.decode()
    assert "minstens één dag" in page.post(address, {"day_0": ""}).content.decode()
    assert page.post(address, WEEK | {"zone": "Europe/Brussels", "holidays": "BE"}).status_code == 302
    schedule = OpeningSchedule.objects.get(account=account)
    assert (schedule.zone, schedule.holidays, schedule.days.count()) == ("Europe/Brussels", "BE", 8)
    told = tight(page.get(LIST).content.decode())
    assert "ma–vr 9:00–17:00 (Europe/Brussels)" in told and "zoals de organisatie" in told
    own = page.get(address).content.decode()
    assert 'value="09:00-17:00"' in own and "Verhuizing" in own and "Weer zoals de organisatie" in own
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert page.post(f"{address}days/", {"other-date": tomorrow.isoformat()}).status_code == 302
    day = OpeningDay.objects.get(schedule=schedule, date=tomorrow)
    assert page.post(f"{address}days/{day.pk}/remove/").status_code == 302
    house = OpeningDay.objects.get(schedule=None, date__isnull=False)
    page.post(f"{address}days/{house.pk}/remove/")
    assert OpeningDay.objects.filter(schedule=None, date__isnull=False).exists(), "the organisation's stays"
    assert page.post(f"{address}remove/").status_code == 302
    assert not OpeningSchedule.objects.exists()
    assert OpeningDay.objects.count() == 8
    assert page.get(f"{LIST}planet/{account.code}/").status_code == 404
