"""Answering with a template: which there are, what is filled in, and exactly what the customer will read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from channels.models import MessageTemplate
from channels.types import Route
from inbox.composer.composer import Composer, Tab
from inbox.composer.submit import Answer, StoppedByGuard
from inbox.composer.template_picker import Gap, Picker
from inbox.guard import rules as guard_rules
from inbox.library import canned
from inbox.models import Conversation, Event, Message, User
from inbox.outbox import checks, drafts, queue
from inbox.outbox.checks import refuse
from inbox.outbox.drafts import NOTE, PRIVATE
from inbox.text.search_terms import plain
from inbox.thread.items import Thread
from inbox.thread.page import ConversationPage

SHOWN = 60  # in the picker at once; more are found by searching
CHOOSE = "choose"  # `?template=` without a choice yet
# Names people give their gaps, and the variable of canned replies that knows the value.
_KNOWN = {
    "first_name": "first_name", "firstname": "first_name", "voornaam": "first_name",
    "name": "name", "naam": "name", "customer_name": "name", "klantnaam": "name",
    "order": "order", "order_number": "order", "bestelnummer": "order", "ordernummer": "order",
    "agent": "agent", "medewerker": "agent",
}  # fmt: skip


def picker_for(
    asked: Mapping[str, Any], tab: str, composer: Composer, conversation: Any, customer_text: str
) -> Picker | None:
    """Return the picker where the page shows one: it was asked for (`?template=`), or there is no other way to answer.

    `tab` is what somebody was writing in: a note goes on being one.
    """
    if not composer.may_template:
        return None
    if "template" not in asked and (not composer.only_template or tab == NOTE):
        return None
    agent = composer.agent
    chosen = _usable(conversation, asked.get("template", ""))
    if chosen is None:
        return search(conversation, asked.get("q", ""), agent)
    return Picker(chosen=chosen, gaps=gaps_of(chosen, canned.values_for(conversation, agent, customer_text)))


def search(conversation: Conversation, query: str, agent: User) -> Picker:
    """Return the templates that hold all words of a query, those in the customer's language first."""
    query = " ".join(query.split())[:80]
    rows = MessageTemplate.objects.filter(account=conversation.account_id).usable()
    for word in query.split()[:6]:
        spelled = word.replace(" ", "_")
        in_text = Q(header__plain__contains=plain(word)) | Q(body__plain__contains=plain(word))
        rows = rows.filter(Q(name__icontains=spelled) | in_text)
    language = conversation.language or agent.language or ""
    own_language_first = Case(
        When(language__istartswith=language or "-", then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return Picker(rows=list(rows.order_by(own_language_first, "name", "language")[:SHOWN]), query=query)


def filled_from(conversation: Conversation, values: Mapping[str, str]) -> Picker:
    """Return the template a form was filled in for. Raises outbox.Refused where it can no longer be sent."""
    chosen = _usable(conversation, values.get("template", ""))
    if chosen is None:
        raise refuse("template_missing", conversation.account)
    values_by_gap = {
        gap.key: " ".join(values.get(f"gap-{gap.key}", "").replace("\x00", "").split()) for gap in gaps_of(chosen)
    }
    return Picker(chosen=chosen, gaps=gaps_of(chosen, values=values_by_gap))


def refilled_from(message: Message) -> Picker | None:
    """Return an answer that did not leave as it was filled in; None where its template is no longer there."""
    payload = message.template or {}
    usable = MessageTemplate.objects.filter(account=message.account_id).usable()
    chosen = usable.filter(name=payload.get("name"), language=payload.get("language")).first()
    if chosen is None:
        return None
    values = {f"{value['place']}.{value['name']}": value["text"] for value in payload.get("values", [])}
    return Picker(chosen=chosen, gaps=gaps_of(chosen, values=values))


def gaps_of(
    template: MessageTemplate, variables: Mapping[str, str] | None = None, *, values: Mapping[str, str] | None = None
) -> list[Gap]:
    """Return the fields of a template, filled from `values`, else from the `variables` we know by name."""
    known = variables or {}
    return [
        Gap(
            key := f"{gap['place']}.{gap['name']}",
            gap["place"],
            gap["name"],
            gap["example"],
            values.get(key, "") if values is not None else known.get(_KNOWN.get(gap["name"].lower(), ""), ""),
        )
        for gap in template.gaps
    ]


def send(
    picker: Picker, page: ConversationPage, composer: Composer, thread: Thread, data: Mapping[str, Any], *, close: bool
) -> Message:
    """Queue it and return its row. Raises StoppedByGuard, Refused or Overtaken when nothing leaves.

    `data` is the form's: seen, code, hinted, anyway.
    """
    conversation, agent = page.conversation, page.reader
    account = conversation.account
    rules = account.capabilities.routes.get(Route.TEMPLATE)
    if picker.missing:
        raise checks.Refused("template_values", _("Fill in first: %(names)s.") % {"names": ", ".join(picker.missing)})
    if rules is None or len("".join(piece.text for piece in picker.body)) > rules.limit:
        raise refuse("too_long", account)
    values = "\n".join(gap.value for gap in picker.gaps)
    hints = Answer(page, thread, composer, Tab(PRIVATE, Route.TEMPLATE, rules), values).hints
    if guard_rules.unresolved_hints(hints, shown=data["hinted"], anyway=data["anyway"]):
        raise StoppedByGuard(hints)
    message = queue.queue_reply(
        conversation,
        agent,
        text=picker.text,
        route=Route.TEMPLATE,
        reply_to=None,
        seen_message_id=data["seen"],
        code=data["code"],
        template=picker.payload,
        close_after=close,
    )
    drafts.delete_draft(conversation, agent)
    if hints:
        codes = sorted({hint.code for hint in hints})
        Event.note("sent_anyway", actor=agent, conversation=conversation, message=message, hints=codes)
    return message


def _usable(conversation: Conversation, code: str) -> MessageTemplate | None:
    try:
        template_code = uuid.UUID(str(code))
    except ValueError:
        return None
    rows: Any = MessageTemplate.objects.filter(account=conversation.account_id).usable()
    chosen: MessageTemplate | None = rows.filter(code=template_code).first()
    return chosen
