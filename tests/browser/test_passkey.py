"""A passkey, made and used in a real browser with an authenticator of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import BrowserContext

from tests.factories import make_user
from tests.support.barriers import barriers_at, resize

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
_DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.mark.long
def test_a_passkey_signs_in_without_a_password(new_context: Callable[..., BrowserContext], site: str) -> None:
    site = site.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    make_user(email="farah@example.com", language="nl")
    context = new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL")
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
    page.goto(f"{site}/account/login/?next=/account/second-step/passkeys/add/")
    page.fill("#id_login", "farah@example.com")
    page.fill("#id_password", "a-long-password")
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url("**/account/again/**")
    assert barriers_at(page, 1440, 360) == []
    page.fill("#id_password", "a-long-password")
    page.get_by_role("button", name="Verder").click()
    page.get_by_role("button", name="Maak een passkey").click()
    page.wait_for_url("**/recovery/")
    assert barriers_at(page, 1440, 360) == []
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    resize(page, 1440)
    page.get_by_role("button", name="Uitloggen").first.click()
    page.wait_for_url("**/account/login/**")
    page.get_by_role("button", name="Log in met een passkey").click()
    page.wait_for_url("**/inbox/**")
