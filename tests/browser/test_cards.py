"""What customers saw, quoted and filled in, in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from channels.types import Attachment, Shown, ShownKind, Visibility
from inbox.ingest.receive import receive
from inbox.models import Conversation, User
from tests import factories
from tests.browser.conftest import Open, picture
from tests.support.barriers import barriers_at, resize
from tests.support.profiles import cases

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def carded(transactional_db: None) -> Conversation:
    """A WhatsApp chat with every kind of card."""
    account = factories.make_account("whatsapp", name="Veldhuis Wonen", handle="")
    now, who = timezone.now(), factories.author("Noor Vermeer")
    advert = Shown(ShownKind.ADVERT, "Najaar bij Veldhuis: 15 % op alle banken", "Kies je stof, wij regelen de rest.")
    answers = (("Bestelnummer", "40187"), ("Wat is er stuk", "Naad open, poot wiebelt. De hoek van de bank zit los."))
    messages: list[tuple[str, str, dict[str, Any]]] = [
        ("a1", "Geldt dit ook voor een bank die ik vorige maand heb besteld?", {"shown": (advert,)}),
        (
            "a2",
            "Deze dus.",
            {"shown": (Shown(ShownKind.PRODUCT, "Fjord hoekbank", price="€ 1.849", reference="30418"),)},
        ),
        ("a3", "Bestelnummer: 40187", {"shown": (Shown(ShownKind.FORM, answers=answers),)}),
        ("a4", "*Donderdag* past, _echt_ waar. ~Nee~ ```code```", {"parent_id": "a1"}),
        ("a5", "En deze?", {"parent_id": "elders"}),
        ("a6", "", {"attachments": (Attachment("image", lost="131052 Media download error"),)}),
        ("a7", "", {"shown": (Shown(ShownKind.CALL, words="accept", until=now + timedelta(days=3)),)}),
        ("a8", "Zie hierboven", {"shown": (Shown(ShownKind.FORWARDED), Shown(ShownKind.STORY))}),
        ("a9", "", {}),
        ("b1", "", {"shown": (Shown(ShownKind.PAGE, "bio", url="https://example.com/" + "lang/" * 30),)}),
    ]
    events = [
        factories.incoming(
            text, external_id=name, kind="dm", visibility=Visibility.PRIVATE, author=who,
            sent_at=now - timedelta(minutes=60 - number * 6), **more,
        )
        for number, (name, text, more) in enumerate(messages)
    ]  # fmt: skip
    receive(account, events)
    return Conversation.objects.get()


@pytest.mark.long
@cases("language", ["nl", "en"])
def test_cards_have_no_barriers(visit: Open, carded: Conversation, agent: User, language: str) -> None:
    User.objects.filter(pk=agent.pk).update(language=language)
    page = visit(carded.get_absolute_url(), height=2000)
    assert barriers_at(page, 1440, 360) == []
    for width in (1440, 360):
        for scheme in ("light", "dark"):
            resize(page, width, scheme)
            picture(page, f"cards-{width}-{scheme}-{language}")


def test_quote_leads_to_what_it_quotes(visit: Open, carded: Conversation) -> None:
    page = visit(carded.get_absolute_url(), height=500)
    page.locator("a.quote").first.click()
    quoted = carded.messages.get(external_id="a1")
    expect(page.locator(f"#message-{quoted.code}")).to_be_in_viewport()
