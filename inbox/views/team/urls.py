"""Addresses of the people pages, the log, and one's own preferences."""

from __future__ import annotations

from django.urls import path

from inbox.views.history import log
from inbox.views.team import people, preferences, roles, signin_rules

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="person_add"),
    path("people/roles/", roles.listed, name="roles"),
    path("people/roles/add/", roles.add, name="role_add"),
    path("people/roles/<int:pk>/", roles.change, name="role"),
    path("people/roles/<int:pk>/remove/", roles.remove, name="role_remove"),
    path("people/<uuid:code>/", people.person, name="person"),
    path("people/<uuid:code>/deactivate/", people.deactivate, name="person_deactivate"),
    path("people/<uuid:code>/reactivate/", people.reactivate, name="person_reactivate"),
    path("people/<uuid:code>/link/", people.make_link, name="person_link"),
    path("people/<uuid:code>/invite/", people.invite, name="person_invite"),
    path("people/<uuid:code>/sessions/end/", people.end_sessions, name="person_sessions_end"),
    path("people/<uuid:code>/sessions/<int:session>/end/", people.end_session, name="person_session_end"),
    path("people/<uuid:code>/second-step/remove/", people.reset_second_factor, name="person_second_factor_reset"),
    path("settings/sign-in/", signin_rules.signin_rules, name="signin_rules"),
    path("log/", log.log, name="log"),
    path("log/csv/", log.export, name="log_csv"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/sessions/<int:session>/end/", preferences.end_session, name="session_end"),
    path("preferences/sign-out/", preferences.sign_out_everywhere, name="sign_out_everywhere"),
]
