"""The content of one WhatsApp message: its text, and what goes with it. Pure.

Source: WhatsApp Business Platform, Cloud API webhooks reference, "messages".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from channels.meta.messaging import ELSEWHERE
from channels.meta.payloads import Moment
from channels.meta.whatsapp.payloads import MediaPart
from channels.types import Attachment, Shown, ShownKind

MEDIA = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "voice": "audio",
    "document": "file",
    "sticker": "sticker",
}

KNOWN = frozenset({*MEDIA, "text", "location", "contacts", "button", "interactive", "order", "template"})


# What each type becomes where WhatsApp could not hand it over.
_LOST = {**MEDIA, "location": "location", "contacts": "contact", "button": "choice", "interactive": "choice"}
_DONE = "Sent"  # WhatsApp's own words under every filled-in form
_SECRET = re.compile(r"token|wa_flow_response_params", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """What one message says. `text` is None where none was told."""

    text: str | None = None
    attachments: tuple[Attachment, ...] = ()
    shown: tuple[Shown, ...] = ()


def read_parts(item: Mapping[str, Any]) -> Parts:
    """Return the content of a message, with what the customer saw when writing.

    A type we do not know is no reason to lose a customer's message: it comes in as one that can only be read in the
    app, as does one without the part that its type names. Raises ValueError or KeyError for a part of another shape.
    """
    kind = str(item.get("type") or "")
    if kind in KNOWN and kind not in item and item.get("errors"):
        parts = Parts(attachments=(Attachment(_LOST.get(kind, "share"), lost=_why(item)),))
    else:
        parts = _content(kind, item)
    return replace(parts, shown=(*_around(item), *parts.shown))


def _content(kind: str, item: Mapping[str, Any]) -> Parts:
    if kind not in item:
        return _elsewhere(item)
    if kind == "text":
        return Parts(str(item["text"]["body"]))
    if kind in MEDIA:
        part = MediaPart.model_validate(item[kind])
        file = Attachment(
            MEDIA[kind], external_id=part.id, mime_type=part.mime_type.split(";")[0], filename=part.filename
        )
        return Parts(part.caption if part.tells("caption") else None, (file,))
    if kind == "location":
        return Parts(attachments=(_place(item["location"]),))
    if kind == "contacts":
        return Parts(attachments=tuple(Attachment("contact", text=_card(card)) for card in item["contacts"]))
    if kind == "button":
        return Parts(str(item["button"].get("text") or item["button"].get("payload") or ""))
    if kind == "interactive":
        return _choice(item["interactive"])
    if kind == "order":
        return Parts(item["order"].get("text"), (Attachment("share", text="\n".join(_order_lines(item["order"]))),))
    if kind == "template":  # in echoes only
        return Parts(attachments=(Attachment("share", text=str(item["template"].get("name") or "")),))
    return _elsewhere(item)


def _elsewhere(item: Mapping[str, Any]) -> Parts:
    return Parts(attachments=(Attachment("share", text=" ".join(filter(None, [ELSEWHERE, _details(item)]))),))


def _around(item: Mapping[str, Any]) -> Iterator[Shown]:
    """What the customer came from or pointed at: an advert or post, a product; and whether it was passed on."""
    referral, context = item.get("referral"), item.get("context")
    if isinstance(referral, Mapping):
        yield Shown(
            ShownKind.POST if referral.get("source_type") == "post" else ShownKind.ADVERT,
            title=str(referral.get("headline") or ""),
            words=str(referral.get("body") or ""),
            url=str(referral.get("source_url") or ""),
            reference=str(referral.get("source_id") or ""),
        )
    if not isinstance(context, Mapping):
        return
    product = context.get("referred_product")
    if isinstance(product, Mapping):
        yield Shown(ShownKind.PRODUCT, reference=str(product.get("product_retailer_id") or ""))
    if context.get("forwarded") or context.get("frequently_forwarded"):
        yield Shown(ShownKind.FORWARDED)


def _place(location: Mapping[str, Any]) -> Attachment:
    coordinates = f"{location['latitude']}, {location['longitude']}"
    named = [str(location[key]) for key in ("name", "address") if location.get(key)]
    return Attachment(
        "location",
        url=str(location.get("url") or ""),
        text=", ".join(named) + f" ({coordinates})" if named else coordinates,
    )


def _card(card: Mapping[str, Any]) -> str:
    name = card.get("name")
    lines = [str(name.get("formatted_name") or "") if isinstance(name, Mapping) else ""]
    org = card.get("org")
    lines.append(str(org.get("company") or "") if isinstance(org, Mapping) else "")
    lines.extend(str(phone.get("phone") or phone.get("wa_id") or "") for phone in card.get("phones") or [])
    lines.extend(str(mail.get("email") or "") for mail in card.get("emails") or [])
    return "\n".join(line for line in lines if line)


def picked_in(item: Mapping[str, Any]) -> str:
    """Return the id of a tapped button or picked row; "" where nothing was tapped."""
    payload = item.get("interactive")
    picked = (payload.get("list_reply") or payload.get("button_reply")) if isinstance(payload, Mapping) else None
    return str(picked.get("id") or "") if isinstance(picked, Mapping) else ""


def _choice(payload: Mapping[str, Any]) -> Parts:
    """A tapped button, picked row, filled-in form, or call permission."""
    picked = payload.get("button_reply") or payload.get("list_reply")
    if isinstance(picked, Mapping):
        return Parts("\n".join(str(picked[key]) for key in ("title", "description") if picked.get(key)))
    form, call = payload.get("nfm_reply"), payload.get("call_permission_reply")
    if isinstance(form, Mapping):
        return _form(form)
    if isinstance(call, Mapping):
        until = call.get("expiration_timestamp")
        return Parts(
            shown=(
                Shown(
                    ShownKind.CALL,
                    words="accept" if call.get("response") == "accept" else "reject",
                    until=TypeAdapter(Moment).validate_python(until) if until else None,
                ),
            )
        )
    return _elsewhere(payload)


def _form(payload: Mapping[str, Any]) -> Parts:
    """A form's answers, also as lines of text so that they can be found."""
    answers = tuple(_answers(payload.get("response_json")))
    body = str(payload.get("body") or "")
    lines = [f"{question}: {answer}" for question, answer in answers]
    if body not in ("", _DONE):
        lines.insert(0, body)
    return Parts("\n".join(lines), shown=(Shown(ShownKind.FORM, answers=answers),))


def _answers(payload: object) -> Iterator[tuple[str, str]]:
    """Yield questions with their answers; without tokens, which are for programs."""
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            return
    for name, value in payload.items() if isinstance(payload, Mapping) else ():
        answer = "" if _SECRET.search(str(name)) else _answer(value)
        if answer:
            yield " ".join(str(name).replace("_", " ").split()), answer


def _answer(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {answer}" for name, answer in _answers(value))
    if isinstance(value, list):
        return ", ".join(filter(None, map(_answer, value)))
    if isinstance(value, bool):
        return "✓" if value else "–"
    return "" if value is None else str(value)


def _order_lines(order: Mapping[str, Any]) -> Iterator[str]:
    for product in order.get("product_items") or []:
        price = (
            f" · {product.get('item_price')} {product.get('currency') or ''}".rstrip()
            if product.get("item_price")
            else ""
        )
        yield f"{product.get('quantity') or 1} × {product.get('product_retailer_id') or '?'}{price}"


def _first_error(item: Mapping[str, Any]) -> Mapping[str, Any]:
    errors = item.get("errors")
    return errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], Mapping) else {}


def _why(item: Mapping[str, Any]) -> str:
    """The code and WhatsApp's words of why something is not there."""
    first = _first_error(item)
    return f"{first.get('code') or 0} {first.get('title') or first.get('message') or ''}".strip()


def _details(item: Mapping[str, Any]) -> str:
    first = _first_error(item)
    details = first.get("error_data")
    detail = str(details.get("details") or "") if isinstance(details, Mapping) else ""
    return detail or str(first.get("title") or "")
