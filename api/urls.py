"""Addresses of the API's pages, and of the API behind them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from api import views
from api.tokens import views as tokens

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.described, name="api_described"),
    path("tokens/", tokens.tokens, name="api_tokens"),
    path("tokens/<uuid:code>/revoke/", tokens.revoke, name="api_token_revoke"),
    # By name: what describes the API is loaded with its first call.
    path("v1/", ("api.rest.urls", "api_v1", "api_v1")),
]
