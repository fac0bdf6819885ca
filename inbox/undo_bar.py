"""The bar that undoes: what a person's last act is called, what can be done about it, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateformat import format as date_text
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels.types import Visibility
from channels.wording import platform_title
from inbox.models import Conversation, Message, UndoableAct, User
from inbox.undo import STANDS_FOR, Outcome, acts_of
from inbox.undoable import Kind

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
    """Return what stands in the bar of one person now; None for nothing. One statement."""
    since = timezone.now() - STANDS_FOR
    acts = list(
        acts_of(user)
        .filter(at__gte=since)
        .select_related("conversation__identity", "conversation__account", "message__account")
        .defer("message__raw", "message__words", "message__account__sealed_credentials")
        .defer("conversation__account__sealed_credentials")[:5]
    )
    open_ones = [act for act in acts if _may_undo(act)]
    if open_ones:
        # After the last act was decided, an answer that still counts down can be taken back in its turn.
        first, *rest = open_ones
        counting = next((act for act in rest if act.kind == Kind.SEND), None)
        left, whole = _time_left(first)
        return Bar(
            first, _done(first), may_undo=True, left=left, whole=whole, before=_done(counting) if counting else None
        )
    if not acts or not acts[0].outcome:
        return None
    return bar_after(acts[0])


def bar_after(act: UndoableAct) -> Bar:
    """Return what the bar says of an act that was decided."""
    if act.outcome == Outcome.UNDONE:
        repeat = act.about.get("repeat")
        if repeat:
            return Bar(act, _undone(act), repeat=repeat, again=_again(act))
        return Bar(act, _undone(act), links=_links(act))
    return Bar(act, _late(act), links=_links(act))


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


def _who(act: UndoableAct) -> SafeString:
    """Whom it was done to: the customer's first name, or how many conversations."""
    if act.conversation is None:
        count = len({step["conversation"] for step in act.steps})
        return format_html("<b>{}</b>", ngettext("%(n)d conversation", "%(n)d conversations", count) % {"n": count})
    return format_html("<b><bdi>{}</bdi></b>", first_name(act.conversation))


def first_name(conversation: Conversation) -> str:
    """Return what to call a customer in a short sentence."""
    title = conversation.identity.title
    if not title:
        return _("the customer")
    return title.split()[0] if not title.startswith(("@", "+")) else title


def _done(act: UndoableAct) -> SafeString:
    return _DONE[Kind(act.kind)](act)


def _sent(act: UndoableAct) -> SafeString:
    public = act.message is not None and act.message.visibility == Visibility.PUBLIC
    return format_html(_("To {who}, in public") if public else _("To {who}, in private"), who=_who(act))


def _closed(act: UndoableAct) -> SafeString:
    reason = act.about.get("reason", "")
    if not reason or reason == Conversation.CloseReason.ANSWERED:
        return format_html(_("{who} closed"), who=_who(act))
    label = Conversation.CloseReason(reason).label
    return format_html(_("{who} closed as “{reason}”"), who=_who(act), reason=str(label).lower())


def _snoozed(act: UndoableAct) -> SafeString:
    until = act.about.get("until")
    if not until:
        words = _("{who} sleeps until they write") if act.conversation else _("{who} sleep until they write")
        return format_html(words, who=_who(act))
    words = _("{who} sleeps until {at}") if act.conversation else _("{who} sleep until {at}")
    return format_html(words, who=_who(act), at=_moment(datetime.fromisoformat(until)))


def _assigned(act: UndoableAct) -> SafeString:
    to = act.about.get("to", "")
    if to == "me":
        return format_html(_("{who} to you"), who=_who(act))
    if not to:
        return format_html(_("{who} free again"), who=_who(act))
    return format_html(_("{who} to {to}"), who=_who(act), to=to)


def _given_to_team(act: UndoableAct) -> SafeString:
    to = act.about.get("to", "")
    words = _("{who} to team {to}") if to else _("{who} in no team any more")
    return format_html(words, who=_who(act), to=to)


def _labelled(act: UndoableAct) -> SafeString:
    words = _("Label {label} on {who}") if act.kind == Kind.LABEL else _("Label {label} off {who}")
    return format_html(words, label=format_html("<b>{}</b>", act.about.get("label", "")), who=_who(act))


_DONE: dict[Kind, Callable[[UndoableAct], SafeString]] = {
    Kind.SEND: _sent,
    Kind.CLOSE: _closed,
    Kind.REOPEN: lambda act: format_html(_("{who} is open again"), who=_who(act)),
    Kind.SNOOZE: _snoozed,
    Kind.ASSIGN: _assigned,
    Kind.TEAM: _given_to_team,
    Kind.LABEL: _labelled,
    Kind.UNLABEL: _labelled,
    Kind.LINK: lambda act: format_html(_("Another account linked to {who}"), who=_who(act)),
    Kind.UNLINK: lambda act: format_html(_("An account unlinked from {who}"), who=_who(act)),
}


def _undone(act: UndoableAct) -> SafeString:
    if act.kind == Kind.SEND:
        return format_html("{}", _("Taken back. Your text is in the box again."))
    if act.kind == Kind.LABEL:
        return format_html(_("Label {label} is off again."), label=act.about.get("label", ""))
    if act.kind == Kind.UNLABEL:
        return format_html(_("Label {label} is on again."), label=act.about.get("label", ""))
    if act.kind in (Kind.LINK, Kind.UNLINK):
        return format_html(_("The accounts of {who} are as they were."), who=_who(act))
    if act.kind == Kind.CLOSE:
        words = _("{who} is open again.") if act.conversation else _("{who} are open again.")
    else:
        words = _("{who} is as it was.") if act.conversation else _("{who} are as they were.")
    return format_html(words, who=_who(act))


def _late(act: UndoableAct) -> SafeString:
    if act.kind == Kind.SEND:
        return format_html(_("Too late. {what}"), what=_left(act.message))
    first = act.refusals[0]
    why = _WHY.get((first["why"], bool(first["who"]))) or _WHY[first["why"], False]
    name = first_name(act.conversation) if act.conversation else ""
    reason = format_html(str(why()), who=first["who"], name=name or _("the customer"))
    if act.conversation is not None:
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
    where = platform_title(message.account.platform)
    words = (
        _("It stands on %(where)s since %(at)s.")
        if message.visibility == Visibility.PUBLIC
        else _("It was sent at %(at)s.")
    )
    return words % {"where": where, "at": at}


def _links(act: UndoableAct) -> list[tuple[str, str]]:
    if act.conversation is not None:
        return [(f"/inbox/{act.about.get('on') or act.conversation.code}/", _("Open conversation"))]
    late = [line["conversation"] for line in act.refusals][:_NAMED]
    if not late:
        return []
    rows = Conversation.objects.filter(pk__in=late).select_related("identity").order_by("pk")
    return [(row.get_absolute_url(), first_name(row)) for row in rows]


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


def _moment(at: datetime) -> str:
    local, today = timezone.localtime(at), timezone.localdate()
    clock = date_text(local, "H:i")
    if local.date() == today:
        return clock
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(at)s") % {"at": clock}
    return f"{date_format(local, 'l')} {clock}"
