"""Errors as Salesforce tells them: a list of one, with a code and a message (REST API guide, "Status Codes")."""

from __future__ import annotations

from sandbox.web import Reply


class SalesforceError(Exception):
    """A refusal: its status, its code and what it says."""

    def __init__(self, status: int, code: str, message: str, *, fields: tuple[str, ...] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, fields

    def reply(self) -> Reply:
        """Return it as an answer."""
        body: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            body["fields"] = list(self.fields)
        return Reply(self.status, [body])


def expired() -> SalesforceError:
    """The session is over, or never was."""
    return SalesforceError(401, "INVALID_SESSION_ID", "Session expired or invalid")


def over_limit() -> SalesforceError:
    """No more calls today."""
    return SalesforceError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def not_found() -> SalesforceError:
    """No such record or resource."""
    return SalesforceError(404, "NOT_FOUND", "The requested resource does not exist")


def malformed(message: str) -> SalesforceError:
    """The query cannot be read."""
    return SalesforceError(400, "MALFORMED_QUERY", message)
