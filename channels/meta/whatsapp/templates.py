"""Message templates: from how the Graph API lists them, and to how one is sent. Pure.

Source: WhatsApp Business Platform, "Template components" and Cloud API reference, "Template messages".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from channels.types import Template, TemplateButton, TemplateGap

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
# Components and buttons that are filled in with more than words.
SPECIAL = frozenset({"CAROUSEL", "LIMITED_TIME_OFFER", "ORDER_DETAILS"})
SPECIAL_BUTTONS = frozenset({"FLOW", "CATALOG", "MPM", "SPM", "ORDER_DETAILS", "VOICE_CALL"})


def read_template(raw: Mapping[str, Any]) -> Template:
    """Return one item of `message_templates`. Raises KeyError where its name or language is missing."""
    parts = {str(part.get("type") or "").upper(): part for part in raw.get("components") or []}
    buttons = [dict(button) for button in parts.get("BUTTONS", {}).get("buttons") or []]
    header, body = parts.get("HEADER", {}), parts.get("BODY", {})
    return Template(
        name=str(raw["name"]),
        language=str(raw["language"]),
        status=str(raw.get("status") or "").lower(),
        category=str(raw.get("category") or "").lower(),
        header=str(header.get("text") or ""),
        body=str(body.get("text") or ""),
        footer=str(parts.get("FOOTER", {}).get("text") or ""),
        buttons=tuple(_button(button) for button in buttons),
        gaps=(*_gaps("header", header), *_gaps("body", body), *_button_gaps(buttons)),
        named=str(raw.get("parameter_format") or "").upper() == "NAMED",
        unfit=_unfit(str(raw.get("category") or "").upper(), parts, buttons),
    )


def components_of(values: Sequence[Mapping[str, Any]], *, named: bool) -> list[dict[str, Any]]:
    """Return the `components` of a template message, in the template's order."""
    built: dict[str, dict[str, Any]] = {}
    for value in values:
        kind, _, number = str(value["place"]).partition(":")
        if not number:
            parameter = {"type": "text", "text": str(value["text"])}
            if named:
                parameter["parameter_name"] = str(value["name"])
            component: dict[str, Any] = {"type": kind}
        else:
            parameter = (
                {"type": "coupon_code", "coupon_code": str(value["text"])}
                if kind == "copy_code"
                else {"type": "text", "text": str(value["text"])}
            )
            component = {"type": "button", "sub_type": kind, "index": number}
        built.setdefault(str(value["place"]), component | {"parameters": []})["parameters"].append(parameter)
    return list(built.values())


def _gaps(place: str, part: Mapping[str, Any]) -> Iterator[TemplateGap]:
    names = list(dict.fromkeys(PLACEHOLDER.findall(str(part.get("text") or ""))))
    examples = _examples(place, names, part.get("example"))
    for name in names:
        yield TemplateGap(place, name, examples.get(name, ""))


def _examples(place: str, names: Sequence[str], examples: object) -> dict[str, str]:
    """What each gap was filled with when the template was handed in: by name, or in their order."""
    if not isinstance(examples, Mapping):
        return {}
    named = examples.get(f"{place}_text_named_params")
    if isinstance(named, list):
        return {
            str(example.get("param_name")): str(example.get("example") or "")
            for example in named
            if isinstance(example, Mapping)
        }
    listed = examples.get(f"{place}_text")
    if isinstance(listed, list) and listed and isinstance(listed[0], list):  # the body's stand in a list of lists
        listed = listed[0]
    if not isinstance(listed, list):
        return {}
    in_order = sorted(names, key=int) if all(name.isdigit() for name in names) else names
    return dict(zip(in_order, map(str, listed), strict=False))


def _button(raw: Mapping[str, Any]) -> TemplateButton:
    target = raw.get("url") or raw.get("phone_number") or ""
    return TemplateButton(str(raw.get("type") or "").lower(), str(raw.get("text") or ""), str(target))


def _button_gaps(buttons: Sequence[Mapping[str, Any]]) -> Iterator[TemplateGap]:
    for number, button in enumerate(buttons):
        kind = str(button.get("type") or "").lower()
        example = button.get("example")
        example = str(example[0] if isinstance(example, list) and example else example or "")
        if kind == "url":
            url = str(button.get("url") or "")
            for name in PLACEHOLDER.findall(url):
                yield TemplateGap(f"url:{number}", name, example.removeprefix(PLACEHOLDER.split(url)[0]))
        elif kind == "copy_code":
            yield TemplateGap(f"copy_code:{number}", "1", example)


def _unfit(category: str, parts: Mapping[str, Mapping[str, Any]], buttons: Sequence[Mapping[str, Any]]) -> str:
    kinds = {str(button.get("type") or "").upper() for button in buttons}
    if category == "AUTHENTICATION" or "OTP" in kinds:
        return "code"
    if "HEADER" in parts and str(parts["HEADER"].get("format") or "TEXT").upper() != "TEXT":
        return "media"
    return "special" if SPECIAL & parts.keys() or SPECIAL_BUTTONS & kinds else ""
