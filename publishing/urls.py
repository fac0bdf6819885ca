"""Addresses of planned posts."""

from __future__ import annotations

from django.urls import path

from publishing import views

urlpatterns = [
    path("", views.posts, name="posts"),
    path("calendar/", views.calendar, name="posts_calendar"),
    path("new/", views.new, name="post_new"),
    path("release/", views.release_all, name="posts_release"),
    path("picture/<uuid:code>/", views.picture, name="post_picture"),
    path("message/<uuid:code>/", views.post_of_message, name="post_of_message"),
    path("<uuid:code>/", views.post, name="post"),
    path("<uuid:code>/edit/", views.edit, name="post_edit"),
    path("<uuid:code>/act/", views.act, name="post_act"),
]
