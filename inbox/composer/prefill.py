"""What lies ready beside a conversation for whoever opens it: their draft, sensitive topics, a chosen text."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_datetime

from inbox.guard.rules import sensitive_in
from inbox.library.canned import filled_reply
from inbox.models import Message, WatchedWord
from inbox.text.signature import without_signature
from webcare.lib.text import is_uuid

if TYPE_CHECKING:
    from inbox.composer.composer import Composer
    from inbox.http import AgentRequest


def draft_values(conversation: Any) -> dict[str, Any]:
    """Return the reader's draft as what is set on a composer; {} where there is none."""
    kept = getattr(conversation, "own_draft", None)
    if not kept:
        return {}
    draft = kept[0]
    return {
        "tab": draft["tab"],
        "text": draft["text"],
        "reply_to": draft["reply_to"] or "",
        "canned": draft["canned"] or "",
        "sender": draft["sender"] or "",
        "saved_at": _moment(draft["at"]),
    }


def add_warnings(composer: Composer, conversation: Any, customer_text: str) -> None:
    """Put beside the composer what a writer should know here: sensitive topics (E12), new guidelines (E7)."""
    words = [WatchedWord(kind=WatchedWord.Kind.SENSITIVE, **row) for row in conversation.sensitive_topics]
    composer.sensitive = sensitive_in(customer_text, words)
    composer.has_new_guideline = conversation.has_new_guideline


def _moment(text: str) -> datetime | None:
    return parse_datetime(text)


def with_chosen_text(
    request: AgentRequest, conversation: Any, customer_text: str, changes: dict[str, Any]
) -> dict[str, Any]:
    """Return the composer's values with a text chosen in the address, for pages without scripts.

    `?canned=` names a canned reply, `?example=` a colleague's answer.
    """
    text, more = "", {}
    if request.GET.get("canned") and is_uuid(request.GET["canned"]):
        offer = filled_reply(request.GET["canned"], conversation, request.user, customer_text=customer_text)
        if offer is not None:
            text, more = offer.text, {"canned": str(offer.canned.code), "canned_picture": bool(offer.canned.picture)}
    elif request.GET.get("example") and is_uuid(request.GET["example"]):
        answers = Message.objects.answers().filter(account__in=request.user.visible_accounts())
        found = answers.filter(code=request.GET["example"], removed_at=None).first()
        text = without_signature(found.text) if found else ""
    if not text or request.method == "POST":
        return changes
    return changes | more | {"text": "\n".join(filter(None, [changes.get("text", ""), text]))}
