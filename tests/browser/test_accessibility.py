"""axe finds nothing, at every width, in light and dark."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from channels.models import Account
from channels.types import Direction, Visibility
from inbox.ingest.receive import receive
from inbox.models import Attachment, Conversation, Message, Spike, User
from inbox.triage import assignment, mood
from tests import factories
from tests.browser.boxes import box
from tests.browser.conftest import Open
from tests.support.barriers import barriers, barriers_at, resize
from tests.support.incidents import make_incident

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowded(account: Account, agent: User) -> Conversation:
    """A conversation with one of everything."""
    before = factories.incoming(
        "Iemand ervaring met Veldhuis?", author=factories.author("Tess"), direction=Direction.CONTEXT
    )
    mention = factories.incoming(
        "Goed bezig jongens! @VeldhuisNL https://veldhuis.example", parent_id=before.external_id
    )
    receive(account, [before, mention])
    conversation = Conversation.objects.get()
    colleague = factories.make_user(first_name="Joost", last_name="Willems")
    factories.make_answer(conversation, colleague, text="Stuur je ons je bestelnummer?")
    factories.make_note(conversation, colleague, "De kast staat in depot Tiel.")
    gone = factories.make_inbound(account, "weg ermee", parent_id=mention.external_id)
    Message.objects.filter(pk=gone.pk).update(text="", removed_at=timezone.now(), context_state="failed")
    Attachment.objects.create(message=gone, kind="file", state="refused", filename="virus.exe")
    factories.make_inbound(account, "Komt die kast deze week, ja of nee?")
    for state in ("failed", "held", "unknown", "retry"):
        factories.make_answer(
            conversation, agent, text=f"Antwoord {state}", state=state, external_id=None, error_reason="unreachable"
        )
    factories.make_answer(
        conversation, agent, state="queued", external_id=None, send_after=timezone.now() + timedelta(minutes=5)
    )
    return conversation


@pytest.mark.thorough
def test_a_full_conversation_has_no_barriers(visit: Open, crowded: Conversation) -> None:
    page = visit(crowded.get_absolute_url())
    assert barriers_at(page, 360, 768, 1440) == []


@pytest.mark.thorough
def test_the_list_and_the_empty_list_have_no_barriers(visit: Open, crowded: Conversation) -> None:
    for path in ("/inbox/", "/inbox/?queue=mine"):
        assert barriers_at(visit(path), 1440, 360) == [], path


@pytest.mark.long
def test_what_a_phone_folds_has_no_barriers(visit: Open, crowded: Conversation) -> None:
    page = visit("/inbox/?channel=x&who=nobody")
    page.keyboard.press("f")
    expect(page.locator(".filters-keep")).to_be_visible()
    assert barriers(page) == []
    page = visit("/inbox/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    resize(page, 360)
    expect(page.locator("#bulk")).to_be_visible()
    assert barriers(page) == []
    page = visit(crowded.get_absolute_url())
    resize(page, 360)
    page.fill("#reply", "Dat klopt niet, u had moeten bellen. " * 8)
    expect(page.locator("#guard li").first).to_be_visible()
    assert barriers(page) == []


@pytest.mark.long
def test_the_note_the_menus_and_the_keys_have_no_barriers(visit: Open, crowded: Conversation) -> None:
    page = visit(crowded.get_absolute_url())
    page.keyboard.press("n")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    assert barriers(page) == []


@pytest.mark.long
def test_a_closed_window_and_the_small_pages_have_no_barriers(visit: Open, account: Account) -> None:
    whatsapp = factories.make_account("whatsapp", handle="")
    message = factories.make_inbound(
        whatsapp, kind="text", visibility=Visibility.PRIVATE, sent_at=timezone.now() - timedelta(hours=30)
    )
    assert message.conversation is not None
    for path in (
        message.conversation.get_absolute_url(),
        f"/inbox/{message.conversation.code}/assign/",
        "/inbox/menu/",
    ):
        assert barriers(visit(path)) == [], path


@pytest.mark.long
def test_nothing_is_wider_than_the_screen(visit: Open, crowded: Conversation) -> None:
    for path in ("/inbox/", crowded.get_absolute_url(), "/inbox/menu/"):
        page = visit(path)
        for width in (1440, 1024, 768, 360):
            resize(page, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


@pytest.mark.long
def test_the_panes_reach_the_foot_of_the_screen(visit: Open, crowded: Conversation) -> None:
    page = visit(crowded.get_absolute_url(), height=900)
    for width in (1440, 768):
        resize(page, width)
        for pane in (".nav", "#list", "#thread"):
            assert box(page.locator(pane))["height"] == 900, (pane, width)


@pytest.mark.long
@pytest.mark.thorough
def test_log_figures_and_trail_have_no_barriers(visit: Open, crowded: Conversation) -> None:
    lead = factories.make_user("lead", language="nl", first_name="Sanne", last_name="Kuipers")
    assignment.assign(crowded, lead, lead)
    mood.mark_complaint(crowded, lead, complaint=True)
    for path in ("/log/", "/log/?kind=sorting", "/figures/", "/figures/messages_in/", "/figures/closed_troll/"):
        assert barriers_at(visit(path, person=lead), 1440, 360) == [], path
    page = visit(crowded.get_absolute_url(), person=lead)
    fold = page.locator(".trail summary")
    fold.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".trail ol")).to_contain_text("noemde het een klacht")
    assert barriers_at(page, 1440, 360) == []


@pytest.mark.long
@pytest.mark.thorough
def test_incident_and_spike_have_no_barriers(visit: Open, crowded: Conversation, account: Account) -> None:
    lead = factories.make_user("lead", language="nl", first_name="Sanne")
    incident = make_incident(lead, account)
    spike = Spike.objects.create(account=account, kind="volume", value=23, usual=4, limit=12, peak=31)
    begin, running = "/inbox/incidents/start/", incident.get_absolute_url()
    for path in ("/inbox/notices/", begin, running, "/inbox/spikes/", spike.get_absolute_url()):
        assert barriers_at(visit(path, person=lead), 1440, 360) == [], path
    page = visit(crowded.get_absolute_url(), person=lead)
    page.get_by_role("link", name="Gebruik deze tekst").click()
    expect(page.locator("#reply")).to_have_value(re.compile("er is een storing"))
    assert barriers_at(page, 1440, 360) == []
