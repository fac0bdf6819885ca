"""Meta's rate limits: how much of a budget is spent, and how long to rest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

ENOUGH = 90  # percent of a rate limit's budget at which we stop by ourselves: calling on prolongs the block
DEFAULT_REST = timedelta(minutes=5)
USAGE_HEADERS = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")


def rest_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long to make no call after an answer with these headers, None where calls may go on."""
    percent, minutes = usage(headers)
    if percent < ENOUGH:
        return None
    return timedelta(minutes=minutes) if minutes else DEFAULT_REST


def usage(headers: Mapping[str, str]) -> tuple[float, int]:
    """Return (highest percentage spent of any budget, minutes until access is back) from the usage headers.

    Graph API reference, "Rate limits": X-App-Usage is one object, X-Business-Use-Case-Usage a list of them per
    business. Keys differ between hosts: every number but the waiting time is a percentage.
    """
    percent, minutes = 0.0, 0
    for name in USAGE_HEADERS:
        try:
            usage_by_type = json.loads(headers.get(name) or "{}")
        except ValueError:
            continue
        for budget in _budgets(usage_by_type):
            for key, value in budget.items():
                if not isinstance(value, (int, float)):
                    continue
                if key == "estimated_time_to_regain_access":
                    minutes = max(minutes, int(value))
                else:
                    percent = max(percent, float(value))
    return (max(percent, 100.0) if minutes else percent), minutes


def _budgets(usage_by_type: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(usage_by_type, list):
        for item in usage_by_type:
            yield from _budgets(item)
    elif isinstance(usage_by_type, Mapping):
        yield usage_by_type
        for value in usage_by_type.values():
            yield from _budgets(value)
