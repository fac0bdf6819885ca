"""The public promise: what it tells, to whom, and what it never does."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from channels.models import Account
from inbox.models import Event, OpeningDay, Organisation, ResponseTarget
from inbox.sla import targets
from reports.promise import bio, colours, measured, public
from reports.promise.forms import PromiseForm
from reports.promise.models import MeasuredChannel, PromisePage
from reports.promise.page import build
from tests import factories
from tests.support.opening_hours import own
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)  # a Tuesday
PUBLIC = ("/promise/", "/promise/badge/", "/promise/badge.svg", "/promise/brand.css")


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    public.forget_kept()


@pytest.fixture
def account() -> Account:
    return factories.make_account("x", handle="veldhuisnl")


@pytest.fixture
def row(account: Account) -> PromisePage:
    """The page, switched on."""
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Veldhuis Wonen"})
    return PromisePage.objects.create(
        is_public=True, rules_nl="Kritiek mag.\nSchelden niet.",
        complaints_nl="Zeg het ons\nBinnen een uur.\n\nBel ons", complaints_en="Tell us\nWithin an hour.",
    )  # fmt: skip


def seen(address: str = "/promise/", language: str = "en", **headers: str) -> str:
    """A public address as a visitor gets it, without its tags."""
    answer = Client().get(address, headers={"accept-language": language, **headers})
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def known(platform: str, n: int, **values: Any) -> None:
    """A channel was measured."""
    facts = {"median_seconds": 1320, "p90_seconds": 3120, "within_target": 0.95, "measured_at": NOW} | values
    days = {"first": date(2026, 10, 13), "last": date(2026, 11, 9)}
    MeasuredChannel.objects.create(platform=platform, n=n, **days, **facts)


def test_f1_page_tells_target_and_measured_time_of_each_channel(row: PromisePage) -> None:
    factories.make_account("whatsapp", name="+31 6 12345678", handle="")
    known("x", 1338)
    text = seen()
    assert "X @veldhuisnl How fast we were 22 min usually 9 in 10 within 52 min over 1,338 answers" in text
    assert "What we promise within 1 hour day and night" in text
    assert "WhatsApp +31 6 12345678 How fast we were too few answers to say" in text
    assert "Measured from 13 October up to and including 9 November 2026 over 1,338 answers" in text


def test_f1_mailbox_addresses_show_where_an_admin_wants_that(row: PromisePage) -> None:
    factories.make_account("email", name="Klantenservice", handle="info@veldhuis.example")
    page = Client().get("/promise/").content.decode()
    assert "Klantenservice" in page and "info@veldhuis" not in page
    row.shows_mail = True
    row.save()
    public.forget_kept()
    page = Client().get("/promise/").content.decode()
    assert 'href="mailto:info@veldhuis.example"' in page and "E-mail" in page
    client = Client()
    client.force_login(factories.make_user("admin", language="en"))
    assert "Show e-mail addresses" in client.get("/settings/promise/").content.decode()


def test_f1_nothing_measured_is_shown_below_the_minimum(row: PromisePage) -> None:
    known("x", measured.MINIMUM - 1)
    assert "usually" not in seen()
    MeasuredChannel.objects.update(n=measured.MINIMUM)
    public.forget_kept()
    assert "22 min usually" in seen()


def test_f1_changed_target_shows_at_once(row: PromisePage, account: Account) -> None:
    assert "within 1 hour" in seen()
    targets.save(ResponseTarget(account=account, minutes=30, in_opening_hours=False), factories.make_user("lead"))
    assert "within 30 min" in seen()
    assert Client().get("/promise/")["Cache-Control"] == "public, max-age=60"


def test_f1_slowest_promise_of_a_channel_counts(row: PromisePage, account: Account) -> None:
    other = factories.make_account("x", handle="tweede")
    targets.save(ResponseTarget(account=other, minutes=180), factories.make_user("lead"))
    ResponseTarget.objects.create(account=account, minutes=5, priority_from=40)
    text = seen()
    assert "@tweede" in text and "@veldhuisnl" in text and "within 3 hours" in text


def test_f1_promise_that_is_not_kept_is_owned_up_to(row: PromisePage) -> None:
    known("x", 500, within_target=0.78)
    assert "On X we do not always make it yet: 22 of 100 messages waited longer than promised (1 hour)." in seen()


def test_f1_page_is_off_until_switched_on(account: Account) -> None:
    for address in PUBLIC:
        assert Client().get(address).status_code == 404
    assert signed_in(factories.make_user("admin")).get("/promise/").status_code == 404
    PromisePage.objects.create(is_public=True)
    for address in PUBLIC:
        assert Client().get(address).status_code == 200


def test_f1_visitor_leaves_and_gets_nothing(row: PromisePage) -> None:
    client = Client()
    for address in PUBLIC:
        answer = client.get(address, headers={"cookie": "sessionid=x"})
        assert not answer.cookies
        assert "Cookie" not in answer["Vary"]
        assert not hasattr(answer.wsgi_request, "session")
        assert "<script" not in answer.content.decode()
        again = client.get(address, headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304
    assert client.post("/promise/").status_code == 405


def test_f1_visitors_cost_one_small_statement(row: PromisePage) -> None:
    with time_machine.travel(NOW, tick=False):
        seen()
        with CaptureQueriesContext(connection) as found:
            seen()
    assert [query["sql"] for query in found] == ["SELECT version FROM inbox_referenceversion"]


def test_f1_made_up_channels_make_nothing_anew(row: PromisePage) -> None:
    with time_machine.travel(NOW, tick=False):
        seen("/promise/badge/")
        with CaptureQueriesContext(connection) as found:
            for made_up in ("y", "x" * 5000, "\x00"):
                seen(f"/promise/badge/?channel={made_up}")
    assert [query["sql"] for query in found] == ["SELECT version FROM inbox_referenceversion"] * 3


def test_f1_badge_stands_in_frames_and_the_page_does_not(row: PromisePage) -> None:
    known("x", 100)
    assert "frame-ancestors 'none'" in Client().get("/promise/")["Content-Security-Policy"]
    badge = Client().get("/promise/badge/")
    assert "frame-ancestors *" in badge["Content-Security-Policy"]
    assert "X-Frame-Options" not in badge
    PromisePage.objects.update(embedded_by="https://www.veldhuis.example")
    policy = Client().get("/promise/badge/")["Content-Security-Policy"]
    assert "frame-ancestors https://www.veldhuis.example;" in policy + ";"
    picture = Client().get("/promise/badge.svg?channel=x&lang=en")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "Veldhuis Wonen answers on X: 22 min usually, promised within 1 hour</title>" in picture.content.decode()


def test_f1_nothing_measured_leaves_the_promise_said_once(row: PromisePage) -> None:
    picture = Client().get("/promise/badge.svg?channel=x&lang=en").content.decode()
    assert "<title>Veldhuis Wonen answers on X: 1 hour promised</title>" in picture
    assert seen("/promise/badge/").endswith("1 hour promised Veldhuis Wonen answers on X")


def test_f1_under_a_video_nobody_sends_a_message(row: PromisePage) -> None:
    factories.make_account("youtube", handle="veldhuiswonen")
    known("x", 100, p90_seconds=3780)
    text = seen()
    assert "9 in 10 within 1 h 03 over" in text
    assert "Send a message on X" in text and "To our channel on YouTube" in text


def test_f4_page_holds_hours_rules_and_complaints(row: PromisePage) -> None:
    for weekday in range(7):
        OpeningDay.objects.create(weekday=weekday, spans=[(time(9), time(18))] if weekday < 5 else [])
    OpeningDay.objects.create(date=date(2026, 12, 5), name="Sinterklaas", spans=[(time(9), time(16))])
    with time_machine.travel(NOW, tick=False):
        dutch, english = seen(language="nl-NL,en;q=0.5"), seen(language="en-GB")
    assert "Nu open, tot 18:00" in dutch and "dinsdag (vandaag) 9:00–18:00" in dutch
    assert "5 december 9:00–16:00" in dutch and "Kritiek mag. Schelden niet." in dutch
    assert "Zeg het ons Binnen een uur. Bel ons" in dutch
    assert "Now open, until 18:00" in english and "Sunday closed" in english
    assert "Tell us Within an hour." in english
    assert '<ul class="house-rules" lang="nl">' in Client().get("/promise/?lang=en").content.decode()


def test_f4_channel_tells_its_own_hours_where_it_has_them(row: PromisePage, account: Account) -> None:
    own(account, [(time(8), time(20))], zone="Europe/London")
    with time_machine.travel(NOW, tick=False):
        english, badge = seen(language="en"), seen("/promise/badge/?channel=x")
    assert "What we promise within 1 hour day and night Open Mon–Sun 8:00–20:00 (Europe/London)" in english
    assert "Now open, until 20:00" in badge


def test_f4_both_languages_of_a_text_stand_on_one_line() -> None:
    fields = list(PromiseForm().fields)
    lines = list(zip(fields[::2], fields[1::2], strict=True))
    assert {(f"{name}_nl", f"{name}_en") for name in ("headline", "intro", "rules", "complaints")} < set(lines)


def test_f4_admin_writes_previews_and_switches_on(account: Account) -> None:
    admin = factories.make_user("admin", language="en")
    page = signed_in(admin)
    filled = {"colour": "#6b3a1f", "rules_nl": "Wees aardig", "headline_en": "Ask away"}
    preview = page.post("/settings/promise/preview/", filled).content.decode()
    assert "Ask away" in preview and "Wees aardig" in preview
    assert not PromisePage.objects.exists()
    assert "#6b3a1f" in page.get("/settings/promise/preview/brand.css?colour=%236b3a1f").content.decode()
    assert page.post("/settings/promise/", filled | {"is_public": "on"}).status_code == 302
    assert "Ask away" in seen()
    assert Event.objects.get(verb="promise_changed").actor == admin
    wrong = page.post("/settings/promise/", filled | {"embedded_by": "'unsafe'; script-src *"})
    assert "is no site" in wrong.content.decode()
    assert page.post("/settings/promise/preview/", filled | {"website": "javascript:x"}).status_code == 422


def test_f1_measured_times_are_those_of_four_weeks(row: PromisePage, account: Account) -> None:
    agent = factories.make_user()
    for days, minutes in ((1, 10), (2, 20), (28, 90), (29, 500), (0, 700)):
        asked = datetime(2026, 11, 10, 8, tzinfo=UTC) - timedelta(days=days)
        said = factories.make_inbound(account, author=factories.author(f"K{days}"), sent_at=asked)
        assert said.conversation
        factories.make_answer(said.conversation, agent, sent_at=asked + timedelta(minutes=minutes))
    for _twice in range(2):
        measured.measure(date(2026, 11, 10))
    found = MeasuredChannel.objects.get()
    assert (found.n, found.median_seconds, found.first, found.last) == (3, 1200, date(2026, 10, 13), date(2026, 11, 9))
    assert found.within_target == pytest.approx(2 / 3)
    PromisePage.objects.update(is_public=False)
    MeasuredChannel.objects.all().delete()
    measured.measure(date(2026, 11, 10))
    assert not MeasuredChannel.objects.exists()


def test_f1_bio_texts_fit_their_channel(row: PromisePage) -> None:
    for platform in ("facebook", "instagram", "whatsapp"):
        factories.make_account(platform)
    known("x", 100, median_seconds=47 * 3600)
    for language in ("nl", "en"):
        with translation.override(language):
            for channel in build(language).channels:
                text = bio.text_for(channel)
                assert 0 < len(text) <= bio.longest(channel.platform), text
    with translation.override("nl"):
        texts = {channel.platform: bio.text_for(channel) for channel in build("nl").channels}
    assert "meestal 47 uur" in texts["x"] and "alleen in een privébericht" in texts["x"]


def test_f1_accounts_that_do_not_answer_are_not_named(row: PromisePage) -> None:
    factories.make_account("x", handle="luistert", mode="listen")
    factories.make_account("x", handle="weg", removed_at=NOW)
    text = seen()
    assert "veldhuisnl" in text and "luistert" not in text and "weg" not in text


@given(st.from_regex(r"\A#[0-9a-f]{6}\Z"))
def test_any_brand_colour_is_readable(colour: str) -> None:
    assert colours.contrast(colours.on(colour), colour) >= colours.READABLE
    for paper in (colours.LIGHT, colours.DARK):
        assert colours.contrast(colours.readable(colour, paper), paper) >= colours.READABLE


def test_public_holidays_are_among_the_days_ahead(row: PromisePage) -> None:
    Organisation.objects.update(holidays="NL")
    OpeningDay.objects.create(weekday=0, spans=[(time(9), time(18))])
    with time_machine.travel(datetime(2026, 12, 20, 9, tzinfo=UTC), tick=False):
        assert "25 December closed 26 December closed" in seen()
