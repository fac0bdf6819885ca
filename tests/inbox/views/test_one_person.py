"""A firm of one: nobody else, no team, nothing set up. All of it works, and nothing waits for a second person (G13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.incidents import answering
from inbox.models import Conversation, Incident, Message, Team, User
from inbox.outbox import deliver
from tests.factories import author, make_account, make_inbound, make_user
from tests.support.composer import reply_address, reply_form
from tests.support.fake_platform import FakeConnector
from tests.support.pages import page_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]
PAGES = (
    "/inbox/",
    "/lead/",
    "/inbox/handover/",
    "/rules/",
    "/figures/",
    "/figures/by/person/",
    "/figures/goals/",
    "/log/",
)


def test_g13_one_person_without_a_team_answers_and_looks_back() -> None:
    owner = make_user("admin", first_name="Noor", language="en", undo_seconds=0)
    account, page = make_account("fake"), signed_in(owner)
    asked = [make_inbound(account, "Is hij er nog?", author=author(f"Klant {n}")).conversation for n in range(2)]
    first, second = (Conversation.objects.get(pk=row.pk) for row in asked if row)
    assert (User.objects.count(), Team.objects.exists()) == (1, False)
    for address in PAGES:
        html = page_of(page, address)
        assert "Every team" not in html, address
    page_of(page, reply_address(first), **reply_form(first, "Ja, hij is er nog."))
    assert Message.objects.get(direction="outbound").state == "queued", "nobody else has to look"

    form = {
        "name": "Storing", "text": "Hoi, er is een storing.", "accounts": account.pk, "words": "", "label": "",
        "since": timezone.localtime(timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    page_of(page, "/inbox/incidents/start/", **form)
    incident = Incident.objects.get()
    page_of(page, f"{incident.get_absolute_url()}approve/", ok="1")
    newest = second.messages.latest("pk").pk
    assert answering.choose(Incident.objects.get(), owner, {second.code: newest}) == 1
    for reply in answering.due():
        answering.hand_over(reply)
    for pk in deliver.sweep():
        deliver.deliver(pk)
    assert sorted(reply.text for _id, reply in FakeConnector.sent) == ["Hoi, er is een storing.", "Ja, hij is er nog."]
    figures = page_of(page, "/figures/")
    assert 'value="2" id="messages_in"' in figures and 'value="2" id="messages_out"' in figures
