"""A public picture at the page: shown as the public will see it, approved or given back by a colleague (A11)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from channels.models import Account
from inbox.models import Conversation, Draft, Identity, Label, Message, Notification, User
from inbox.team import organisation
from inbox.triage import labels
from tests import factories
from tests.support.composer import reply_address, reply_form
from tests.support.files import PIXEL
from tests.support.pages import HTMX, signed_in


@pytest.fixture
def waiting(page: Client, agent: User, conversation: Conversation) -> Message:
    """A public answer with a picture, sent from the page."""
    organisation.change(agent, approves_pictures=True)
    picture = SimpleUploadedFile("meme.png", PIXEL, "image/png")
    page.post(reply_address(conversation), reply_form(conversation, "Kijk eens.", attached=[picture], alt=["Een kast"]))
    return Message.objects.get(direction="outbound")


def test_a11_it_is_shown_as_the_public_will_see_it(
    page: Client, lead: User, conversation: Conversation, waiting: Message
) -> None:
    html = signed_in(lead).get(conversation.get_absolute_url()).content.decode()
    assert "This is what everyone will see" in html
    assert "Description of the picture: Een kast" in html
    assert f"/inbox/messages/{waiting.code}/approve/" in html
    assert f"/inbox/messages/{waiting.code}/give-back/" in html
    mine = page.get(conversation.get_absolute_url()).content.decode()
    assert "Waiting for approval." in mine
    assert f"/inbox/messages/{waiting.code}/approve/" not in mine
    assert f"/inbox/messages/{waiting.code}/cancel/" in mine


def test_a11_the_queue_stands_in_the_menu_where_answers_need_it(
    page: Client, lead: User, agent: User, conversation: Conversation, waiting: Message
) -> None:
    organisation.change(agent, approves_pictures=False)
    html = page.get("/inbox/?queue=approval").content.decode()
    assert html.count(str(conversation.code)) > 0, "what waits stays in the menu"
    assert '<data value="1">' in html.split('title="Waiting for approval"')[1].split("</li>")[0]
    signed_in(lead).post(f"/inbox/messages/{waiting.code}/approve/", {"seen": waiting.pk})
    assert 'title="Waiting for approval"' not in page.get("/inbox/").content.decode()
    organisation.change(agent, approves_pictures=True)
    assert 'title="Waiting for approval"' in page.get("/inbox/").content.decode()


def test_a11_approving_without_scripts_goes_back_to_the_page(
    lead: User, conversation: Conversation, waiting: Message
) -> None:
    browser = signed_in(lead)
    assert "asks you to approve an answer" in browser.get("/inbox/notifications/").content.decode()
    response = browser.post(f"/inbox/messages/{waiting.code}/approve/", {"seen": waiting.pk}, follow=True)
    assert response.redirect_chain == [(conversation.get_absolute_url(), 302)]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.approved_by) == ("queued", lead)


def test_a11_forged_post_approves_nothing(
    page: Client, outsider: User, conversation: Conversation, waiting: Message
) -> None:
    address = f"/inbox/messages/{waiting.code}"
    html = page.post(f"{address}/approve/", {"seen": waiting.pk}, follow=True).content.decode()
    assert "Somebody else has to look at your answer." in html
    for way in ("retry", "discard"):
        page.post(f"{address}/{way}/")
    for way in ("approve", "give-back", "cancel"):
        assert signed_in(outsider).post(f"{address}/{way}/", {"seen": waiting.pk, "comment": "x"}).status_code == 404
    assert page.get(f"{address}/approve/").status_code == 405
    waiting.refresh_from_db()
    assert waiting.state == "approval"


def test_a11_what_came_in_since_is_shown_first(
    lead: User, account: Account, conversation: Conversation, waiting: Message
) -> None:
    factories.make_inbound(account, "Laat maar!")
    address = f"/inbox/messages/{waiting.code}/approve/"
    response = signed_in(lead).post(address, {"seen": waiting.pk}, **HTMX)
    assert "Laat maar!" in response.content.decode()
    assert "Read it, then approve" in response["HX-Trigger"]
    waiting.refresh_from_db()
    assert waiting.state == "approval"


def test_a11_given_back_the_author_finds_comment_and_text(
    page: Client, agent: User, lead: User, conversation: Conversation, waiting: Message
) -> None:
    address = f"/inbox/messages/{waiting.code}/give-back/"
    signed_in(lead).post(address, {"comment": ""})
    waiting.refresh_from_db()
    assert waiting.state == "approval"
    html = signed_in(lead).post(address, {"comment": "Deze meme kan niet."}, **HTMX).content.decode()
    assert "Deze meme kan niet." in html
    assert Draft.objects.get(user=agent).text == "Kijk eens."
    assert ">Kijk eens.</textarea>" in page.get(conversation.get_absolute_url()).content.decode()
    notifications = page.get("/inbox/notifications/").content.decode()
    assert "gave an answer back to you" in notifications
    assert "Deze meme kan niet." in notifications
    assert Notification.objects.get(kind="returned").user == agent


def test_a11_taking_it_back_puts_the_text_in_the_composer(
    page: Client, conversation: Conversation, waiting: Message
) -> None:
    html = page.post(f"/inbox/messages/{waiting.code}/cancel/", **HTMX).content.decode()
    assert ">Kijk eens.</textarea>" in html


def test_a_number_no_message_can_have_is_refused(lead: User, waiting: Message) -> None:
    response = signed_in(lead).post(f"/inbox/messages/{waiting.code}/approve/", {"seen": "9" * 5000})
    waiting.refresh_from_db()
    assert (response.status_code, waiting.state) == (404, "approval")


@pytest.fixture
def trainees_answer(conversation: Conversation) -> Message:
    """What somebody in training wrote."""
    mila = factories.make_user("trainee", first_name="Mila", language="en")
    signed_in(mila).post(reply_address(conversation), reply_form(conversation, "Helaas, in december."))
    return Message.objects.get(direction="outbound")


def test_g12_approver_sees_why_and_what_they_change(
    lead: User, conversation: Conversation, trainees_answer: Message
) -> None:
    browser = signed_in(lead)
    html = browser.get(conversation.get_absolute_url()).content.decode()
    assert "Whoever wrote it is in training." in html
    assert f"/inbox/messages/{trainees_answer.code}/difference/" in html
    address = f"/inbox/messages/{trainees_answer.code}/difference/"
    part = browser.post(address, {"text": "In december weer."}, **HTMX).content.decode()
    assert "<del" in part
    assert "<ins" in part
    whole = browser.post(address, {"text": "In december weer.", "seen": trainees_answer.pk}).content.decode()
    assert f'action="/inbox/messages/{trainees_answer.code}/approve/"' in whole


def test_g12_author_reads_what_was_changed(lead: User, conversation: Conversation, trainees_answer: Message) -> None:
    address = f"/inbox/messages/{trainees_answer.code}/approve/"
    signed_in(lead).post(address, {"seen": trainees_answer.pk, "text": "In december weer."})
    mila = User.objects.get(role="trainee")
    html = signed_in(mila).get(conversation.get_absolute_url()).content.decode()
    assert "Sanne Kuipers changed and approved it" in html
    assert ">Helaas, in</del>" in html


def test_g12_guard_looks_at_the_approvers_words_too(
    lead: User, conversation: Conversation, trainees_answer: Message
) -> None:
    address = f"/inbox/messages/{trainees_answer.code}/approve/"
    signed_in(lead).post(address, {"seen": trainees_answer.pk, "text": "Dag {first_name}, in december."})
    trainees_answer.refresh_from_db()
    assert trainees_answer.state == "approval"


def test_g12_approver_sees_personal_data_before_it_is_public(lead: User, conversation: Conversation) -> None:
    mila = factories.make_user("trainee", first_name="Mila", language="en")
    first = signed_in(mila).post(reply_address(conversation), reply_form(conversation, "Bel 06-12345678."))
    hint = first.content.decode().split('name="anyway" value="')[1].split('"')[0]
    signed_in(mila).post(reply_address(conversation), reply_form(conversation, "Bel 06-12345678.", anyway=hint))
    answer = Message.objects.get(direction="outbound")
    browser, address = signed_in(lead), f"/inbox/messages/{answer.code}/approve/"
    html = browser.get(conversation.get_absolute_url()).content.decode()
    assert "Personal data in public: a phone number (06-12345678)." in html
    assert f'name="anyway" value="{hint}"' in html
    browser.post(address, {"seen": answer.pk})  # by who did not see the hint
    changed = browser.post(f"/inbox/messages/{answer.code}/difference/", {"text": "Mail a@b.nl"}, **HTMX)
    assert "an e-mail address (a@b.nl)" in changed.content.decode()
    browser.post(address, {"seen": answer.pk, "text": "Mail a@b.nl", "anyway": hint})  # of other words
    answer.refresh_from_db()
    assert answer.state == "approval"
    browser.post(address, {"seen": answer.pk, "anyway": hint})
    answer.refresh_from_db()
    assert answer.state == "queued"


def test_g12_who_is_in_training_cannot_approve(conversation: Conversation, trainees_answer: Message) -> None:
    other = signed_in(factories.make_user("trainee", language="en"))
    address = f"/inbox/messages/{trainees_answer.code}/approve/"
    assert address not in other.get(conversation.get_absolute_url()).content.decode()
    other.post(address, {"seen": trainees_answer.pk})
    trainees_answer.refresh_from_db()
    assert trainees_answer.state == "approval"


def test_g12_composer_says_beforehand_who_looks_first(
    page: Client, agent: User, lead: User, conversation: Conversation
) -> None:
    def says(browser: Client) -> bool:
        return "A colleague looks at it first." in browser.get(conversation.get_absolute_url()).content.decode()

    assert not says(page)
    assert says(signed_in(factories.make_user("trainee", language="en")))
    label = Label.objects.create(name="Juridisch", needs_approval=True)
    labels.add_label(conversation, label, lead)
    assert says(page)
    labels.remove_label(conversation, label, lead)
    assert not says(page)
    Identity.objects.update(followers=5000)
    organisation.change(lead, approves_followers=5000)
    assert says(page)
    organisation.change(lead, approves_followers=None, approves_negative=True)
    assert not says(page)
    Conversation.objects.update(mood="angry")
    assert says(page)
