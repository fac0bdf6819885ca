"""Showing once more who one is, at the organisation's provider too, and going on with what one sent."""

from __future__ import annotations

import logging
import uuid

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect import views as single_sign_on
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

from inbox.access import signed_in_required
from inbox.http import AgentRequest
from inbox.team import proof
from inbox.team.signin import single_sign_on_name

log = logging.getLogger(__name__)


@require_safe
@signed_in_required
def go_on(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Offer a form again that came without a fresh proof, as it was filled in."""
    kept = proof.kept_form(request, code)
    if kept is None:
        messages.error(request, _("That took too long. Nothing was done: please do it once more."))
        return redirect("home")
    if not proof.is_fresh(request):
        return proof.ask(request)
    path, fields, back = kept
    pairs = [(name, value) for name, values in fields.lists() for value in values]
    return render(request, "account/go_on.html", {"path": path, "pairs": pairs, "back": back})


@require_safe
@signed_in_required
def sso_again(request: AgentRequest) -> HttpResponse:
    """Say that the provider asks who one is, for who has no password here."""
    ways = proof.ways(request)
    if all(way["id"] != "sso" for way in ways):
        return redirect("preferences")
    others = [way for way in ways if way["id"] != "sso"]
    context = {
        "name": single_sign_on_name(),
        "after": request.GET.get("next", ""),
        "reauthentication_alternatives": others,
    }
    return render(request, "account/sso_again.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider; a link alone shows a button.

    The way on is a page, for browsers look at where a form ends up (`form-action`), and it may be any host.
    """
    try:
        response: HttpResponse = single_sign_on.login(request, provider_id)
    except RequestException as error:
        return _not_understood(request, provider_id, error)
    if response.status_code != 302:
        return response
    return render(request, "socialaccount/leaving.html", {"address": response["Location"]})


@require_safe
def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Let in who comes back from the provider. Raises Http404 where there is none of that name."""
    from inbox.team.id_tokens import SignedTokens  # noqa: PLC0415  where nobody signs in so, it stays out of memory

    try:
        view = OAuth2CallbackView.adapter_view(SignedTokens(request, provider_id))
        answer: HttpResponse = view(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except RequestException as error:
        return _not_understood(request, provider_id, error)
    return answer


def _not_understood(request: HttpRequest, provider_id: str, error: RequestException) -> HttpResponse:
    """Say that the provider did not describe itself as it should, or not at all."""
    log.warning("The organisation's provider was not understood: %s", type(error).__name__)
    provider = get_adapter().get_provider(request, provider_id)
    answer: HttpResponse = render_authentication_error(request, provider, exception=error)
    return answer
