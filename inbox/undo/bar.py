"""The bar that undoes: what the last act is called, its buttons, and what became of it.

How long a person can undo: inbox/models/undo_seconds.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateformat import format as date_text
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels.platforms import platform_title
from channels.types import Visibility
from inbox.models import Conversation, Message, UndoableAct, User
from inbox.models.visible import visible_to_given
from inbox.text.first_name import first_name_of
from inbox.undo.record import Kind
from inbox.undo.reversal import STANDS_FOR, Outcome, acts_of
from webcare.lib.prepared import AnyOf, Given, Prepared

Seen = Mapping[int, Conversation]  # what an act's doer may see of what it was done to
_NAMED = 3  # conversations that are told by name where several could not be undone


@dataclass(frozen=True, slots=True)
class Bar:
    """What the bar says. `left` are milliseconds in which it can be undone; None for no limit."""

    act: UndoableAct
    text: SafeString
    may_undo: bool = False
    left: int | None = None
    whole: int = 0  # milliseconds, of which `left` are left
    before: SafeString | None = None  # an earlier answer that is counting down beside it
    links: Sequence[tuple[str, str]] = field(default_factory=list)  # address, name
    repeat: dict[str, Any] | None = None
    again: str = ""  # what asking it once more is called

    @property
    def state(self) -> str:
        """Another state is another bar, which is said aloud."""
        return f"{self.act.code}-{self.act.outcome}-{'can' if self.may_undo else 'over'}"


def bar_of(user: User) -> Bar | None:
    """Return what stands in the bar of one person now; None for nothing. One statement mostly, four at most."""
    acts = _newest_acts(user=user.pk, since=timezone.now() - STANDS_FOR)
    _attach_messages(acts)
    open_ones = [act for act in acts if _may_undo(act)]
    if open_ones:
        # After the last act was decided, an answer that still counts down can be taken back in its turn.
        first, *rest = open_ones
        counting = next((act for act in rest if act.kind == Kind.SEND), None)
        left, whole = _time_left(first)
        seen = _seen_of(user, open_ones)
        before = _done(counting, seen) if counting else None
        return Bar(first, _done(first, seen), may_undo=True, left=left, whole=whole, before=before)
    if not acts or not acts[0].outcome:
        return None
    return bar_after(acts[0], user)


@Prepared
def _newest_acts() -> QuerySet[UndoableAct]:
    return acts_of(Given("user")).filter(at__gte=Given("since"))[:5]


def _attach_messages(acts: Collection[UndoableAct]) -> None:
    """Hang on each act what is told of its message. Mostly there is none to ask for."""
    wanted = [act.message_id for act in acts if act.message_id]
    found = {message.pk: message for message in _messages(ids=wanted)} if wanted else {}
    for act in acts:
        if act.message_id:  # one that was erased since is none
            act.message = found.get(act.message_id)


@Prepared
def _messages() -> QuerySet[Message]:
    messages = Message.objects.filter(pk=AnyOf("ids")).select_related("account")
    return messages.only("state", "send_after", "sent_at", "visibility", "account__platform")


def bar_after(act: UndoableAct, user: User) -> Bar:
    """Return what the bar says to its doer of an act that was decided."""
    seen = _seen_of(user, [act])
    if act.outcome != Outcome.UNDONE:
        return Bar(act, _late(act, seen), links=_links(act, seen))
    repeat = act.about.get("repeat")
    if repeat and (act.conversation_id is None or act.conversation_id in seen):
        return Bar(act, _undone(act, seen), repeat=repeat, again=_again(act))
    return Bar(act, _undone(act, seen), links=_links(act, seen))


def undo_bar(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `undo_bar`, asked for only by pages that show the navigation."""
    user = request.user
    return {"undo_bar": SimpleLazyObject(lambda: bar_of(user) if isinstance(user, User) else None)}


def _may_undo(act: UndoableAct) -> bool:
    if act.outcome:
        return False
    message = act.message
    if message is None:
        return act.kind != Kind.SEND
    soon = message.send_after is not None and message.send_after > timezone.now()
    return soon and message.state == Message.State.QUEUED


def _time_left(act: UndoableAct) -> tuple[int | None, int]:
    if act.message is None or act.message.send_after is None:
        return None, 0
    ends = act.message.send_after
    return max(int((ends - timezone.now()) / timedelta(milliseconds=1)), 0), int(
        (ends - act.at) / timedelta(milliseconds=1)
    )


def _seen_of(user: User, acts: Collection[UndoableAct]) -> Seen:
    """Return the conversations of these acts that their doer may still see: no other is named or linked to."""
    ids = {act.conversation_id for act in acts if act.conversation_id}
    ids |= {line["conversation"] for act in acts for line in act.refusals}
    if not ids:
        return {}
    if user.practice_seat is not None or user.only_accounts is not None:
        return Conversation.objects.visible_to(user).select_related("identity").in_bulk(ids)
    read = _seen_by_admins if user.is_admin else _seen
    return {row.pk: row for row in read(ids=list(ids), reader=user.pk, closed=list(user.closed_teams))}


@Prepared
def _seen() -> QuerySet[Conversation]:
    return visible_to_given(is_admin=False).filter(pk=AnyOf("ids")).select_related("identity")


@Prepared
def _seen_by_admins() -> QuerySet[Conversation]:
    return visible_to_given(is_admin=True).filter(pk=AnyOf("ids")).select_related("identity")


def _name_of(conversation: Conversation | None, *, begins: bool = False) -> str:
    """Return what to call a customer in a short sentence; a conversation one may not see has no name."""
    if conversation is None:
        return _("A conversation") if begins else _("a conversation")
    title = conversation.identity.title
    return first_name_of(title) or title or (_("The customer") if begins else _("the customer"))


def _say(words: str, act: UndoableAct, seen: Seen, **more: object) -> SafeString:
    """Fill in whom an act was done to: the customer's first name, or how many conversations."""
    if act.conversation_id is None:
        count = len({step["conversation"] for step in act.steps})
        many = ngettext("%(n)d conversation", "%(n)d conversations", count) % {"n": count}
        return format_html(words, who=format_html("<b>{}</b>", many), **more)
    name = _name_of(seen.get(act.conversation_id), begins=words.startswith("{who}"))
    return format_html(words, who=format_html("<b><bdi>{}</bdi></b>", name), **more)


def _done(act: UndoableAct, seen: Seen) -> SafeString:
    return _DONE[Kind(act.kind)](act, seen)


def _sent(act: UndoableAct, seen: Seen) -> SafeString:
    public = act.message is not None and act.message.visibility == Visibility.PUBLIC
    return _say(_("To {who}, in public") if public else _("To {who}, in private"), act, seen)


def _closed(act: UndoableAct, seen: Seen) -> SafeString:
    reason = act.about.get("reason", "")
    if not reason or reason == Conversation.CloseReason.ANSWERED:
        return _say(_("{who} closed"), act, seen)
    label = Conversation.CloseReason(reason).label
    return _say(_("{who} closed as “{reason}”"), act, seen, reason=str(label).lower())


def _snoozed(act: UndoableAct, seen: Seen) -> SafeString:
    until = act.about.get("until")
    if not until:
        words = _("{who} sleeps until they write") if act.conversation_id else _("{who} sleep until they write")
        return _say(words, act, seen)
    words = _("{who} sleeps until {at}") if act.conversation_id else _("{who} sleep until {at}")
    return _say(words, act, seen, at=moment_in_words(datetime.fromisoformat(until)))


def _assigned(act: UndoableAct, seen: Seen) -> SafeString:
    to = act.about.get("to", "")
    if to == "me":
        return _say(_("{who} to you"), act, seen)
    if not to:
        return _say(_("{who} free again"), act, seen)
    return _say(_("{who} to {to}"), act, seen, to=to)


def _given_to_team(act: UndoableAct, seen: Seen) -> SafeString:
    to = act.about.get("to", "")
    words = _("{who} to team {to}") if to else _("{who} in no team any more")
    return _say(words, act, seen, to=to)


def _labelled(act: UndoableAct, seen: Seen) -> SafeString:
    words = _("Label {label} on {who}") if act.kind == Kind.LABEL else _("Label {label} off {who}")
    return _say(words, act, seen, label=format_html("<b>{}</b>", act.about.get("label", "")))


_DONE: dict[Kind, Callable[[UndoableAct, Seen], SafeString]] = {
    Kind.SEND: _sent,
    Kind.CLOSE: _closed,
    Kind.REOPEN: lambda act, seen: _say(_("{who} is open again"), act, seen),
    Kind.SNOOZE: _snoozed,
    Kind.ASSIGN: _assigned,
    Kind.TEAM: _given_to_team,
    Kind.LABEL: _labelled,
    Kind.UNLABEL: _labelled,
    Kind.LINK: lambda act, seen: _say(_("Another account linked to {who}"), act, seen),
    Kind.UNLINK: lambda act, seen: _say(_("An account unlinked from {who}"), act, seen),
}


def _undone(act: UndoableAct, seen: Seen) -> SafeString:
    if act.kind == Kind.SEND:
        return format_html("{}", _("Taken back. Your text is in the box again."))
    if act.kind == Kind.LABEL:
        return format_html(_("Label {label} is off again."), label=act.about.get("label", ""))
    if act.kind == Kind.UNLABEL:
        return format_html(_("Label {label} is on again."), label=act.about.get("label", ""))
    if act.kind == Kind.CLOSE:
        words = _("{who} is open again.") if act.conversation_id else _("{who} are open again.")
    elif act.conversation_id is not None and act.conversation_id not in seen:
        return format_html("{}", _("A conversation is as it was."))
    elif act.kind in (Kind.LINK, Kind.UNLINK):
        words = _("The accounts of {who} are as they were.")
    else:
        words = _("{who} is as it was.") if act.conversation_id else _("{who} are as they were.")
    return _say(words, act, seen)


def _late(act: UndoableAct, seen: Seen) -> SafeString:
    if act.kind == Kind.SEND:
        return format_html(_("Too late. {what}"), what=_left(act.message))
    first = act.refusals[0]
    explanation = _WHY.get((first["why"], bool(first["who"]))) or _WHY[first["why"], False]
    conversation = seen.get(act.conversation_id or 0)
    name = _name_of(conversation, begins=True) if conversation else _("The customer")
    reason = format_html(str(explanation()), who=first["who"], name=name)
    if act.conversation_id is not None:
        return format_html(_("Too late. {what}"), what=reason)
    late, done = len(act.refusals), len(act.steps) - len(act.refusals)
    text = format_html(_("Too late for {n}. {what}"), n=late, what=reason)
    if done:
        rest = ngettext("%(n)d is back as it was.", "%(n)d are back as they were.", done) % {"n": done}
        return format_html("{} {}", text, rest)
    return text


_WHY: dict[tuple[str, bool], Callable[[], str]] = {
    ("wrote", False): lambda: _("{name} wrote again meanwhile."),
    ("woken", False): lambda: _("It woke up meanwhile."),
    ("woken", True): lambda: _("{who} woke it up meanwhile."),
    ("answers", True): lambda: _("{who} answered there already."),
    ("answers", False): lambda: _("It was answered meanwhile."),
    ("changed", True): lambda: _("{who} changed it meanwhile."),
    ("changed", False): lambda: _("It was changed meanwhile."),
    ("another", False): lambda: _("{name} has a newer open conversation."),
    ("old", False): lambda: _("That was too long ago."),
    ("archived", True): lambda: _("Team {who} was put away meanwhile."),
    ("unseen", True): lambda: _("{who} has no access to it any more."),
    ("left", True): lambda: _("{who} left that team meanwhile."),
    ("gone", False): lambda: _("Its account is not yours any more."),
}


def _left(message: Message | None) -> str:
    if message is None or message.state == Message.State.SENDING:
        return _("It is on its way.")
    if message.state != Message.State.SENT:
        return _("It was handled already.")
    at = date_format(timezone.localtime(message.sent_at), "H:i")
    platform = platform_title(message.account.platform)
    words = (
        _("It stands on %(where)s since %(at)s.")
        if message.visibility == Visibility.PUBLIC
        else _("It was sent at %(at)s.")
    )
    return words % {"where": platform, "at": at}


def _links(act: UndoableAct, seen: Seen) -> list[tuple[str, str]]:
    if act.conversation_id is not None:
        row = seen.get(act.conversation_id)
        return [(f"/inbox/{act.about.get('on') or row.code}/", _("Open conversation"))] if row else []
    late = sorted(line["conversation"] for line in act.refusals if line["conversation"] in seen)
    return [(seen[pk].get_absolute_url(), _name_of(seen[pk], begins=True)) for pk in late[:_NAMED]]


def _again(act: UndoableAct) -> str:
    return {
        Kind.CLOSE: _("Close after all"),
        Kind.REOPEN: _("Reopen after all"),
        Kind.SNOOZE: _("Snooze after all"),
        Kind.ASSIGN: _("Assign after all"),
        Kind.TEAM: _("Assign after all"),
        Kind.LABEL: _("Label after all"),
        Kind.UNLABEL: _("Take it off after all"),
    }.get(Kind(act.kind), "")


def moment_in_words(at: datetime) -> str:
    """Return a moment of this week: 14:30 today, tomorrow 07:12, Friday 09:00."""
    local, today = timezone.localtime(at), timezone.localdate()
    clock = date_text(local, "H:i")
    if local.date() == today:
        return clock
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(at)s") % {"at": clock}
    return f"{date_format(local, 'l')} {clock}"
