"""What every page knows about the accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from channels.models import Account
from channels.wording import Attention, wanting_attention


def attention(request: HttpRequest) -> dict[str, Any]:
    """Offer `attention`, the lines of the banner. One query when a page shows it, none when the view set it itself."""

    def load() -> list[Attention]:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return []
        troubled = Account.objects.present().filter(Q(needs_reauth_at__isnull=False) | Q(failing_since__isnull=False), paused_at=None)
        return wanting_attention(troubled)

    return {"attention": SimpleLazyObject(load)}
