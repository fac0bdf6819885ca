"""Who opened, searched and exported is known afterwards, and costs the page nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inbox.models import Read
from inbox.models.rights import Right
from inbox.privacy import reads
from tests import factories
from tests.support.pages import signed_in
from tests.support.rights import person_with

pytestmark = pytest.mark.django_db


def test_d3_who_read_what_is_written_behind_the_page() -> None:
    talk = factories.make_conversation()
    agent, admin = factories.make_user(language="en"), factories.make_user("admin", language="en")
    page, lead = signed_in(agent), signed_in(admin)
    reads.flush()
    with CaptureQueriesContext(connection) as asked:
        page.get(reverse("conversation", args=[talk.code]))
    assert not [query for query in asked if "inbox_read" in query["sql"] and "inbox_readby" not in query["sql"]]
    page.get(reverse("search"), {"q": "06 12 34 56 78"})
    lead.get(reverse("privacy_person", args=[talk.contact.code]))
    assert reads.flush() == 3
    mine = Read.objects.filter(user_id=agent.pk).order_by("id").values_list("kind", "conversation_id", "what")
    assert list(mine) == [("opened", talk.pk, ""), ("searched", None, "number")]
    shown = lead.get(reverse("reads"), {"contact": str(talk.contact.code), "kind": "opened"}).content.decode()
    assert "opened a conversation" in shown and agent.name in shown and "06 12" not in shown
    table = b"".join(lead.get(reverse("reads_csv"), {"person": str(agent.code)}).streaming_content)  # type: ignore[attr-defined]
    assert table.decode().count(agent.name) == 2
    tomorrow = {"since": str(timezone.localdate() + timedelta(days=1))}
    assert agent.name not in lead.get(reverse("reads"), tomorrow).content.decode().split("<table")[1]


def test_who_works_in_some_accounts_sees_reads_of_those_alone() -> None:
    mine = factories.make_inbound(factories.make_account("x"), author=factories.author("Karin")).conversation
    other = factories.make_inbound(factories.make_account("x"), author=factories.author("Wilhelmina")).conversation
    assert mine is not None and other is not None
    colleague, now = factories.make_user(first_name="Bo"), timezone.now()
    for talk in (mine, other):
        about = {"at": now, "user_id": colleague.pk, "contact_id": talk.contact_id}
        Read.objects.create(kind="opened", conversation_id=talk.pk, **about)
        Read.objects.create(kind="looked", **about)
    Read.objects.create(at=now, user_id=colleague.pk, kind="searched", what="words")
    reader = person_with({Right.WORK, Right.READS})
    factories.limit(reader, mine.account)
    page = signed_in(reader)
    lines = page.get(reverse("reads")).context["page"].lines
    assert [line.contact for line in lines] == ["", "Karin", "Karin"]
    asked = page.get(reverse("reads"), {"contact": str(other.contact.code)})
    assert asked.context["contact"] is None and "Wilhelmina" not in asked.content.decode()
    table = b"".join(page.get(reverse("reads_csv")).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Karin" in table and "Wilhelmina" not in table
    auditor = signed_in(factories.make_user("auditor"))
    assert len(auditor.get(reverse("reads")).context["page"].lines) >= 5


def test_reads_are_append_only_and_go_by_whole_months() -> None:
    user = factories.make_user()
    Read.objects.create(at=timezone.now(), user_id=user.pk, kind="opened")
    with pytest.raises(IntegrityError), transaction.atomic():
        Read.objects.filter(user_id=user.pk).update(kind="searched")
    with pytest.raises(IntegrityError), transaction.atomic():
        Read.objects.filter(user_id=user.pk).delete()
    reads.keep_months(timezone.now() + timedelta(days=500))
    assert not Read.objects.filter(user_id=user.pk).exists()


def test_while_the_database_is_away_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    talk, user = factories.make_conversation(), factories.make_user()
    reads.flush()

    def away(_rows: Any) -> None:
        raise DatabaseError

    reads.opened(user, talk)
    with monkeypatch.context() as patch:
        patch.setattr(reads, "insert", away)
        assert reads.flush() == 0
    assert reads.flush() == 1
