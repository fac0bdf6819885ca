"""One case: one person, one account, public or private, until it is closed."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels.types import Visibility

if TYPE_CHECKING:
    from inbox.models.user import User

WINDOW_NEAR = timedelta(hours=4)
# What a row of a list is made of. Its account is at hand: the reader's accounts are read with every page.
_LISTED = (
    "code", "account_id", "visibility", "status", "excerpt", "has_attachment", "file_kind", "file_count",
    "waiting_since", "due_at", "due_marks", "target_minutes", "last_message_at",
    "last_inbound_at", "last_direction", "failed_count", "window_closes_at",
    "seen_at", "snoozed_until", "closed_at", "mood", "priority", "is_complaint",
    "identity__contact", "identity__name", "identity__handle", "identity__phone", "identity__platform",
    "identity__external_id",  # in a chat: whether they are there (inbox/live/customers.py)
    "assignee__first_name", "assignee__last_name", "assignee__email", "assignee__own_initials",
)  # fmt: skip

# What open ones are counted by, on the lead's page and beside filters: it stands in the index, apart from the row.
_COUNTED_BY = (
    "team", "assignee", "due_at", "due_marks", "window_closes_at", "mood", "language", "visibility", "is_complaint",
    "last_message_at",
)  # fmt: skip


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Named selections: every list the pages show is one of these."""

    def visible_to(self, user: User) -> Self:
        """Conversations of the accounts and teams this person may read, removed accounts' history too."""
        return self.filter(account__in=user.readable_accounts().order_by().values("pk")).outside(user.closed_teams)

    def outside(self, teams: Collection[int]) -> Self:
        """Those that none of these teams has: the ones that are closed to a reader."""
        return self.exclude(team__in=teams) if teams else self

    def at_work(self) -> Self:
        """Of accounts that were not removed: what can still be done something about."""
        return self.filter(account__removed_at=None)

    def open(self) -> Self:
        """Work to do now."""
        return self.filter(status=Conversation.Status.OPEN)

    def mine(self, user: User) -> Self:
        """Open and assigned to this person."""
        return self.open().filter(assignee=user)

    def unassigned(self) -> Self:
        """Open and assigned to nobody."""
        return self.open().filter(assignee=None)

    def closed(self) -> Self:
        """Done."""
        return self.filter(status=Conversation.Status.CLOSED)

    def left_open(self) -> Self:
        """Not closed when their account was removed: to be read only."""
        return self.exclude(status=Conversation.Status.CLOSED).filter(account__removed_at__isnull=False)

    def for_list(self) -> Self:
        """With what a list's row shows of itself, and whom it names: nothing else, since a list has many rows.

        What it shows besides is asked for the rows shown alone (inbox/lists/row.py).
        """
        return self.select_related("identity", "assignee").only(*_LISTED)

    def for_rows(self) -> Self:
        """With everything a list row shows, in the same query."""
        return self.select_related("account", "identity", "contact", "assignee")


class Conversation(models.Model):
    """What the list shows stands on the row itself, so that the list is one index scan."""

    class Status(models.TextChoices):
        """open: ours to act · snoozed: until a time or an answer · closed: done."""

        OPEN = "open", _("Open")
        SNOOZED = "snoozed", _("Snoozed")
        CLOSED = "closed", _("Closed")

    class Line(models.TextChoices):
        """What somebody did that no colleague has to put up with."""

        INSULT = "insult", _("Insults")
        THREAT = "threat", _("Threats")
        DISCRIMINATION = "discrimination", _("Discrimination")
        HARASSMENT = "harassment", _("Sexual harassment")

    class CloseReason(models.TextChoices):
        """Why a case was closed without an answer."""

        ANSWERED = "answered", _("Answered")
        NO_QUESTION = "no_question", _("No question")
        ANSWERED_ELSEWHERE = "answered_elsewhere", _("Already answered elsewhere")
        ANSWERED_ON_SITE = "answered_on_site", _("Answered on the site itself")
        TROLL = "troll", _("Troll")
        SPAM = "spam", _("Spam")
        UNSOLVABLE = "unsolvable", _("Cannot be solved")
        LIKED = "liked", _("Handled by a like")

    class SkipReason(models.TextChoices):
        """Why somebody passed on the case that came next."""

        OTHER_TEAM = "other_team", _("Belongs to another team")
        UNKNOWN = "unknown", _("I do not know the answer")
        LANGUAGE = "language", _("I do not write this language")
        PERSONAL = "personal", _("I know this person, or had trouble with them")
        OTHER = "other", _("Something else")

    class Mood(models.TextChoices):
        """How the customer seems to feel. An estimate; one click corrects it."""

        ANGRY = "angry", _("angry")
        ANNOYED = "annoyed", _("annoyed")
        NEUTRAL = "neutral", _("neutral")
        HAPPY = "happy", _("happy")

    class Tone(models.TextChoices):
        """How we write in this conversation. None chosen: as the guidelines say."""

        BUSINESSLIKE = "businesslike", _("businesslike")
        INFORMAL = "informal", _("informal")
        HUMOUR = "humour", _("humour welcome")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Indexes that begin with the account and the contact serve these two.
    account = models.ForeignKey(
        "channels.Account", on_delete=models.PROTECT, related_name="conversations", db_index=False
    )
    contact = models.ForeignKey("inbox.Contact", on_delete=models.PROTECT, related_name="conversations", db_index=False)
    identity = models.ForeignKey("inbox.Identity", on_delete=models.PROTECT, related_name="conversations")
    visibility = models.CharField(max_length=8, choices=[(v.value, v.value) for v in Visibility])
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    # The list row, kept by inbox/triage/summary.py from the messages.
    excerpt = models.CharField(max_length=280, blank=True)
    has_attachment = models.BooleanField(default=False)
    # What the excerpt's message carries: the one kind of its files, "mixed", or a kind that has no words of its own.
    file_kind = models.CharField(max_length=20, blank=True)
    file_count = models.PositiveSmallIntegerField(default=0)
    message_count = models.PositiveIntegerField(default=0)
    waiting_since = models.DateTimeField(
        null=True, blank=True
    )  # the first unanswered message; one clock for a row of three
    # Until when they should have an answer; None where that is not in sight. Kept by inbox/sla/due.py.
    due_at = models.DateTimeField(null=True, blank=True)
    # From when it is near, and when the target has passed twice and four times.
    due_marks = ArrayField(models.DateTimeField(null=True), null=True, blank=True)
    target_minutes = models.PositiveIntegerField(null=True, blank=True)
    first_message_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    last_direction = models.CharField(max_length=10, blank=True)
    failed_count = models.PositiveIntegerField(default=0)  # answers that did not leave and need a person
    window_closes_at = models.DateTimeField(null=True, blank=True)  # inbox/sla/reply_window.py says how
    seen_at = models.DateTimeField(null=True, blank=True)  # when a colleague last opened it
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=20, choices=CloseReason.choices, blank=True)
    team = models.ForeignKey(
        "inbox.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    labels = models.ManyToManyField("inbox.Label", through="inbox.ConversationLabel", related_name="conversations")
    mood = models.CharField(
        max_length=10, choices=Mood.choices, blank=True
    )  # of the newest customer message: a suggestion until someone sets it
    mood_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    tone = models.CharField(max_length=12, choices=Tone.choices, blank=True)
    language = models.CharField(max_length=5, blank=True)
    # The person's followers when a public conversation began: figures of the past stay as they were.
    reach = models.PositiveIntegerField(null=True, blank=True, editable=False)
    priority = models.IntegerField(default=0)  # 0–100, see inbox/triage/priority.py
    # Points that a rule adds to the priority, or takes from it (inbox/triage/urgency.py).
    urgency = models.SmallIntegerField(default=0, db_default=0)
    is_complaint = models.BooleanField(default=False)
    # Who closed it as spam, until its public posts are hidden on the platform (inbox/actions/hidden_spam.py).
    hides_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    crossed_line_at = models.DateTimeField(null=True, blank=True)  # a colleague drew a line
    handover_note = models.CharField(max_length=500, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)  # only what figures count is left
    created_at = models.DateTimeField(auto_now_add=True)
    # The transaction that last changed the row, set by a trigger. Catch-up: inbox/live/announce.py.
    version = models.BigIntegerField(default=0, editable=False)

    objects: ClassVar = ConversationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "identity", "visibility"],
                condition=~Q(status="closed"),
                name="one_not_closed_conversation_per_person_and_side",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(closed_at__isnull=False), name="closed_conversation_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(status="closed"), name="erased_conversation_is_closed"
            ),
        ]
        indexes: ClassVar = [
            # list "all open", longest waiting first: those who wait come before those who do not
            models.Index(fields=["waiting_since", "id"], name="conv_open_waiting", condition=Q(status="open")),
            models.Index(fields=["-last_message_at", "-id"], name="conv_open_newest", condition=Q(status="open")),
            # "mine" and its counter
            models.Index(
                fields=["assignee", "waiting_since", "id"],
                name="conv_mine",
                condition=Q(status="open", assignee__isnull=False),
            ),
            # "unassigned": IS NULL gives a composite index no order, so it has an index of its own
            models.Index(
                fields=["waiting_since", "id"],
                name="conv_unassigned",
                condition=Q(status="open", assignee__isnull=True),
            ),
            # one account's, and all that is counted of the open ones
            models.Index(
                fields=["account", "waiting_since", "id"],
                include=_COUNTED_BY,
                name="conv_open_account",
                condition=Q(status="open"),
            ),
            models.Index(fields=["-closed_at", "-id"], name="conv_closed", condition=Q(status="closed")),
            # a team's, and those whose question was left: few among all that are closed
            models.Index(
                fields=["team", "-closed_at", "-id"],
                name="conv_closed_team",
                condition=Q(status="closed", team__isnull=False),
            ),
            models.Index(
                fields=["-closed_at", "-id"],
                name="conv_closed_waiting",
                condition=Q(status="closed", waiting_since__isnull=False),
            ),
            models.Index(
                fields=["-priority", "waiting_since", "id"], name="conv_open_priority", condition=Q(status="open")
            ),
            # "late", who is nearly so, and the other lists sorted by time left
            # who of the running hour is counted from it alone, however many they are (inbox/lists/queue_counts.py)
            models.Index(
                fields=["due_at", "id"],
                include=["account", "team"],
                name="conv_by_due",
                condition=Q(status="open"),
            ),
            # "window closing", and the other lists sorted by it: those without a window come last
            # who waits, by time left: PostgreSQL takes being open and waiting for independent, and expects few
            models.Index(
                fields=["due_at", "id"],
                name="conv_waiting_due",
                condition=Q(status="open", waiting_since__isnull=False),
            ),
            models.Index(
                fields=["window_closes_at", "id"],
                include=["account", "team", "waiting_since"],
                name="conv_by_window",
                condition=Q(status="open"),
            ),
            models.Index(
                fields=["team", "waiting_since", "id"],
                name="conv_open_team",
                condition=Q(status="open", team__isnull=False),
            ),
            models.Index(fields=["id"], name="conv_failed", condition=Q(failed_count__gt=0)),
            # who set a mood or has posts hidden: few among many
            models.Index(fields=["mood_by"], name="conv_mood_by", condition=Q(mood_by__isnull=False)),
            models.Index(fields=["hides_for", "id"], name="conv_hides", condition=Q(hides_for__isnull=False)),
            models.Index(fields=["snoozed_until"], name="conv_snoozed", condition=Q(status="snoozed")),
            # complaints closed without an answer
            models.Index(
                fields=["-closed_at", "-id"], name="conv_complaints", condition=Q(status="closed", is_complaint=True)
            ),
            # the contact's timeline
            models.Index(fields=["contact", "-last_message_at"], name="conv_of_contact"),
            # which conversation a message of this person goes to
            models.Index(fields=["account", "identity", "visibility", "-last_message_at"], name="conv_of_identity"),
            # what began in a period: rows stand in that order, so some kilobytes tell where
            BrinIndex(fields=["first_message_at"], name="conv_begun", pages_per_range=32, autosummarize=True),
            # the live catch-up
            models.Index(fields=["version"], name="conv_version"),
        ]

    def __str__(self) -> str:
        return f"{self.identity_id}@{self.account_id} {self.visibility} {self.status}"

    def get_absolute_url(self) -> str:
        """The conversation's own page."""
        return f"/inbox/{self.code}/"

    @property
    def is_public(self) -> bool:
        """Whether everyone can read it."""
        return self.visibility == Visibility.PUBLIC

    @property
    def is_history(self) -> bool:
        """Whether all of it was said before its account was connected."""
        until = self.account.history_until
        return until is not None and self.last_message_at < until

    @property
    def is_unread(self) -> bool:
        """Whether something came in that no colleague has opened yet. History is nobody's work."""
        if self.status == self.Status.CLOSED and self.is_history:
            return False
        return self.last_inbound_at is not None and (self.seen_at is None or self.seen_at < self.last_inbound_at)

    def waited(self, now: datetime | None = None) -> timedelta | None:
        """How long the customer has been waiting; None when nobody waits."""
        return (now or timezone.now()) - self.waiting_since if self.waiting_since else None

    @property
    def window_left(self) -> timedelta | None:
        """How long one may still answer freely; None where the platform knows no such limit."""
        return self.window_closes_at - timezone.now() if self.window_closes_at else None

    @property
    def window_near(self) -> bool:
        """Whether the reply window closes soon enough to say so, with a customer waiting."""
        left = self.window_left
        return left is not None and self.waiting_since is not None and timedelta(0) < left <= WINDOW_NEAR

    @property
    def promise(self) -> str:
        """Where the wait stands against the response target: ok, soon or over; "" where nobody waits, or may answer."""
        return self.promise_at(timezone.now())

    def promise_at(self, now: datetime) -> str:
        """The same at a moment."""
        if self.waiting_since is None or self.status != self.Status.OPEN or self.account.removed_at:
            return ""
        if self.due_at is not None and now >= self.due_at:
            return "over"
        soon = self.due_marks[0] if self.due_marks else None
        return "soon" if soon is not None and now >= soon else "ok"
