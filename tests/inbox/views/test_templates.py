"""Answering with a template: chosen, filled in, seen as the customer will read it, and sent once."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from channels.accounts import templates
from channels.models import Account, MessageTemplate
from channels.types import Template, TemplateButton, TemplateGap, Visibility
from inbox.models import Contact, Conversation, Event, Message, Team, User
from inbox.outbox import queue
from tests import factories
from tests.support.pages import HTMX, signed_in

SLOT = Template(
    "delivery_slot",
    "nl",
    "Dag {{first_name}}, we bezorgen op {{day}}.",
    category="utility",
    header="Je {{product}} komt eraan",
    footer="Bericht van onze klantenservice.",
    buttons=(TemplateButton("quick_reply", "Dat komt uit"),),
    gaps=(
        TemplateGap("header", "product", "eettafel"),
        TemplateGap("body", "first_name", "Sanne"),
        TemplateGap("body", "day", "dinsdag"),
    ),
    named=True,
)
UPDATE = Template(
    "order_update",
    "en",
    "Hi {{1}}, news about order {{2}}.",
    category="utility",
    gaps=(TemplateGap("body", "1", "Sanne"), TemplateGap("body", "2", "VW-1")),
)
SALE = Template("sale", "nl", "De korting is begonnen.", status="paused", category="marketing")
MANUAL = Template("manual", "nl", "Hier is de handleiding.", unfit="media")


@pytest.fixture
def number(db: None) -> Account:
    """The brand's WhatsApp number with its templates."""
    account = factories.make_account("whatsapp", name="Veldhuis Wonen", handle="")
    templates.replace_templates(account, [SLOT, UPDATE, SALE, MANUAL])
    return account


@pytest.fixture
def shut(number: Account) -> Conversation:
    """A chat in which the customer wrote two days ago."""
    return _chat(number, hours=48)


def _chat(account: Account, *, hours: float, name: str = "Karin Bos") -> Conversation:
    message = factories.make_inbound(
        account,
        "Wanneer wordt mijn tafel eindelijk bezorgd? Ik wacht al weken.",
        kind="dm",
        visibility=Visibility.PRIVATE,
        sent_at=timezone.now() - timedelta(hours=hours),
        author=factories.author(name, handle="", phone="+31612345678"),
    )
    assert message.conversation is not None
    return message.conversation


def _code(name: str) -> str:
    return str(MessageTemplate.objects.get(name=name).code)


def _form(conversation: Conversation, name: str = "delivery_slot", **fields: str) -> dict[str, str]:
    newest = conversation.messages.order_by("-pk").values_list("pk", flat=True).first()
    values = {"gap-header.product": "tafel", "gap-body.first_name": "Karin", "gap-body.day": "maandag"}
    return {"template": _code(name), "seen": str(newest), "code": str(uuid.uuid4()), "do": "send"} | values | fields


def _see(page: Client, conversation: Conversation, query: str = "") -> str:
    return page.get(f"/inbox/{conversation.code}/{query}").content.decode()


def _post(page: Client, conversation: Conversation, form: dict[str, str], *, htmx: bool = True) -> str:
    address = f"/inbox/{conversation.code}/template/"
    answer = page.post(address, form, **HTMX) if htmx else page.post(address, form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.usefixtures("estimated")
def test_a8_closed_window_opens_with_templates(page: Client, shut: Conversation) -> None:
    html = _see(page, shut)
    assert "The time to answer freely has passed." in html
    assert 'id="reply"' not in html
    options = re.findall(r'class="template-option".*?<b>(\w+)</b>', html, re.DOTALL)
    assert options == ["delivery_slot", "order_update"], "the customer's language first; paused and unfit ones absent"
    assert "As the platform had them 0 min ago." in html


def test_a8_a_template_is_found_by_its_name_and_by_its_words(page: Client, shut: Conversation) -> None:
    for words, found in (("delivery", True), ("bezorgen komt", True), ("korting", False), ("handleiding", False)):
        html = _see(page, shut, f"?template=choose&q={words}")
        assert ("<b>delivery_slot</b>" in html) == found, words
        assert found or "No template holds these words." in html


def test_a8_values_have_examples_and_known_ones_are_filled_in(page: Client, shut: Conversation) -> None:
    html = _see(page, shut, f"?template={_code('delivery_slot')}")
    assert 'placeholder="for example dinsdag"' in html
    assert 'name="gap-body.first_name" value="Karin"' in html
    assert 'name="gap-header.product" value=""' in html
    assert "<mark>Product</mark>" in html, "what is still to come is marked in the preview"
    assert "Dat komt uit" in html and "Bericht van onze klantenservice." in html


def test_a8_preview_is_what_the_customer_reads(page: Client, shut: Conversation) -> None:
    address, form = f"/inbox/{shut.code}/template/preview/", _form(shut, **{"gap-body.day": "<b>morgen</b>"})
    part = page.post(address, form, **HTMX).content.decode()
    assert part.lstrip().startswith("<section") and "&lt;b&gt;morgen&lt;/b&gt;" in part
    whole = page.post(address, form).content.decode()
    assert "<html" in whole and 'name="gap-header.product" value="tafel"' in whole
    assert not Message.objects.filter(direction="outbound").exists()


@pytest.mark.parametrize("htmx", [True, False])
def test_a8_template_is_queued_as_read_and_can_be_undone(
    page: Client, agent: User, shut: Conversation, htmx: bool
) -> None:
    html = _post(page, shut, _form(shut), htmx=htmx)
    message = Message.objects.get(direction="outbound")
    assert message.text == (
        "Je tafel komt eraan\n\nDag Karin, we bezorgen op maandag.\n\n"
        "Bericht van onze klantenservice.\n\n[Dat komt uit]"
    )
    assert (message.state, message.route, message.author) == ("queued", "template", agent)
    assert message.send_after and message.send_after > timezone.now(), "the undo seconds apply"
    assert message.template == {
        "name": "delivery_slot",
        "language": "nl",
        "named": True,
        "values": [
            {"place": "header", "name": "product", "text": "tafel"},
            {"place": "body", "name": "first_name", "text": "Karin"},
            {"place": "body", "name": "day", "text": "maandag"},
        ],
    }
    assert "Template delivery_slot" in html
    back = page.post(f"/inbox/messages/{message.code}/cancel/", {"on": str(shut.code)}, **HTMX).content.decode()
    assert 'name="gap-body.day" value="maandag"' in back, "taken back, it is filled in as it was"


def test_a8_the_same_form_twice_is_one_message(page: Client, shut: Conversation) -> None:
    form = _form(shut)
    _post(page, shut, form)
    _post(page, shut, form)
    assert Message.objects.filter(direction="outbound").count() == 1


def test_a8_an_empty_value_is_named_and_nothing_is_sent(page: Client, shut: Conversation) -> None:
    html = _post(page, shut, _form(shut, **{"gap-body.day": "  ", "gap-header.product": "tafel"}))
    assert "Fill in first: Day." in html and 'value="tafel"' in html
    assert not Message.objects.filter(direction="outbound").exists()


def test_a8_paused_template_is_said_in_words(page: Client, shut: Conversation) -> None:
    form = _form(shut)
    MessageTemplate.objects.update(status="paused")
    assert "does not know this template" in _post(page, shut, form)
    assert not Message.objects.filter(direction="outbound").exists()


def test_a8_values_are_one_line_and_too_long_ones_refused(page: Client, shut: Conversation) -> None:
    assert "too long for WhatsApp" in _post(page, shut, _form(shut, **{"gap-body.day": "x" * 1020}))
    _post(page, shut, _form(shut, **{"gap-body.day": "maandag\n  of   dinsdag"}))
    assert "maandag of dinsdag" in Message.objects.get(direction="outbound").text


def test_guard_checks_values_not_approved_words(page: Client, shut: Conversation) -> None:
    form = _form(shut, **{"gap-body.day": "dinsdagg vervelent"})
    html = _post(page, shut, form)
    assert "Spelling" in html and 'value="dinsdagg vervelent"' in html
    assert not Message.objects.filter(direction="outbound").exists()
    keys = re.search(r'name="hinted" value="([^"]*)"', html)
    assert keys is not None
    _post(page, shut, form | {"hinted": keys[1], "anyway": keys[1]})
    assert Message.objects.filter(direction="outbound").count() == 1
    assert Event.objects.filter(verb="sent_anyway").exists()


def test_b7_who_wrote_meanwhile_is_read_first(page: Client, shut: Conversation, number: Account) -> None:
    form = _form(shut)
    factories.make_inbound(
        number, "Laat maar!", kind="dm", visibility=Visibility.PRIVATE,
        author=factories.author("Karin Bos", handle="", phone="+31612345678"),
    )  # fmt: skip
    html = _post(page, shut, form)
    assert "Laat maar!" in html and 'value="maandag"' in html
    assert not Message.objects.filter(direction="outbound").exists()


def test_a8_with_an_open_window_a_link_leads_to_the_templates(page: Client, number: Account) -> None:
    chat = _chat(number, hours=1)
    html = _see(page, chat)
    assert 'id="reply"' in html and "Use a template" in html
    html = _see(page, chat, "?template=choose")
    assert "<b>delivery_slot</b>" in html and "The time to answer freely has passed." not in html


def test_a_note_is_still_possible_where_the_window_has_closed(page: Client, shut: Conversation) -> None:
    html = _see(page, shut, "?tab=note")
    assert 'id="reply"' in html and "Answer with a template" in html


def test_a8_other_platforms_have_no_templates(page: Client, conversation: Conversation) -> None:
    assert "Use a template" not in _see(page, conversation)
    assert "template-list" not in _see(page, conversation, "?template=choose")


def test_c3_the_press_gets_no_template_from_others_either(page: Client, shut: Conversation) -> None:
    Contact.objects.filter(pk=shut.contact_id).update(kind="press")
    Team.objects.create(name="Pers", handles_press=True).members.add(factories.make_user())
    assert "template-list" not in _see(page, shut)
    _post(page, shut, _form(shut))
    assert not Message.objects.filter(direction="outbound").exists()


def test_only_post_and_only_who_may_see_it(page: Client, outsider: User, shut: Conversation) -> None:
    for address in (f"/inbox/{shut.code}/template/", f"/inbox/{shut.code}/template/preview/"):
        assert page.get(address).status_code == 405
        assert signed_in(outsider).post(address, _form(shut)).status_code == 404


def test_a_template_of_another_account_is_not_used(page: Client, shut: Conversation) -> None:
    other = factories.make_account("whatsapp")
    templates.replace_templates(other, [Template("foreign", "nl", "Van een ander.")])
    assert "does not know this template" in _post(page, shut, _form(shut, "foreign"))
    assert "Van een ander." not in _see(page, shut, f"?template={_code('foreign')}")


def test_sending_it_again_after_a_failure_keeps_the_template(page: Client, agent: User, shut: Conversation) -> None:
    _post(page, shut, _form(shut))
    message = Message.objects.get(direction="outbound")
    Message.objects.filter(pk=message.pk).update(state="failed", error_reason="template_paused")
    assert "has paused this template" in _see(page, shut)
    again = queue.retry(message, agent)
    assert again.template == message.template and again.state == "queued"
