"""What is written of a row, as things stand when it is sent."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from crm.port import Activity, Case, Customer
from crm.writing.kinds import Kind
from crm.writing.models import Write
from inbox.models import Conversation, ConversationLabel, Label, Message
from webcare.lib.prepared import Given, Prepared

LONGEST = 30_000  # characters of one message; Salesforce's long texts hold 32,000


class NothingToWrite(Exception):
    """It is not the CRM's to know any more: it was erased, another team has it, or the label was taken off."""


def activity_of(row: Write) -> tuple[Conversation, Activity]:
    """Return the conversation, and what is to be written of it. Raises NothingToWrite."""
    conversation = _conversation.first(pk=row.conversation_id)
    if conversation is None or conversation.erased_at:
        raise NothingToWrite
    teams = row.connection.teams
    if teams is not None and conversation.team_id not in teams:
        raise NothingToWrite
    labels = _labels(conversation=conversation.pk)
    if row.kind == Kind.LEAD and Label.Purpose.LEAD not in [purpose for _name, purpose in labels]:
        raise NothingToWrite
    message = None
    if row.message_id is not None:
        message = _message.first(pk=row.message_id)
        if message is None or message.removed_at:
            raise NothingToWrite
    identity = conversation.identity
    activity = Activity(
        key=str(row.code),
        kind=row.kind,
        at=message.sent_at if message else row.at,
        case=_case(row, conversation, tuple(sorted(name for name, _purpose in labels))),
        customer=Customer(identity.name, identity.handle, identity.phone, identity.platform),
        text=_text(row, conversation, message),
        author=message.author.name if message and message.author else "",
        automatic=bool(message and message.automatic),
    )
    return conversation, activity


# Each is asked for every row: compiled once.


@Prepared
def _conversation() -> QuerySet[Conversation]:
    rows: QuerySet[Conversation] = Conversation.objects.for_rows().filter(pk=Given("pk"))
    return rows.select_related("team")


@Prepared
def _labels() -> QuerySet[ConversationLabel, tuple[str, str]]:
    links = ConversationLabel.objects.filter(conversation=Given("conversation"))
    return links.values_list("label__name", "label__purpose")


@Prepared
def _message() -> QuerySet[Message]:
    rows: QuerySet[Message] = Message.objects.without_words().filter(pk=Given("pk"))
    return rows.select_related("author")


@Prepared
def _closings() -> QuerySet[Write, int]:
    written = Write.objects.filter(kind=Kind.CLOSED.value, state=Write.State.DONE.value)
    of_case = written.filter(connection=Given("connection"), conversation=Given("conversation"))
    return of_case.values_list("pk", flat=True)[:1]


def _case(write: Write, row: Conversation, labels: tuple[str, ...]) -> Case:
    return Case(
        id=str(row.code),
        url=settings.PUBLIC_URL + row.get_absolute_url(),
        account=row.account.name,
        platform=row.account.platform,
        visibility=row.visibility,
        status=row.status,
        close_reason=row.close_reason,
        team=row.team.name if row.team else "",
        labels=labels,
        is_complaint=row.is_complaint,
        opened_at=row.first_message_at,
        closed_at=row.closed_at,
        was_closed=bool(_closings(connection=write.connection_id, conversation=row.pk)),
    )


def _text(row: Write, conversation: Conversation, message: Message | None) -> str:
    """What was said; of a lead what they last said. Only where the admin ticked it."""
    if not row.connection.with_words:
        return ""
    if row.kind == Kind.LEAD:
        inbound = conversation.messages.filter(direction=Message.Direction.INBOUND, removed_at=None)
        message = inbound.order_by("-sent_at", "-pk").first()
    return message.text[:LONGEST] if message else ""
