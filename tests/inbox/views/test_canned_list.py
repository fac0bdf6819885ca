"""Canned replies, colleagues' answers and guidelines beside the composer."""

from __future__ import annotations

from django.test import Client

from channels.models import Account
from inbox.library import guidelines
from inbox.models import CannedReply, CannedText, Conversation, Guideline, User
from tests import factories
from tests.support.pages import HTMX, signed_in


def _get(page: Client, conversation: Conversation, door: str, **headers: str) -> str:
    return page.get(f"/inbox/{conversation.code}/{door}", **headers).content.decode()  # type: ignore[arg-type]


def test_e5_a_slash_finds_replies_as_they_would_stand_here(page: Client, conversation: Conversation) -> None:
    made = CannedReply.objects.create(title="Bezorging")
    CannedText.objects.create(canned=made, text="Dag {first_name}, [[wanneer?]] komt hij. {order}")
    html = _get(page, conversation, "canned/?q=bezorg", **HTMX)
    assert 'data-text="Dag Karin, [[wanneer?]] komt hij. {order}"' in html
    assert "to fill in: order" in html
    assert "<html" not in html
    assert "Nothing with “xyz”." in _get(page, conversation, "canned/?q=xyz", **HTMX)


def test_e5_without_scripts_a_choice_lands_in_the_composer(page: Client, conversation: Conversation) -> None:
    made = CannedReply.objects.create(title="Bezorging")
    CannedText.objects.create(canned=made, text="Dag {first_name}!")
    html = _get(page, conversation, "canned/")
    assert "<html" in html
    assert f"?canned={made.code}" in html
    chosen = _get(page, conversation, f"?canned={made.code}")
    assert ">Dag Karin!</textarea>" in chosen
    assert f'name="canned" value="{made.code}"' in chosen
    assert "<textarea" in _get(page, conversation, "?canned=nonsense")


def test_e15_similar_answers_are_shown_and_can_be_used(page: Client, account: Account) -> None:
    asked = "Mijn kledingkast is beschadigd bezorgd"
    before = factories.make_inbound(
        account, asked, author=factories.author("Wil"), sent_at=factories.minutes_ago(60)
    ).conversation
    assert before is not None
    colleague = factories.make_user(first_name="Joost", last_name="Willems")
    answer = factories.make_answer(before, colleague, text="Stuur ons een foto. ^JW")
    now = factories.make_inbound(account, asked, author=factories.author("Nu")).conversation
    assert now is not None
    html = _get(page, now, "canned/", **HTMX)
    assert 'data-text="Stuur ons een foto."' in html
    assert "Joost Willems" in html
    assert ">Stuur ons een foto.</textarea>" in _get(page, now, f"?example={answer.code}")


def test_e15_answer_of_a_hidden_account_is_not_used(outsider: User, page: Client, conversation: Conversation) -> None:
    answer = factories.make_answer(conversation, factories.make_user(), text="Geheim antwoord.")
    elsewhere = factories.make_conversation(outsider.accounts.get())
    assert "Geheim antwoord." not in _get(signed_in(outsider), elsewhere, f"?example={answer.code}")
    assert signed_in(outsider).get(f"/inbox/{conversation.code}/canned/").status_code == 404


def test_e7_guidelines_are_one_key_away_and_new_until_read(
    page: Client, lead: User, conversation: Conversation
) -> None:
    guidelines.write(Guideline(title="Toon"), "Wees aardig.", lead)
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert "Guidelines, new" in html
    assert 'aria-keyshortcuts="h"' in html
    shown = _get(page, conversation, "guidelines/", **HTMX)
    assert "Wees aardig." in shown
    assert "Guidelines, new" not in page.get(conversation.get_absolute_url()).content.decode()
    assert "<html" in _get(page, conversation, "guidelines/")
