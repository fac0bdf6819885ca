"""Answering with a template in a real browser: found, filled in, seen, sent, taken back."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from channels.accounts import templates
from channels.types import Template, TemplateButton, TemplateGap
from inbox.models import Conversation, Message
from tests import factories
from tests.browser.conftest import Open, requests_of
from tests.support.barriers import barriers_at, resize

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLOT = Template(
    "delivery_slot",
    "nl",
    "Dag {{first_name}}, we bezorgen op {{day}} tussen {{slot}}. Komt dat uit?",
    category="utility",
    header="Je {{product}} komt eraan",
    footer="Dit is een bericht van onze klantenservice.",
    buttons=(TemplateButton("quick_reply", "Dat komt uit"), TemplateButton("quick_reply", "Andere dag graag")),
    gaps=(
        TemplateGap("header", "product", "eettafel"),
        TemplateGap("body", "first_name", "Sanne"),
        TemplateGap("body", "day", "dinsdag 12 mei"),
        TemplateGap("body", "slot", "10:00 en 12:00"),
    ),
    named=True,
)
SALE = Template(
    "new_collection",
    "nl",
    "Dag {{1}}, de nieuwe collectie staat in de winkel.",
    category="marketing",
    gaps=(TemplateGap("body", "1", "Sanne"),),
)


@pytest.fixture
def shut(transactional_db: None) -> Conversation:
    """A WhatsApp chat in which the customer wrote two days ago."""
    account = factories.make_account("whatsapp", name="Veldhuis Wonen", handle="")
    templates.replace_templates(account, [SLOT, SALE])
    message = factories.make_inbound(
        account, "Wanneer wordt mijn tafel bezorgd? Ik hoor maar niets.", kind="dm", visibility="private",
        sent_at=timezone.now() - timedelta(days=2),
        author=factories.author("Karin Bos", handle="", phone="+31612345678"),
    )  # fmt: skip
    assert message.conversation is not None
    return message.conversation


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("WEBCARE_SCREENSHOTS", "")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.long
def test_a8_template_is_found_filled_in_and_sent_by_keyboard(visit: Open, shut: Conversation) -> None:
    page = visit(shut.get_absolute_url())
    expect(page.locator(".template-option")).to_have_count(2)
    _picture(page, "templates-list")
    page.fill("#template-q", "bezorgen")
    expect(page.locator(".template-option")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('[name="gap-body.first_name"]')).to_have_value("Karin")
    page.fill('[name="gap-header.product"]', "eettafel")
    page.fill('[name="gap-body.day"]', "maandag")
    expect(page.locator("#template-preview")).to_contain_text("Dag Karin, we bezorgen op maandag tussen")
    expect(page.locator("#template-preview mark")).to_have_text("Slot")
    _picture(page, "templates-filled")
    sent = requests_of(page, "/template/")
    page.keyboard.press("Enter")  # shows the preview, and never sends
    page.keyboard.press("Control+Enter")
    page.fill('[name="gap-body.slot"]', "9 en 11 uur")
    expect(page.locator("#template-preview")).to_contain_text("9 en 11 uur")
    assert sent == [], "the browser asks for the last value first"
    assert not Message.objects.filter(direction="outbound").exists()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator(".msg-out")).to_contain_text("Je eettafel komt eraan")
    assert (Message.objects.get(direction="outbound").template or {})["values"][3]["text"] == "9 en 11 uur"
    page.keyboard.press("Control+z")
    expect(page.locator('[name="gap-body.slot"]')).to_have_value("9 en 11 uur")


@pytest.mark.long
def test_a8_keys_lead_from_the_template_to_a_note_and_back(visit: Open, shut: Conversation) -> None:
    page = visit(shut.get_absolute_url())
    page.keyboard.press("n")
    expect(page.locator("#reply")).to_be_visible()
    page.locator("#scroll").focus()
    page.keyboard.press("p")
    expect(page.locator(".template-option")).to_have_count(2)


@pytest.mark.long
def test_a8_without_scripts_it_is_chosen_filled_in_seen_and_sent(visit: Open, shut: Conversation) -> None:
    page = visit(shut.get_absolute_url(), java_script_enabled=False)
    page.fill("#template-q", "collectie")
    page.click('button:text("Search")')
    page.click(".template-option")
    page.fill('[name="gap-body.1"]', "Karin")
    page.click('button:text("Preview")')
    expect(page.locator("#template-preview")).to_contain_text("Dag Karin, de nieuwe collectie")
    page.click('button:text("Send the template")')
    expect(page.locator(".msg-out")).to_contain_text("Dag Karin, de nieuwe collectie")
    assert Message.objects.get(direction="outbound").route == "template"


@pytest.mark.long
@pytest.mark.thorough
def test_axe_finds_nothing_in_the_templates(visit: Open, shut: Conversation) -> None:
    def look(state: str) -> None:
        assert barriers_at(page, 1440, 768, 360) == [], state
        for width in (1440, 768, 360):
            resize(page, width)
            _picture(page, f"templates-{width}-{state}")

    page = visit(shut.get_absolute_url())
    look("list")
    page.click(".template-option >> nth=0")
    expect(page.locator("#template-preview")).to_be_visible()
    look("filled")
