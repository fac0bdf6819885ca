"""Every call of the API, with the scope it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.world import World


@dataclass(frozen=True)
class Call:
    """An address of the API, the scope it asks for, and what is sent to it."""

    method: str
    scope: str
    args: tuple[str, ...] = ()
    body: dict[str, Any] | None = None
    role: str = "agent"

    def address_in(self, world: World) -> str:
        """Return the address in a world."""
        return "/".join(["/api/v1", *(world.address_part(word) for word in self.args)])


def _of_conversation(*words: str) -> tuple[str, ...]:
    return ("=conversations", "conversation", *words)


# Every call of the API, by the name of its address and its method.
CALLS = {
    ("api_conversations", "GET"): Call("GET", "read", ("=conversations",)),
    ("api_conversation", "GET"): Call("GET", "read", _of_conversation()),
    ("api_messages", "GET"): Call("GET", "read", _of_conversation("messages")),
    ("api_message", "GET"): Call("GET", "read", ("=messages", "answer")),
    ("api_contact", "GET"): Call("GET", "contacts", _of_conversation("=contact")),
    ("api_canned", "GET"): Call("GET", "read", ("=canned",)),
    ("api_accounts", "GET"): Call("GET", "read", ("=accounts",)),
    ("api_labels", "GET"): Call("GET", "read", ("=labels",)),
    ("api_people", "GET"): Call("GET", "read", ("=people",)),
    ("api_figures", "GET"): Call("GET", "figures", ("=figures",), role="lead"),
    ("api_note", "POST"): Call("POST", "note", _of_conversation("=notes"), {"text": "Klant belde."}),
    ("api_reply", "POST"): Call(
        "POST", "reply", _of_conversation("=replies"), {"text": "Dag! We zoeken het uit.", "visibility": "public"}
    ),
    ("api_assign", "POST"): Call("POST", "assign", _of_conversation("=assign"), {"person": None}),
    ("api_claim", "POST"): Call("POST", "assign", _of_conversation("=claim")),
    ("api_release", "POST"): Call("POST", "assign", _of_conversation("=release")),
    ("api_label", "PUT"): Call("PUT", "label", _of_conversation("=labels", "label")),
    ("api_label_remove", "DELETE"): Call("DELETE", "label", _of_conversation("=labels", "label")),
    ("api_close", "POST"): Call("POST", "assign", _of_conversation("=close"), {"reason": "no_question"}),
    ("api_reopen", "POST"): Call("POST", "assign", _of_conversation("=reopen")),
    ("api_snooze", "POST"): Call("POST", "assign", _of_conversation("=snooze"), {"until": None}),
}
