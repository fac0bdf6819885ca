"""Addresses of the figures."""

from __future__ import annotations

from django.urls import path

from reports import views
from reports.goals import views as goals
from reports.mailed import stopping
from reports.mailed import views as mailed
from reports.positions import views as positions
from reports.promise import public, settings
from reports.questions import views as questions
from reports.reputation import views as reputation
from reports.signals import views as signals

urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/csv/", views.figures_csv, name="figures_csv"),
    path("figures/goals/", goals.goals, name="goals"),
    path("figures/mailed/", mailed.mailed_reports, name="mailed_reports"),
    path("figures/mailed/stop/<str:token>/", stopping.stop, name="mailed_report_stop"),
    path("figures/mailed/<uuid:code>/end/", mailed.end, name="mailed_report_end"),
    path("figures/by/<slug:by>/", views.figures_by, name="figures_by"),
    path("figures/by/<slug:by>/csv/", views.figures_by_csv, name="figures_by_csv"),
    path("figures/questions/", questions.questions, name="questions"),
    path("figures/questions/csv/", questions.questions_csv, name="questions_csv"),
    path("figures/questions/<uuid:code>/", questions.question, name="question"),
    path("figures/questions/<uuid:code>/aside/", questions.set_aside, name="question_aside"),
    path("figures/positions/", positions.positions, name="positions"),
    path("figures/positions/csv/", positions.positions_csv, name="positions_csv"),
    path("figures/positions/<uuid:code>/remove/", positions.remove, name="position_remove"),
    path("figures/reputation/", reputation.reputation, name="reputation"),
    path("figures/reputation/csv/", reputation.reputation_csv, name="reputation_csv"),
    path("figures/signals/", signals.signals, name="signals"),
    path("figures/signals/csv/", signals.signals_csv, name="signals_csv"),
    path("figures/<slug:name>/", views.conversations, name="figure"),
    path("figures/<slug:name>/csv/", views.conversations_csv, name="figure_csv"),
    path("settings/promise/", settings.promise_settings, name="promise_settings"),
    path("settings/promise/preview/", settings.promise_preview, name="promise_preview"),
    path("settings/promise/preview/brand.css", settings.promise_preview_css, name="promise_preview_css"),
    path("promise/", public.promise, name="promise"),
    path("promise/badge/", public.badge, name="promise_badge"),
    path("promise/badge.svg", public.badge_svg, name="promise_badge_svg"),
    path("promise/brand.css", public.brand_css, name="promise_brand_css"),
]
