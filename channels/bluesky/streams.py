"""What is asked of Bluesky: notifications, what we posted ourselves, and private messages.

Lists come newest first and go on by a cursor downwards only. So a round reads down to where the one before began, and
remembers for a while what it handed on: what was said within the same seconds may be listed in another order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_noop

from channels.bluesky.client import BlueskyClient
from channels.bluesky.errors import NO_CHAT
from channels.bluesky.normalise import moment, objects, read_feed_item, read_message, read_post
from channels.errors import STRANGE, ChannelError
from channels.types import Incoming, NotUnderstood, Page

Cursor = Mapping[str, Any]
Json = Mapping[str, Any]

SPOKEN = ("mention", "reply", "quote")
PAGE, LOOKUP, CONVOS, MESSAGES = 100, 25, 20, 100  # the most that each method gives at a time
FIRST_REACH = timedelta(days=30)
OVERLAP = timedelta(minutes=10)  # listing is by when a post was indexed, which may be late
REMEMBERED = 400
MOST_EMPTY = 20  # pages, after which a list has no end
MOST_PEOPLE = 1000
CHAT_AGAIN = timedelta(hours=1)
_NEVER = datetime.fromtimestamp(0, UTC)
_CODE = re.compile(r"[A-Za-z0-9._:~-]{1,64}")  # of a conversation
NO_MESSAGES = gettext_noop("The app password does not open private messages. Make one that may read them too.")


class Sweep(NamedTuple):
    """Where reading down is: it has to get to `since`, began at `top`, and goes on at `page`."""

    since: str
    top: str = ""
    page: str = ""
    seen: tuple[str, ...] = ()
    empty: int = 0  # pages in a row on which nothing stood

    @classmethod
    def of(cls, cursor: Cursor) -> Sweep:
        """Read it from a stream's cursor; at first it reaches back to a moment."""
        first = str(cursor.get("until") or (timezone.now() - FIRST_REACH).isoformat())
        seen = tuple(str(one) for one in cursor.get("seen") or ())
        since, top, page = (str(cursor.get(name) or "") for name in ("since", "top", "page"))
        return cls(since or first, top, page, seen, int(cursor.get("empty") or 0))

    def after(self, told: Sequence[tuple[str, str]], page: str) -> tuple[Sweep, bool]:
        """Return the next place, and whether there is more to read; `told` has each item's time and id.

        A page may be empty and name a next one: what was on it is hidden from us.
        """
        times = [time for time, _one in told if _at(time) > _NEVER]
        top = max([self.top, *times], key=_at)
        empty = 0 if times else self.empty + 1
        reaches_back = _at(min(times, key=_at)) < _at(self.since) - OVERLAP if times else empty > MOST_EMPTY
        seen = tuple(dict.fromkeys([*self.seen, *(one for _time, one in told)]))[-REMEMBERED:]
        if page and page != self.page and not reaches_back:
            return Sweep(self.since, top, page, seen, empty), True
        return Sweep(max(top, self.since, key=_at), seen=seen), False


def _at(text: str) -> datetime:
    try:
        return moment(text)
    except STRANGE:
        return _NEVER


def fetch_notifications(client: BlueskyClient, own_id: str, cursor: Cursor) -> Page:
    """Fetch a page of what names, answers or quotes us."""

    def ask(page: str) -> tuple[Any, str]:
        answer = client.query(
            "app.bsky.notification.listNotifications", reasons=SPOKEN, limit=PAGE, **({"cursor": page} if page else {})
        )
        return answer.get("notifications"), str(answer.get("cursor") or "")

    def read(items: Sequence[Json]) -> Iterable[Incoming]:
        spoken = [item for item in items if item.get("reason") in SPOKEN]
        shown = posts_by_uri(client, [str(item.get("uri") or "") for item in spoken])
        # Who is gone by now, or blocks us, is not shown: what was told at first is there.
        return (read_post(shown.get(str(item.get("uri"))) or item, own_id) for item in spoken)

    return _page(client, cursor, ask, lambda item: item, read)


def fetch_posts(client: BlueskyClient, own_id: str, cursor: Cursor) -> Page:
    """Fetch a page of what we posted: answers given in the app, and posts."""

    def ask(page: str) -> tuple[Any, str]:
        answer = client.query(
            "app.bsky.feed.getAuthorFeed", actor=own_id, filter="posts_with_replies", limit=PAGE,
            **({"cursor": page} if page else {}),
        )  # fmt: skip
        return answer.get("feed"), str(answer.get("cursor") or "")

    def post_of(item: Json) -> Json:
        post = item.get("post")
        return post if isinstance(post, Mapping) and not item.get("reason") else {}

    def read(items: Sequence[Json]) -> Iterable[Incoming]:
        return (event for item in items if (event := read_feed_item(item, own_id)) is not None)

    return _page(client, cursor, ask, post_of, read)


def _page(
    client: BlueskyClient,
    cursor: Cursor,
    ask: Callable[[str], tuple[Any, str]],
    post_of: Callable[[Json], Json],
    read: Callable[[Sequence[Json]], Iterable[Incoming]],
) -> Page:
    sweep = Sweep.of(cursor)
    items, page = ask(sweep.page)
    odd = [NotUnderstood("list: no object", {"item": one}) for one in _others(items)]
    listed = objects(items)
    told = [(str(post.get("indexedAt") or ""), str(post.get("uri") or "")) for post in map(post_of, listed) if post]
    new = [item for item in reversed(listed) if str(post_of(item).get("uri") or "") not in sweep.seen]
    events = (*odd, *read(new))
    after, more = sweep.after(told, page)
    place = {name: list(value) if isinstance(value, tuple) else value for name, value in after._asdict().items()}
    return Page(events, place, more, client.next_call())


def _others(items: object) -> list[Any]:
    return [one for one in items if not isinstance(one, Mapping)] if isinstance(items, list) else []


def posts_by_uri(client: BlueskyClient, uris: Sequence[str]) -> dict[str, Json]:
    """Ask for posts by address; those that are not shown are absent."""
    found: dict[str, Json] = {}
    wanted = [uri for uri in dict.fromkeys(uris) if uri.startswith("at://")]
    for start in range(0, len(wanted), LOOKUP):
        answer = client.query("app.bsky.feed.getPosts", uris=wanted[start : start + LOOKUP])
        found |= {str(post.get("uri")): post for post in objects(answer.get("posts"))}
    return found


def fetch_messages(client: BlueskyClient, own_id: str, cursor: Cursor) -> Page:
    """Fetch a page of private messages, ours among them.

    At first the conversations are read; from then on the log of what happened, which loses nothing. An app password
    may not open them: then nothing is read, and the account says so.
    """
    try:
        chats = Chats(client, own_id, cursor)
        return chats.read_log() if chats.rev else chats.read_conversations()
    except ChannelError as error:
        if error.code != NO_CHAT:
            raise
        return Page((), cursor, next_poll=timezone.now() + CHAT_AGAIN, warning=NO_MESSAGES)


class Chats:
    """The private conversations of one account, from where the last round ended."""

    def __init__(self, client: BlueskyClient, own_id: str, cursor: Cursor) -> None:
        """`cursor` holds where the log is, or where the first reading is, and who is in which conversation."""
        self.client, self.own_id = client, own_id
        self.rev, self.top = str(cursor.get("rev") or ""), str(cursor.get("top") or "")
        self.page, self.until = str(cursor.get("page") or ""), str(cursor.get("until") or "")
        people = cursor.get("people")
        self.people: dict[str, str] = dict(people) if isinstance(people, Mapping) else {}

    def read_conversations(self) -> Page:
        """Read a page of conversations, each with its newest messages."""
        until = _at(self.until) if self.until else timezone.now() - FIRST_REACH
        asked = {"cursor": self.page} if self.page else {}
        answer = self.client.query("chat.bsky.convo.listConvos", limit=CONVOS, **asked)
        events: list[Incoming] = []
        for convo in objects(answer.get("convos")):
            code = self._note(convo)
            self.top = max(self.top, str(convo.get("rev") or ""))
            newest = convo.get("lastMessage")
            if code and isinstance(newest, Mapping) and _at(str(newest.get("sentAt") or "")) >= until:
                events += [event for event in self._messages(code, newest) if getattr(event, "sent_at", until) >= until]
        page = str(answer.get("cursor") or "")
        if page and page != self.page:
            return self._page(events, {"page": page, "top": self.top, "until": until.isoformat()}, more=True)
        # Where nobody ever wrote there is no place in the log yet: it begins at its first entry.
        return self._page(events, {"rev": self.top or "2222222222222"})

    def read_log(self) -> Page:
        """Read what happened since."""
        answer = self.client.query("chat.bsky.convo.getLog", cursor=self.rev)
        entries = objects(answer.get("logs"))
        events: list[Incoming] = []
        for entry in entries:
            is_new = entry.get("$type") == "chat.bsky.convo.defs#logCreateMessage"
            if is_new and not _is_silent(entry.get("message")):
                events.append(self._message(entry.get("message"), entry.get("convoId")))
        rev = str(answer.get("cursor") or "") or max([self.rev, *(str(entry.get("rev") or "") for entry in entries)])
        return self._page(events, {"rev": rev}, more=bool(entries) and rev != self.rev)

    def _messages(self, code: str, newest: Json) -> list[Incoming]:
        """Read the newest messages of a conversation. One not shown is set aside with what the list of all told."""
        if not _CODE.fullmatch(code):
            return [NotUnderstood("conversation: no id", {"convo": code})]
        try:
            answer = self.client.query("chat.bsky.convo.getMessages", convoId=code, limit=MESSAGES)
        except ChannelError as error:
            return [_not_shown(error, {"convo": code, "message": newest})]
        items = answer.get("messages")
        wanted = [item for item in (items if isinstance(items, list) else []) if not _is_silent(item)]
        return [self._message(item, code) for item in reversed(wanted)]

    def _message(self, view: object, code: object) -> Incoming:
        """Read a message of a conversation. One whose conversation nobody can see is set aside alone."""
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            return NotUnderstood("message: in no conversation", {"message": view, "convo": code})
        if code not in self.people:
            try:
                answer = self.client.query("chat.bsky.convo.getConvo", convoId=code)
            except ChannelError as error:
                return _not_shown(error, {"message": view, "convo": code})
            self._note(_mapping(answer.get("convo")))
        customer = self.people.get(code, "")
        if not customer:
            # A group has no one customer the answer belongs to.
            return NotUnderstood("message: in a group", {"message": view, "convo": code})
        return read_message(view, self.own_id, customer, code)

    def _note(self, convo: Json) -> str:
        """Remember who is in a conversation; "" for one that is none of two."""
        code = str(convo.get("id") or "")
        others = [str(one.get("did") or "") for one in objects(convo.get("members")) if one.get("did") != self.own_id]
        self.people.pop(code, None)
        self.people[code] = others[0] if len(others) == 1 else ""
        return code if self.people[code] else ""

    def _page(self, events: Sequence[Incoming], place: dict[str, Any], *, more: bool = False) -> Page:
        kept = dict(list(self.people.items())[-MOST_PEOPLE:])
        return Page(tuple(events), {**place, "people": kept}, more, self.client.next_call())


def _not_shown(error: ChannelError, body: Mapping[str, Any]) -> NotUnderstood:
    """Set aside what one conversation alone is refused for. Raises the error where it is about more than that."""
    if not error.permanent or error.code == NO_CHAT:
        raise error
    return NotUnderstood(f"message: {error.code}", body)


def _is_silent(view: object) -> bool:
    """Whether it is no message: deleted on our side, or what the system says."""
    return isinstance(view, Mapping) and view.get("$type") in (
        "chat.bsky.convo.defs#deletedMessageView",
        "chat.bsky.convo.defs#systemMessageView",
    )


def _mapping(item: object) -> Json:
    return item if isinstance(item, Mapping) else {}
