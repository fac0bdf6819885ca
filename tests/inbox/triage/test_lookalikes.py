"""Somebody who looks like one of our accounts is shown as such, and leads are told once."""

from __future__ import annotations

import pytest
from django.test import Client

from channels.models import Account
from inbox.ingest.receive import receive
from inbox.models import Conversation, Draft, Event, Identity, Lookalike, Notification
from inbox.triage import estimates, lookalikes
from tests.factories import author, incoming, make_account, make_user

pytestmark = pytest.mark.django_db
FAKE = author("Veldhuis Wonen", handle="Ve1dhuisWonen_help")


@pytest.fixture
def account() -> Account:
    return make_account("x", name="Veldhuis Wonen", handle="veldhuiswonen")


def take_in(account: Account, text: str, writer: object) -> Conversation:
    receive(account, [incoming(text, author=writer)])
    estimates.estimate_due()
    return Conversation.objects.latest("pk")


def test_i7_lookalike_is_told_once_and_dismissed_for_good(account: Account, client: Client) -> None:
    lead, agent = make_user("lead"), make_user()
    take_in(account, "Waar blijft mijn kast?", author("Karin"))
    conversation = take_in(account, "Stuur ons even je bankgegevens.", FAKE)
    take_in(account, "Dan helpen we je verder.", FAKE)
    found = Lookalike.objects.get()
    assert (found.identity_id, found.account) == (conversation.identity_id, account)
    told = Notification.objects.get(kind="lookalike")
    assert (told.user, told.conversation, told.subject) == (lead, conversation, "@veldhuiswonen")

    client.force_login(agent)
    page = client.get(conversation.get_absolute_url(), {"warning": "1"}).content.decode()
    assert "https://help.x.com/en/forms/authenticity/impersonation" in page
    assert page.count("Lijkt op @veldhuiswonen, maar is het niet") == 4  # strip, two messages, contact panel
    assert (
        "Let op: @Ve1dhuisWonen_help hoort niet bij ons." in page.partition("<textarea")[2].partition("</textarea>")[0]
    )
    assert not Draft.objects.exists()

    client.post(f"{conversation.get_absolute_url()}contact/pretends-nothing/")
    take_in(account, "Nog een keer.", FAKE)
    assert "Lijkt op @veldhuiswonen" not in client.get(conversation.get_absolute_url()).content.decode()
    assert Lookalike.objects.get().dismissed_by == agent
    assert Event.objects.get(verb="lookalike_dismissed").conversation == conversation
    assert not Notification.objects.filter(kind="lookalike", read_at=None).exists()


def test_i7_our_own_accounts_never_look_like_us(account: Account) -> None:
    other = make_account("facebook", name="Veldhuis Wonen", handle="veldhuiswonen")
    gone = make_account("facebook", name="Veldhuis Wonen", handle="veldhuisoud")
    ours = author("Veldhuis Wonen", external_id=gone.external_id, handle="")
    take_in(account, "Onder een tweede nummer.", author("Veldhuis Wonen", handle="VeldhuisWonen"))
    Account.objects.filter(pk=gone.pk).update(removed_at="2026-01-01T00:00:00Z")
    take_in(other, "Van onze vorige pagina.", ours)
    assert Identity.objects.count() == 2
    assert not Lookalike.objects.exists()


def test_i7_who_takes_another_name_looks_like_us_no_longer(account: Account) -> None:
    take_in(account, "Hallo", FAKE)
    assert Lookalike.objects.exists()
    take_in(account, "Hallo", author("Karin", external_id=FAKE.external_id))
    assert not Lookalike.objects.exists()


def test_i7_fault_in_comparing_names_keeps_no_mood_away(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookalikes, "resembles", lambda *_names: 1 / 0)
    assert take_in(account, "Waardeloos, schandalig!!", FAKE).mood == "angry"
