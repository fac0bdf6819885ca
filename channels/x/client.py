"""tweepy on our session: its exceptions become ours, and the rate headers it hides are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import requests
import tweepy
from django.utils import timezone

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.http import SAFE_METHODS, PlatformSession, x_session
from channels.x.rate_limits import NO_RESET_WAIT, next_call, reset_of

# What X says in `detail` or in the older `errors[].message`; the codes are those of API v1.1, which v2 still
# answers now and then.
_REFUSALS = (
    ("duplicate_text", ("duplicate content", "status is a duplicate"), (187,)),
    ("too_long", ("too long", "shorter", "over the limit", "character limit"), (186, 354)),
    (
        "recipient_unavailable",
        (
            "cannot send messages",
            "can't send messages",
            "direct message",
            "dm conversation",
            "send a message to",
            "permission to dm",
        ),
        (150, 349),
    ),
    (
        "not_summoned",
        (
            "summon",
            "not been mentioned",
            "mentioned or otherwise engaged",
            "has not mentioned",
            "reply to this conversation",
        ),
        (433,),
    ),
    ("message_gone", ("deleted or not visible", "could not find", "does not exist", "not found"), (144, 385)),
    ("blocked", ("blocked from", "you have been blocked"), (136, 162)),
    ("media_refused", ("media",), (324, 325)),
)
_DEAD_TOKEN = (32, 89, 326)  # could not authenticate, invalid or expired token, account locked
_CLOCK = 135  # "Timestamp out of bounds": our clock, not the token


class XClient(tweepy.Client):  # type: ignore[misc]  # tweepy has no types
    """A tweepy client for one account; answers are plain dictionaries, ids stay text."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        """Use an OAuth 2 user token (oauth2_token) where there is one, else sign with OAuth 1.0a.

        For that: consumer_key, consumer_secret, access_token, access_token_secret.
        """
        super().__init__(
            bearer_token=credentials.get("oauth2_token"),
            consumer_key=credentials.get("consumer_key"),
            consumer_secret=credentials.get("consumer_secret"),
            access_token=credentials.get("access_token"),
            access_token_secret=credentials.get("access_token_secret"),
            return_type=dict,
            wait_on_rate_limit=False,
        )
        self.session.close()
        self.session: PlatformSession = x_session()

    @property
    def signature(self) -> Any:
        """What proves whose call it is, for calls tweepy has no method for. Raises NeedsReauth without credentials."""
        if self.bearer_token:
            return _Bearer(self.bearer_token)
        keys = (self.consumer_key, self.consumer_secret, self.access_token, self.access_token_secret)
        if not all(keys):
            raise NeedsReauth("The X keys are not complete.")
        return tweepy.OAuth1UserHandler(*keys).apply_auth()

    def request(
        self, method: str, route: str, params: Any = None, json: Any = None, user_auth: bool = False
    ) -> requests.Response:
        """Call as tweepy does. Raises ChannelError, NeedsReauth or RateLimited instead of tweepy's exceptions.

        An OAuth 2 user token is for everything; tweepy would sign what it is told to.
        """
        self.session.last = None
        _ = self.signature
        try:
            response: requests.Response = super().request(
                method, route, params, json, user_auth and not self.bearer_token
            )
        except (tweepy.TweepyException, AttributeError, TypeError) as error:
            # tweepy trips over an error body that is a list; the answer itself is on the session.
            if self.session.last is None:
                raise ChannelError(f"X could not be asked: {type(error).__name__}.") from None
            raise refusal(self.session.last, method) from None
        return response

    def _make_request(self, method: str, route: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super()._make_request(method, route, *args, **kwargs)
        except requests.exceptions.JSONDecodeError:
            raise ChannelError(
                "X answered with something that is not JSON.", unknown=method not in SAFE_METHODS, reason="unreachable"
            ) from None

    def call(self, method: str, route: str, **options: Any) -> requests.Response:
        """Make a signed call that tweepy has no method for; `options` are requests'. Raises as `request` does."""
        response = self.session.request(method, f"https://api.twitter.com{route}", auth=self.signature, **options)
        if not response.ok or response.is_redirect:
            raise refusal(response, method)
        return response

    def next_call(self, usual_limit: int = 0, *, more: bool = False) -> datetime | None:
        """Return the soonest moment to call the same endpoint again (channels/x/rate_limits.py)."""
        return next_call(self.session.headers_seen, usual_limit, more=more)


class _Bearer(requests.auth.AuthBase):
    """An OAuth 2 token as a header."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def refusal(response: requests.Response, method: str) -> ChannelError:
    """Turn an answer that is an error into ours. X API v2 reference, "Response codes and errors" (2026-08)."""
    status, problem = response.status_code, _problem(response)
    text, codes = _said(problem)
    kind = str(problem.get("type") or "").rpartition("/problems/")[2]
    code = "/".join([str(status), *(map(str, codes[:1]) if codes else [kind] if kind and ":" not in kind else [])])[:40]
    if status == HTTPStatus.UNAUTHORIZED or any(code in _DEAD_TOKEN for code in codes):
        if _CLOCK in codes:
            return ChannelError("X refused the signature: the clock of this machine is wrong.", code=code)
        return NeedsReauth("X no longer accepts the account's keys.", code=code)
    if status == HTTPStatus.PAYMENT_REQUIRED or "usage-capped" in str(problem.get("type", "")):
        return ChannelError(text or "The X plan's credit is used up.", code=code, reason="credit")
    if status == HTTPStatus.TOO_MANY_REQUESTS or 88 in codes:
        return RateLimited(
            "X wants fewer calls.", retry_at=reset_of(response.headers) or timezone.now() + NO_RESET_WAIT, code=code
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # A gateway's page says nothing about what happened behind it.
        return ChannelError(
            f"X answered {status}.", unknown=method not in SAFE_METHODS, code=code, reason="unreachable"
        )
    if status == HTTPStatus.NOT_FOUND:
        return ChannelError(text or "X has nothing there.", permanent=True, code=code, reason="message_gone")
    return ChannelError(text or f"X answered {status}.", permanent=True, code=code, reason=_reason(text, codes, status))


def _problem(response: requests.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    if isinstance(body, list):
        return {"errors": body}
    return body if isinstance(body, dict) else {}


def _said(problem: Mapping[str, Any]) -> tuple[str, list[int]]:
    errors = [error for error in problem.get("errors") or () if isinstance(error, Mapping)]
    texts = [str(error.get("message") or error.get("detail") or "") for error in errors]
    detail = str(problem.get("detail") or problem.get("title") or problem.get("error") or "")
    return " ".join(filter(None, dict.fromkeys([detail, *texts])))[:500], [
        error["code"] for error in errors if isinstance(error.get("code"), int)
    ]


def _reason(text: str, codes: list[int], status: int) -> str:
    lowered = text.lower()
    for reason, phrases, numbers in _REFUSALS:
        if any(phrase in lowered for phrase in phrases) or any(code in numbers for code in codes):
            return reason
    return "forbidden" if status == HTTPStatus.FORBIDDEN else "other"
