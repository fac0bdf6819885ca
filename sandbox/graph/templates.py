"""The WhatsApp message templates every account begins with, and those it made since."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.ids import digits
from sandbox.model import Account

_HOLE = re.compile(r"{{(\d+|\w+)}}")

STANDARD = (
    (
        "order_update",
        "nl",
        "UTILITY",
        "APPROVED",
        "Hoi {{1}}, er is nieuws over je bestelling {{2}}. Wil je het weten?",
    ),
    ("order_update", "en", "UTILITY", "APPROVED", "Hi {{1}}, there is news about your order {{2}}. Shall we tell you?"),
    (
        "follow_up",
        "nl",
        "UTILITY",
        "APPROVED",
        "Je stelde ons een vraag. We hebben nu een antwoord: mogen we het sturen?",
    ),
    ("autumn_sale", "nl", "MARKETING", "PAUSED", "De herfstkorting is begonnen, {{1}}!"),
    ("delivery_moved", "nl", "UTILITY", "PENDING", "Je bezorging is verplaatst naar {{1}}."),
    ("discount_code", "nl", "MARKETING", "REJECTED", "Gebruik code {{1}} voor korting."),
)


@dataclass
class Template:
    """One template in one language."""

    id: str
    name: str
    language: str
    category: str
    status: str
    body: str

    @classmethod
    def made(cls, name: str, language: str, category: str, body: str, status: str = "APPROVED") -> Template:
        """A template with an id that follows from its name."""
        return cls(digits("template", name, language, length=16), name, language, category or "UTILITY", status, body)

    @property
    def parameters(self) -> int:
        """How many values its body takes."""
        return len(set(_HOLE.findall(self.body)))

    def node(self) -> dict[str, Any]:
        """As Graph lists it."""
        example = {"example": {"body_text": [["…"] * self.parameters]}} if self.parameters else {}
        return {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "category": self.category,
            "status": self.status,
            "parameter_format": "POSITIONAL",
            "components": [
                {"type": "BODY", "text": self.body} | example,
                {"type": "FOOTER", "text": "Dit is een bericht van onze klantenservice."},
            ],
        }


def templates_of(account: Account) -> list[Template]:
    """All templates of an account's WABA."""
    standard = [Template.made(name, lang, category, body, status) for name, lang, category, status, body in STANDARD]
    return standard + [Template(**row) for row in account.extra.get("templates", [])]


def filled(template: Template, values: list[str]) -> str:
    """The body with its holes filled in order."""
    text = template.body
    for index, value in enumerate(values, 1):
        text = text.replace(f"{{{{{index}}}}}", value)
    return text
