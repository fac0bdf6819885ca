"""What the first page of a process would wait for, done before it is asked: addresses, templates, texts, drawings."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from webcare.lib.bundles import address_of
from webcare.lib.icons import sprite


def warm_up() -> None:
    """Import every view, compile every template of ours, read the translations, draw the icons, join the scripts."""
    reverse("inbox")
    for folder in map(Path, settings.TEMPLATES[0]["DIRS"]):
        for path in sorted(folder.rglob("*.html")):
            get_template(path.relative_to(folder).as_posix())
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Open")
    sprite()
    address_of("js", ("htmx", "app"))
