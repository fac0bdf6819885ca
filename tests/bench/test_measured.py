"""What is measured is the real thing: bodies that are accepted and read, rows that fit the tables as they are now."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from assist.server.models import Server
from bench import webhooks
from bench.inside import addresses, automated, ingest, newer_channels, posts
from channels.intake import deliveries
from channels.models import Account, Delivery, Stream
from channels.platforms import PLATFORMS
from crm.people.models import Link
from crm.writing.models import Write
from inbox.models import Contact, Conversation, Event, Identity, Label, Message, Rule, RuleOccasion, Team
from monitoring.hits.models import Hit
from monitoring.queries.models import Query
from publishing.models import Part
from tests.factories import make_account, make_conversation, make_user
from tests.support.pages import signed_in


@pytest.mark.django_db(transaction=True)
def test_measured_webhook_can_be_read() -> None:
    make_account("whatsapp", external_id=webhooks.ACCOUNT, credentials={"app_secret": webhooks.SECRET})
    body = webhooks.body(1)
    deliveries.read(Delivery.objects.create(product="meta", body=body).pk)
    sent = json.loads(body)["entry"][0]["changes"][0]["value"]["messages"][0]
    assert Message.objects.get().text == sent["text"]["body"] != ""


@pytest.mark.django_db(transaction=True)
def test_measured_ingest_stores_and_leaves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    ingest.main(1, 3)
    told = json.loads(capsys.readouterr().out)
    assert [len(told[kind][who]) for kind in ("new", "known") for who in ("ours", "theirs")] == [2] * 4
    for model in (Message, Conversation, Identity, Contact, Event):
        assert not model._default_manager.exists(), model
    assert not Delivery.objects.exists() and not Account.objects.filter(external_id=ingest.OURS).exists()


@pytest.mark.django_db(transaction=True)
def test_measured_rule_acts_and_leaves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    make_user("admin")
    automated.main(1, 2)
    behind = json.loads(capsys.readouterr().out)["behind"]
    assert min(behind.values()) > 0, behind
    for model in (Message, Conversation, Event, Rule, RuleOccasion):
        assert not model._default_manager.exists(), model


@pytest.mark.django_db(transaction=True)
def test_all_newer_channels_are_connected_and_asked_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    make_user("admin")
    conversation = make_conversation()
    newer_channels.main(2, str(conversation.code))
    accounts = Account.objects.exclude(pk=conversation.account_id)
    assert {*accounts.values_list("platform", flat=True)} == {*PLATFORMS} - {"x", "facebook", "instagram", "whatsapp"}
    assert json.loads(capsys.readouterr().out) == {"accounts": accounts.count(), "conversations": accounts.count() * 2}
    for model in (Hit, Link, Part, Server, Write):
        assert model._default_manager.exists(), model
    assert Link.objects.filter(contact=conversation.contact).exists()
    now = timezone.now()
    assert not Stream.objects.due(now).exists() and not Query.objects.to_ask(now).exists()
    page = signed_in(make_user("lead"))
    assert [page.get(path).status_code for path in ("/inbox/", conversation.get_absolute_url())] == [200, 200]


@pytest.mark.django_db(transaction=True)
def test_measured_pages_of_posts_are_stored_and_leave_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    posts.main(2, ["\n", "\n"])
    assert all(float(took) > 0 for took in capsys.readouterr().out.split()) and not Message.objects.exists()


@pytest.mark.django_db
def test_every_page_and_list_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    make_user("lead")
    make_conversation()
    label, team = Label.objects.create(name="Koffer"), Team.objects.create(name="Bagage")
    addresses.main()
    found = set(json.loads(capsys.readouterr().out))
    assert {"/lead/", "/figures/", "/inbox/notifications/?all", "/log/?kind=answering"} <= found
    assert {f"/inbox/?queue=open&label={label.code}", f"/inbox/?queue=closed&team={team.code}"} <= found
    assert not any("logout" in address or "csv" in address for address in found)
