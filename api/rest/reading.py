"""What can be read: conversations, people, texts, accounts and figures. Each call asks what its page asks."""

from typing import Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from api.rest import answers, cursors, shapes
from api.rest.callers import ApiRequest
from api.rest.service import reads
from api.rest.writing import etag_of
from api.tokens.models import Scope
from inbox.access import agent_required, message_for, right_required
from inbox.library.canned import usable_by
from inbox.lists import queues
from inbox.lists.navigation import nav_of
from inbox.models import Approval, User
from inbox.models.rights import Right
from inbox.privacy import reads as read_log
from inbox.views.page import page_to_read
from reports.asked import Asked
from reports.figures import values_of

router = Router()
_ONE = "/conversations/{uuid:code}"
_Queue = Literal[tuple(queues.QUEUES)]  # type: ignore[valid-type]  # their names
PAGE = 50


@router.get("/conversations", **reads("api_conversations", Scope.READ, "Conversations", shapes.Conversations))
@agent_required
def conversations(
    request: ApiRequest,
    queue: _Queue = "open",  # type: ignore[valid-type]
    sort: Literal["", "newest", "priority", "target", "window"] = "",
    account: str = "",
    channel: str = "",
    side: str = "",
    who: str = "",
    team: str = "",
    label: str = "",
    mood: str = "",
    language: str = "",
    waits: str = "",
    due: str = "",
    window: str = "",
    since: str = "",
    complaint: str = "",
    cursor: str = "",
) -> HttpResponse:
    """A list, with the filters of the page's address: values of one filter stand behind each other with commas.

    What a filter does not know counts as not given, as on the page.
    """
    nav, scope = nav_of(request), queues.Scope.of(request.GET)
    page = queues.rows_of(scope, request.user, nav.readable, after=cursors.opened(cursor))
    codes = dict(
        User.objects.filter(pk__in={row.assignee_id for row in page.rows if row.assignee_id}).values_list("pk", "code")
    )
    for row in page.rows:
        if row.assignee:
            row.assignee.code = codes[row.assignee.pk]
    items = [answers.conversation_of(row, row.label_names) for row in page.rows]  # type: ignore[attr-defined]
    return answers.answer(shapes.Conversations(items=items, next=cursors.closed(page.after)))


@router.get(_ONE, **reads("api_conversation", Scope.READ, "Conversations", shapes.OneConversation))
@agent_required
def conversation(request: ApiRequest, code: UUID) -> HttpResponse:
    """One conversation with its newest messages. The `ETag` is its version, for `If-Match`."""
    page = page_to_read(request, code)
    read_log.opened(request.user, page.conversation)
    return answers.answer(answers.one_of(page, page.thread()), etag=etag_of(page.conversation))


@router.get(f"{_ONE}/messages", **reads("api_messages", Scope.READ, "Conversations", shapes.Messages))
@agent_required
def messages(request: ApiRequest, code: UUID, cursor: str = "") -> HttpResponse:
    """Its messages, the newest part of them, or the part before a cursor."""
    page = page_to_read(request, code)
    read_log.opened(request.user, page.conversation)
    thread = page.thread(before=cursors.opened(cursor))
    shape = shapes.Messages(items=answers.messages_of(thread), older=cursors.closed(thread.before))
    return answers.answer(shape)


@router.get("/messages/{uuid:code}", **reads("api_message", Scope.READ, "Conversations", shapes.Queued))
@agent_required
def message(request: ApiRequest, code: UUID) -> HttpResponse:
    """How far an answer of ours is."""
    found = message_for(request, code)
    waits_for = Approval.objects.filter(message=found, decided_at=None).values_list("why", flat=True).first()
    return answers.answer(answers.queued(found, waits_for or ""))


@router.get(f"{_ONE}/contact", **reads("api_contact", Scope.CONTACTS, "Contacts", shapes.Contact))
@agent_required
def contact(request: ApiRequest, code: UUID) -> HttpResponse:
    """What is known of a conversation's person: the facts of the contact panel."""
    page = page_to_read(request, code)
    read_log.opened(request.user, page.conversation)
    return answers.answer(answers.contact_of(page))


@router.get("/canned", **reads("api_canned", Scope.READ, "Texts and accounts", shapes.CannedReplies))
@agent_required
def canned(request: ApiRequest, cursor: str = "") -> HttpResponse:
    """The canned replies the token's person finds, by title."""
    rows = usable_by(request.user).select_related("label").prefetch_related("texts").order_by("title", "pk")
    rows, after = cursors.part(rows, ("title", "pk"), cursor, PAGE)
    items = [
        shapes.Canned(
            id=row.code, title=row.title, label=row.label.name if row.label else "",
            texts=[
                shapes.CannedText(platform=one.platform, language=one.language, text=one.text)
                for one in row.texts.all()
            ],
        )
        for row in rows
    ]  # fmt: skip
    return answers.answer(shapes.CannedReplies(items=items, next=after))


@router.get("/accounts", **reads("api_accounts", Scope.READ, "Texts and accounts", list[shapes.Account]))
@agent_required
def accounts(request: ApiRequest) -> HttpResponse:
    """The accounts the token opens."""
    return answers.answer([answers.account_of(account) for account in nav_of(request).readable])


@router.get("/labels", **reads("api_labels", Scope.READ, "Texts and accounts", list[shapes.Label]))
@agent_required
def labels(request: ApiRequest) -> HttpResponse:
    """The labels in use."""
    return answers.answer([shapes.Label(id=UUID(label.code), name=label.name) for label in nav_of(request).labels])


@router.get("/people", **reads("api_people", Scope.READ, "Texts and accounts", list[shapes.Person]))
@agent_required
def people(request: ApiRequest) -> HttpResponse:
    """Colleagues who can sign in."""
    return answers.answer([shapes.Person(id=UUID(one.code), name=one.name) for one in nav_of(request).people])


@router.get("/figures", **reads("api_figures", Scope.FIGURES, "Figures", shapes.Figures))
@right_required(Right.FIGURES)
def figures(
    request: ApiRequest,
    since: shapes.Day | None = None,
    until: shapes.Day | None = None,
    channel: str = "",
    account: str = "",
    team: str = "",
    label: str = "",
    person: str = "",
) -> HttpResponse:
    """The figures of a period, to the digit as the page and `manage.py figures` have them. For leads' tokens."""
    asked = Asked.of(request.GET.dict(), nav_of(request))
    found = {name: shapes.Figure(value=one.value, n=one.n) for name, one in values_of(asked.scope).items()}
    return answers.answer(shapes.Figures(since=asked.first, until=asked.last, figures=found))
