"""Who sees which conversation, in a prepared statement: what `visible_to` says, compiled once."""

from __future__ import annotations

from inbox.models.conversation import Conversation, ConversationQuerySet
from inbox.models.user import accounts_read_by
from webcare.lib.prepared import Given, NoneOf


def visible_to_given(*, is_admin: bool) -> ConversationQuerySet:
    """Return what an admin, or another, sees. Given are `reader`, by id, and `closed`, the teams closed to them.

    Not for who practises, nor for a token of some accounts: they are asked by `visible_to`.
    """
    accounts = accounts_read_by(0 if is_admin else Given("reader"), is_admin=is_admin)
    rows = Conversation.objects.filter(NoneOf("team_id", "closed"))
    return rows.filter(account__in=accounts.order_by().values("pk"))
