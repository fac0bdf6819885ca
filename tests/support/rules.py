"""Rules as tests make them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from inbox.models import Rule


def condition(subject: str, how: str, value: object) -> dict[str, str]:
    return {"subject": subject, "how": how, "value": str(value)}


def group(join: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"join": join, "parts": list(parts)}


def does(kind: str, value: object = "") -> dict[str, Any]:
    return {"does": kind, "value": str(value)}


def make_rule(*actions: dict[str, Any], when: str | dict[str, Any] = "arrives", **fields: Any) -> Rule:
    """A rule that is on. `asks` are conditions that hold together."""
    moment = {"kind": when} if isinstance(when, str) else when
    values: dict[str, Any] = {
        "name": "Een regel",
        "is_on": True,
        "on_since": timezone.now(),
        "when": [moment],
        "kinds": [moment["kind"]],
        "conditions": group("all", *fields.pop("asks", [])),
        "actions": list(actions),
        "position": Rule.objects.count(),
    }
    return Rule.objects.create(**(values | fields))
