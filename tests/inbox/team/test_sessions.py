"""How long one stays signed in, and what browsers and proxies may keep."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as conf
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from inbox.live.sse import _reader_of
from inbox.models import Attachment, Event, User
from tests import factories
from tests.support.event_loops import run
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> User:
    """Somebody at work."""
    return factories.make_user(language="en")


def is_in(browser: Client, path: str = "/preferences/") -> bool:
    """Whether the browser is signed in."""
    return browser.get(path).status_code == 200


def test_a_session_ends_without_work(me: User, settings: Settings) -> None:
    settings.SESSION_IDLE_MINUTES, now = 60, timezone.now()
    with time_machine.travel(now) as clock:
        browser = signed_in(me)
        for _hour in range(3):
            clock.shift(timedelta(minutes=50))
            assert is_in(browser)
        clock.shift(timedelta(minutes=70))
        assert not is_in(browser)


def test_what_a_page_asks_by_itself_is_no_work(me: User, settings: Settings) -> None:
    settings.SESSION_IDLE_MINUTES, now = 60, timezone.now()
    with time_machine.travel(now) as clock:
        browser = signed_in(me)
        for _time in range(2):
            clock.shift(timedelta(minutes=40))
            answer = browser.get("/inbox/updates/?since=0")
        assert answer.status_code == 302


def test_a_session_ends_after_some_days_of_work(me: User, settings: Settings) -> None:
    settings.SESSION_DAYS, now = 2, timezone.now()
    with time_machine.travel(now) as clock:
        browser = signed_in(me)
        for _time in range(8):
            clock.shift(timedelta(hours=6, minutes=-1))
            assert is_in(browser)
        clock.shift(timedelta(hours=1))
        assert not is_in(browser)


def test_work_is_noted_now_and_then_only(me: User) -> None:
    with time_machine.travel(timezone.now()) as clock:
        browser = signed_in(me)
        noted = []
        for _time in range(3):
            clock.shift(timedelta(minutes=3))
            with CaptureQueriesContext(connection) as asked:
                assert is_in(browser)
            noted.append(any("UPDATE" in query["sql"] and "django_session" in query["sql"] for query in asked))
    assert noted == [False, True, False]


def test_a_cookie_that_is_no_key_is_nobodys(client: Client) -> None:
    client.cookies[conf.SESSION_COOKIE_NAME] = "ab\x00cdefghij"
    assert client.get("/inbox/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_live_stream_ends_with_the_session(me: User, settings: Settings) -> None:
    browser = signed_in(me)
    key = browser.session.session_key or ""

    async def whose() -> int:
        reader = await _reader_of(key, "127.0.0.1")
        return reader.pk if reader else 0

    assert run(whose()) == me.pk
    settings.SESSION_DAYS = -1
    assert run(whose()) == 0


def test_signing_out_everywhere_ends_every_browser(me: User) -> None:
    here, there, colleague = signed_in(me), signed_in(me), signed_in(factories.make_user())
    assert "Sign out everywhere" in here.get("/preferences/").content.decode()
    assert here.post("/preferences/sign-out/")["Location"] == "/account/login/"
    assert (is_in(here), is_in(there), is_in(colleague)) == (False, False, True)
    assert Event.objects.get(verb="signed_out_everywhere").actor_id == me.pk
    again = signed_in(User.objects.get(pk=me.pk))
    assert is_in(again)
    assert is_in(again)


@pytest.mark.parametrize("path", ["/inbox/", "/preferences/", "/account/login/", "/nowhere/", "/"])
def test_nobody_keeps_a_page(me: User, path: str) -> None:
    for browser in (signed_in(me), Client()):
        answer = browser.get(path)
        assert "no-store" in answer["Cache-Control"]
        assert "camera=()" in answer["Permissions-Policy"]


def test_files_keep_their_own_rule_and_are_their_owners_alone(me: User, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    row = Attachment(message=factories.make_inbound(), kind="image", state="stored", mime_type="image/png")
    row.file.save("kast.png", ContentFile(b"bytes"))
    answer = signed_in(me).get(f"/files/{row.code}/")
    assert answer["Cache-Control"].startswith("private, max-age")
    answer.close()
    stored = Path(row.file.path)
    assert stored.stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in stored.parents[:2]] == [0o700, 0o700]


def test_an_old_form_says_so_and_shows_what_was_written(me: User) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(me)
    path = f"/inbox/{factories.make_conversation().code}/reply/"
    ours = browser.post(path, {"text": "Wij <b>zoeken</b> het uit."}, headers={"origin": "http://testserver"})
    assert ours.status_code == 403
    assert "This page was open too long" in ours.content.decode()
    assert "Wij &lt;b&gt;zoeken&lt;/b&gt; het uit." in ours.content.decode()
    foreign = browser.post(path, {"text": "Bel 0900"}, headers={"origin": "https://elders.example"})
    assert foreign.status_code == 403
    assert "Bel 0900" not in foreign.content.decode()


def test_sessions_are_listed_and_ended_one_by_one(me: User) -> None:
    def sign_in(agent: str) -> Client:
        browser = Client(headers={"user-agent": agent})
        browser.post("/account/login/", {"login": me.email, "password": "a-long-password"})
        return browser

    here, there = sign_in("Mozilla/5.0 (X11; Linux x86_64) Firefox/140"), sign_in("Mozilla/5.0 (iPhone) Safari/600")
    page = here.get("/preferences/").content.decode()
    assert "Firefox, Linux" in page
    assert "this one" in page
    ends = re.findall(r"/preferences/sessions/\d+/end/", page)
    assert len(ends) == 1  # not the one that asks
    stranger = signed_in(factories.make_user())
    stranger.post(ends[0])
    assert is_in(there)
    here.post(ends[0])
    assert (is_in(there), is_in(here)) == (False, True)
    admin = signed_in(factories.make_user("admin", language="en"))
    assert "Firefox, Linux" in admin.get(f"/people/{me.code}/").content.decode()
    admin.post(f"/people/{me.code}/sessions/end/")
    assert not is_in(here)
    ended = Event.objects.filter(verb__in=("session_ended", "sessions_ended")).order_by("pk")
    assert list(ended.values_list("verb", flat=True)) == ["session_ended", "sessions_ended"]
