"""Addresses of others that rules may tell: added, put away, and what they are told, signed after Standard Webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from channels.secrets import seal, unseal
from inbox.models import Conversation, Event, Message, RuleApplication, User, Webhook

_PREFIX = "whsec_"
VERSION = "v1"


@transaction.atomic
def add(name: str, url: str, by: User) -> Webhook:
    """Add an address, with a secret of its own. The address itself may be a secret: it is in no log."""
    row = Webhook.objects.create(
        name=name, sealed_url=seal({"url": url}), host=(urlsplit(url).hostname or "")[:255],
        sealed_secret=new_secret(), added_by=by,
    )  # fmt: skip
    Event.note("webhook_added", actor=by, webhook=row.pk)
    return row


@transaction.atomic
def remove(row: Webhook, by: User) -> None:
    """Put an address away: no rule tells it anything any more. What it was told stays in the log."""
    if Webhook.objects.filter(pk=row.pk, archived_at=None).update(archived_at=timezone.now()):
        Event.note("webhook_removed", actor=by, webhook=row.pk)


@transaction.atomic
def renew_secret(row: Webhook, by: User) -> None:
    """Give an address a new secret; the old one signs nothing any more."""
    Webhook.objects.filter(pk=row.pk).update(sealed_secret=new_secret())
    Event.note("webhook_secret_renewed", actor=by, webhook=row.pk)


def secret_of(row: Webhook) -> str:
    """Return the secret as its receiver keeps it. Raises channels.secrets.CredentialsUnreadable."""
    return unseal(row.sealed_secret)["secret"]


def url_of(row: Webhook) -> str:
    """Return the address. Raises channels.secrets.CredentialsUnreadable."""
    return unseal(row.sealed_url)["url"]


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return what proves that a body is ours: standardwebhooks.com, `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"{VERSION},{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def packed(body: dict[str, Any]) -> bytes:
    """Return a body as it goes out, the same bytes at every try."""
    return json.dumps(body, separators=(",", ":"), sort_keys=True).encode()


def body_of(
    rule: str, application: RuleApplication, conversation: Conversation, message: Message | None
) -> dict[str, Any]:
    """Return what an address is told: ids, names of ours and states, never a customer's words."""
    account, team, assignee = conversation.account, conversation.team, conversation.assignee
    waiting = conversation.waiting_since
    return {
        "type": "rule.acted",
        "timestamp": application.at.isoformat(),
        "data": {
            "rule": {"id": str(application.rule.code), "name": rule},
            "conversation": {
                "id": str(conversation.code),
                "url": settings.PUBLIC_URL + conversation.get_absolute_url(),
                "status": conversation.status,
                "visibility": conversation.visibility,
                "priority": conversation.priority,
                "mood": conversation.mood,
                "language": conversation.language,
                "is_complaint": conversation.is_complaint,
                "waiting_since": waiting.isoformat() if waiting else None,
                "team": team.name if team else None,
                "assignee": str(assignee.code) if assignee else None,
                "labels": sorted(conversation.labels.values_list("name", flat=True)),
            },
            "message": str(message.code) if message else None,
            "account": {"platform": account.platform, "handle": account.handle, "name": account.name},
        },
    }


def new_secret() -> str:
    """Return a new secret, sealed."""
    return seal({"secret": _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()})
