"""Addresses of the CRM."""

from __future__ import annotations

from django.urls import path

from crm.connecting import views as connecting

urlpatterns = [
    path("", connecting.crm, name="crm"),
    path("connect/<slug:brand>/", connecting.connect, name="crm_connect"),
    path("act/", connecting.act, name="crm_act"),
    path("writes/<uuid:code>/again/", connecting.resend, name="crm_resend"),
]
