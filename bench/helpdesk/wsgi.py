"""The peer below gunicorn: `gunicorn bench.helpdesk.wsgi:application`."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
