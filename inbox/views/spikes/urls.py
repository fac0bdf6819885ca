"""Addresses of spikes."""

from __future__ import annotations

from django.urls import path

from inbox.views.spikes import spikes

urlpatterns = [
    path("", spikes.listed, name="spikes"),
    path("<uuid:code>/", spikes.spike, name="spike"),
    path("watch/<uuid:code>/", spikes.watch, name="spike_watch"),
]
