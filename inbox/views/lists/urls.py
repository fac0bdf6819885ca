"""Addresses of finding and sorting work: search, palette, saved views, bulk, labels, teams."""

from __future__ import annotations

from django.urls import path

from inbox.views.lists import bulk, saved_views, search
from inbox.views.triage import labels

urlpatterns = [
    path("search/", search.search, name="search"),
    path("palette/", search.palette, name="palette"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("bulk/people/", bulk.people, name="bulk_people"),
    path("views/", saved_views.views, name="saved_views"),
    path("views/save/", saved_views.save, name="view_save"),
    path("views/<uuid:code>/", saved_views.change, name="view_change"),
    path("<uuid:code>/labels/", labels.labels, name="labels"),
    path("<uuid:code>/team/", labels.team, name="team"),
    path("<uuid:code>/close-next/", bulk.close_next, name="close_next"),
]
