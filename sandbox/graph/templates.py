"""WhatsApp templates: standard ones, those made since, and refusals of sending."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.graph import errors
from sandbox.ids import digits
from sandbox.model import Account

_HOLE = re.compile(r"{{\s*(\w+)\s*}}")
_LONGEST = 1024
FOOTER = {
    "nl": "Dit is een bericht van onze klantenservice.",
    "en": "This is a message from our customer service.",
}


def _body(text: str, *examples: str) -> dict[str, Any]:
    return {"type": "BODY", "text": text} | ({"example": {"body_text": [list(examples)]}} if examples else {})


def _named(kind: str, text: str, **examples: str) -> dict[str, Any]:
    example_params = [{"param_name": name, "example": value} for name, value in examples.items()]
    part: dict[str, Any] = {
        "type": kind,
        "text": text,
        "example": {f"{kind.lower()}_text_named_params": example_params},
    }
    return part | ({"format": "TEXT"} if kind == "HEADER" else {})


def _footer(language: str) -> dict[str, Any]:
    return {"type": "FOOTER", "text": FOOTER[language]}


def _track(text: str) -> dict[str, Any]:
    url = "https://veldhuiswonen.example/volg/{{1}}"
    button = {"type": "URL", "text": text, "url": url, "example": [url.replace("{{1}}", "VW-20417")]}
    return {"type": "BUTTONS", "buttons": [button]}


def _quick(*texts: str) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": text} for text in texts]}


#: name, language, category, status, components.
STANDARD: tuple[tuple[str, str, str, str, list[dict[str, Any]]], ...] = (
    (
        "order_update", "nl", "UTILITY", "APPROVED",
        [
            _body("Hoi {{1}}, er is nieuws over je bestelling {{2}}. Wil je het weten?", "Sanne", "VW-20417"),
            _footer("nl"),
        ],
    ),
    (
        "order_update", "en", "UTILITY", "APPROVED",
        [
            _body("Hi {{1}}, there is news about your order {{2}}. Shall we tell you?", "Sanne", "VW-20417"),
            _footer("en"),
        ],
    ),
    (
        "follow_up", "nl", "UTILITY", "APPROVED",
        [_body("Je stelde ons een vraag. We hebben nu een antwoord: mogen we het sturen?"), _footer("nl")],
    ),
    (
        "follow_up", "en", "UTILITY", "APPROVED",
        [_body("You asked us a question. We have an answer now: may we send it?"), _footer("en")],
    ),
    (
        "delivery_slot", "nl", "UTILITY", "APPROVED",
        [
            _named("HEADER", "Je {{product}} komt eraan", product="eettafel"),
            _named(
                "BODY",
                "Dag {{first_name}}, we bezorgen op {{day}} tussen {{slot}}. Komt dat uit?",
                first_name="Sanne", day="dinsdag 12 mei", slot="10:00 en 12:00",
            ),
            _footer("nl"),
            _quick("Dat komt uit", "Andere dag graag"),
        ],
    ),
    (
        "delivery_slot", "en", "UTILITY", "APPROVED",
        [
            _named("HEADER", "Your {{product}} is on its way", product="table"),
            _named(
                "BODY",
                "Hello {{first_name}}, we deliver on {{day}} between {{slot}}. Does that suit you?",
                first_name="Sanne", day="Tuesday 12 May", slot="10:00 and 12:00",
            ),
            _footer("en"),
            _quick("That suits me", "Another day please"),
        ],
    ),
    (
        "track_order", "nl", "UTILITY", "APPROVED",
        [
            _body("Je bestelling {{1}} is onderweg. Volg hem met de knop hieronder.", "VW-20417"),
            _footer("nl"),
            _track("Volg je bestelling"),
        ],
    ),
    (
        "new_collection", "nl", "MARKETING", "APPROVED",
        [_body("Dag {{1}}, de nieuwe collectie staat in de winkel. Tot gauw?", "Sanne"), _footer("nl")],
    ),
    (
        "manual", "nl", "UTILITY", "APPROVED",
        [
            {"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": ["4::aW"]}},
            _body("Hier is de handleiding van je {{1}}.", "kast"),
        ],
    ),
    (
        "sign_in_code", "nl", "AUTHENTICATION", "APPROVED",
        [
            _body("*{{1}}* is je code.", "123456"),
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Kopieer code"}]},
        ],
    ),
    ("autumn_sale", "nl", "MARKETING", "PAUSED", [_body("De herfstkorting is begonnen, {{1}}!", "Sanne")]),
    ("spring_sale", "nl", "MARKETING", "DISABLED", [_body("De lente begint met korting, {{1}}!", "Sanne")]),
    ("delivery_moved", "nl", "UTILITY", "PENDING", [_body("Je bezorging is verplaatst naar {{1}}.", "dinsdag")]),
    ("discount_code", "nl", "MARKETING", "REJECTED", [_body("Gebruik code {{1}} voor korting.", "LENTE")]),
)  # fmt: skip


@dataclass
class Template:
    """One template in one language."""

    id: str
    name: str
    language: str
    category: str
    status: str
    components: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def made(
        cls, name: str, language: str, category: str, components: list[dict[str, Any]], status: str = "APPROVED"
    ) -> Template:
        """A template with an id that follows from its name."""
        id = digits("template", name, language, length=16)
        return cls(id, name, language, category or "UTILITY", status, components)

    @property
    def named(self) -> bool:
        """Whether its values go by name."""
        return any(not name.isdigit() for part in self.components for name in _HOLE.findall(str(part.get("text", ""))))

    def part(self, kind: str) -> dict[str, Any]:
        """Its header, body, footer or buttons; {} where it has none."""
        return next((part for part in self.components if str(part.get("type", "")).upper() == kind), {})

    def node(self) -> dict[str, Any]:
        """As Graph lists it."""
        return {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "category": self.category,
            "status": self.status,
            "parameter_format": "NAMED" if self.named else "POSITIONAL",
            "components": self.components,
        }


def templates_of(account: Account) -> list[Template]:
    """All templates of an account's WABA, those made or changed since in place of the standard ones."""
    rows = [Template.made(name, lang, category, parts, status) for name, lang, category, status, parts in STANDARD]
    since = [Template(**row) for row in account.extra.get("templates", [])]
    changed = {(row.name, row.language) for row in since}
    return [row for row in rows if (row.name, row.language) not in changed] + since


def sent(account: Account, inner: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return what a customer reads of a template message, and what is kept of it. Raises GraphError."""
    code = str((inner.get("language") or {}).get("code") or "")
    found = next((t for t in templates_of(account) if t.name == inner.get("name") and t.language == code), None)
    if found is None or found.status not in ("APPROVED", "PAUSED", "DISABLED"):
        raise errors.whatsapp(132001)
    if found.status != "APPROVED":
        raise errors.whatsapp(132015 if found.status == "PAUSED" else 132016)
    components = [dict(part) for part in inner.get("components") or []]
    lines = [_filled(found, kind, _parameters(components, kind)) for kind in ("HEADER", "BODY")]
    if len(lines[1]) > _LONGEST:
        raise errors.whatsapp(132005)
    buttons = [
        {"text": str(button.get("text") or ""), "target": _target(button, _parameters(components, "BUTTON", number))}
        for number, button in enumerate(found.part("BUTTONS").get("buttons") or [])
    ]
    text = "\n\n".join(filter(None, [*lines, str(found.part("FOOTER").get("text") or "")]))
    return text, {"template": {"name": found.name, "language": code, "buttons": buttons}}


def _parameters(components: list[dict[str, Any]], kind: str, number: int | None = None) -> list[dict[str, Any]]:
    for part in components:
        if str(part.get("type", "")).upper() == kind and number in (None, int(part.get("index") or 0)):
            return [dict(parameter) for parameter in part.get("parameters") or []]
    return []


def _filled(template: Template, kind: str, parameters: list[dict[str, Any]]) -> str:
    """A part's text with its holes filled: by name, or in their order."""
    text = str(template.part(kind).get("text") or "")
    holes = list(dict.fromkeys(_HOLE.findall(text)))
    if len(parameters) != len(holes):
        raise errors.whatsapp(132000)
    named = template.named and bool(holes)
    if named != any("parameter_name" in parameter for parameter in parameters):
        raise errors.whatsapp(132012)
    values = {
        str(parameter.get("parameter_name")) if named else str(number): str(parameter.get("text") or "")
        for number, parameter in enumerate(parameters, 1)
    }
    if set(values) != set(holes):
        raise errors.whatsapp(132012)
    if any(not value or re.search(r"[\n\t]| {5,}", value) for value in values.values()):
        raise errors.whatsapp(132018)
    return _HOLE.sub(lambda hole: values[hole[1]], text)


def _target(button: dict[str, Any], parameters: list[dict[str, Any]]) -> str:
    url = str(button.get("url") or "")
    if "{{" not in url:
        return url
    if len(parameters) != 1:
        raise errors.whatsapp(132000)
    return _HOLE.sub(str(parameters[0].get("text") or ""), url)
