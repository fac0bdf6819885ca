"""One conversation as one person reads it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.utils import timezone

from inbox.models import Conversation
from inbox.thread import contact_summary, query, trail
from inbox.thread.items import Thread, attach_cards, items_of
from inbox.thread.query import Line

if TYPE_CHECKING:
    from inbox.models import User


class Earlier(NamedTuple):
    """The lines above a thread, oldest first: all that their template shows."""

    lines: tuple[Line, ...]
    today: date  # what "10:42" or "14 Oct" depend on


class ConversationPage:
    """What one person reads of one conversation. Each part is asked for once, when it is first wanted.

    `accounts` are the numbers of those the reader may see: nothing of any other is shown.
    """

    def __init__(self, conversation: Conversation, reader: User, accounts: Collection[int]) -> None:
        self.conversation, self.reader, self.accounts = conversation, reader, accounts

    @cached_property
    def others(self) -> list[Line]:
        """The contact's other conversations, newest first."""
        return query.other_conversations(self.conversation, self.accounts, self.reader.closed_teams)

    @cached_property
    def sides(self) -> list[Line]:
        """The other side of the same story: public went on in private, or the other way round, at the same time.

        Same person, same account. It has a clock and an owner of its own, but both are read as one.
        """
        this = self.conversation
        ended = this.last_message_at if this.status == Conversation.Status.CLOSED else None
        return [
            line
            for line in self.others
            if line.account == this.account_id
            and line.visibility != this.visibility
            and (line.status != Conversation.Status.CLOSED or line.at >= this.first_message_at)
            and (ended is None or line.began <= ended)
        ]

    @property
    def earlier(self) -> Earlier | None:
        """The others that stand above the thread as a line each, if there are any."""
        lines = tuple(line for line in reversed(self.others) if line not in self.sides)
        return Earlier(lines, timezone.localdate()) if lines else None

    @property
    def codes_to_follow(self) -> str:
        """What the page shows messages of, for the script that follows the news: conversations, and the person.

        Without the person, a first word on the other side would not be seen: its conversation is new.
        """
        codes = [self.conversation.code, self.conversation.contact.code, *(line.code for line in self.sides)]
        return " ".join(map(str, codes))

    @cached_property
    def contact(self) -> contact_summary.ContactSummary:
        """What is known of the person."""
        return contact_summary.summarise(self.conversation, self.reader, self.accounts)

    @property
    def repeat(self) -> contact_summary.Repeat | None:
        """An earlier conversation about the same topic."""
        return contact_summary.repeat_of(self.conversation, self.contact.label_names, self.others)

    @property
    def last_contact(self) -> datetime | None:
        """When the person was last in touch before."""
        return contact_summary.last_contact(self.conversation, self.others)

    @cached_property
    def house_address(self) -> str:
        """How customers are addressed who did not say how they want it."""
        return contact_summary.house_address()

    def thread(self, *, before: str = "", unread_since: datetime | None = None, size: int = query.PAGE) -> Thread:
        """Return one page of the story's messages with their context; `before` is a place a former page named."""
        this = self.conversation
        story = [this.pk, *(line.id for line in self.sides)]
        found = query.messages_of(story, self.reader, before=before, size=size + 1)
        own = [message for message in found if message.conversation_id in story]
        has_older = len(own) > size
        own = own[1:] if has_older else own
        items = items_of(own, found, this, self.reader, unread_since, is_first_page=not has_older)
        attach_cards(items, {line.id: line for line in self.sides})
        shown = Thread(items, before=f"{own[0].sent_at.isoformat()}~{own[0].pk}" if has_older else "")
        since = own[0].sent_at if has_older else query.START_OF_TIME
        self._add_trail(shown, trail.events_of(this, since, query.position_of(before)[0]), is_newest=not before)
        return shown

    def _add_trail(self, thread: Thread, lines: list[trail.TrailLine], *, is_newest: bool) -> None:
        """Fold what was done between the messages. What a colleague took back since stands open, once."""
        moments = [item.message.sent_at for item in thread.items]
        if is_newest:
            thread.taken_back = trail.taken_back(lines, self.reader, moments[-1] if moments else None)
        open_lines = {line.id for line in thread.taken_back}
        for place, done in trail.between([line for line in lines if line.id not in open_lines], moments):
            if place == len(moments):
                thread.trail = done
            else:
                thread.items[place].put_behind(done)


def read_page(code: UUID, reader: User, accounts: Collection[int]) -> ConversationPage | None:
    """Return the page of the conversation with this code; None where these accounts have none for this reader."""
    conversation = query.find_conversation(code, accounts, reader.closed_teams)
    return None if conversation is None else ConversationPage(conversation, reader, accounts)
