"""Addresses of rules."""

from __future__ import annotations

from django.urls import path

from inbox.views.rules import rules, webhooks

urlpatterns = [
    path("", rules.listed, name="rules"),
    path("add/", rules.add, name="rule_add"),
    path("<uuid:code>/", rules.edit, name="rule"),
    path("<uuid:code>/switch/", rules.switch, name="rule_switch"),
    path("<uuid:code>/move/", rules.move, name="rule_move"),
    path("<uuid:code>/remove/", rules.remove, name="rule_remove"),
    path("<uuid:code>/log/", rules.log, name="rule_log"),
    path("<uuid:code>/log/<uuid:errand>/again/", rules.resend, name="rule_resend"),
    path("webhooks/", webhooks.listed, name="webhooks"),
    path("webhooks/<uuid:code>/", webhooks.change, name="webhook"),
]
