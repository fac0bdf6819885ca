"""What Prometheus asks for at /metrics: what waits, how fresh accounts are, how answers fare, who listens.

Rows are counted when asked, so every web process tells the same; only streams and memory are this process's own.
Nothing here names a customer.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError

from channels.models import Account, Delivery
from inbox.live.sse import OPEN_STREAMS
from inbox.models import Message, PendingEstimate
from inbox.models.answer_state import UNDER_WAY
from webcare import workers

MOST = "3s"  # for one statement: who watches must not be a load itself
_OF_ACCOUNT = ("account", "platform", "name")


def answer(request: HttpRequest) -> HttpResponse:
    """Answer with all figures; 404 without a token in the settings or the request, 503 without a database."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = settings.METRICS_TOKEN
    if not wanted or not secrets.compare_digest(given.encode(), wanted.encode()):
        return HttpResponse(status=404, headers={"Cache-Control": "no-store"})
    try:
        body = generate_latest(_registry())
    except DatabaseError as error:
        return HttpResponse(f"{type(error).__name__}\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(body, content_type=CONTENT_TYPE_PLAIN_1_0_0, headers={"Cache-Control": "no-store"})


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    for collector in (_Rows(), _Queues()):
        registry.register(collector)
    registry.register(OPEN_STREAMS)
    ProcessCollector(registry=registry)
    return registry


class _Rows(Collector):
    """What PostgreSQL holds. Every count is served by an index of what is unfinished."""

    def collect(self) -> Iterator[Metric]:
        """Yield the figures, read at one moment. Raises DatabaseError."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [MOST])
            yield from (*_deliveries(), *_answers(), *_estimates(), *_accounts(), _written())


def _deliveries() -> Iterator[Metric]:
    waiting = Delivery.objects.filter(status=Delivery.Status.WAITING).aggregate(
        number=Count("pk"), since=Min("received_at")
    )
    yield _gauge("deliveries_waiting", "Webhook bodies that are stored and not yet read.", waiting["number"])
    yield _moment("deliveries_waiting_since", "When the oldest of these came in; 0 without one.", waiting["since"])
    failed = Delivery.objects.filter(status=Delivery.Status.FAILED).count()
    yield _gauge("deliveries_failed", "Webhook bodies that could not be read and were set aside.", failed)


def _answers() -> Iterator[Metric]:
    # A planned post waits for its moment, and for nothing else.
    leaving = Message.objects.filter(state__in=UNDER_WAY).exclude(route="post", send_after__gt=timezone.now())
    found = dict(leaving.order_by().values_list("state").annotate(number=Count("pk")))
    answers = GaugeMetricFamily("webcare_answers", "Answers that are under way, by state.", labels=["state"])
    for state in UNDER_WAY:
        answers.add_metric([state.value], found.get(state.value, 0))
    yield answers


def _estimates() -> Iterator[Metric]:
    waiting = PendingEstimate.objects.filter(given_up=False).aggregate(number=Count("pk"), since=Min("due_at"))
    yield _gauge("estimates_waiting", "Messages whose mood and language are still to be told.", waiting["number"])
    yield _moment("estimates_waiting_since", "When the oldest of these was due; 0 without one.", waiting["since"])


def _accounts() -> Iterable[Metric]:
    works = _family("account_works", "1 while the account is heard and can be answered.")
    heard = _family("account_last_message_timestamp_seconds", "When its newest message came in; 0 without one.")
    asked = _family("account_last_success_timestamp_seconds", "When its platform last answered us; 0 before.")
    pushed = _family("account_last_delivery_timestamp_seconds", "When its newest webhook came in; 0 without one.")
    ends = _family("account_access_ends_timestamp_seconds", "When its access ends; absent where nobody told.")
    used = _family("account_calls_used_ratio", "Part of the allowed calls that is used; absent where unknown.")
    missed = _family("account_missed_messages", "What the newest comparison with the platform found missing.")
    for account in Account.objects.present().select_related("checkup").order_by("pk"):
        labels = [str(account.code), account.platform, account.at_handle]
        works.add_metric(labels, account.health in ("healthy", "new"))
        heard.add_metric(labels, _seconds(account.last_message_at))
        asked.add_metric(labels, _seconds(account.last_success_at))
        pushed.add_metric(labels, _seconds(account.last_delivery_at))
        checkup = getattr(account, "checkup", None)
        if checkup and checkup.valid_until:
            ends.add_metric(labels, _seconds(checkup.valid_until))
        if checkup and checkup.used is not None:
            used.add_metric(labels, checkup.used / 100)
        if checkup and checkup.compared_at:
            missed.add_metric(labels, checkup.missed)
    return works, heard, asked, pushed, ends, used, missed


def _written() -> Metric:
    """Return how many messages were ever written: the database counts its rows anyway. Its rate is that of ingest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = %s", [Message._meta.db_table])
        row = cursor.fetchone()
    return CounterMetricFamily(
        "webcare_messages_written", "Messages written, since the database's statistics began.", row[0] if row else 0
    )


class _Queues(Collector):
    """How many tasks wait in Redis. Without Redis there is nothing to tell: absent is not zero."""

    def collect(self) -> Iterator[Metric]:
        """Yield one figure for each queue."""
        waiting = GaugeMetricFamily("webcare_queue_tasks", "Tasks that wait for a worker.", labels=["queue"])
        names = [name for queues in workers.QUEUES.values() for name in queues]
        try:
            with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as redis:
                for name in names:
                    waiting.add_metric([name], redis.llen(name))
        except (RedisError, OSError):
            waiting = GaugeMetricFamily("webcare_queue_tasks", waiting.documentation, labels=["queue"])
        yield waiting


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"webcare_{name}", says, value)


def _moment(name: str, says: str, at: datetime | None) -> Metric:
    return _gauge(f"{name}_timestamp_seconds", says, _seconds(at))


def _family(name: str, says: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"webcare_{name}", says, labels=_OF_ACCOUNT)


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
