"""Signing in, one's own password and second step: the only account pages there are.

allauth has more (addresses, codes, confirming); an admin does that on the people page. A new one needs a line here.
"""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app_codes
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView, TemplateView

from inbox.views.team import again, session

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
    path("again/", views.reauthenticate, name="account_reauthenticate"),
    path("again/go-on/<uuid:code>/", again.go_on, name="go_on"),
    path("again/sso/", again.sso_again, name="sso_again"),
    path("sso/<slug:provider_id>/login/", again.to_provider, name="openid_connect_login"),
    path("sso/<slug:provider_id>/login/callback/", again.from_provider, name="openid_connect_callback"),
    # Who turned back at the organisation's own page.
    path("sso/cancelled/", RedirectView.as_view(pattern_name="account_login"), name="socialaccount_login_cancelled"),
    path("passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("second-step/", second_step.index, name="mfa_index"),
    path("second-step/code/", second_step.authenticate, name="mfa_authenticate"),
    path("second-step/again/", second_step.reauthenticate, name="mfa_reauthenticate"),
    path("second-step/app/", app_codes.activate_totp, name="mfa_activate_totp"),
    path("second-step/app/remove/", app_codes.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-step/recovery/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-step/recovery/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-step/recovery/file/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    # The page of the second step lists them.
    path("second-step/passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("second-step/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("second-step/passkeys/again/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-step/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
]
