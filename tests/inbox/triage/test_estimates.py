"""Moods and languages are estimated afterwards. What takes too long delays nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn
from unittest.mock import patch

import pytest
from django.utils import timezone

from channels.models import Account
from channels.types import Edit
from inbox.ingest.receive import receive
from inbox.models import Conversation, Message, PendingEstimate
from inbox.text import sentiment
from inbox.triage import estimates, mood
from tests.factories import author, incoming, make_account, make_user, minutes_ago

pytestmark = pytest.mark.django_db
ANGRY = "Waardeloos, schandalig dat mijn kast nooit is aangekomen!!"


def hang() -> NoReturn:
    while True:
        pass


def hanging_at(word: str) -> Any:
    real = sentiment.estimate
    return patch(
        "inbox.triage.estimates.estimate", lambda text, **options: hang() if word in text else real(text, **options)
    )


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr(estimates, "LONGEST", 0.3)
    return make_account()


def test_nothing_is_estimated_while_a_message_is_stored(account: Account) -> None:
    with (
        patch("inbox.triage.estimates.estimate", side_effect=AssertionError),
        patch("inbox.text.sentiment.estimate", side_effect=AssertionError),
    ):
        receive(account, [incoming(ANGRY)])
    row = Conversation.objects.get()
    assert (row.mood, row.language, row.is_complaint) == ("", "", False)


def test_what_hangs_on_a_mood_follows_it(account: Account) -> None:
    receive(account, [incoming(ANGRY)])
    before = Conversation.objects.get()
    with patch("inbox.triage.estimates.announce") as announced:
        assert estimates.estimate_due() == 1
    row = Conversation.objects.get()
    assert (row.mood, row.language, row.is_complaint) == ("angry", "nl", True)
    assert row.priority > before.priority
    announced.assert_called_once_with([row.pk])
    assert not PendingEstimate.objects.exists()


def test_a_text_that_hangs_is_given_up_alone(account: Account) -> None:
    texts = ("Super blij, dank!", "zwart gat", ANGRY)
    receive(account, [incoming(text, author=author(text)) for text in texts])
    with hanging_at("zwart gat"):
        assert estimates.estimate_due() == 2
        assert estimates.estimate_due(timezone.now() + timedelta(hours=1)) == 0
    assert sorted(Message.objects.values_list("mood", flat=True)) == ["", "angry", "happy"]
    assert PendingEstimate.objects.get().given_up


def test_a_changed_text_is_tried_again(account: Account) -> None:
    asked = incoming("zwart gat", sent_at=minutes_ago(5))
    receive(account, [asked])
    with hanging_at("zwart gat"):
        estimates.estimate_due()
    receive(account, [asked])  # told once more: nothing new in it
    assert estimates.estimate_due() == 0
    receive(account, [Edit(asked.external_id, ANGRY, timezone.now())])
    assert estimates.estimate_due() == 1
    assert Conversation.objects.get().mood == "angry"


def test_a_process_that_dies_of_a_text_counts(account: Account) -> None:
    receive(account, [incoming("zwart gat", author=author("A")), incoming(ANGRY, author=author("B"))])
    now = timezone.now()
    with patch("inbox.triage.estimates._run", side_effect=SystemExit):
        for turn in range(2):
            with pytest.raises(SystemExit):
                estimates.estimate_due(now + 2 * turn * estimates.CLAIM)
    assert estimates.estimate_due(now + 10 * estimates.CLAIM) == 1
    assert estimates.estimate_due(now + 20 * estimates.CLAIM) == 0
    assert PendingEstimate.objects.get().given_up


def test_an_edit_meanwhile_is_not_overwritten(account: Account) -> None:
    asked = incoming("Super blij, dank!", sent_at=minutes_ago(5))
    receive(account, [asked])
    taken = estimates._take(timezone.now())
    edit = Edit(asked.external_id, ANGRY, timezone.now())
    real = sentiment.estimate

    def meanwhile(text: str, **options: Any) -> sentiment.Estimate:
        receive(account, [edit])
        return real(text, **options)

    with patch("inbox.triage.estimates.estimate", meanwhile):
        estimates._run(taken)
    assert Message.objects.get().mood == ""
    estimates.estimate_due()
    assert Message.objects.get().mood == "angry"


def test_a_colleagues_word_before_the_estimate_stands(account: Account) -> None:
    receive(account, [incoming("Super blij, dank!")])
    mood.correct_mood(Conversation.objects.get(), "neutral", make_user())
    estimates.estimate_due()
    row = Conversation.objects.get()
    assert (row.mood, Message.objects.get().mood, row.language) == (
        "neutral",
        "neutral",
        Message.objects.get().language,
    )
