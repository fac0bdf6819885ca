"""One message in the thread: everything it shows, as one frozen value (webcare/lib/kept.py).

Its templates read it by the names they would read the rows by: `message.identity.title`, `conversation.account.handle`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from inbox.models import Conversation, Message
from inbox.models.survey import SCORES
from inbox.text import masking
from inbox.text.masking import masked
from inbox.thread.answer_status import AnswerStatus
from inbox.thread.approvals import ApprovalShown
from inbox.thread.file_words import one_line_of
from inbox.thread.items import Item, Thread
from inbox.thread.message_kind import KindTag
from inbox.thread.note_words import words_of
from inbox.thread.quotes import Quote
from inbox.thread.seen_by_customer import Card
from inbox.thread.trail import Trail
from inbox.thread.translations import Translated

if TYPE_CHECKING:
    from channels.models import Account
    from inbox.models import Identity, User


class AccountShown(NamedTuple):
    """The account a message came to or left from."""

    platform: str
    name: str
    handle: str
    at_handle: str
    removed_at: datetime | None


class Scope(NamedTuple):
    """The list the reader came from, which addresses carry along."""

    parameters: tuple[tuple[str, str], ...]

    @property
    def query(self) -> dict[str, str]:
        """The same as the parameters of an address."""
        return dict(self.parameters)


class ConversationShown(NamedTuple):
    """Where the message is shown."""

    code: UUID
    is_public: bool
    account: AccountShown


class Customer(NamedTuple):
    """Who wrote it on the platform."""

    title: str
    at_handle: str


class Colleague(NamedTuple):
    """Who wrote it in Webcare."""

    name: str
    first_name: str


class FileShown(NamedTuple):
    """A file sent along."""

    code: UUID
    kind: str
    state: str
    filename: str
    alt_text: str
    text: str
    error: str
    size: int | None
    width: int | None
    height: int | None
    source: str
    platform_id: str


class Reaction(NamedTuple):
    """An emoji that somebody put under it."""

    emoji: str
    name: str | None


class Verdict(NamedTuple):
    """What a lead said of it."""

    verdict: str
    remark: str
    at: datetime
    by: str | None
    own: bool


class MessageShown(NamedTuple):
    """The message itself."""

    code: UUID
    direction: str
    visibility: str
    kind: str
    state: str
    text: str
    masks: int  # how much of it the reader sees masked
    line: str  # what it is, where it has no words
    sent_at: datetime
    removed_at: datetime | None
    hidden_at: datetime | None
    is_held: bool  # it waits for review on its platform
    edited_at: datetime | None
    liked_at: datetime | None
    boosted_at: datetime | None
    our_emoji: str
    our_emoji_at: datetime | None
    permalink: str
    automatic: bool
    score: str  # what the customer gave when this asked how satisfied they are
    is_part: bool
    is_ours: bool
    template_name: str
    context_state: str
    parent_missing: bool
    account: AccountShown
    identity: Customer | None
    author: Colleague | None
    answers: str | None  # whom it answers; None where that is not known
    files: tuple[FileShown, ...]
    reacted: tuple[Reaction, ...]
    judged: tuple[Verdict, ...]
    actions: tuple[Any, ...]  # inbox/actions/buttons.py


class Around(NamedTuple):
    """What the messages of a page have in common."""

    conversation: ConversationShown
    scope: Scope
    unread: str  # since when messages count as new
    today: date  # what "10:42" or "14 Oct" depend on


class MessagePart(NamedTuple):
    """A message and what stands around it. Nothing else reaches its template."""

    message: MessageShown
    around: Around
    trail: Trail | None
    new_day: date | None
    starts_unread: bool
    context: tuple[MessageShown, ...]
    shows_context: bool
    same_writer: bool
    mine: bool
    elsewhere: bool
    side: UUID | None
    opens_card: bool
    closes_card: bool
    card_asks: MessageShown | None
    may_approve: bool
    may_link: bool  # whether they may let somebody without an account do it
    approval: ApprovalShown | None
    may_review: bool
    own_review: Verdict | None
    cards: tuple[Card, ...]
    quote: Quote | None
    translation: Translated | None  # made by a machine, or offered
    says_form: bool
    is_empty: bool
    brought: bool
    kind_tag: KindTag | None
    looks_like: str  # the account of ours that its writer looks like; "" for none
    status: AnswerStatus | None
    bubble: str
    like_closes: bool | None  # whether closing it by a like still likes it; None where that is not offered
    seen: int  # what an approval is given on
    leaves_in: int  # milliseconds until an answer leaves, of
    leaves_within: int
    people: tuple[Any, ...]  # colleagues a note may name

    @property
    def trail_before_day(self) -> bool:
        """Whether what was done before it was done on another day, and stands above the day's mark."""
        return self.trail is not None and self.new_day is not None and self.trail.day < self.new_day


class Reading(NamedTuple):
    """Where messages are read, and by whom."""

    conversation: Conversation
    query: Mapping[str, str]
    unread: str = ""
    liked: tuple[int, bool] | None = None  # the message a like would close on, and whether it likes it
    people: Sequence[Any] = ()
    alike: Mapping[int | None, str] = MappingProxyType({})  # accounts of ours, by who looks like them
    translations: Mapping[int, Translated] = MappingProxyType({})  # by message


def parts_of(thread: Thread, reading: Reading) -> list[MessagePart]:
    """Return what each message of a page shows, oldest first."""
    conversation = reading.conversation
    around = Around(
        ConversationShown(conversation.code, conversation.is_public, _account(conversation.account)),
        Scope(tuple(reading.query.items())),
        reading.unread,
        timezone.localdate(),
    )
    return [_part_of(item, thread, reading, around) for item in thread.items]


def _part_of(item: Item, thread: Thread, reading: Reading, around: Around) -> MessagePart:
    message: Any = item.message
    liked, shown, is_leaving = reading.liked, _message(message), message.state == Message.State.QUEUED
    return MessagePart(
        shown,
        around,
        trail=item.trail,
        new_day=item.new_day,
        starts_unread=item.starts_unread,
        context=tuple(map(_message, item.context)),
        shows_context=item.shows_context,
        same_writer=item.same_writer,
        mine=item.mine,
        elsewhere=item.elsewhere,
        side=item.side.code if item.side else None,
        opens_card=item.opens_card,
        closes_card=item.closes_card,
        card_asks=_message(item.card_asks) if item.card_asks else None,
        may_approve=item.may_approve,
        may_link=item.may_link,
        approval=message.looked_at,
        may_review=item.may_review,
        own_review=next((verdict for verdict in shown.judged if verdict.own), None),
        cards=tuple(item.cards),
        quote=item.quote,
        translation=_translation(message, reading),
        says_form=item.says_form,
        is_empty=item.is_empty,
        brought=item.brought,
        kind_tag=item.kind_tag,
        looks_like=reading.alike.get(message.identity_id, ""),
        status=item.status,
        bubble=item.bubble,
        like_closes=liked[1] if liked and liked[0] == message.pk else None,
        seen=thread.seen if message.state == Message.State.APPROVAL else 0,
        leaves_in=leaves_in(message) if is_leaving else 0,
        leaves_within=leaves_within(message) if is_leaving else 0,
        people=tuple(reading.people) if message.direction == Message.Direction.NOTE and "@" in message.text else (),
    )


def _translation(message: Message, reading: Reading) -> Translated | None:
    found = reading.translations.get(message.pk)
    return found._replace(text=masked(found.text, message.code)) if found else None


def leaves_in(message: Message) -> int:
    """Milliseconds until an answer leaves. A span, since the reader's clock may be wrong."""
    left = message.send_after - timezone.now() if message.send_after else timedelta(0)
    return max(int(left / timedelta(milliseconds=1)), 0)


def leaves_within(message: Message) -> int:
    """Milliseconds its writer has to take it back, of which `leaves_in` are left."""
    return max(message.author.undo_seconds * 1000 if message.author else 0, leaves_in(message), 1)


_THEIRS = (Message.Direction.INBOUND, Message.Direction.CONTEXT)


def _message(message: Any) -> MessageShown:
    asked = message.reply_to
    is_theirs = message.direction in _THEIRS and not message.is_ours
    return MessageShown(
        code=message.code,
        direction=message.direction,
        visibility=message.visibility,
        kind=message.kind,
        state=message.state,
        text=masked(message.text, message.code) if is_theirs else words_of(message),
        masks=masking.count(message.text, message.code) if is_theirs else 0,
        line="" if message.text else masked(one_line_of(message)),
        sent_at=message.sent_at,
        removed_at=message.removed_at,
        hidden_at=message.hidden_at,
        is_held=message.hidden_at is not None and message.account.capabilities.holds_for_review,
        edited_at=message.edited_at,
        liked_at=message.liked_at,
        boosted_at=message.boosted_at,
        our_emoji=message.our_emoji,
        our_emoji_at=message.our_emoji_at,
        permalink=message.permalink,
        automatic=message.automatic,
        score=str(SCORES.get(getattr(message, "score", None) or 0, "")),
        is_part=message.part_of_id is not None,
        is_ours=message.is_ours,
        template_name=(message.template or {}).get("name", ""),
        context_state=message.context_state,
        parent_missing=message.parent_missing,
        account=_account(message.account),
        identity=_customer(message.identity),
        author=_colleague(message.author),
        answers=(asked.identity.title if asked.identity else "") if asked else None,
        files=tuple(FileShown(*(file[name] for name in FileShown._fields)) for file in message.files),
        reacted=tuple(Reaction(one["emoji"], one["name"]) for one in message.reacted),
        judged=tuple(Verdict(*(one[name] for name in Verdict._fields)) for one in message.judged),
        actions=tuple(getattr(message, "actions", ())),
    )


def _account(account: Account) -> AccountShown:
    return AccountShown(account.platform, account.name, account.handle, account.at_handle, account.removed_at)


def _customer(identity: Identity | None) -> Customer | None:
    return Customer(identity.title, identity.at_handle) if identity else None


def _colleague(author: User | None) -> Colleague | None:
    return Colleague(author.name, author.first_name) if author else None
