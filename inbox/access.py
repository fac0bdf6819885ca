"""Who may see and do what. Asked at every request and part of a page: a role or a limit can change meanwhile.

Everything follows from two questions: which accounts may this person read (`User.readable_accounts`), and which teams
are closed to them (`User.closed_teams`)?

- A conversation, its messages, files, notes, moods and labels are visible where its account is; any other code is 404.
- A closed team's conversations are its members' and admins' alone: leads of other teams do not see them either.
- An identity is visible where it has a conversation in such an account. An id given by such an account counts too
  (`Identity.visible_in`). Of a contact one sees, links and unlinks the visible identities only; suggestions, numbers
  and dates count what is visible alone.
- What colleagues write down about a person (kind, form of address, notes) is the person's: whoever sees one identity
  reads it. It says nothing about where it was learnt.
- What somebody may do is a set of rights (inbox/models/rights.py). Each view names the one it asks for.
- Who has no right to work has no accounts: an auditor reads the log and the people, in full, and their own settings.
- A removed account is still read by those who could read it. Nothing in it can be changed (403).

Over the live stream nothing travels but that something changed, and codes of what its listener may see.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from channels.models import Account
from inbox.models import Contact, Conversation, Identity, IdentityMove, Message, Organisation, User
from inbox.models.rights import Right
from inbox.models.visible import visible_to_given
from webcare.lib.prepared import Given, Prepared

View = Callable[..., HttpResponseBase]
# Of who reads no conversations.
_FIRST_PAGES = {
    Right.LOG: "log", Right.FIGURES: "figures", Right.PEOPLE: "people", Right.READS: "reads",
    Right.ACCOUNTS: "accounts", Right.ORGANISATION: "organisation", Right.WEBHOOKS: "api_endpoints",
}  # fmt: skip


def signed_in_required(view: View) -> View:
    """Let in everyone who is signed in, auditors too; others go to the sign-in page."""
    return _required(view, lambda user: True)


def agent_required(view: View) -> View:
    """Let in everyone who works here. Raises PermissionDenied for who reads no conversations."""
    return _required(view, lambda user: user.has(Right.WORK))


def right_required(*any_of: Right) -> Callable[[View], View]:
    """Let in who has one of these rights. Raises PermissionDenied for other colleagues."""
    return lambda view: _required(view, lambda user: any(map(user.has, any_of)))


def figures_required(view: View) -> View:
    """Let in who reads figures: all of them, or those of the teams they lead (reports/views.py)."""
    return _required(view, lambda user: user.has(Right.FIGURES) or bool(user.led_teams))


def tokens_required(view: View) -> View:
    """Let in who makes tokens of the API. Raises PermissionDenied for other colleagues."""
    return _required(view, makes_tokens)


def makes_tokens(user: User) -> bool:
    """Whether somebody may have tokens of their own: by their right, or where the organisation lets all who work."""
    return user.has(Right.API) or (user.has(Right.WORK) and Organisation.current().own_tokens)


def lead_required(view: View) -> View:
    """Let in who gives work to others. Raises PermissionDenied for other colleagues."""
    return _required(view, lambda user: user.is_lead)


def admin_required(view: View) -> View:
    """Let in admins: who may do everything, everywhere. Raises PermissionDenied for other colleagues."""
    return _required(view, lambda user: user.is_admin)


def landing(person: User | AnonymousUser) -> str:
    """Return the name of the page where somebody's work begins: the inbox, or the first that their role opens."""
    if not isinstance(person, User) or person.has(Right.WORK):
        return "inbox"
    others = {Right.OPERATE: "operators:index"} if settings.OPERATORS_ADMIN else {}
    return next((page for right, page in (_FIRST_PAGES | others).items() if person.has(right)), "preferences")


def readable_by(user: User) -> QuerySet[Account]:
    """Return the accounts this person reads, removed ones too."""
    return user.readable_accounts()


def conversation_for(request: HttpRequest, code: uuid.UUID | str, *, write: bool = False) -> Conversation:
    """Return a conversation of an account this person may see. Raises Http404 for any other: codes tell nothing.

    With `write`, the account must still be connected, and nothing erased: PermissionDenied otherwise.
    """
    conversation = _visible(cast(User, request.user), _code_in(code))
    if conversation is None:
        raise Http404
    if write and (conversation.account.removed_at or conversation.erased_at):
        raise PermissionDenied
    return conversation


def _visible(user: User, code: uuid.UUID) -> Conversation | None:
    if user.practice_seat is not None or user.only_accounts is not None:
        return Conversation.objects.visible_to(user).for_rows().filter(code=code).first()
    read = _read_by_admins if user.is_admin else _read_by
    return read.first(code=code, reader=user.pk, closed=list(user.closed_teams))


@Prepared
def _read_by() -> QuerySet[Conversation]:
    return visible_to_given(is_admin=False).filter(code=Given("code")).for_rows()


@Prepared
def _read_by_admins() -> QuerySet[Conversation]:
    return visible_to_given(is_admin=True).filter(code=Given("code")).for_rows()


def conversation_of_person(request: HttpRequest, code: uuid.UUID | str) -> Conversation:
    """Return a visible conversation whose person is still there to be described: PermissionDenied where erased."""
    conversation = conversation_for(request, code)
    if conversation.erased_at:
        raise PermissionDenied
    return conversation


def message_for(request: HttpRequest, code: uuid.UUID | str, *, write: bool = False) -> Message:
    """Return a message in a conversation this person may see. Raises Http404 and PermissionDenied as above.

    It may have left from another account of ours than the conversation's: who reads the one need not use the other.
    """
    user = cast(User, request.user)
    visible = Message.objects.filter(conversation__in=Conversation.objects.visible_to(user).values("pk"))
    message = visible.select_related("conversation__account", "account", "reply_to").filter(code=code).first()
    if message is None:
        raise Http404
    home = message.conversation.account if message.conversation else message.account
    if write and (home.removed_at or (message.conversation and message.conversation.erased_at)):
        raise PermissionDenied
    return message


def identity_for(request: HttpRequest, conversation: Conversation, pk: str | None) -> Identity:
    """Return a visible identity of a conversation's contact. Raises Http404 for any other."""
    found = _identities(request).filter(pk=number_in(pk), contact=conversation.contact_id).first()
    if found is None:
        raise Http404
    return found


def move_for(request: HttpRequest, conversation: Conversation, pk: str | None) -> IdentityMove:
    """Return how a visible identity came to a conversation's contact. Raises Http404 for any other."""
    moves = IdentityMove.objects.filter(to_contact=conversation.contact_id, identity__in=_identities(request))
    found = moves.filter(pk=number_in(pk)).first()
    if found is None:
        raise Http404
    return found


def contact_for(request: HttpRequest, code: str | None) -> Contact:
    """Return a contact of whom at least one identity is visible. Raises Http404 for any other."""
    found = Contact.objects.filter(code=_code_in(code), pk__in=_identities(request).values("contact")).first()
    if found is None:
        raise Http404
    return found


def number_in(text: str | None) -> int:
    """Return a row's number as a form or an address gives it. Raises Http404 for what cannot be one."""
    if not text or not text.isdecimal() or len(text) > 18:  # a database's number is no longer
        raise Http404
    return int(text)


def _code_in(text: uuid.UUID | str | None) -> uuid.UUID:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise Http404 from None


def _identities(request: HttpRequest) -> QuerySet[Identity]:
    user = cast(User, request.user)
    return Identity.objects.visible_in(list(readable_by(user).values_list("pk", flat=True)), user.closed_teams)


def _required(view: View, allowed: Callable[[User], bool]) -> View:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _signed_out(request)
        if not allowed(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, checked)


def _signed_out(request: HttpRequest) -> HttpResponseBase:
    """Lead to the sign-in page; part of a page is told so instead, and keeps what was written in it."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    # What takes a POST alone is no page to come back to: the one it was sent from is.
    came = urlsplit(request.headers.get("Referer", ""))
    return redirect_to_login(came.path if came.netloc == request.get_host() else reverse("inbox"))
