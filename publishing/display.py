"""What the pages of posts show: a list by day, and one post with its parts, its history and its conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.models import Account
from channels.platforms import platform_title
from channels.reasons import sentence
from channels.types import Route
from inbox.history.describe import HELD, Told, names_in, tell
from inbox.history.verbs import VERBS
from inbox.lists.navigation import Nav
from inbox.models import Conversation, Event, Message, User
from inbox.models.message import search_words
from inbox.models.rights import Right
from inbox.outbox import posts
from inbox.text.length import length_of
from publishing import planning
from publishing.models import Part, Picture, Post
from publishing.names import name_of
from publishing.status import WANTS_PERSON, Status, status_of, status_of_part
from webcare.lib.cursor import cursor_of, cursor_values, rows_after

PAGE = 50
MOST_CONVERSATIONS = 20
MOST_STEPS = 100
# Put in the outbox: that it was planned or approved says so already.
_VERBS = tuple(verb for verb in VERBS if verb.startswith("post_") and verb != "post_queued")
_ORDER = ("-at", "-id")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to, as its address says it."""

    status: str = ""
    account: Account | None = None
    after: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str], nav: Nav) -> Asked:
        """Read an address. What is unknown in it counts as not given."""
        status = params.get("status", "")
        return cls(
            status if status in Status.values else "", nav.account(params.get("account", "")), params.get("after", "")
        )

    def address(self, **changed: str) -> str:
        """The address with something else in it."""
        values = {"status": self.status, "account": str(self.account.code) if self.account else "", **changed}
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def week(self) -> str:
        """The address of the same by week."""
        return self.address(view="week")

    @property
    def month(self) -> str:
        """The address of the same by month."""
        return self.address(view="month")

    @property
    def statuses(self) -> list[tuple[str, str]]:
        """What can be chosen."""
        return [(status.value, str(status.label)) for status in Status]


@dataclass(frozen=True, slots=True)
class Line:
    """A post in the list."""

    post: Post
    parts: Sequence[Part]
    status: Status
    new_day: date | None

    @property
    def wants_person(self) -> bool:
        """Whether nothing happens with it until somebody decides."""
        return self.status in WANTS_PERSON or self.status == Status.ASKED


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, latest first, and where the next one starts ("" at the end)."""

    lines: list[Line] = field(default_factory=list)
    after: str = ""


def page_of(user: User, asked: Asked) -> Page:
    """Return a page of the posts somebody sees. Its statements do not grow with its lines."""
    rows = rows_of(user, asked)
    if place := cursor_values(asked.after, _ORDER):
        rows = rows.filter(rows_after(_ORDER, place))
    found = list(rows.order_by(*_ORDER)[: PAGE + 1])
    after = cursor_of(found[PAGE - 1], _ORDER) if len(found) > PAGE else ""
    return Page(lines_of(found[:PAGE]), after)


def rows_of(user: User, asked: Asked) -> QuerySet[Post]:
    """Return the posts somebody sees, narrowed, with their parts."""
    return _with_parts(Post.objects.visible_to(user).filter(_narrowing(asked)))


def lines_of(posts: Sequence[Post]) -> list[Line]:
    """Return posts as lines; the first of each day says so."""
    lines: list[Line] = []
    day: date | None = None
    for post in posts:
        parts = list(post.parts.all())
        today = timezone.localtime(post.at).date()
        lines.append(Line(post, parts, status_of(post, parts), today if today != day else None))
        day = today
    return lines


def _with_parts(rows: QuerySet[Post]) -> QuerySet[Post]:
    parts = Part.objects.select_related("account", "message")
    parts = parts.defer("account__sealed_credentials", "message__text", *search_words("message"))
    return rows.select_related("author").prefetch_related(Prefetch("parts", queryset=parts))


def _narrowing(asked: Asked) -> Q:
    parts = Part.objects.filter(post=OuterRef("pk"))
    condition = Q()
    if asked.account is not None:
        condition &= Q(Exists(parts.filter(account=asked.account)))
    if not asked.status:
        return condition
    if asked.status in (Status.DRAFT, Status.ASKED, Status.WITHDRAWN):
        return condition & Q(state=asked.status)
    # As `status_of` weighs them: the first of these that one part is in.
    condition &= Q(state=Post.State.PLANNED)
    for status, is_so in _PARTS.items():
        of_this = Q(Exists(parts.filter(is_so)))
        if status == asked.status:
            return condition & of_this
        condition &= ~of_this
    return condition


_S = Message.State
_PARTS: dict[Status, Q] = {
    Status.FAILED: Q(message__state=_S.FAILED),
    Status.HELD: Q(message__state=_S.HELD),
    Status.UNSURE: Q(message__state=_S.UNKNOWN, message__retry_at=None),
    Status.PUBLISHING: Q(message__state__in=[_S.SENDING, _S.RETRY, _S.UNKNOWN]),
    Status.PLANNED: Q(message__state=_S.QUEUED),
    Status.PUBLISHED: Q(message__state=_S.SENT),
}


# ── one post ──


@dataclass(frozen=True, slots=True)
class PartShown:
    """A post on one account: as it will look, how far it is, and what people said to it."""

    part: Part
    status: Status
    length: int
    limit: int
    conversations: Sequence[Conversation]
    count: int
    reason: str  # why it is not there, in a sentence

    @property
    def can_release(self) -> bool:
        """Whether a person can let it go."""
        return planning.may_release(self.part)

    @property
    def is_unsure(self) -> bool:
        """Whether only a person can say if it stands there."""
        return self.status == Status.UNSURE


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done with a post."""

    at: datetime
    told: Told
    account: str


@dataclass(frozen=True, slots=True)
class PostShown:
    """All that the page of one post shows, besides the post."""

    parts: list[PartShown]
    pictures: list[Picture]
    status: Status
    steps: list[Step]
    may_approve: bool
    can_change: bool
    can_ask: bool
    needs_approval: bool
    is_own: bool
    may_act: bool  # whether this person sends anything at all
    lets_go: bool

    @property
    def can_withdraw(self) -> bool:
        """Whether something of it has not left."""
        open_states = (Status.DRAFT, Status.ASKED, Status.PLANNED, Status.HELD, Status.FAILED)
        return self.may_act and self.status in open_states

    @property
    def can_move(self) -> bool:
        """Whether another moment can be chosen."""
        return self.may_act and self.status in (Status.DRAFT, Status.ASKED, Status.PLANNED, Status.HELD)


def shown_of(post: Post, user: User) -> PostShown:
    """Return what one post's page shows to somebody."""
    parts = list(post.parts.select_related("account", "message", "post"))
    visible = Conversation.objects.visible_to(user)
    works_in = {account.pk for account in planning.accounts_for(user)}
    may_change = all(part.account_id in works_in for part in parts)
    status = status_of(post, parts)
    return PostShown(
        parts=[_part(part, visible) for part in parts],
        pictures=list(post.pictures.all()),
        status=status,
        steps=_steps(post, parts),
        may_approve=may_change and planning.may_approve(post, user),
        can_change=may_change and post.is_open,
        can_ask=may_change and post.state in (Post.State.DRAFT, Post.State.WITHDRAWN),
        needs_approval=planning.wants_approval(post.author) or planning.wants_approval(user),
        is_own=post.author_id == user.pk,
        may_act=user.has(Right.ANSWER),
        lets_go=planning.lets_go(user),
    )


def _part(part: Part, visible: QuerySet[Conversation]) -> PartShown:
    rules = part.account.capabilities.routes.get(Route.POST)
    conversations, count = _conversations(part, visible)
    length, status = length_of(part.words, rules) if rules else 0, status_of_part(part)
    reason = "" if status == Status.PUBLISHED else _reason(part)
    return PartShown(part, status, length, rules.limit if rules else 0, conversations, count, reason)


def _reason(part: Part) -> str:
    message = part.message
    if message is None or not message.error_reason:
        return ""
    if message.error_reason == posts.INCIDENT and not posts.is_in_incident(message):
        return _("the incident is over; this waits until somebody lets it go")
    held = HELD.get(message.error_reason)
    if held is not None:
        return str(held)
    return sentence(message.error_reason, platform_title(part.account.platform), message.error_code)


def _conversations(part: Part, visible: QuerySet[Conversation]) -> tuple[Sequence[Conversation], int]:
    """Return the newest conversations in which people said something to it, and how many there are."""
    message = part.message
    if message is None or not message.external_id:
        return (), 0
    said = Message.objects.filter(
        account=part.account_id, thread_id=message.thread_id or message.external_id, direction="inbound"
    )
    found = visible.filter(pk__in=said.values("conversation"))
    rows = found.select_related("identity").order_by("-last_message_at", "-pk")
    return list(rows[:MOST_CONVERSATIONS]), found.count()


def _steps(post: Post, parts: Sequence[Part]) -> list[Step]:
    """Return what was done with it, oldest first."""
    rows = Event.objects.filter(verb__in=_VERBS, at__gte=post.created_at)
    messages = [part.message_id for part in parts if part.message_id]
    rows = rows.filter(Q(data__post=post.pk) | Q(message__in=messages)).select_related("actor", "account")
    found = list(rows.order_by("at", "pk")[:MOST_STEPS])
    names = names_in(found)
    return [
        Step(
            event.at,
            tell(
                event.verb, event.data, event.actor.name if event.actor else "", names,
                event.account.platform if event.account else "",
            ),
            name_of(event.account) if event.account and event.message_id else "",
        )
        for event in found
    ]  # fmt: skip
