"""A second pair of eyes before an answer leaves. It says what it sees and why; it never changes a word by itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.guard.repeats import earlier_same_answer
from inbox.models import WatchedWord
from inbox.text.language import language_of
from inbox.text.personal_data import personal_data
from inbox.text.spelling import Misspelled, misspelled

if TYPE_CHECKING:
    from inbox.models import Conversation, User

_VARIABLE = re.compile(r"\{[a-z_]{2,30}\}")
_SPOT = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*+)\]\]", re.DOTALL)
_INFORMAL = re.compile(r"\b(?:je|jij|jou|jouw|jouwe|jezelf|jullie)\b", re.IGNORECASE)
_FORMAL = re.compile(r"\b(?:u|uw|uwe|uzelf)\b", re.IGNORECASE)


class Weight(StrEnum):
    """stop: cannot be sent so · ask: needs a "send anyway" · look: is held until it was shown · mild: only shown."""

    STOP = "stop"
    ASK = "ask"
    LOOK = "look"
    MILD = "mild"


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing the guard saw. `about` are the words it is about, `advice` what to write instead."""

    code: str
    weight: Weight
    title: str
    reason: str
    about: tuple[str, ...] = ()
    advice: str = ""
    words: tuple[Misspelled, ...] = ()
    to_private: bool = False

    @property
    def key(self) -> str:
        """What names this very hint in a form: another phone number is another hint."""
        subject = "\x00".join(piece.lower() for piece in self.about)
        return f"{self.code}:{hashlib.sha256(subject.encode()).hexdigest()[:10]}"


@dataclass(frozen=True)
class DraftAnswer:
    """A draft and where it will go. `is_public` is what counts for personal data: who can read it."""

    text: str
    conversation: Conversation
    agent: User
    is_public: bool
    names: Sequence[str] = ()
    unchanged_from: str = ""  # the title of a canned reply whose words these still are
    may_go_private: bool = False
    customer_text: str = ""  # what the customer wrote, for language and sensitive topics
    watched: Sequence[WatchedWord] | None = field(default=None)
    house_address: str = ""  # how the organisation addresses customers in Dutch

    @cached_property
    def words(self) -> list[WatchedWord]:
        """The team's own lists."""
        return list(WatchedWord.objects.all()) if self.watched is None else list(self.watched)

    def phrases(self, kind: str) -> list[str]:
        """The phrases of one list."""
        return [word.phrase for word in self.words if word.kind == kind]

    @cached_property
    def language(self) -> str:
        """The conversation's language, as told or as the customer writes."""
        return self.conversation.language or language_of(self.customer_text) or "nl"


def check(written: DraftAnswer) -> list[Hint]:
    """Return what an agent should see before this leaves, the weightiest first. An empty text has no hints."""
    if not written.text.strip():
        return []
    hints = [hint for rule in RULES for hint in rule(written)]
    order = list(Weight)
    return sorted(hints, key=lambda hint: order.index(hint.weight))


def check_before_approval(written: DraftAnswer) -> list[Hint]:
    """Return what a second person should see before this leaves: what stops it, and what asks for a decision.

    Not whether it was sent before: the answer that waits stands there itself.
    """
    return [hint for rule in (_personal_data, _unfinished, _sensitive) for hint in rule(written)]


def check_alone(text: str, watched: Iterable[WatchedWord]) -> list[Hint]:
    """Return what stops words that leave by themselves, in private, or asks for a decision: of no conversation yet."""
    return [*_open_places(text), *_sensitive_words(text, watched)]


def check_post(text: str, watched: Iterable[WatchedWord]) -> list[Hint]:
    """Return what stops a post of our own, or asks for a decision: everybody reads it."""
    words = list(watched)
    found = personal_data(text, [word.phrase for word in words if word.kind == WatchedWord.Kind.CORRECT])
    hints = []
    if found:
        named = ", ".join(f"{data.title} ({data.text.strip()})" for data in found)
        title = _("Personal data in public: %(what)s.") % {"what": named}
        reason = _("Everyone can read this post, and it stays to be found.")
        hints.append(Hint("personal_data", Weight.ASK, title, reason, tuple(data.text.strip() for data in found)))
    return [*hints, *check_alone(text, words)]


def unresolved_hints(hints: Iterable[Hint], *, shown: Iterable[str] = (), anyway: Iterable[str] = ()) -> list[Hint]:
    """Return the hints that the writer still has to settle.

    `shown` are keys of hints seen, `anyway` of those waved through.
    """
    seen, waved = set(shown), set(anyway)
    return [
        hint
        for hint in hints
        if hint.weight == Weight.STOP
        or (hint.weight == Weight.ASK and hint.key not in waved)
        or (hint.weight == Weight.LOOK and hint.key not in seen | waved)
    ]


def sensitive_in(text: str, words: Iterable[WatchedWord]) -> list[WatchedWord]:
    """Return the sensitive topics a text touches (E12)."""
    return [word for word in words if word.kind == WatchedWord.Kind.SENSITIVE and _contains(text, word.phrase)]


def _contains(text: str, phrase: str) -> bool:
    """Whether a text contains a phrase as whole words. Capitals, spaces and full stops do not matter."""
    pieces = re.findall(r"\w+", phrase)
    return bool(pieces) and bool(
        re.search(r"(?<!\w)" + r"[\W_]+".join(map(re.escape, pieces)) + r"(?!\w)", text, re.IGNORECASE)
    )


def _personal_data(written: DraftAnswer) -> Iterator[Hint]:
    if not written.is_public:
        return
    found = personal_data(written.text, written.phrases(WatchedWord.Kind.CORRECT))
    if found:
        named = ", ".join(f"{data.title} ({data.text.strip()})" for data in found)
        yield Hint(
            "personal_data",
            Weight.ASK,
            _("Personal data in public: %(what)s.") % {"what": named},
            _("Everyone can read this answer, and it stays to be found. Ask or give this in private."),
            tuple(data.text for data in found),
            to_private=written.may_go_private,
        )


def _sensitive(written: DraftAnswer) -> Iterator[Hint]:
    yield from _sensitive_words(written.text, written.words)


def _sensitive_words(text: str, words: Iterable[WatchedWord]) -> Iterator[Hint]:
    for word in sensitive_in(text, words):
        yield Hint(
            "sensitive",
            Weight.ASK,
            _("Sensitive topic: “%(phrase)s”.") % {"phrase": word.phrase},
            _("Your team put this on its list: read your answer once more before it leaves."),
            (word.phrase,),
            word.advice,
        )


def _repeated(written: DraftAnswer) -> Iterator[Hint]:
    earlier = earlier_same_answer(written.text, written.conversation, written.agent, is_public=written.is_public)
    if earlier is not None:
        who = earlier.author.name if earlier.author else written.conversation.account.at_handle
        yield Hint(
            "repeated",
            Weight.ASK,
            _("The same text was sent before."),
            _("%(who)s already wrote this to the same person or in the same thread; a second time reads as a machine.")
            % {"who": who},
            (str(earlier.code),),
        )


def _unfinished(written: DraftAnswer) -> Iterator[Hint]:
    yield from _open_places(written.text)


def _open_places(text: str) -> Iterator[Hint]:
    variables = tuple(dict.fromkeys(_VARIABLE.findall(text)))
    if variables:
        yield Hint(
            "variable",
            Weight.STOP,
            _("Not filled in: %(names)s.") % {"names": ", ".join(variables)},
            _("We do not know what belongs there. Type it, or take it out."),
            variables,
        )
    spots = tuple(dict.fromkeys(_SPOT.findall(text)))
    if spots:
        yield Hint(
            "spot",
            Weight.STOP,
            _("Still to be written: %(spots)s.") % {"spots": ", ".join(f"[[{spot}]]" for spot in spots)},
            _("This part of the canned reply is meant for your own words."),
            spots,
        )


def _unchanged(written: DraftAnswer) -> Iterator[Hint]:
    if written.unchanged_from:
        yield Hint(
            "unchanged",
            Weight.ASK,
            _("“%(title)s” exactly as it stands.") % {"title": written.unchanged_from},
            _("Customers notice a standard answer. One line of your own is often enough."),
            (written.unchanged_from,),
        )


def _language(written: DraftAnswer) -> Iterator[Hint]:
    customer_language, own_language = (
        written.conversation.language or language_of(written.customer_text),
        language_of(written.text),
    )
    if customer_language and own_language and customer_language != own_language:
        names = {"nl": _("Dutch"), "en": _("English"), "de": _("German"), "fr": _("French")}
        yield Hint(
            "language",
            Weight.LOOK,
            _("They write %(theirs)s, you answer in %(ours)s.")
            % {
                "theirs": names.get(customer_language, customer_language),
                "ours": names.get(own_language, own_language),
            },
            _("An answer in the customer's own language prevents a second question."),
            (customer_language, own_language),
        )


def _spelling(written: DraftAnswer) -> Iterator[Hint]:
    language = language_of(written.text) or written.language
    known = [*written.phrases(WatchedWord.Kind.CORRECT), *written.names]
    found = misspelled(written.text, language, known)
    if found:
        yield Hint(
            "spelling",
            Weight.LOOK,
            ngettext("Spelling: one word.", "Spelling: %(n)d words.", len(found)) % {"n": len(found)},
            _("A slip in public is what people share. A word that is right can go on the word list.")
            if written.is_public
            else _("A word that is right can go on the word list."),
            tuple(misspelled.word for misspelled in found),
            words=tuple(found),
        )


def _address(written: DraftAnswer) -> Iterator[Hint]:
    own = written.conversation.contact.address
    # The house rule is about Dutch; what somebody asked for themselves holds whatever the language.
    expected = own or (written.house_address if written.language == "nl" else "")
    informal, formal = _INFORMAL.findall(written.text), _FORMAL.findall(written.text)
    used = formal if expected == "je" else informal if expected == "u" else []
    if used:
        title = _("You write “%(used)s”, and we address customers as “%(wanted)s”.")
        reason = _("This is how your organisation wants it, unless a contact wants otherwise.")
        if own:
            title = _("You write “%(used)s”, and this person wants “%(wanted)s”.")
            reason = _("A colleague noted with this contact how they like to be addressed.")
        about = (used[0].lower(),)
        yield Hint("address", Weight.LOOK, title % {"used": used[0], "wanted": expected}, reason, about)
    elif not expected and informal and formal and written.language == "nl":
        yield Hint(
            "address",
            Weight.LOOK,
            _("Both “%(one)s” and “%(other)s”.") % {"one": informal[0], "other": formal[0]},
            _("Choose one way of addressing someone in an answer."),
            (informal[0].lower(), formal[0].lower()),
        )


def _poor_wording(written: DraftAnswer) -> Iterator[Hint]:
    """Empty phrases and defensive ones, each with what to write instead."""
    advice_by_kind = {
        WatchedWord.Kind.DEFENSIVE: (
            _("Defensive: “%(phrase)s”."),
            _("It puts the customer in the wrong. Start from what they went through."),
        ),
        WatchedWord.Kind.CLICHE: (_("Cliché: “%(phrase)s”."), _("It says nothing about this customer's case.")),
    }
    for kind, (title, advice) in advice_by_kind.items():
        for word in written.words:
            if word.kind == kind and _contains(written.text, word.phrase):
                yield Hint(
                    kind.value, Weight.MILD, title % {"phrase": word.phrase}, advice, (word.phrase,), word.advice
                )


# All that a written answer meets. What an approver and a rule meet: `check_before_approval`, `check_alone`.
RULES = (_personal_data, _unfinished, _sensitive, _repeated, _unchanged, _address, _language, _spelling, _poor_wording)
