"""Addresses of the figures."""

from __future__ import annotations

from django.urls import path

from reports import views

urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/csv/", views.figures_csv, name="figures_csv"),
    path("figures/<slug:name>/", views.conversations, name="figure"),
    path("figures/<slug:name>/csv/", views.conversations_csv, name="figure_csv"),
]
