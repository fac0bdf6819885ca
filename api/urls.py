"""Addresses of the API's pages, and of the API behind them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from api import views
from api.tokens import views as tokens
from api.webhooks import views as webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.described, name="api_described"),
    path("tokens/", tokens.tokens, name="api_tokens"),
    path("tokens/<uuid:code>/revoke/", tokens.revoke, name="api_token_revoke"),
    path("webhooks/", webhooks.listed, name="api_endpoints"),
    path("webhooks/<uuid:code>/", webhooks.endpoint, name="api_endpoint"),
    path("webhooks/<uuid:code>/act/", webhooks.act, name="api_endpoint_act"),
    path("webhooks/told/<uuid:code>/again/", webhooks.replay, name="api_telling_replay"),
    # By name: what describes the API is loaded with its first call.
    path("v1/", ("api.rest.urls", "api_v1", "api_v1")),
]
