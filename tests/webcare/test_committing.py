"""What is done after a commit may fail, and harms nobody."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from tests import factories
from webcare.lib.on_commit import after_commit

ROOT = Path(__file__).resolve().parents[2]


def _refuse(name: str = "anything") -> None:
    raise OSError(f"{name} refused")


class _Refusing:
    def __call__(self) -> None:
        _refuse()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [_refuse, partial(_refuse, "broker"), _Refusing(), lambda: _refuse()])
def test_error_after_commit_is_logged_and_reaches_nobody(
    act: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    with transaction.atomic():
        agent = factories.make_user()
        after_commit(act)
        after_commit(done.append, "the next one")
        assert done == []
    agent.refresh_from_db()
    assert done == ["the next one"]
    assert "refused" in caplog.text


def test_nobody_leaves_anything_to_a_commit_in_another_way() -> None:
    asking = set()
    for package in ("inbox", "channels", "reports", "monitoring", "crm", "assist", "publishing", "webcare"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)) if "on_commit" in text else ():
                if isinstance(node, ast.Attribute) and node.attr == "on_commit":
                    asking.add(path.relative_to(ROOT).as_posix())
    assert asking == {"webcare/lib/on_commit.py"}
