"""Addresses of customers' data."""

from __future__ import annotations

from django.urls import path

from inbox.views.privacy import exports, people

urlpatterns = [
    path("", people.find, name="privacy"),
    path("people/<uuid:code>/", people.person, name="privacy_person"),
    path("people/<uuid:code>/export/", exports.ask, name="export_ask"),
    path("exports/<uuid:code>/", exports.fetch, name="export_fetch"),
]
