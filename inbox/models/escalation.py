"""A question to a lead or a spokesperson, asked when in doubt. Until it is answered, the customer's answer waits."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Expression, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.models.rights import Right, holding
from inbox.models.user import User


class EscalationQuerySet(models.QuerySet["Escalation"]):
    """Named selections of questions."""

    def open(self) -> Self:
        """Those that nobody has answered yet."""
        return self.filter(ended_at=None)

    def asked_of(self, user: User | Expression) -> Self:
        """Those that wait for this person: asked of them, or of every lead where they are one."""
        person = user.pk if isinstance(user, User) else user
        leads = User.objects.filter(holding(Right.LEAD), pk=person)
        of_leads = Q(asked=None) & (Q(asked_by=None) | ~Q(asked_by=user)) & models.Exists(leads)
        return self.open().filter(Q(asked=user) | of_leads)


class Escalation(models.Model):
    """One question. Its words are a note in the thread, and so is its answer: the log keeps neither."""

    class Outcome(models.TextChoices):
        """How a question ended."""

        ANSWERED = "answered", _("Answered")
        APPROVED = "approved", _("Agreed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CLOSED = "closed", _("Closed with its conversation")

    # The kind of a note that is a yes without words. Its text is what who agreed reads; others read it in theirs.
    AGREED = "agreed"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="escalations")
    asked = models.ForeignKey(  # None: every lead who sees the conversation
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    asked_by = models.ForeignKey(  # None: nobody, a rule did
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    question = models.ForeignKey("inbox.Message", on_delete=models.CASCADE, related_name="+")
    answer = models.ForeignKey("inbox.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    objects: ClassVar = EscalationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation"], condition=Q(ended_at=None), name="one_open_question"),
            models.CheckConstraint(condition=~Q(asked=F("asked_by")), name="nobody_asks_themselves"),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="question_ends_with_an_outcome",
            ),
        ]
        indexes: ClassVar = [
            # "asked of me" and its counter
            models.Index(fields=["asked"], name="question_open", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"question in {self.conversation_id} to {self.asked_id or 'leads'}"

    def may_be_answered_by(self, person: User) -> bool:
        """Whether somebody may answer it: whom was asked, and every lead but who asked."""
        return person.pk == self.asked_id or (person.is_lead and person.pk != self.asked_by_id)
