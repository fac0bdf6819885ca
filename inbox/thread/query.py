"""One conversation as it is read: its messages, the public posts before them, and what we know of the person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from inbox.library.guidelines import is_new_for
from inbox.models import (
    Attachment,
    Conversation,
    ConversationLabel,
    Draft,
    Event,
    Identity,
    Message,
    Reaction,
    WatchedWord,
)
from inbox.thread.answer_status import BUBBLES, AnswerStatus, status_of
from inbox.thread.contact_summary import UNDO_WITHIN, about_contact
from inbox.thread.message_kind import KindTag, tag_of
from inbox.thread.parts import in_order, part_before
from inbox.thread.reviews import may_review, reviews_of
from inbox.thread.shown import (
    Card,
    Quote,
    cards_of,
    quote_of,
    quoted,
)
from webcare.lib.cursor import moment_in
from webcare.lib.prepared import (
    Given,
    Prepared,
    given,
    given_code,
    given_moment,
    given_numbers,
)

if TYPE_CHECKING:
    from inbox.models import User

PAGE = 50
FOLDED = 20  # earlier conversations of the same person, shown as one line each

# The newest messages of a story: the conversation, and the other side of it (public or private) with the same person.
# For each of them the posts above it, parent by parent, as far as we have them. The lateral LIMIT keeps every step a
# look-up by index, however many messages there are; UNION ends a circle.
_PAGE_AND_ANCESTORS = """
WITH RECURSIVE page AS (
    SELECT id, account_id, parent_external_id FROM inbox_message
    WHERE conversation_id = ANY(%s) AND state <> 'cancelled' AND (sent_at, id) < (%s, %s)
    ORDER BY sent_at DESC, id DESC LIMIT %s
), up AS (
    SELECT found.* FROM page CROSS JOIN LATERAL (
        SELECT m.id, m.account_id, m.parent_external_id FROM inbox_message m
        WHERE m.account_id = page.account_id AND page.parent_external_id <> ''
          AND (m.conversation_id IS NULL OR m.conversation_id <> ALL(%s))
          AND (m.external_id = page.parent_external_id
               OR (m.first_external_id = page.parent_external_id AND m.first_external_id <> ''))
        LIMIT 1) found
    UNION
    SELECT found.* FROM up CROSS JOIN LATERAL (
        SELECT m.id, m.account_id, m.parent_external_id FROM inbox_message m
        WHERE m.account_id = up.account_id AND up.parent_external_id <> ''
          AND (m.conversation_id IS NULL OR m.conversation_id <> ALL(%s))
          AND (m.external_id = up.parent_external_id
               OR (m.first_external_id = up.parent_external_id AND m.first_external_id <> ''))
        LIMIT 1) found
)
SELECT id FROM page UNION SELECT id FROM up
"""
END_OF_TIME = datetime.max.replace(year=9998, tzinfo=timezone.get_fixed_timezone(0))


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
    side: dict[str, Any] | None = None  # the conversation it belongs to
    opens_card: bool = False
    closes_card: bool = False
    card_asks: Message | None = None  # what one would answer there, on the last of a card
    may_review: bool = False  # whether the reader is a lead who may say how accommodating it was
    cards: list[Card] = field(default_factory=list)  # what the customer saw when they wrote
    quote: Quote | None = None
    part_before: str = ""  # what became of the part of the answer before this one (inbox/thread/parts.py)

    @property
    def says_form(self) -> bool:
        """Whether its words are the answers of a form, which are shown as such."""
        return any(card.answers for card in self.cards)

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
    taken_back: list[dict[str, Any]] = field(default_factory=list)  # by colleagues, since the newest message

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


def read_conversation(code: UUID, reader: User, accounts: Collection[int]) -> Any:
    """Return one conversation with all that its page shows of the person, in one statement.

    None where no conversation of these accounts has this code.
    """
    since = timezone.now() - UNDO_WITHIN
    found = READABLE.rows(code=code, reader=reader.pk, accounts=list(accounts), moved_since=since)
    return _with_times(found[0]) if found else None


def _readable() -> Any:
    accounts, reader = given_numbers("accounts"), given("reader")
    identities = Identity.objects.visible_in(accounts).filter(contact=OuterRef("contact")).order_by("id")
    earlier = (
        Conversation.objects.filter(contact=OuterRef("contact"), account__in=accounts)
        .exclude(pk=OuterRef("pk"))
        .order_by("-last_message_at", "-id")
    )
    return (
        Conversation.objects.filter(code=given_code("code"), account__in=accounts)
        .for_rows()
        .select_related("mood_by", "team")
        .defer("account__sealed_credentials")
        .annotate(
            known_as=ArraySubquery(
                identities.values(
                    json=JSONObject(
                        id="id",
                        platform="platform",
                        name="name",
                        handle="handle",
                        phone="phone",
                        followers="followers",
                        verified="verified",
                        location="location",
                    )
                )
            ),
            **about_contact(reader, accounts, given_moment("moved_since")),
            **_reader_annotations(reader),
            earlier=ArraySubquery(earlier.values(json=_timeline_line())[:FOLDED]),
            taken_back=ArraySubquery(_undone_answers(reader)),
        )
    )


def _undone_answers(reader: User | Expression) -> Any:
    """The last answers that colleagues took back before they left, and who did."""
    found = Event.objects.filter(conversation=OuterRef("pk"), verb="taken_back").exclude(actor=reader).order_by("-id")
    return found.values(json=JSONObject(id="id", at="at", by=F("actor__first_name")))[:3]


def _reader_annotations(reader: User | Expression) -> dict[str, Any]:
    """Return the annotations: this reader's draft, the team's sensitive topics, whether a guideline is new to them."""
    drafts = Draft.objects.filter(conversation=OuterRef("pk"), user=reader)
    topics = WatchedWord.objects.filter(kind=WatchedWord.Kind.SENSITIVE)
    return {
        "own_draft": ArraySubquery(
            drafts.values(
                json=JSONObject(
                    tab="tab",
                    text="text",
                    reply_to="reply_to__code",
                    canned="canned__code",
                    sender="sender__code",
                    at="updated_at",
                )
            )
        ),
        "sensitive_topics": ArraySubquery(topics.values(json=JSONObject(phrase="phrase", advice="advice"))),
        "has_new_guideline": is_new_for(reader),
    }


def _timeline_line() -> JSONObject:
    """One conversation as a line in the contact's timeline."""
    return JSONObject(
        id="id",
        code="code",
        identity="identity_id",
        excerpt="excerpt",
        file_kind="file_kind",
        file_count="file_count",
        visibility="visibility",
        status="status",
        platform="account__platform",
        account="account_id",
        at="last_message_at",
        began="first_message_at",
        window="window_closes_at",
        assignee="assignee__first_name",
        reason="close_reason",
        count="message_count",
        complaint="is_complaint",
        labels=ArraySubquery(ConversationLabel.objects.filter(conversation=OuterRef("pk")).values("label__name")),
    )


@dataclass(frozen=True, slots=True)
class TimelineLines:
    """Part of a contact's timeline, and whether older lines follow."""

    rows: list[dict[str, Any]]
    more: bool


def timeline_of(
    conversation: Conversation, accounts: Collection[int], *, before: tuple[datetime, int]
) -> TimelineLines:
    """Return the contact's conversations before a place in the timeline, newest first, by cursor."""
    at, pk = before
    conversations = Conversation.objects.filter(contact=conversation.contact_id, account__in=accounts)
    older = conversations.filter(Q(last_message_at__lt=at) | Q(last_message_at=at, pk__lt=pk)).exclude(
        pk=conversation.pk
    )
    found = older.order_by("-last_message_at", "-id").values_list(_timeline_line(), flat=True)[: FOLDED + 1]
    rows = [_timed(line) for line in found]
    return TimelineLines(rows[:FOLDED], len(rows) > FOLDED)


def _with_times(conversation: Any) -> Any:
    """Make times again of what JSON made text of."""
    annotations = (conversation.earlier, conversation.felt, conversation.contact_notes)
    for line in [
        line
        for lines in (
            *annotations,
            conversation.named_by,
            conversation.moves,
            conversation.blocks,
            conversation.taken_back,
        )
        for line in lines
    ]:
        _timed(line)
    return conversation


def _timed(line: dict[str, Any]) -> dict[str, Any]:
    for name in {"at", "began", "window"} & line.keys():
        line[name] = parse_datetime(line[name]) if line[name] else None
    return line


def other_sides(conversation: Any) -> list[dict[str, Any]]:
    """The other side of the same story: the private conversation beside a public one, or the other way round.

    Same person, same account. It has its own clock and owner, but is read as one.
    """
    this_one_ended = conversation.last_message_at if conversation.status == Conversation.Status.CLOSED else None
    return [
        side
        for side in conversation.earlier
        if side["account"] == conversation.account_id
        and side["visibility"] != conversation.visibility
        and (side["status"] != Conversation.Status.CLOSED or side["at"] >= conversation.first_message_at)
        and (this_one_ended is None or side["began"] <= this_one_ended)
    ]


def thread_of(
    conversation: Any,
    *,
    reader: Any = None,
    before: str = "",
    unread_since: datetime | None = None,
    size: int = PAGE,
) -> Thread:
    """Return one page of a conversation's messages with their context, in one statement."""
    until, pk = _position_of(before)
    story = [conversation.pk, *(side["id"] for side in other_sides(conversation))]
    told_to = {"reader": getattr(reader, "pk", None), "leads": reader is not None and reader.is_lead}
    found = PAGE_OF_MESSAGES.rows(story=story, until=until, pk=pk, size=size + 1, **told_to)
    for line in [line for message in found for line in message.judged]:  # type: ignore[attr-defined]  # annotated
        _timed(line)["own"] = line["by_id"] == told_to["reader"]
    own = [message for message in found if message.conversation_id in story]
    more = len(own) > size
    if more:
        own = own[1:]
    items = _items_of(own, found, conversation, reader, unread_since, is_first_page=not more)
    _attach_cards(items, {side["id"]: side for side in other_sides(conversation)})
    newest = own[-1].sent_at if own else None
    since = [] if before else [line for line in conversation.taken_back if newest is None or line["at"] > newest]
    thread = Thread(items, taken_back=since[::-1])
    if more:
        thread.before = f"{own[0].sent_at.isoformat()}~{own[0].pk}"
    return thread


def _attach_cards(items: Sequence[Item], sides: dict[int, dict[str, Any]]) -> None:
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


def _page_of_messages() -> Any:
    chosen = RawSQL(  # noqa: S611  a constant
        _PAGE_AND_ANCESTORS, [Given(name) for name in ("story", "until", "pk", "size", "story", "story")]
    )
    files = Attachment.objects.filter(message=OuterRef("pk")).order_by("position", "id")
    reactions = Reaction.objects.filter(message=OuterRef("pk")).order_by("at")
    return (
        Message.objects.filter(pk__in=chosen)
        .select_related("identity", "author", "account", "reply_to__identity")
        .defer("raw", "words", "account__sealed_credentials", "reply_to__raw", "reply_to__words")
        .annotate(
            files=ArraySubquery(
                files.values(
                    json=JSONObject(
                        code="code",
                        kind="kind",
                        state="state",
                        filename="filename",
                        mime_type="mime_type",
                        alt_text="alt_text",
                        text="text",
                        error="error",
                        source="source_url",
                        platform_id="external_id",
                        size="size",
                        width="width",
                        height="height",
                    )
                )
            ),
            quoted=quoted(),
            judged=ArraySubquery(reviews_of(OuterRef("pk"))),
            reacted=ArraySubquery(reactions.values(json=JSONObject(emoji="emoji", name=F("identity__name")))),
        )
        .order_by("sent_at", "id")
    )


def _items_of(
    own: Sequence[Message],
    found: Sequence[Message],
    conversation: Conversation,
    reader: Any,
    unread_since: datetime | None,
    *,
    is_first_page: bool,
) -> list[Item]:
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
            part_before=part_before(message, own),
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


def _position_of(before: str) -> tuple[datetime, int]:
    at, _, pk = before.partition("~")
    moment = moment_in(at)
    if moment is None or not pk.isdecimal() or len(pk) > 18:  # a database's number is no longer
        return END_OF_TIME, 0
    return moment, int(pk)


READABLE: Prepared[Conversation] = Prepared(_readable)
PAGE_OF_MESSAGES: Prepared[Message] = Prepared(_page_of_messages)
