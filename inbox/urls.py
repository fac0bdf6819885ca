"""The inbox's addresses: one verb, one view."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from inbox.views import acts, canned, conversations, drafts, replies, triage, updates

urlpatterns: list[URLPattern | URLResolver] = [
    path("", conversations.inbox, name="inbox"),
    path("menu/", conversations.menu, name="menu"),
    path("updates/", updates.updates, name="updates"),
    path("<uuid:code>/", conversations.conversation, name="conversation"),
    path("<uuid:code>/thread/", conversations.thread, name="thread"),
    path("<uuid:code>/reply/", replies.reply, name="reply"),
    path("<uuid:code>/canned/", canned.canned, name="canned"),
    path("<uuid:code>/guidelines/", canned.guidelines, name="conversation_guidelines"),
    path("<uuid:code>/draft/", drafts.draft, name="draft"),
    path("<uuid:code>/note/", replies.note, name="note"),
    path("<uuid:code>/claim/", triage.claim, name="claim"),
    path("<uuid:code>/assign/", triage.assign, name="assign"),
    path("<uuid:code>/close/", triage.close, name="close"),
    path("<uuid:code>/reopen/", triage.reopen, name="reopen"),
    path("<uuid:code>/snooze/", triage.snooze, name="snooze"),
    path("<uuid:code>/seen/", triage.seen, name="seen"),
    path("messages/<uuid:code>/cancel/", replies.cancel, name="message_cancel"),
    path("messages/<uuid:code>/retry/", replies.retry, name="message_retry"),
    path("messages/<uuid:code>/discard/", replies.discard, name="message_discard"),
    path("messages/<uuid:code>/context/", acts.load_context, name="message_context"),
    path("messages/<uuid:code>/<str:action>/", acts.act, name="message_act"),
]
