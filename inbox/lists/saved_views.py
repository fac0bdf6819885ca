"""Filters kept under a name, for oneself or for everybody. Its maker changes a view; leads change shared ones."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from urllib.parse import parse_qsl

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Q
from django.http import Http404

from inbox.lists.queues import Scope
from inbox.models import Event, SavedView, User
from inbox.models.rights import Right


def views_among(views: Iterable[SavedView], user: User) -> list[SavedView]:
    """Return this person's own and the shared ones of all views, in their order; own ones first."""
    seen = [view for view in views if view.is_shared or view.owner_id == user.pk]
    return sorted(seen, key=lambda view: (view.owner_id != user.pk, view.position, view.name, view.pk))


@transaction.atomic
def keep(name: str, query: str, *, by: User, shared: bool = False) -> SavedView:
    """Save a list's filters under a name; the same name is overwritten. Raises ValueError without a name or filters."""
    name, query = name.strip()[:60], Scope.of(dict(parse_qsl(query))).address
    if not name or not query or len(query) > 500:
        raise ValueError("A view needs a name and something it narrows.")
    last = SavedView.objects.filter(owner=by).aggregate(last=Max("position"))["last"]
    view, created = SavedView.objects.update_or_create(
        owner=by,
        name=name,
        defaults={"query": query, "is_shared": shared},
        create_defaults={"query": query, "is_shared": shared, "position": 0 if last is None else last + 1},
    )
    Event.note("view_saved" if created else "view_changed", actor=by, view=view.pk, shared=shared)
    return view


def view_for(code: uuid.UUID, user: User) -> SavedView:
    """Return a view this person may change. Raises Http404 for a colleague's own, PermissionDenied for a shared one."""
    view = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), code=code).first()
    if view is None:
        raise Http404
    if view.owner_id != user.pk and not user.has(Right.SETUP):
        raise PermissionDenied
    return view


@transaction.atomic
def change(view: SavedView, *, by: User, name: str | None = None, shared: bool | None = None) -> None:
    """Rename a view, share it, or keep it to oneself."""
    view.name = (name or "").strip()[:60] or view.name
    view.is_shared = view.is_shared if shared is None else shared
    view.save(update_fields=["name", "is_shared"])
    Event.note("view_changed", actor=by, view=view.pk, shared=view.is_shared)


@transaction.atomic
def remove(view: SavedView, *, by: User) -> None:
    """Forget a view."""
    Event.note("view_removed", actor=by, view=view.pk)
    view.delete()


@transaction.atomic
def move(view: SavedView, *, by: int) -> None:
    """Put a view so many places further up (negative) or down among its owner's."""
    views = list(SavedView.objects.filter(owner=view.owner_id).select_for_update().order_by("position", "name", "pk"))
    at = views.index(view)
    views.insert(max(0, min(len(views) - 1, at + by)), views.pop(at))
    for position, saved in enumerate(views):
        saved.position = position
    SavedView.objects.bulk_update(views, ["position"])
