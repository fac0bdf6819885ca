"""Labels that others in the organisation read: product signals and leads."""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.models import Conversation, Label, Team
from inbox.triage import labels
from reports.figures import Value, split_values, values_of
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
    assert f"/figures/product_signals/?since=2026-11-10&amp;until=2026-11-10&amp;label={lamp.code}" in html
    urls = [row.get_absolute_url() for row in (day.c, day.a)]
    assert sorted(behind(page, "product_signals", label=str(lamp.code))) == sorted(urls)
    assert "Lamp: feedback raised on 10 November" in " ".join(page_of(page, urls[0]).split())
    assert signed_in(day.anna).get("/figures/signals/").status_code == 403


def test_a_lead_goes_to_the_team_of_its_label(day: Day, page: Client) -> None:
    sales = Team.objects.create(name="Verkoop")
    page.post("/settings/labels/", {"name": "Wil kopen", "purpose": "lead", "team": sales.pk})
    label = Label.objects.get(name="Wil kopen")
    with at("14:00"):
        labels.add_label(day.b, label, day.bram)
    assert Conversation.objects.get(pk=day.b.pk).team == sales
    assert behind(page, "leads") == [day.b.get_absolute_url()]
    assert [row["person"] for row in table(page, "/figures/leads/csv/")] == [day.bram.name]
