"""Connecting an account: choose a platform, type its credentials, test, save. Also for connecting one again."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from channels.accounts import connecting, health
from channels.accounts.oauth.attempts import WAYS
from channels.errors import ChannelError
from channels.models import Account
from channels.pages.accounts import account_for
from channels.pages.forms import CredentialsForm
from channels.pages.signing_in import leads_to_platforms, sign_in_ctx
from channels.platforms import PLATFORMS, UNCONNECTED, connector_class, platform_title
from channels.reasons import refused
from channels.secrets import CredentialsUnreadable
from inbox.access import right_required
from inbox.models import Message
from inbox.models.rights import Right


@require_safe
@right_required(Right.ACCOUNTS)
def choose(request: HttpRequest) -> HttpResponse:
    """Which platform?"""
    platforms = [
        {
            "key": name,
            "title": platform.title,
            "summary": _(connector_class(name).summary),
            "way": "account_sign_in" if name in WAYS else "account_add",
        }
        for name, platform in PLATFORMS.items()
        if platform.connects
    ]
    return render(request, "channels/choose.html", {"platforms": platforms, "section": "accounts"})


@right_required(Right.ACCOUNTS)
def add(request: HttpRequest, platform: str) -> HttpResponse:
    """The platform's credentials; saved only when the platform accepts them."""
    if platform not in PLATFORMS or platform in UNCONNECTED:
        raise Http404
    form = CredentialsForm(platform, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = connecting.connect(platform, form.credentials(), by=request.user)  # type: ignore[arg-type]
        except (ChannelError, connecting.CannotConnect) as error:
            _explain(form, error, platform)
        else:
            messages.success(
                request,
                _("%(account)s is connected. The first messages come in within a minute.")
                % {"account": account.at_handle},
            )
            return redirect("account", code=account.code)
    return render(
        request,
        "channels/connect.html",
        {
            "form": form,
            "platform": platform,
            "title": platform_title(platform),
            "has_access": any(field.secret for field in connector_class(platform).credential_fields),
            "section": "accounts",
        },
    )


@right_required(Right.ACCOUNTS)
@leads_to_platforms
def reconnect(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """New credentials for a connected account; empty fields keep what is stored."""
    account = account_for(code)
    try:
        known = account.credentials
    except CredentialsUnreadable:
        known = {}  # the key is gone: everything has to be typed again
    form = CredentialsForm(account.platform, request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            connecting.reconnect(account, form.credentials(), by=request.user)  # type: ignore[arg-type]
        except (ChannelError, connecting.CannotConnect) as error:
            _explain(form, error, account.platform)
        else:
            messages.success(
                request,
                _("%(account)s is connected again. What came in meanwhile is fetched now.")
                % {"account": account.at_handle},
            )
            return redirect("account", code=code)
    ctx = {**sign_in_ctx(account.platform, account), "form": form, "waiting": waiting_answers(account)}
    if account.last_error == health.RENEWAL_BROKE_OFF:
        ctx["why"] = _(account.last_error)
    return render(request, "channels/reconnect.html", ctx)


def waiting_answers(account: Account) -> int:
    """Return how many answers wait to leave through an account."""
    return Message.objects.filter(account=account, direction="outbound", state__in=["queued", "retry"]).count()


def _explain(form: forms.Form, error: Exception, platform: str) -> None:
    if isinstance(error, ChannelError):
        explanation = refused(error.reason, platform_title(platform), error.code, str(error))
        # A platform's own number helps who asks there; a name that we gave it says nothing.
        has_number = error.code[:1].isdigit() and error.code not in explanation
        form.add_error(None, f"{explanation} ({error.code})" if has_number else explanation)
    else:
        form.add_error(None, str(error))
