"""Addresses of the people pages, the log, and one's own preferences."""

from __future__ import annotations

from django.urls import path

from inbox.views.history import log
from inbox.views.team import people, preferences

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="person_add"),
    path("people/<uuid:code>/", people.person, name="person"),
    path("people/<uuid:code>/deactivate/", people.deactivate, name="person_deactivate"),
    path("people/<uuid:code>/reactivate/", people.reactivate, name="person_reactivate"),
    path("people/<uuid:code>/link/", people.make_link, name="person_link"),
    path("people/<uuid:code>/password/", people.set_password, name="person_password"),
    path("log/", log.log, name="log"),
    path("log/csv/", log.export, name="log_csv"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/sign-out/", preferences.sign_out_everywhere, name="sign_out_everywhere"),
]
