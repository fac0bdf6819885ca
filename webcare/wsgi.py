"""Django's pages as a WSGI application; webcare/asgi.py serves it beside the live stream."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webcare.settings")

application = get_wsgi_application()  # makes the apps ready, which warming up needs

from webcare.warm_up import warm_up  # noqa: E402

warm_up()
