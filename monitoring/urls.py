"""Addresses of monitoring."""

from __future__ import annotations

from django.urls import path

from monitoring.feeds import views as feeds
from monitoring.hits import views as hits
from monitoring.queries import views as queries
from monitoring.volume import views as volume

urlpatterns = [
    path("", hits.posts, name="monitoring"),
    path("seen/", hits.settle_shown, name="monitoring_seen"),
    path("link/", hits.link, name="monitoring_link"),
    path("posts/<uuid:code>/take/", hits.take, name="monitoring_take"),
    path("posts/<uuid:code>/", hits.settle, name="monitoring_settle"),
    path("volume/", volume.volume, name="monitoring_volume"),
    path("queries/", queries.queries, name="monitoring_queries"),
    path("queries/add/", queries.add, name="monitoring_query_add"),
    path("queries/<uuid:code>/", queries.query, name="monitoring_query"),
    path("queries/<uuid:code>/switch/", queries.switch, name="monitoring_query_switch"),
    path("queries/<uuid:code>/remove/", queries.remove, name="monitoring_query_remove"),
    path("feeds/", feeds.feeds, name="monitoring_feeds"),
    path("feeds/<uuid:code>/remove/", feeds.remove, name="monitoring_feed_remove"),
]
