"""A bare Django list view on the same table: one statement, one template, no middleware, nobody signed in.

Served by gunicorn with one worker: `gunicorn bench.floors.django_view:application`. `PGDATABASE_URL` is its database.
"""

from __future__ import annotations

import os
import urllib.parse
from typing import ClassVar

import django
from django.conf import settings

ROWS = 30
_TEMPLATE = """<!doctype html><html lang="nl"><title>Inbox</title><ul>{% for row in rows %}
<li id="c{{ row.id }}" class="row p{{ row.priority }} {{ row.mood }}"><a href="/inbox/{{ row.code }}/">
<b>{{ row.visibility }}</b> <span>{{ row.language }}</span><p>{{ row.excerpt }}</p>
<time datetime="{{ row.last_message_at|date:"c" }}">{{ row.last_message_at|date:"d-m H:i" }}</time>
{% if row.message_count %}<i>{{ row.message_count }}</i>{% endif %}</a></li>{% endfor %}</ul></html>"""

_url = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    SECRET_KEY="floor",  # noqa: S106  it signs nothing
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _url.path.lstrip("/"),
            "USER": _url.username,
            "HOST": dict(urllib.parse.parse_qsl(_url.query))["host"],
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 4}},
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"list.html": _TEMPLATE})],
                    )
                ]
            },
        }
    ],
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class Row(models.Model):
    """What a list shows of a conversation."""

    code = models.UUIDField()
    visibility = models.TextField()
    status = models.TextField()
    excerpt = models.TextField()
    mood = models.TextField()
    language = models.TextField()
    priority = models.IntegerField()
    message_count = models.IntegerField()
    last_message_at = models.DateTimeField()

    objects: ClassVar = models.Manager()

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "inbox_conversation"

    def __str__(self) -> str:
        return self.excerpt


def newest(request: HttpRequest) -> HttpResponse:
    """Show the newest open conversations."""
    rows = Row.objects.filter(status="open").order_by("-last_message_at", "-id")[:ROWS]
    return render(request, "list.html", {"rows": rows})


urlpatterns = [path("", newest)]
application = get_wsgi_application()
