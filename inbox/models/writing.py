"""What helps someone write: drafts, canned replies, guidelines, watched words."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from webcare.lib.bidi import NameField


class Draft(models.Model):
    """What someone is writing in a conversation. On the server, so that a reload or a crash costs nothing."""

    conversation = models.ForeignKey(
        "inbox.Conversation", on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    tab = models.CharField(max_length=20)  # a Route's value, or "note"
    text = models.TextField()
    reply_to = models.ForeignKey("inbox.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    canned = models.ForeignKey("inbox.CannedReply", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # From which account, where somebody chose another than the addressed one.
    sender = models.ForeignKey("channels.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)
    helped = models.BooleanField(default=False, db_default=False)  # part of it was made by the assistant

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "user"], name="one_draft_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id}"


class CannedReply(models.Model):
    """A reply thought over once. Its texts differ per channel and language; `[[…]]` marks what must be edited."""

    class Scope(models.TextChoices):
        """Who finds it."""

        PRIVATE = "private", _("Only me")
        TEAM = "team", _("My team")
        ALL = "all", _("Everyone")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = NameField(_("title"), max_length=80)
    scope = models.CharField(_("who can use it"), max_length=8, choices=Scope.choices, default=Scope.ALL)
    team = models.ForeignKey(
        "inbox.Team",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="canned_replies",
        verbose_name=_("team"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="canned_replies",
        verbose_name=_("owner"),
    )
    label = models.ForeignKey(
        "inbox.Label",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="canned_replies",
        verbose_name=_("topic"),
    )
    # Whose replies these are; none chosen means every account's.
    accounts = models.ManyToManyField(
        "channels.Account", blank=True, related_name="canned_replies", verbose_name=_("accounts")
    )
    review_on = models.DateField(_("review on"), null=True, blank=True)
    picture = models.FileField(_("picture"), upload_to="canned/", blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class CannedText(models.Model):
    """One wording of a canned reply. The nearest fit is used: channel and language, language, channel, any."""

    canned = models.ForeignKey(CannedReply, on_delete=models.CASCADE, related_name="texts")
    platform = models.CharField(_("channel"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    text = models.TextField(_("text"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["canned", "platform", "language"], name="one_wording_each")
        ]

    def __str__(self) -> str:
        return self.text[:40]


class CannedUse(models.Model):
    """One sending of a canned reply, and whether it left as it stood."""

    canned = models.ForeignKey(CannedReply, on_delete=models.CASCADE, related_name="uses", db_index=False)
    message = models.OneToOneField("inbox.Message", on_delete=models.CASCADE, related_name="canned_use")
    unchanged = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["canned", "-at"], name="uses_of_canned_reply")]

    def __str__(self) -> str:
        return f"{self.canned_id} in {self.message_id}"


class Guideline(models.Model):
    """How we answer, for everyone or for one channel or team. Every change is a new version."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = NameField(_("title"), max_length=80)
    platform = models.CharField(_("channel"), max_length=20, blank=True)
    team = models.ForeignKey(
        "inbox.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="guidelines", verbose_name=_("team")
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class GuidelineVersion(models.Model):
    """One text of a guideline. Kept for ever; the newest counts."""

    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="versions")
    text = models.TextField(_("text"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    read_by = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="read_guidelines")

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.guideline_id} {self.at:%Y-%m-%d}"


class WatchedWord(models.Model):
    """A phrase the reply guard knows: a cliché, defensive wording, a sensitive topic, or a word that is right."""

    class Kind(models.TextChoices):
        """What it means when it is met."""

        CLICHE = "cliche", _("Cliché")
        DEFENSIVE = "defensive", _("Defensive")
        SENSITIVE = "sensitive", _("Sensitive topic")
        CORRECT = "correct", _("Spelled correctly")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    phrase = models.CharField(_("phrase"), max_length=200)
    advice = models.CharField(_("what to write or mind instead"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "phrase"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "phrase"], name="one_watched_word_each")]

    def __str__(self) -> str:
        return self.phrase
