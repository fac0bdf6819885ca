"""Addresses of the CRM."""

from __future__ import annotations

from django.urls import path

from crm.connecting import views as connecting
from crm.panel import views as panel

urlpatterns = [
    path("contact/<uuid:code>/", panel.contact, name="crm_contact"),
    path("contact/<uuid:code>/choose/", panel.choose, name="crm_choose"),
    path("contact/<uuid:code>/timeline/", panel.timeline, name="crm_timeline"),
    path("", connecting.crm, name="crm"),
    path("connect/<slug:brand>/", connecting.connect, name="crm_connect"),
    path("act/", connecting.act, name="crm_act"),
    path("writes/<uuid:code>/again/", connecting.resend, name="crm_resend"),
]
