"""Takes withdrawn words out of what is kept: stored webhook bodies, items not understood, edits that wait."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from channels.models import Account, Delivery, UnreadItem
from inbox.models import EarlyEvent, Event, Message
from webcare.lib.text import read_json

NOT_JSON = "webhook: not a JSON object"  # the reason of an item that is kept as text
KEPT = timedelta(days=30)  # as long as stored bodies are
SWEPT = timedelta(days=2)
AT_ONCE = 200
_NAMES = ("id", "id_str", "mid", "comment_id", "original_message_id")
# What is left of an item that was withdrawn: who, when and what kind, none of its words, files or names.
_LEFT = frozenset({
    *_NAMES, "post_id", "parent_id", "from", "from_user_id", "user_id", "to", "to_user_id", "author_id", "sender_id",
    "timestamp", "created_time", "created_at", "item", "verb", "is_echo", "is_deleted", "group_id", "num_edit",
    "action", "reaction", "emoji", "status", "recipient_id",
})  # fmt: skip
_WORDS = ("text", "message", "body", "caption")
_NUMBERS = re.compile(r"\d+(?:_\d+)+")


def redact(account_id: int, external_ids: Collection[str]) -> None:
    """Take the words of these messages out of everything that was kept of them. Doing it twice is harmless."""
    named = _spellings(external_ids)
    if not named:
        return
    account = Account.objects.get(pk=account_id)
    EarlyEvent.objects.filter(account=account, external_id__in=list(external_ids), kind="edit").delete()
    items = UnreadItem.objects.filter(Q(account=account) | Q(account=None))
    for pk in _naming("channels_unreaditem", "convert_to(body::text, 'UTF8')", "seen_at", named):
        with transaction.atomic():
            item = items.select_for_update().filter(pk=pk).first()
            if item is not None:
                item.body = {} if item.reason == NOT_JSON else without_words(item.body, named)
                item.save(update_fields=["body"])
    for pk in _naming("channels_delivery", "body", "received_at", named):
        _redact_delivery(pk, named)


def sweep() -> None:
    """Do it again for what was withdrawn lately, in case its task was lost."""
    removed = Event.objects.filter(verb="removed", at__gte=timezone.now() - SWEPT).values("message")
    told = Message.objects.filter(pk__in=removed).exclude(external_id=None).order_by("account", "pk")
    by_account: dict[int, list[str]] = {}
    for account_id, external_id in told.values_list("account", "external_id"):
        by_account.setdefault(account_id, []).append(str(external_id))
    for account_id, ids in by_account.items():
        for start in range(0, len(ids), AT_ONCE):
            redact(account_id, ids[start : start + AT_ONCE])


def without_words(node: Any, named: Collection[str]) -> Any:
    """Return a body in which the items with these ids say nothing more."""
    if isinstance(node, list):
        return [without_words(one, named) for one in node]
    if not isinstance(node, Mapping):
        return node
    name = next((key for key in _NAMES if node.get(key) in named), "") if _has_text(node) else ""
    return _bare(node, name) if name else {key: without_words(value, named) for key, value in node.items()}


def _has_text(node: Mapping[str, Any]) -> bool:
    return any(isinstance(node.get(key), str) for key in _NAMES)


def _bare(node: Mapping[str, Any], name: str) -> dict[str, Any]:
    left = {key: value for key, value in node.items() if key in _LEFT}
    left |= {key: "" for key in _WORDS if isinstance(node.get(key), str)}
    if name == "mid" and not (node.get("action") or "num_edit" in node):
        left["is_deleted"] = True  # read again, it is withdrawn again
    elif name == "id" and isinstance(node.get("type"), str):
        left |= {"type": "revoke", "revoke": {"original_message_id": node["id"]}}
    return left


def _spellings(external_ids: Iterable[str]) -> set[str]:
    """Return the ids, and of Facebook's numbers their last part: what stands before it differs."""
    ids = set(external_ids) - {""}
    return ids | {one.rsplit("_", 1)[1] for one in ids if _NUMBERS.fullmatch(one)}


def _naming(table: str, body: str, at: str, named: Collection[str]) -> list[int]:
    """Return the rows of the last thirty days whose body holds one of these ids."""
    needles = sorted({one.encode() for name in named for one in (name, name.replace("/", "\\/"))})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table} WHERE {at} >= %s AND EXISTS"  # noqa: S608  constants of this module
            f" (SELECT FROM unnest(%s::bytea[]) AS n(name) WHERE position(n.name IN {body}) > 0) ORDER BY id",
            [timezone.now() - KEPT, needles],
        )
        return [pk for (pk,) in cursor.fetchall()]


@transaction.atomic
def _redact_delivery(pk: int, named: Collection[str]) -> None:
    # One that waits is read first: its messages are withdrawn as they come in, and this is done again.
    row = Delivery.objects.select_for_update().filter(pk=pk).exclude(status=Delivery.Status.WAITING).first()
    if row is None:
        return
    try:
        told = read_json(bytes(row.body))
    except ValueError:
        told = {}  # whose words stand in what nobody can read is not known, so all go
    longer = {found for name in named for found in _longer(told, name)}
    row.body = json.dumps(without_words(told, {*named, *longer})).encode()
    row.save(update_fields=["body"])


def _longer(node: Any, name: str) -> set[str]:
    """Return the forms of a number's id that end in it."""
    if not name.isdigit():
        return set()
    if isinstance(node, list):
        return {found for one in node for found in _longer(one, name)}
    if not isinstance(node, Mapping):
        return set()
    own = {str(node[key]) for key in _NAMES if str(node.get(key) or "").endswith(f"_{name}")}
    return own | {found for value in node.values() for found in _longer(value, name)}
