"""Who may see and do what. Asked at every request and part of a page: a role or a limit can change meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from channels.models import Account
from inbox.models import Conversation, Message, User

View = Callable[..., HttpResponseBase]


def agent_required(view: View) -> View:
    """Let in everyone who is signed in; others go to the sign-in page."""
    return _required(view, lambda user: True)


def lead_required(view: View) -> View:
    """Let in leads and admins. Raises PermissionDenied for other colleagues."""
    return _required(view, lambda user: user.is_lead)


def admin_required(view: View) -> View:
    """Let in admins. Raises PermissionDenied for other colleagues."""
    return _required(view, lambda user: user.is_admin)


def accounts_for(user: User) -> QuerySet[Account]:
    """Return the accounts this person reads and answers from."""
    return user.visible_accounts()


def conversation_for(request: HttpRequest, code: uuid.UUID | str, *, write: bool = False) -> Conversation:
    """Return a conversation of an account this person may see. Raises Http404 for any other: codes tell nothing.

    With `write`, the account must still be connected: PermissionDenied where it was removed.
    """
    user = cast(User, request.user)
    conversation = Conversation.objects.visible_to(user).for_rows().filter(code=code).first()
    if conversation is None:
        raise Http404
    if write and conversation.account.removed_at:
        raise PermissionDenied
    return conversation


def message_for(request: HttpRequest, code: uuid.UUID | str, *, write: bool = False) -> Message:
    """Return a message in a conversation this person may see. Raises Http404 and PermissionDenied as above.

    It may have left from another account of ours than the conversation's: who reads the one need not use the other.
    """
    user = cast(User, request.user)
    visible = Message.objects.select_related("conversation__account", "account", "reply_to").filter(
        code=code, conversation__account__in=accounts_for(user)
    )
    message = visible.first()
    if message is None:
        raise Http404
    if write and message.account.removed_at:
        raise PermissionDenied
    return message


def _required(view: View, allowed: Callable[[User], bool]) -> View:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not allowed(cast(User, request.user)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(View, login_required(checked))
