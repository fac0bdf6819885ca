"""Questions that are alike, and who asked each. No row holds a word: those stand in the messages alone."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Question(models.Model):
    """What customers asked in nearly the same words. Without an `Asking` it goes."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    last_at = models.DateTimeField()  # when it was asked last
    # No question to answer once and for all: it is left out until somebody takes it back.
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-last_at"], name="question_newest")]

    def __str__(self) -> str:
        return f"question {self.pk}"


class Asking(models.Model):
    """One conversation that asked it: the first time counts. Triggers delete it with the words of its message.

    See reports/migrations/_forgetting.py.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="askings", db_index=False)
    message = models.ForeignKey(
        "inbox.Message", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    conversation = models.ForeignKey(
        "inbox.Conversation", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(
        "channels.Account", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    asked_at = models.DateTimeField()
    is_model = models.BooleanField(default=False)  # the one that others are compared with

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message"], name="one_question_of_a_message"),
            models.UniqueConstraint(fields=["question", "conversation"], name="who_asks_twice_counts_once"),
            models.UniqueConstraint(fields=["question"], condition=Q(is_model=True), name="one_model_of_a_question"),
        ]
        indexes: ClassVar = [
            # how often each was asked in a period
            models.Index(fields=["asked_at"], include=["question", "account", "conversation"], name="asking_counted"),
            # who asked one, newest first
            models.Index(
                fields=["question", "-asked_at", "-conversation"], include=["account"], name="asking_of_question"
            ),
            models.Index(fields=["conversation"], name="asking_of_conversation"),
        ]

    def __str__(self) -> str:
        return f"question {self.question_id} asked in {self.conversation_id}"


class QuestionState(models.Model):
    """Up to which message questions are grouped."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    last_message = models.BigIntegerField()
    grouped_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"up to {self.last_message}"
