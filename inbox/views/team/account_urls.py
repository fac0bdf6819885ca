"""Signing in, and one's own password: the only account pages there are.

allauth has more (addresses, codes, confirming); an admin does that on the people page. A new one needs a line here.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from inbox.views.team import session

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", session.sign_out, name="account_logout"),
    path("inactive/", require_safe(views.account_inactive), name="account_inactive"),
    # Says only that an admin adds people; allauth's mails lead to it by name.
    path(
        "signup/",
        require_safe(TemplateView.as_view(template_name="account/signup_closed.html")),
        name="account_signup",
    ),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", require_safe(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        require_safe(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
