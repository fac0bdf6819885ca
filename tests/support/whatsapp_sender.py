"""A client of the sandbox's WhatsApp."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.clients import Control, Json

JAN: Json = {"id": "31612345678", "name": "Jan"}


class Sender:
    """Posts JSON to the Cloud API."""

    def __init__(self, control: Control, number: Json) -> None:
        self.base, self.number = f"{control.url}/v25.0", number
        self.header = {"Authorization": f"Bearer {number['credentials']['access_token']}"}

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        return requests.request(method, f"{self.base}/{path}", headers=self.header, timeout=5, **more)

    def send(self, **body: Any) -> Json:
        body_sent = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": JAN["id"], **body}
        answer: Json = self.ask("POST", f"{self.number['id']}/messages", json=body_sent).json()
        return answer

    def text(self, text: str = "Dag", **more: Any) -> str:
        return str(self.send(type="text", text={"body": text}, **more)["messages"][0]["id"])
