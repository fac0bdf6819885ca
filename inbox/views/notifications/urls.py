"""Addresses of one's own notifications."""

from __future__ import annotations

from django.urls import path

from inbox.views.notifications import choice, told

urlpatterns = [
    path("notifications/", told.notifications, name="notifications"),
    path("notifications/choice/", choice.choice, name="notification_choice"),
    path("notifications/settle/", told.settle_all, name="settle_all"),
    path("notifications/<int:pk>/settle/", told.settle_one, name="settle_one"),
    path("<uuid:code>/settle/", told.settle, name="settle"),
]
