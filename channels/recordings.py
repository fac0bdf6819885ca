"""Recorded conversations, as `manage.py replay` posts them into the sandbox. docs/replay.md describes the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import requests
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from channels.accounts.connecting import connect
from channels.models import Account
from channels.x.normalise import made_at, number_of

REAL_ID = 2**53  # X's own ids hold their time; smaller numbers are somebody's own count
ANSWERED_AFTER = timedelta(minutes=1)
TIMEOUT = 30


class CannotReplay(Exception):
    """The file or the sandbox does not allow it. The text is a sentence."""


class Turn(BaseModel):
    """One post of a recorded conversation."""

    id: str = Field(min_length=1, max_length=100)
    author: str = Field(alias="from", min_length=1)
    role: Literal["customer", "agent"]
    at: AwareDatetime | None = None
    text: str


class Recording(BaseModel):
    """One recorded conversation: each turn answers the one before it."""

    brand: str = Field(min_length=1)
    started_at: AwareDatetime | None = None
    turns: list[Turn]

    def times(self) -> Iterator[tuple[Turn, datetime | None]]:
        """Yield each turn with its time: as recorded, else out of its id, else soon after the turn before it."""
        before = self.started_at
        for turn in self.turns:
            at = turn.at or (made_at(turn.id) if number_of(turn.id) > REAL_ID else before and before + ANSWERED_AFTER)
            before = at
            yield turn, at


def read_recordings(path: Path) -> list[Recording]:
    """Read a file of recorded conversations. Raises CannotReplay with what is wrong and where."""
    try:
        return TypeAdapter(list[Recording]).validate_json(path.read_bytes())
    except OSError as error:
        raise CannotReplay(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = " → ".join(str(part) for part in first["loc"]) or "the file"
        raise CannotReplay(f"{path} is not a file of recorded conversations: {place}: {first['msg']}.") from error


class Stage:
    """The sandbox as the replay sees it. Every post is made once, however often it is asked for."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False

    def connect_brand(self, brand: str) -> bool:
        """Make sure Webcare listens to the brand's X account in the sandbox; True when it was connected now."""
        made = self._ask("POST", "/control/accounts", {"platform": "x", "name": brand, "username": brand})
        if Account.objects.present().filter(platform="x", external_id=made["id"]).exists():
            return False
        connect("x", made["credentials"], by=None)
        return True

    def say(self, turn: Turn, at: datetime | None, brand: str, parent: str) -> tuple[str, bool]:
        """Post one turn as its author; return (the sandbox's id, whether it is new)."""
        author = brand if turn.role == "agent" else turn.author
        body: dict[str, Any] = {
            "platform": "x",
            "kind": "post",
            "from": {"username": author, "name": author},
            "to": brand,
            "text": turn.text,
            "ref": turn.id,
        }
        if parent:
            body["in_reply_to"] = parent
        if at:
            body["at"] = at.isoformat()
        answer = self._ask("POST", "/control/messages", body)
        return str(answer["id"]), not answer.get("duplicate")

    def _ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            response = self.session.request(method, f"{self.url}{path}", json=body, timeout=TIMEOUT)
        except requests.RequestException:
            raise CannotReplay(f"No sandbox answers at {self.url}. `make demo` starts one.") from None
        if not response.ok:
            raise CannotReplay(f"The sandbox refused {path}: {response.text[:300]}")
        answer: dict[str, Any] = response.json()
        return answer

    def close(self) -> None:
        """Let go of the connection."""
        self.session.close()
