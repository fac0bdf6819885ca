"""Somebody without an account approves one answer by a signed link that expires (G2)."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from channels.models import Account
from channels.types import Route
from inbox.models import Approval, ApprovalLink, Conversation, Draft, Event, Message, User
from inbox.outbox import approval_link, checks, queue
from inbox.triage import escalation
from tests import factories
from tests.support.composer import reply_address, reply_form
from tests.support.pages import signed_in

WORDS = "Helaas, in december."


@pytest.fixture
def answer(conversation: Conversation) -> Message:
    """What somebody in training wrote."""
    mila = factories.make_user("trainee", first_name="Mila", language="en")
    signed_in(mila).post(reply_address(conversation), reply_form(conversation, WORDS))
    return Message.objects.get(direction="outbound")


@pytest.fixture
def address(lead: User, answer: Message) -> str:
    """Where Iris decides."""
    page = signed_in(lead)
    page.post(f"/inbox/messages/{answer.code}/links/", {"name": " Iris  Hofman "})
    html = page.get(f"/inbox/messages/{answer.code}/links/").content.decode()
    return "/approve/" + html.split("/approve/")[1].split("/")[0] + "/"


def opened(address: str, **form: Any) -> Any:
    """Open the link in a browser of somebody who is nobody here."""
    page = Client(headers={"Accept-Language": "en"})
    return page.post(address, form) if form else page.get(address)


def state_of(answer: Message) -> str:
    answer.refresh_from_db()
    return answer.state


def test_g2_link_shows_the_answer_and_what_was_said_only(
    address: str, answer: Message, conversation: Conversation
) -> None:
    factories.make_note(conversation, text="Intern: let op.")
    for _time in range(3):
        response = opened(address)
    html = response.content.decode()
    assert response.status_code == 200
    assert WORDS in html
    assert "Waar blijft mijn kast?" in html
    for secret in ("Intern: let op.", str(conversation.code), str(answer.code), conversation.identity.handle):
        assert secret not in html
    assert response["X-Robots-Tag"].startswith("noindex")
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert Client().head(address).status_code == 200
    assert (state_of(answer), ApprovalLink.objects.get().used_at) == ("approval", None), "looking decides nothing"


@pytest.mark.parametrize(
    ("visibility", "said"),
    [("public", "In public, as @veldhuis on X: everyone can read it."),
     ("private", "In private, as @veldhuis on X: only the customer reads it.")],
)  # fmt: skip
def test_g2_link_says_who_will_read_the_answer(address: str, answer: Message, visibility: str, said: str) -> None:
    Account.objects.update(handle="veldhuis")
    Message.objects.filter(pk=answer.pk).update(visibility=visibility)
    assert said in " ".join(opened(address).content.decode().split())


def test_g2_link_approves_once_with_other_words(address: str, answer: Message) -> None:
    seen = opened(address).context["seen"]
    response = opened(address, do="approve", seen=seen, text="In december weer.")
    assert (response.status_code, state_of(answer)) == (200, "queued")
    assert answer.text.startswith("In december weer.")
    assert opened(address, do="approve", seen=seen).status_code == 410
    assert opened(address).status_code == 410
    request = Approval.objects.get()
    assert (request.outcome, request.decided_name, request.decided_by, request.changed) == (
        "approved", "Iris Hofman", None, True,
    )  # fmt: skip
    assert ApprovalLink.objects.get().used_at is not None, "the lead sees that it was used"
    event = Event.objects.get(verb="approved_by_link")
    assert (event.actor, event.data["by_link"]) == (None, "Iris Hofman")


def test_g2_link_gives_back_with_a_word(address: str, answer: Message) -> None:
    assert "Say in a word" in opened(address, do="back", comment=" ").content.decode()
    assert ApprovalLink.objects.get().used_at is None, "a refusal uses nothing up"
    assert opened(address, do="back", comment="Vriendelijker.").status_code == 200
    assert state_of(answer) == "cancelled"
    assert Draft.objects.get().text == WORDS
    note = Message.objects.get(direction="note")
    assert note.text == "Iris Hofman: Vriendelijker.", "in no language but her own"


def test_g2_link_waits_for_what_came_in_meanwhile(address: str, answer: Message) -> None:
    seen = opened(address).context["seen"]
    factories.make_inbound(answer.account, "Laat maar.")
    response = opened(address, do="approve", seen=seen, text=WORDS)
    assert "Something came in" in response.content.decode()
    assert "Laat maar." in response.content.decode()
    assert state_of(answer) == "approval"
    assert opened(address, do="approve", seen=response.context["seen"]).status_code == 200


def test_g2_link_lets_no_words_go_that_are_not_finished(address: str, answer: Message) -> None:
    seen = opened(address).context["seen"]
    response = opened(address, do="approve", seen=seen, text="Dag {voornaam}, in december.")
    assert "Not filled in" in response.content.decode()
    html = opened(address, do="approve", seen=seen, text="Mail a@b.nl").content.decode()
    assert "an e-mail address (a@b.nl)" in html and 'name="anyway" value="personal_data:' in html
    assert (state_of(answer), ApprovalLink.objects.get().used_at) == ("approval", None)


def test_g2_link_waits_while_a_colleague_is_asked(address: str, answer: Message, lead: User) -> None:
    assert answer.conversation is not None
    escalation.ask(answer.conversation, "Mag dit?", to=lead, by=answer.author)
    response = opened(address, do="approve", seen=opened(address).context["seen"])
    assert "has not answered yet" in response.content.decode()
    assert state_of(answer) == "approval"


def test_g2_link_looks_past_what_other_colleagues_still_write(
    address: str, answer: Message, conversation: Conversation
) -> None:
    other = factories.make_user("trainee")
    signed_in(other).post(reply_address(conversation), reply_form(conversation, "Mijn antwoord.", seen=answer.pk))
    assert Message.objects.filter(state="approval").count() == 2
    assert opened(address, do="approve", seen=opened(address).context["seen"]).status_code == 200
    assert state_of(answer) == "queued"


def test_g2_link_is_not_shown_to_who_wrote_the_answer(lead: User, address: str, answer: Message) -> None:
    Message.objects.filter(pk=answer.pk).update(author=lead)
    assert signed_in(lead).get(f"/inbox/messages/{answer.code}/links/").status_code == 403


@pytest.mark.parametrize("how", ["revoked", "expired", "withdrawn", "forged"])
def test_g2_link_opens_nothing_when_it_no_longer_may(address: str, answer: Message, lead: User, how: str) -> None:
    link, later = ApprovalLink.objects.get(), timezone.now()
    if how == "revoked":
        signed_in(lead).post(f"/inbox/messages/{answer.code}/links/{link.code}/revoke/")
    elif how == "expired":
        later += timedelta(hours=25)
    elif how == "withdrawn":
        assert answer.author is not None
        queue.cancel(answer, answer.author)
    else:
        address = address[:-4] + ("aaa/" if not address.endswith("aaa/") else "bbb/")
    with _at(later):
        for response in (opened(address), opened(address, do="approve", seen=answer.pk)):
            assert response.status_code == 410
            assert WORDS not in response.content.decode()
    assert state_of(answer) == ("cancelled" if how == "withdrawn" else "approval")


def test_g2_guessed_links_are_slowed_down(address: str) -> None:
    guesser = Client(REMOTE_ADDR="203.0.113.77")
    statuses = [guesser.get(f"/approve/guess{number}/").status_code for number in range(25)]
    assert (statuses[0], statuses[-1]) == (410, 429)
    assert guesser.get(address).status_code == 429, "whatever is tried from there"
    assert opened(address).status_code == 200, "others are not slowed down"


def test_g2_link_is_made_by_who_could_approve_it(
    page: Client, lead: User, answer: Message, conversation: Conversation
) -> None:
    assert page.post(f"/inbox/messages/{answer.code}/links/", {"name": "Iris"}).status_code == 403
    with pytest.raises(checks.Refused):
        approval_link.make(answer, lead, " ")
    own = queue.queue_reply(
        conversation, factories.make_user("trainee"), text="Kijk.", route=Route.PUBLIC_REPLY,
        reply_to=Message.objects.filter(direction="inbound").latest("pk"), seen_message_id=None,
    )  # fmt: skip
    Message.objects.filter(pk=own.pk).update(author=lead)
    with pytest.raises(checks.Refused) as refused:
        approval_link.make(Message.objects.get(pk=own.pk), lead, "Iris")
    assert refused.value.reason == "forbidden", "nobody has their own answer approved"


def test_g2_link_let_it_through_and_so_its_copies(address: str, answer: Message, lead: User) -> None:
    opened(address, do="approve", seen=opened(address).context["seen"])
    for number in range(2):  # the platform takes it, and reports later that it failed
        Message.objects.filter(pk=answer.pk).update(state="failed", external_id=f"f{number}")
        answer = queue.retry(Message.objects.get(pk=answer.pk), lead)
        assert answer.state == "queued"


@pytest.mark.django_db(transaction=True)
def test_g2_link_used_twice_at_once_counts_once(address: str, answer: Message) -> None:
    barrier, statuses = threading.Barrier(2), []
    seen = opened(address).context["seen"]

    def approve() -> None:
        barrier.wait()
        statuses.append(opened(address, do="approve", seen=seen).status_code)
        connection.close()

    threads = [threading.Thread(target=approve) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 410]
    assert Event.objects.filter(verb="approved_by_link").count() == 1


def _at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)
