"""The content of one WhatsApp message: its text, and what goes with it. Pure.

Source: WhatsApp Business Platform, Cloud API webhooks reference, "messages".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from channels.graph_messaging import ELSEWHERE
from channels.types import Attachment
from channels.whatsapp.payloads import MediaPart

MEDIA = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "voice": "audio",
    "document": "file",
    "sticker": "sticker",
}

KNOWN = frozenset({*MEDIA, "text", "location", "contacts", "button", "interactive", "order", "template"})


def read_parts(item: Mapping[str, Any]) -> tuple[str, tuple[Attachment, ...]]:
    """Return (text, attachments) of a message of any type.

    A type we do not know is no reason to lose a customer's message: it comes in as one that can only be read in the
    app. Raises ValueError or KeyError where the part named by the type is missing.
    """
    kind = str(item.get("type") or "")
    if kind == "text":
        return str(item["text"]["body"]), ()
    if kind in MEDIA:
        part = MediaPart.model_validate(item[kind])
        file = Attachment(
            MEDIA[kind], external_id=part.id, mime_type=part.mime_type.split(";")[0], filename=part.filename
        )
        return part.caption, (file,)
    if kind == "location":
        return "", (_place(item["location"]),)
    if kind == "contacts":
        return "", tuple(Attachment("contact", text=_card(card)) for card in item["contacts"])
    if kind == "button":
        return str(item["button"].get("text") or item["button"].get("payload") or ""), ()
    if kind == "interactive":
        return _choice(item["interactive"]), ()
    if kind == "order":
        return str(item["order"].get("text") or ""), (Attachment("share", text="\n".join(_order_lines(item["order"]))),)
    if kind == "template":  # in echoes only
        return "", (Attachment("share", text=str(item["template"].get("name") or "")),)
    return "", (Attachment("share", text=_why(item)),)


def _place(told: Mapping[str, Any]) -> Attachment:
    coordinates = f"{told['latitude']}, {told['longitude']}"
    named = [str(told[key]) for key in ("name", "address") if told.get(key)]
    return Attachment(
        "location",
        url=str(told.get("url") or ""),
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


def _choice(told: Mapping[str, Any]) -> str:
    """A tapped button, a picked row, or a filled-in form."""
    picked = told.get("button_reply") or told.get("list_reply")
    if isinstance(picked, Mapping):
        return "\n".join(str(picked[key]) for key in ("title", "description") if picked.get(key))
    form = told.get("nfm_reply")
    if isinstance(form, Mapping):
        return str(form.get("body") or form.get("response_json") or "")
    raise ValueError("an interactive answer of another kind")


def _order_lines(order: Mapping[str, Any]) -> Iterator[str]:
    for product in order.get("product_items") or []:
        price = (
            f" · {product.get('item_price')} {product.get('currency') or ''}".rstrip()
            if product.get("item_price")
            else ""
        )
        yield f"{product.get('quantity') or 1} × {product.get('product_retailer_id') or '?'}{price}"


def _why(item: Mapping[str, Any]) -> str:
    errors = item.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], Mapping) else {}
    details = first.get("error_data")
    told = str(details.get("details") or "") if isinstance(details, Mapping) else ""
    return " ".join(filter(None, [ELSEWHERE, told or str(first.get("title") or "")]))
