"""What a stored webhook body tells, sorted by the account it is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from channels.accounts import news
from channels.models import Account, Delivery
from channels.platforms import PLATFORMS, connector_class
from channels.types import Incoming, NotUnderstood
from inbox.ingest.redaction import NOT_JSON
from webcare.lib.text import clean, read_json

LOOKUP = "lookup"  # the reason of an item that only points at something (Connector.parse_webhook)
META_OBJECTS = {"page": "facebook", "instagram": "instagram", "whatsapp_business_account": "whatsapp"}
_SHOWN = 10_000  # bytes kept of a body that is no JSON


class PageOwners:
    """Whose each page and Instagram account is, read once for many bodies."""

    @cached_property
    def platforms(self) -> dict[str, str]:
        """The platforms of our accounts by their ids."""
        rows = Account.objects.present().filter(platform__in=["facebook", "instagram"])
        return dict(rows.values_list("external_id", "platform"))


def by_account(delivery: Delivery, owners: PageOwners) -> dict[tuple[str, str], list[Incoming]]:
    """Sort a body's events by the account they are for; ("", "") for what cannot be sorted."""
    found: dict[tuple[str, str], list[Incoming]] = defaultdict(list)
    body = body_of(delivery)
    if body is None:
        text = bytes(delivery.body[:_SHOWN]).decode(errors="replace")
        found["", ""].append(NotUnderstood(NOT_JSON, {"body": clean(text)}))
        return found
    for platform, part in _parts(delivery.product, body, owners):
        if platform is None:
            found["", ""].append(NotUnderstood(f"webhook: object {body.get('object')}", part))
            continue
        for kind, external_id, event in connector_class(platform).parse_webhook(part):
            for owner in news.owners_of(kind, external_id, event):
                found[kind, owner].append(event)
    return found


def body_of(delivery: Delivery) -> Mapping[str, Any] | None:
    """Return a body's JSON, or None where it is none."""
    try:
        body = read_json(bytes(delivery.body))
    except ValueError:
        return None
    return body if isinstance(body, Mapping) else None


def needs_look_up(event: Incoming) -> bool:
    """Whether an item only points at something, which its platform is asked for afterwards."""
    return isinstance(event, NotUnderstood) and event.reason == LOOKUP


def _parts(product: str, body: Mapping[str, Any], owners: PageOwners) -> Iterable[tuple[str | None, Mapping[str, Any]]]:
    """Split a body by platform: Meta's `object` names it, but a page's may hold its Instagram account's entries."""
    if product != "meta":
        return [(product if product in PLATFORMS else None, body)]
    platform = META_OBJECTS.get(str(body.get("object")))
    entries = body.get("entry")
    if platform not in ("facebook", "instagram") or not isinstance(entries, list):
        return [(platform, body)]
    split: dict[str, list[Any]] = defaultdict(list)
    for entry in entries:
        split[owners.platforms.get(str(entry.get("id")) if isinstance(entry, Mapping) else "", platform)].append(entry)
    return [(owner, {**body, "entry": part}) for owner, part in split.items()]
