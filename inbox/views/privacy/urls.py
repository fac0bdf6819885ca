"""Addresses of customers' data."""

from __future__ import annotations

from django.urls import path

from inbox.views.privacy import erasures, exports, people, reads, retention

urlpatterns = [
    path("", people.find, name="privacy"),
    path("people/<uuid:code>/", people.person, name="privacy_person"),
    path("people/<uuid:code>/export/", exports.ask, name="export_ask"),
    path("people/<uuid:code>/erase/", erasures.erase, name="erase"),
    path("receipts/<uuid:code>/", erasures.receipt, name="receipt"),
    path("retention/", retention.rules, name="retention"),
    path("retention/change/", retention.change, name="retention_change"),
    path("retention/<str:day>/", retention.run, name="retention_run"),
    path("reads/", reads.reads, name="reads"),
    path("reads/csv/", reads.export, name="reads_csv"),
    path("exports/<uuid:code>/", exports.fetch, name="export_fetch"),
]
