"""Addresses of incidents."""

from __future__ import annotations

from django.urls import path

from inbox.views.incidents import incidents, sending

urlpatterns = [
    path("", incidents.listed, name="incidents"),
    path("start/", incidents.start, name="incident_start"),
    path("<uuid:code>/", incidents.incident, name="incident"),
    path("<uuid:code>/text/", incidents.text, name="incident_text"),
    path("<uuid:code>/approve/", incidents.approve, name="incident_approve"),
    path("<uuid:code>/automatic/", incidents.automatic, name="incident_automatic"),
    path("<uuid:code>/end/", incidents.end, name="incident_end"),
    path("<uuid:code>/send/", sending.send, name="incident_send"),
    path("<uuid:code>/stop/", sending.stop, name="incident_stop"),
    path("<uuid:code>/resume/", sending.resume, name="incident_resume"),
]
