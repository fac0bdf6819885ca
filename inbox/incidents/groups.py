"""Who says the same: conversations whose newest words share what is rare among them. Linear in texts, and capped.

Words are compared by their Dutch stems, weighed by how few conversations hold them: "storing" says little where all
write of it, "vergoeding" much. Reads customers' words, so never in a transaction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from math import log, sqrt

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from inbox.composer.similar import words_in
from inbox.incidents.concern import concerns_words
from inbox.models import Conversation, ConversationLabel, Incident, IncidentReply, Message, User

MOST = 500  # conversations looked at, those who wait longest first
_LEAST_ALIKE = 0.34  # of all that two texts say between them
_LEAST_SHARED = 2  # words: one alone is chance
_LEAST_IN_GROUP = 2
_SHOWN_WORDS = 4
_READ_FIRST = (Conversation.Mood.ANGRY, Conversation.Mood.ANNOYED)
# What people write whatever it is about: as the word for an incident it would find everybody.
_LITTLE = """
hallo beste goedemorgen goedemiddag goedenavond goedendag groet groeten alvast bedankt dankjewel graag
jullie jouw onze even weer gewoon heel hele waar waarom wanneer welke hoelang
gaat gaan staat mogen kunt wilt willen komt komen krijg krijgen weet vandaag morgen gisteren vraag antwoord reactie
hello dear please thanks thank regards your yours yourself with this that have when what where which will would
could should about today tomorrow yesterday question answer
"""
_SAYS_LITTLE = frozenset(_LITTLE.split())
_STEMS = "SELECT w, (ts_lexize('dutch_stem', inbox_plain(w)))[1] FROM unnest(%s::text[]) w"


@dataclass(slots=True)
class Case:
    """One conversation that waits, and what its customer wrote last."""

    conversation: Conversation
    text: str
    seen: int  # the newest message there
    words: Mapping[str, str] = field(default_factory=dict)  # by their stems, as they are written there

    @property
    def stems(self) -> Set[str]:
        """What its words have in common with others."""
        return self.words.keys()

    @property
    def value(self) -> str:
        """What its box in the form says: the conversation, and what was seen of it."""
        return f"{self.conversation.code}.{self.seen}"


@dataclass(slots=True)
class Group:
    """Conversations that are alike, the most telling one first. `kind`: alike, angry, or apart where nothing is."""

    kind: str
    cases: list[Case]
    words: list[str] = field(default_factory=list)

    @property
    def platforms(self) -> list[tuple[str, int]]:
        """How many there are on each platform."""
        return Counter(case.conversation.account.platform for case in self.cases).most_common()

    @property
    def example(self) -> Case:
        """The one that stands for all."""
        return self.cases[0]


@dataclass(frozen=True, slots=True)
class Grouped:
    """All groups, the largest first; those a person should read come last."""

    groups: list[Group]
    has_more: bool

    @property
    def number(self) -> int:
        """How many conversations there are."""
        return sum(len(group.cases) for group in self.groups)


def groups_of(incident: Incident, reader: User) -> Grouped:
    """Return who waits for an answer about an incident and has none coming, in groups."""
    answered = IncidentReply.objects.filter(incident=incident).exclude(state=IncidentReply.State.SKIPPED)
    rows = waiting(reader, incident.account_ids, incident.since).exclude(pk__in=answered.values("conversation"))
    cases = _cases(rows, MOST + 1)
    return Grouped(grouped(_about(incident, cases[:MOST])), len(cases) > MOST)


def waiting(reader: User, accounts: Iterable[int], since: datetime) -> QuerySet[Conversation]:
    """Return who waits in these accounts and wrote since a moment, longest first."""
    open_ones = Conversation.objects.open().visible_to(reader).at_work()
    found = open_ones.filter(account__in=list(accounts), waiting_since__isnull=False, last_inbound_at__gte=since)
    return found.order_by("waiting_since", "pk")


def wrote_between(reader: User, account: int, since: datetime, until: datetime) -> list[Case]:
    """Return conversations of an account in which a customer wrote within a span, newest first, at most MOST."""
    messages = Message.objects.filter(
        account=account, direction=Message.Direction.INBOUND, sent_at__gt=since, sent_at__lte=until, removed_at=None
    )
    rows = Conversation.objects.visible_to(reader).filter(pk__in=messages.values("conversation"))
    cases = _cases(rows.order_by("-last_inbound_at", "-pk"), MOST)
    _add_stems(cases)
    return cases


def grouped(cases: Sequence[Case], *, apart_angry: bool = True) -> list[Group]:
    """Put cases that are alike together: angry ones apart, since a person reads them first; what is like none last."""
    _add_stems(cases)
    angry = [case for case in cases if apart_angry and case.conversation.mood in _READ_FIRST]
    others = [case for case in cases if not (apart_angry and case.conversation.mood in _READ_FIRST)]
    weights = _weights(cases)
    clusters = _clusters(others, weights)
    alike = [members for members in clusters if len(members) >= _LEAST_IN_GROUP]
    apart = [case for members in clusters if len(members) < _LEAST_IN_GROUP for case in members]
    groups = [Group("alike", _most_telling_first(members, weights), shared_words(members)) for members in alike]
    groups.sort(key=lambda group: -len(group.cases))
    for kind, rest in (("angry", angry), ("apart", apart)):
        groups += [Group(kind, rest, shared_words(rest))] if rest else []
    return groups


def shared_words(cases: Sequence[Case], most: int = _SHOWN_WORDS) -> list[str]:
    """Return the words that most of these customers use, as they write them, by how many do. Greetings say nothing."""
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        for stem, word in case.words.items():
            spelled[stem][word] += 1
    holders = Counter(stem for case in cases for stem in case.stems)
    common = [stem for stem, n in sorted(holders.items(), key=lambda pair: (-pair[1], pair[0])) if n > 1]
    written = (spelled[stem].most_common(1)[0][0] for stem in common)
    return list(islice((word for word in written if word not in _SAYS_LITTLE), most))


def _clusters(cases: Sequence[Case], weights: Mapping[str, float]) -> list[list[Case]]:
    """Let each case join the group whose first case it is most like, or begin one. Candidates share a word."""
    clusters: list[list[Case]] = []
    begun_with: dict[str, list[int]] = defaultdict(list)
    for case in sorted(cases, key=lambda case: (-len(case.stems), case.conversation.pk)):
        near = {place for stem in case.stems for place in begun_with[stem]}
        alike = [(_likeness(case, clusters[place][0], weights), -place) for place in near]
        best = max(alike, default=(0.0, 0))
        if best[0] >= _LEAST_ALIKE:
            clusters[-best[1]].append(case)
            continue
        for stem in case.stems:
            begun_with[stem].append(len(clusters))
        clusters.append([case])
    return clusters


def _likeness(one: Case, other: Case, weights: Mapping[str, float]) -> float:
    """The weight of what two share, of what both say: a long letter is not like every short question in it."""
    shared = one.stems & other.stems
    if len(shared) < _LEAST_SHARED:
        return 0
    whole = [sum(weights[stem] for stem in case.stems) for case in (one, other)]
    return sum(weights[stem] for stem in shared) / sqrt(whole[0] * whole[1])


def _weights(cases: Sequence[Case]) -> dict[str, float]:
    """What nearly everybody writes weighs little, and what nobody else does weighs less than what some share."""
    holders = Counter(stem for case in cases for stem in case.stems)
    return {stem: log(1 + len(cases) / n) * (0.5 if n == 1 else 1) for stem, n in holders.items()}


def _most_telling_first(cases: list[Case], weights: Mapping[str, float]) -> list[Case]:
    """First the one that holds most of what the group shares, in the fewest words."""
    holders = Counter(stem for case in cases for stem in case.stems)

    def telling(case: Case) -> tuple[float, int, int]:
        shared = sum(weights[stem] for stem in case.stems if holders[stem] > 1)
        return -shared / sqrt(1 + len(case.stems)), len(case.text), case.conversation.pk

    return sorted(cases, key=telling)


def _cases(rows: QuerySet[Conversation], most: int) -> list[Case]:
    """Return conversations with their customer's newest words, in two statements."""
    inbound = Message.objects.filter(
        conversation=OuterRef("pk"), direction=Message.Direction.INBOUND, removed_at=None
    ).order_by("-sent_at", "-pk")
    newest = Message.objects.filter(conversation=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    found = rows.annotate(said=Subquery(inbound.values("pk")[:1]), newest=Subquery(newest)).select_related(
        "account", "identity", "contact"
    )
    conversations = list(found.defer("account__sealed_credentials")[:most])
    texts = dict(Message.objects.filter(pk__in=[row.said for row in conversations]).values_list("pk", "text"))
    return [Case(row, texts.get(row.said, ""), row.newest or 0) for row in conversations]


def _about(incident: Incident, cases: list[Case]) -> list[Case]:
    """Return those with the incident's label or one of its words; all, where it names neither."""
    if not incident.label_id and not incident.words:
        return cases
    labelled = set(
        ConversationLabel.objects.filter(
            label=incident.label_id, conversation__in=[case.conversation.pk for case in cases]
        ).values_list("conversation", flat=True)
    )
    return [case for case in cases if case.conversation.pk in labelled or concerns_words(incident, case.text)]


def _add_stems(cases: Sequence[Case]) -> None:
    """Give each case the stems of its words: one statement for all."""
    words = sorted({word.lower() for case in cases for word in words_in(case.text)})
    with connection.cursor() as cursor:
        cursor.execute(_STEMS, [words])
        stems = {word: stem for word, stem in cursor.fetchall() if stem}
    for case in cases:
        case.words = {stems[word]: word for word in map(str.lower, words_in(case.text)) if word in stems}
