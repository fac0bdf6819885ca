"""Addresses of the lead's live page."""

from __future__ import annotations

from django.urls import path

from inbox.views.routing import cockpit, giving

urlpatterns = [
    path("", cockpit.cockpit, name="cockpit"),
    path("updates/", cockpit.updates, name="cockpit_updates"),
    path("give/", giving.give, name="cockpit_give"),
]
