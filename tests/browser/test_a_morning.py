"""A morning at work: thirty conversations on four platforms, two colleagues at once, and not one touch of a mouse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from inbox.models import Event, Label, Message, User
from inbox.text.spelling import misspelled
from tests import factories
from tests.browser.conftest import Open
from tests.browser.hands import Hands
from tests.browser.morning import MORNING, Morning, at_work, until
from tests.support.sandbox_accounts import said

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
Steps = Iterator[None]

# Who answered whom with what; one thing is said to each.
FARAH = {
    "eva": "Hij staat vandaag op de wagen.",
    "gijs": "Dat kan tot vanavond, stuur ons wat er anders moet.",
    "jan": "De monteur belt vandaag op 06-12345678.",
    "mia": "Een dag later is geregeld.",
    "noor": "Het bed past in elke lift, want het komt in delen.",
    "quin": "De kast weegt veertig kilo.",
    "sem": "Betalen met een cadeaubon kan in elke winkel.",
    "wim": "De garantie op een matras is tien jaar.",
    "finn": "We zijn zondag open van twaalf tot vijf.",
    "hanna": "De lamp is er ook in het groen.",
    "pien": "Er zijn drie kussens bij deze bank.",
    "kim": "We sturen vandaag een nieuwe tafel.",
}
JOOST = {
    "ilse": "De winkel in Tiel sluit om zes uur.",
    "hugo": "De montage is inbegrepen.",
    "gwen": "We sturen je een staal van de stof.",
    "fred": "De vacatures staan op onze site.",
    "esra": "Je hond mag mee aan de lijn.",
    "daan": "Deze tafel kan ook buiten staan.",
    "cas": "We leveren ook op Texel.",
    "bram": "Het gereedschap zit in de doos.",
    "anouk": "De factuur staat in je mail van gisteren.",
    "zoe": "De koffie is gratis en warm.",
    "yara": "Het kleed is twee bij drie meter.",
    "xena": "Betalen in termijnen kan via onze site.",
    "vera": "De lamp mag terug binnen dertig dagen.",
    "uma": "Ophalen kan in onze winkel in Tiel.",
    "tess": "De blauwe stoel komt in mei terug.",
}
CONTESTED = "lars"
PRIVATE = {name for name, words in MORNING.items() if words.kind in ("dm", "message", "text")} | {"jan"}
DONE = [
    "eva",
    "noor",
    "quin",
    "sem",
    "pien",
    "hugo",
    "gwen",
    "fred",
    "esra",
    "daan",
    "cas",
    "bram",
    "anouk",
    "zoe",
    "yara",
]
CLOSED = dict.fromkeys(DONE, "answered") | {"otto": "answered_elsewhere"}


@pytest.fixture
def farah(agent: User) -> User:
    """Takes a breath before an answer leaves."""
    User.objects.filter(pk=agent.pk).update(undo_seconds=1)
    return agent


@pytest.fixture
def joost(transactional_db: None) -> User:
    """Lets answers go at once."""
    return factories.make_user(first_name="Joost", last_name="Willems", language="en", undo_seconds=0)


@pytest.fixture
def morning(sandbox: Running, site: str, settings: Settings) -> Iterator[Morning]:
    """Everybody has written, and everything has come in."""
    settings.X_API_BASE = settings.X_UPLOAD_BASE = settings.GRAPH_API_BASE = sandbox.url
    settings.MEDIA_SANDBOX = sandbox.url
    for language in ("nl", "en"):
        misspelled("goed good", language)  # the lists are read now, not while somebody waits
    world = Morning(sandbox, site)
    with at_work():
        world.begin()
        until(world.all_in, "everything comes in")
        yield world


def farahs(me: Hands, world: Morning, joost: User) -> Steps:
    """What Farah does, from those who wait longest. Each step ends where her colleague may come in between."""
    me.open(world.conversation("eva"))
    me.answer(FARAH["eva"])
    yield
    me.close_and_next(world.conversation("finn"))
    me.note("Navragen bij de winkel.")
    me.answer(FARAH["finn"])
    yield
    yield from _interrupted(me, world)
    yield from _too_personal(me, world)
    yield from _taken_back(me, world)
    me.open(world.conversation("ilse"))
    me.hand_over(joost, "Sluit de winkel vandaag eerder?")
    yield
    me.open(world.conversation("mia"))
    me.take()
    me.label("Bezorging")
    me.answer(FARAH["mia"])
    yield
    me.open(world.conversation("rosa"))
    me.snooze("Tomorrow")
    yield
    yield from _complained(me, world)
    for name in ("noor", "quin", "sem"):
        me.open(world.conversation(name))
        me.answer_and_close(FARAH[name])
        yield
    me.search("garantie matras", world.conversation("wim"))
    me.answer(FARAH["wim"])
    yield
    me.open(world.conversation("pien"))
    me.answer(FARAH["pien"])
    me.close()
    yield
    me.open(world.conversation("kim"))
    me.answer(FARAH["kim"])


def joosts(me: Hands, world: Morning) -> Steps:
    """What Joost does, from those who wrote last; what he was given comes at the end."""
    for name in ("hugo", "gwen", "fred", "esra", "daan"):
        me.open(world.conversation(name))
        me.answer(JOOST[name])
        me.close()
        yield
    for name in ("cas", "bram", "anouk", "zoe", "yara"):
        me.open(world.conversation(name))
        me.answer_and_close(JOOST[name])
        yield
    for name in ("xena", "vera", "uma", "tess"):
        me.open(world.conversation(name))
        me.answer(JOOST[name])
        yield
    me.go("g", "m")
    me.open(world.conversation("ilse"))
    expect(me.page.locator("[data-strip=handover]")).to_contain_text("Sluit de winkel vandaag eerder?")
    me.answer(JOOST["ilse"])
    yield
    me.go("g", "o")


def _interrupted(me: Hands, world: Morning) -> Steps:
    """The customer writes again while she does; she reads it, then sends."""
    me.open(world.conversation("gijs"))
    me.write(FARAH["gijs"][:20])
    yield
    world.say_more("gijs", "Het gaat om de kleur.")
    newer = me.page.locator("[data-act=read-newer]")
    me.tab_to(newer, "Shift+Tab")
    expect(me.page.locator("#messages")).to_contain_text("Het gaat om de kleur.")
    me.press("Enter")
    expect(newer).to_be_hidden()
    expect(me.page.locator("#reply")).to_be_focused()
    me.press("Control+End")
    me.page.keyboard.type(FARAH["gijs"][20:])
    me.send(FARAH["gijs"])
    yield


def _too_personal(me: Hands, world: Morning) -> Steps:
    """A public telephone number gets a hint, and one key makes it private."""
    me.open(world.conversation("jan"))
    me.write(FARAH["jan"])
    yield
    expect(me.page.locator("#guard")).to_contain_text("Personal data in public")
    me.press("Alt+p")
    expect(me.page.locator('[data-tab="private"]')).to_be_checked()
    expect(me.page.locator("#guard")).not_to_contain_text("Personal data")
    me.press("Control+Enter")
    expect(me.page.locator("#messages .msg-out", has_text=FARAH["jan"])).to_be_visible()
    private = Message.objects.get(text__startswith=FARAH["jan"]).conversation
    assert private is not None
    me.did.append((private.pk, "queued"))
    yield


def _taken_back(me: Hands, world: Morning) -> Steps:
    """An answer is taken back before it leaves, and a better one sent. This once there is time enough for it."""
    User.objects.filter(pk=me.person.pk).update(undo_seconds=60)
    me.open(world.conversation("hanna"))
    me.answer("De lamp is er niet in het groen.")
    yield
    me.leave_field()
    me.press("Control+z")
    expect(me.page.locator("#reply")).to_have_value("De lamp is er niet in het groen.")
    me.note_down("taken_back")
    User.objects.filter(pk=me.person.pk).update(undo_seconds=1)
    me.tab_to(me.page.locator("#reply"))
    me.press("Control+a", "Delete")
    me.answer(FARAH["hanna"])
    yield


def _complained(me: Hands, world: Morning) -> Steps:
    """A complaint is not closed without a word why."""
    me.open(world.conversation("otto"))
    me.leave_field()
    me.press("e")
    expect(me.page.locator("#why [name=reason]").first).to_be_focused()
    me.press("2")
    expect(me.page.locator("#why [value=answered_elsewhere]")).to_be_checked()
    me.press("Enter")
    expect(me.page.locator(".facts")).to_contain_text("Closed")
    me.note_down("closed")
    yield


def _both_at_once(farah: Hands, joost: Hands, world: Morning) -> None:
    """Both write to the same customer and press send in the same second: it becomes one answer."""
    texts = {farah: "De stoel kost tachtig euro.", joost: "Hij kost tachtig euro, op is op."}
    for hands, text in texts.items():
        hands.open(world.conversation(CONTESTED))
        hands.write(text)
    farah.press("Control+Enter")
    joost.press("Control+Enter")
    until(lambda: sum(hands.page.locator("#composer .overtaken").count() for hands in texts) == 1, "one is told so")
    loser = next(hands for hands in texts if hands.page.locator("#composer .overtaken").count())
    winner = farah if loser is joost else joost
    expect(winner.page.locator("#reply")).to_have_value("")
    winner.note_down("queued")
    expect(loser.page.locator("#reply")).to_have_value(texts[loser])
    expect(loser.page.locator("#reply")).to_be_focused()
    loser.press("Control+a", "Delete")
    (FARAH if winner is farah else JOOST)[CONTESTED] = texts[winner]


def test_a_morning_of_thirty_conversations_by_keyboard_alone(
    visit: Open, morning: Morning, farah: User, joost: User
) -> None:
    Label.objects.create(name="Bezorging")
    morning_of = {person: Hands(visit(person=person), person) for person in (farah, joost)}
    hers, his = morning_of[farah], morning_of[joost]
    pointed = [Hands.watched(hands.page.context) for hands in (hers, his)]
    for hands in (hers, his):
        hands.page.reload()
        hands.ready()
        expect(hands.page.locator("#row-list > .row")).to_have_count(len(MORNING))
    for _step in zip_longest(farahs(hers, morning, joost), joosts(his, morning)):
        pass
    _both_at_once(hers, his, morning)
    answered = {name: f"{text} ^FB" for name, text in FARAH.items()}
    answered |= {name: f"{text} ^JW" for name, text in JOOST.items()}
    until(lambda: Message.objects.filter(state="sent", author__isnull=False).count() == len(answered), "all is sent")
    assert pointed == [[], []]
    _check_platforms(morning, answered)
    _check_states(morning, farah, joost)
    _check_log([hers, his])


def _check_platforms(world: Morning, answered: dict[str, str]) -> None:
    """Each answer stands on its platform once, signed once, where its question stands."""
    by_id = {message["id"]: message for message in said(world.sandbox)}
    answers = world.answers()
    assert Counter(message["text"] for message in answers) == Counter(answered.values())
    by_text = {message["text"]: message for message in answers}
    for name, text in answered.items():
        question, answer = by_id[world.ids[name]], by_text[text]
        if name in PRIVATE:
            assert answer["to"] == question["from"]["id"], name
        else:
            assert (answer["in_reply_to"], answer["to"]) == (question["id"], None), name


def _check_states(world: Morning, farah: User, joost: User) -> None:
    """Every conversation is where its colleague wanted it."""
    for name in MORNING:
        found = world.conversation(name)
        status = "closed" if name in CLOSED else "snoozed" if name == "rosa" else "open"
        owner = farah if name in FARAH else joost if name in JOOST else None
        # What was answered in private is Farah's there; the public words wait for whoever sees to them.
        owner = None if name == "jan" else owner
        assert (found.status, found.assignee) == (status, owner), name
        assert found.close_reason == CLOSED.get(name, ""), name
        waits = name in ("rosa", "jan")
        assert (found.waiting_since is not None) == waits, name
    assert [link.name for link in world.conversation("mia").labels.all()] == ["Bezorging"]


def _check_log(both: Sequence[Hands]) -> None:
    """The log tells who did what, in their order, and nothing that nobody did."""
    for hands in both:
        acts = Event.objects.filter(actor=hands.person, conversation__isnull=False).order_by("id")
        rows = acts.values_list("conversation", "verb", "data")
        own = [(talk, verb) for talk, verb, data in rows if not (verb == "assigned" and data["to"] == hands.person.pk)]
        # What was queued was sent, unless it was taken back.
        expected = Counter(hands.did)
        for (talk, verb), number in Counter(hands.did).items():
            expected[talk, "sent"] += {"queued": number, "taken_back": -number}.get(verb, 0)
        assert Counter(own) == +expected
