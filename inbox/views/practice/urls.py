"""Addresses of practice."""

from __future__ import annotations

from django.urls import URLPattern, path

from inbox.views.practice import practice

urlpatterns: list[URLPattern] = [
    path("practice/", practice.practice, name="practice"),
    path("practice/start/", practice.start, name="practice_start"),
    path("practice/leave/", practice.leave, name="practice_leave"),
    path("practice/enter/<uuid:code>/", practice.enter, name="practice_enter"),
    path("practice/<uuid:code>/", practice.compare, name="practice_round"),
    path("practice/<uuid:code>/score/<int:copy>/", practice.score, name="practice_score"),
    path("practice/<uuid:code>/end/", practice.end, name="practice_end"),
    path("practice/<uuid:code>/delete/", practice.delete, name="practice_delete"),
]
