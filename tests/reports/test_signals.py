"""Labels that others in the organisation read: product signals and leads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from inbox.models import Conversation, Label, Team
from inbox.triage import labels
from reports.figures import Value, split_values, values_of
from reports.signals.lines import lines
from tests import factories
from tests.reports.test_figures import DAY, Day, at, whole
from tests.reports.test_pages import PERIOD, behind, opened, table
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def page() -> Client:
    return signed_in(factories.make_user("lead", language="en"))


def test_product_signals_are_counted_per_label_with_mood(day: Day, page: Client) -> None:
    lamp, sofa = (Label.objects.create(name=name, purpose="product") for name in ("Lamp", "Bank"))
    Label.objects.filter(pk=lamp.pk).update(raised_on=DAY)
    Conversation.objects.filter(pk=day.a.pk).update(mood="angry")
    Conversation.objects.filter(pk=day.c.pk).update(mood="neutral")
    with at("14:00"):
        for conversation, label in ((day.a, lamp), (day.c, lamp), (day.c, sofa)):
            labels.add_label(conversation, label, day.anna)
    rows = [tuple(row.values()) for row in table(page, "/figures/signals/csv/")]
    assert rows == [("Lamp", "2", "0", "0.5", "", "2026-11-10"), ("Bank", "1", "0", "0.0", "", "")]
    assert values_of(whole(label=sofa.pk))["product_signals"] == Value(1, 1)
    assert split_values(whole(), "label", ["product_signals"])[lamp.pk]["product_signals"] == Value(2, 2)
    html = opened(page, "/figures/signals/", **PERIOD)
    assert "Lamp: 2, 2 more than before" in html
    assert "Bank: 1, 1 more than before" in html
    assert f"/figures/product_signals/?since=2026-11-10&amp;until=2026-11-10&amp;label={lamp.code}" in html
    urls = [row.get_absolute_url() for row in (day.c, day.a)]
    assert sorted(behind(page, "product_signals", label=str(lamp.code))) == sorted(urls)
    assert behind(page, "signals_negative", label=str(lamp.code)) == [day.a.get_absolute_url()]
    assert f"/figures/signals_negative/?since=2026-11-10&amp;until=2026-11-10&amp;label={lamp.code}" in html
    assert "Lamp: feedback raised on 10 November" in " ".join(page_of(page, urls[0]).split())
    assert signed_in(day.anna).get("/figures/signals/").status_code == 403


def test_lines_of_signals_show_every_day_beside_the_one_before(day: Day) -> None:
    lamp = Label.objects.create(name="Lamp", purpose="product")
    for conversation, of in ((day.a, DAY), (day.c, DAY), (day.b, DAY - timedelta(days=2))):
        with at("14:00", of):
            labels.add_label(conversation, lamp, day.anna)
    two_days = whole().of_days(DAY - timedelta(days=1), DAY)
    with translation.override("en"):
        (line,) = lines(two_days, [(lamp.pk, "Lamp")])
        assert line.finding == "Lamp: 2, 1 more than before"
    assert [(point.step.first, point.value, point.before) for point in line.days] == [
        (DAY - timedelta(days=1), 0, 0), (DAY, 2, 1),
    ]  # fmt: skip
    a_year = whole().of_days(DAY - timedelta(days=364), DAY)
    (line,) = lines(a_year, [(lamp.pk, "Lamp")])
    assert (len(line.days), line.days[-1].value) == (52, 3)


def test_a_lead_goes_to_the_team_of_its_label(day: Day, page: Client) -> None:
    sales = Team.objects.create(name="Verkoop")
    page.post("/settings/labels/", {"name": "Wil kopen", "purpose": "lead", "team": sales.pk})
    label = Label.objects.get(name="Wil kopen")
    with at("14:00"):
        labels.add_label(day.b, label, day.bram)
    assert Conversation.objects.get(pk=day.b.pk).team == sales
    assert behind(page, "leads") == [day.b.get_absolute_url()]
    assert [row["person"] for row in table(page, "/figures/leads/csv/")] == [day.bram.name]
