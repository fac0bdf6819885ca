"""What a rule would have touched: changes, waits and the clock too, as far as the past can be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from inbox.automation.dry_run import dry_run
from inbox.automation.rulebook import ready_rule
from inbox.models import Label, Rule
from inbox.triage import assignment, labels
from tests.factories import author, make_account, make_answer, make_inbound, make_user
from tests.support.rules import condition, does, make_rule

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def _found(when: str | dict[str, Any]) -> list[str]:
    Rule.objects.all().delete()
    rule = ready_rule(make_rule(does("release"), when=when))
    assert rule is not None
    run = dry_run(rule, make_user("lead"), days=7, seconds=60)
    assert run.after == ""
    return sorted(hit.conversation.identity.name for hit in run.hits)


def test_changes_waits_and_the_clock_are_tried_on_what_happened() -> None:
    account, person, now = make_account(), make_user(), timezone.now()
    rows: dict[str, Any] = {}
    for name, minutes in (("Snel", 180), ("Traag", 170), ("Wacht", 90), ("Net", 5)):
        with time_machine.travel(now - minutes * MINUTE, tick=False):
            message = make_inbound(account, author=author(name), sent_at=now - minutes * MINUTE)
            rows[name] = message.conversation
            if name != "Net":
                assignment.assign(rows[name], person, None)
    with time_machine.travel(now - 175 * MINUTE, tick=False):
        make_answer(rows["Snel"], person)
        labels.add_label(rows["Snel"], Label.objects.create(name="Bezorging"), person)
    with time_machine.travel(now - 60 * MINUTE, tick=False):
        make_answer(rows["Traag"], person)
        assignment.close(rows["Traag"], person, "answered")
    waits = {"minutes": 30, "round_the_clock": True}
    assert _found("arrives") == ["Net", "Snel", "Traag", "Wacht"]
    assert _found("label") == ["Snel"]
    assert _found("closed") == ["Traag"]
    assert _found("assignee") == ["Snel", "Traag", "Wacht"]
    assert _found({"kind": "waits"} | waits) == ["Traag", "Wacht"]
    assert _found({"kind": "untouched"} | waits) == ["Traag", "Wacht"]
    assert _found({"kind": "clock", "at": "09:00"}) == ["Net", "Snel", "Wacht"]


def test_what_the_rule_read_is_shown_and_not_the_newest_words() -> None:
    account, eva, now = make_account(), author("Eva"), timezone.now()
    for words, minutes in (("Mijn pakket is niet bezorgd.", 20), ("Laat maar, het is er!", 5)):
        make_inbound(account, words, author=eva, sent_at=now - minutes * MINUTE)
    rule = ready_rule(make_rule(does("release"), asks=[condition("words", "any", "bezorgd")]))
    assert rule is not None
    (hit,) = dry_run(rule, make_user("lead"), days=7, seconds=60).hits
    assert hit.conversation.excerpt == "Laat maar, het is er!"
    assert hit.words == "Mijn pakket is niet bezorgd."
