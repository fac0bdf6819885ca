"""What rules do outside: addresses told and messages hidden, from rows, whatever fails on the way."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from channels.errors import ChannelError
from channels.types import Action
from inbox.automation import errands, occasions, posting, webhooks
from inbox.models import Conversation, Event, RuleErrand, Webhook
from tests.factories import make_account, make_inbound, make_user
from tests.support.fake_platform import FakeConnector
from tests.support.pages import signed_in
from tests.support.receiver import Receiver, receiving
from tests.support.rules import does, make_rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("estimated")]
SAID = "Mijn nummer is 0612345678, waar blijft mijn pakket?"


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with receiving() as origin:
        settings.MEDIA_SANDBOX = origin
        yield f"{origin}/hooks/geheim"


def _tell(url: str) -> RuleErrand:
    """A message comes in, of which a rule tells an address."""
    webhook = webhooks.add("CRM", url, make_user("admin"))
    make_rule(does("webhook", webhook.pk), name="Door naar CRM")
    make_inbound(make_account("x"), SAID)
    occasions.apply_due()
    return RuleErrand.objects.get()


def _try(row: RuleErrand, later: timedelta = timedelta()) -> RuleErrand:
    errands.run(row.pk, timezone.now() + later)
    row.refresh_from_db()
    return row


def test_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification's own libraries."""
    signed = webhooks.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
        b'{"test": 2432232314}',
    )  # fmt: skip
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_address_is_told_once_signed_without_customers_words(address: str) -> None:
    row = _try(_tell(address))
    assert (row.state, row.status) == ("done", 204)
    errands.run(row.pk)
    ((headers, body),) = Receiver.told
    secret = webhooks.secret_of(Webhook.objects.get())
    stamp = int(headers["webhook-timestamp"])
    assert headers["webhook-id"] == str(row.code)
    assert headers["webhook-signature"] == webhooks.signature(secret, str(row.code), stamp, body)
    told = json.loads(body)
    assert told["data"]["conversation"]["id"] == str(Conversation.objects.get().code)
    assert told["data"]["rule"]["name"] == "Door naar CRM"
    assert "0612345678" not in body.decode()


def test_what_fails_is_tried_later_given_up_and_sent_by_hand(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(errands, "LATER", (timedelta(seconds=5), timedelta(minutes=5)))
    caplog.set_level(logging.DEBUG)
    row = _tell(address)
    Receiver.answers[:] = [500, 503, 500]
    _try(row)
    assert (row.state, row.status, errands.due()) == ("waiting", 500, [])
    assert errands.due(timezone.now() + timedelta(seconds=6)) == [row.pk]
    _try(row, timedelta(minutes=1))
    _try(row, timedelta(minutes=10))
    assert (row.state, row.tries) == ("failed", 3)
    page = signed_in(make_user("lead", language="en"))
    log = f"/rules/{row.application.rule.code}/log/"
    assert "HTTP 500" in page.get(log).content.decode()
    page.post(f"{log}{row.code}/again/")
    assert _try(row, timedelta(seconds=1)).state == "done"
    assert {headers["webhook-id"] for headers, _body in Receiver.told} == {str(row.code)}
    assert len({body for _headers, body in Receiver.told}) == 1
    secret = webhooks.secret_of(Webhook.objects.get())
    kept = caplog.text + json.dumps(list(Event.objects.values_list("data", flat=True)), default=str)
    assert "geheim" not in kept
    assert secret not in kept


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "https://localhost/", "https://127.0.0.1/", "https://10.0.0.8/x", "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/", "https://me:pw@example.com/", "https://example.com\\@10.0.0.8/",
    ],
)  # fmt: skip
def test_no_address_within_is_told(url: str) -> None:
    with pytest.raises(ChannelError) as refused:
        posting.post(url, b"{}", {})
    assert refused.value.reason == "private_address"


def test_an_address_without_a_name_is_not_added() -> None:
    assert not posting.may_be_told("https://169.254.169.254/")
    assert posting.may_be_told("https://example.com:8443/hook")


def test_redirect_is_not_followed(address: str) -> None:
    Receiver.answers[:] = [302]
    row = _try(_tell(address))
    assert (row.state, row.status, len(Receiver.told)) == ("waiting", 302, 1)


@pytest.mark.usefixtures("fake_platform")
def test_a_rule_hides_what_everybody_can_read_once() -> None:
    make_rule(does("hide"))
    account = make_account("fake")
    message = make_inbound(account, kind="comment")
    private = make_inbound(account, kind="dm", visibility="private")
    occasions.apply_due()
    row = RuleErrand.objects.get()
    assert _try(row).state == "done"
    errands.run(row.pk)
    assert FakeConnector.acted == [(Action.HIDE, message.external_id)]
    message.refresh_from_db()
    private.refresh_from_db()
    assert (message.hidden_at is not None, private.hidden_at) == (True, None)
    event = Event.objects.get(verb="hide")
    assert (event.actor, event.data["rule"]) == (None, row.application.rule_id)


def test_admins_add_and_put_away_webhooks(client: Client) -> None:
    page = signed_in(make_user("admin", language="en"))
    wrong = page.post("/rules/webhooks/", {"name": "CRM", "url": "http://10.0.0.8/"}).content.decode()
    assert "The address begins with https://" in wrong
    page.post("/rules/webhooks/", {"name": "CRM", "url": "https://crm.example.com/hooks/geheim"})
    row = Webhook.objects.get()
    shown = page.get("/rules/webhooks/").content.decode()
    assert webhooks.secret_of(row) in shown
    assert "crm.example.com" in shown
    assert "geheim" not in shown
    assert "geheim" not in row.sealed_url
    page.post(f"/rules/webhooks/{row.code}/", {"do": "remove"})
    assert "crm.example.com" not in page.get("/rules/webhooks/").content.decode()
