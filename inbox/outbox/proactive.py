"""Answering who did not address us: with a reason, once ever, and not in nearly the same words to many.

Such an answer is logged as one of our own accord, and counted apart (`messages_proactive` in reports/figures.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inbox.models import Approach, Conversation, Event, Message, User
from inbox.outbox.checks import Refused
from inbox.text.whole_words import spaced
from inbox.triage.assignment import keep_note
from webcare.lib.statements import fetch

MOST_ALIKE = 5  # people who are written nearly the same within a day
ALIKE = 0.8  # share of the words of two answers that both have
LONGEST_REASON = 300
_DAY = timedelta(days=1)
_MOST_COMPARED = 500
_UNSENT = (Message.State.CANCELLED, Message.State.FAILED)
_LOCK = 5_104_557  # of whoever counts what was written to others


def check(conversation: Conversation, text: str, why: str) -> None:
    """Raise Refused where an answer may not go to somebody who did not address us. In the caller's transaction."""
    if not why.strip():
        raise Refused(
            "proactive_reason",
            _("This person did not address us. Write why you answer all the same; only colleagues read that."),
        )
    before = Approach.objects.filter(identity=conversation.identity_id).exclude(message__state__in=_UNSENT)
    if (known := before.select_related("by").first()) is not None:
        name = known.by.name if known.by else _("a colleague")
        day = date_format(timezone.localtime(known.at), pgettext("date format", "j F Y"))
        words = _("%(name)s addressed this person on %(day)s. We do that once; wait until they write to us.")
        raise Refused("proactive_twice", words % {"name": name, "day": day})
    fetch("SELECT pg_advisory_xact_lock(%s)::text", [_LOCK])
    alike = _alike(_words(conversation, text))
    if alike >= MOST_ALIKE:
        words = _("Nearly the same was written to %(n)s people in the last day. Write this person their own answer.")
        raise Refused("proactive_alike", words % {"n": alike})


def note(message: Message, conversation: Conversation, agent: User, text: str, why: str) -> None:
    """Write down that somebody is addressed, and why. Runs in the transaction that queues the answer."""
    Approach.objects.filter(identity=conversation.identity_id, message__state__in=_UNSENT).delete()
    Approach.objects.create(
        identity_id=conversation.identity_id, message=message, by=agent, words=" ".join(_words(conversation, text))
    )
    reason = " ".join(why.replace("\x00", "").split())[:LONGEST_REASON]
    keep_note(conversation, agent, reason, kind=Approach.REASON)
    Event.note("approached", actor=agent, conversation=conversation, message=message)


def move(old: Message, new: Message) -> None:
    """Let another row stand for an answer that is tried again."""
    Approach.objects.filter(message=old).update(message=new)


def forget_words(now: datetime | None = None) -> int:
    """Let go of words that nothing is compared with any more; return of how many answers."""
    old = Approach.objects.filter(at__lt=(now or timezone.now()) - 2 * _DAY).exclude(words="")
    return old.update(words="")


def introduction(conversation: Conversation) -> str:
    """Return how we found somebody, in their language: without that an answer looks like a robot's."""
    with translation.override("en" if conversation.language == "en" else "nl"):
        return _("We came across your message, since we look for what people say about us.")


def _words(conversation: Conversation, text: str) -> list[str]:
    """Return what an answer says, without whom it is to: each word once."""
    who = conversation.identity
    return sorted(set(spaced(text).split()) - set(spaced(f"{who.name} {who.handle}").split()))


def _alike(words: list[str]) -> int:
    since = timezone.now() - _DAY
    rows = Approach.objects.filter(at__gte=since).exclude(message__state__in=_UNSENT).order_by("-at")
    ours = set(words)
    others = (set(known.split()) for known in rows.values_list("words", flat=True)[:_MOST_COMPARED])
    return sum(len(ours & other) >= ALIKE * len(ours | other) for other in others)
