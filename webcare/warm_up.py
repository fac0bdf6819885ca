"""What the first request of a process would wait for, done before: addresses, templates, texts, drawings, SDKs."""

from __future__ import annotations

import logging
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from channels.platforms import PLATFORMS
from channels.registry import connector_class
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


def _load_sdks() -> None:
    """Import each platform's SDK and the broker's client. Without this the first webhook waits half a second."""
    for platform in PLATFORMS:
        try:
            connector_class(platform)
        except Exception:  # one SDK that fails to import takes no other down, nor the pages
            log.exception("The SDK of %s cannot be loaded", platform)
    current_app.finalize()
    _loaded = current_app.backend, current_app.connection_for_write().transport  # not connected
