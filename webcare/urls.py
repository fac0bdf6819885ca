"""Every address of the product, one line each app."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path
from django.views.decorators.http import require_safe

from inbox.views import errors, installed
from inbox.views.composer import approval_links
from inbox.views.fetched_file import fetched_file
from inbox.views.files import file
from inbox.views.team.session import home

urlpatterns = [
    path("", home, name="home"),
    path("inbox/", include("inbox.urls")),
    path("approve/<str:token>/", approval_links.decide, name="approval_by_link"),
    path("approve/<str:token>/<uuid:code>/", approval_links.file, name="approval_file"),
    path("lead/", include("inbox.views.routing.urls")),
    path("files/<uuid:code>/", file, name="file"),
    path("files/posts/<str:token>", fetched_file, name="fetched_file"),
    path("", include("inbox.views.team.urls")),
    path("settings/", include("inbox.views.library.urls")),
    path("privacy/", include("inbox.views.privacy.urls")),
    path("", include("inbox.views.practice.urls")),
    path("rules/", include("inbox.views.rules.urls")),
    path("chat/", include("channels.livechat.public.urls")),
    path("", include("channels.pages.urls")),
    path("", include("reports.urls")),
    path("monitoring/", include("monitoring.urls")),
    path("api/", include("api.urls")),
    path("crm/", include("crm.urls")),
    path("assist/", include("assist.urls")),
    path("publishing/", include("publishing.urls")),
    path("manifest.<slug:language>.webmanifest", installed.manifest, name="manifest"),
    path("service-worker.js", installed.service_worker, name="service_worker"),
    path("too-large/", require_safe(errors.too_large), name="too_large"),
    path("account/", include("inbox.views.team.account_urls")),
]

if settings.OPERATORS_ADMIN:
    from webcare.operators.tables import site

    urlpatterns.append(path("operators/", site.urls))

handler403 = "inbox.views.errors.forbidden"
handler404 = "inbox.views.errors.not_found"
handler500 = "inbox.views.errors.broken"
