"""A lead reviews an answer, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from channels.models import Account
from inbox.models import Conversation, Review, User
from tests import factories
from tests.browser.conftest import Open, picture
from tests.support.barriers import barriers
from tests.support.profiles import cases

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.long
@cases(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_e9_review_by_keyboard_survives_live_updates(
    visit: Open, account: Account, agent: User, conversation: Conversation, width: int, scheme: str
) -> None:
    answer = factories.make_answer(conversation, agent, text="Dat klopt niet, u had moeten bellen.")
    lead = factories.make_user("lead", first_name="Sanne", language="en")
    page = visit(conversation.get_absolute_url(), width=width, person=lead, color_scheme=scheme)
    form = page.locator(f"#review-{answer.code}")
    star = page.locator(f'.msg-acts [popovertarget="review-{answer.code}"]')
    star.focus()
    page.keyboard.press("Enter")
    expect(form).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(form.locator('[value="partly"]')).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Begin bij de klant.")
    picture(page, f"review-{width}")
    assert barriers(page) == []

    factories.make_inbound(account, "Hallo, is daar iemand?")
    expect(page.locator("#messages")).to_contain_text("is daar iemand")
    expect(form).to_be_visible()
    expect(form.locator("textarea")).to_have_value("Begin bij de klant.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(form).to_be_hidden()
    expect(page.locator(".msg-review")).to_contain_text("Partly accommodating")
    assert Review.objects.get().remark == "Begin bij de klant."
    picture(page, f"reviewed-{width}")

    star.click()
    form.locator('[value="yes"]').check()
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    expect(page.locator(".msg-review b")).to_have_text("Accommodating")
    assert barriers(page) == []
    page.goto(f"{page.url.split('/inbox/')[0]}/settings/reviews/")
    expect(page.locator(".reviewed li")).to_contain_text("Begin bij de klant.")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
