"""Addresses of the chat's doors. `/chat/<account>/live/` is the stream's (channels/livechat/public/stream.py)."""

from __future__ import annotations

from django.urls import path

from channels.livechat.public import views

urlpatterns = [
    path("widget.js", views.widget, name="chat_widget"),
    path("file/<str:signed>/", views.file, name="chat_file"),
    path("<uuid:code>/", views.about, name="chat_about"),
    path("<uuid:code>/begin/", views.begin, name="chat_begin"),
    path("<uuid:code>/messages/", views.messages, name="chat_messages"),
    path("<uuid:code>/send/", views.send, name="chat_send"),
    path("<uuid:code>/attach/", views.attach, name="chat_attach"),
    path("<uuid:code>/note/", views.note, name="chat_note"),
]
