"""What came in and could not be read: kept with its body, to look at and to try again."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast, Left, Length, Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channels.models import Account, Delivery, UnreadItem
from channels.platforms import platform_title
from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.models import Event
from inbox.models.rights import Right
from webcare.lib.enqueue import enqueue
from webcare.lib.text import clean, read_json

PAGE_SIZE = 50
SHOWN = 10_000  # characters or bytes of a body; fifty whole ones are too much for a page


@require_safe
@right_required(Right.ACCOUNTS)
def unread_items(request: AgentRequest) -> HttpResponse:
    """Things a platform sent that we did not understand, newest first, of one account or of all.

    What stood in them is shown of accounts that one reads: it may be what customers wrote. Nothing in it can be masked,
    so who sees masks does not see it.
    """
    items: Any = UnreadItem.objects.select_related("account", "delivery").order_by("-seen_at", "-pk").defer("body")
    text = Cast("body", TextField())
    items = items.annotate(head=Left(text, SHOWN), size=Length(text))
    account = _asked_account(request)
    if account:
        items = items.filter(account=account)
    page = Paginator(items, PAGE_SIZE).get_page(request.GET.get("page"))
    reader = request.user
    theirs = set(reader.readable_accounts().order_by().values_list("pk", flat=True))
    rows = [
        {
            "item": item,
            "is_shown": not reader.sees_masks and (reader.reads_all_accounts or item.account_id in theirs),
            "title": platform_title(item.account.platform) if item.account else "",
            "body": _pretty(item.head),
            "more": max(item.size - SHOWN, 0),
        }
        for item in page
    ]
    return render(
        request, "channels/unread_items.html", {"page": page, "rows": rows, "account": account, "section": "accounts"}
    )


@require_safe
@right_required(Right.ACCOUNTS)
def failed_deliveries(request: AgentRequest) -> HttpResponse:
    """Webhook bodies that cannot be read now, each with its error: given up, or about to be tried again.

    Of which account one is cannot be told: who reads every account, unmasked, is shown what stands in it.
    """
    failed: Any = Delivery.objects.failing().order_by("-received_at", "-pk").defer("body")
    failed = failed.annotate(head=Substr("body", 1, SHOWN), size=Length("body"))
    page = Paginator(failed, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "delivery": delivery,
            "body": _pretty(bytes(delivery.head).decode(errors="replace")),
            "more": max(delivery.size - SHOWN, 0),
        }
        for delivery in page
    ]
    is_shown = request.user.reads_all_accounts and not request.user.sees_masks
    context = {"page": page, "rows": rows, "is_shown": is_shown, "section": "accounts"}
    return render(request, "channels/failed_deliveries.html", context)


@require_POST
@right_required(Right.ACCOUNTS)
def replay(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Read one delivery again. Reading it twice gives each message once, so this is always safe."""
    get_object_or_404(Delivery, pk=delivery_id)
    with transaction.atomic():
        # Read by the worker: completing a delivery may need the platform. Where the broker is away, the beat finds it.
        again = Delivery.objects.filter(pk=delivery_id, status=Delivery.Status.FAILED)
        if again.release():
            Event.note("delivery_replayed", actor=request.user, delivery=delivery_id)
            enqueue("channels.tasks.read_delivery", delivery_id)
    messages.success(request, _("This delivery is being read again."))
    return redirect("failed_deliveries")


def _asked_account(request: HttpRequest) -> Account | None:
    try:
        code = uuid.UUID(request.GET.get("account", ""))
    except ValueError:
        return None
    return get_object_or_404(Account.objects.present(), code=code)


def _pretty(head: str) -> str:
    """Return the beginning of a body, line by line where it is whole: whatever came in, it can be shown."""
    try:
        body: Any = read_json(head)
    except ValueError:
        return clean(head)
    return json.dumps(body, indent=2, ensure_ascii=False)
