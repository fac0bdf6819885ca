"""Who did what, when. Written once: a trigger refuses changes and deletions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from inbox.models.conversation import Conversation

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_cause: ContextVar[Mapping[str, Any]] = ContextVar("cause", default=_NOTHING)


@contextmanager
def caused_by(**cause: Any) -> Iterator[None]:
    """Have each event that is noted within say what caused it: the number of a rule."""
    token = _cause.set(cause)
    try:
        yield
    finally:
        _cause.reset(token)


class Event(models.Model):
    """One act. `data` holds ids and states, never a customer's words or an address: the log outlives an erasure."""

    verb = models.CharField(max_length=40)  # e.g. assigned, closed, reopened, sent, removed, account_added
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
    )
    account = models.ForeignKey(
        "channels.Account", null=True, blank=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    conversation = models.ForeignKey(
        "inbox.Conversation",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="events",
        db_index=False,
        db_constraint=False,
    )
    message = models.ForeignKey(
        "inbox.Message",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        indexes: ClassVar = [
            # the conversation's log
            models.Index(fields=["conversation", "id"], name="event_of_conversation"),
            # what happened to accounts and people, few among many: the accounts page
            models.Index(fields=["-at"], name="event_of_no_conversation", condition=models.Q(conversation=None)),
            # the log, newest first: all of it, of one person, of one account (inbox/history/log.py)
            models.Index(fields=["-at", "-id"], name="event_newest"),
            models.Index(fields=["actor", "-at", "-id"], name="event_of_person"),
            models.Index(fields=["account", "-at", "-id"], name="event_of_account"),
            # acts that are rare among many, and the figures of a period
            models.Index(fields=["verb", "-at"], name="event_of_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def note(
        cls,
        verb: str,
        *,
        actor: Any = None,
        conversation: Conversation | None = None,
        account: Any = None,
        message: Any = None,
        **data: Any,
    ) -> Event:
        """Append one event and return it. The conversation's account is filled in by itself."""
        return cls.objects.create(
            verb=verb,
            actor=actor,
            conversation=conversation,
            account_id=account.pk if account else conversation.account_id if conversation else None,
            message=message,
            data={**_cause.get(), **data},
        )
