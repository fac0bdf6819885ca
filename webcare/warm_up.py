"""What the first request of a process would wait for, done before: addresses, templates, texts, drawings, SDKs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import resolve, reverse
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from channels.platforms import PLATFORMS, connector_class
from inbox.models import User
from webcare.lib.bundles import address_of
from webcare.lib.icons import sprite

log = logging.getLogger(__name__)


def warm_up() -> None:
    """Do what costs only a process's first request: the first page's parts, then what a webhook needs.

    Views are imported, templates compiled, translations read, icons drawn and scripts joined.
    """
    reverse("inbox")
    for folder in map(Path, settings.TEMPLATES[0]["DIRS"]):
        for path in sorted(folder.rglob("*.html")):
            get_template(path.relative_to(folder).as_posix())
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Open")
    sprite()
    address_of("js", ("htmx", "app"))
    _load_sdks()


def make_a_page() -> None:
    """Make the list, as somebody sees it: its statements are planned then, and its rows kept. Never raises.

    It asks the database, so it is for a process that serves, and not for one that is still to part.
    """
    try:
        _make_the_list()
    except Exception:  # the first reader waits, and sees what is wrong
        log.warning("No page could be made before the first one", exc_info=True)


def _make_the_list() -> None:
    person = User.objects.filter(is_active=True).order_by(F("last_login").desc(nulls_last=True), "pk").first()
    if person is None:
        return
    request: Any = HttpRequest()
    request.method, request.path, request.user = "GET", reverse("inbox"), person
    request.session, request.htmx = SessionBase(), HtmxDetails(request)
    with translation.override(person.language):
        resolve(request.path).func(request)


def _load_sdks() -> None:
    """Import each platform's SDK and the broker's client. Without this the first webhook waits half a second."""
    for platform in PLATFORMS:
        try:
            connector_class(platform)
        except Exception:  # one SDK that fails to import takes no other down, nor the pages
            log.exception("The SDK of %s cannot be loaded", platform)
    current_app.finalize()
    _loaded = current_app.backend, current_app.connection_for_write().transport  # not connected
