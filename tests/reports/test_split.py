"""Figures beside each other by account, team and person, and by hour of the week."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.models import Account
from inbox.models import Label, User
from inbox.triage import labels
from reports import heat
from reports.figures import split_values, values_of
from reports.split import COLUMNS
from tests import factories
from tests.reports.test_figures import Day, whole
from tests.reports.test_pages import PERIOD, behind, table
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db
DAYS = "?since=2026-11-10&until=2026-11-10"


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def page() -> Client:
    return signed_in(factories.make_user("lead", language="en"))


def test_figures_stand_beside_each_other_by_account(day: Day, page: Client) -> None:
    rows = {row["account"].lstrip("'"): row for row in table(page, "/figures/by/account/csv/")}
    assert {name: row["messages_in"] for name, row in rows.items()} == {
        day.x.at_handle: "3", day.facebook.at_handle: "2",
    }  # fmt: skip
    for account in (day.x, day.facebook):
        alone = values_of(whole(accounts=[account.pk]))
        row = rows[account.at_handle]
        assert row["response_seconds_p90"] == str(alone["response_seconds_p90"].value)
        assert row["within_target n"] == str(alone["within_target"].n)


def test_figures_stand_beside_each_other_by_person(day: Day, page: Client) -> None:
    rows = {row["person"]: row for row in table(page, "/figures/by/person/csv/")}
    assert (rows[day.anna.name]["messages_out"], rows[day.bram.name]["messages_out"]) == ("1", "2")
    assert rows[day.bram.name]["response_seconds_median"] == "2100"


def test_channels_and_labels_stand_beside_each_other(day: Day, page: Client) -> None:
    urgent, late = (Label.objects.create(name=name) for name in ("Spoed", "Bezorging"))
    for conversation, label in ((day.a, urgent), (day.b, urgent), (day.b, late)):
        labels.add_label(conversation, label, day.anna)
    alone = {
        "channel": {"x": whole(accounts=[day.x.pk]), "facebook": whole(accounts=[day.facebook.pk])},
        "label": {str(row.code): whole(label=row.pk) for row in (urgent, late)},
    }
    titles = {"x": "X", "facebook": "Facebook", str(urgent.code): "Spoed", str(late.code): "Bezorging"}
    for split, scopes in alone.items():
        out = StringIO()
        call_command("figures", "--from=2026-11-10", "--to=2026-11-10", f"--by={split}", "--json", stdout=out)
        printed = json.loads(out.getvalue())["by"]
        assert printed == {
            code: {name: found._asdict() for name, found in values_of(scope).items()} for code, scope in scopes.items()
        }
        rows = {row[split]: row for row in table(page, f"/figures/by/{split}/csv/")}
        html = page_of(page, f"/figures/by/{split}/{DAYS}")
        for code in scopes:
            for name, found in printed[code].items():
                assert rows[titles[code]][name] == ("" if found["value"] is None else str(found["value"])), name
                assert rows[titles[code]][f"{name} n"] == str(found["n"]), name
            assert f"{split}={code}" in html
        assert rows.keys() == {titles[code] for code in scopes}


def test_number_of_a_row_opens_its_conversations(day: Day, page: Client) -> None:
    html = page_of(page, f"/figures/by/person/{DAYS}")
    address = re.findall(r'href="/figures/messages_out/\?([^"]*)"', html)
    assert any(f"person={day.bram.code}" in one for one in address)
    assert behind(page, "messages_out", person=str(day.bram.code)) == [day.b.get_absolute_url()]
    assert page.get("/figures/by/nothing/", PERIOD).status_code == 404


def test_statements_stay_as_many_with_more_accounts(day: Day) -> None:
    def statements(*accounts: Account) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(split_values(whole(accounts=[row.pk for row in accounts]), "account", COLUMNS)) == len(accounts)
        return len(asked)

    assert statements(day.x) == statements(day.x, day.facebook)


def test_limited_lead_sees_visible_accounts_alone(day: Day) -> None:
    lead: User = factories.make_user("lead")
    factories.limit(lead, day.facebook)
    rows = table(signed_in(lead), "/figures/by/account/csv/")
    assert [row["account"].lstrip("'") for row in rows] == [day.facebook.at_handle]


def test_heat_map_counts_every_hour_of_the_week(day: Day, page: Client) -> None:
    found = heat.of(whole())
    assert {(one.name, hour.hour): hour.n for one in found.days for hour in one.hours if hour.n} == {
        (found.days[1].name, hour): n for hour, n in ((9, 1), (10, 1), (11, 1), (12, 1), (13, 1))
    }
    assert "Busiest on Tuesday between 13 and 14: 1 message" in page_of(page, f"/figures/{DAYS}")
