"""What an agent does, for Locust: look at the list, open conversations, ask what changed, answer.

`COOKIES` is a JSON list, one signed-in person each.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
from typing import Any

from locust import FastHttpUser, between, task

_cookies = itertools.cycle(json.loads(os.environ["COOKIES"]))
_LINK = re.compile(r'href="(/inbox/[0-9a-f-]{36}/)')
_FIELD = re.compile(r'name="(code|seen|reply_to|anyway|hinted)" value="([^"]*)"')
_TAB = re.compile(r'name="tab" value="(\w+)" checked')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')
_SINCE = re.compile(r"since=(\d+)")
_ANSWERS = (
    "Goedemiddag, wat vervelend. We zoeken het voor je uit.",
    "Dank voor je bericht. De bezorger belt je vandaag nog.",
    "Fijn dat je het laat weten. We sturen je een nieuwe.",
)


class Agent(FastHttpUser):
    """Somebody at work: a look or a click every few seconds."""

    wait_time = between(1, 5)

    def on_start(self) -> None:
        """Be signed in, and see the list."""
        self.cookie = next(_cookies)
        self.token, self.since, self.links = "", "0", list[str]()
        self.list_page()

    @task(3)
    def list_page(self) -> None:
        """Look at the list."""
        text = self._get("/inbox/", "list")
        self.links = sorted(set(_LINK.findall(text))) or self.links
        if found := _SINCE.search(text):
            self.since = found[1]

    @task(5)
    def pane(self) -> None:
        """Open a conversation."""
        if self.links:
            self._get(random.choice(self.links), "pane", {"HX-Request": "true"})

    @task(5)
    def updates(self) -> None:
        """Ask what changed, as the page does after an event."""
        self._get(f"/inbox/updates/?since={self.since}", "updates", {"HX-Request": "true"})

    @task(1)
    def send(self) -> None:
        """Answer a conversation; what the guard says is waved through, as somebody in a hurry does."""
        if not self.links:
            return
        path = random.choice(self.links)
        page = self._get(path, "page")
        fields, tab, token = dict(_FIELD.findall(page)), _TAB.search(page), _TOKEN.search(page)
        if not (tab and token and "code" in fields):
            return  # nothing can be answered here now
        form = fields | {"tab": tab[1], "text": f"{random.choice(_ANSWERS)} {random.randrange(10**6)}"}
        answer = self._post(f"{path}reply/", form, token[1])
        if asked := {name: value for name, value in _FIELD.findall(answer) if name in ("anyway", "hinted")}:
            self._post(f"{path}reply/", form | asked, token[1])

    def _get(self, path: str, name: str, headers: dict[str, str] | None = None) -> str:
        with self.client.get(
            path, name=name, headers=self._headers(headers), catch_response=True, allow_redirects=False
        ) as answer:
            return self._text(answer)

    def _post(self, path: str, form: dict[str, str], token: str) -> str:
        headers = self._headers({"HX-Request": "true", "X-CSRFToken": token})
        headers["Cookie"] += f"; csrftoken={token}"
        with self.client.post(path, data=form, name="send", headers=headers, catch_response=True) as answer:
            return self._text(answer)

    def _headers(self, more: dict[str, str] | None) -> dict[str, str]:
        return {"Cookie": self.cookie, "Accept-Encoding": "gzip", **(more or {})}

    def _text(self, answer: Any) -> str:
        if answer.status_code not in (200, 204):
            answer.failure(f"answered {answer.status_code}")
            return ""
        answer.success()
        return answer.text or ""
