"""What the demo's team has laid ready: teams, labels, canned replies, guidelines, watched words, a notice.

Only in demo mode, and only what is not there by its name: what somebody changed or put away stays so.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from channels.models import Account
from inbox.library import guidelines
from inbox.models import (
    CannedReply,
    CannedText,
    Conversation,
    Guideline,
    Label,
    Message,
    Notice,
    Team,
    User,
    WatchedWord,
)
from inbox.notifications import notices
from inbox.triage import labels

_FILE = Path(__file__).with_name("content.toml")
_NOTICE_STANDS = timedelta(days=30)


@transaction.atomic
def seed() -> None:
    """Lay it ready; twice is once. Needs the demo's people. Raises RuntimeError outside demo mode."""
    if not settings.DEMO:
        raise RuntimeError("The demo's content exists in demo mode only.")
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(is_demo=True)}
    content, lead = _content(), people["sanne"]
    for team in content["team"]:
        _team(team, people)
    for label in content["label"]:
        if not Label.objects.filter(name__iexact=label["name"]).exists():
            labels.save(
                Label(
                    name=label["name"], is_complaint=label.get("is_complaint", False), purpose=label.get("purpose", "")
                ),
                lead,
            )
    for canned in content["canned"]:
        _canned(canned, lead)
    for guideline in content["guideline"]:
        _guideline(guideline, lead)
    for word in content["word"]:
        WatchedWord.objects.get_or_create(
            kind=word["kind"], phrase=word["phrase"], defaults={"advice": word.get("advice", "")}
        )
    for notice in content["notice"]:
        if not Notice.objects.filter(text=notice["text"]).exists():
            notices.post(lead, kind=notice["kind"], text=notice["text"], until=timezone.now() + _NOTICE_STANDS)


def sort_open() -> None:
    """Label what is open and give it to a team, by its words."""
    for team in _content()["team"]:
        found = Team.objects.filter(name=team["name"], archived_at=None).first()
        for conversation in Conversation.objects.open().filter(account__name=team.get("brand", ""), team=None):
            if found is not None:
                labels.give_to_team(conversation, found, None)
    for label in _content()["label"]:
        row = Label.objects.filter(name=label["name"], archived_at=None).first()
        condition = Q()
        for word in label["words"]:
            condition |= Q(text__icontains=word)
        conversations = Message.objects.filter(condition, direction=Message.Direction.INBOUND).values("conversation")
        for conversation in Conversation.objects.open().filter(pk__in=conversations):
            if row is not None:
                labels.add_label(conversation, row, None)


def _team(spec: dict[str, Any], people: dict[str, User]) -> None:
    if Team.objects.filter(name__iexact=spec["name"]).exists():
        return
    team = Team(name=spec["name"], handles_press=spec.get("handles_press", False))
    labels.save(team, people["sanne"])
    team.members.set(people[name] for name in spec["members"])


def _canned(spec: dict[str, Any], owner: User) -> None:
    if CannedReply.objects.filter(title=spec["title"]).exists():
        return
    canned = CannedReply.objects.create(
        title=spec["title"], owner=owner, label=Label.objects.filter(name=spec["label"]).first()
    )
    CannedText.objects.bulk_create(CannedText(canned=canned, **text) for text in spec["texts"])
    if "brand" in spec:
        canned.accounts.set(Account.objects.filter(name=spec["brand"]))


def _guideline(spec: dict[str, Any], by: User) -> None:
    if Guideline.objects.filter(title=spec["title"]).exists():
        return
    team = Team.objects.filter(name=spec.get("team", "")).first()
    guidelines.write(
        Guideline(title=spec["title"], platform=spec.get("platform", ""), team=team), spec["text"].strip(), by
    )


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
