"""What calls do: the page's rules, once for each key, and told as the page tells them."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from api.rest.writing import LEFT_BEHIND
from api.tokens.models import IdempotentCall
from channels.models import Account
from inbox.history.describe import tell
from inbox.models import Conversation, Event, Label, Message, User
from inbox.triage import assignment
from tests import factories
from tests.api.conftest import Caller, token_of
from tests.support import many

pytestmark = pytest.mark.django_db


def test_lists_come_in_parts_with_the_filters_of_the_page(call: Caller) -> None:
    many.conversations(32)
    part = call("GET", "/conversations?queue=unassigned").json()
    rest = call("GET", f"/conversations?queue=unassigned&cursor={part['next']}").json()
    ids = [row["id"] for row in part["items"] + rest["items"]]
    assert (len(part["items"]), len(ids), len(set(ids)), rest["next"]) == (30, 32, 32, None)
    assert call("GET", "/conversations?who=me").json()["items"] == []
    assert call("GET", "/conversations?cursor=%21").status_code == 422
    assert call("GET", "/conversations?queue=nothing").status_code == 422


def test_list_costs_no_more_statements_with_more_rows(
    account: Account, call: Caller, person: User, django_assert_max_num_queries: Any
) -> None:
    for _n in range(5):
        assignment.assign(factories.make_conversation(account), person, person)
    call("GET", "/conversations")
    with django_assert_max_num_queries(10):
        assert len(call("GET", "/conversations").json()["items"]) == 5


def test_conversation_is_told_as_it_is_read(conversation: Conversation, call: Caller, person: User) -> None:
    factories.make_note(conversation, person, "Belt terug.")
    response = call("GET", f"/conversations/{conversation.code}")
    told = response.json()
    assert [(one["direction"], one["text"]) for one in told["messages"]] == [
        ("inbound", "Waar blijft mijn kast? @VeldhuisNL"), ("note", "Belt terug.")
    ]  # fmt: skip
    assert (told["status"], told["account"]) == ("open", str(conversation.account.code))
    assert response["ETag"] == f'"{Conversation.objects.get(pk=conversation.pk).version}"'
    person_told = call("GET", f"/conversations/{conversation.code}/contact").json()
    assert person_told["identities"][0]["platform"] == "x"
    assert person_told["conversations"] == 1


def test_figures_are_those_of_the_command_to_the_digit(conversation: Conversation, call: Caller) -> None:
    factories.make_answer(conversation, factories.make_user())
    day = timezone.localdate().isoformat()
    out = StringIO()
    call_command("figures", "--from", day, "--to", day, "--json", stdout=out)
    told = call("GET", f"/figures?since={day}&until={day}").json()
    assert told["figures"] == json.loads(out.getvalue())["figures"]
    assert call("GET", "/figures?until=0").status_code == 422


def test_same_key_is_done_once_and_another_body_is_refused(conversation: Conversation, call: Caller) -> None:
    path = f"/conversations/{conversation.code}/notes"
    first = call("POST", path, {"text": "Klant belde."}, once="a")
    again = call("POST", path, {"text": "Klant belde."}, once="a")
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert call("POST", path, {"text": "Iets anders."}, once="a").status_code == 422
    assert call("POST", path, {"text": "Klant belde.", "color": "red"}).json()["errors"]
    IdempotentCall.objects.update(status=None)
    assert call("POST", path, {"text": "Klant belde."}, once="a").status_code == 409
    IdempotentCall.objects.update(at=timezone.now() - LEFT_BEHIND)  # its process ended half-way
    assert call("POST", path, {"text": "Klant belde."}, once="a").json() == first.json()
    assert Message.objects.filter(direction="note").count() == 1
    noted = Event.objects.get(verb="noted")
    assert noted.data["token"] == "CRM"
    assert "CRM" in tell(noted.verb, noted.data, "Sanne", {}).line


def test_what_was_refused_leaves_its_key_free(conversation: Conversation, call: Caller) -> None:
    path = f"/conversations/{conversation.code}/close"
    refused = call("POST", path, {}, once="a")
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/#refused")
    assert call("POST", path, {"reason": "no_question"}, once="a").json()["status"] == "closed"
    assert call("POST", f"/conversations/{conversation.code}/reopen").json()["status"] == "open"


def test_answer_goes_through_the_outbox_with_the_guard(conversation: Conversation, call: Caller) -> None:
    path = f"/conversations/{conversation.code}/replies"
    body = {"text": "Bel 06-12345678, dan zoeken we het uit.", "visibility": "public"}
    held = call("POST", path, body)
    assert (held.status_code, held.json()["type"]) == (409, "/api/#held")
    assert not Message.objects.filter(direction="outbound").exists()
    keys = [reason["key"] for reason in held.json()["reasons"]]
    sent = call("POST", path, {**body, "anyway": keys})
    assert (sent.status_code, sent.json()["state"]) == (202, "queued")
    assert Event.objects.filter(verb="sent_anyway").count() == 1
    followed = call("GET", f"/messages/{sent.json()['id']}").json()
    assert followed["state"] in ("queued", "failed", "sent")


def test_answer_waits_for_approval_or_news_as_on_the_page(conversation: Conversation, account: Account) -> None:
    trainee = factories.make_user("trainee", undo_seconds=0)
    call, path = token_of(trainee), f"/conversations/{conversation.code}/replies"
    seen = str(conversation.messages.get().code)
    body = {"text": "Dag! We zoeken het uit.", "visibility": "public"}
    waiting = call("POST", path, body)
    assert (waiting.status_code, waiting.json()["state"], waiting.json()["waits_for"]) == (202, "approval", "trainee")
    newer = factories.make_inbound(account, "Hallo?")
    overtaken = call("POST", path, {**body, "text": "Nog even geduld.", "seen": seen})
    assert (overtaken.status_code, overtaken.json()["newer"]) == (409, [str(newer.code)])
    type(account).objects.filter(pk=account.pk).update(mode="listen")
    assert call("POST", path, {**body, "text": "Toch nog iets."}).json()["type"] == "/api/#refused"


def test_work_is_sorted_by_the_rules_of_the_page(conversation: Conversation, call: Caller, person: User) -> None:
    one, label = f"/conversations/{conversation.code}", Label.objects.create(name="Bezorging")
    assert call("POST", f"{one}/claim").json()["assignee"] == str(person.code)
    assert call("POST", f"{one}/release").json()["assignee"] is None
    colleague, stranger = factories.make_user(), factories.make_user()
    factories.limit(stranger, factories.make_account("x", handle="elders"))
    given = call("POST", f"{one}/assign", {"person": str(colleague.code), "handover": "Belde al."})
    assert given.json()["assignee"] == str(colleague.code)
    assert call("POST", f"{one}/assign", {"person": str(stranger.code)}).status_code == 422
    assert call("PUT", f"{one}/labels/{label.code}").json()["labels"] == [str(label.code)]
    assert call("DELETE", f"{one}/labels/{label.code}").json()["labels"] == []
    past = (timezone.now() - timedelta(hours=1)).isoformat()
    assert call("POST", f"{one}/snooze", {"until": past}).status_code == 422
    assert call("POST", f"{one}/snooze", {"until": None}).json()["status"] == "snoozed"


def test_old_version_changes_nothing(conversation: Conversation, call: Caller) -> None:
    one = f"/conversations/{conversation.code}"
    etag = call("GET", one)["ETag"]
    assert call("POST", f"{one}/claim", **{"If-Match": '"1"'}).status_code == 412
    assert call("POST", f"{one}/claim", **{"If-Match": etag}).status_code == 200
