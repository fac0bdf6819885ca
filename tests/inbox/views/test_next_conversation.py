"""Send, close and next: the next in the list opens, and the answer can be undone from there."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from inbox.models import Conversation, Draft, Message, User
from inbox.undo import reversal
from tests import factories
from tests.support.pages import HTMX, signed_in


@pytest.fixture
def rows(account: Account) -> list[Conversation]:
    """Three who wait, the longest first."""
    return [_waiting(account, name, hours) for name, hours in (("Jan", 3), ("Els", 2), ("Wil", 1))]


def _waiting(account: Account, name: str, hours: int) -> Conversation:
    message = factories.make_inbound(
        account,
        "Waar blijft mijn kast?",
        author=factories.author(name),
        sent_at=timezone.now() - timedelta(hours=hours),
    )
    assert message.conversation is not None
    return message.conversation


def _form(conversation: Conversation, text: str = "We zoeken het uit.", **fields: str) -> dict[str, str]:
    newest = conversation.messages.order_by("-pk").values_list("pk", flat=True).first()
    form = {"tab": "public", "text": text, "seen": str(newest), "code": str(uuid.uuid4()), "do": "send-close-next"}
    return form | fields


def test_a12_next_one_opens_and_the_answer_closes_the_first(
    page: Client, agent: User, rows: list[Conversation]
) -> None:
    address = f"/inbox/{rows[0].code}/reply/?queue=unassigned&sort=newest&unread=2020-01-01T00:00:00%2B00:00"
    answer = page.post(address, _form(rows[0]), **HTMX)
    message = Message.objects.get(direction="outbound")
    assert (message.conversation, message.closes_after, message.state) == (rows[0], True, "queued")
    # Newest first: behind Jan, who wrote first, nobody stands; so it begins again at the top.
    assert answer["HX-Push-Url"] == f"/inbox/{rows[2].code}/?queue=unassigned&sort=newest"
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#conversation", "innerHTML")
    html = answer.content.decode()
    assert f'data-code="{rows[2].code}"' in html
    assert "To <b><bdi>Jan</bdi></b>, in public" in page.get("/inbox/").content.decode()


def test_a12_without_scripts_the_browser_is_sent_there(page: Client, rows: list[Conversation]) -> None:
    html = page.post(f"/inbox/{rows[0].code}/reply/", _form(rows[0]), follow=True).content.decode()
    assert f'data-code="{rows[1].code}"' in html and "To <b><bdi>Jan</bdi></b>, in public" in html


def test_e16_the_answer_is_undone_from_the_next_conversation(
    page: Client, agent: User, rows: list[Conversation]
) -> None:
    page.post(f"/inbox/{rows[0].code}/reply/", _form(rows[0], "Mijn antwoord"), **HTMX)
    message = Message.objects.get(direction="outbound")
    form = {"act": str(reversal.acts_of(agent).get().code)}
    here = {"HTTP_HX_CURRENT_URL": f"http://testserver/inbox/{rows[1].code}/?queue=mine", **HTMX}
    answer = page.post("/inbox/undo/", form, **here)
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert answer["HX-Push-Url"] == f"/inbox/{rows[0].code}/?queue=mine"
    html = answer.content.decode()
    assert f'data-code="{rows[0].code}"' in html and ">Mijn antwoord</textarea>" in html
    assert Draft.objects.get().conversation == rows[0]
    rows[0].refresh_from_db()
    assert rows[0].status == "open"


def test_e16_from_the_empty_list_too(page: Client, account: Account) -> None:
    only = _waiting(account, "Jan", 1)
    html = page.post(f"/inbox/{only.code}/reply/?queue=unassigned", _form(only), follow=True).content.decode()
    assert 'id="reply"' not in html and "To <b><bdi>Jan</bdi></b>, in public" in html


def test_undo_bar_is_only_for_the_sender_while_it_can_be_undone(
    page: Client, lead: User, rows: list[Conversation]
) -> None:
    page.post(f"/inbox/{rows[0].code}/reply/", _form(rows[0]), **HTMX)
    message = Message.objects.get(direction="outbound")
    address = f"/inbox/{rows[1].code}/"
    words = "To <b><bdi>Jan</bdi></b>, in public"
    assert words in page.get(address).content.decode()
    assert words not in signed_in(lead).get(address).content.decode()
    Message.objects.filter(pk=message.pk).update(state="sent")
    assert words not in page.get(address).content.decode()


def test_stopped_answer_goes_on_once_waved_through(page: Client, rows: list[Conversation]) -> None:
    form = _form(rows[0], "Bel ons op 06-12345678.")
    held = page.post(f"/inbox/{rows[0].code}/reply/", form, **HTMX)
    assert "HX-Retarget" not in held and f'data-code="{rows[0].code}"' in held.content.decode()
    assert 'name="do_anyway" value="send-close-next"' in held.content.decode()
    assert not Message.objects.filter(direction="outbound").exists()
    html = held.content.decode()
    anyway = html.split('name="anyway" value="')[1].split('"')[0]
    del form["do"]
    form |= {"anyway": anyway, "hinted": anyway, "do_anyway": "send-close-next"}
    answer = page.post(f"/inbox/{rows[0].code}/reply/", form, **HTMX)
    assert f'data-code="{rows[1].code}"' in answer.content.decode()


def test_send_after_a_hint_is_only_send(page: Client, rows: list[Conversation]) -> None:
    form = _form(rows[0], do="send", do_anyway="send-close-next")
    page.post(f"/inbox/{rows[0].code}/reply/", form, **HTMX)
    assert not Message.objects.get(direction="outbound").closes_after
