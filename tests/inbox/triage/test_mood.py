"""How a customer seems to feel: an estimate when a message comes in, and a colleague's word over it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from channels.models import Account
from channels.types import Direction, Edit, Incoming, Removal
from inbox.ingest import receive as ingest_receive
from inbox.models import Conversation, Event, Message
from inbox.text import sentiment
from inbox.triage import estimates, mood
from tests.factories import author, incoming, make_account, make_inbound, make_user, minutes_ago, next_id, outgoing


def receive(account: Account, events: list[Incoming]) -> None:
    """Let messages come in and be read for their moods, as happens a moment later."""
    ingest_receive.receive(account, events)
    estimates.estimate_due()


@pytest.mark.parametrize(
    ("text", "felt"),
    [
        ("Wat een waardeloze service, al drie weken wacht ik op mijn bank en niemand reageert!!", "angry"),
        ("Mijn tafel is beschadigd aangekomen.", "annoyed"),
        ("Ik ben niet blij met deze kast", "annoyed"),
        ("Hebben jullie deze kast ook in walnoot?", "neutral"),
        ("Super blij met mijn nieuwe tafel, bedankt!", "happy"),
        ("I am furious. This is the worst company ever, you lied to me, I hate this!", "angry"),
        ("Thank you so much for the wonderful help, I am very happy with it", "happy"),
        ("Do you also have this lamp in black?", "neutral"),
        ("😡", "angry"),
        ("https://example.com/1", ""),
        ("", ""),
    ],
)
def test_e13_words_are_read_in_dutch_and_english(text: str, felt: str) -> None:
    assert sentiment.estimate(text).mood == felt


@pytest.mark.parametrize(
    ("text", "in_thread"), [("Goed bezig jongens!", True), ("Goed bezig jongens!", False), ("Echt top!", True)]
)
def test_b4_praise_that_may_be_mockery_is_not_taken_at_its_word(text: str, in_thread: bool) -> None:
    assert sentiment.estimate(text, in_thread=in_thread).mood != "happy"


@pytest.mark.parametrize(
    ("text", "complains"),
    [
        ("Ik wil mijn geld terug, de kast is kapot.", True),
        ("My parcel never arrived and there is no reply to my mails.", True),
        ("Wat een schandalige oplichters zijn jullie", True),
        ("Wanneer zijn jullie open?", False),
        ("Geen klachten, heel blij met alles, top!", False),
    ],
)
def test_g5_a_complaint_is_suggested_from_the_words(text: str, complains: bool) -> None:
    assert sentiment.estimate(text).complains is complains


@pytest.mark.django_db
def test_b4_mention_among_others_is_not_shown_as_positive() -> None:
    account, ids = make_account(), [next_id() for _each in range(5)]
    start = timezone.now() - timedelta(hours=1)
    receive(
        account,
        [
            incoming(
                "Alweer niet bezorgd" if number < 4 else "Goed bezig jongens! Super fijn, dank @Veldhuis",
                external_id=ids[number],
                parent_id=ids[number - 1] if number else "",
                author=author(f"Iemand {number % 3}"),
                direction=Direction.INBOUND if number == 4 else Direction.CONTEXT,
                sent_at=start + timedelta(minutes=number),
            )
            for number in range(5)
        ],
    )
    assert Conversation.objects.get().mood != "happy"


@pytest.mark.django_db
@pytest.mark.usefixtures("estimated")
def test_thanks_for_our_own_answer_is_thanks() -> None:
    question = make_inbound(text="Waar blijft mijn kast?", sent_at=minutes_ago(30))
    answer = outgoing("Die komt morgen.", parent_id=question.external_id or "", sent_at=minutes_ago(20))
    receive(question.account, [answer])
    receive(
        question.account, [incoming("Super, heel erg bedankt!", parent_id=answer.external_id, sent_at=minutes_ago(10))]
    )
    assert Conversation.objects.get().mood == "happy"


@pytest.mark.django_db
@pytest.mark.usefixtures("estimated")
def test_mood_language_and_complaint_reach_the_row() -> None:
    make_inbound(text="Dit is een schandalige vertoning, mijn kast is nooit aangekomen!")
    row = Conversation.objects.get()
    assert (row.mood, row.language, row.is_complaint) == ("angry", "nl", True)


@pytest.mark.django_db
@pytest.mark.usefixtures("estimated")
def test_edited_message_is_estimated_anew_removed_not_counted() -> None:
    message = make_inbound(text="Waardeloos, schandalig!!", sent_at=minutes_ago(30))
    now = timezone.now()
    receive(message.account, [Edit(message.external_id or "", "Hebben jullie deze kast ook in wit?", now)])
    assert Conversation.objects.get().mood == "neutral"
    receive(message.account, [Removal(message.external_id or "", now)])
    assert Conversation.objects.get().mood == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("estimated")
def test_b4_a_correction_stands_and_what_stood_before_is_logged() -> None:
    message, agent = make_inbound(text="Waardeloos, schandalig!!", sent_at=minutes_ago(30)), make_user()
    conversation = Conversation.objects.get()
    assert mood.correct_mood(conversation, "neutral", agent)
    assert not mood.correct_mood(conversation, "neutral", agent)
    event = Event.objects.get(verb="mood_corrected")
    assert event.data == {"was": "angry", "now": "neutral", "by_estimate": True}
    assert event.message_id == message.pk
    message.refresh_from_db()
    assert message.mood == "neutral"

    receive(message.account, [incoming("Super blij, dank!", sent_at=minutes_ago(20))])
    conversation.refresh_from_db()
    assert (conversation.mood, conversation.mood_by) == ("neutral", agent)


@pytest.mark.django_db
@pytest.mark.usefixtures("estimated")
def test_anger_after_a_correction_is_not_hidden_by_it() -> None:
    message, agent = make_inbound(text="Hallo, een vraag over de kast", sent_at=minutes_ago(30)), make_user()
    conversation = Conversation.objects.get()
    mood.correct_mood(conversation, "happy", agent)
    receive(message.account, [incoming("Waardeloos, schandalig!!", sent_at=minutes_ago(20))])
    conversation.refresh_from_db()
    assert (conversation.mood, conversation.mood_by) == ("angry", None)


@pytest.mark.django_db
@pytest.mark.usefixtures("estimated")
def test_a_mood_that_does_not_exist_is_refused() -> None:
    make_inbound()
    with pytest.raises(ValueError, match="no mood"):
        mood.correct_mood(Conversation.objects.get(), "furious", make_user())
    assert not Message.objects.exclude(mood__in=Conversation.Mood.values).exists()
