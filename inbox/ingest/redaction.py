"""Redacts removed messages in what is kept: stored webhook bodies, items not understood, edits that wait."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from channels.models import Account, Delivery, UnreadItem, Withdrawal
from inbox.models import EarlyEvent
from webcare.lib.text import read_json

NOT_JSON = "webhook: not a JSON object"  # the reason of an item that is kept as text
KEPT = timedelta(days=30)  # as long as stored bodies are
SLACK = timedelta(hours=1)  # between a platform's clock and ours
AT_ONCE = 200
_NAMES = ("id", "id_str", "mid", "comment_id", "original_message_id")
# What is left of an item that was removed: who, when and what kind, none of its words, files or names.
_LEFT = frozenset({
    *_NAMES, "post_id", "parent_id", "from", "from_user_id", "user_id", "to", "to_user_id", "author_id", "sender_id",
    "timestamp", "created_time", "created_at", "item", "verb", "is_echo", "is_deleted", "group_id", "num_edit",
    "action", "reaction", "emoji", "status", "recipient_id",
})  # fmt: skip
_WORDS = ("text", "message", "body", "caption")
_NUMBERS = re.compile(r"\d+(?:_\d+)+")


def note_removed(account: Account, since: Mapping[str, datetime]) -> None:
    """Note removed messages, each with the time from which its words may be stored."""
    rows = [Withdrawal(account=account, external_id=external_id, since=at - SLACK) for external_id, at in since.items()]
    Withdrawal.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["account", "external_id"], update_fields=["since", "told_at"]
    )


def redact(account_id: int, external_ids: Collection[str]) -> None:
    """Take the words of these messages out of everything that was kept of them. Doing it twice is harmless.

    What still waits to be read keeps its words until it was; then this is done again.
    """
    began = timezone.now()
    mine = Withdrawal.objects.filter(account=account_id, external_id__in=list(external_ids))
    sinces = dict(mine.values_list("external_id", "since"))
    named = _spellings(
        {external_id: sinces.get(external_id, began - KEPT) for external_id in external_ids if external_id}
    )
    if not named:
        return
    account = Account.objects.get(pk=account_id)
    EarlyEvent.objects.filter(account=account, external_id__in=list(external_ids), kind="edit").delete()
    items = UnreadItem.objects.filter(Q(account=account) | Q(account=None))
    for pk in _rows_naming("channels_unreaditem", "convert_to(body::text, 'UTF8')", "seen_at", named):
        with transaction.atomic():
            item = items.select_for_update().filter(pk=pk).first()
            if item is not None:
                item.body = {} if item.reason == NOT_JSON else without_words(item.body, named)
                item.save(update_fields=["body"])
    done = [_redact_delivery(pk, named) for pk in _rows_naming("channels_delivery", "body", "received_at", named)]
    if all(done):
        mine.filter(told_at__lte=began).delete()


def redact_due() -> None:
    """Redact what is still due: its task was lost, or a body was unread."""
    by_account: dict[int, list[str]] = {}
    for account_id, external_id in Withdrawal.objects.order_by("pk").values_list("account", "external_id"):
        by_account.setdefault(account_id, []).append(external_id)
    for account_id, ids in by_account.items():
        for start in range(0, len(ids), AT_ONCE):
            redact(account_id, ids[start : start + AT_ONCE])


def without_words(node: Any, named: Collection[str]) -> Any:
    """Return a body in which the items with these ids say nothing more."""
    if isinstance(node, list):
        return [without_words(item, named) for item in node]
    if not isinstance(node, Mapping):
        return node
    name = next((key for key in _NAMES if node.get(key) in named), "") if _has_text(node) else ""
    return _without_text(node, name) if name else {key: without_words(value, named) for key, value in node.items()}


def _has_text(node: Mapping[str, Any]) -> bool:
    return any(isinstance(node.get(key), str) for key in _NAMES)


def _without_text(node: Mapping[str, Any], name: str) -> dict[str, Any]:
    left = {key: value for key, value in node.items() if key in _LEFT}
    left |= {key: "" for key in _WORDS if isinstance(node.get(key), str)}
    if name == "mid" and not (node.get("action") or "num_edit" in node):
        left["is_deleted"] = True  # read again, it is removed again
    elif name == "id" and isinstance(node.get("type"), str):
        left |= {"type": "revoke", "revoke": {"original_message_id": node["id"]}}
    return left


def _spellings(sinces: Mapping[str, datetime]) -> dict[str, datetime]:
    """Return the ids, and of Facebook's numbers their last part: what stands before it differs."""
    return {
        **{external_id.rsplit("_", 1)[1]: at for external_id, at in sinces.items() if _NUMBERS.fullmatch(external_id)},
        **sinces,
    }


def _rows_naming(table: str, body: str, at: str, named: Mapping[str, datetime]) -> list[int]:
    """Return the rows with one of these ids that came in since the message."""
    needles = [
        (spelling.encode(), since) for name, since in named.items() for spelling in {name, name.replace("/", "\\/")}
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table} WHERE {at} >= %s AND EXISTS (SELECT"  # noqa: S608  constants of this module
            f" FROM unnest(%s::bytea[], %s::timestamptz[]) AS n(name, since)"
            f" WHERE {at} >= n.since AND position(n.name IN {body}) > 0) ORDER BY id",
            [max(min(named.values()), timezone.now() - KEPT), *map(list, zip(*needles, strict=True))],
        )
        return [pk for (pk,) in cursor.fetchall()]


@transaction.atomic
def _redact_delivery(pk: int, named: Collection[str]) -> bool:
    """Take these messages' words out of a body; False where it has to be read first."""
    row = Delivery.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return True
    if row.status == Delivery.Status.WAITING:
        return False
    try:
        payload = read_json(bytes(row.body))
    except ValueError:
        payload = {}  # whose words stand in what nobody can read is not known, so all go
    longer = {found for name in named for found in _longer_ids(payload, name)}
    row.body = json.dumps(without_words(payload, {*named, *longer})).encode()
    row.save(update_fields=["body"])
    return True


def _longer_ids(node: Any, name: str) -> set[str]:
    """Return the forms of a number's id that end in it."""
    if not name.isdigit():
        return set()
    if isinstance(node, list):
        return {found for item in node for found in _longer_ids(item, name)}
    if not isinstance(node, Mapping):
        return set()
    own = {str(node[key]) for key in _NAMES if str(node.get(key) or "").endswith(f"_{name}")}
    return own | {found for value in node.values() for found in _longer_ids(value, name)}
