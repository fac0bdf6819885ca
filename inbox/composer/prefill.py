"""What lies ready beside a conversation for whoever opens it: their draft, sensitive topics, a chosen text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from inbox.guard.rules import sensitive_in
from inbox.library.canned import filled_reply
from inbox.library.guidelines import has_new
from inbox.models import Draft, Message, WatchedWord
from inbox.outbox.checks import approval_rule
from inbox.outbox.drafts import PRIVATE, PUBLIC
from inbox.text.signature import without_signature
from webcare.lib.prepared import Given, Prepared
from webcare.lib.text import is_uuid

if TYPE_CHECKING:
    from inbox.composer.composer import Composer
    from inbox.http import AgentRequest
    from inbox.library.reference import LabelEntry
    from inbox.models import Conversation, Organisation, User
    from inbox.thread.page import ConversationPage


def draft_values(conversation: Conversation, reader: User) -> dict[str, Any]:
    """Return the reader's draft as what is set on a composer; {} where there is none."""
    draft = _draft.first(conversation=conversation.pk, reader=reader.pk)
    if draft is None:
        return {}
    return {
        "tab": draft.tab,
        "text": draft.text,
        "reply_to": str(draft.reply_to.code) if draft.reply_to else "",
        "canned": str(draft.canned.code) if draft.canned else "",
        "sender": str(draft.sender.code) if draft.sender else "",
        "saved_at": draft.updated_at,
        "helped": draft.helped,
    }


@Prepared
def _draft() -> QuerySet[Draft]:
    drafts = Draft.objects.filter(conversation=Given("conversation"), user=Given("reader"))
    return drafts.select_related("reply_to", "canned", "sender").only(
        "tab", "text", "updated_at", "helped", "reply_to__code", "canned__code", "sender__code"
    )


def add_second_person(
    composer: Composer, page: ConversationPage, organisation: Organisation, labels: Iterable[LabelEntry]
) -> None:
    """Say beforehand which answers a colleague looks at first. Asks nothing that the page does not know anyway."""
    asking = {label.name for label in labels if label.needs_approval}
    followers = [identity.followers or 0 for identity in page.contact.known_as]
    composer.second_person = frozenset(
        tab
        for tab in (PUBLIC, PRIVATE)
        if approval_rule(
            composer.agent.is_trainee,
            organisation,
            page.conversation.mood,
            lambda least: max(followers, default=0) >= least,
            lambda: not asking.isdisjoint(page.contact.label_names),
            is_public=tab == PUBLIC,
        )
    )


@Prepared
def _sensitive_topics() -> QuerySet[WatchedWord]:
    return WatchedWord.objects.filter(kind=WatchedWord.Kind.SENSITIVE)


def add_warnings(composer: Composer, conversation: Conversation, customer_text: str) -> None:
    """Put beside the composer what a writer should know here: sensitive topics (E12), new guidelines (E7)."""
    composer.sensitive = sensitive_in(customer_text, _sensitive_topics())
    composer.has_new_guideline = has_new(conversation, composer.agent)


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
        answers = answers.exclude(conversation__team__in=request.user.closed_teams)
        found = answers.filter(code=request.GET["example"], removed_at=None).first()
        text = without_signature(found.text) if found else ""
    if not text or request.method == "POST":
        return changes
    return changes | more | {"text": "\n".join(filter(None, [changes.get("text", ""), text]))}
