"""One table as operators see it: named columns alone, the newest rows first, filters over states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import lookup_field
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import SuspiciousOperation
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

MOST = 1000  # rows that can be paged through: nobody looks further, and counting all would read all


class NewestRows(Paginator):  # type: ignore[type-arg]  # of any row
    """Pages of the newest rows, without a count of the whole table."""

    @cached_property
    def count(self) -> int:
        """How many rows there are to page through."""
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST].count())


class Rows(ChangeList):
    """What a page shows. Its order is the table's own, whatever the address says."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the order: by number, which is indexed everywhere."""
        return list(self.model_admin.ordering or ())

    @property
    def lines(self) -> list[list[str]]:
        """Each row as texts, in the order of the columns."""
        return [[_text(row, str(name), self.model_admin) for name in self.list_display] for row in self.result_list]

    @property
    def choices(self) -> list[tuple[str, list[Any]]]:
        """Each filter with its choices."""
        return [(str(spec.title), list(spec.choices(self))) for spec in self.filter_specs]

    @property
    def newer(self) -> str:
        """The address of the page before this one, or none."""
        return self.get_query_string({PAGE_VAR: self.page_num - 1}) if self.multi_page and self.page_num > 1 else ""

    @property
    def older(self) -> str:
        """The address of the page after this one, or none."""
        more = self.page_num < self.paginator.num_pages
        return self.get_query_string({PAGE_VAR: self.page_num + 1}) if more else ""


class Table(ModelAdmin):  # type: ignore[type-arg]  # of any model
    """A table to look at. Only its columns are read from the database: a secret beside them never leaves it."""

    title: Any = ""
    about: Any = ""
    columns: Sequence[str] = ()
    reads: Sequence[str] = ()  # what else its columns are made of
    with_rows: Sequence[str] = ()  # rows of other tables that are named in it
    ordering = ("-pk",)
    actions = None
    list_display_links = None
    list_per_page = 100
    list_max_show_all = 0
    paginator = NewestRows
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()

    @property
    def name(self) -> str:
        """What its address is called."""
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def get_list_display(self, request: HttpRequest) -> Sequence[str]:  # type: ignore[override]
        """Return its columns."""
        return self.columns

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return what makes its pages."""
        return Rows

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return its rows, with nothing but its columns."""
        rows = super().get_queryset(request).select_related(*self.with_rows or (None,))
        return rows.only("pk", *self.columns, *self.reads)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Whether an address may filter by this: by its filters alone, or it could guess at what is not shown."""
        return lookup in {f"{name}{LOOKUP_SEP}exact" for name in self.list_filter}

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether somebody may look: who came through the site's door."""
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a row."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes a row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes a row."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One page of it. Raises Http404 for an address that filters by anything else."""
        try:
            rows = self.get_changelist_instance(request)
        except (IncorrectLookupParameters, SuspiciousOperation):
            raise Http404 from None
        return render(request, "operators/table.html", {"table": self, "rows": rows, "section": "operators"})


def _text(row: Model, name: str, table: ModelAdmin[Any]) -> str:
    field, _attribute, value = lookup_field(name, row, table)
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)
