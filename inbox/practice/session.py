"""Practising: while a session says so, its person sees their practice accounts, and no other.

`User.readable_accounts` follows `User.practice_seat`, and every list, count, search and page follows that. A session
that does not practise sees no practice account, whoever's it is. Background work never practises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from inbox.models import PracticeSeat, User

_KEY = "practice"
# Where one works with conversations. What else there is (accounts, rules, figures) is real, and has to wait.
_WORK = tuple(
    f"inbox.views.{room}"
    for room in (
        "lists", "thread", "composer", "triage", "contacts", "files", "undo", "next_conversation", "shortcuts", "page",
        "practice", "head", "installed", "notifications",
    )
)  # fmt: skip
_ALSO = frozenset({"begin", "skip", "presence_choose", "session_token", "account_logout"})


def enter(request: HttpRequest, seat: PracticeSeat) -> None:
    """Let this session practise from now on."""
    request.session[_KEY] = seat.pk


def leave(request: HttpRequest) -> bool:
    """Let this session work again; return whether it practised."""
    return request.session.pop(_KEY, None) is not None


class PracticeMiddleware:
    """Lets who practises see their practice, and nothing else that work is done in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request of somebody who practises, or works."""
        if seat_id := request.session.get(_KEY):
            self._take_seat(request, seat_id)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_args: Any, **_more: Any) -> HttpResponse | None:
        """Keep who practises out of what is real."""
        seat = getattr(request, "practice", None)
        match = request.resolver_match
        if seat is None or view.__module__.startswith(_WORK) or (match and match.url_name in _ALSO):
            return None
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204)
        messages.info(request, _("That is not part of the practice. Stop practising first."))
        return redirect("practice")

    def _take_seat(self, request: HttpRequest, seat_id: int) -> None:
        user = request.user
        seats = PracticeSeat.objects.filter(pk=seat_id, person=user.pk, round__ended_at=None).select_related("round")
        seat = seats.first() if isinstance(user, User) or user.is_authenticated else None
        if seat is None:
            leave(request)
            return
        user.practice_seat = seat.pk  # type: ignore[union-attr]  # somebody is signed in
        request.practice = seat  # type: ignore[attr-defined]  # for the banner
