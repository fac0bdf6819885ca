"""The CRM in a real browser: its part of the contact panel, its lines in the timeline, and what was not written."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import expect
from pytest_django import Settings

from channels.models import Account
from crm.connecting import connections
from crm.connecting.models import Connection
from crm.writing.kinds import Kind
from crm.writing.models import Write
from inbox.models import Conversation
from tests import factories
from tests.browser.conftest import Open, picture
from tests.support import crms
from tests.support.barriers import barriers_at, resize
from tests.support.fake_crm import FakeCrm, answering

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def connected(settings: Settings, transactional_db: None) -> Iterator[Connection]:
    """A CRM by webhook that knows Karel."""
    cache.clear()
    with answering() as origin:
        settings.MEDIA_SANDBOX = origin
        crms.know_karel()
        admin = factories.make_user("admin", first_name="Mila", language="nl")
        row = connections.connect(
            "webhook", "crm.example.com", {"url": f"{origin}/x", "secret": "whsec_" + "A" * 40}, admin
        )
        connections.change(row, admin, writes=Kind.values, with_words=True, accounts=None, teams=None)
        yield row
    cache.clear()


@pytest.fixture
def talk(account: Account) -> Conversation:
    """A conversation with Karel."""
    return factories.make_conversation(account, author=factories.author("Karel Appel"))


def test_c6_panel_loads_beside_it_fails_and_is_tried_again(
    visit: Open, connected: Connection, talk: Conversation
) -> None:
    two = [{"id": "P-1", "name": "Karel Appel", "detail": "Utrecht"}, {"id": "P-2", "name": "Karel Appel"}]
    FakeCrm.script[:] = [503, json.dumps({"people": two}).encode()]
    page = visit(talk.get_absolute_url())
    part = page.locator(".crm-contact")
    expect(part).to_contain_text("The CRM does not answer.")
    part.get_by_role("link", name="Try again").press("Enter")
    expect(part).to_contain_text("Utrecht")
    part.get_by_role("button", name="This one").first.press("Enter")
    expect(part).to_contain_text("Hoekbank")
    expect(page.locator(".line-of-time .line-told")).to_have_count(2)
    expect(page.locator(".line-of-time")).to_contain_text("Terugbellen")
    picture(page, "crm-panel")
    assert barriers_at(page, 1440) == []
    part.get_by_role("button", name="Not this person: unlink").press("Enter")
    expect(part).to_contain_text("Not linked with anybody")
    page.goto(page.url.split("/inbox/")[0] + f"/crm/contact/{talk.code}/")  # as it is without scripts
    assert barriers_at(page, 1440, 360) == []


@pytest.mark.long
def test_what_was_not_written_is_resent_by_keyboard(visit: Open, connected: Connection, talk: Conversation) -> None:
    Write.objects.filter(conversation=talk).update(state="failed", reason="disturbance", detail="HTTP 503", tries=9)
    page = visit("/crm/", person=connected.made_by)
    page.get_by_role("link", name="Alleen tonen wat mislukt is").press("Enter")
    expect(page.locator(".crm-ledger")).to_contain_text("het heeft een storing (HTTP 503)")
    picture(page, "crm-settings")
    assert barriers_at(page, 1440, 360) == []
    resize(page, 1440)
    page.locator(".crm-ledger").get_by_role("button").press("Enter")
    expect(page.locator(".crm-ledger")).to_contain_text("onderweg")
    page.get_by_role("link", name="Andere sleutels").press("Enter")
    expect(page.get_by_role("heading", name="Een ander CRM, via een webhook")).to_be_visible()
    for brand in ("webhook", "salesforce"):
        page.goto(page.url.split("/crm/")[0] + f"/crm/connect/{brand}/")
        assert barriers_at(page, 1440, 360) == [], brand
