"""Masked personal data in a real browser: shown by one press, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from channels.types import Author
from inbox.models import Read, User
from inbox.privacy import reads
from inbox.team import organisation
from tests.browser.conftest import Open
from tests.factories import make_account, make_inbound, make_user
from tests.support.barriers import barriers_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.long)])
def test_masked_data_shows_by_one_press(visit: Open, scripts: bool) -> None:
    agent = make_user(language="nl")
    message = make_inbound(make_account("x"), "Bel me op 06-12345678 of mail karin@gmail.com")
    organisation.change(make_user("admin"), masks_personal_data=True)
    assert message.conversation is not None
    page = visit(
        message.conversation.get_absolute_url(),
        person=User.objects.get(pk=agent.pk),
        java_script_enabled=scripts,
    )
    words = page.locator(".msg-in .msg-text")
    expect(words).to_have_text("Bel me op 06-•••••678 of mail k•••••@g•••••")
    if scripts:
        assert barriers_at(page, 1440, 360) == []
    page.get_by_role("button", name="Toon de 2 verborgen gegevens").click()
    expect(words).to_have_text("Bel me op 06-12345678 of mail karin@gmail.com")
    expect(page.locator(".masked")).to_have_count(0)
    reads.flush()
    assert Read.objects.filter(kind="revealed", user_id=agent.pk).count() == 1


def test_number_of_a_person_shows_wherever_it_is_their_name(visit: Open) -> None:
    agent, her = make_user(language="nl"), Author("31612345601", "", phone="+31612345601")
    message = make_inbound(make_account("whatsapp"), "Hoi", author=her, visibility="private", kind="dm")
    organisation.change(make_user("admin"), masks_personal_data=True)
    assert message.conversation is not None
    page = visit(message.conversation.get_absolute_url(), person=User.objects.get(pk=agent.pk))
    names = [page.locator("#contact-name"), page.locator("#who")]
    for name in names:
        expect(name).to_have_text("+31••••••601")
    page.get_by_role("button", name="Toon het volledig").click()
    for name in names:
        expect(name).to_have_text("+31612345601")
