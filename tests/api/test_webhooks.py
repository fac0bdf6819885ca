"""Endpoints of others: told of what happens from rows, signed, tried again, and never more than their admin chose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from api.webhooks import endpoints, privacy, sending
from api.webhooks.models import Endpoint, Kind, Telling
from channels.models import Account
from inbox.automation.webhooks import signature
from inbox.models import Conversation, Event, Label, Message, Team
from inbox.models.rights import Right
from inbox.privacy.person import Person
from inbox.sla import late
from inbox.triage import assignment, labels
from tests import factories
from tests.support.pages import signed_in
from tests.support.receiver import Receiver, receiving
from tests.support.rights import person_with

pytestmark = pytest.mark.django_db
SAID = "Mijn nummer is 0612345678, waar blijft mijn pakket?"


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with receiving() as origin:
        settings.MEDIA_SANDBOX = origin
        yield f"{origin}/hooks/geheim"


def _endpoint(address: str, *kinds: str, **more: Any) -> Endpoint:
    chosen: dict[str, Any] = {"accounts": None, "with_words": False} | more
    by = chosen.pop("by", None) or factories.make_user("admin")
    return endpoints.add("CRM", address, by, kinds=kinds or Kind.values, **chosen)


def _tell_due(later: timedelta = timedelta()) -> list[tuple[dict[str, str], Any]]:
    """Tell what is due; return what was received meanwhile."""
    now, before = timezone.now() + later, len(Receiver.told)
    for pk in sending.due(now):
        sending.tell(pk, now)
    return [(headers, json.loads(body)) for headers, body in Receiver.told[before:]]


def test_each_kind_is_told_once_with_ids_and_states_alone(address: str, account: Account) -> None:
    _endpoint(address)
    person, label = factories.make_user(first_name="Farah"), Label.objects.create(name="Lamp", purpose="product")
    message = factories.make_inbound(account, SAID)
    conversation = message.conversation
    assert conversation is not None
    assignment.assign(conversation, person, person)
    labels.add_label(conversation, label, person)
    factories.make_note(conversation, person, "Belt terug over 0612345678.")
    answer = factories.make_answer(conversation, person, text="Dag! Uw pakket komt.")
    Message.objects.filter(pk=answer.pk).update(state="failed", error_reason="forbidden")
    Conversation.objects.filter(pk=conversation.pk).update(
        waiting_since=factories.minutes_ago(90), due_at=factories.minutes_ago(30), target_minutes=60
    )
    late.record()
    assignment.close(conversation, person)
    told = _tell_due()
    assert {body["type"] for _headers, body in told} == set(Kind.values)
    kinds = [body["type"] for _headers, body in told]
    assert kinds.count("conversation.updated") == 1  # many changes before it is told
    everything = json.dumps([body for _headers, body in told])
    assert "0612345678" not in everything
    assert "pakket" not in everything
    assert message.identity is not None
    assert message.identity.name not in everything
    assert _tell_due() == []


def test_product_signal_is_told_once_and_not_when_taken_off(address: str, account: Account) -> None:
    _endpoint(address, "signal.created", accounts=[account.pk])
    lamp, other = Label.objects.create(name="Lamp", purpose="product"), Label.objects.create(name="Bezorging")
    first, second, elsewhere = (factories.make_conversation(place) for place in (account, account, None))
    for conversation in (first, second, elsewhere):
        labels.add_label(conversation, other, None)
        labels.add_label(conversation, lamp, None)
    labels.remove_label(second, lamp, None)
    ((_headers, body),) = _tell_due()
    assert body["type"] == "signal.created"
    assert (body["data"]["conversation"]["id"], body["data"]["signal"]["label"]) == (str(first.code), "Lamp")
    assert Telling.objects.get(state="failed").conversation_id == second.pk
    Telling.objects.all().delete()  # as after a month
    labels.remove_label(first, lamp, None)
    labels.add_label(first, lamp, None)
    assert _tell_due() == []


def test_words_go_along_where_ticked_until_they_are_erased(address: str, account: Account) -> None:
    _endpoint(address, "message.received", with_words=True)
    message = factories.make_inbound(account, SAID)
    ((_headers, body),) = _tell_due()
    assert body["data"]["message"]["text"] == SAID
    assert body["data"]["customer" if "customer" in body["data"] else "conversation"]["id"]
    assert message.conversation is not None
    Conversation.objects.filter(pk=message.conversation.pk).update(
        status="closed", closed_at=timezone.now(), erased_at=timezone.now()
    )
    telling = Telling.objects.get()
    endpoints.replay(telling.endpoint, factories.make_user("admin"), telling)
    assert _tell_due() == []
    telling.refresh_from_db()
    assert (telling.state, telling.reason) == ("failed", "erased")


def test_signature_proves_it_and_a_former_secret_does_for_a_day(address: str, account: Account) -> None:
    row = _endpoint(address, "message.received")
    old = next(endpoints.secrets_of(row))
    endpoints.renew_secret(row, factories.make_user("admin"))
    new = next(endpoints.secrets_of(row))
    factories.make_inbound(account)
    _tell_due()
    headers, body = Receiver.told[0]
    telling = Telling.objects.get()
    assert headers["webhook-id"] == str(telling.code)
    signed = [signature(key, headers["webhook-id"], int(headers["webhook-timestamp"]), body) for key in (new, old)]
    assert headers["webhook-signature"] == " ".join(signed)
    Endpoint.objects.update(old_until=timezone.now())
    row.refresh_from_db()
    assert list(endpoints.secrets_of(row)) == [new]


def test_only_chosen_accounts_and_kinds_are_told_and_no_practice(address: str, account: Account) -> None:
    _endpoint(address, "message.received", accounts=[account.pk])
    factories.make_inbound(factories.make_account("x"))
    factories.make_inbound(account)
    assert [row.kind for row in Telling.objects.all()] == ["message.received"]
    Endpoint.objects.update(is_on=False)
    factories.make_inbound(account, "Hallo?")
    assert Telling.objects.count() == 1


def test_it_is_tried_for_three_days_then_switched_off_and_said(
    address: str, account: Account, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    row = _endpoint(address, "message.received")
    factories.make_inbound(account)
    Receiver.answers.extend([500] * 20)
    assert len(_tell_due()) == 1
    telling = Telling.objects.get()
    assert (telling.state, telling.status, telling.reason) == ("waiting", 500, "refused")
    assert _tell_due() == []  # not yet
    assert sum(sending.LATER, timedelta()) >= sending.GIVES_UP
    Endpoint.objects.update(failing_since=timezone.now() - sending.GIVES_UP)
    assert len(_tell_due(timedelta(minutes=1))) == 1
    row.refresh_from_db()
    telling.refresh_from_db()
    assert (row.is_on, telling.state) == (False, "failed")
    assert row.gave_up_at is not None
    assert Event.objects.filter(verb="endpoint_gave_up", actor=None).count() == 1
    assert len(mail.outbox) == 1
    endpoints.switch(row, factories.make_user("admin"), on=True)
    Receiver.answers.clear()
    assert endpoints.replay(Endpoint.objects.get(), factories.make_user("admin")) == 1
    ((headers, _body),) = _tell_due()
    assert headers["webhook-id"] == str(telling.code)
    assert Endpoint.objects.get().failing_since is None


def test_who_wants_no_more_is_asked_no_more(address: str, account: Account) -> None:
    _endpoint(address, "message.received")
    factories.make_inbound(account)
    Receiver.answers.append(410)
    _tell_due()
    assert not Endpoint.objects.get().is_on


def test_one_that_hangs_leaves_the_others_their_turn(address: str, account: Account) -> None:
    failing, fine = _endpoint(address, "message.received"), _endpoint(address, "message.received")
    for _n in range(3):
        factories.make_inbound(account)
    Endpoint.objects.filter(pk=failing.pk).update(failing_since=timezone.now())
    of = list(Telling.objects.filter(pk__in=sending.due()).values_list("endpoint", flat=True))
    assert (of.count(failing.pk), of.count(fine.pk)) == (1, 3)


def test_admin_adds_tests_and_reads_what_it_was_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = signed_in(factories.make_user("admin", language="en"))
    form = {"name": "CRM", "url": "https://127.0.0.1/", "kinds": ["message.received"]}
    assert "public host" in page.post("/api/webhooks/", form).content.decode()
    made = page.post("/api/webhooks/", {**form, "url": address})
    row = Endpoint.objects.get()
    assert made["Location"] == f"/api/webhooks/{row.code}/"
    page.post(f"/api/webhooks/{row.code}/act/", {"do": "test"})
    ((_headers, body),) = _tell_due()
    assert body["type"] == "webhook.test"
    said = page.get(made["Location"]).content.decode()
    assert "webhook.test" in said
    assert next(endpoints.secrets_of(row)) in said
    assert "geheim" not in said  # the address may be a secret
    page.post(made["Location"], {"name": "CRM", "kinds": ["note.created"], "with_words": "on"})
    row.refresh_from_db()
    assert (row.kinds, row.with_words) == (["note.created"], True)
    page.post(f"/api/webhooks/{row.code}/act/", {"do": "remove"})
    assert page.get(made["Location"]).status_code == 404


def test_access_request_says_whether_words_went_as_it_was_told(address: str, account: Account) -> None:
    admin = factories.make_user("admin")
    bare = _endpoint(address, "message.received", by=admin)
    full = _endpoint(address, "message.received", by=admin, with_words=True)
    Endpoint.objects.filter(pk=bare.pk).update(host="stil.example")
    message = factories.make_inbound(account, SAID)
    assert message.identity is not None
    _tell_due()
    chosen: dict[str, Any] = {"kinds": ["message.received"], "accounts": None}
    bare.refresh_from_db()
    endpoints.change(bare, admin, name="CRM", with_words=True, **chosen)
    endpoints.change(full, admin, name="CRM", with_words=False, **chosen)
    endpoints.replay(full, admin, full.tellings.get())  # once more, now without
    _tell_due()
    said = {row["to"]: row["what"] for row in privacy.passed_on(Person(message.identity.contact))}
    assert said["stil.example"].endswith("zonder naam en woorden")
    assert said["127.0.0.1"].endswith("met je naam en woorden")
    endpoints.change(bare, admin, name="CRM", with_words=False, **chosen)
    assert "127.0.0.1, stil.example" in privacy.note()


def test_who_reads_some_accounts_has_others_told_of_those_alone(address: str, account: Account) -> None:
    other = factories.make_account("x")
    of_all, of_other = _endpoint(address), _endpoint(address, accounts=[account.pk, other.pk])
    person = person_with({Right.WEBHOOKS})
    factories.limit(person, account)
    page = signed_in(person)
    form: dict[str, Any] = {"name": "Van mij", "url": address, "kinds": ["message.received"], "with_words": "on"}
    for chosen in ([], [str(other.code)]):
        page.post("/api/webhooks/", {**form, "accounts": chosen})
        assert not Endpoint.objects.filter(name="Van mij").exists()
    page.post("/api/webhooks/", {**form, "accounts": [str(account.code)]})
    mine = Endpoint.objects.get(name="Van mij")
    assert (mine.accounts, mine.with_words) == ([account.pk], True)
    assert [row.name for row in page.get("/api/webhooks/").context["rows"]] == ["Van mij"]
    for row in (of_all, of_other):
        assert page.get(f"/api/webhooks/{row.code}/").status_code == 404
        assert page.post(f"/api/webhooks/{row.code}/act/", {"do": "renew"}).status_code == 404
    assert page.get(f"/api/webhooks/{mine.code}/").status_code == 200


def test_who_sees_not_every_team_sends_no_words_out(address: str, account: Account) -> None:
    Team.objects.create(name="Directie", is_closed=True)
    page = signed_in(person_with({Right.WEBHOOKS}))
    assert "with_words" not in page.get("/api/webhooks/").context["form"].fields
    page.post("/api/webhooks/", {"name": "CRM", "url": address, "kinds": ["message.received"], "with_words": "on"})
    assert not Endpoint.objects.get().with_words


def test_who_sees_not_every_team_leaves_what_sends_words_alone(address: str, account: Account) -> None:
    row, _bare = _endpoint(address, with_words=True), _endpoint(address)
    telling = Telling.objects.create(endpoint=row, kind="message.received", state="failed")
    Team.objects.create(name="Directie", is_closed=True)
    me = person_with({Right.WEBHOOKS})
    page, mine = signed_in(me), _endpoint(address, by=me)
    asked: list[tuple[str, dict[str, Any]]] = [
        (f"/api/webhooks/{row.code}/", {"name": "Van mij", "kinds": ["message.received"]}),
        (f"/api/webhooks/{row.code}/act/", {"do": "renew"}),
        (f"/api/webhooks/told/{telling.code}/again/", {}),
    ]
    assert [page.post(*one).status_code for one in asked] == [404, 404, 404]
    row.refresh_from_db()
    assert (row.name, row.with_words, row.sealed_old_secret) == ("CRM", True, "")
    assert [shown.pk for shown in page.get("/api/webhooks/").context["rows"]] == [mine.pk]


def test_closed_team_is_told_of_to_no_program_of_others(address: str, account: Account) -> None:
    theirs, admins = _endpoint(address, by=person_with({Right.WEBHOOKS})), _endpoint(address)
    conversation = factories.make_inbound(account, SAID).conversation
    assert conversation is not None
    Conversation.objects.filter(pk=conversation.pk).update(team=Team.objects.create(name="Directie", is_closed=True))
    _tell_due()
    assert not Telling.objects.filter(endpoint=theirs).exists()
    assert Telling.objects.filter(endpoint=admins, state="done").exists()


def test_log_names_nothing_that_moved_to_a_closed_team(address: str, account: Account) -> None:
    me = person_with({Right.WEBHOOKS})
    row = _endpoint(address, "message.received", by=me)
    hidden, open_one = (factories.make_inbound(account, SAID, author=factories.author(who)) for who in ("An", "Wil"))
    assert hidden.conversation is not None and open_one.conversation is not None
    Telling.objects.update(state="failed")
    endpoints.test(row)
    closed = Team.objects.create(name="Directie", is_closed=True)
    Conversation.objects.filter(pk=hidden.conversation.pk).update(team=closed)
    page, telling = signed_in(me), Telling.objects.get(message=hidden)
    said = page.get(f"/api/webhooks/{row.code}/").content.decode()
    assert str(open_one.conversation.code) in said and "webhook.test" in said
    assert str(hidden.conversation.code) not in said and str(telling.code) not in said
    page.post(f"/api/webhooks/told/{telling.code}/again/")
    page.post(f"/api/webhooks/{row.code}/act/", {"do": "replay"})
    assert dict(Telling.objects.exclude(message=None).values_list("message", "state")) == {
        hidden.pk: "failed", open_one.pk: "waiting"
    }  # fmt: skip


def test_log_of_many_comes_in_parts_with_few_statements(
    address: str, account: Account, django_assert_max_num_queries: Any
) -> None:
    row = _endpoint(address, "message.received")
    conversation = factories.make_conversation(account)
    rows = [Telling(endpoint=row, kind="message.received", conversation=conversation) for _n in range(55)]
    Telling.objects.bulk_create(rows)
    page: Client = signed_in(factories.make_user("admin", language="en"))
    page.get(f"/api/webhooks/{row.code}/")
    with django_assert_max_num_queries(40):
        first = page.get(f"/api/webhooks/{row.code}/")
    after = first.context["next"]
    second = page.get(f"/api/webhooks/{row.code}/?{after}")
    codes = [one.code for answer in (first, second) for one in answer.context["tellings"]]
    assert len(codes) == len(set(codes)) == 56
