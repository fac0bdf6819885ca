"""The list of accounts, and one account's page."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channels.accounts import connecting, templates
from channels.accounts.health_text import freshness, health_of, wanting_attention
from channels.base import Connector
from channels.intake.webhooks import address, refused_today
from channels.models import Account, Delivery, Stream, UnreadItem
from channels.pages.autoreply_form import AutomaticForm
from channels.pages.chat_form import ChatForm, snippet
from channels.pages.chat_form import form_for as chat_form_for
from channels.pages.forms import AccountSettingsForm, SearchForm
from channels.pages.history import happened
from channels.pages.survey_form import SurveyForm, form_for
from channels.platforms import UNCONNECTED, connector_class, platform_title
from channels.reasons import sentence
from channels.types import Route
from inbox.access import right_required
from inbox.models import Event, OpeningHours, User
from inbox.models.rights import Right
from inbox.routing.holders import may_see
from inbox.sla.targets import due_times_changed
from inbox.team.proof import proof_required


@require_safe
@right_required(Right.ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account with its health, and what happened today."""
    now = timezone.now()
    shown = list(
        Account.objects.present()
        .exclude(platform__in=UNCONNECTED)
        .select_related("paused_by", "checkup")
        .prefetch_related(Prefetch("streams", Stream.objects.filter(enabled=True)))
        .annotate(unread=Count("unread_items"))
    )
    rows = [
        {
            "account": a,
            "health": health_of(a, now, _end_of(a)),
            "fresh": freshness(a, a.streams.all(), now),
            "title": platform_title(a.platform),
        }
        for a in shown
    ]
    rows.sort(key=lambda row: ["bad", "warn", "good", "off"].index(row["health"].level))  # type: ignore[attr-defined]
    levels = [row["health"].level for row in rows]  # type: ignore[attr-defined]
    ctx = {
        "rows": rows,
        "attention": wanting_attention(shown, now),
        "counts": {"all": len(rows), "healthy": levels.count("good"), "paused": sum(1 for a in shown if a.paused_at)},
        "unread_total": UnreadItem.objects.count(),
        "failed_total": Delivery.objects.failing().count(),
        "events": happened(since=timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)),
        "section": "accounts",
    }
    return render(request, "channels/accounts.html", ctx)


@right_required(Right.ACCOUNTS)
def account(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """One account: its health, settings, webhook, searches and people. POST saves the settings."""
    shown = account_for(code)
    form = AccountSettingsForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        form.save()
        mode = {"was": form.initial["mode"], "now": shown.mode} if "mode" in form.changed_data else {}
        changed = [name for name in form.changed_data if name != "name" or shown.name != form.initial["name"]]
        Event.note("account_changed", actor=request.user, account=shown, fields=changed, **mode)
        if Account.Mode.LISTEN in mode.values():
            due_times_changed()
        messages.success(request, _("Saved."))
        return redirect("account", code=code)
    return render(request, "channels/account.html", account_ctx(shown, form=form))


@require_POST
@right_required(Right.ACCOUNTS)
def pause(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Stop listening and answering through this account."""
    shown = account_for(code)
    connecting.pause(shown, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("%(account)s is paused.") % {"account": shown.at_handle})
    return redirect("account", code=code)


@require_POST
@right_required(Right.ACCOUNTS)
def resume(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Go on where it was paused."""
    shown = account_for(code)
    connecting.resume(shown, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("%(account)s is listened to again.") % {"account": shown.at_handle})
    return redirect("account", code=code)


@require_POST
@right_required(Right.ACCOUNTS)
def test(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask the platform now whether the access works."""
    shown = account_for(code)
    error = connecting.test(shown, by=request.user)  # type: ignore[arg-type]
    if error:
        words = sentence(error.reason, platform_title(shown.platform), error.code, str(error))
        messages.error(request, f"{shown.at_handle}: {words}")
    else:
        messages.success(request, _("%(account)s works: the platform answered.") % {"account": shown.at_handle})
    return redirect("account", code=code)


@require_POST
@right_required(Right.ACCOUNTS)
def fetch_templates(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Let a worker ask which templates there are now."""
    shown = account_for(code)
    if not templates.has_templates(shown):
        raise Http404
    templates.request_refresh(shown)
    messages.success(request, _("The templates are being asked for. Look again in a moment."))
    return redirect("account", code=code)


@right_required(Right.ACCOUNTS)
@proof_required
def remove(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Ask first, then let the account go."""
    shown = account_for(code)
    if request.method == "POST":
        connecting.remove(shown, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("%(account)s is no longer connected.") % {"account": shown.at_handle})
        return redirect("accounts")
    open_count = shown.conversations.exclude(status="closed").count()
    return render(
        request, "channels/account_remove.html", {"account": shown, "open_count": open_count, "section": "accounts"}
    )


@require_POST
@right_required(Right.ACCOUNTS)
def add_search(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Poll a search too."""
    shown = account_for(code)
    form = SearchForm(request.POST)
    if not form.is_valid():
        ctx = account_ctx(shown, form=AccountSettingsForm(instance=shown), search_form=form)
        return render(request, "channels/account.html", ctx)
    connecting.add_search(shown, form.cleaned_data["query"], by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("From now on we search for this too."))
    return redirect("account", code=code)


@require_POST
@right_required(Right.ACCOUNTS)
def remove_search(request: HttpRequest, code: uuid.UUID, stream_id: int) -> HttpResponse:
    """Stop polling a search."""
    connecting.remove_search(account_for(code), stream_id, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("We no longer search for this."))
    return redirect("account", code=code)


def account_for(code: uuid.UUID) -> Account:
    """Return an account that is still there. Raises Http404."""
    return get_object_or_404(Account.objects.present().select_related("paused_by", "checkup"), code=code)


def account_ctx(
    shown: Account,
    *,
    form: AccountSettingsForm,
    search_form: SearchForm | None = None,
    automatic: AutomaticForm | None = None,
    survey: SurveyForm | None = None,
    chat: ChatForm | None = None,
) -> dict[str, Any]:
    """What the page of one account shows."""
    kind = connector_class(shown.platform)
    chat = chat or chat_form_for(shown)
    streams = list(shown.streams.order_by("name", "query"))
    return {
        "account": shown,
        "title": platform_title(shown.platform),
        "health": health_of(shown, ends=_end_of(shown)),
        "fresh": freshness(shown, streams),
        "form": form,
        "hook": _hook(shown, kind),
        "can_search": bool(kind.query_streams),
        "searches": [stream for stream in streams if stream.query],
        "search_form": search_form or SearchForm(),
        "automatic": _automatic(shown, automatic),
        "survey": survey or form_for(shown),
        "has_access": any(field.secret for field in kind.credential_fields),
        "chat": chat,
        "chat_origin": settings.PUBLIC_URL.rstrip("/") if chat else "",
        "chat_snippet": snippet(shown) if chat else "",
        "has_templates": templates.has_templates(shown),
        "people": User.objects.filter(may_see(account=shown)).order_by("first_name", "last_name", "pk"),
        "unread": shown.unread_items.count(),
        "events": happened(account=shown),
        "section": "accounts",
    }  # fmt: skip


def _end_of(shown: Account) -> datetime | None:
    """When its access ends. Never looked at, it has no checkup."""
    checkup = getattr(shown, "checkup", None)
    return checkup.valid_until if checkup else None


def _automatic(shown: Account, form: AutomaticForm | None) -> dict[str, Any]:
    """The automatic message; nothing where one cannot write to a customer in private."""
    if Route.PRIVATE_MESSAGE not in shown.capabilities.routes:
        return {}
    form = form or AutomaticForm(instance=shown)
    return {"form": form, "previews": form.previews(), "hours_known": OpeningHours.current().of(shown.pk).known}


def _hook(shown: Account, kind: type[Connector]) -> dict[str, Any]:
    if not kind.webhook_product:
        return {}
    return {
        "url": f"{settings.PUBLIC_URL.rstrip('/')}{address(shown)}",
        # X proves itself by a challenge over the app's own secret instead.
        "token": shown.verify_token if kind.webhook_product == "meta" else "",
        "last": shown.last_delivery_at,
        "refused": refused_today(kind.webhook_product),
        "today": Delivery.objects.filter(
            product=kind.webhook_product,
            received_at__gte=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0),
        ).aggregate(all=Count("pk"), failed=Count("pk", filter=Q(pk__in=Delivery.objects.failing()))),
    }
