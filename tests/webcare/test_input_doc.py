"""docs/input.md tells the rules that the code has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from api.rest import callers
from channels.models import chat
from channels.pages import chat_form
from inbox.ingest import cleaning
from inbox.models import retention
from inbox.views.forms import ReplyForm
from inbox.views.incidents import forms as incidents
from monitoring.queries import language
from webcare.lib import text
from webcare.server.bodies import KB

TOLD = (Path(settings.BASE_DIR) / "docs" / "input.md").read_text(encoding="utf-8")
_VALIDATORS: list[Any] = settings.AUTH_PASSWORD_VALIDATORS
(_MIN_LENGTH,) = (rule["OPTIONS"]["min_length"] for rule in _VALIDATORS if "min_length" in rule.get("OPTIONS", {}))
_ANSWER: Any = ReplyForm.base_fields["text"]
_YEARS = cleaning._YEARS
RULES = [
    f"| a password | {_MIN_LENGTH} characters at least",
    f"| 1 to {retention.LONGEST} months, or for ever |",
    f"| {chat_form.MOST_ORIGINS} origins over HTTPS at most |",
    f"| {language.LONGEST:,} characters, {language.MOST_TERMS} words, brackets that close |",
    f"| {_ANSWER.max_length:,} characters at most",
    f"in JSON of {callers.LARGEST_BODY // KB} KB at most",
    f"{chat.LONGEST:,} characters a message",
    f"at most {text.MOST_DEEP} nested levels and numbers of {text.LONGEST_NUMBER} digits",
    f"times of {_YEARS.start} to {_YEARS.stop - 1}, texts of {cleaning.LONGEST_TEXT:,} characters at most",
]


@pytest.mark.parametrize("rule", RULES)
def test_what_input_may_be_is_told_as_the_code_has_it(rule: str) -> None:
    assert rule in TOLD


def test_a_week_is_how_old_an_incident_may_be() -> None:
    assert incidents.OLDEST.days == 7
    assert "it began in the past week" in TOLD


def test_rules_of_the_database_that_are_told_are_there() -> None:
    told = set(re.findall(r"`(\w+)`", "\n".join(line for line in TOLD.splitlines() if "the constraint" in line)))
    there = {rule.name for model in apps.get_models() for rule in model._meta.constraints}
    assert len(told) > 5
    assert told <= there
