"""Live chat on our own sites: here we are the platform too. Its settings, its visitors and what was said.

`ChatMessage` is what the platform holds: the connector reads and writes it as it would ask another's API.
"""

from __future__ import annotations

import mimetypes
import secrets
import uuid
from collections.abc import Collection
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from channels.models.account import Account
from webcare.lib.on_commit import after_commit
from webcare.lib.text import is_uuid

DEFAULT_COLOUR = "#0d6a64"
AUTOMATIC, RETURNED = "automatic", "returned"  # in `told` of ours
MAIL_ALONE = "mail_alone"  # in `told` of ours: it goes by mail, and to no widget
BY_MAIL = "mail"  # in `told` of a visitor's: it came in by mail, with this subject
LONGEST = 4000  # characters of a message
MOST_BYTES = 10 * 1024 * 1024  # of a file


def _visitor_id() -> str:
    return f"v-{secrets.token_hex(8)}"


def chat_path(mime_type: str) -> str:
    """Return where a file of a chat is kept: by day, under a name that nobody can guess."""
    return f"chat/{timezone.now():%Y/%m}/{uuid.uuid4()}{mimetypes.guess_extension(mime_type) or ''}"


def forget_said(codes: Collection[str]) -> None:
    """Delete messages of chats with their files, for good."""
    _delete(ChatMessage.objects.filter(code__in=[code for code in codes if is_uuid(code)]))


def forget_visitors(visitors: models.QuerySet[ChatVisitor]) -> int:
    """Delete visitors with their keys, messages and files, for good; return how many."""
    with transaction.atomic():
        # Nobody writes meanwhile: a message waits for this row, and its widget begins anew.
        locked = list(visitors.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        _delete(ChatMessage.objects.filter(visitor__in=locked))
        return ChatVisitor.objects.filter(pk__in=locked).delete()[1].get("channels.ChatVisitor", 0)


def _delete(messages: models.QuerySet[ChatMessage]) -> None:
    for name in messages.exclude(file="").values_list("file", flat=True):
        after_commit(default_storage.delete, name)
    messages.delete()


class ChatSite(models.Model):
    """How an account's chat stands on a site: where it may stand, how it looks, whom it greets."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="chat_site")
    origins = ArrayField(models.CharField(max_length=200), default=list, blank=True)  # https://shop.example
    colour = models.CharField(max_length=7, default=DEFAULT_COLOUR)
    greeting_nl = models.CharField(max_length=300, blank=True)
    greeting_en = models.CharField(max_length=300, blank=True)
    # The greeting opens by itself after so many seconds on a page whose address contains this; None: never.
    greet_after = models.PositiveSmallIntegerField(null=True, blank=True)
    greet_on = models.CharField(max_length=200, blank=True)
    # The mailbox that sends what a visitor who left an address did not see; None: nothing is mailed.
    mail_from = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # With which the site says who is signed in there (channels/livechat/identity.py).
    sealed_secret = models.TextField(blank=True, editable=False)

    def __str__(self) -> str:
        return f"chat of account {self.account_id}"

    @property
    def sender(self) -> Account | None:
        """The mailbox that was chosen, where it may send now; None: nothing leaves by mail."""
        mailbox = self.mail_from
        if mailbox is None or mailbox.removed_at or mailbox.paused_at or mailbox.needs_reauth_at:
            return None
        return None if mailbox.mode == Account.Mode.LISTEN else mailbox


class ChatVisitor(models.Model):
    """Somebody who wrote in a chat: nameless, or named by the site's signed word."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="chat_visitors", db_index=False)
    external_id = models.CharField(max_length=40, unique=True, default=_visitor_id, editable=False)
    user_id = models.CharField(max_length=120, blank=True)  # who it is on the site; "" for the nameless
    name = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=2, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "user_id"], name="one_chat_visitor_per_user", condition=~Q(user_id="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["seen_at"], name="chat_visitor_seen")]  # serves forgetting old ones

    def __str__(self) -> str:
        return self.external_id


class ChatKey(models.Model):
    """What a browser shows to go on with its visitor's talk. The key itself is kept there only."""

    visitor = models.ForeignKey(ChatVisitor, on_delete=models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"key of {self.visitor_id}"


class ChatMessage(models.Model):
    """One message of a chat, of the visitor or of ours. `client_id` is its writer's own: the same one is one row."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="chat_messages", db_index=False)
    visitor = models.ForeignKey(ChatVisitor, on_delete=models.CASCADE, related_name="messages", db_index=False)
    is_ours = models.BooleanField(default=False)
    client_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)  # what a widget that was away asks from
    removed_at = models.DateTimeField(null=True, blank=True)  # taken back by us
    text = models.TextField(blank=True)
    choice = models.CharField(max_length=100, blank=True)  # the key of what was tapped
    choices = models.JSONField(default=list, blank=True)  # what can be tapped: [key, title]
    file = models.FileField(upload_to="chat/", blank=True)
    filename = models.CharField(max_length=255, blank=True)
    mime_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    # Of a visitor's message: what they filled in, and the page it was written on where that is news; of one that was
    # mailed, its subject. Of ours: that it was said by itself, that it goes by mail alone, or why the mail came back.
    told = models.JSONField(default=dict, blank=True)
    # Of ours: how far it got.
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)  # nobody saw it, and it went by mail
    mailing_at = models.DateTimeField(null=True, blank=True)  # claimed for a mail of which the end is not known yet
    # The mailbox that one left from, or was to leave from when it was claimed.
    mailed_from = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    mail_after = models.DateTimeField(null=True, blank=True)  # it could not be mailed for now
    # How often something about it was news, and of how much the inbox knows. Equal: nothing waits.
    news = models.PositiveSmallIntegerField(default=1)
    known = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visitor", "client_id"], name="one_chat_message_per_client_id"),
        ]
        indexes: ClassVar = [
            # serves the connector: what the inbox does not know yet
            models.Index(fields=["account", "id"], name="chat_message_news", condition=Q(known__lt=F("news"))),
            models.Index(fields=["visitor", "changed_at"], name="chat_message_talk"),
            # serves mailing what nobody saw (channels/livechat/unseen.py)
            models.Index(
                fields=["account", "at"],
                name="chat_message_unseen",
                condition=Q(is_ours=True, delivered_at=None, mailed_at=None, removed_at=None),
            ),
            # serves letting go of a mailbox
            models.Index(fields=["mailed_from"], name="chat_mailed_from", condition=Q(mailed_from__isnull=False)),
            # serves looking for mails that broke off
            models.Index(
                fields=["account", "mailing_at"], name="chat_message_mailing", condition=Q(mailing_at__isnull=False)
            ),
            # serves what visitors mail back: few were mailed
            models.Index(fields=["client_id"], name="chat_message_mailed", condition=Q(mailed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.code)
