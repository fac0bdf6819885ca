"""An account's chat on a site: its settings saved, and a new secret for what the site signs."""

from __future__ import annotations

import secrets as random
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels import secrets
from channels.models import ChatSite
from channels.pages.accounts import account_ctx, account_for
from channels.pages.chat_form import form_for
from channels.pages.forms import AccountSettingsForm
from inbox.access import right_required
from inbox.models import Event
from inbox.models.rights import Right
from inbox.team.proof import proof_to_send
from webcare.lib.enqueue import enqueue


@require_POST
@right_required(Right.ACCOUNTS)
def chat(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Save how the chat stands on its sites."""
    shown = account_for(code)
    form = form_for(shown, request.POST)
    if form is None:
        raise Http404
    if not form.is_valid():
        ctx = account_ctx(shown, form=AccountSettingsForm(instance=shown), chat=form)
        return render(request, "channels/account.html", ctx)
    form.save()
    Event.note("account_changed", actor=request.user, account=shown, fields=form.changed_data)
    if "mail_from" in form.changed_data:
        enqueue("channels.tasks.mail_chat", shown.pk)  # what waits leaves by the new one, or is given up
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('account', args=[code])}#chat")


@require_POST
@right_required(Right.ACCOUNTS)
@proof_to_send
def chat_secret(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Make a new secret for what the site signs, and show it once. What was signed with the old one is refused."""
    shown = account_for(code)
    site = get_object_or_404(ChatSite, account=shown)
    secret = random.token_urlsafe(32)
    site.sealed_secret = secrets.seal({"secret": secret})
    site.save(update_fields=["sealed_secret"])
    Event.note("account_changed", actor=request.user, account=shown, fields=["secret"])
    ctx = account_ctx(shown, form=AccountSettingsForm(instance=shown)) | {"secret": secret}
    return render(request, "channels/account.html", ctx)
