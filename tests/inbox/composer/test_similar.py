"""E15: what colleagues answered to messages like this one."""

from __future__ import annotations

import pytest

from channels.models import Account
from inbox.composer.similar import similar_answers
from inbox.models import Conversation, ConversationLabel, Label
from tests.factories import author, make_account, make_answer, make_inbound, make_user, minutes_ago

pytestmark = pytest.mark.django_db
ASKED = "Mijn kledingkast is beschadigd bezorgd, er zit een kras op de deur"


@pytest.fixture
def account() -> Account:
    """The brand's."""
    return make_account()


def earlier(account: Account, text: str, answer: str, person: str = "Wil", minutes: float = 600) -> Conversation:
    """Return a conversation in which a colleague answered."""
    found = make_inbound(account, text, author=author(person), sent_at=minutes_ago(minutes)).conversation
    assert found is not None
    make_answer(found, make_user(), text=answer, sent_at=minutes_ago(minutes - 5))
    return found


def now(account: Account) -> Conversation:
    found = make_inbound(account, ASKED, author=author("Nu")).conversation
    assert found is not None
    return found


def answers(conversation: Conversation, *accounts: Account) -> list[str]:
    return [example.answer.text for example in similar_answers(conversation, ASKED, accounts)]


def test_e15_the_most_alike_comes_first_and_the_rest_not_at_all(account: Account) -> None:
    earlier(account, "Er zit een kras op mijn nieuwe tafel", "Stuur een foto van de tafel.", "A", 900)
    earlier(account, "De deur van de kledingkast kwam beschadigd aan, met een kras", "Nieuwe deur komt.", "B", 2000)
    earlier(account, "Zijn jullie zondag open?", "Ja, tot vijf uur.", "C")
    assert answers(now(account), account) == ["Nieuwe deur komt."]


def test_e15_the_same_topic_comes_before_more_words(account: Account) -> None:
    topic = Label.objects.create(name="Schade")
    alike = earlier(account, "Kledingkast beschadigd bezorgd met een kras op de deur", "Woorden.", "A")
    same = earlier(account, "Tafel beschadigd bezorgd", "Onderwerp.", "B", 3000)
    current = now(account)
    for talk in (same, current):
        ConversationLabel.objects.create(conversation=talk, label=topic, last_message_at=talk.last_message_at)
    assert answers(current, account) == ["Onderwerp.", "Woorden."]
    assert alike.pk != current.pk


def test_e15_other_channels_count_but_not_hidden_accounts(account: Account) -> None:
    elsewhere = make_account("facebook")
    earlier(elsewhere, "Kledingkast beschadigd bezorgd, kras op de deur", "Vanaf Facebook.")
    current = now(account)
    assert answers(current, account, elsewhere) == ["Vanaf Facebook."]
    assert answers(current, account) == []


def test_e15_unanswered_and_old_questions_are_left_out(account: Account) -> None:
    make_inbound(account, "Kledingkast beschadigd bezorgd", author=author("Nooit"), sent_at=minutes_ago(60))
    earlier(account, "Kledingkast beschadigd bezorgd", "Lang geleden.", "Oud", 60 * 24 * 400)
    assert answers(now(account), account) == []


def test_e15_the_same_answer_is_shown_once(account: Account) -> None:
    earlier(account, "Kledingkast beschadigd bezorgd", "Stuur ons een foto.", "A")
    earlier(account, "Kledingkast beschadigd bezorgd", "Stuur ons een  FOTO.", "B", 900)
    assert len(answers(now(account), account)) == 1


def test_e15_a_message_without_words_has_no_likes(account: Account) -> None:
    assert similar_answers(now(account), "👍 https://t.co/abc", [account]) == []
