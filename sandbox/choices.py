"""What can be tapped under a brand's message: quick replies of Messenger and Instagram, lists and buttons of WhatsApp.

Limits: Messenger Platform, "Quick replies"; Cloud API reference, "Interactive list messages" and "reply buttons".
"""

from __future__ import annotations

from typing import Any

from sandbox.graph import errors
from sandbox.model import Message

MOST_QUICK, MOST_ROWS, MOST_BUTTONS = 13, 10, 3
QUICK_TITLE, ROW_TITLE, BUTTON_TITLE = 20, 24, 20


def check_quick_replies(found: Any) -> list[dict[str, Any]]:
    """Return the quick replies of a message to send. Raises GraphError for what Meta refuses."""
    if found in (None, []):
        return []
    if not isinstance(found, list) or len(found) > MOST_QUICK:
        raise errors.parameter(f"Param message[quick_replies] must be an array of at most {MOST_QUICK}")
    for item in found:
        title = str(item.get("title") or "") if isinstance(item, dict) else ""
        if not isinstance(item, dict) or item.get("content_type") != "text" or not item.get("payload"):
            raise errors.parameter("Param message[quick_replies] needs content_type, title and payload")
        if not 1 <= len(title) <= QUICK_TITLE:
            raise errors.parameter(f"Param title must be between 1 and {QUICK_TITLE} characters long")
    return [dict(item) for item in found]


def check_interactive(inner: dict[str, Any]) -> None:
    """Raise GraphError for an interactive message that WhatsApp refuses."""
    action = inner.get("action")
    action = action if isinstance(action, dict) else {}
    text = str((inner.get("body") or {}).get("text") or "")
    rows = _rows(action)
    if inner.get("type") not in ("list", "button") or not text or not rows:
        raise errors.parameter("Param interactive needs a type, a body and an action.")
    most, longest = (MOST_ROWS, ROW_TITLE) if inner["type"] == "list" else (MOST_BUTTONS, BUTTON_TITLE)
    if len(rows) > most or any(not 1 <= len(title) <= longest for _key, title in rows):
        raise errors.parameter(f"Param action has more than {most} choices, or a title over {longest} characters.")
    if inner["type"] == "list" and not 1 <= len(str(action.get("button") or "")) <= BUTTON_TITLE:
        raise errors.parameter(f"Param action['button'] must be between 1 and {BUTTON_TITLE} characters long.")


def offered(message: Message) -> list[tuple[str, str]]:
    """Return what can be tapped under a message: keys and titles."""
    if not message.by_brand or message.deleted:
        return []
    quick = message.extra.get("quick_replies") or []
    interactive = message.extra.get("interactive") or {}
    return [(str(item["payload"]), str(item["title"])) for item in quick] or _rows(interactive.get("action") or {})


def tapped(message: Message, key: str) -> tuple[str, str, dict[str, Any]] | None:
    """Return kind, words and content of the message that a tap sends; None where that is not offered."""
    title = dict(offered(message)).get(key)
    if title is None:
        return None
    if message.platform != "whatsapp":
        return "message", title, {"quick_reply": {"payload": key}}
    kind = "list_reply" if message.extra["interactive"]["type"] == "list" else "button_reply"
    return "interactive", title, {"interactive": {"type": kind, kind: {"id": key, "title": title}}}


def _rows(action: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [row for section in action.get("sections") or [] for row in section.get("rows") or []]
    buttons = [button.get("reply") or {} for button in action.get("buttons") or []]
    return [(str(item.get("id") or ""), str(item.get("title") or "")) for item in [*rows, *buttons]]
