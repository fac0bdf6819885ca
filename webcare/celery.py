"""The Celery application. Rows in PostgreSQL are the queue; Redis only wakes workers: losing it loses nothing.

Three workers share the work. `sender` sends answers; `reader` reads what customers wrote, in processes that may be
ended; `worker` does what asks a platform and may hang: polling, attachments, threads, checks. A single worker without
queues named on its command line does everything.
"""

from __future__ import annotations

import os

from celery import Celery
from kombu import Queue

from webcare import workers
from webcare.lib import request_ids  # noqa: F401  it connects to Celery's signals
from webcare.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webcare.settings")

app = Celery("webcare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.task_queues = [Queue(name) for queues in workers.QUEUES.values() for name in queues]
app.conf.beat_schedule = SCHEDULE
