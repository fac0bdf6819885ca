"""A second person, in a real browser: asked when in doubt, and looking at an answer before it leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Route as Asked

from channels.models import Account
from channels.types import Route
from inbox.models import Attachment, Conversation, Draft, Message, User
from inbox.outbox import approval_link, queue
from inbox.team import organisation
from inbox.triage import assignment
from tests import factories
from tests.browser.conftest import Open, picture
from tests.support.barriers import barriers
from tests.support.files import PIXEL
from tests.support.files import picture as pixels
from tests.support.profiles import cases

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def conversation(account: Account) -> Conversation:
    """One that waits, in public."""
    found = factories.make_inbound(account, "Waar blijft mijn kast?").conversation
    assert found is not None
    return found


@pytest.mark.long
def test_a6_another_account_changes_signature_and_counter(visit: Open, conversation: Conversation) -> None:
    service = factories.make_account(
        "x", name="Veldhuis Helpt", handle="VeldhuisHelpt", mode="engage", signature="team", team_name="Team Service"
    )
    page = visit(conversation.get_absolute_url())
    page.fill("#reply", "a" * 262)
    expect(page.locator(".signed.if-public")).to_have_text("^FB")
    expect(page.locator("#counter")).to_have_text("14 left")
    with page.expect_response("**/draft/"):
        page.select_option("#sender", label="@VeldhuisHelpt")
    expect(page.locator(".signed.if-public")).to_have_text("Team Service")
    expect(page.locator("#counter")).to_have_text("4 left")
    picture(page, "sender")
    assert barriers(page) == []
    assert Draft.objects.get().sender == service

    page.reload()
    expect(page.locator("#sender")).to_have_value(str(service.code))
    expect(page.locator("#counter")).to_have_text("4 left")
    page.keyboard.press("p")
    expect(page.locator("#sender")).to_be_hidden()
    page.keyboard.press("Escape")
    page.locator('[data-tab="public"]').check()
    with page.expect_response("**/reply/**"):
        page.locator("[data-send]").click()
    expect(page.locator(".msg-out").last).to_contain_text("as @VeldhuisHelpt")
    assert Message.objects.get(direction="outbound").account == service


@pytest.mark.long
@cases(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_a11_approver_gives_it_back_while_a_customer_writes(
    visit: Open, account: Account, agent: User, conversation: Conversation, width: int, scheme: str
) -> None:
    organisation.change(agent, name="Veldhuis", approves_pictures=True)
    author = factories.make_user(first_name="Guus", undo_seconds=0)
    message = queue.queue_reply(
        conversation,
        author,
        text="Zo ziet hij eruit.",
        route=Route.PUBLIC_REPLY,
        reply_to=None,
        seen_message_id=None,
        files=[SimpleUploadedFile("kast.png", PIXEL, "image/png")],
    )
    page = visit(conversation.get_absolute_url(), width=width, color_scheme=scheme)
    shown = page.locator(f"#message-{message.code}")
    expect(shown).to_contain_text("This is what everyone will see")
    shown.locator(".give-back summary").click()
    shown.locator(".give-back textarea").fill("Andere foto, dit is de oude kast.")
    assert barriers(page) == []
    picture(page, f"approval-{width}")

    factories.make_inbound(account, "Hallo?")
    expect(page.locator("#messages")).to_contain_text("Hallo?")
    expect(shown.locator(".give-back textarea")).to_have_value("Andere foto, dit is de oude kast.")
    shown.locator("form button", has_text="Give it back with this").click()
    expect(page.locator(".msg-note")).to_contain_text("Andere foto")
    expect(shown).to_have_count(0)
    message.refresh_from_db()
    assert message.state == "cancelled"


def test_menu_that_was_closed_has_all_its_choices_again(visit: Open, conversation: Conversation) -> None:
    factories.make_user("lead")
    page = visit(conversation.get_absolute_url())
    for _time in range(2):
        page.keyboard.press("l")
        expect(page.locator("#thread-head [data-narrow]")).to_be_visible()
        page.keyboard.press("Escape")
    # Closed before a choice's form came: it comes too late.
    held: list[Asked] = []
    page.route("**/team/", lambda route: held.append(route))
    with page.expect_request("**/team/"):
        page.keyboard.press("t")
    page.keyboard.press("Escape")
    held[0].continue_()
    expect(page.locator("#thread-head .htmx-request")).to_have_count(0)
    page.keyboard.press("q")
    expect(page.locator(".ask [name=question]")).to_be_focused()
    expect(page.locator("#thread-head .menu-h", has_text="Give to a team")).to_have_count(0)


def test_form_that_comes_late_leaves_a_reopened_menu_alone(visit: Open, conversation: Conversation) -> None:
    factories.make_user("lead")
    page = visit(conversation.get_absolute_url())
    menu = page.locator("#thread-head details.menu", has=page.locator("[data-key=t]"))
    held: list[Asked] = []
    page.route("**/team/", lambda route: held.append(route))
    with page.expect_request("**/team/"):
        page.keyboard.press("t")
    page.keyboard.press("Escape")
    menu.locator("summary").click()
    expect(menu.locator("[data-key=t]")).to_be_visible()
    held[0].continue_()
    expect(page.locator("#thread-head .htmx-request")).to_have_count(0)
    expect(menu.locator("[data-key=t]")).to_be_visible()
    expect(menu.locator(".menu-h", has_text="Give to a team")).to_have_count(0)


def test_head_follows_the_news_after_a_choice_was_left(visit: Open, conversation: Conversation) -> None:
    colleague = factories.make_user("lead")
    page = visit(conversation.get_absolute_url())
    page.keyboard.press("t")
    expect(page.locator("#thread-head .menu-h", has_text="Give to a team")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#thread-head .htmx-request")).to_have_count(0)
    assignment.close(conversation, colleague)
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()


def test_g2_in_doubt_one_key_asks_and_the_answer_comes_back(
    visit: Open, account: Account, agent: User, conversation: Conversation
) -> None:
    lead = factories.make_user("lead", first_name="Sanne", last_name="Kuipers", language="en")
    page = visit(conversation.get_absolute_url())
    # Another choice of the same menu was looked at before: it has all of them again, also for the very next key.
    page.keyboard.press("t")
    expect(page.locator(".menu-body .menu-h", has_text="Give to a team")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    page.fill(".ask [name=question]", "Mag dit terug?")
    page.select_option(".ask [name=to]", str(lead.code))
    assert barriers(page) == []
    page.locator(".ask button", has_text="Ask").click()
    expect(page.locator("[data-strip=question]")).to_contain_text("Waits for an answer of Sanne Kuipers.")

    leads_page = visit(conversation.get_absolute_url(), width=360, person=lead)
    field = leads_page.locator("#question-answer")
    field.fill("Ja, doe maar.")
    assert barriers(leads_page) == []
    # News that changes the strips leaves the words and their writer alone.
    assignment.write_note(conversation, agent, "@Sanne kijk je even?")
    expect(leads_page.locator("[data-strip=named]")).to_be_visible()
    expect(field).to_have_value("Ja, doe maar.")
    expect(field).to_be_focused()
    leads_page.locator(".question-answer button", has_text="Answer").click()
    expect(leads_page.locator("[data-strip=question]")).to_have_count(0)
    expect(page.locator("#messages")).to_contain_text("Ja, doe maar.")
    expect(page.locator("[data-strip=question]")).to_have_count(0)


@pytest.mark.long
def test_g12_approver_changes_the_words_and_sees_them_go(visit: Open, agent: User, conversation: Conversation) -> None:
    trainee = factories.make_user("trainee", first_name="Mila", undo_seconds=0)
    message = queue.queue_reply(
        conversation, trainee, text="Helaas, in december.", route=Route.PUBLIC_REPLY, reply_to=None,
        seen_message_id=None,
    )  # fmt: skip
    page = visit(conversation.get_absolute_url())
    shown = page.locator(f"#message-{message.code}")
    shown.locator(".approve-edit summary").click()
    shown.locator(".approve-edit textarea").fill("We verwachten hem in december.")
    expect(shown.locator(".difference ins")).to_have_text("We verwachten hem")
    expect(shown.locator(".difference del")).to_have_text("Helaas,")
    assert barriers(page) == []
    shown.locator("button", has_text="Approve and send").click()
    expect(shown.locator(".approve")).to_have_count(0)
    expect(shown).to_contain_text("We verwachten hem in december.")
    message.refresh_from_db()
    assert (message.state, message.approved_by) == ("queued", agent)


@pytest.mark.long
@cases(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_g2_approver_without_account_sees_the_pictures(
    new_context: Callable[..., BrowserContext], site: str, conversation: Conversation, width: int, scheme: str
) -> None:
    trainee = factories.make_user("trainee", first_name="Mila", undo_seconds=0)
    message = queue.queue_reply(
        conversation, trainee, text="Zo hoort hij te staan.", route=Route.PUBLIC_REPLY, reply_to=None,
        seen_message_id=None, alt_texts=["Een rood met blauwe kast"],
        files=[SimpleUploadedFile("kast.png", pixels(size=(640, 400)), "image/png")],
    )  # fmt: skip
    Attachment.objects.create(
        message=message, position=1, kind="file", state="stored", mime_type="application/pdf",
        filename="Montage.pdf", size=2048, file=SimpleUploadedFile("montage.pdf", b"%PDF-1.4"),
    )  # fmt: skip
    link = approval_link.make(message, factories.make_user("lead"), "Iris Hofman")
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en")
    page = context.new_page()
    page.goto(f"{site}/approve/{approval_link.token_of(link)}/")
    shown = page.get_by_role("img", name="Een rood met blauwe kast")
    assert shown.evaluate("async (picture) => { await picture.decode(); return picture.naturalWidth; }") == 640
    assert barriers(page) == []
    shown.scroll_into_view_if_needed()
    picture(page, f"approval-by-link-{width}")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Montage.pdf").click()
    assert downloaded.value.suggested_filename == "Montage.pdf"
    with context.expect_page() as opened:
        shown.click()
    address = opened.value.url
    opened.value.close()

    Attachment.objects.filter(message=message, position=0).update(alt_text="Een groene kast")
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_role("alert")).to_contain_text("The files changed")
    expect(page.get_by_role("img", name="Een groene kast")).to_be_visible()
    page.get_by_role("button", name="Approve and send").click()
    expect(page.locator("main")).to_contain_text("It leaves now")
    assert page.request.get(address).status == 410
    message.refresh_from_db()
    assert message.state == "queued"


def test_opening_that_is_told_late_leaves_the_writer_alone(visit: Open, conversation: Conversation) -> None:
    factories.make_user("lead")
    page = visit(conversation.get_absolute_url())
    page.keyboard.press("q")
    question = page.locator(".ask [name=question]")
    expect(question).to_be_focused()
    page.locator("#thread-head details[open]").dispatch_event("toggle")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 50))")
    expect(question).to_be_focused()
