"""Addresses of one's own notifications."""

from __future__ import annotations

from django.urls import path

from inbox.views.notifications import choice, own, push

urlpatterns = [
    path("notifications/", own.notifications, name="notifications"),
    path("notifications/choice/", choice.choice, name="notification_choice"),
    path("notifications/push/", push.subscribe, name="push_subscribe"),
    path("notifications/push/<uuid:code>/remove/", push.unsubscribe, name="push_unsubscribe"),
    path("notifications/settle/", own.settle_all, name="settle_all"),
    path("notifications/<slug:kind>/settle-all/", own.settle_kind, name="settle_kind"),
    path("notifications/<int:pk>/settle/", own.settle_one, name="settle_one"),
    path("<uuid:code>/settle/", own.settle, name="settle"),
]
