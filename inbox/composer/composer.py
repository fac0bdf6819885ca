"""What the composer offers: which ways an answer can leave, who will read it, and what limits it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels.models import Account
from channels.platforms import UNCONNECTED
from channels.reasons import sentence
from channels.types import Capabilities, Reach, Route, RouteRules, Visibility
from inbox.composer.reach import reach_of
from inbox.composer.template_picker import Picker
from inbox.models import Conversation, Message
from inbox.models.message import FOUND
from inbox.models.rights import Right
from inbox.outbox import proactive
from inbox.outbox.drafts import NOTE, PRIVATE, PUBLIC
from inbox.outbox.senders import Sender, chosen_sender, senders_for
from inbox.routing import spokespeople
from inbox.thread.items import Thread
from inbox.thread.page import ConversationPage

if TYPE_CHECKING:
    from inbox.composer.helps import Help
    from inbox.guard.rules import Hint
    from inbox.models import User, WatchedWord

_ASK_PRIVATELY = frozenset({"comment", "visitor_post", "reply"})  # what a platform's one private answer may be given to


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to write. `blocked` says in a sentence why it is closed; it is shown, but cannot be chosen."""

    key: str
    route: Route | None = None
    rules: RouteRules | None = None
    blocked: str = ""
    place: str = ""  # where one answers instead
    remark: str = ""  # a rule worth knowing before writing
    signature: str = ""  # what will stand under the text, and
    glue: str = ""  # what comes between: both count
    senders: tuple[Sender, ...] = ()  # from which accounts it can leave, the addressed one first
    sender: Sender | None = None  # the one it leaves from


class Tools(NamedTuple):
    """What stands under the text: all that its template shows (webcare/lib/kept.py)."""

    code: uuid.UUID  # the conversation
    has_new_guideline: bool
    file_kinds: str
    signed: tuple[tuple[str, str], ...]  # tabs with what comes under an answer by itself


@dataclass(slots=True)
class Composer:
    """The composer on the page. `text`, `refused` and `overtaken` come from an answer that did not go through."""

    tabs: list[Tab]
    chosen: str
    agent: User
    conversation: uuid.UUID
    reply_to: Message | None = None
    public_target: Message | None = None  # what a public answer would answer when nothing else was chosen
    aimed: bool = False  # somebody chose what is answered: it does not follow the news
    seen: int = 0
    code: uuid.UUID = field(default_factory=uuid.uuid4)
    text: str = ""
    refused: str = ""
    overtaken: list[Message] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)  # what the guard held it for
    closing: str = ""  # "send-close" or "send-close-next" where that was meant
    canned: str = ""  # the code of the canned reply the text began as
    canned_picture: bool = False  # whether its picture was to go along
    saved_at: datetime | None = None  # when the draft was kept
    sensitive: list[WatchedWord] = field(default_factory=list)  # topics the customer's words touch
    has_new_guideline: bool = False
    second_person: frozenset[str] = frozenset()  # the tabs whose answers a colleague looks at first
    window_closes_at: datetime | None = None
    may_template: bool = False  # whether a message approved beforehand can be sent here
    picker: Picker | None = None  # choosing one, in place of writing
    introduction: str = ""  # how we found who did not address us; "" for everybody else
    why: str = ""  # they are answered all the same
    help: Help | None = None  # what an assistant offers
    help_offer: str = ""  # what it made, beside the text
    help_problem: str = ""
    help_replaces: bool = False  # it would stand in place of the text
    helped: bool = False  # part of the text was made by it
    reach: Reach | None = None  # what becomes of a private answer, where the channel knows

    @property
    def window_open(self) -> bool:
        """Whether a reply window is running out now."""
        return self.window_closes_at is not None and self.window_closes_at > timezone.now()

    @property
    def answers_hidden(self) -> bool:
        """Whether what is answered is hidden on its platform: then not everybody reads the answer."""
        return self.reply_to is not None and self.reply_to.hidden_at is not None

    @property
    def answers_private_words(self) -> bool:
        """Whether what is answered was said in private on the page of a public conversation."""
        return self.public_target is not None and is_private(self.reply_to)

    @property
    def only_template(self) -> bool:
        """Whether one may not write freely in private now, but send a template."""
        return self.may_template and self.tab(PRIVATE) is None

    @property
    def keys(self) -> list[str]:
        """The names of the hints on the screen."""
        return [hint.key for hint in self.hints]

    @property
    def asking(self) -> list[str]:
        """The names of those that ask for a "send anyway"; none while something has to be mended first."""
        if any(hint.weight == "stop" for hint in self.hints):
            return []
        return [hint.key for hint in self.hints if hint.weight == "ask"]

    @property
    def usable(self) -> list[Tab]:
        """The tabs one can choose."""
        return [tab for tab in self.tabs if not tab.blocked]

    @property
    def blocked(self) -> list[Tab]:
        """The tabs that are closed now, with their reasons."""
        return [tab for tab in self.tabs if tab.blocked]

    @property
    def may_split(self) -> bool:
        """Whether a longer text may leave as several numbered posts."""
        return any(tab.rules and tab.rules.splits for tab in self.usable)

    @property
    def file_kinds(self) -> str:
        """What can be sent along on any open tab, for the file field's accept list; "" for nothing."""
        kinds = {kind for tab in self.usable if tab.rules and tab.rules.max_files for kind in tab.rules.file_kinds}
        return ",".join(sorted(_ACCEPT[kind] for kind in kinds if kind in _ACCEPT))

    @property
    def tools(self) -> Tools:
        """What stands under the text."""
        signed = [(tab.key, tab.signature) for tab in self.usable if tab.signature or len(tab.senders) > 1]
        return Tools(self.conversation, self.has_new_guideline, self.file_kinds, tuple(signed))

    @property
    def senders(self) -> tuple[Sender, ...]:
        """The accounts a public answer can leave from, where there is a choice."""
        public = self.tab(PUBLIC)
        return public.senders if public and len(public.senders) > 1 else ()

    @property
    def sender(self) -> Sender | None:
        """The account a public answer leaves from."""
        public = self.tab(PUBLIC)
        return public.sender if public else None

    def tab(self, key: str) -> Tab | None:
        """The open tab with this name."""
        return next((tab for tab in self.usable if tab.key == key), None)


_ACCEPT = {
    "image": "image/*",
    "video": "video/*",
    "audio": "audio/*",
    "document": ".pdf,.doc,.docx,.xls,.xlsx,.txt",
    "file": "*/*",
}


def is_private(message: Message | None) -> bool:
    """Whether a message was said in private."""
    return message is not None and message.visibility == Visibility.PRIVATE


def compose(
    page: ConversationPage,
    thread: Thread,
    *,
    reply_to: str = "",
    tab: str = "",
    accounts: Sequence[Account] = (),
    sender: str = "",
) -> Composer:
    """Return an empty composer for this conversation.

    `reply_to` is a message's code, `tab` one of the tabs' names, `accounts` those the agent may use, and `sender` the
    code of the one to answer from; where that cannot be, it is the addressed one.
    """
    conversation, agent = page.conversation, page.reader
    account = conversation.account
    target = (thread.find(reply_to) if reply_to else None) or thread.newest_inbound
    tabs = [_with_sender(tab, account, agent, accounts, sender) for tab in _routes(page, account, target)]
    if not spokespeople.may_answer(conversation.contact, agent):
        tabs = [
            replace(tab, blocked=_("The press is answered by the spokespeople. Hand it over to them.")) for tab in tabs
        ]
    tabs.append(Tab(NOTE))
    usable = [t.key for t in tabs if not t.blocked]
    return Composer(
        tabs=tabs,
        chosen=tab if tab in usable else usable[0],
        agent=agent,
        conversation=conversation.code,
        reply_to=target,
        aimed=target is not thread.newest_inbound,
        public_target=thread.newest_inbound if conversation.is_public else None,
        seen=thread.seen,
        window_closes_at=None if conversation.is_public else conversation.window_closes_at,
        may_template=_may_template(conversation, account, agent),
        introduction=_introduction(conversation, target),
        reach=reach_of(conversation) if any(tab.key == PRIVATE for tab in tabs) else None,
    )


def _introduction(conversation: Conversation, target: Message | None) -> str:
    is_found = target is not None and target.kind == FOUND
    return proactive.introduction(conversation) if is_found else ""


def _routes(page: ConversationPage, account: Account, target: Message | None) -> list[Tab]:
    conversation = page.conversation
    if not page.reader.has(Right.ANSWER):
        blocked = _("Your role does not answer customers. A note for colleagues can be left.")
        return [Tab(PUBLIC if conversation.is_public else PRIVATE, blocked=blocked)]
    if account.platform in UNCONNECTED:
        blocked = _("Answer on the site itself. Then close it here as answered on the site.")
        return [Tab(PUBLIC, blocked=blocked, place=target.permalink if target else "")]
    if account.mode == Account.Mode.LISTEN:
        return [
            Tab(
                PUBLIC if conversation.is_public else PRIVATE,
                blocked=_("This account only listens: nothing can be sent from it."),
            )
        ]
    can = account.capabilities
    if account.mode == Account.Mode.REACT and target is not None and target.kind == FOUND:
        return [Tab(PUBLIC if conversation.is_public else PRIVATE, blocked=sentence("react_only", account.platform))]
    if conversation.is_public:
        return [*_public(can), *_private_from_public(can, page, target)]
    return _private(can, conversation)


def _may_template(conversation: Conversation, account: Account, agent: User) -> bool:
    return (
        not conversation.is_public
        and agent.has(Right.ANSWER)
        and account.mode != Account.Mode.LISTEN
        and Route.TEMPLATE in account.capabilities.routes
        and spokespeople.may_answer(conversation.contact, agent)
    )


def _public(can: Capabilities) -> list[Tab]:
    rules = can.routes.get(Route.PUBLIC_REPLY)
    return [Tab(PUBLIC, Route.PUBLIC_REPLY, rules)] if rules else []


def _private_from_public(can: Capabilities, page: ConversationPage, target: Message | None) -> list[Tab]:
    """A private message where one may be sent, else the one private reply to a post."""
    once, rules = can.routes.get(Route.PRIVATE_REPLY), can.routes.get(Route.PRIVATE_MESSAGE)
    if rules and (rules.window is None or _has_open_window(page)):
        return [Tab(PRIVATE, Route.PRIVATE_MESSAGE, rules)]
    if once is None:
        return []
    if target is None or target.kind not in _ASK_PRIVATELY:
        return []
    if once.within and target.sent_at + once.within < timezone.now():
        days = once.within.days
        explanation = ngettext(
            "A private answer can be given until %(days)d day after the post.",
            "A private answer can be given until %(days)d days after the post.",
            days,
        )
        return [Tab(PRIVATE, Route.PRIVATE_REPLY, once, blocked=explanation % {"days": days})]
    remark = _("One private message per post, and no second one until they answer.") if once.once else ""
    return [Tab(PRIVATE, Route.PRIVATE_REPLY, once, remark=remark)]


def _has_open_window(page: ConversationPage) -> bool:
    """Whether this very person also wrote in private, recently enough."""
    sides = [side for side in page.sides if side.identity == page.conversation.identity_id]
    return any(side.window and side.window > timezone.now() for side in sides)


def _private(can: Capabilities, conversation: Conversation) -> list[Tab]:
    rules = can.routes.get(Route.PRIVATE_MESSAGE)
    if rules is None:
        return []
    closes = conversation.window_closes_at
    if (rules.window or rules.human_window) and (closes is None or closes <= timezone.now()):
        return [Tab(PRIVATE, Route.PRIVATE_MESSAGE, rules, blocked=_window_closed(rules, conversation))]
    return [Tab(PRIVATE, Route.PRIVATE_MESSAGE, rules)]


def _window_closed(rules: RouteRules, conversation: Conversation) -> str:
    length: timedelta = rules.human_window or rules.window or timedelta()
    hours = int(length.total_seconds() // 3600)
    span = (
        ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}
        if hours > 24
        else ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    )
    return _(
        "The platform lets us answer until %(span)s after the customer's last message. "
        "That time has passed; it starts again when they write."
    ) % {"span": span}


def _with_sender(tab: Tab, account: Account, agent: User, accounts: Sequence[Account], sender: str) -> Tab:
    """The same tab with its sender and signature, so that the counter counts both."""
    if tab.route is None or tab.blocked:
        return tab
    senders = senders_for(account, tab.rules, agent, accounts)
    selected = chosen_sender(senders, sender) or senders[0]
    return replace(tab, signature=selected.signature, glue=selected.glue, senders=tuple(senders), sender=selected)
