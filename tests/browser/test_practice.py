"""Practising in a real browser: the banner stays, everything fits below it, and no page has barriers."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inbox.models import Message, PracticeCase, PracticeCopy, PracticeRound, User
from inbox.outbox import deliver
from inbox.practice import rounds
from inbox.practice.cases import shipped
from tests import factories
from tests.browser.conftest import Open
from tests.support.barriers import barriers_at

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_a_case_is_answered_below_the_banner_and_compared(visit: Open, agent: User) -> None:
    User.objects.filter(pk=agent.pk).update(role="lead")
    complaint = next(case for case in shipped("nl") if case.key == "complaint")
    made = rounds.start(
        PracticeRound(name="Najaar", by=agent),
        [
            PracticeCase(
                title=complaint.title, platform=complaint.platform, is_public=complaint.is_public,
                customer=complaint.customer, words=complaint.words, task=complaint.task, hints=complaint.hints,
            )
        ],
        [agent, factories.make_user(first_name="Joost")],
    )  # fmt: skip
    page = visit("/practice/")
    assert barriers_at(page, 1440, 360) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("main").get_by_role("button").click()
    banner = page.locator("#practice")
    expect(banner).to_be_visible()
    page.goto(page.url.partition("/inbox/")[0] + PracticeCopy.objects.get().conversation.get_absolute_url())
    page.locator("#reply").fill("Dat had de monteur niet mogen zeggen.")
    send = page.locator(".composer .btn-main:visible").last
    bottom = send.bounding_box()
    assert bottom is not None and bottom["y"] + bottom["height"] <= 900, "the button is on the screen"
    assert barriers_at(page, 360, 1440) == []
    page.locator("#reply").press("Control+Enter")
    expect(page.locator(".msg-out")).to_have_count(1)
    Message.objects.filter(direction="outbound").update(send_after=timezone.now())
    deliver.deliver(Message.objects.get(direction="outbound").pk)
    banner.get_by_role("button").click()
    expect(banner).to_have_count(0)
    page.goto(page.url.partition("/practice/")[0] + f"/practice/{made.code}/")
    expect(page.get_by_text("Dat had de monteur niet mogen zeggen.")).to_be_visible()
    assert barriers_at(page, 1440, 360) == []
