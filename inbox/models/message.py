"""One thing in the thread: from the customer, from us, a note, or what others said before."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.models.answer_state import ON_ITS_WAY, UNDER_WAY, AnswerState

FOUND = "found"  # the kind of a post that a search brought: nobody addressed us
# We wrote to the customer, and somebody did: what is said by itself outside opening hours answers nothing.
IS_ANSWER = Q(direction="outbound", automatic=False)


def search_words(of: str = "") -> list[str]:
    """Return the columns that only search reads, each as long as a text: of messages, or of those joined as `of`."""
    return [f"{of}__{name}" if of else name for name in ("words", "subject_words")]


class MessageQuerySet(models.QuerySet["Message"]):
    """Named selections of messages."""

    def without_words(self) -> Self:
        """The same without what only search reads."""
        return self.defer(*search_words())

    def answers(self) -> Self:
        """What we answered, or are about to."""
        return self.filter(IS_ANSWER)

    def by_us(self) -> Self:
        """What was written in Webcare, and not on the platform itself: by a person, or automatically."""
        return self.filter(Q(author__isnull=False) | Q(automatic=True))


class Message(models.Model):
    """A message, whoever wrote it. A note can never be sent: the database refuses one with a state or a platform id."""

    class Direction(models.TextChoices):
        """inbound: a customer · outbound: us · note: between colleagues · context: what stood around it."""

        INBOUND = "inbound", _("From the customer")
        OUTBOUND = "outbound", _("From us")
        NOTE = "note", _("Note")
        CONTEXT = "context", _("Context")

    State = AnswerState

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Indexes that begin with the account and the conversation serve these two.
    account = models.ForeignKey("channels.Account", on_delete=models.PROTECT, related_name="messages", db_index=False)
    # Context belongs to a thread, not a conversation; an answer that came in before what it answers waits without one.
    conversation = models.ForeignKey(
        "inbox.Conversation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,
    )
    identity = models.ForeignKey(
        "inbox.Identity", null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="messages",
        db_index=False,
    )
    direction = models.CharField(max_length=10, choices=Direction.choices)
    kind = models.CharField(max_length=20, blank=True)
    visibility = models.CharField(max_length=8, blank=True)
    external_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001  NULL until the platform gave one: unique otherwise
    # The first version's id, where edits make new ids (X); else equal to external_id. earlier_ids has those in between.
    first_external_id = models.CharField(max_length=255, blank=True)
    earlier_ids = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    thread_id = models.CharField(max_length=255, blank=True)
    parent_external_id = models.CharField(max_length=255, blank=True)
    parent_missing = models.BooleanField(default=False)
    context_state = models.CharField(max_length=8, blank=True)  # "", wanted, loaded, failed: the posts before a mention
    text = models.TextField(blank=True)
    shown = models.JSONField(default=list, blank=True)  # what the customer saw, each as channels.types.Shown
    permalink = models.URLField(max_length=1000, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)  # the platform's time
    # Of an answer, until the platform tells it back.
    sent_at_is_ours = models.BooleanField(default=False, db_default=False)
    received_at = models.DateTimeField(default=timezone.now)  # ours
    # Of the telling it was made or completed by (inbox/ingest/known.py).
    told = models.UUIDField(null=True, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True)
    worded_at = models.DateTimeField(null=True, blank=True)  # when the words we hold were written, after an edit
    removed_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    shown_at = models.DateTimeField(
        null=True, blank=True
    )  # when it was last shown again: an older report does not hide it
    our_emoji = models.CharField(max_length=40, blank=True)  # put on it in the platform's own app
    our_emoji_at = models.DateTimeField(null=True, blank=True)
    liked_at = models.DateTimeField(null=True, blank=True)
    boosted_at = models.DateTimeField(null=True, blank=True)
    opens_window = models.BooleanField(default=False)
    # The outbox: this row is the queue.
    state = models.CharField(max_length=10, choices=State.choices, blank=True)
    route = models.CharField(max_length=20, blank=True)
    reply_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="answers", db_index=False
    )
    template = models.JSONField(null=True, blank=True)
    part_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="parts", db_index=False
    )  # a numbered thread's first part
    send_after = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    lookups = models.PositiveSmallIntegerField(default=0)  # how often an unknown one was looked for on the platform
    error = models.TextField(blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_reason = models.CharField(max_length=30, blank=True)
    seen_message_id = models.BigIntegerField(null=True, blank=True)  # the newest one the agent saw when sending
    closes_after = models.BooleanField(default=False)  # "send and close"
    automatic = models.BooleanField(default=False)  # nobody wrote it: it says when an answer follows, and is none
    approved_by = models.ForeignKey(  # the second person, where one was needed
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    mood = models.CharField(max_length=10, blank=True)  # Conversation.Mood, estimated when it came in
    language = models.CharField(max_length=5, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    # Dutch and English stems, and the words as they stand, in one normal form. A removed text leaves none.
    words = models.GeneratedField(
        expression=models.Func("text", function="inbox_words"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    # Of a mail: the same of its subject and its text (inbox/migrations/_subject_words.py).
    subject_words = SearchVectorField(null=True, editable=False)

    objects: ClassVar = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "external_id"], name="one_message_per_platform_id"),
            # all versions of an edited post are one message; also serves looking a message up by its first id
            models.UniqueConstraint(
                fields=["account", "first_external_id"],
                condition=~Q(first_external_id=""),
                name="one_message_per_first_version",
            ),
            models.CheckConstraint(
                condition=~Q(direction="note") | Q(state="", route="", external_id__isnull=True),
                name="note_can_never_be_sent",
            ),
            models.CheckConstraint(
                condition=~Q(direction="context") | Q(conversation__isnull=True), name="context_belongs_to_a_thread"
            ),
            models.CheckConstraint(
                condition=~Q(direction__in=["inbound", "note"]) | Q(conversation__isnull=False),
                name="message_has_a_conversation",
            ),
            models.CheckConstraint(condition=Q(direction="outbound") | Q(state=""), name="only_answers_have_a_state"),
            models.CheckConstraint(
                condition=~Q(state="approval") | Q(external_id__isnull=True, approved_by=None),
                name="only_unsent_answers_wait_for_approval",
            ),
            models.CheckConstraint(condition=~Q(approved_by=F("author")), name="nobody_approves_their_own_answer"),
            models.CheckConstraint(
                condition=Q(automatic=False) | Q(author=None, direction="outbound", visibility="private"),
                name="automatic_is_private_and_nobodys",
            ),
        ]
        indexes: ClassVar = [
            # search over everything, all time (inbox/lists/search.py)
            GinIndex(fields=["words"], name="message_words"),
            GinIndex(fields=["subject_words"], name="message_subject_words", condition=Q(subject_words__isnull=False)),
            # the same for words that stand in very many messages: newest first until the page is full
            models.Index(fields=["-sent_at", "-id"], name="message_newest", condition=Q(conversation__isnull=False)),
            # the thread page, newest first
            models.Index(fields=["conversation", "-sent_at", "-id"], name="message_thread"),
            # context and parents within one account's thread
            models.Index(fields=["account", "thread_id"], name="message_by_thread", condition=~Q(thread_id="")),
            # who answered this (adopting answers that came in before what they answer)
            models.Index(
                fields=["account", "parent_external_id"], name="message_by_parent", condition=~Q(parent_external_id="")
            ),
            # replies and news that name a version in between
            GinIndex(fields=["earlier_ids"], name="message_earlier_ids", condition=~Q(earlier_ids=[])),
            # the outbox sweep: only rows that still have to go
            models.Index(
                fields=["state", "retry_at"],
                name="outbox",
                condition=Q(state__in=["queued", "sending", "retry", "unknown"]),
            ),
            # conversations in which an answer is under way; "waiting for approval" and its counter
            models.Index(fields=["conversation", "state"], name="message_under_way", condition=Q(state__in=UNDER_WAY)),
            # what we wrote: few among many, so that an incoming message costs none of these
            models.Index(fields=["author"], name="message_author", condition=Q(author__isnull=False)),
            models.Index(fields=["reply_to"], name="message_reply_to", condition=Q(reply_to__isnull=False)),
            models.Index(fields=["part_of"], name="message_part_of", condition=Q(part_of__isnull=False)),
            # posts whose preceding thread still has to be loaded
            models.Index(fields=["id"], name="message_context_wanted", condition=Q(context_state="wanted")),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.external_id or self.code}"

    @property
    def is_ours(self) -> bool:
        """Whether our brand wrote it, here or elsewhere."""
        return self.direction == self.Direction.OUTBOUND or (
            self.direction == self.Direction.CONTEXT and self.identity_id is None
        )

    @property
    def is_post(self) -> bool:
        """Whether it is a post of our own, planned here: it answers nobody and has no conversation."""
        return self.route == "post"

    def verb(self, outcome: str) -> str:
        """What the log calls something that happened on its way out: automatic ones and posts are marked there too."""
        return f"{'automatic' if self.automatic else 'post' if self.is_post else 'send'}_{outcome}"

    @property
    def is_on_its_way(self) -> bool:
        """Whether the outbox still has to do something with it."""
        return self.state in ON_ITS_WAY


class Attachment(models.Model):
    """A picture, sound, film, file or place with a message. Fetched soon, since platforms' addresses expire."""

    class State(models.TextChoices):
        """Where the file stands."""

        WAITING = "waiting", _("Being fetched")
        STORED = "stored", _("Stored")
        FAILED = "failed", _("Could not be fetched")
        REFUSED = "refused", _("Refused: too large or not an allowed type")
        NONE = "none", _("No file")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    source_url = models.TextField(blank=True)
    external_id = models.CharField(max_length=255, blank=True)
    file = models.FileField(upload_to="attachments/%Y/%m/", blank=True, max_length=300)
    mime_type = models.CharField(max_length=100, blank=True)
    filename = models.CharField(max_length=200, blank=True)
    alt_text = models.TextField(blank=True)
    text = models.TextField(blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "position"], name="one_attachment_per_place")
        ]
        indexes: ClassVar = [models.Index(fields=["retry_at"], name="attachment_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.filename or self.code}"


class StandingReactions(models.Manager["Reaction"]):
    """Reactions that were not taken back."""

    def get_queryset(self) -> models.QuerySet[Reaction]:
        """Leave out the empty rows that remember a taken-back emoji."""
        return super().get_queryset().exclude(emoji="")


class Reaction(models.Model):
    """An emoji someone put on a message. One per person and message, as the platforms have it.

    A removed reaction stays as an empty emoji, so that older reports do not revive it.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions", db_index=False)
    identity = models.ForeignKey("inbox.Identity", on_delete=models.CASCADE, related_name="reactions")
    emoji = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    objects: ClassVar = StandingReactions()
    every: ClassVar = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "identity"], name="one_reaction_per_person")
        ]

    def __str__(self) -> str:
        return self.emoji
