"""A prepared queryset finds what the queryset itself finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from inbox.models import Conversation
from tests.factories import make_conversation
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
