"""The inbox's addresses: one verb, one view."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from inbox.views import undo
from inbox.views.composer import (
    approval_links,
    approvals,
    canned,
    drafts,
    emoji,
    message_templates,
    replies,
)
from inbox.views.contacts import panel
from inbox.views.lists import first_steps
from inbox.views.routing import begin, handover
from inbox.views.routing import presence as presence_choice
from inbox.views.team import notices, session
from inbox.views.thread import (
    actions,
    conversations,
    links,
    mentions,
    presence,
    reviews,
)
from inbox.views.thread.updates import updates
from inbox.views.triage import assignment, blocking, closing, escalation

urlpatterns: list[URLPattern | URLResolver] = [
    path("", conversations.inbox, name="inbox"),
    path("menu/", conversations.menu, name="menu"),
    path("", include("inbox.views.lists.urls")),
    path("begin/", begin.begin, name="begin"),
    path("undo/", undo.take_back, name="undo"),
    path("updates/", updates, name="updates"),
    path("looking/", presence.looking, name="looking"),
    path("at-work/", presence_choice.choose, name="presence_choose"),
    path("handover/", handover.handover, name="handover"),
    path("session/", session.token, name="session_token"),
    path("link/", links.odd_link, name="odd_link"),
    path("emoji/", emoji.picker, name="emoji"),
    path("first-steps/", first_steps.card, name="first_steps"),
    path("first-steps/done/", first_steps.put_away, name="first_steps_done"),
    path("notices/", notices.board, name="notices"),
    path("notices/<uuid:code>/end/", notices.end, name="notice_end"),
    path("notices/<uuid:code>/read/", notices.read, name="notice_read"),
    path("incidents/", include("inbox.views.incidents.urls")),
    path("spikes/", include("inbox.views.spikes.urls")),
    path("", include("inbox.views.notifications.urls")),
    path("<uuid:code>/", conversations.conversation, name="conversation"),
    path("<uuid:code>/thread/", conversations.thread, name="thread"),
    path("<uuid:code>/reply/", replies.reply, name="reply"),
    path("<uuid:code>/canned/", canned.canned, name="canned"),
    path("<uuid:code>/guidelines/", canned.guidelines, name="conversation_guidelines"),
    path("<uuid:code>/draft/", drafts.draft, name="draft"),
    path("<uuid:code>/template/", message_templates.send, name="template_send"),
    path("<uuid:code>/template/preview/", message_templates.preview, name="template_preview"),
    path("<uuid:code>/note/", replies.note, name="note"),
    path("<uuid:code>/colleagues/", mentions.colleagues, name="colleagues"),
    path("<uuid:code>/claim/", assignment.claim, name="claim"),
    path("<uuid:code>/assign/", assignment.assign, name="assign"),
    path("<uuid:code>/skip/", begin.skip, name="skip"),
    path("<uuid:code>/release/", assignment.release, name="release"),
    path("<uuid:code>/ask/", escalation.ask, name="ask"),
    path("<uuid:code>/ask/answer/", escalation.answer, name="ask_answer"),
    path("<uuid:code>/ask/withdraw/", escalation.withdraw, name="ask_withdraw"),
    path("<uuid:code>/close/", closing.close, name="close"),
    path("<uuid:code>/block/", blocking.block, name="block"),
    path("<uuid:code>/unblock/", blocking.unblock, name="unblock"),
    path("<uuid:code>/boundary/", closing.boundary, name="boundary"),
    path("<uuid:code>/presence/", presence.at, name="presence"),
    path("<uuid:code>/mood/", panel.set_mood, name="mood"),
    path("<uuid:code>/tone/", panel.set_tone, name="tone"),
    path("<uuid:code>/complaint/", panel.set_complaint, name="complaint"),
    path("<uuid:code>/contact/", panel.describe, name="contact"),
    path("<uuid:code>/contact/reveal/", panel.reveal, name="contact_reveal"),
    path("<uuid:code>/contact/notes/", panel.add_note, name="contact_note"),
    path("<uuid:code>/contact/notes/<int:note>/remove/", panel.remove_note, name="contact_note_remove"),
    path("<uuid:code>/contact/surprises/", panel.add_surprise, name="surprise"),
    path("<uuid:code>/contact/surprises/<int:surprise>/remove/", panel.remove_surprise, name="surprise_remove"),
    path("<uuid:code>/contact/pretends-nothing/", panel.dismiss_lookalike, name="lookalike_dismiss"),
    path("<uuid:code>/contact/link/", panel.link, name="contact_link"),
    path("<uuid:code>/contact/unlink/", panel.unlink, name="contact_unlink"),
    path("<uuid:code>/contact/undo/", panel.undo_link, name="contact_undo"),
    path("<uuid:code>/contact/not-same/", panel.refuse_link, name="contact_refuse"),
    path("<uuid:code>/contact/suggestions/", panel.suggestions, name="contact_suggestions"),
    path("<uuid:code>/contact/timeline/", panel.timeline, name="contact_timeline"),
    path("<uuid:code>/reopen/", assignment.reopen, name="reopen"),
    path("<uuid:code>/snooze/", assignment.snooze, name="snooze"),
    path("<uuid:code>/seen/", assignment.seen, name="seen"),
    path("messages/<uuid:code>/cancel/", replies.cancel, name="message_cancel"),
    path("messages/<uuid:code>/retry/", replies.retry, name="message_retry"),
    path("messages/<uuid:code>/arrived/", replies.arrived, name="message_arrived"),
    path("messages/<uuid:code>/discard/", replies.discard, name="message_discard"),
    path("messages/<uuid:code>/approve/", approvals.approve, name="message_approve"),
    path("messages/<uuid:code>/difference/", approvals.difference, name="message_difference"),
    path("messages/<uuid:code>/links/", approval_links.links, name="message_links"),
    path("messages/<uuid:code>/links/<uuid:link>/revoke/", approval_links.revoke, name="message_link_revoke"),
    path("messages/<uuid:code>/give-back/", approvals.give_back, name="message_give_back"),
    path("messages/<uuid:code>/review/", reviews.review, name="message_review"),
    path("messages/<uuid:code>/reveal/", actions.reveal, name="message_reveal"),
    path("messages/<uuid:code>/context/", actions.load_context, name="message_context"),
    path("messages/<uuid:code>/<str:action>/", actions.act, name="message_act"),
]
