"""Doing something on a platform that is no answer: like, hide, delete, block. At once, while the agent waits."""

from __future__ import annotations

import contextlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.accounts import health
from channels.connectors import connector_for
from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.models import Account
from channels.secrets import CredentialsUnreadable
from channels.types import ON_PEOPLE, Action, Removal
from inbox.actions import blocking
from inbox.actions.buttons import may_do
from inbox.ingest.receive import receive
from inbox.live.announce import announce
from inbox.models import Conversation, Event, Message, User
from inbox.outbox.checks import Refused, check_account, check_sends, refuse
from inbox.outbox.queue import lock_message
from inbox.triage.summary import refresh_and_announce


def perform(message: Message, action: Action, agent: User | None) -> None:
    """Like, boost, hide or delete a message on its platform, then here. Doing it twice changes nothing. Raises Refused.

    No agent: a rule does it.
    """
    account = message.account
    if agent is None:
        check_sends(account)
    else:
        check_account(account, agent)
        if not may_do(action, agent):
            raise Refused("forbidden", _("Who is in training shares, hides and deletes nothing: ask a colleague."))
    ours = message.direction == Message.Direction.OUTBOUND
    if (
        action in ON_PEOPLE
        or action not in account.capabilities.actions
        or not message.external_id
        or ours != (action == Action.DELETE_OWN)
    ):
        raise refuse("forbidden", account)
    if message.removed_at:
        raise refuse("message_gone", account)
    _act_on_platform(account, action, message.external_id)
    _note_action(message, action, agent)


def perform_on_person(conversation: Conversation, action: Action, agent: User, *, reason: str = "") -> None:
    """Block or unblock the person of a conversation, first on its platform, then here. Raises Refused."""
    account = conversation.account
    check_account(account, agent)
    if action not in ON_PEOPLE & account.capabilities.actions or not blocking.may_block(account, agent):
        raise refuse("forbidden", account)
    offer = blocking.offer_for(conversation, agent)
    if action == Action.BLOCK and offer is not None and offer.closed:
        raise Refused("too_late_to_block", offer.closed)
    target = blocking.target_of(conversation)
    if not target:
        raise refuse("message_gone", account)
    _act_on_platform(account, action, target)
    with transaction.atomic():
        if blocking.record_block(conversation, action, agent, reason):
            announce([conversation.pk])


def _act_on_platform(account: Account, action: Action, external_id: str) -> None:
    if account.practice_id is not None:
        return  # practice: what is done is noted here, and nowhere else
    try:
        with contextlib.closing(connector_for(account)) as connector:
            connector.act(action, external_id)
    except CredentialsUnreadable:
        raise refuse("reauth", account) from None
    except ChannelError as error:
        if isinstance(error, NeedsReauth | RateLimited):
            health.note_failure(account, error)
        raise refuse(error.reason, account) from error


def _note_action(message: Message, action: Action, agent: User | None) -> None:
    now = timezone.now()
    if action == Action.DELETE_OWN:
        receive(message.account, [Removal(message.external_id or "", now)])
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        match action:
            case Action.LIKE | Action.UNLIKE:
                row.liked_at = now if action == Action.LIKE else None
            case Action.BOOST | Action.UNBOOST:
                row.boosted_at = now if action == Action.BOOST else None
            case Action.HIDE | Action.UNHIDE:
                row.hidden_at, row.shown_at = (now, None) if action == Action.HIDE else (None, now)
        row.save(update_fields=["liked_at", "boosted_at", "hidden_at", "shown_at"])
        Event.note(str(action), actor=agent, conversation=conversation, message=row)
        if conversation:
            refresh_and_announce([conversation.pk])
    message.liked_at, message.boosted_at, message.hidden_at = row.liked_at, row.boosted_at, row.hidden_at
