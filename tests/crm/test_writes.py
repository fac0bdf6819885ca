"""What happens here is written to the CRM: once, in order, whatever fails on the way; and only what was chosen."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any, cast
from zipfile import ZipFile

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels.models import Account
from crm import tasks
from crm.adapters import reach
from crm.connecting import connections
from crm.connecting.models import Connection
from crm.people import links
from crm.people.models import Link
from crm.port import Activity, Crm, CrmError, Person, Record, Terms
from crm.webhook.adapter import MOST_BYTES, WebhookCrm
from crm.writing import sending
from crm.writing.models import Write
from inbox.automation.webhooks import signature
from inbox.contacts import linking
from inbox.models import Conversation, Identity, Label, Message, Team, User
from inbox.privacy import archive, erasing
from inbox.triage import assignment, labels
from tests import factories
from tests.crm.conftest import SECRET
from tests.support.fake_crm import LOSE, FakeCrm
from tests.support.threads import at_once
from webcare.schedule import SCHEDULE

pytestmark = pytest.mark.django_db
Connect = Callable[..., Connection]
SAID = "Waar blijft mijn pakket? Bel 0612345678."


@pytest.fixture(autouse=True)
def _nobody_is_known(crm: str) -> None:
    """Who it is, is looked for before each write: no matter here."""
    FakeCrm.quiet.add("person.search")


def work(later: timedelta = timedelta()) -> list[str]:
    """Let the sweep and a worker go round; return what was written meanwhile."""
    before = len(FakeCrm.written)
    with time_machine.travel(timezone.now() + later) if later else nullcontext():
        for pk in sending.due():
            sending.send(pk)
    return [row["kind"] for row in FakeCrm.written[before:]]


def _conversation(message: Message) -> Conversation:
    assert message.conversation is not None
    return message.conversation


def test_message_answer_and_close_are_written_once_in_order(connect: Connect, account: Account, admin: User) -> None:
    connect()
    message = factories.make_inbound(account, SAID)
    answer = factories.make_answer(_conversation(message), admin, text="Dag! Het komt morgen.")
    Message.objects.filter(pk=answer.pk).update(state="sent")
    factories.make_note(_conversation(message), admin, "Belt terug.")
    assignment.close(_conversation(message), admin)
    assert work() == ["message.received", "message.sent", "conversation.closed"]  # of one sweep
    assert work(timedelta(hours=1)) == []
    received, sent, closed = FakeCrm.written
    assert (received["text"], sent["text"], closed["text"]) == (SAID, "Dag! Het komt morgen.", "")
    assert (received["author"], sent["author"]) == ("", admin.name)
    assert closed["conversation"]["status"] == "closed"
    assert len({row["key"] for row in FakeCrm.written}) == 3
    row = Write.objects.order_by("pk")[0]
    assert (row.state, row.record_id, row.record_url) == (
        "done",
        f"A-{row.code}"[:10],
        f"https://crm.example.com/{row.code}",
    )


def test_each_question_is_signed_and_its_key_is_the_id(connect: Connect, account: Account) -> None:
    connect()
    factories.make_inbound(account, SAID)
    work()
    ((kind, headers, body),) = FakeCrm.asked
    key = str(Write.objects.get().code)
    assert (kind, headers["webhook-id"], json.loads(body)["data"]["key"]) == ("activity.write", key, key)
    assert headers["webhook-signature"] == signature(SECRET, key, int(headers["webhook-timestamp"]), body)


def test_nothing_is_noted_before_an_admin_chose_it(connect: Connect, account: Account, admin: User) -> None:
    factories.make_inbound(account, SAID)
    row = connect(writes=[])
    factories.make_inbound(account, SAID)
    connections.change(row, admin, writes=["message.sent"], with_words=True, accounts=None, teams=None)
    factories.make_inbound(account, SAID)
    connections.switch(row, admin, on=False)
    factories.make_answer(_conversation(factories.make_inbound(account)), admin, state="sent")
    assert not Write.objects.exists()
    assert work() == []
    assert FakeCrm.asked == []


def test_only_chosen_accounts_and_teams_take_part(connect: Connect, account: Account, admin: User) -> None:
    service, press = Team.objects.create(name="Service"), Team.objects.create(name="Pers")
    connect(accounts=[account.pk], teams=[service.pk])
    factories.make_inbound(factories.make_account("x"))
    mine, other = (factories.make_inbound(account, author=factories.author(name)) for name in ("Jan", "Els"))
    Conversation.objects.filter(pk=_conversation(mine).pk).update(team=service)
    Conversation.objects.filter(pk=_conversation(other).pk).update(team=press)
    assert work(timedelta(minutes=-1)) == []  # rules get a moment
    assert work(timedelta(seconds=5)) == ["message.received"]
    assert [row.message_id for row in Write.objects.all()] == [mine.pk]


def test_c4_all_of_it_is_written_within_ten_seconds(connect: Connect, account: Account, admin: User) -> None:
    connect(teams=[Team.objects.create(name="Service").pk])  # then rules get a moment first
    message = factories.make_inbound(account, SAID)
    factories.make_answer(_conversation(message), admin, state="sent")
    assignment.close(_conversation(message), admin)
    waits = [row.due_at - row.at for row in Write.objects.all()]
    sweep = timedelta(seconds=SCHEDULE["write to the CRM"]["schedule"])
    assert len(waits) == 3 and max(waits) + sweep <= timedelta(seconds=10)


def test_what_was_said_before_connecting_and_practice_stay(connect: Connect, account: Account) -> None:
    connect()
    Account.objects.filter(pk=account.pk).update(history_until=timezone.now())
    factories.make_inbound(account, sent_at=factories.minutes_ago(600))
    assert not Write.objects.exists()
    factories.make_inbound(account, sent_at=timezone.now() + timedelta(seconds=1))
    assert Write.objects.count() == 1


def test_without_words_the_crm_gets_who_when_and_where(connect: Connect, account: Account) -> None:
    connect(with_words=False)
    factories.make_inbound(account, SAID)
    work()
    (told,) = FakeCrm.written
    assert told["text"] == ""
    assert "0612345678" not in json.dumps(told)
    assert told["conversation"]["url"].endswith(Conversation.objects.get().get_absolute_url())


def test_only_what_was_ticked_is_asked_for_a_write(connect: Connect, account: Account) -> None:
    connect(with_words=False, accounts=[account.pk])
    FakeCrm.quiet.clear()
    message = factories.make_inbound(account, "Mail mij op karel@example.com", author=factories.author("Karel Appel"))
    elsewhere = factories.make_conversation(factories.make_account("x"), author=factories.author("Elders Anders"))
    Conversation.objects.filter(pk=elsewhere.pk).update(contact=_conversation(message).contact)
    Identity.objects.filter(pk=elsewhere.identity_id).update(contact=_conversation(message).contact)
    work()
    asked = [json.loads(body)["data"] for kind, _headers, body in FakeCrm.asked if kind == "person.search"]
    assert len(asked) == 1
    assert _conversation(message).identity.external_id in json.dumps(asked)
    assert elsewhere.identity.external_id not in json.dumps(asked)
    assert "karel@example.com" not in json.dumps(asked)


def test_a_look_up_that_is_refused_stops_no_write(
    connect: Connect, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_asked: object) -> str:
        raise CrmError("refused", permanent=True)

    connect()
    monkeypatch.setattr("crm.people.links.person_of", refuse)
    factories.make_inbound(account, SAID)
    assert work() == ["message.received"]
    assert Write.objects.get().state == "done"


def test_answer_lost_on_the_way_is_looked_up_not_written_again(connect: Connect, account: Account) -> None:
    connect()
    factories.make_inbound(account, SAID)
    FakeCrm.script[:] = [LOSE]
    assert work() == ["message.received"]
    row = Write.objects.get()
    assert (row.state, row.reason) == ("waiting", "unreachable")
    assert work(sending.LATER[0]) == []
    row.refresh_from_db()
    assert (row.state, [kind for kind, *_more in FakeCrm.asked]) == ("done", ["activity.write", "activity.find"])


def test_killed_between_writing_and_commit_writes_nothing_twice(
    connect: Connect, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect()
    factories.make_inbound(account, SAID)
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_finish", _killed)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert (Write.objects.get().state, len(FakeCrm.written)) == ("waiting", 1)
    assert work() == []  # claimed still
    assert work(sending.CLAIM) == []
    assert (Write.objects.get().state, len(FakeCrm.written)) == ("done", 1)


def _killed(*_args: Any, **_more: Any) -> None:
    raise KeyboardInterrupt


def test_killed_before_writing_writes_it_later(
    connect: Connect, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect()
    factories.make_inbound(account, SAID)
    with monkeypatch.context() as patched:
        patched.setattr(WebhookCrm, "write", _killed)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert work(sending.CLAIM) == ["message.received"]


@pytest.mark.django_db(transaction=True)
def test_four_workers_write_each_thing_once(connect: Connect, account: Account) -> None:
    connect()
    rows = [factories.make_inbound(account, f"Vraag {n}") for n in range(4)]
    factories.make_answer(_conversation(rows[0]), state="sent")
    results = at_once(*(lambda: work() for _worker in range(4)))
    assert [result for result in results if isinstance(result, BaseException)] == []
    work()
    keys = [row["key"] for row in FakeCrm.written]
    assert len(keys) == len(set(keys)) == 5
    assert not Write.objects.exclude(state="done").exists()


@pytest.mark.parametrize("is_claimed", [False, True])
def test_switched_off_while_written_writes_nothing_twice(
    connect: Connect, account: Account, admin: User, monkeypatch: pytest.MonkeyPatch, is_claimed: bool
) -> None:
    row, write = connect(), WebhookCrm.write
    factories.make_inbound(account, SAID)

    def switched(crm: WebhookCrm, activity: Activity) -> Record:
        record = write(crm, activity)
        connections.switch(row, admin, on=False)
        connections.switch(row, admin, on=True)
        sending.resend(row, admin)
        if is_claimed:
            sending._claim(Write.objects.get().pk)  # noqa: SLF001 - another worker, killed after it
        return record

    with monkeypatch.context() as patched:
        patched.setattr(WebhookCrm, "write", switched)
        assert work() == ["message.received"]
    assert Write.objects.get().state == ("waiting" if is_claimed else "done")  # the old result is not the new claim's
    assert work(sending.CLAIM) == []
    assert (Write.objects.get().state, len(FakeCrm.written)) == ("done", 1)


def test_an_odd_row_keeps_nothing_waiting_behind_it(
    connect: Connect, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect()
    factories.make_inbound(account, SAID)
    monkeypatch.setattr(sending, "activity_of", _odd)
    assert work() == []
    assert (Write.objects.get().state, Write.objects.get().reason) == ("waiting", "unexpected")


def _odd(_row: Write) -> None:
    raise ValueError


def test_down_for_hours_it_is_listed_as_failed_and_resent(connect: Connect, account: Account, admin: User) -> None:
    row = connect()
    message = factories.make_inbound(account, SAID)
    assignment.close(_conversation(message), admin)
    FakeCrm.script[:] = [503] * 40
    later = timedelta()
    for wait in (*sending.LATER, timedelta()):
        work(later)
        later += wait
    failed = Write.objects.order_by("pk")[0]
    assert (failed.state, failed.reason, failed.detail) == ("failed", "disturbance", "HTTP 503")
    row.refresh_from_db()
    assert row.failing_since is not None
    FakeCrm.script.clear()
    assert work(later + timedelta(days=1)) == ["conversation.closed"]  # the rest goes on without it
    assert sending.resend(row, admin, failed) == 1
    assert sending.resend(row, admin) == 0
    assert work() == ["message.received"]
    row.refresh_from_db()
    assert row.failing_since is None


def test_while_it_fails_one_at_a_time_is_tried(connect: Connect, account: Account) -> None:
    row = connect()
    for _n in range(3):
        factories.make_inbound(account)
    Connection.objects.filter(pk=row.pk).update(failing_since=timezone.now())
    assert len(sending.due()) == 1


def test_a_write_beside_one_that_fails_ends_the_failing(
    connect: Connect, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, write = connect(), WebhookCrm.write
    factories.make_inbound(account, SAID)

    def beside(crm: WebhookCrm, activity: Activity) -> Record:
        Connection.objects.update(failing_since=timezone.now())  # by another worker
        return write(crm, activity)

    monkeypatch.setattr(WebhookCrm, "write", beside)
    assert work() == ["message.received"]
    row.refresh_from_db()
    assert row.failing_since is None


def test_one_that_hangs_holds_no_others(connect: Connect, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    connect()
    for n in range(4):
        factories.make_inbound(account, f"Vraag {n}", author=factories.author(f"klant{n}"))
    first, *others = sending.due()
    meanwhile: list[list[int]] = []
    write = WebhookCrm.write

    def hanging(crm: WebhookCrm, activity: Activity) -> Record:
        meanwhile.append(sending.due())  # what a sweep hands out, to another thread
        time.sleep(0.02)
        return write(crm, activity)

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "SLOW", 0.02)
        patched.setattr(WebhookCrm, "write", hanging)
        tasks.write_in_turn([first, *others])
    assert (meanwhile, sending.due()) == ([others], others)
    tasks.write_in_turn(others)
    assert len(FakeCrm.written) == 4


def test_after_one_that_fails_no_other_of_its_task_is_tried(connect: Connect, account: Account) -> None:
    connect()
    for n in range(3):
        factories.make_inbound(account, f"Vraag {n}", author=factories.author(f"klant{n}"))
    FakeCrm.script[:] = [422, 503]
    tasks.write_in_turn(sending.due())
    assert (len(FakeCrm.asked), Write.objects.filter(tries=0).count()) == (2, 1)  # a refusal is over with


def test_both_releases_read_what_is_handed_out_in_an_upgrade(
    connect: Connect, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    connect()
    for n in range(6):
        factories.make_inbound(account, f"Vraag {n}", author=factories.author(f"klant{n}"))
    due, handed = sending.due(), list[Any]()
    monkeypatch.setattr(tasks.write, "apply_async", lambda *_args, **_more: pytest.fail("its shape is the former one"))
    monkeypatch.setattr(tasks.write_in_turn, "apply_async", lambda args, **_more: handed.append(args))
    tasks.sweep_writes()
    assert handed == [(due[:5],), (due[5:],)]
    assert tasks.write.name == "crm.tasks.write"
    tasks.write(due[0])
    assert len(FakeCrm.written) == 1


def test_where_no_crm_is_connected_the_sweep_asks_nothing(
    connect: Connect, account: Account, django_capture_on_commit_callbacks: Any
) -> None:
    cache.clear()
    tasks.sweep_writes()
    with CaptureQueriesContext(connection) as asked:
        tasks.sweep_writes()
    assert len(asked) == 0
    with django_capture_on_commit_callbacks(execute=True):
        connect()
    with CaptureQueriesContext(connection) as asked:
        tasks.sweep_writes()
    assert len(asked) > 0


def test_refusal_is_listed_at_once_and_keeps_nothing_waiting(connect: Connect, account: Account, admin: User) -> None:
    connect()
    assignment.close(_conversation(factories.make_inbound(account)), admin)
    FakeCrm.script[:] = [422]
    assert work() == ["conversation.closed"]
    assert list(Write.objects.order_by("pk").values_list("state", "reason")) == [("failed", "refused"), ("done", "")]


def test_lead_label_sends_it_as_a_lead_once(connect: Connect, account: Account, admin: User) -> None:
    connect(writes=["lead"])
    lead, other = Label.objects.create(name="Koop", purpose="lead"), Label.objects.create(name="Bezorging")
    people = (factories.author("Jan"), factories.author("Els"))
    kept, taken_off = (_conversation(factories.make_inbound(account, SAID, author=one)) for one in people)
    for row in (kept, taken_off):
        labels.add_label(row, other, admin)
        labels.add_label(row, lead, admin)
    labels.remove_label(taken_off, lead, admin)
    assert work() == ["lead"]
    assert (FakeCrm.written[0]["conversation"]["id"], FakeCrm.written[0]["text"]) == (str(kept.code), SAID)
    labels.remove_label(kept, lead, admin)
    labels.add_label(kept, lead, admin)
    assert work() == []


def test_erased_or_removed_words_leave_no_more(connect: Connect, account: Account) -> None:
    connect()
    erased, removed = (factories.make_inbound(account, SAID, author=factories.author(name)) for name in ("Jan", "Els"))
    Conversation.objects.filter(pk=_conversation(erased).pk).update(
        status="closed", closed_at=timezone.now(), erased_at=timezone.now()
    )
    Message.objects.filter(pk=removed.pk).update(removed_at=timezone.now(), text="")
    assert not Write.objects.filter(message=erased).exists()
    assert work() == []
    assert not Write.objects.exists()


def test_access_request_says_what_was_passed_on(connect: Connect, account: Account) -> None:
    connect()
    conversation = _conversation(factories.make_inbound(account, SAID))
    work()
    Link.objects.filter(contact=conversation.contact).update(record_id="P-1")
    file = io.BytesIO()
    archive.write(conversation.contact, file, language="en", with_notes=False)
    with ZipFile(file) as made:
        html, data = made.read("access.html").decode(), json.loads(made.read("data.json"))
    assert [row["record"] for row in data["passed_on"]] == ["P-1", Write.objects.get().record_id]
    assert "What we passed on" in html
    assert "CRM: a message of yours" in html


def test_erasing_takes_along_what_we_keep_of_the_crm(connect: Connect, account: Account, admin: User) -> None:
    connect()
    conversation = _conversation(factories.make_inbound(account, SAID))
    assert work() == ["message.received"]
    assert Link.objects.filter(contact=conversation.contact).exists()
    factories.make_answer(conversation, admin, state="sent")
    assert erasing.go_on(erasing.ask(conversation.contact, admin, "vroeg erom").pk).done_at is not None
    assert not Write.objects.exists()
    assert not Link.objects.exists()
    assert work() == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"<html>", "not_understood"),
        (b'"x' + b"x" * MOST_BYTES + b'"', "too_large"),
        (401, "access"),
        (429, "limit"),
        (302, "disturbance"),
    ],
)
def test_an_odd_answer_is_a_reason_in_words(connect: Connect, account: Account, answer: Any, reason: str) -> None:
    connect()
    factories.make_inbound(account)
    FakeCrm.script[:] = [answer]
    work()
    row = Write.objects.get()
    assert (row.state, row.reason) == ("waiting", reason)
    assert row.reason_words != reason


def test_hostile_record_makes_no_link(connect: Connect, account: Account) -> None:
    connect()
    factories.make_inbound(account)
    FakeCrm.script[:] = [json.dumps({"record": {"id": ["x"], "url": "javascript:alert(1)"}}).encode()]
    work()
    row = Write.objects.get()
    assert (row.state, row.record_id, row.record_url) == ("done", "", "")


def test_one_that_hangs_is_given_up_in_time(connect: Connect) -> None:
    row, over = connect(), threading.Event()
    FakeCrm.waits[:] = [over]
    with pytest.raises(CrmError, match="unreachable"), reach(row, 0.2) as crm:
        crm.test()
    over.set()


def test_private_addresses_are_not_asked(connect: Connect, settings: Any) -> None:
    row = connect()
    settings.MEDIA_SANDBOX = ""
    with pytest.raises(CrmError, match="private_address"), reach(row, 5) as crm:
        crm.test()
    assert FakeCrm.asked == []


def test_who_is_erased_while_looked_up_is_nobody_there(connect: Connect, account: Account, admin: User) -> None:
    connection = connect(writes=[])
    conversation = _conversation(factories.make_inbound(account, SAID))

    class Slow:
        def find(self, terms: Terms) -> list[Person]:
            erasing.go_on(erasing.ask(conversation.contact, admin, "vroeg erom").pk)
            return [Person("P-1", "Jan")]

    links.find(connection, conversation, cast("Crm", Slow()))
    assert not Link.objects.exists()


def test_who_is_parted_while_looked_up_gets_no_record(connect: Connect, account: Account, admin: User) -> None:
    connection = connect(writes=[])
    conversation = _conversation(factories.make_inbound(account, SAID))
    other = factories.make_conversation(account, author=factories.author("Karel"))
    linking.link(other.identity, conversation.contact, admin)

    class Slow:
        def find(self, terms: Terms) -> list[Person]:
            linking.unlink(other.identity, admin)
            return [Person("P-1", "Karel")]

    links.find(connection, conversation, cast("Crm", Slow()))
    assert not Link.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_being_parted_just_now_is_not_waited_for(connect: Connect, account: Account) -> None:
    row = connect(writes=[])
    conversation = _conversation(factories.make_inbound(account, SAID))
    is_held, is_over = threading.Event(), threading.Event()

    class Known:
        def find(self, terms: Terms) -> list[Person]:
            return [Person("P-1", "Karel")]

    def hold() -> None:
        with transaction.atomic():
            Identity.objects.select_for_update(no_key=True).get(pk=conversation.identity_id)
            is_held.set()
            is_over.wait(10)

    def find() -> None:
        is_held.wait(10)
        links.find(row, conversation, cast("Crm", Known()))
        is_over.set()

    assert at_once(hold, find) == [None, None]
    assert not Link.objects.exists()
