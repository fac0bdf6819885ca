"""WhatsApp Cloud API: sending every type, templates, media. There is nothing to poll."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sandbox.cdn import media_url
from sandbox.choices import check_interactive
from sandbox.file_kinds import WHATSAPP, mime_of
from sandbox.graph import errors
from sandbox.graph.context import Context, paged
from sandbox.graph.fields import Field, select
from sandbox.graph.templates import Template, sent, templates_of
from sandbox.model import Account, Media, User

WINDOW = timedelta(hours=24)
MAX_TEXT, MAX_CAPTION = 4096, 1024
MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")
URL_LIFE = timedelta(minutes=5)
LIMITS = {"image": 5, "audio": 16, "video": 16, "document": 100, "sticker": 0.5}  # megabytes


def send(context: Context, account: Account) -> dict[str, Any]:
    """POST /{phone-number-id}/messages: a message, or a read receipt."""
    body = context.call.body
    if body.get("messaging_product") != "whatsapp":
        raise errors.parameter("The parameter messaging_product is required.")
    if body.get("status") == "read":
        return _mark_read(context, account, str(body.get("message_id") or ""))
    user, receiver = _receiver(context, str(body.get("to") or ""), str(body.get("recipient") or ""))
    if user.id in context.world.blocked_by(account):
        raise errors.whatsapp(131026)
    kind = str(body.get("type") or "text")
    content = context.nested(kind) if kind != "text" else context.nested("text")
    if not isinstance(content, (dict, list)):
        raise errors.parameter(f"The parameter {kind} is required.")
    inner = content if isinstance(content, dict) else {"contacts": content}
    text, files, extra = _content(context, account, kind, inner)
    extra |= _refusal(context, account, user, kind)
    answers = context.nested("context")
    answered = str(answers.get("message_id") or "") if isinstance(answers, dict) else ""
    if kind == "reaction":
        answered = str(inner.get("message_id") or "")
        if context.world.message(answered) is None:
            raise errors.whatsapp(131009, "Parameter value is not valid", "The message reacted to does not exist.")
    known = context.world.message(answered)
    message = context.world.say(
        "whatsapp",
        kind if kind in ("interactive", "template", *MEDIA_TYPES, "location", "contacts", "reaction") else "text",
        account.id,
        text,
        to=user.id,
        in_reply_to=answered if known and not known.deleted else None,
        media=files,
        via_api=True,
        metadata=body.get("biz_opaque_callback_data"),
        extra=extra,
    )
    contact = {"input": receiver} | ({"wa_id": user.phone} if user.phone else {"user_id": user.bsuid})
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": message.id}]}


def _mark_read(context: Context, account: Account, id: str) -> dict[str, Any]:
    found = context.world.message(id)
    if found is None or found.account != account.id:
        raise errors.parameter("Invalid parameter: message_id")
    context.world.mark_read(found.thread, account.id)
    return {"success": True}


def _receiver(context: Context, to: str, recipient: str) -> tuple[User, str]:
    if recipient:
        users = (user for users in context.world.people().values() for user in users if user.platform == "whatsapp")
        found = next((user for user in users if user.bsuid == recipient), None)
        if found is None:
            raise errors.whatsapp(131026)
        return found, recipient
    digits = re.sub(r"\D", "", to)
    if not 6 <= len(digits) <= 15:
        raise errors.parameter("The parameter to must be a phone number.")
    # Somebody we write to is called by number only until they tell a name: a name they have stays.
    known = context.world.user("whatsapp", digits)
    return known or context.world.add_user("whatsapp", id=digits, name=f"+{digits}"), to


def _content(
    context: Context, account: Account, kind: str, inner: dict[str, Any]
) -> tuple[str, list[Media], dict[str, Any]]:
    """The text, files and other content of a message to send. Raises GraphError."""
    if kind == "text":
        text = str(inner.get("body") or "")
        if not text or len(text) > MAX_TEXT:
            raise errors.parameter(f"Param text['body'] must be between 1 and {MAX_TEXT} characters long.")
        return text, [], {}
    if kind in MEDIA_TYPES:
        caption = str(inner.get("caption") or "")
        if len(caption) > MAX_CAPTION:
            raise errors.parameter(f"Param {kind}['caption'] must be at most {MAX_CAPTION} characters long.")
        return caption, [_file(context, kind, inner)], {}
    if kind == "template":
        text, extra = sent(account, inner)
        return text, [], extra
    if kind == "reaction":
        return str(inner.get("emoji") or ""), [], {}
    if kind == "interactive":
        check_interactive(inner)
        return str(inner["body"]["text"]), [], {"interactive": inner}
    if kind in ("location", "contacts"):
        return "", [], {kind: inner.get("contacts", inner) if kind == "contacts" else inner}
    raise errors.parameter(f"Param type must be one of the supported types, not {kind}.")


def _file(context: Context, kind: str, inner: dict[str, Any]) -> Media:
    if inner.get("link"):
        mime = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/mpeg"}.get(
            kind, "application/octet-stream"
        )
        return context.world.add_media(b"", mime, str(inner.get("filename") or ""), kind, str(inner["link"]))
    found = context.world.media(str(inner.get("id") or ""))
    if found is None:
        raise errors.parameter(f"Param {kind}['id'] is not a valid media id.")
    if inner.get("filename"):
        found.filename = str(inner["filename"])
    return found


def _refusal(context: Context, account: Account, user: User, kind: str) -> dict[str, Any]:
    """What will make it fail after it was accepted: a closed window, or a fault that was asked for."""
    if context.call.async_failure:
        return {"fail": context.call.async_failure}
    chat = context.world.chat_between("whatsapp", account.id, user.id)
    since = chat.last_user_at if chat else None
    if kind != "template" and (since is None or context.world.now() - since > WINDOW):
        if context.world.settings.get("wa_window_sync"):
            raise errors.window_closed("whatsapp")
        return {"fail": 131047}
    return {}


def upload(context: Context, account: Account) -> dict[str, Any]:
    """POST /{phone-number-id}/media (multipart: file, type, messaging_product)."""
    file = context.call.files.get("file")
    if file is None:
        raise errors.parameter("The parameter file is required.")
    claimed_type = context.param("type") or file.mime
    mime = mime_of(file.content, claimed_type)
    if mime not in WHATSAPP:
        raise errors.parameter(
            f"Param file must be a file with one of the following types: {', '.join(WHATSAPP)}. "
            f"Received file of type '{mime}'."
        )
    kind = (
        "sticker" if mime == "image/webp" else mime.split("/")[0] if mime.split("/")[0] in MEDIA_TYPES else "document"
    )
    if len(file.content) > LIMITS[kind] * 1024 * 1024:
        raise errors.whatsapp(131053, "Media upload error", f"The file is larger than {LIMITS[kind]} MB.")
    return {"id": context.world.add_media(file.content, mime, file.filename, kind).id}


def media(context: Context, item: Media) -> dict[str, Any]:
    """GET /{media-id}: an address that lives five minutes and needs the token."""
    return {
        "messaging_product": "whatsapp",
        "url": media_url(context.world, context.base, item, URL_LIFE, bearer=True),
        "mime_type": item.mime,
        "sha256": item.sha256,
        "file_size": item.size,
        "id": item.id,
    }


def phone_node(context: Context, account: Account) -> dict[str, Any]:
    """A business phone number."""
    digits = account.extra["display_phone_number"]
    return {
        "id": account.id,
        "display_phone_number": f"+{digits[:2]} {digits[2:4]} {digits[4:]}",
        "verified_name": account.name,
        "code_verification_status": "VERIFIED",
        "quality_rating": "GREEN",
        "platform_type": "CLOUD_API",
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "messaging_limit_tier": "TIER_1K",
        "throughput": {"level": "STANDARD"},
    }


PHONE_DEFAULTS = ("id", "display_phone_number", "verified_name", "code_verification_status", "quality_rating")


def phone_numbers(context: Context, account: Account) -> dict[str, Any]:
    """GET /{waba-id}/phone_numbers."""
    fields = context.fields()
    return {"data": [select(phone_node(context, account), fields, PHONE_DEFAULTS)]}


def waba_node(context: Context, account: Account) -> dict[str, Any]:
    """A WhatsApp business account."""
    return {
        "id": account.credentials["waba_id"],
        "name": account.name,
        "timezone_id": "71",
        "currency": "EUR",
        "message_template_namespace": f"{account.id}_ns",
        "phone_numbers": lambda field: phone_numbers(context, account),
    }


def templates(context: Context, account: Account, field: Field | None = None) -> dict[str, Any]:
    """GET /{waba-id}/message_templates?name=&status=&language=."""
    found = [
        template
        for template in templates_of(account)
        if context.param("name") in ("", template.name)
        and context.param("status").upper() in ("", template.status)
        and context.param("language") in ("", template.language)
    ]
    fields = context.fields()
    defaults = ("name", "status", "category", "language", "components", "id", "parameter_format")
    return paged(context, found, lambda template: select(template.node(), fields, defaults), most=1000)


def create_template(context: Context, account: Account) -> dict[str, Any]:
    """POST /{waba-id}/message_templates: reviewed at once here; `status` says with which outcome (APPROVED).

    One in the same language is replaced, as when somebody pauses it.
    """
    components = [dict(part) for part in context.nested("components") or []]
    if not context.param("name") or not any(str(part.get("type", "")).upper() == "BODY" for part in components):
        raise errors.parameter("Param name and a BODY component are required")
    language, status = context.param("language", "nl"), context.param("status", "APPROVED")
    made = Template.made(context.param("name"), language, context.param("category"), components, status)
    others = [
        row for row in account.extra.get("templates", []) if (row["name"], row["language"]) != (made.name, language)
    ]
    account.extra["templates"] = [*others, vars(made)]
    context.world.save(account)
    return {"id": made.id, "status": made.status, "category": made.category}
