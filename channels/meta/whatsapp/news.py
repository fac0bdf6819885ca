"""WhatsApp's news about a business account, its number and its templates. Pure.

Source: WhatsApp Business Platform, webhooks reference: account_update, account_alerts, account_review_update,
phone_number_quality_update, phone_number_name_update, business_capability_update, message_template_*.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels.types import AccountNews

FIELDS = frozenset({
    "account_update", "account_alerts", "account_review_update", "phone_number_quality_update",
    "phone_number_name_update", "message_template_status_update", "message_template_quality_update",
    "template_category_update", "message_template_components_update", "business_capability_update",
})  # fmt: skip
_EVENTS = ("event", "decision", "new_quality_score", "alert_status", "new_category")


def read_news(field: str, value: Mapping[str, Any], at: datetime | None) -> AccountNews:
    """Return what one change of these fields tells."""
    event = next((str(value[name]) for name in _EVENTS if value.get(name)), "")
    return AccountNews(field, event.upper(), at or datetime.now(UTC), detail=_detail(value))


def _detail(value: Mapping[str, Any]) -> str:
    violation, limits, reason = value.get("violation_info"), value.get("restriction_info"), value.get("reason")
    details = [str(value.get("message_template_name") or "")]
    if isinstance(violation, Mapping):
        details.append(str(violation.get("violation_type") or ""))
    for limit in limits if isinstance(limits, list) else ():
        details.append(str(limit.get("restriction_type") or "") if isinstance(limit, Mapping) else "")
    details += [str(reason or ""), str(value.get("alert_type") or ""), str(value.get("current_limit") or "")]
    return ", ".join(detail for detail in dict.fromkeys(details) if detail and detail.upper() != "NONE")[:200]
