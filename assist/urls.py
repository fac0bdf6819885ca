"""Addresses of the assistant."""

from __future__ import annotations

from django.urls import path

from assist.server import views as server
from assist.translating import views as translating

urlpatterns = [
    path("", server.assist, name="assist"),
    path("act/", server.act, name="assist_act"),
    path("messages/<uuid:code>/translate/", translating.translate, name="assist_translate"),
]
