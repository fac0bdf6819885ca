"""Search positions: written down by hand, drawn by term, listed, and taken away."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from inbox.models import Event, Identity, User
from inbox.privacy import erasing
from inbox.privacy.person import Person
from inbox.privacy.traces import Traces
from reports.positions import privacy, views
from reports.positions.models import SearchPosition
from reports.positions.plot import lines
from tests import factories
from tests.reports.test_pages import opened, table
from tests.support.pages import signed_in
from tests.support.planted import HANDLE, NAME, plant

pytestmark = pytest.mark.django_db
ADDRESS = "/figures/positions/"
DAY = date(2026, 11, 10)
PERIOD = {"since": DAY.isoformat(), "until": (DAY + timedelta(days=10)).isoformat()}


@pytest.fixture
def lead() -> User:
    return factories.make_user("lead", language="en")


@pytest.fixture
def page(lead: User) -> Client:
    return signed_in(lead)


def _position(days: int, place: int | None, term: str = "veldhuis", **more: object) -> SearchPosition:
    return SearchPosition.objects.create(day=DAY + timedelta(days=days), position=place, term=term, **more)


def _filled(**more: str) -> dict[str, str]:
    given = {"term": " veldhuis  banken ", "engine": "google", "day": DAY.isoformat(), "position": "3", "is_ours": "on"}
    return given | more


def test_i9_position_is_written_down_listed_and_taken_away(page: Client, lead: User) -> None:
    conversation = factories.make_conversation()
    about = f"http://testserver{conversation.get_absolute_url()}"
    page.post(ADDRESS, _filled(url="https://veldhuis.example/", note="Eigen site", about=about))
    row = SearchPosition.objects.get()
    assert (row.term, row.position, row.by, row.conversation) == ("veldhuis banken", 3, lead, conversation)
    html = opened(page, ADDRESS, **PERIOD)
    for shown in ("Eigen site", "https://veldhuis.example/", conversation.get_absolute_url()):
        assert shown in html
    (found,) = table(page, f"{ADDRESS}csv/", **PERIOD)
    assert (found["day"], found["engine"], found["position"], found["by"]) == ("2026-11-10", "Google", "3", lead.name)
    page.post(f"{ADDRESS}{row.code}/remove/")
    assert not SearchPosition.objects.exists()
    assert Event.objects.filter(verb="position_removed", actor=lead).exists()


def test_what_cannot_be_is_refused_and_says_why(page: Client) -> None:
    page.post(ADDRESS, _filled())
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for given, why in (
        (_filled(term="Veldhuis Banken", position="9"), "was written down for that day already"),
        (_filled(day=tomorrow), "still to come"),
        (_filled(position="0"), "greater than or equal to 1"),
        (_filled(url="javascript:alert(1)"), "Enter a valid URL"),
        (_filled(term="anders", about="https://veldhuis.example/"), "There is no such conversation"),
    ):
        assert why in page.post(ADDRESS, given).content.decode(), given
    assert SearchPosition.objects.count() == 1


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}csv/"])
def test_a_term_that_nothing_can_hold_finds_nothing(page: Client, address: str) -> None:
    assert "kast" not in b"".join(page.get(address, {"term": "bank\x00" * 90})).decode()


def test_each_term_has_a_line_of_ours_and_of_others() -> None:
    _position(0, 5)
    _position(5, 2)
    _position(5, 8, url="https://veldhuis.example/banken")  # a lower one of that day
    _position(10, None)
    _position(10, 20, is_ours=False, url="https://klacht.example/")
    _position(0, 1, term="banken", engine="bing")
    rows = list(SearchPosition.objects.order_by("-day", "-pk"))
    with translation.override("en"):
        line, other = lines(rows, (DAY, DAY + timedelta(days=10)))
        assert line.finding == "veldhuis · Google: not among the first hundred"
        assert other.finding == "banken · Bing: position 1"
        shorter = lines([row for row in rows if row.position], (DAY, DAY + timedelta(days=10)))[0]
        assert shorter.finding == "veldhuis · Google: position 2, was 5"
    assert line.line == "M0.0 24.0 L500.0 6.0"
    assert line.line_of_others == "M994.0 114.0 L1006.0 114.0"


def test_a_conversation_one_may_not_see_is_not_linked(page: Client, lead: User) -> None:
    mine, other = factories.make_account("x"), factories.make_account("facebook")
    conversation = factories.make_conversation(other)
    _position(0, 3, conversation=conversation, note="Jansen belde", url="https://klacht.example/1")
    factories.limit(lead, mine)
    shown = opened(page, ADDRESS, **PERIOD)
    assert conversation.get_absolute_url() not in shown
    told = str(table(page, f"{ADDRESS}csv/", **PERIOD))
    for page_or_file in (shown, told):
        assert "Jansen belde" not in page_or_file
        assert "klacht.example" not in page_or_file
    refused = page.post(ADDRESS, _filled(about=conversation.get_absolute_url()))
    assert "There is no such conversation" in refused.content.decode()
    assert signed_in(factories.make_user()).get(ADDRESS).status_code == 403


def test_older_ones_stand_on_the_next_page_at_the_same_cost(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE", 2)

    def seen(address: str) -> tuple[list[str], str, int]:
        with CaptureQueriesContext(connection) as captured:
            html = opened(page, address)
        older = re.search(r'href="([^"]*after=[^"]*)"', html)
        return re.findall(r"<b>(\d+)</b>", html), older[1].replace("&amp;", "&") if older else "", len(captured)

    since = f"{ADDRESS}?since={PERIOD['since']}&until={PERIOD['until']}"
    for n in (1, 2, 3):
        _position(n, n)
    seen(since)
    found, older, cost = seen(since)
    assert (found, older != "") == (["3", "2"], True)
    for n in range(4, 10):
        _position(n, n, by=factories.make_user())
    assert seen(older)[0] == ["1"]
    assert (seen(since)[0], seen(since)[2]) == (["9", "8"], cost)
    assert seen(f"{since}&after=bm9uc2Vuc2U")[0] == ["9", "8"]


def test_who_is_erased_is_named_in_no_position() -> None:
    planted = plant()
    kept = _position(0, 3, note="Haar klacht", url="https://klacht.example/", conversation=planted.public)
    _position(1, 4, term=f"{NAME} klacht")
    _position(2, 4, url=f"https://x.example/{HANDLE}")
    call_command("erase_person", str(planted.contact.code), "--reason", "vroeg erom", stdout=StringIO())
    kept.refresh_from_db()
    assert (kept.note, kept.url, kept.conversation) == ("", "", None)
    assert [row.term for row in SearchPosition.objects.filter(day=DAY + timedelta(days=1))] == ["[…] klacht"]
    assert SearchPosition.objects.get(day=DAY + timedelta(days=2)).url == ""


def test_two_results_of_who_is_erased_do_not_stop_it() -> None:
    planted = plant()
    for page in ("een", "twee"):
        _position(0, 3, url=f"https://{page}.example/", conversation=planted.public)
    call_command("erase_person", str(planted.contact.code), "--reason", "vroeg erom", stdout=StringIO())
    assert [row.url for row in SearchPosition.objects.all()] == [""]


def test_positions_are_read_while_nobody_is_locked() -> None:
    planted = plant()
    _position(0, 4, term=f"{NAME} klacht")
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        privacy.forget(Person(planted.contact))
    table = SearchPosition._meta.db_table
    read = [one["sql"] for one in asked if f'FROM "{table}"' in one["sql"]]
    assert read and not any('"term"' in sql or '"note"' in sql for sql in read)
    traces = erasing.traces_of(Person(planted.contact))
    assert (privacy.sweep(traces, None), privacy.sweep(traces, None)) == (1, 0)


def test_note_changed_while_it_is_swept_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = plant()
    row = _position(0, 4, note=f"{NAME} belde")
    read = Traces.is_in

    def meanwhile(self: Traces, text: str) -> bool:
        SearchPosition.objects.filter(pk=row.pk, note=f"{NAME} belde").update(note=f"{NAME} is gebeld", position=2)
        return read(self, text)

    monkeypatch.setattr(Traces, "is_in", meanwhile)
    assert privacy.sweep(erasing.traces_of(Person(planted.contact)), None) == 1
    row.refresh_from_db()
    assert (row.note, row.position) == ("[…] is gebeld", 2)


def test_erasing_one_person_leaves_what_only_looks_like_them() -> None:
    planted = plant()
    Identity.objects.filter(contact=planted.contact).update(name="Anna", handle="")
    _position(0, 3, term="savanna meubels", note="Anna is ook een stoel")
    call_command("erase_person", str(planted.contact.code), "--reason", "vroeg erom", stdout=StringIO())
    left = SearchPosition.objects.get()
    assert (left.term, left.note) == ("savanna meubels", "Anna is ook een stoel")
