"""The demo's people and accounts: there in the demo, powerless outside it."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from channels.accounts import connecting
from channels.models import Account, Stream
from channels.secrets import seal
from inbox.demo import content, people
from inbox.library import canned
from inbox.lists import first_steps
from inbox.models import (
    CannedReply,
    CannedText,
    Conversation,
    Event,
    Guideline,
    Label,
    Notice,
    Team,
    User,
    WatchedWord,
)
from inbox.notifications import notices
from sandbox.scenario.people import BRANDS
from tests.factories import author, make_account, make_answer, make_conversation, make_inbound, make_user, minutes_ago
from tests.support.sandbox_accounts import control

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_demo(sandbox: Running, settings: Settings) -> Running:
    """Demo mode with a sandbox."""
    settings.DEMO = True
    settings.X_API_BASE = settings.X_UPLOAD_BASE = settings.GRAPH_API_BASE = sandbox.url
    settings.YOUTUBE_API_BASE = settings.GOOGLE_TOKEN_BASE = settings.MEDIA_SANDBOX = sandbox.url
    return sandbox


def migrated() -> None:
    """What every `migrate` ends with."""
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default", apps=apps)


def test_outside_demo_mode_seeding_is_refused() -> None:
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("seed_demo")
    assert not User.objects.exists()


def test_seeding_twice_gives_the_same_people_and_accounts(in_demo: Running) -> None:
    for _turn in range(2):
        said = StringIO()
        call_command("seed_demo", stdout=said)
        assert "farah@veldhuis.example" in said.getvalue()
        assert people.PASSWORD in said.getvalue()
        assert User.objects.filter(is_demo=True, is_active=True).count() == 4
        assert Account.objects.present().count() == len(people.ACCOUNTS) + 2  # and the chat and the mailbox


def test_the_accounts_are_those_the_sandboxs_customers_write_to() -> None:
    expected = {(platform, brand.name, user) for brand in BRANDS for platform, user in brand.accounts.items()}
    assert set(people.ACCOUNTS) == expected


def test_an_emptied_sandbox_is_connected_again(in_demo: Running) -> None:
    call_command("seed_demo", stdout=StringIO())
    control(in_demo, "POST", "/control/reset")
    call_command("seed_demo", stdout=StringIO())
    for account in Account.objects.present().exclude(platform=people.CHAT).order_by("-pk")[: len(people.ACCOUNTS)]:
        assert connecting.identify(account.platform, account.credentials).external_id == account.external_id


def test_access_somebody_took_away_does_not_stop_the_demo(in_demo: Running) -> None:
    made = people._connected("facebook", "Lijn Noord", "lijnnoord")
    control(in_demo, "POST", "/control/revoke", platform="facebook", account=made.external_id)
    # They signed in anew since: another token than the one that was taken away.
    mine = made.credentials | {"access_token": "EAA-signed-in-anew"}
    Account.objects.filter(pk=made.pk).update(sealed_credentials=seal(mine))
    assert people._connected("facebook", "Lijn Noord", "lijnnoord").credentials == mine


def test_the_printed_password_works_in_demo_mode_only(in_demo: Running, settings: Settings) -> None:
    people.seed_people()
    fields = {"login": "farah@veldhuis.example", "password": people.PASSWORD}
    inside = Client()
    assert inside.post("/account/login/", fields).status_code == 302
    assert inside.get("/preferences/").status_code == 200
    settings.DEMO = False
    assert inside.get("/preferences/").status_code == 302
    assert Client().post("/account/login/", fields)["Location"] == "/account/inactive/"


def test_demo_people_are_deactivated_outside_demo_mode(settings: Settings) -> None:
    settings.DEMO = True
    mila = next(user for user in people.seed_people() if user.role == "admin")
    own = make_user("agent")
    conversation = make_conversation()
    Conversation.objects.filter(pk=conversation.pk).update(assignee=mila)
    migrated()
    assert User.objects.filter(is_demo=True, is_active=True).count() == 4
    settings.DEMO = False
    migrated()
    assert not User.objects.filter(is_demo=True, is_active=True).exists()
    mila.refresh_from_db()
    own.refresh_from_db()
    conversation.refresh_from_db()
    assert not mila.has_usable_password()
    assert own.is_active
    assert conversation.assignee is None


def test_demo_seeding_is_done_once_and_keeps_changes(in_demo: Running) -> None:
    call_command("seed_demo", stdout=StringIO())
    where = CannedReply.objects.get(title="Waar blijft mijn bestelling")
    wordings = {(text.platform, text.language) for text in where.texts.all()}
    assert {("", "nl"), ("", "en"), ("x", "nl"), ("x", "en")} <= wordings
    assert all("[[" in text.text and "{first_name}" in text.text for text in where.texts.all())
    assert Team.objects.get(handles_press=True).members.filter(first_name="Sanne").exists()
    assert Label.objects.filter(is_complaint=True).exists()
    assert notices.current().count() == 1
    assert Guideline.objects.filter(platform="x").exists()
    assert WatchedWord.objects.filter(phrase="zo snel mogelijk").exists()
    CannedReply.objects.filter(pk=where.pk).update(archived_at=timezone.now())
    where.texts.all().delete()
    kinds = (CannedReply, CannedText, Guideline, Label, Notice, Team, WatchedWord)
    before = [kind.objects.count() for kind in kinds]
    call_command("seed_demo", stdout=StringIO())
    assert [kind.objects.count() for kind in kinds] == before


def test_the_demos_canned_texts_use_variables_there_are(settings: Settings) -> None:
    settings.DEMO = True
    people.seed_people()
    content.seed()
    for text in CannedText.objects.all():
        assert set(re.findall(r"\{(\w+)\}", text.text)) <= set(canned.VARIABLES), text.text


def test_nothing_is_laid_ready_outside_demo_mode(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(RuntimeError, match="demo mode only"):
        content.seed()
    assert not CannedReply.objects.exists()


def test_demo_queue_is_sorted_and_people_have_first_steps(settings: Settings) -> None:
    settings.DEMO = True
    people.seed_people()
    content.seed()
    veldhuis = make_account(name="Veldhuis Wonen")
    over = make_inbound(veldhuis, sent_at=minutes_ago(60 * 24 * 3)).conversation
    fresh = make_inbound(veldhuis, "Waar blijft mijn pakket?", author=author("Stef")).conversation
    assert over and fresh
    people.close_history()
    people.sort_today()
    fresh.refresh_from_db()
    assert [label.name for label in fresh.labels.all()] == ["Bezorging"]
    assert fresh.team is not None and fresh.team.name == "Klantenservice Veldhuis"
    over.refresh_from_db()
    assert over.team is None
    for person in User.objects.filter(is_demo=True):
        assert first_steps.steps_of(person) == first_steps.Steps(opened=False, answered=False, closed=False)


def test_without_a_sandbox_the_command_says_so_in_one_sentence(settings: Settings) -> None:
    settings.DEMO = True
    with pytest.raises(CommandError, match="The sandbox does not answer at http://127.0.0.1:9."):
        call_command("seed_demo", stdout=StringIO())


def test_what_is_over_is_closed_and_what_was_begun_has_an_owner(settings: Settings) -> None:
    settings.DEMO = True
    people.seed_people()
    over = make_inbound(sent_at=minutes_ago(60 * 24 * 3)).conversation
    assert over
    asked = minutes_ago(60 * 24 * 2)
    helped = make_inbound(sent_at=asked).conversation
    assert helped
    answer = make_answer(helped, None, sent_at=asked + timedelta(minutes=20))
    begun, fresh = make_conversation(), make_conversation()
    make_answer(begun)
    assert people.close_history() == 2
    taken, closed = Event.objects.filter(conversation=helped).order_by("pk")
    answer.refresh_from_db()
    assert asked <= taken.at < answer.sent_at < closed.at < answer.sent_at + timedelta(minutes=10)
    assert answer.author == answer.response.agent == taken.actor == closed.actor is not None
    for conversation in (over, begun, fresh):
        conversation.refresh_from_db()
    assert (over.status, over.close_reason) == ("closed", "no_question")
    assert begun.assignee is not None
    assert (fresh.status, fresh.assignee) == ("open", None)


def test_who_comes_back_in_the_demo_waits_from_then_on(settings: Settings) -> None:
    settings.DEMO = True
    people.seed_people()
    account, eva, asked = make_account(), author("Eva"), minutes_ago(60 * 24 * 2)
    row = make_inbound(account, author=eva, sent_at=asked).conversation
    assert row
    make_answer(row, None, sent_at=asked + timedelta(minutes=20))
    make_inbound(account, "Dank je!", author=eva, sent_at=asked + timedelta(minutes=25))
    people.close_history()
    again = make_inbound(account, "Nog een vraag.", author=eva, sent_at=minutes_ago(3))
    row.refresh_from_db()
    assert (row.status, row.waiting_since) == ("open", again.sent_at)


def test_what_only_comes_in_by_asking_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything was asked once before there was a history: that round does not count."""
    people.seed_people()
    earlier = make_inbound(sent_at=minutes_ago(60 * 24 * 3))
    stream = Stream.objects.create(account=earlier.account, name="comments", last_polled_at=timezone.now())
    asked: list[bool] = []

    def poll(_seconds: float) -> None:
        stream.refresh_from_db()
        if stream.next_poll_at <= timezone.now() and not asked:
            asked.append(True)
            make_inbound(earlier.account, sent_at=minutes_ago(60 * 24 * 4))
            Stream.objects.filter(pk=stream.pk).update(last_polled_at=timezone.now())

    monkeypatch.setattr("inbox.demo.people.time.sleep", poll)
    assert people.close_history() == Conversation.objects.count() > 0
    assert asked
