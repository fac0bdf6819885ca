"""A thread as it is read: each message with what stands around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from inbox.models import Conversation, Message
from inbox.thread.answer_status import BUBBLES, AnswerStatus, status_of
from inbox.thread.approvals import may_approve
from inbox.thread.message_kind import KindTag, tag_of
from inbox.thread.parts import fate_of_part_before, in_order
from inbox.thread.quotes import Quote, quote_of
from inbox.thread.reviews import may_review
from inbox.thread.seen_by_customer import Card, cards_of
from inbox.thread.trail import Trail, TrailLine

if TYPE_CHECKING:
    from inbox.models import User
    from inbox.thread.query import Line


@dataclass(slots=True)
class Item:
    """One message in the thread and what stands around it."""

    message: Message
    new_day: date | None = None
    starts_unread: bool = False
    context: list[Message] = field(default_factory=list)  # the public posts before it, oldest first
    brought: bool = False  # the one that made this a conversation of ours
    same_writer: bool = False  # directly after another of the same hand, minutes apart
    mine: bool = False
    elsewhere: bool = False  # said on the other side of the story: it stands on a card of its own, with
    side: Line | None = None  # the conversation it belongs to
    opens_card: bool = False
    closes_card: bool = False
    card_asks: Message | None = None  # what one would answer there, on the last of a card
    may_approve: bool = False  # whether the reader can be its second person, and
    may_link: bool = False  # let somebody without an account be that
    may_review: bool = False  # whether the reader is a lead who may say how accommodating it was
    cards: list[Card] = field(default_factory=list)  # what the customer saw when they wrote
    quote: Quote | None = None
    trail: Trail | None = None  # what colleagues did before it, since the message before
    part_before: str = ""  # what became of the part of the answer before this one (inbox/thread/parts.py)

    def put_behind(self, done: Trail) -> None:
        """Stand behind what was done, and so not directly behind the message before."""
        self.trail, self.same_writer = done, False

    @property
    def says_form(self) -> bool:
        """Whether its words are the answers of a form and no more: those are shown as such."""
        lines = [f"{question}: {answer}" for card in self.cards for question, answer in card.answers]
        return bool(lines) and self.message.text.split() == " ".join(lines).split()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was told of what it says."""
        return not (self.message.text or self.cards or self.message.files)  # type: ignore[attr-defined]  # annotated

    @property
    def shows_context(self) -> bool:
        """Whether something stands before it: what others said, or that it is not there."""
        message = self.message
        if self.context or message.context_state in ("failed", "wanted"):
            return True
        return message.parent_missing and not self.same_writer

    @property
    def status(self) -> AnswerStatus | None:
        """How far an answer of ours is."""
        return status_of(self.message, self.part_before)

    @property
    def bubble(self) -> str:
        """The classes of an answer of ours."""
        return BUBBLES.get(self.message.state, "")

    @property
    def kind_tag(self) -> KindTag | None:
        """How a message of the customer's reached us."""
        return tag_of(self.message, brought=self.brought)

    @property
    def own_review(self) -> dict[str, Any] | None:
        """What the reader said of it before; None where that is nothing."""
        return next((line for line in self.message.judged if line["own"]), None)  # type: ignore[attr-defined]  # annotated


@dataclass(slots=True)
class Thread:
    """What one page of a conversation shows, oldest first. `before` is where older ones start ("" for none)."""

    items: list[Item] = field(default_factory=list)
    before: str = ""
    trail: Trail | None = None  # what colleagues did since the newest message on it
    taken_back: Sequence[TrailLine] = field(default_factory=list)  # by colleagues, since the newest message

    @property
    def seen(self) -> int:
        """The newest message the reader has in front of them: an answer is held when something came in after it."""
        return max((item.message.pk for item in self.items), default=0)

    @property
    def news(self) -> int:
        """The newest message that is news to the reader: a customer's, or a colleague's answer."""
        answers = (Message.Direction.INBOUND, Message.Direction.OUTBOUND)
        messages = (i.message for i in self.items if not i.mine and not i.message.automatic)
        return max((message.pk for message in messages if message.direction in answers), default=0)

    @property
    def newest_inbound(self) -> Message | None:
        """What an answer answers when nothing else was chosen."""
        inbound = [
            item.message
            for item in self.items
            if item.message.direction == Message.Direction.INBOUND
            and item.message.removed_at is None
            and not item.elsewhere
        ]
        return inbound[-1] if inbound else None

    def find(self, code: str) -> Message | None:
        """The message with this code, where it is on this page."""
        return next((item.message for item in self.items if str(item.message.code) == code), None)


def items_of(
    own: Sequence[Message],
    found: Sequence[Message],
    conversation: Conversation,
    reader: User | None,
    unread_since: datetime | None,
    *,
    is_first_page: bool,
) -> list[Item]:
    """Return a page\'s messages with their days, context, cards and quotes; `found` also holds the posts above."""
    # An answer from another account of ours may also be told to this one as context: it is shown where it stands.
    told_as = [(message, key) for message in [*found, *own] for key in (message.first_external_id, message.external_id)]
    by_id = {key: message for message, key in told_as if key}
    as_context: set[int] = set()
    items: list[Item] = []
    marked = unread_since is None
    brought = not is_first_page
    shown = {message.pk for message in own}
    codes = {str(message.code) for message in own}
    previous: Message | None = None
    for message in in_order(own):
        item = Item(
            message,
            part_before=fate_of_part_before(message, own),
            may_approve=may_approve(message, reader),
            may_link=may_approve(message, reader) and reader is not None and reader.is_lead,
            may_review=may_review(message, reader),
            mine=reader is not None and message.author_id == reader.pk,
            elsewhere=message.conversation_id != conversation.pk,
            cards=cards_of(message),
            quote=quote_of(message, codes),
        )
        local = timezone.localtime(message.sent_at).date()
        if previous is None or timezone.localtime(previous.sent_at).date() != local:
            item.new_day = local
        if message.direction == Message.Direction.INBOUND:
            # What a private message answers is quoted above it instead.
            item.context = [] if message.visibility == "private" else _ancestors(message, by_id, as_context, shown)
            if not brought and not item.elsewhere:
                brought = item.brought = True
            if not marked and unread_since is not None and message.received_at > unread_since:
                marked = item.starts_unread = previous is not None
        item.same_writer = _same_author(previous, message) and not (
            item.new_day or item.starts_unread or item.context or item.cards or item.quote
        )
        items.append(item)
        previous = message
    return items


def _ancestors(message: Message, by_id: dict[str, Message], as_context: set[int], shown: set[int]) -> list[Message]:
    above: list[Message] = []
    parent = by_id.get(message.parent_external_id)
    while parent is not None and parent.pk not in shown and parent.pk not in as_context:
        as_context.add(parent.pk)
        above.append(parent)
        parent = by_id.get(parent.parent_external_id)
    return above[::-1]


def _same_author(before: Message | None, after: Message) -> bool:
    return (
        before is not None
        and (before.direction, before.identity_id, before.author_id, before.visibility)
        == (after.direction, after.identity_id, after.author_id, after.visibility)
        and (after.sent_at - before.sent_at).total_seconds() < 300
        and after.direction in (Message.Direction.INBOUND, Message.Direction.CONTEXT)
    )


def attach_cards(items: Sequence[Item], sides: Mapping[int, Line]) -> None:
    """Lay what belongs to another conversation on cards: one for what stands together in the thread."""
    asks: Message | None = None
    for before, item, following in zip([None, *items], items, [*items[1:], None], strict=False):
        if not item.elsewhere:
            continue
        item.side = sides.get(item.message.conversation_id or 0)
        item.opens_card, item.closes_card = not _continues(before, item), not _continues(item, following)
        item.same_writer = item.same_writer and not item.opens_card
        asks = None if item.opens_card else asks
        if item.message.direction == Message.Direction.INBOUND and item.message.removed_at is None:
            asks = item.message
        item.card_asks = asks if item.closes_card else None


def _continues(before: Item | None, after: Item | None) -> bool:
    if before is None or after is None or after.new_day or after.starts_unread or after.context:
        return False
    return before.message.conversation_id == after.message.conversation_id
