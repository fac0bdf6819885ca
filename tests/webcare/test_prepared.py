"""A prepared queryset finds what the queryset itself finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from inbox.models import Conversation
from tests.factories import make_conversation, make_inbound
from tests.support import many
from webcare.lib.prepared import AnyOf, Given, Prepared, among

pytestmark = pytest.mark.django_db


@Prepared
def _by_code() -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(code=Given("code")).select_related("identity", "assignee")
    return rows.annotate(handle=F("identity__handle")).defer("excerpt")


@Prepared
def _facts() -> Any:
    rows = Conversation.objects.filter(account=AnyOf("accounts"), status="open").order_by("pk")
    return rows.values("code", "status", who=F("identity__name"))


@Prepared
def _codes() -> Any:
    found = Conversation.objects.filter(account__in=among("accounts")).exclude(code=Given("besides"))
    return found.order_by("pk").values_list("code", flat=True)


def test_rows_carry_what_is_joined_and_annotated() -> None:
    conversation = make_conversation()

    found = _by_code.first(code=conversation.code)

    assert found == conversation
    assert found.get_deferred_fields() == {"excerpt"}
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert found.identity == conversation.identity
        assert found.assignee is None
        assert found.handle == conversation.identity.handle  # type: ignore[attr-defined]  # annotated
    assert not asked.captured_queries


def test_each_asking_has_values_of_its_own() -> None:
    one, two = make_conversation(), make_conversation()

    assert _by_code.first(code=one.code) == one
    assert _by_code.first(code=two.code) == two
    assert _by_code.first(code=one.identity.contact.code) is None


def test_values_and_lists_come_as_the_queryset_gives_them() -> None:
    one, two = make_conversation(), make_conversation()
    accounts = [one.account_id, two.account_id]

    assert _facts(accounts=accounts) == [
        {"code": row.code, "status": "open", "who": row.identity.name} for row in (one, two)
    ]
    assert _facts(accounts=[]) == []
    assert _codes(accounts=accounts, besides=one.code) == [two.code]


def test_statement_is_made_once() -> None:
    made = []

    @Prepared
    def rows() -> Any:
        made.append(1)
        return Conversation.objects.filter(pk=Given("pk")).values_list("pk", "code")

    conversation = make_conversation()
    for _ in range(3):
        assert rows(pk=conversation.pk) == [(conversation.pk, conversation.code)]
    assert made == [1]


def test_plan_for_any_value_uses_partial_index() -> None:
    @Prepared
    def waiting() -> Any:
        rows = Conversation.objects.open().filter(account=AnyOf("accounts")).order_by("waiting_since", "id")
        return rows.values_list("excerpt", flat=True)[:31]

    account = many.accounts()[0]
    many.conversations(2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inbox_conversation")
        with CaptureQueriesContext(connection) as asked:
            waiting(accounts=[account.pk])
        cursor.execute(f"PREPARE waiting AS {asked[0]['sql'].replace('%s', '$1')}")
        cursor.execute(f"EXPLAIN EXECUTE waiting('{{{account.pk}}}')")
        assert "conv_open_waiting" in str(cursor.fetchall())


def test_constants_keep_their_percent_signs() -> None:
    for text in ("50% korting, 'echt'", "50 euro, 'echt'"):
        make_inbound(text=text)

    @Prepared
    def found() -> Any:
        rows = Conversation.objects.filter(excerpt__contains="50% korting, 'ech", account__gt=Given("account"))
        return rows.values_list("excerpt", flat=True)

    assert found(account=0) == ["50% korting, 'echt'"]
