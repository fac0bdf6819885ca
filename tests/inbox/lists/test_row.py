"""A list that was kept in parts shows what one rendered now would show, whatever changed meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.models import Account
from inbox.live import presence
from inbox.models import Block, Conversation, Draft, Label, User
from inbox.triage import assignment, labels
from tests.factories import make_answer, make_conversation, make_user
from tests.support import readers
from tests.support.pages import signed_in
from tests.support.profiles import examples
from webcare.lib.kept import forget_kept

pytestmark = pytest.mark.django_db
PAGES = ("/inbox/", "/inbox/?sort=priority", "/inbox/?queue=closed", "/inbox/?queue=snoozed", "/inbox/?queue=mine")


def _set(**values: Any) -> Callable[[Conversation, User], Any]:
    return lambda row, _user: Conversation.objects.filter(pk=row.pk).update(**values)


def _due(ahead: timedelta) -> Callable[[Conversation, User], Any]:
    # Nothing is due before it was waited for: who closes such a one would record a breach that cannot be.
    due = timezone.now() + ahead
    return _set(due_at=due, waiting_since=due - timedelta(hours=1))


def _label(row: Conversation, user: User) -> None:
    number = row.label_links.count()
    label = Label.objects.get_or_create(name=f"Label {number}", defaults={"is_complaint": number == 2})[0]
    labels.add_label(row, label, user)


def _rename(row: Conversation, _user: User) -> None:
    row.identity.name = f"{row.identity.name}a"
    row.identity.handle = "" if row.identity.handle else "anders"
    row.identity.save()


def _colleague(row: Conversation, _user: User) -> None:
    colleague = make_user(first_name="Ömer")
    presence.arrive(row, colleague, typing=row.pk % 2 == 0)


def _rename_holder(_row: Conversation, user: User) -> None:
    readers.rename(user)


def _speak(_row: Conversation, user: User) -> None:
    readers.speak_other_language(user)


CHANGES: tuple[Callable[[Conversation, User], Any], ...] = (
    _set(mood="angry"), _set(mood="happy"), _set(is_complaint=True), _set(failed_count=1), _set(failed_count=0),
    _set(excerpt="Iets anders"), _set(excerpt="", file_kind="image", file_count=2), _set(has_attachment=True),
    _set(last_direction="outbound"), _set(visibility="private"), _set(priority=77),
    _set(window_closes_at=timezone.now() + timedelta(hours=1)), _set(waiting_since=timezone.now() - timedelta(days=3)),
    _set(waiting_since=None, due_at=None), _set(seen_at=timezone.now()),
    _set(last_inbound_at=timezone.now() + timedelta(days=1)),
    _set(last_message_at=timezone.now() - timedelta(days=400)),
    lambda row, user: assignment.assign(row, user, user),
    lambda row, user: assignment.assign(row, None, user),
    lambda row, user: assignment.close(row, user),
    lambda row, user: assignment.reopen(row, user),
    lambda row, user: assignment.snooze(row, timezone.now() + timedelta(days=2), user),
    lambda row, user: Draft.objects.update_or_create(conversation=row, user=user, tab="public", defaults={"text": "x"}),
    lambda row, user: Block.objects.get_or_create(account=row.account, identity=row.identity),
    lambda row, user: Account.objects.filter(pk=row.account_id).update(handle="anders"),
    _due(timedelta(minutes=7)), _set(due_at=None), _due(-timedelta(days=2)),
    lambda row, user: Account.objects.filter(pk=row.account_id).update(removed_at=timezone.now()),
    lambda row, user: make_answer(row, user),
    _label, _rename, _colleague, _rename_holder, _speak,
)  # fmt: skip


def _rows(page: Client) -> list[str]:
    """Every row of every list, as the page has it."""
    found = []
    for address in PAGES:
        answer = page.get(address, HTTP_HX_REQUEST="true")
        assert answer.status_code == 200
        html = answer.content.decode()
        found.append(html.partition('<ol id="row-list">')[2].partition("</ol>")[0])
    return found


def _frames(page: Client) -> list[str]:
    """What stands around the rows: the list's head with its filters and orders, and the navigation with its counts."""
    found = []
    for address in ("/inbox/?mood=angry", "/inbox/?queue=mine&sort=newest", "/inbox/menu/"):
        html = page.get(address).content.decode()
        assert "nav-item" in html
        found.append(re.sub(r'(csrfmiddlewaretoken" value|X-CSRFToken"|data-since)(=|: )"[^"]*"', "", html))
    return found


def _menus(page: Client) -> tuple[str, str]:
    """The navigation, and the filters of a list, which both count."""
    html = page.get("/inbox/").content.decode()
    filters = html.partition('<form class="filters"')[2].partition("</form>")[0]
    return html.partition('id="nav-counts"')[2].partition('id="undo"')[0], filters


@given(
    chosen=st.lists(
        st.tuples(st.sampled_from(CHANGES), st.integers(0, 1), st.integers(0, 5000)), min_size=1, max_size=6
    )
)
@settings(max_examples=examples(60))
def test_kept_lists_are_what_fresh_ones_are(chosen: list[tuple[Any, int, int]]) -> None:
    with transaction.atomic(), time_machine.travel(timezone.now(), tick=False) as now:
        user = make_user()
        page, rows = signed_in(user), [make_conversation(), make_conversation()]
        _rows(page), _frames(page)
        for change, which, minutes in chosen:
            change(Conversation.objects.for_rows().get(pk=rows[which].pk), user)
            now.shift(timedelta(minutes=minutes))
            page = signed_in(user)  # nobody stays signed in that long
            kept = _rows(page), _frames(page)
            forget_kept()
            assert kept == (_rows(page), _frames(page))
        transaction.set_rollback(True)


def test_each_change_shows_in_the_row() -> None:
    agent, conversation = make_user(), make_conversation()
    page = signed_in(agent)
    for change in (_set(mood="angry"), _set(excerpt="Iets anders"), _label, _rename, _colleague, _set(failed_count=1)):
        before = _rows(page)
        change(Conversation.objects.for_rows().get(pk=conversation.pk), agent)
        assert _rows(page) != before


def test_each_change_shows_around_the_rows() -> None:
    agent, conversation = make_user(), make_conversation()
    page = signed_in(agent)
    for change in (_label, _set(status="snoozed")):
        before = _menus(page)
        change(Conversation.objects.for_rows().get(pk=conversation.pk), agent)
        assert all(new != old for new, old in zip(_menus(page), before, strict=True))


def test_new_name_and_role_show_below_the_navigation() -> None:
    agent = make_user(first_name="Ada")
    page = signed_in(agent)
    before = page.get("/inbox/").content.decode()
    agent.first_name, agent.role = "Zora", User.Role.LEAD
    agent.save()
    after = page.get("/inbox/").content.decode()
    assert ("Ada" in before, 'href="/people/"' in before) == (True, False)
    assert ("Ada" in after, "Zora" in after, 'href="/people/"' in after) == (False, True, True)


def test_what_colleagues_do_not_share_stays_apart() -> None:
    first, second, row = make_user(), make_user(), make_conversation()
    Draft.objects.create(conversation=row, user=first, tab="public", text="Beste")
    assert "mark-draft" in _rows(signed_in(first))[0]
    assert "mark-draft" not in _rows(signed_in(second))[0]
