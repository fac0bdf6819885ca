"""Addresses of the assistant."""

from __future__ import annotations

from django.urls import path

from assist.drafting import views as drafting
from assist.server import views as server
from assist.summing import views as summing
from assist.translating import views as translating

urlpatterns = [
    path("", server.assist, name="assist"),
    path("act/", server.act, name="assist_act"),
    path("conversations/<uuid:code>/draft/", drafting.draft, name="assist_draft"),
    path("conversations/<uuid:code>/translate/", drafting.own, name="assist_own"),
    path("conversations/<uuid:code>/summary/", summing.summarise, name="assist_summary"),
    path("conversations/<uuid:code>/take/", drafting.take, name="assist_take"),
    path("messages/<uuid:code>/translate/", translating.translate, name="assist_translate"),
]
