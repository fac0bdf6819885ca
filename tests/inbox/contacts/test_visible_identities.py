"""A contact with accounts on several platforms, read by somebody who may see one of ours only."""

from __future__ import annotations

import pytest
from django.test import Client

from channels.models import Account
from channels.types import Author, Visibility
from inbox.contacts import description, linking
from inbox.guard import rules
from inbox.models import Conversation, Identity, IdentityMove, User
from tests import factories
from tests.support.html import without_chance
from tests.support.pages import HTMX, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    """The account the limited agent sees."""
    return factories.make_account("x", handle="VeldhuisNL")


@pytest.fixture
def hidden() -> Account:
    """An account they do not see."""
    return factories.make_account("whatsapp", name="Verborgen")


@pytest.fixture
def colleague() -> User:
    """Who sees everything."""
    return factories.make_user(first_name="Sanne", language="en")


@pytest.fixture
def limited(account: Account) -> User:
    """Who sees one account."""
    person = factories.make_user(first_name="Olaf", language="en")
    factories.limit(person, account)
    return person


@pytest.fixture
def talk(account: Account) -> Conversation:
    """A conversation the limited agent sees."""
    message = factories.make_inbound(account, "Waar blijft mijn kast?", author=factories.author("Karin"))
    assert message.conversation is not None
    return message.conversation


@pytest.fixture
def secret(hidden: Account) -> Conversation:
    """What the same person said elsewhere."""
    writer = Author(external_id="31611223344", name="K. de Vries", phone="+31611223344")
    message = factories.make_inbound(
        hidden, "Waardeloos!! Mail mij op k@voorbeeld.nl", author=writer, visibility=Visibility.PRIVATE, kind="text",
        sent_at=factories.minutes_ago(60 * 24 * 700),
    )  # fmt: skip
    assert message.conversation is not None
    return message.conversation


@pytest.fixture
def page(limited: User) -> Client:
    """The limited agent's browser."""
    return signed_in(limited)


def _panel(page: Client, talk: Conversation) -> str:
    return page.get(talk.get_absolute_url()).content.decode().split('id="contact"')[1]


@pytest.mark.usefixtures("estimated")
def test_panel_shows_and_counts_visible_identities_only(
    page: Client, colleague: User, talk: Conversation, secret: Conversation
) -> None:
    linking.link(secret.identity, talk.contact, colleague)
    html = _panel(page, talk)
    for secret_part in ("+31611223344", "31611223344", "de Vries", "was put here", "face-angry", str(secret.code)):
        assert secret_part not in html, secret_part
    assert "/contact/unlink/" not in html
    assert "<dd>1</dd>" in html
    assert "2024" not in without_chance(html.split("</header>")[0])  # a code may hold such digits
    colleague_panel = _panel(signed_in(colleague), talk)
    for secret_part in ("+31611223344", "was put here", "face-angry", str(secret.code), "<dd>2</dd>"):
        assert secret_part in colleague_panel, secret_part


def test_an_identity_that_an_account_gave_is_visible_with_it(
    page: Client, account: Account, colleague: User, talk: Conversation
) -> None:
    facebook = factories.make_account("facebook", external_id="4711")
    mine = Identity.objects.create(
        contact=talk.contact, platform="facebook", scope="4711", external_id="1", name="Karin op Facebook",
        first_seen_at=talk.first_message_at, last_seen_at=talk.last_message_at,
    )  # fmt: skip
    assert list(Identity.objects.visible_in([facebook.pk])) == [mine]
    assert "Karin op Facebook" not in _panel(page, talk)
    factories.limit(User.objects.get(first_name="Olaf"), facebook)
    assert "Karin op Facebook" in _panel(page, talk)


def test_contact_notes_are_read_by_all_who_see_the_person(
    page: Client, colleague: User, talk: Conversation, secret: Conversation
) -> None:
    linking.link(secret.identity, talk.contact, colleague)
    secret.refresh_from_db()
    description.write_note(secret, colleague, "Liefst na 16:00 bellen.")
    assert "Liefst na 16:00 bellen." in _panel(page, talk)


def test_a_hidden_identity_is_neither_unlinked_nor_put_back(
    page: Client, colleague: User, talk: Conversation, secret: Conversation
) -> None:
    linking.link(secret.identity, talk.contact, colleague)
    move = IdentityMove.objects.get()
    address = f"/inbox/{talk.code}/contact"
    assert page.post(f"{address}/unlink/", {"identity": secret.identity_id}).status_code == 404
    assert page.post(f"{address}/undo/", {"move": move.pk}).status_code == 404
    assert page.post(f"{address}/link/", {"contact": "no code"}).status_code == 404
    assert page.post(f"{address}/unlink/", {"identity": "9" * 40}).status_code == 404
    secret.refresh_from_db()
    assert secret.contact == talk.contact
    # Their own one is the only one they know of: whether it has company is not told.
    response = page.post(f"{address}/unlink/", {"identity": talk.identity_id}, **HTMX)
    assert "only account" in response.headers["HX-Trigger"]
    talk.refresh_from_db()
    assert talk.contact == secret.contact


def test_contact_of_hidden_accounts_only_is_not_there(page: Client, talk: Conversation, secret: Conversation) -> None:
    address = f"/inbox/{talk.code}/contact"
    for verb in ("link", "not-same"):
        assert page.post(f"{address}/{verb}/", {"contact": str(secret.contact.code)}).status_code == 404
    assert "de Vries" not in page.get(f"{address}/link/?q=vries").content.decode()
    assert not IdentityMove.objects.exists()


def test_linking_moves_visible_identities_only(
    page: Client, account: Account, colleague: User, talk: Conversation, secret: Conversation
) -> None:
    other = factories.make_conversation(account, author=factories.author("Karin2"))
    linking.link(secret.identity, other.contact, colleague)
    note = description.write_note(other, colleague, "Werkt in de zorg")
    page.post(f"/inbox/{talk.code}/contact/link/", {"contact": str(other.contact.code)})
    was = other.contact
    for row in (other, secret, note):
        row.refresh_from_db()
    assert (other.contact, secret.contact, note.contact) == (talk.contact, was, was)
    page.post(f"/inbox/{talk.code}/contact/undo/", {"move": str(IdentityMove.objects.latest("pk").pk)})
    other.refresh_from_db()
    assert other.contact == was


def test_suggestions_are_made_of_what_is_visible_alone(
    page: Client, account: Account, colleague: User, talk: Conversation, secret: Conversation
) -> None:
    linking.link(secret.identity, talk.contact, colleague)
    text = "Mail mij op k@voorbeeld.nl of bel 06-11223344"
    same = factories.make_inbound(account, text, author=factories.author("Kim")).conversation
    assert same is not None
    address = f"/inbox/{talk.code}/contact/suggestions/"
    assert "Kim" not in without_chance(page.get(address, **HTMX).content.decode())
    suggestions = signed_in(colleague).get(address, **HTMX).content.decode()
    assert "k@voorbeeld.nl" in suggestions
    # The other way round: what Kim said herself points to somebody whose hidden account would fit.
    suggestions = page.get(f"/inbox/{same.code}/contact/suggestions/", **HTMX).content.decode()
    assert "de Vries" not in suggestions
    assert "31611223344" not in suggestions


def test_guard_does_not_quote_a_hidden_account(
    colleague: User, limited: User, talk: Conversation, secret: Conversation
) -> None:
    linking.link(secret.identity, talk.contact, colleague)
    secret.refresh_from_db()
    factories.make_answer(secret, colleague, text="Wij sturen vandaag een nieuwe kast.")
    for agent, seen in ((colleague, True), (limited, False)):
        written = rules.DraftAnswer("Wij sturen vandaag een nieuwe kast.", talk, agent, is_public=True)
        assert any(hint.code == "repeated" for hint in rules.check(written)) is seen


def test_last_date_is_of_visible_accounts_for_one_identity(page: Client, account: Account, talk: Conversation) -> None:
    elsewhere = factories.make_account("x", handle="Elders")
    long_ago = factories.minutes_ago(60 * 24 * 900)
    factories.make_inbound(elsewhere, "Heel lang geleden", author=factories.author("Karin"), sent_at=long_ago)
    assert Identity.objects.count() == 1
    assert str(long_ago.year) not in without_chance(_panel(page, talk))
    assert "Heel lang geleden" not in page.get("/inbox/search/?q=geleden").content.decode()
