"""Django's admin, for operators alone: to look at work in progress, and never to change it.

It has our own sign-in, our own pages, and a right that no built-in role has. Imported only where it is switched on:
`django.contrib.admin` is no installed app, so it brings no tables, no scripts and no second way in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from inbox.access import right_required
from inbox.models.rights import Right

if TYPE_CHECKING:
    from webcare.operators.table import Table


class OperatorSite(AdminSite):
    """The list of tables, and a page for each. There are no other pages: none that adds, changes or deletes."""

    def get_urls(self) -> list[URLPattern]:  # type: ignore[override]  # Django's own has resolvers among them
        """Return the addresses, each closed to who lacks the right and to every method that writes."""
        urls = [path("", self.admin_view(self.index), name="index")]
        for table in self.tables:
            opts = table.model._meta
            view = self.admin_view(table.changelist_view)
            urls.append(path(f"{opts.app_label}/{opts.model_name}/", view, name=table.name))
        return urls

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Return a view that asks for the right of operators, and takes no form."""
        return require_safe(right_required(Right.OPERATE)(view))

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody is an operator, whatever Django's own flags of staff say."""
        return request.user.is_authenticated and request.user.has(Right.OPERATE)

    @property
    def tables(self) -> list[Table]:
        """Every table, in the order in which work passes through them."""
        return [cast("Table", table) for table in self._registry.values()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """The tables there are. Nothing is counted: that would read each in full."""
        return render(request, "operators/tables.html", {"tables": self.tables, "section": "operators"})


site = OperatorSite(name="operators")
