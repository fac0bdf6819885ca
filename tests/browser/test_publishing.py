"""A planned post in a real browser: written by keyboard, approved by another, published at its moment."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from channels.models import Account
from inbox.models import Message, Organisation
from inbox.outbox import deliver
from publishing.models import Part, Post
from tests import factories
from tests.browser.conftest import Open, picture
from tests.support.barriers import barriers, barriers_at
from tests.support.files import PIXEL
from tests.support.pages import signed_in
from tests.support.sandbox_accounts import connect, said

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def brand(sandbox: Running, settings: Settings, transactional_db: None) -> Account:
    """An account in the sandbox that may publish."""
    settings.X_API_BASE = settings.X_UPLOAD_BASE = settings.MEDIA_SANDBOX = sandbox.url
    account = connect(sandbox, "x")
    Account.objects.filter(pk=account.pk).update(mode="publish")
    return Account.objects.get(pk=account.pk)


def place(page: Page, platform: str) -> Locator:
    """The account of a platform, in the form."""
    return page.locator(f'.post-place:has(small:text-is("{platform}"))')


def room(page: Page, platform: str) -> str:
    """What the form says of the room there is on it."""
    return place(page, platform).locator(".counter").inner_text().strip()


def test_a_post_is_planned_approved_and_stands_there_once(visit: Open, brand: Account, sandbox: Running) -> None:
    Organisation.objects.create(approves_posts=True)
    factories.make_account("facebook", handle="veldhuiswonen", mode="publish")
    moment = (timezone.localtime() + timedelta(days=1)).replace(hour=9, minute=30, second=0, microsecond=0)
    page = visit("/publishing/")
    page.get_by_role("link", name="Write a post").press("Enter")
    page.get_by_label("Text", exact=True).fill("Nieuwe collectie! " * 20)
    place(page, "Facebook").locator("[name=accounts]").press("Space")
    assert (room(page, "Facebook"), room(page, "X")) == ("4641 left", "79 too long")
    page.reload()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Nieuwe collectie! " * 20)  # what was written is kept
    place(page, "Facebook").locator("[name=accounts]").press("Space")
    place(page, "X").locator("[name=accounts]").press("Space")
    page.get_by_label("Text", exact=True).fill("Nieuwe collectie!")
    assert room(page, "X") == "263 left"
    page.get_by_label("When").fill(moment.strftime("%Y-%m-%dT%H:%M"))
    assert barriers_at(page, 1440, 360) == []
    picture(page, "post-form-360")
    page.get_by_role("button", name="Save the draft").dblclick()
    expect(page.get_by_role("article")).to_contain_text("17 / 280")
    page.get_by_role("button", name="Ask for approval").dblclick()
    expect(page.locator("h1")).to_contain_text("Waiting for approval")
    post = Post.objects.get()  # one, though each button was pressed twice
    assert not Message.objects.exists()
    signed_in(factories.make_user(first_name="Bo")).post(
        reverse("post_act", args=[post.code]), {"do": "approve", "version": "1"}
    )
    with time_machine.travel(moment, tick=False):
        for row in deliver.sweep():
            deliver.deliver(row)
    assert [item["text"] for item in said(sandbox, platform="x")] == ["Nieuwe collectie!"]
    page.reload()
    expect(page.locator("h1")).to_contain_text("Published")
    page.goto(page.url.replace(f"{post.code}/", "new/"))
    expect(page.get_by_label("Text", exact=True)).to_have_value("")  # saved: nothing is left of it
    page.get_by_label("Text", exact=True).fill("Nog een")
    page.goto(f"{page.url}?on=2031-07-04")  # begun anew on a day of the calendar
    expect(page.get_by_label("Text", exact=True)).to_have_value("Nog een")
    expect(page.get_by_label("When")).to_have_value("2031-07-04T09:00")
    page.get_by_text("Add a picture").first.click()
    file = page.locator(".post-slot [type=file]").first
    file.set_input_files({"name": "tafel.png", "mimeType": "image/png", "buffer": PIXEL})
    shows = page.locator(".post-slot [type=text]").first
    shows.fill("  ")
    page.get_by_role("button", name="Save the draft").click()
    expect(shows).to_be_focused()  # what is on it, before it leaves
    assert file.evaluate("file => file.files.length") == 1


@pytest.mark.long
@pytest.mark.thorough
def test_calendar_and_list_have_no_barriers(visit: Open, brand: Account) -> None:
    for number, state in enumerate(Post.State.values):
        post = Post.objects.create(text=f"Bericht {number} {'lang' * 40}", at=timezone.now(), state=state)
        Part.objects.create(post=post, account=brand)
    for width, scheme in ((1440, "light"), (360, "dark")):
        page = visit("/publishing/calendar/", width=width, color_scheme=scheme)
        expect(page.locator(".post-calendar")).to_contain_text("Bericht 0")
        picture(page, f"post-calendar-{width}")
        assert barriers(page) == []
        page.goto(page.url.replace("calendar/", ""))
        expect(page.locator(".posts-line")).to_have_count(4)
        picture(page, f"posts-{width}")
        assert barriers(page) == []
