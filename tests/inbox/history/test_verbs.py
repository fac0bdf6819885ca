"""Every verb that the code writes down has words, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.utils import translation

from channels.types import Action
from inbox.history.verbs import VERBS
from webcare.lib.icons import NAMES

ROOT = Path(__file__).resolve().parents[3]
_OUTCOMES = [
    f"{way}_{outcome}" for way in ("send", "automatic", "post") for outcome in ("delayed", "failed", "unknown")
]
# Where a verb is no plain text in the code: all it can be.
COMPUTED: dict[tuple[str, str], list[str]] = {
    ("assist/drafting/drafting.py", "verb"): ["assist_drafted", "assist_answer_translated"],
    ("channels/intake/chat_mail.py", "verb"): ["chat_mailed", "chat_not_mailed"],
    ("inbox/actions/blocking.py", "verb"): ["person_blocked", "person_unblocked"],
    ("inbox/actions/perform.py", "str(action)"): [action for action in Action if action not in ("block", "unblock")],
    ("inbox/contacts/description.py", "f'contact_{name}'"): ["contact_kind", "contact_address"],
    ("inbox/contacts/linking.py", "verb"): ["linked", "unlinked", "link_undone"],
    ("inbox/ingest/batch.py", "verb"): [],  # those of log_event, which are looked at themselves
    ("inbox/ingest/placement.py", "verb"): ["reopened", "woken"],
    ("inbox/outbox/deliver.py", "verb"): [*_OUTCOMES, "not_found", "not_looked_up"],
    ("inbox/team/roles.py", "verb"): ["role_added", "role_changed"],
    ("inbox/triage/assignment.py", "verb"): ["reopened", "woken"],
    ("publishing/planning.py", "verb"): [
        "post_asked", "post_approved", "post_planned", "post_given_back", "post_withdrawn", "post_moved",
        "post_written",
    ],
    ("reports/goals/history.py", "verb"): ["goal_set", "goal_ended", "goal_set_of_team", "goal_ended_of_team"],
    ("inbox/undo/reversal.py", "verb"): [
        "reopened", "woken", "snoozed", "closed", "assigned", "unassigned", "given_to_team", "taken_from_team",
        "labelled", "unlabelled",
    ],
    ("inbox/triage/labels.py", "f'{kind}_added'"): ["label_added", "team_added"],
    ("inbox/triage/labels.py", "f'{kind}_changed'"): ["label_changed", "team_changed"],
    ("inbox/triage/labels.py", "f'{kind}_archived'"): ["label_archived", "team_archived"],
    ("inbox/triage/labels.py", "f'{kind}_restored'"): ["label_restored", "team_restored"],
}  # fmt: skip


@cache
def _written() -> list[tuple[str, ast.expr]]:
    """Every expression that becomes a verb, and the file it stands in."""
    return list(_found())


def _found() -> Iterator[tuple[str, ast.expr]]:
    for folder in ("channels", "inbox", "monitoring", "reports", "api", "crm", "assist", "publishing", "webcare"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and (verb := _verb_of(node)) is not None:
                    yield str(path.relative_to(ROOT)), verb


def _verb_of(call: ast.Call) -> ast.expr | None:
    name = ast.unparse(call.func)
    if name in ("Event.note", "batch.log_event", "self.log_event", "_log_all"):
        return call.args[0] if call.args else None
    if name in ("Event", "models.Event"):
        return next((keyword.value for keyword in call.keywords if keyword.arg == "verb"), None)
    return None


def _possible(place: str, verb: ast.expr) -> list[str]:
    if isinstance(verb, ast.Constant):
        return [str(verb.value)]
    if isinstance(verb, ast.IfExp):
        return _possible(place, verb.body) + _possible(place, verb.orelse)
    text = ast.unparse(verb)
    if text.startswith("row.verb('"):
        return [f"{way}_{text.split(chr(39))[1]}" for way in ("send", "automatic")]
    return COMPUTED[place, text]


def test_every_verb_in_the_code_has_words() -> None:
    written = list(_written())
    unknown = {
        (place, ast.unparse(verb))
        for place, verb in written
        if not isinstance(verb, ast.Constant | ast.IfExp) and not ast.unparse(verb).startswith("row.verb('")
    } - COMPUTED.keys()
    assert unknown == set(), "say in COMPUTED what these can be"
    wordless = {(place, name) for place, verb in written for name in _possible(place, verb) if name not in VERBS}
    assert wordless == set(), "give these words in inbox/history/verbs.py"
    assert len(written) > 80


def test_every_verb_with_words_is_written_somewhere() -> None:
    written = {name for place, verb in _written() for name in _possible(place, verb)}
    assert VERBS.keys() - written == set()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_say_whom_they_refer_to(language: str) -> None:
    with translation.override(language):
        for name, verb in VERBS.items():
            told = str(verb.words).format_map(dict.fromkeys(verb.refers, "Iemand"))
            assert told.strip() and "{" not in told, name
            assert verb.icon in NAMES, name
