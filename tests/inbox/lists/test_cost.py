"""What a page costs does not depend on how much there is: counted in statements, not in time."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inbox.lists.queues import QUEUES, SORTS
from inbox.models import Conversation
from tests.support import many
from tests.support.profiles import is_thorough

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# Every twentieth is a complaint, so that few hold one. More than many tell no more: no list shows as many at once.
FEW, MANY = 20, 2000 if is_thorough() else 200


def _statements(page: Client, address: str) -> int:
    page.get(address)  # what is remembered between two visits is no matter here
    with CaptureQueriesContext(connection) as asked:
        assert page.get(address).status_code == 200
    return len(asked)


def test_the_list_and_a_conversation_cost_the_same_however_many(client: Client) -> None:
    client.force_login(many.person())
    many.conversations(FEW)
    many.conversations(FEW, "closed")
    # Each queue and each order; in a thorough run each with each.
    sortable = QUEUES if is_thorough() else ("open",)
    lists = [f"/inbox/?queue={key}&sort={sort}" for sort in ("", *SORTS) for key in (sortable if sort else QUEUES)]
    addresses = [*lists, Conversation.objects.earliest("pk").get_absolute_url()]
    few = {address: _statements(client, address) for address in addresses}
    many.conversations(MANY)
    many.conversations(MANY, "closed")
    assert Conversation.objects.count() == 2 * FEW + 2 * MANY
    assert {address: _statements(client, address) for address in addresses} == few
