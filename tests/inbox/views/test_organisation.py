"""The organisation's settings, where they show, and how customers are addressed."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from inbox.models import Contact, Conversation, Event, Organisation, User
from inbox.team import organisation
from tests import factories
from tests.support.html import tight
from tests.support.pages import HTMX, signed_in

ADDRESS = "/settings/organisation/"


@pytest.fixture
def admin(db: None) -> Client:
    """An admin's browser."""
    return signed_in(factories.make_user("admin", language="en"))


def test_admin_names_the_organisation_in_the_menu(admin: Client, page: Client) -> None:
    response = admin.post(ADDRESS, {"name": "  Veldhuis   Wonen ", "address": "u", "approves_pictures": "on"})
    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    row = Organisation.objects.get()
    assert (row.name, row.address, row.approves_pictures) == ("Veldhuis Wonen", "u", True)
    assert "Veldhuis Wonen</span></a>" in tight(page.get("/inbox/").content.decode())
    assert f'href="{ADDRESS}"' in admin.get("/inbox/").content.decode()
    event = Event.objects.get(verb="organisation_changed")
    assert event.data == {
        "changed": ["name", "address", "approves_pictures"],
        "address": "u",
        "approves_pictures": True,
    }

    admin.post(ADDRESS, {"name": "Veldhuis Wonen", "address": "u", "approves_pictures": "on"})
    assert Event.objects.filter(verb="organisation_changed").count() == 1, "the same again is no news"
    assert "changed the organisation&#x27;s settings" in admin.get("/accounts/").content.decode()


def test_only_admins_come_here(page: Client, lead: User) -> None:
    assert page.get(ADDRESS).status_code == 403
    assert signed_in(lead).post(ADDRESS, {"name": "X"}).status_code == 403
    assert ADDRESS not in signed_in(lead).get("/inbox/").content.decode()
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_there_is_one_organisation() -> None:
    Organisation.objects.create(name="Veldhuis")
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(id=2, name="Nog een")


def test_c9_house_address_is_shown_at_the_composer(page: Client, agent: User, conversation: Conversation) -> None:
    organisation.change(agent, address="u")
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert "We address customers as “u”." in html
    assert "u (as we do)" in html
    Contact.objects.update(address="je")
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert "Wants to be addressed as “je”." in html
    assert "We address customers" not in html


@pytest.mark.parametrize(
    ("house", "own", "text", "said"),
    [
        ("je", "", "Kunt u uw ordernummer sturen?", "we address customers as “je”"),
        ("u", "", "Kun je je ordernummer sturen?", "we address customers as “u”"),
        ("u", "je", "Kunt u uw ordernummer sturen?", "this person wants “je”"),
        ("u", "je", "Kun je je ordernummer sturen?", ""),
        ("je", "", "Kun je je ordernummer sturen?", ""),
        ("", "", "Kunt u uw ordernummer sturen?", ""),
    ],
)
def test_c9_hint_follows_the_contact_then_the_organisation(
    page: Client, agent: User, conversation: Conversation, house: str, own: str, text: str, said: str
) -> None:
    organisation.change(agent, address=house)
    Contact.objects.update(address=own)
    form = {"tab": "public", "text": text, "code": str(uuid.uuid4())}
    html = page.post(f"/inbox/{conversation.code}/draft/", form, **HTMX).content.decode()
    assert ("You write" in html) == bool(said)
    assert said in html


def test_c9_the_house_rule_is_about_dutch(page: Client, agent: User, conversation: Conversation) -> None:
    organisation.change(agent, address="u")
    Conversation.objects.update(language="fr")
    form = {"tab": "public", "text": "Bonjour, je vous envoie le colis demain.", "code": str(uuid.uuid4())}
    html = page.post(f"/inbox/{conversation.code}/draft/", form, **HTMX).content.decode()
    assert "we address customers" not in html
