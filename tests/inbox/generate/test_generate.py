"""Made-up history is what ingest and colleagues would have written: recomputing it changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models import F
from django.test import TestCase
from django.utils import timezone

from channels.models import Account
from inbox.generate import fill as filling
from inbox.generate.copying import Table
from inbox.generate.fill import Amount, fill
from inbox.ingest.receive import receive
from inbox.lists.queue_counts import mend_counts
from inbox.lists.search import SearchQuery, find
from inbox.models import (
    Contact,
    Conversation,
    ConversationLabel,
    Identity,
    Message,
    Notification,
    PendingEstimate,
    QueueCount,
    Response,
    User,
)
from inbox.triage.priority import rank_open
from inbox.triage.summary import refresh
from tests.factories import author, incoming, make_account, make_user

AMOUNT = Amount(conversations=300, messages=1500, still_open=60)


def silent(_doing: str, _total: int) -> Callable[[int], object]:
    """Show no progress."""
    return lambda _more: None


def rows_of(model: type[models.Model], *without: str) -> set[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in without]
    return {tuple(map(str, row)) for row in model._default_manager.values_list(*names)}


class TestGenerated(TestCase):
    """One filling for all of these."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Fill once."""
        fill(AMOUNT, silent, jobs=0)

    def test_recomputing_lists_and_waits_changes_nothing(self) -> None:
        # A rank grows with the wait, in steps: those that are full do not change while this runs.
        before = rows_of(Conversation, "version", "priority"), rows_of(Response)
        refresh(Conversation.objects.values_list("pk", flat=True))
        assert (rows_of(Conversation, "version", "priority"), rows_of(Response)) == before

    def test_ranks_are_those_of_the_rule(self) -> None:
        old = Conversation.objects.exclude(due_at__gt=timezone.now() - timedelta(hours=1))
        before = dict(old.values_list("pk", "priority"))
        rank_open()
        assert dict(old.values_list("pk", "priority")) == before
        assert old.filter(priority__gt=0).exists()

    def test_amounts_are_exact(self) -> None:
        assert Conversation.objects.count() == 300
        assert Conversation.objects.open().count() == 60
        assert Message.objects.count() == 1500

    def test_every_kind_of_thing_is_there(self) -> None:
        directions = set(Message.objects.values_list("direction", flat=True))
        assert directions == {"inbound", "outbound", "note"}
        assert set(Conversation.objects.values_list("status", flat=True)) == {"open", "closed", "snoozed"}
        assert set(Message.objects.exclude(language="").values_list("language", flat=True)) == {"nl", "en", "de"}
        for some in (Conversation.objects.exclude(window_closes_at=None), Conversation.objects.exclude(team=None)):
            assert some.exists()
        assert User.objects.filter(conversations__status="open").exists()
        assert ConversationLabel.objects.exists() and Notification.objects.exists()
        assert not PendingEstimate.objects.exists()

    def test_reach_is_what_followed_who_began_in_public(self) -> None:
        told = Conversation.objects.filter(visibility="public", identity__followers__isnull=False)
        assert told.exists()
        assert not told.exclude(reach=F("identity__followers")).exists()
        assert not Conversation.objects.filter(visibility="private", reach__isnull=False).exists()

    def test_labels_carry_their_conversations_time(self) -> None:
        assert not ConversationLabel.objects.exclude(last_message_at=F("conversation__last_message_at")).exists()

    def test_whoever_has_a_conversation_sees_its_account(self) -> None:
        for user in User.objects.filter(conversations__isnull=False).distinct():
            seen = set(user.visible_accounts().values_list("pk", flat=True))
            assert set(Conversation.objects.filter(assignee=user).values_list("account", flat=True)) <= seen

    def test_kept_counts_are_true(self) -> None:
        assert QueueCount.objects.filter(kind="open").exists()
        assert mend_counts() == 0

    def test_nothing_happens_in_the_future(self) -> None:
        now = timezone.now()
        assert not Message.objects.filter(sent_at__gt=now).exists()
        assert not Conversation.objects.filter(closed_at__gt=now).exists()
        assert not Message.objects.filter(sent_at__lt=F("conversation__first_message_at"), direction="inbound").exists()

    def test_people_were_seen_when_they_wrote(self) -> None:
        for identity in Identity.objects.all():
            mine = Message.objects.filter(identity=identity)
            assert identity.first_seen_at == mine.earliest("sent_at").sent_at
            assert identity.last_seen_at == mine.latest("sent_at").sent_at

    def test_a_new_message_comes_after_generated_ones(self) -> None:
        account = Account.objects.filter(platform="x").earliest("pk")
        receive(account, [incoming("Waar blijft mijn zithoek?", author=author("Nieuw"))])
        newest = Message.objects.latest("pk")
        assert (newest.text, newest.pk) == ("Waar blijft mijn zithoek?", 1501)
        assert newest.identity is not None and newest.identity.name == "Nieuw"

    def test_generated_words_are_found(self) -> None:
        sought = find(SearchQuery.of({"q": "bestelling"}), list(Account.objects.all()))
        assert sought.messages

    def test_filling_twice_is_refused(self) -> None:
        with pytest.raises(CommandError, match="already"):
            call_command("generate")


@pytest.mark.django_db(transaction=True)
def test_several_connections_write_every_row_once() -> None:
    fill(AMOUNT, silent, jobs=2)
    assert (Conversation.objects.count(), Message.objects.count()) == (300, 1500)
    assert list(Message.objects.order_by("pk").values_list("pk", flat=True)) == list(range(1, 1501))


@pytest.mark.django_db
def test_indexes_are_back_even_after_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def names() -> set[str]:
        with connection.cursor() as cursor:
            return set(connection.introspection.get_constraints(cursor, Message._meta.db_table))

    before = names()
    monkeypatch.setattr(filling, "_write_people", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fill(AMOUNT, silent, jobs=0)
    assert names() == before


@pytest.mark.django_db
@pytest.mark.parametrize("real", [make_account, make_user])
def test_database_with_real_accounts_is_refused(real: Callable[[], object]) -> None:
    real()
    with pytest.raises(CommandError, match="of its own"):
        call_command("generate")
    assert not Conversation.objects.exists()


def test_fewer_messages_than_conversations_are_refused() -> None:
    with pytest.raises(CommandError, match="at least as many messages"):
        call_command("generate", conversations=10, messages=9)


def test_column_that_must_differ_has_to_be_named() -> None:
    with pytest.raises(ValueError, match="same code"):
        Table(Contact, "name", "created_at")
    with pytest.raises(ValueError, match="has no colour"):
        Table(Permission, "colour")
