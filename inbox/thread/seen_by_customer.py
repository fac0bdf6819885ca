"""What a customer saw when they wrote: stored with the message, told in words above it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from channels.platforms import UNCONNECTED
from channels.types import Shown, ShownKind
from inbox.models import Conversation, Message
from inbox.thread.note_words import words_of

MOST = 20
LONGEST = {"title": 500, "words": 2000, "url": 1000, "price": 100, "reference": 200}
_WEB = ("https://", "http://")
NO_CALL = "no_call"  # stands for a refused call where the kind alone is kept


def storable_parts(shown: Sequence[Shown]) -> list[dict[str, Any]]:
    """Return what is kept of it: no empty fields, so that a later telling can fill them."""
    return [_storable(part) for part in shown[:MOST]]


def merge_parts(before: Sequence[Mapping[str, Any]], parts: Sequence[Shown]) -> list[dict[str, Any]]:
    """Return what was known with what is told now: the second of a kind completes the second of it.

    What is not told this time stays.
    """
    merged = [dict(part) for part in before]
    places: dict[str, int] = {}
    for now in storable_parts(parts):
        place = places[now["kind"]] = places.get(now["kind"], -1) + 1
        of_kind = [part for part in merged if part["kind"] == now["kind"]]
        if place < len(of_kind):
            of_kind[place].update({name: value for name, value in now.items() if name not in of_kind[place]})
        else:
            merged.append(now)
    return sorted(merged, key=lambda part: _ORDER.index(part["kind"]))[:MOST]


def _storable(part: Shown) -> dict[str, Any]:
    values = {name: value for name, value in dataclasses.asdict(part).items() if value}
    if not str(values.get("url") or "").startswith(_WEB):
        values.pop("url", None)
    if part.until:
        values["until"] = part.until.isoformat()
    if part.answers:
        values["answers"] = [list(pair) for pair in part.answers]
    return values | {"kind": str(part.kind)}


_ANSWERS = re.compile(r"^(?:\s*(?:re|aw|antw|fw|fwd)\s*:)+", re.IGNORECASE)  # as mail programs write it
_ORDER = tuple(str(kind) for kind in ShownKind)
ICONS: dict[str, str] = {
    ShownKind.SUBJECT: "mail",
    ShownKind.ADVERT: "megaphone",
    ShownKind.PRODUCT: "shopping-bag",
    ShownKind.PAGE: "link",
    ShownKind.WRITTEN_ON: "monitor",
    ShownKind.POST: "message-square",
    ShownKind.STORY: "image",
    ShownKind.TEMPLATE: "bot",
    ShownKind.FORM: "clipboard-list",
    ShownKind.SIGNED: "shield-check",
    ShownKind.CALL: "phone",
    NO_CALL: "phone",
    ShownKind.FORWARDED: "reply",
    ShownKind.QUOTED: "history",
    ShownKind.ALSO_TO: "users",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One thing above a message: what it is, and what is known of it."""

    kind: str
    icon: str
    label: str
    title: str = ""
    words: str = ""
    url: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    until: datetime | None = None

    @property
    def is_line(self) -> bool:
        """Whether the label says it all."""
        return not (self.title or self.words or self.url or self.answers)


def cards_of(message: Message) -> list[Card]:
    """Return what is shown above a message, in words."""
    return [_card(part) for part in message.shown if part.get("kind") in _ORDER]


def subject_in(message: Message) -> str:
    """Return what a mail is about; "" for every other message."""
    return next((str(part.get("title", "")) for part in message.shown if part.get("kind") == ShownKind.SUBJECT), "")


def said_in(message: Message) -> str:
    """Return a message's words, with the subject of a mail in front."""
    subject, words = subject_in(message), words_of(message)
    return f"{subject} · {words}" if subject and words else subject or words


def subject_of(conversation: Conversation) -> str:
    """Return what a conversation by mail is about: the subject it began with, without what answering put in front."""
    if conversation.account.platform in UNCONNECTED or not conversation.account.capabilities.threads:
        return ""
    mails = Message.objects.filter(conversation=conversation, shown__contains=[{"kind": str(ShownKind.SUBJECT)}])
    first = mails.order_by("sent_at", "pk").only("shown").first()
    return _ANSWERS.sub("", subject_in(first)).strip() if first else ""


def first_page(conversation: Conversation) -> Card | None:
    """Return the page of ours that a conversation began on, with where its customer came from."""
    told = Message.objects.filter(conversation=conversation, shown__contains=[{"kind": str(ShownKind.WRITTEN_ON)}])
    first = told.order_by("sent_at", "pk").only("shown").first()
    pages = (card for card in cards_of(first) if card.kind == ShownKind.WRITTEN_ON) if first else iter(())
    return next(pages, None)


def _card(part: Mapping[str, Any]) -> Card:
    kind = ShownKind(part["kind"])
    title, words = str(part.get("title") or ""), str(part.get("words") or "")
    if kind is ShownKind.CALL:
        until = parse_datetime(str(part.get("until") or ""))
        return Card(kind, ICONS[kind], _call(words, until), until=until if words == "accept" else None)
    if kind is ShownKind.PRODUCT:
        reference = str(part.get("reference") or "")
        details = [str(part.get("price") or ""), _("item %(number)s") % {"number": reference} if reference else ""]
        title, words = (
            (title, " · ".join(filter(None, details))) if title else (reference, str(part.get("price") or ""))
        )
    answers = tuple((str(question), str(answer)) for question, answer in part.get("answers") or ())
    return Card(kind, ICONS[kind], label_of(kind), title, words, str(part.get("url") or ""), answers)


def label_of(kind: str) -> str:
    """Return what a card of a kind is called; "" for what has no name of its own."""
    return {
        ShownKind.ADVERT: _("Came from an advert"),
        ShownKind.PRODUCT: _("About this product"),
        ShownKind.PAGE: _("Came from a link"),
        ShownKind.WRITTEN_ON: _("Writes from this page"),
        ShownKind.POST: _("Came from a post"),
        ShownKind.STORY: _("On our story"),
        ShownKind.TEMPLATE: _("With buttons or a card"),
        ShownKind.FORM: _("Filled in a form"),
        ShownKind.SIGNED: _("Signed in on our site"),
        ShownKind.FORWARDED: _("Forwarded"),
        ShownKind.SUBJECT: _("Subject"),
        ShownKind.QUOTED: _("Earlier in this mail"),
        ShownKind.ALSO_TO: _("Also sent to"),
        ShownKind.CALL: _("May be called"),
        NO_CALL: _("Does not want to be called"),
    }.get(kind, "")


def _call(answer: str, until: datetime | None) -> str:
    if answer != "accept":
        return label_of(NO_CALL)
    return _("May be called until") if until else label_of(ShownKind.CALL)
