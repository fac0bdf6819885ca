"""What stands under an answer of ours: how far it is, in words, and what one can do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.platforms import platform_title
from channels.reasons import sentence
from inbox.models import Message

_STATE = Message.State
_PART_BEFORE = {
    "picture": gettext_lazy("The picture arrived, the text did not."),
    "file": gettext_lazy("The file arrived, the text did not."),
    "part": gettext_lazy("What stands before it arrived."),
}
# How the bubble itself looks.
BUBBLES: dict[str, str] = {
    _STATE.QUEUED: "msg-going",
    _STATE.RETRY: "msg-unsure",
    _STATE.UNKNOWN: "msg-unsure",
    _STATE.HELD: "msg-failed msg-held",
    _STATE.FAILED: "msg-failed",
    _STATE.APPROVAL: "msg-approval",
}


@dataclass(frozen=True, slots=True)
class AnswerStatus:
    """One line under an answer. `tone`: "" is calm, "warn" stands out, "stop" is a block that asks for a person."""

    icon: str
    text: str
    head: str = ""  # in bold, before the text
    tone: str = ""
    is_announced: bool = True  # whether screen readers say it when it changes
    at: datetime | None = None  # when it happened
    marks: tuple[str, ...] = ()  # what else became of it
    again: str = ""  # the words on the button that sends it once more; "" where one cannot
    asks_arrival: bool = False  # whether only a person can tell if it arrived


def status_of(message: Message, part: str) -> AnswerStatus | None:
    """Return how far an answer is; None for one that can be taken back or waits for approval: those have more to show.

    `part` is what became of the part before it (inbox/thread/parts.py).
    """
    if message.automatic and message.state != _STATE.SENT:
        return _automatic(message)
    describe = _DESCRIBED.get(message.state)
    return describe(message, part) if describe else None


def _automatic(message: Message) -> AnswerStatus:
    """Nobody wrote it, so nobody has to do anything about it."""
    if message.state == _STATE.FAILED:
        calm = _("Nobody has to do anything about it: the customer waits for an answer all the same.")
        return AnswerStatus("circle-alert", f"{_reason(message)} {calm}", head=_("Not sent."), tone="stop")
    if message.state == _STATE.UNKNOWN:
        text = _("Not certain whether it was sent. If it was, its receipt will say so here; it is not sent twice.")
        return AnswerStatus("circle-question-mark", text, tone="warn")
    if message.state == _STATE.RETRY:
        text = _("We try again for an hour, unless you answer first.")
        return AnswerStatus("refresh-cw", _joined(_reason_if_any(message), text), tone="warn")
    return AnswerStatus("send", _("Being sent"))


def _approval(message: Message, _part: str) -> AnswerStatus | None:
    if message.part_of_id is None:
        return None
    return AnswerStatus("stamp", _("Waits with the first part"), is_announced=False)


def _sending(_message: Message, _part: str) -> AnswerStatus:
    return AnswerStatus("send", _("Being sent"))


def _retry(message: Message, part: str) -> AnswerStatus:
    if part == "waiting":
        return AnswerStatus("clock", _("Waits until the part before it has arrived."))
    if message.error_reason == "reauth":
        text = _("Waits until the account is connected again.")
    else:
        text = _joined(_reason_if_any(message), _next_try(message))
    return AnswerStatus("refresh-cw", _joined(_before(part), text), tone="warn", again=_("Try now"))


def _unknown(message: Message, part: str) -> AnswerStatus:
    if message.retry_at:
        text = _(
            "Not certain whether it was sent: the platform gave no answer. We look whether it is there, "
            "and send it again only if it is not."
        )
        return AnswerStatus("circle-question-mark", _joined(_before(part), text), tone="warn")
    text = _(
        "The platform gave no answer, and cannot be asked. If it did arrive, its receipt will say so here by itself. "
        "Look in the platform's own app or ask the customer, then choose."
    )
    return AnswerStatus(
        "circle-question-mark",
        _joined(_before(part), text),
        head=_("Not certain whether it was sent."),
        tone="warn",
        again=_("It did not: send again"),
        asks_arrival=True,
    )


def _held(message: Message, part: str) -> AnswerStatus:
    if part == "waiting":
        text, again = _("The part before it waits for you: send that one, and this follows."), ""
    elif part == "lost":
        text = _("The part before it was not sent. Try that one again and this follows, or send this by itself.")
        again = _("Send by itself")
    elif message.error_reason == "asked":
        text, again = _("A colleague was asked what to say here. Read their answer, then choose."), _("Send it")
    else:
        text, again = _("Something came in after you wrote this. Read it, then choose."), _("Send anyway")
    return AnswerStatus("pause", text, head=_("Held back."), tone="stop", is_announced=False, again=again)


def _failed(message: Message, part: str) -> AnswerStatus:
    head = _("Not posted.") if message.visibility == "public" else _("Not sent.")
    text = _joined(_before(part), _reason(message))
    return AnswerStatus("circle-alert", text, head=head, tone="stop", again=_("Try again"))


def _sent(message: Message, _part: str) -> AnswerStatus | None:
    if message.removed_at:
        return None
    icon, at = "check-check", message.read_at or message.delivered_at
    if message.read_at:
        text = _("Read")
    elif message.delivered_at:
        text = _("Delivered")
    else:
        icon, text = "check", _("Posted") if message.visibility == "public" else _("Sent")
    marks = ((message.edited_at, _("edited")), (message.hidden_at, _("hidden")))
    return AnswerStatus(icon, text, is_announced=False, at=at, marks=tuple(mark for when, mark in marks if when))


_DESCRIBED: dict[str, Callable[[Message, str], AnswerStatus | None]] = {
    _STATE.APPROVAL: _approval,
    _STATE.SENDING: _sending,
    _STATE.RETRY: _retry,
    _STATE.UNKNOWN: _unknown,
    _STATE.HELD: _held,
    _STATE.FAILED: _failed,
    _STATE.SENT: _sent,
}


def _reason(message: Message) -> str:
    """Why it did not arrive, and what helps."""
    title = platform_title(message.account.platform)
    return sentence(message.error_reason, title, message.error_code, message.error)


def _reason_if_any(message: Message) -> str:
    return _reason(message) if message.error_reason else ""


def _next_try(message: Message) -> str:
    if message.retry_at:
        at = date_format(timezone.localtime(message.retry_at), "H:i")
        return _("We try again at %(at)s.") % {"at": at}
    return "" if message.error_reason else _("We try again.")


def _before(part: str) -> str:
    return str(_PART_BEFORE.get(part, ""))


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
