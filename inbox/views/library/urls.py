"""Addresses of what the team arranges for itself: writing, labels, teams, and what holds for the organisation."""

from __future__ import annotations

from django.urls import path

from inbox.views.library import canned, writing
from inbox.views.sla import opening_hours, targets
from inbox.views.team import organisation
from inbox.views.thread import reviews
from inbox.views.triage import labels

urlpatterns = [
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/hours/", organisation.opening_week, name="opening_week"),
    path("organisation/days/", organisation.opening_exception, name="opening_exception"),
    path("organisation/days/<int:pk>/remove/", organisation.opening_exception_remove, name="opening_exception_remove"),
    path("canned/", canned.replies, name="canned_library"),
    path("canned/add/", canned.add, name="canned_add"),
    path("canned/<uuid:code>/", canned.edit, name="canned_edit"),
    path("canned/<uuid:code>/archive/", canned.archive, name="canned_archive"),
    path("guidelines/", writing.guidelines, name="guidelines"),
    path("guidelines/add/", writing.guideline_add, name="guideline_add"),
    path("guidelines/<uuid:code>/", writing.guideline, name="guideline_edit"),
    path("guidelines/<uuid:code>/archive/", writing.guideline_archive, name="guideline_archive"),
    path("words/", writing.words, name="words"),
    path("words/<int:pk>/remove/", writing.word_remove, name="word_remove"),
    path("reviews/", reviews.reviewed, name="reviews"),
    path("targets/", targets.targets, name="targets"),
    path("targets/<uuid:code>/", targets.target, name="target"),
    path("targets/<uuid:code>/remove/", targets.remove, name="target_remove"),
    path("hours/", opening_hours.opening_hours, name="opening_hours"),
    path("hours/<str:kind>/<uuid:code>/", opening_hours.own, name="own_hours"),
    path("hours/<str:kind>/<uuid:code>/remove/", opening_hours.drop, name="own_hours_drop"),
    path("hours/<str:kind>/<uuid:code>/days/", opening_hours.exception, name="own_exception"),
    path(
        "hours/<str:kind>/<uuid:code>/days/<int:pk>/remove/",
        opening_hours.exception_remove,
        name="own_exception_remove",
    ),
    path("labels/", labels.labels_settings, name="labels_settings"),
    path("labels/<uuid:code>/", labels.label_edit, name="label_edit"),
    path("teams/", labels.teams_settings, name="teams_settings"),
    path("teams/<uuid:code>/", labels.team_edit, name="team_edit"),
    path("<str:kind>/<uuid:code>/put-away/", labels.archive, name="label_or_team_archive"),
]
