"""What lies ready beside a conversation for whoever opens it, read in the statement that reads the conversation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from inbox.guard import sensitive_in
from inbox.guidelines import new_for
from inbox.models import Draft, WatchedWord

if TYPE_CHECKING:
    from inbox.composing import Composer
    from inbox.models import User


def at_hand(reader: User) -> dict[str, Any]:
    """Return the annotations: this reader's draft, the team's sensitive topics, whether a guideline is new to them."""
    drafts = Draft.objects.filter(conversation=OuterRef("pk"), user=reader)
    topics = WatchedWord.objects.filter(kind=WatchedWord.Kind.SENSITIVE)
    return {
        "own_draft": ArraySubquery(
            drafts.values(
                json=JSONObject(
                    tab="tab", text="text", reply_to="reply_to__code", canned="canned__code", at="updated_at"
                )
            )
        ),
        "sensitive_topics": ArraySubquery(topics.values(json=JSONObject(phrase="phrase", advice="advice"))),
        "has_new_guideline": new_for(reader),
    }


def draft_of(conversation: Any) -> dict[str, Any]:
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
        "saved_at": _moment(draft["at"]),
    }


def prepare(composer: Composer, conversation: Any, heard: str) -> None:
    """Put beside the composer what a writer should know here: sensitive topics (E12), new guidelines (E7)."""
    words = [WatchedWord(kind=WatchedWord.Kind.SENSITIVE, **row) for row in conversation.sensitive_topics]
    composer.sensitive = sensitive_in(heard, words)
    composer.has_new_guideline = conversation.has_new_guideline


def _moment(text: str) -> datetime | None:
    return parse_datetime(text)
