"""A newcomer's first steps: shown until put away, and ticked by what somebody really did."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from channels.types import Route
from inbox.lists import first_steps
from inbox.models import Conversation, User
from inbox.outbox import queue
from inbox.triage import assignment
from tests import factories
from tests.support.pages import HTMX, signed_in


@pytest.fixture
def newcomer(db: None) -> User:
    """Somebody who was added today."""
    return factories.make_user(first_name="Nadia", language="en", first_steps_from=timezone.now())


def _done(page: Client) -> int | None:
    found = re.search(r"(\d) of 3", page.get("/inbox/first-steps/").content.decode())
    return int(found[1]) if found else None


def _answer(conversation: Conversation, person: User) -> None:
    newest = conversation.messages.latest("pk")
    queue.queue_reply(
        conversation,
        person,
        text="Ik kijk het na.",
        route=Route.PUBLIC_REPLY,
        reply_to=newest,
        seen_message_id=newest.pk,
    )


def test_a12_each_step_is_ticked_by_doing_it(newcomer: User, conversation: Conversation) -> None:
    page = signed_in(newcomer)
    assert _done(page) == 0
    page.get(conversation.get_absolute_url())
    assert _done(page) == 1
    _answer(conversation, newcomer)
    assert _done(page) == 2
    page.post(f"/inbox/{conversation.code}/close/")
    assert "You know the way now" in page.get("/inbox/").content.decode()


def test_open_steps_follow_what_is_done(newcomer: User, conversation: Conversation) -> None:
    page = signed_in(newcomer)
    assert 'hx-get="/inbox/first-steps/"' in page.get("/inbox/").content.decode()


def test_finished_steps_are_told_once_and_leave(newcomer: User, conversation: Conversation) -> None:
    page = signed_in(newcomer)
    _answer(conversation, newcomer)
    assignment.close(conversation, newcomer)
    page_html = page.get("/inbox/").content.decode()
    assert "You know the way now" in page_html
    assert 'hx-get="/inbox/first-steps/"' not in page_html
    assert 'id="first-steps"' not in page.get("/inbox/").content.decode()
    assert page.get("/inbox/first-steps/").content == b""


def test_what_others_did_or_was_done_before_ticks_nothing(newcomer: User, conversation: Conversation) -> None:
    assignment.close(conversation, factories.make_user())
    assert first_steps.steps_of(newcomer) == first_steps.Steps(opened=False, answered=False, closed=False)
    assignment.reopen(conversation, newcomer)
    assignment.close(conversation, newcomer)
    User.objects.update(first_steps_from=timezone.now() + timedelta(seconds=1))
    newcomer.refresh_from_db()
    assert first_steps.steps_of(newcomer) == first_steps.Steps(opened=False, answered=False, closed=False)


def test_put_away_it_is_gone_for_good_and_for_this_person_alone(newcomer: User, conversation: Conversation) -> None:
    other = factories.make_user(language="en", first_steps_from=timezone.now())
    page = signed_in(newcomer)
    assert 'id="first-steps"' in page.get("/inbox/").content.decode()
    assert page.post("/inbox/first-steps/done/", **HTMX).content == b""
    assert page.post("/inbox/first-steps/done/").status_code == 302
    assert 'id="first-steps"' not in page.get("/inbox/").content.decode()
    assert _done(page) is None
    assert _done(signed_in(other)) == 0


def test_added_person_is_a_newcomer_and_experienced_is_not(
    agent: User, conversation: Conversation, django_assert_num_queries: object
) -> None:
    added = User.objects.create_user("nieuw@veldhuis.example", "a-long-password")
    assert first_steps.steps_of(added) is not None
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert first_steps.steps_of(agent) is None
        first_steps.note_opened(agent)


def test_it_takes_a_post_to_put_away_and_a_colleague_to_ask(newcomer: User) -> None:
    page = signed_in(newcomer)
    assert page.get("/inbox/first-steps/done/").status_code == 405
    assert Client().get("/inbox/first-steps/").status_code == 302
