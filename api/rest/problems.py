"""What goes wrong, as problem details (RFC 9457): one shape for every error."""

from typing import Any

from django.http import HttpResponse, JsonResponse

TYPES = {
    "unauthorized": "There is no token that is good here.",
    "forbidden": "The token, or its person, may not do this.",
    "not-found": "There is no such thing, or it is not yours to see.",
    "method": "This address does not take that method.",
    "invalid": "What was sent does not fit; `errors` says where.",
    "too-large": "The body is too large.",
    "too-many": "Too many calls. Try again after the seconds in `Retry-After`.",
    "key-in-use": "A call with this key goes on at this moment.",
    "key-reused": "This key was used for another call.",
    "changed": "It changed since: the version in `If-Match` is old.",
    "held": "The answer is held: `reasons` says what its writer has to settle first.",
    "overtaken": "Something came in after the message in `seen`; `newer` names it.",
    "refused": "It cannot be done now; `detail` says why.",
    "failed": "Something went wrong here. It was logged.",
}


class Problem(Exception):
    """What a caller is told instead of an answer."""

    def __init__(
        self, status: int, kind: str, detail: str = "", *, headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(kind)
        self.status, self.kind, self.detail, self.headers, self.more = status, kind, detail, headers or {}, more

    def response(self) -> HttpResponse:
        """Return it as an answer."""
        body = {
            "type": f"/api/#{self.kind}",
            "title": TYPES[self.kind],
            "status": self.status,
            **({"detail": self.detail} if self.detail else {}),
            **self.more,
        }
        return JsonResponse(body, status=self.status, headers=self.headers, content_type="application/problem+json")
