"""The guard and drafts at the page."""

from __future__ import annotations

import re
import uuid

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.models import Account
from inbox.models import CannedReply, CannedText, CannedUse, Conversation, Draft, Event, Message, User, WatchedWord
from tests import factories
from tests.support.pages import HTMX, signed_in

NUMBER = "We bellen je op 06-12345678."


def _form(conversation: Conversation, text: str, **fields: object) -> dict[str, object]:
    newest = conversation.messages.order_by("-pk").values_list("pk", flat=True).first()
    return {"tab": "public", "text": text, "seen": newest, "code": str(uuid.uuid4()), "do": "send"} | fields


def _post(page: Client, conversation: Conversation, text: str, door: str = "reply", **fields: object) -> str:
    form = _form(conversation, text, **fields)
    return page.post(f"/inbox/{conversation.code}/{door}/", form, **HTMX).content.decode()


def _anyway(html: str) -> str:
    found = re.search(r'name="anyway" value="([^"]+)"', html)
    assert found
    return found[1]


def sent() -> list[str]:
    """What was queued."""
    return list(Message.objects.filter(direction="outbound").order_by("pk").values_list("text", flat=True))


def test_d4_phone_number_is_stopped_until_sent_anyway(page: Client, conversation: Conversation) -> None:
    html = _post(page, conversation, NUMBER)
    assert sent() == []
    assert f">{NUMBER}</textarea>" in html
    assert "Personal data in public: a phone number (06-12345678)." in html
    assert "Everyone can read this answer" in html
    _post(page, conversation, NUMBER, anyway=_anyway(html))
    assert sent() == [NUMBER]
    event = Event.objects.get(verb="sent_anyway")
    assert event.data == {"hints": ["personal_data"]}
    assert "06-12345678" not in str(event.data)


def test_d4_pressing_send_again_is_not_sending_anyway(page: Client, conversation: Conversation) -> None:
    html = _post(page, conversation, NUMBER)
    hinted = re.findall(r'name="hinted" value="([^"]+)"', html)[0]
    _post(page, conversation, NUMBER, hinted=hinted)
    assert sent() == []


def test_d4_one_press_moves_the_text_to_the_private_tab(page: Client, conversation: Conversation) -> None:
    html = _post(page, conversation, NUMBER)
    assert 'name="move" value="private"' in html
    moved = _post(page, conversation, NUMBER, move="private")
    assert re.search(r'name="tab" value="private" checked', moved)
    assert f">{NUMBER}</textarea>" in moved
    assert sent() == []
    _post(page, conversation, NUMBER, tab="private")
    assert Message.objects.get(direction="outbound").visibility == "private"


def test_d4_it_works_without_scripts(page: Client, conversation: Conversation) -> None:
    address = f"/inbox/{conversation.code}/reply/"
    html = page.post(address, _form(conversation, NUMBER)).content.decode()
    assert "<html" in html
    page.post(address, _form(conversation, NUMBER, anyway=_anyway(html)))
    assert sent() == [NUMBER]


def test_e3_a_slip_is_held_once_and_leaves_when_it_was_seen(page: Client, conversation: Conversation) -> None:
    text = "Wat vervelent dat hij er nog niet is."
    html = _post(page, conversation, text)
    assert sent() == []
    assert "Spelling: one word." in html
    assert 'data-fix="vervelend"' in html
    _post(page, conversation, text, hinted=re.findall(r'name="hinted" value="([^"]+)"', html)[0])
    assert sent() == [text]
    assert Event.objects.get(verb="sent_anyway").data == {"hints": ["spelling"]}


def test_e3_a_product_name_goes_on_the_word_list_from_the_hint(page: Client, conversation: Conversation) -> None:
    text = "De malmoö staat klaar."
    html = _post(page, conversation, text, learn="malmoö")
    assert f">{text}</textarea>" in html
    assert WatchedWord.objects.filter(kind="correct", phrase="malmoö").exists()
    _post(page, conversation, text)
    assert sent() == [text]


def test_e6_a_cliche_is_shown_while_writing_and_never_holds(page: Client, conversation: Conversation) -> None:
    WatchedWord.objects.get_or_create(kind="cliche", phrase="excuses voor het ongemak", defaults={"advice": "Anders."})
    text = "Excuses voor het ongemak, hij komt morgen."
    assert "Cliché:" in _post(page, conversation, text, "draft")
    _post(page, conversation, text)
    assert sent() == [text]


def test_e12_sensitive_word_is_flagged_beside_the_composer(page: Client, account: Account) -> None:
    WatchedWord.objects.update_or_create(kind="sensitive", phrase="advocaat", defaults={"advice": "Overleg eerst."})
    conversation = factories.make_inbound(account, "Jullie horen van mijn advocaat.").conversation
    assert conversation is not None
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert "Overleg eerst." in html


def test_a_note_is_never_guarded(page: Client, conversation: Conversation) -> None:
    _post(page, conversation, "Bel 06-12345678, vervelent geval", tab="note")
    assert Message.objects.filter(direction="note").exists()


def test_send_and_close_is_still_meant_after_send_anyway(page: Client, conversation: Conversation) -> None:
    html = _post(page, conversation, NUMBER, do="send-close")
    assert 'name="do_anyway" value="send-close"' in html
    _post(page, conversation, NUMBER, anyway=_anyway(html), do="", do_anyway="send-close")
    assert Message.objects.get(direction="outbound").closes_after


def test_e4_an_unchanged_canned_reply_asks_once_and_is_counted(page: Client, conversation: Conversation) -> None:
    made = CannedReply.objects.create(title="Bezorging")
    CannedText.objects.create(canned=made, text="Je kast staat klaar voor de bezorger.")
    text = "Je kast staat klaar voor de bezorger."
    html = _post(page, conversation, text, canned=str(made.code))
    assert sent() == []
    assert "“Bezorging” exactly as it stands." in html
    _post(page, conversation, text, canned=str(made.code), anyway=_anyway(html))
    assert CannedUse.objects.get().unchanged
    _post(page, conversation, f"Dag Karin! {text}", canned=str(made.code))
    assert [use.unchanged for use in CannedUse.objects.order_by("pk")] == [True, False]


def test_a_draft_is_kept_shown_again_and_gone_when_sent(page: Client, agent: User, conversation: Conversation) -> None:
    html = _post(page, conversation, "Ik zoek het even uit voor je.", "draft")
    assert "Draft saved" in html
    again = page.get(conversation.get_absolute_url()).content.decode()
    assert ">Ik zoek het even uit voor je.</textarea>" in again
    _post(page, conversation, "Ik zoek het even uit voor je.")
    assert not Draft.objects.exists()
    assert sent() == ["Ik zoek het even uit voor je."]


def test_a_draft_remembers_its_tab_and_what_it_answers(page: Client, account: Account) -> None:
    conversation = factories.make_conversation(account, messages=2)
    first = conversation.messages.order_by("sent_at")[0]
    _post(page, conversation, "Alleen voor jou.", "draft", tab="private", reply_to=str(first.code))
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert re.search(r'name="tab" value="private" checked', html)
    assert f'name="reply_to" value="{first.code}"' in html


def test_a_draft_is_its_writers_own(page: Client, conversation: Conversation) -> None:
    _post(page, conversation, "Van mij.", "draft")
    html = signed_in(factories.make_user()).get(conversation.get_absolute_url()).content.decode()
    assert "Van mij." not in html


def test_without_scripts_a_draft_is_kept_by_a_button(page: Client, conversation: Conversation) -> None:
    response = page.post(f"/inbox/{conversation.code}/draft/", _form(conversation, "Even wachten."))
    assert response["Location"] == conversation.get_absolute_url()
    assert Draft.objects.get().text == "Even wachten."


def test_what_was_held_back_or_taken_back_stays_a_draft(
    page: Client, conversation: Conversation, account: Account
) -> None:
    form = _form(conversation, "Zorgvuldig antwoord.")
    factories.make_inbound(account, "Laat maar!")
    page.post(f"/inbox/{conversation.code}/reply/", form)
    assert Draft.objects.get().text == "Zorgvuldig antwoord."
    _post(page, conversation, "Nog een antwoord.")
    message = Message.objects.get(direction="outbound")
    assert not Draft.objects.exists()
    page.post(f"/inbox/messages/{message.code}/cancel/")
    assert Draft.objects.get().text == "Nog een antwoord."


def test_what_a_page_leaves_behind_is_kept_and_sends_nobody_back(page: Client, conversation: Conversation) -> None:
    form = _form(conversation, "Bijna af.") | {"leave": "1"}
    answer = page.post(f"/inbox/{conversation.code}/draft/", form)
    assert (answer.status_code, answer.content) == (204, b"")
    assert Draft.objects.get().text == "Bijna af."


def test_drafts_take_post_only_and_from_who_may_see_it(
    page: Client, outsider: User, conversation: Conversation
) -> None:
    address = f"/inbox/{conversation.code}/draft/"
    assert page.get(address).status_code == 405
    assert signed_in(outsider).post(address, _form(conversation, "x")).status_code == 404


def test_a9_the_thread_it_would_become_is_shown_while_writing(page: Client, conversation: Conversation) -> None:
    html = _post(page, conversation, "Een lange zin over een kast. " * 15, "draft")
    assert "As a thread of 2 posts" in html
    assert "1/2" in html


def test_the_page_with_a_draft_takes_no_more_statements(page: Client, conversation: Conversation) -> None:
    taken: list[int] = []
    page.get(conversation.get_absolute_url())  # what hardly changes is read once
    for _twice in range(2):
        with CaptureQueriesContext(connection) as caught:
            page.get(conversation.get_absolute_url())
        taken.append(len(caught))
        _post(page, conversation, "Dag Karin, je kast komt morgen.", "draft")
    assert taken[0] == taken[1]
