"""Accounts and webhooks."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from channels.intake import webhooks
from channels.pages import (
    accounts,
    autoreply,
    chat,
    connect,
    doctor,
    meta_callbacks,
    signing_in,
    survey,
    unread,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/meta/", webhooks.meta, name="webhook_meta"),
    path("webhooks/meta/deauthorise/", meta_callbacks.deauthorise, name="meta_deauthorise"),
    path("webhooks/meta/delete/", meta_callbacks.delete_data, name="meta_delete"),
    path("deletion/<slug:code>/", meta_callbacks.deletion_status, name="deletion_status"),
    path("webhooks/x/", webhooks.x, name="webhook_x"),
    path("webhooks/x/<slug:app>/", webhooks.x, name="webhook_x_app"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/add/", connect.choose, name="account_choose"),
    path("accounts/add/<str:platform>/", connect.add, name="account_add"),
    path("accounts/sign-in/<str:platform>/", signing_in.sign_in, name="account_sign_in"),
    path("accounts/sign-in/<str:platform>/go/", signing_in.begin, name="account_begin"),
    path("accounts/signed-in/<str:kind>/", signing_in.signed_in, name="signed_in"),
    path("accounts/pick/<uuid:code>/", signing_in.pick, name="account_pick"),
    path("accounts/connected/", signing_in.connected, name="accounts_connected"),
    path("accounts/apps/", signing_in.platform_apps, name="platform_apps"),
    path("accounts/not-understood/", unread.unread_items, name="unread_items"),
    path("accounts/deliveries/", unread.failed_deliveries, name="failed_deliveries"),
    path("accounts/deliveries/<int:delivery_id>/replay/", unread.replay, name="delivery_replay"),
    path("accounts/<uuid:code>/", accounts.account, name="account"),
    path("accounts/<uuid:code>/health/", doctor.signs, name="account_doctor"),
    path("accounts/<uuid:code>/health.json", doctor.data, name="account_doctor_data"),
    path("accounts/<uuid:code>/health/check/", doctor.check, name="account_check"),
    path("accounts/<uuid:code>/health/compare/", doctor.compare, name="account_compare"),
    path("accounts/<uuid:code>/health/replay/", doctor.replay, name="account_replay"),
    path("accounts/<uuid:code>/reconnect/", connect.reconnect, name="account_reconnect"),
    path("accounts/<uuid:code>/pause/", accounts.pause, name="account_pause"),
    path("accounts/<uuid:code>/resume/", accounts.resume, name="account_resume"),
    path("accounts/<uuid:code>/test/", accounts.test, name="account_test"),
    path("accounts/<uuid:code>/automatic/", autoreply.automatic, name="account_automatic"),
    path("accounts/<uuid:code>/survey/", survey.survey, name="account_survey"),
    path("accounts/<uuid:code>/chat/", chat.chat, name="account_chat"),
    path("accounts/<uuid:code>/chat/secret/", chat.chat_secret, name="account_chat_secret"),
    path("accounts/<uuid:code>/templates/", accounts.fetch_templates, name="account_templates"),
    path("accounts/<uuid:code>/remove/", accounts.remove, name="account_remove"),
    path("accounts/<uuid:code>/searches/", accounts.add_search, name="search_add"),
    path("accounts/<uuid:code>/searches/<int:stream_id>/remove/", accounts.remove_search, name="search_remove"),
]
