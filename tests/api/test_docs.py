"""The examples of docs/api.md work as they stand there."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from api.tokens import issuing
from api.tokens.models import Scope
from inbox.models import Conversation, Label, User

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[2] / "docs/api.md"


def test_examples_of_the_page_work(conversation: Conversation, person: User) -> None:
    _token, key = issuing.issue("CRM", person, person, scopes=Scope.values, days=1)
    names = {
        "TOKEN": key, "WEBCARE": "http://testserver", "CONVERSATION": str(conversation.code),
        "LABEL": str(Label.objects.create(name="Bezorging").code),
    }  # fmt: skip
    examples = [line for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.S) for line in _commands(block)]
    assert len(examples) >= 9
    wrong = {}
    for example in examples:
        response = _run(Template(example).substitute(names))
        if not 200 <= response.status_code < 300:
            wrong[example] = response.content
    assert wrong == {}


def _commands(block: str) -> list[str]:
    return [command.strip() for command in block.replace("\\\n", " ").splitlines() if command.strip()]


def _run(command: str) -> Any:
    """Do what curl would."""
    words = ArgumentParser()
    words.add_argument("-X", default="GET")
    words.add_argument("-H", action="append", default=[])
    words.add_argument("-d", default="")
    words.add_argument("url")
    name, *given = shlex.split(command)
    assert name == "curl"
    asked = words.parse_args(given)
    headers = dict(line.split(": ", 1) for line in asked.H)
    address = urlsplit(asked.url)
    path = f"{address.path}?{address.query}" if address.query else address.path
    kind = headers.pop("Content-Type", "application/json")
    return Client().generic(asked.X, path, asked.d, content_type=kind, headers=headers)
