"""Asking once more who somebody is, before what matters most: with a password, a second factor or the provider.

Signing in is a proof too; one counts for `settings.ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds. A form that came too
late is kept in the session, encrypted, and offered again after the proof: nothing that was typed is lost.
"""

from __future__ import annotations

import time
import uuid
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from channels import secrets
from inbox import sessions
from inbox.access import View
from inbox.http import is_own_page
from inbox.models import User

KEPT, BACK = "interrupted", "proof_back"
LARGEST = 65_536  # characters of a form that is kept


def proof_required(view: View) -> View:
    """Let nobody open a page, or send its form, without a fresh proof. Stands below the decorator of access."""
    return _required(view, methods=("GET", "HEAD", "POST"))


def proof_to_send(view: View) -> View:
    """Let everybody open a page, but send its form with a fresh proof alone."""
    return _required(view, methods=("POST",))


def is_fresh(request: HttpRequest) -> bool:
    """Whether somebody showed lately who they are. Who has no way to show it is believed, as they came in."""
    age = time.time() - sessions.proved_at(request.session)
    return 0 <= age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT or not ways(request)


def ask(request: HttpRequest) -> HttpResponse:
    """Lead to where one shows who one is, and from there back to the page, or to the form as it was filled in."""
    came = urlsplit(request.headers.get("Referer", ""))
    came_from = came.path if came.netloc == request.get_host() and is_own_page(came.path) else reverse("home")
    if request.method == "POST":
        code = _keep(request, came_from)
        after = reverse("go_on", args=[code])
    else:
        after = request.get_full_path()
    request.session[BACK] = {"after": after, "to": came_from}
    return redirect(f"{ways(request)[0]['url']}?{urlencode({'next': after})}")


def kept_form(request: HttpRequest, code: uuid.UUID) -> tuple[str, QueryDict, str] | None:
    """Return where a form was on its way to, what was in it, and the page it came from; None when it is too late."""
    kept = request.session.get(KEPT)
    if not kept or kept["code"] != str(code) or time.time() - kept["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return None
    try:
        fields = secrets.unseal(kept["sealed"])["fields"]
    except secrets.CredentialsUnreadable:
        return None
    return kept["path"], QueryDict(fields), kept["back"]


def hold(request: HttpRequest) -> None:
    """Take a kept form out of a session that is about to end, for `give_back`."""
    request.kept_form = {key: request.session.get(key) for key in (KEPT, BACK)}  # type: ignore[attr-defined]


def give_back(request: HttpRequest, person: User) -> None:
    """Put what `hold` took into the new session, where it is the same person's."""
    held = getattr(request, "kept_form", {})
    if (held.get(KEPT) or {}).get("person") == person.pk:
        request.session.update(held)


def way_back(request: HttpRequest) -> str:
    """Return the page somebody leaves to who would rather not show who they are."""
    after = request.POST.get("next") or request.GET.get("next", "")
    kept = request.session.get(BACK) or {}
    return str(kept["to"]) if after and kept.get("after") == after else reverse("preferences")


def ways(request: HttpRequest) -> list[dict[str, str]]:
    """Return the ways in which this person can show who they are, the first of them first."""
    found: list[dict[str, str]] = get_adapter(request).get_reauthentication_methods(request.user)
    return found


def _required(view: View, methods: tuple[str, ...]) -> View:
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in methods and not is_fresh(request):
            return ask(request)
        return view(request, *args, **kwargs)

    return cast(View, asked)


def _keep(request: HttpRequest, came_from: str) -> str:
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    code, text = str(uuid.uuid4()), fields.urlencode()
    if len(text) <= LARGEST:
        sealed = secrets.seal({"fields": text})
        path = request.get_full_path()
        kept = {"code": code, "at": time.time(), "path": path, "back": came_from, "sealed": sealed}
        request.session[KEPT] = kept | {"person": request.user.pk}
    return code
