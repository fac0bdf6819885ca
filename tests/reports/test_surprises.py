"""Surprises: written down with the person, warned of for a while, and added up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from channels.models import Account
from inbox.models import Conversation, Event, Surprise
from reports.figures import Value, values_of
from reports.scope import Scope, scope_of
from tests import factories
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db


def today() -> Scope:
    day = timezone.localdate()
    return scope_of(day, day, Account.objects.values_list("pk", flat=True))


def test_a_surprise_warns_of_a_second_and_is_added_up() -> None:
    agent = factories.make_user(language="en")
    page, who = signed_in(agent), factories.author("Karin")
    talk = factories.make_conversation(author=who)
    address = f"/inbox/{talk.code}/contact/surprises/"
    assert "Had one lately" not in page_of(page, talk.get_absolute_url())
    page.post(address, {"what": "Bos tulpen", "cost": "€ 12,50"})
    page.post(address, {"what": "Kaartje", "cost": ""})
    for cost in ("duur", "NaN", "1e9"):
        wrong = page.post(address, {"what": "Taart", "cost": cost}, headers={"HX-Request": "true"})
        assert "an amount like 12,50" in str(wrong.headers)
    html = page_of(page, talk.get_absolute_url())
    assert "Had one lately" in html and "Bos tulpen" in html
    found = values_of(today())
    assert (found["surprises"], found["surprise_cost"]) == (Value(2, 2), Value(12.5, 1))
    lead = signed_in(factories.make_user("lead", language="en"))
    assert "€ 12.50" in page_of(lead, "/figures/surprise_cost/")
    card = Surprise.objects.get(what="Kaartje")
    page.post(f"{address}{card.pk}/remove/")
    assert list(Surprise.objects.values_list("what", flat=True)) == ["Bos tulpen"]
    assert "tulpen" not in str(list(Event.objects.values_list("data", flat=True)))


def test_an_old_surprise_or_somebody_elses_does_not_warn() -> None:
    agent = factories.make_user(language="en")
    talk, other = factories.make_conversation(), factories.make_conversation()
    old = timezone.now() - timedelta(days=91)
    Surprise.objects.create(conversation=talk, what="Bos tulpen", at=old)
    Surprise.objects.create(conversation=other, what="Taart")
    html = page_of(signed_in(agent), Conversation.objects.get(pk=talk.pk).get_absolute_url())
    assert "Had one lately" not in html and "Bos tulpen" in html and "Taart" not in html
