"""Which account answers: shown, chosen, kept and checked (A6)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from channels.models import Account
from channels.types import Visibility
from inbox.models import Conversation, Draft, Message, User
from tests import factories
from tests.support.composer import reply_address, reply_form
from tests.support.html import tight
from tests.support.pages import HTMX, signed_in


@pytest.fixture
def service(account: Account) -> Account:
    """Another X account of ours, which may begin conversations."""
    return factories.make_account(
        "x", name="Veldhuis Service", handle="VeldhuisHelpt", mode="engage", signature="initials"
    )


def test_a6_composer_defaults_to_the_addressed_account(
    page: Client, account: Account, conversation: Conversation, service: Account
) -> None:
    html = tight(page.get(conversation.get_absolute_url()).content.decode())
    assert f'<option value="{account.code}" data-signature="" data-glue="' in html
    assert f'<option value="{service.code}" data-signature="^FB" data-glue=" ">@VeldhuisHelpt</option>' in html
    choices = html.split('id="sender"')[1].split("</select>")[0]
    assert choices.index("@VeldhuisNL") < choices.index("@VeldhuisHelpt")
    assert "selected>@VeldhuisNL" in choices


@pytest.mark.parametrize(
    "state", [{"mode": "react"}, {"mode": "listen"}, {"paused_at": "2026-01-01T00:00Z"}, {"platform": "facebook"}]
)
def test_a6_without_a_second_choice_there_is_no_menu(
    page: Client, conversation: Conversation, service: Account, state: dict[str, Any]
) -> None:
    Account.objects.filter(pk=service.pk).update(**state)
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert "Public answer as @VeldhuisNL." in html
    assert 'name="sender"' not in html


def test_a6_only_usable_accounts_are_offered_and_taken(
    account: Account, conversation: Conversation, service: Account
) -> None:
    limited = factories.make_user(language="en")
    factories.limit(limited, account)
    browser = signed_in(limited)
    assert "VeldhuisHelpt" not in browser.get(conversation.get_absolute_url()).content.decode()
    html = browser.post(
        reply_address(conversation), reply_form(conversation, sender=str(service.code)), **HTMX
    ).content.decode()
    assert "Not sent." in html
    assert ">We zoeken het uit.</textarea>" in html
    assert not Message.objects.filter(direction="outbound").exists()


def test_a6_the_chosen_account_answers_in_this_conversation(
    page: Client, conversation: Conversation, service: Account
) -> None:
    html = page.post(
        reply_address(conversation), reply_form(conversation, sender=str(service.code)), **HTMX
    ).content.decode()
    message = Message.objects.get(direction="outbound")
    assert (message.account, message.conversation) == (service, conversation)
    assert message.text == "We zoeken het uit. ^FB"
    assert "as @VeldhuisHelpt" in html


def test_a6_on_the_private_side_there_is_no_choice(
    page: Client, account: Account, conversation: Conversation, service: Account
) -> None:
    form = reply_form(conversation, tab="private", sender=str(service.code))
    page.post(reply_address(conversation), form)
    message = Message.objects.get(direction="outbound")
    assert (message.account, message.visibility) == (account, Visibility.PRIVATE)


def test_a6_chosen_account_is_kept_with_the_draft(
    page: Client, agent: User, conversation: Conversation, service: Account
) -> None:
    form = {"tab": "public", "text": "Bijna", "code": str(uuid.uuid4()), "sender": str(service.code)}
    page.post(f"/inbox/{conversation.code}/draft/", form)
    assert Draft.objects.get().sender == service
    chosen = f'data-signature="^FB" data-glue=" " selected>@{service.handle}</option>'
    assert chosen in tight(page.get(conversation.get_absolute_url()).content.decode())

    page.post(reply_address(conversation), reply_form(conversation, sender=str(service.code)))
    message = Message.objects.get(direction="outbound")
    html = page.post(f"/inbox/messages/{message.code}/cancel/", **HTMX).content.decode()
    assert chosen in tight(html)

    Account.objects.filter(pk=service.pk).update(mode="listen")
    assert "Public answer as @VeldhuisNL." in page.get(conversation.get_absolute_url()).content.decode()
