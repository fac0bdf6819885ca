"""From what stands in the composer to an answer in the outbox: checked by the guard, with what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from channels.file_type import read_type
from channels.types import Route, Visibility
from inbox.composer.composer import Composer, Tab, compose
from inbox.guard import rules as guard_rules
from inbox.library import canned
from inbox.models import Event, Message
from inbox.outbox import checks, drafts, queue
from inbox.outbox.checks import newer_than
from inbox.outbox.drafts import PRIVATE
from inbox.outbox.files import prepare_files
from inbox.outbox.senders import chosen_sender

if TYPE_CHECKING:
    from channels.models import Account
    from inbox.models import Conversation, User
    from inbox.thread.items import Thread
    from inbox.thread.page import ConversationPage

_HEARD = 6  # the customer's newest messages: enough for a language, a topic, an order number


class StoppedByGuard(Exception):
    """The writer has to look at hints first. `hints` are all there are, also those that stop nothing."""

    def __init__(self, hints: Sequence[guard_rules.Hint]) -> None:
        super().__init__(", ".join(hint.code for hint in hints))
        self.hints = list(hints)


@dataclass(frozen=True)
class Answer:
    """What somebody wrote, where, and what they say to the guard's hints."""

    page: ConversationPage
    thread: Thread
    composer: Composer
    tab: Tab
    text: str
    offer: canned.FilledReply | None = None

    @property
    def conversation(self) -> Conversation:
        """Where it was written."""
        return self.page.conversation

    @property
    def agent(self) -> User:
        """Who wrote it."""
        return self.page.reader

    @property
    def sending_account(self) -> Account:
        """The account it leaves from."""
        return self.tab.sender.account if self.tab.sender else self.conversation.account

    @property
    def hints(self) -> list[guard_rules.Hint]:
        """What the guard sees in it. Nothing in a note: that is between colleagues."""
        if self.tab.route is None:
            return []
        who = self.conversation.identity
        account = self.sending_account
        is_same = self.offer is not None and canned.is_unchanged(self.offer, self.text)
        return guard_rules.check(
            guard_rules.DraftAnswer(
                self.text,
                self.conversation,
                self.agent,
                is_public=self.tab.route == Route.PUBLIC_REPLY,
                names=(
                    who.name, who.handle, self.conversation.contact.name, self.agent.name,
                    account.name, account.handle, account.team_name,
                ),
                unchanged_from=self.offer.canned.title if self.offer and is_same else "",
                may_go_private=self.composer.tab(PRIVATE) is not None,
                customer_text=recent_customer_text(self.thread),
                house_address=self.page.house_address,
            )
        )  # fmt: skip


def recent_customer_text(thread: Thread) -> str:
    """Return what the customer wrote lately, oldest first."""
    inbound_texts = [item.message.text for item in thread.items if item.message.direction == Message.Direction.INBOUND]
    return "\n".join(inbound_texts[-_HEARD:])


def answer_of(page: ConversationPage, accounts: Sequence[Account], data: Mapping[str, Any]) -> Answer | None:
    """Return what somebody wrote as an answer; None where its tab, or the account it names, is closed here.

    `accounts` are those its writer may use.
    """
    thread = page.thread()
    composer = compose(
        page, thread, reply_to=str(data["reply_to"] or ""), accounts=accounts, sender=str(data["sender"] or "")
    )
    tab = composer.tab(data["tab"])
    # On the ways that have no choice the field stands there all the same: it is one form.
    if tab is None or (tab.rules and tab.rules.any_account and chosen_sender(tab.senders, data["sender"]) is None):
        return None
    offer = None
    if data["canned"]:
        heard = recent_customer_text(thread)
        offer = canned.filled_reply(data["canned"], page.conversation, page.reader, customer_text=heard)
    return Answer(page, thread, composer, tab, data["text"], offer)


def submit(
    page: ConversationPage, accounts: Sequence[Account], data: Mapping[str, Any], *, close_after: bool, split: bool
) -> Message:
    """Queue what somebody wrote and return its row. Raises as `send` does, and Refused where its way is closed."""
    # The same form once more, as by a double click, is no second answer.
    known = Message.objects.filter(
        code=data["code"], conversation__account=page.conversation.account_id, author=page.reader
    ).first()
    if known is not None:
        return known
    answer = answer_of(page, accounts, data)
    if answer is None or answer.tab.route is None:
        raise checks.Refused("forbidden", _("That way is closed here."))
    return send(answer, data, close_after=close_after, split=split)


def send(answer: Answer, data: Mapping[str, Any], *, close_after: bool, split: bool) -> Message:
    """Queue an answer and return its row. Raises StoppedByGuard, Refused or Overtaken when nothing leaves.

    What the agent waved through is logged, by the hints' names only.
    """
    hints = answer.hints
    if guard_rules.unresolved_hints(hints, shown=data["hinted"], anyway=data["anyway"]):
        # A colleague who was first matters more than what the guard saw: often that these words were just sent.
        newer = newer_than(data["seen"], answer.conversation, answer.agent)
        raise checks.Overtaken(newer) if newer else StoppedByGuard(hints)
    tab, target = answer.tab, answer.composer.reply_to
    if tab.route is None:
        raise ValueError("A note has no way out.")
    if tab.route == Route.PRIVATE_MESSAGE and (
        not data["reply_to"] or (target and target.visibility != Visibility.PRIVATE)
    ):
        target = None  # an ordinary private message quotes nothing unless somebody chose to
    message = queue.queue_reply(
        answer.conversation,
        answer.agent,
        text=answer.text,
        route=tab.route,
        reply_to=target,
        seen_message_id=data["seen"],
        code=data["code"],
        files=prepare_files([*data["attached"], *_canned_picture(answer, data)], tab.rules, answer.sending_account),
        alt_texts=data.get("alt", ()),
        undo_seconds=answer.agent.undo_seconds,
        close_after=close_after,
        split=split,
        why=data.get("why", ""),
        sender=tab.sender.account if tab.sender and tab.sender.account.pk != answer.conversation.account_id else None,
    )
    _after_queueing(answer, message, hints)
    if data.get("helped"):
        Event.note("assist_used", actor=answer.agent, conversation=answer.conversation, message=message)
    return message


def _canned_picture(answer: Answer, data: Mapping[str, Any]) -> list[SimpleUploadedFile]:
    """The picture of the canned reply, where it is ticked and this route takes pictures."""
    rules = answer.tab.rules
    if answer.offer is None or not data["canned_picture"] or rules is None or "image" not in rules.file_kinds:
        return []
    picture = answer.offer.canned.picture
    if not picture:
        return []
    with picture.open("rb") as opened:
        name, body = Path(picture.name or "picture").name, opened.read()
    found = read_type(BytesIO(body))
    return [SimpleUploadedFile(name, body, found.mime_type)] if found else []


def _after_queueing(answer: Answer, message: Message, hints: Sequence[guard_rules.Hint]) -> None:
    drafts.delete_draft(answer.conversation, answer.agent)
    if hints:
        codes = sorted({hint.code for hint in hints})
        Event.note("sent_anyway", actor=answer.agent, conversation=answer.conversation, message=message, hints=codes)
    if answer.offer is not None:
        unchanged = canned.is_unchanged(answer.offer, answer.text)
        canned.note_use(answer.offer.canned, message, unchanged=unchanged)


def recent_customer_text_of(conversation: Conversation) -> str:
    """Return the same without a page: what the customer wrote lately, oldest first."""
    inbound = conversation.messages.filter(direction=Message.Direction.INBOUND, removed_at=None)
    return "\n".join([*inbound.order_by("-sent_at", "-pk").values_list("text", flat=True)[:_HEARD]][::-1])
