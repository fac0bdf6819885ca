"""Replies that were thought over once: finding them, their wording for this customer, and how often they are used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Q, Value, When
from django.utils import timezone

from channels.platforms import written_handle
from inbox.models import CannedReply, CannedText, CannedUse, Conversation, Message
from inbox.models.rights import Right
from inbox.text.first_name import first_name_of
from inbox.text.search_terms import plain
from webcare.lib import masks

if TYPE_CHECKING:
    from inbox.models import Conversation, User

FOUND = 8
_READ = 20_000  # characters looked through for an order number
_VARIABLE = re.compile(r"\{([a-z_]{2,30})\}")
# What customers call it, and something with enough digits close behind.
_ORDER = re.compile(
    r"\b(?:order|bestel|pakket|klant|track)\w*[\s:#.,]{0,10}(?:nummer|nr|number|no|is|van)?[\s:#.]{0,10}([A-Z]{0,4}-?\d{4,12})\b",
    re.IGNORECASE,
)
_LOOSE_ORDER = re.compile(r"(?<![\w-])([A-Z]{1,4}-?\d{5,10})\b")
VARIABLES = ("first_name", "name", "handle", "agent", "order", "account", "brand")
# What is known where nobody writes: no colleague's name, and no order number.
FILLED_BY_ITSELF = {name: "…" for name in VARIABLES if name not in ("agent", "order")}


@dataclass(frozen=True, slots=True)
class FilledReply:
    """A canned reply as it would stand in this conversation."""

    canned: CannedReply
    text: str
    missing: tuple[str, ...] = ()  # variables nothing is known for

    @property
    def is_overdue(self) -> bool:
        """Whether its owner should have looked at it again by now."""
        return is_overdue(self.canned)


def is_overdue(canned: CannedReply) -> bool:
    """Whether the review date has passed."""
    return canned.review_on is not None and canned.review_on < timezone.localdate()


def usable_by(user: User) -> Any:
    """The canned replies somebody finds: their own, their teams', and everyone's."""
    scope = CannedReply.Scope
    mine = Q(scope=scope.ALL) | Q(scope=scope.PRIVATE, owner=user) | Q(scope=scope.TEAM, team__members=user)
    return CannedReply.objects.filter(mine, archived_at=None).distinct()


def manageable_by(user: User) -> Any:
    """The canned replies somebody sees on the settings page: all but the private ones of others."""
    return CannedReply.objects.exclude(Q(scope=CannedReply.Scope.PRIVATE) & ~Q(owner=user))


def may_change(canned: CannedReply, user: User) -> bool:
    """Whether somebody may change it: its owner, and leads for what is shared."""
    return canned.owner_id == user.pk or (user.has(Right.CANNED) and canned.scope != CannedReply.Scope.PRIVATE)


def find(query: str, conversation: Conversation, agent: User, *, customer_text: str = "") -> list[FilledReply]:
    """Return the canned replies for this account that hold all words of a query.

    Matches in the title come first, then the conversation's topics, then use.
    """
    words = query.split()[:6]
    found = for_account(usable_by(agent), conversation).prefetch_related("texts")
    for word in words:
        titled = Q(title__plain__contains=plain(word)) | Q(label__name__plain__contains=plain(word))
        found = found.filter(titled | Q(texts__text__plain__contains=plain(word)))
    labels = conversation.labels.values("pk")
    found = found.annotate(
        used=Count("uses", distinct=True),
        on_topic=Count("label", filter=Q(label__in=labels), distinct=True),
        place=_place_of_words(words),
    ).order_by("place", "-on_topic", "-used", "title", "pk")
    values = values_for(conversation, agent, customer_text)
    return [offer for canned in found[: FOUND * 2] if (offer := _filled_reply(canned, conversation, values))][:FOUND]


def for_account(found: Any, conversation: Conversation) -> Any:
    """Leave out the replies that were made for other accounts."""
    chosen = CannedReply.accounts.through.objects.filter(cannedreply=OuterRef("pk"))
    return found.filter(~Exists(chosen) | Exists(chosen.filter(account=conversation.account_id)))


def _place_of_words(words: Sequence[str]) -> Any:
    """Where the words stand: 0 the title begins with them, 1 in the title, 2 in the topic, 3 in the text only."""
    if not words:
        return Value(0)
    in_title, in_topic = Q(), Q()
    for word in words:
        in_title &= Q(title__plain__contains=plain(word))
        in_topic &= Q(title__plain__contains=plain(word)) | Q(label__name__plain__contains=plain(word))
    begins = When(Q(title__plain__startswith=plain(" ".join(words))), then=Value(0))
    places = [begins, When(in_title, then=Value(1)), When(in_topic, then=Value(2))]
    return Case(*places, default=Value(3), output_field=IntegerField())


def filled_reply(code: Any, conversation: Conversation, agent: User, *, customer_text: str = "") -> FilledReply | None:
    """Return one canned reply as it would stand here; None where there is none this person may use."""
    canned = for_account(usable_by(agent), conversation).filter(code=code).prefetch_related("texts").first()
    return _filled_reply(canned, conversation, values_for(conversation, agent, customer_text)) if canned else None


def best_text(texts: Sequence[CannedText], platform: str, language: str) -> CannedText | None:
    """Return the nearest fit: channel and language, language, channel, any; None where every text is for others."""
    for preference in ((platform, language), ("", language), (platform, ""), ("", "")):
        for text in texts:
            if (text.platform, text.language) == preference:
                return text
    return None


def values_for(conversation: Conversation, agent: User | None, customer_text: str = "") -> dict[str, str]:
    """Return what the variables stand for here; "" where we do not know, or where nobody writes it.

    `customer_text` is what the customer wrote.
    """
    who = conversation.identity
    name = who.name or conversation.contact.name
    return {
        "first_name": first_name_of(name),
        "name": name,
        "handle": "" if masks.DOT in who.shown_handle else written_handle(who.platform, who.handle),
        "agent": (agent.first_name or agent.name) if agent else "",
        "order": order_number_in(customer_text),
        "account": conversation.account.at_handle,
        "brand": conversation.account.name,
    }


def order_number_in(text: str) -> str:
    """Return the last order number a customer mentioned; "" where there is none."""
    text = text[-_READ:]
    found = _ORDER.findall(text) or _LOOSE_ORDER.findall(text)
    return str(found[-1]) if found else ""


def fill_in(text: str, values: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the text with its variables filled in, and the names of those that could not be: they stay as they are."""
    missing: list[str] = []

    def value(match: re.Match[str]) -> str:
        known = values.get(match[1], "")
        if not known:
            missing.append(match[1])
        return known or match[0]

    return _VARIABLE.sub(value, text), tuple(dict.fromkeys(missing))


def note_use(canned: CannedReply, message: Message, *, unchanged: bool) -> None:
    """Keep that a canned reply was sent; twice for one message is once."""
    CannedUse.objects.get_or_create(message=message, defaults={"canned": canned, "unchanged": unchanged})


def is_unchanged(offer: FilledReply, text: str) -> bool:
    """Whether a text is still word for word the canned reply."""
    return " ".join(offer.text.split()) == " ".join(text.split())


def with_usage(canned: Any, reader: User) -> Any:
    """The same canned replies with what `reader` may know of their use: how often, how often unchanged, when last."""
    seen = Q(uses__message__account__in=reader.readable_accounts().order_by().values("pk"))
    if reader.closed_teams:
        seen &= ~Q(
            uses__message__conversation__in=Conversation.objects.filter(team__in=reader.closed_teams).values("pk")
        )
    return canned.annotate(
        used=Count("uses", filter=seen, distinct=True),
        as_it_stood=Count("uses", filter=seen & Q(uses__unchanged=True), distinct=True),
        last_used=Max("uses__at", filter=seen),
    )


def _filled_reply(canned: CannedReply, conversation: Conversation, values: dict[str, str]) -> FilledReply | None:
    texts = list(canned.texts.all())
    chosen = best_text(texts, conversation.account.platform, conversation.language or "nl")
    if chosen is None:
        return None
    text, missing = fill_in(chosen.text, values)
    return FilledReply(canned, text, missing)
