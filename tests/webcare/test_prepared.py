"""Statements that are written once: what they are told at each run counts, and nothing of an earlier run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.models import Conversation, User
from tests import factories
from tests.support.threads import at_once
from webcare.lib.prepared import (
    Prepared,
    given,
    given_code,
    given_moment,
    given_numbers,
)


def _of_accounts() -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(account__in=given_numbers("accounts")).select_related("account")
    return rows.annotate(asked_by=given("reader")).order_by("pk")


@pytest.mark.django_db
def test_each_run_takes_its_own_values_in_one_statement() -> None:
    one, two = (factories.make_conversation(factories.make_account("x", handle=handle)) for handle in ("een", "twee"))
    built: list[int] = []

    def build() -> QuerySet[Conversation]:
        built.append(1)
        return _of_accounts()

    prepared = Prepared(build)
    assert prepared.rows(accounts=[one.account_id], reader=7) == [one]
    (found,) = prepared.rows(accounts=[two.account_id], reader=8)
    assert (found, found.asked_by) == (two, 8)  # type: ignore[attr-defined]  # annotated
    assert prepared.rows(accounts=[one.account_id, two.account_id], reader=7) == [one, two]
    assert prepared.rows(accounts=[], reader=7) == []
    assert len(built) == 1


@pytest.mark.django_db
def test_rows_come_with_relations_in_one_statement() -> None:
    conversation = factories.make_conversation(factories.make_account("x", handle="VeldhuisNL"))
    with CaptureQueriesContext(connection) as queries:
        (found,) = Prepared(_of_accounts).rows(accounts=[conversation.account_id], reader=1)
        assert found.account.handle == "VeldhuisNL"
    assert len(queries) == 1


@pytest.mark.django_db
def test_missing_value_is_an_error_not_an_earlier_value() -> None:
    prepared = Prepared(lambda: Conversation.objects.filter(code=given_code("code")))
    conversation = factories.make_conversation(factories.make_account("x"))
    assert prepared.rows(code=conversation.code) == [conversation]
    with pytest.raises(KeyError, match="code"):
        prepared.rows()


@pytest.mark.django_db
def test_fixed_moment_is_refused() -> None:
    late = Prepared(lambda: Conversation.objects.filter(last_message_at__lt=timezone.now()))
    with pytest.raises(TypeError, match="given_moment"):
        late.rows()
    conversation = factories.make_conversation(factories.make_account("x"))
    told = Prepared(lambda: Conversation.objects.filter(last_message_at__lt=given_moment("now")))
    assert told.rows(now=timezone.now()) == [conversation]
    assert told.rows(now=conversation.first_message_at - timedelta(days=1)) == []


@pytest.mark.django_db(transaction=True)
def test_threads_use_their_own_connection() -> None:
    people = [factories.make_user(first_name=f"Persoon {n}") for n in range(8)]
    prepared = Prepared(lambda: User.objects.filter(pk=given("pk")).annotate(known_as=Value("wij")))

    def ask(person: User) -> list[Any]:
        return [prepared.rows(pk=person.pk) for _turn in range(20)]

    for person, found in zip(people, at_once(*[lambda one=one: ask(one) for one in people]), strict=True):
        assert found == [[person]] * 20
