"""Graph's error envelope and the errors customer care meets."""

from __future__ import annotations

from typing import Any

from sandbox.ids import opaque
from sandbox.web import Reply


class GraphError(Exception):
    """Raised by a handler; becomes the JSON error envelope."""

    def __init__(
        self, code: int, message: str, subcode: int | None = None, *, status: int = 400, type: str = "OAuthException",
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status = status
        self.error: dict[str, Any] = {"message": message, "type": type, "code": code}
        if subcode is not None:
            self.error["error_subcode"] = subcode
        self.error |= more | {"fbtrace_id": opaque("A", 9)}

        self.body: dict[str, Any] = {}

    def beside(self, body: dict[str, Any]) -> GraphError:
        """The same with what stands next to `error`."""
        self.body = body
        return self

    def reply(self) -> Reply:
        """The answer."""
        return Reply(self.status, self.body | {"error": self.error})


def missing(id: str, verb: str = "get") -> GraphError:
    """100/33: deleted, never there, or not for this token."""
    return GraphError(
        100,
        f"Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        33,
        type="GraphMethodException",
    )


def parameter(message: str, subcode: int | None = None) -> GraphError:
    """100: a parameter that Graph does not take."""
    return GraphError(100, f"(#100) {message}", subcode)


def permission(message: str, code: int = 200) -> GraphError:
    """200-299 and 10: not allowed."""
    return GraphError(code, f"(#{code}) {message}", status=403)


def window_closed(platform: str) -> GraphError:
    """Outside the 24 hours (7 days with the human agent tag)."""
    if platform == "whatsapp":
        return whatsapp(131047, "Re-engagement message", WHATSAPP[131047][1])
    subcode = 2534022 if platform == "instagram" else 2018278
    return GraphError(
        10,
        "(#10) This message is sent outside of allowed window. Learn more about the new policy here: "
        "https://developers.facebook.com/docs/messenger-platform/policy-overview",
        subcode,
    )


#: WhatsApp codes → title, details (Cloud API reference, error codes).
WHATSAPP = {
    131026: ("Message undeliverable", "Message failed to send because the recipient cannot receive it."),
    131047: (
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last wrote.",
    ),
    131051: ("Message type unknown", "Message type is currently not supported."),
    131056: (
        "Pair rate limit hit",
        "Message failed to send because there were too many messages from this number to the same recipient.",
    ),
    130429: ("Rate limit hit", "Message failed to send because there were too many messages sent in a short time."),
    132000: ("Template param count mismatch", "The number of parameters does not match the template."),
    132001: ("Template does not exist", "The template does not exist in this language or is not approved."),
    132005: ("Template hydrated text too long", "The values make the template's text too long."),
    132012: ("Template parameter format mismatch", "The values do not have the form or the names the template wants."),
    132015: ("Template is paused", "Template is paused because of low quality."),
    132016: ("Template is disabled", "Template was paused too many times and is switched off for good."),
    132018: (
        "Template parameter invalid",
        "A value is empty, or has line ends, tabs or more than four spaces.",
    ),
}


def whatsapp(code: int, title: str = "", details: str = "") -> GraphError:
    """A Cloud API error, with its details in error_data."""
    known = WHATSAPP.get(code, (title, details))
    return GraphError(
        code,
        f"(#{code}) {title or known[0]}",
        error_data={"messaging_product": "whatsapp", "details": details or known[1]},
    )


def token_error(subcode: int | None, message: str) -> GraphError:
    """190 in its varieties."""
    return GraphError(190, message, subcode, status=401)


EXPIRED = "Error validating access token: Session has expired on Saturday, 21-Nov-26 10:00:00 PST."
INVALIDATED = "Error validating access token: The session has been invalidated because the user changed the password."
GARBLED = "Invalid OAuth access token - Cannot parse access token"
HTML = b"<!DOCTYPE html><html><head><title>Error</title></head><body>Sorry, something went wrong.</body></html>"
