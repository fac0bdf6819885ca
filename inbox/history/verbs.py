"""Every verb of the log: its words, its icon and the kind of act it is. The one place for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from channels.models import Account
from inbox.models import Contact, Conversation, PersonExport, Review, Spike, SpikeWatch
from inbox.models.survey import SCORES


class Kind(TextChoices):
    """Kinds of acts, as the log is narrowed to them."""

    ASSIGNING = "assigning", _("Assigning")
    ANSWERING = "answering", _("Answering")
    CLOSING = "closing", _("Closing, snoozing, reopening")
    SORTING = "sorting", _("Labels, mood and tone")
    PLATFORM = "platform", _("On the platform")
    CONTACTS = "contacts", _("People we talk to")
    ACCOUNTS = "accounts", _("Accounts")
    SETTINGS = "settings", _("Settings and texts")
    PEOPLE = "people", _("Colleagues and signing in")
    PRIVACY = "privacy", _("Customers' data")


class Verb(NamedTuple):
    """How one verb is told, behind the name of who did it. `{to}` and the like are names of what `refers` says."""

    words: str | Promise
    icon: str
    kind: Kind
    refers: Mapping[str, str] = {}  # a key of the event's data: person, team or label
    choices: Mapping[str, str | Promise] = {}  # words of the values that were and are
    in_trail: bool = False  # told between the messages of its conversation
    to_oneself: str | Promise = ""  # where who did it is also whom it was done to


_REASONS: dict[str, str | Promise] = dict(Conversation.CloseReason.choices)
_MOODS: dict[str, str | Promise] = dict(Conversation.Mood.choices)
_TONES: dict[str, str | Promise] = {"": _("as the guidelines say"), **dict(Conversation.Tone.choices)}
_PRIORITIES: dict[str, str | Promise] = {"high": _("high"), "normal": _("normal"), "low": _("low")}
_FOUND: dict[str, str | Promise] = {
    "on_site": _("Answered on the site itself"), "nothing": _("Seen, nothing to do"), "others": _("Not about us"),
}  # fmt: skip
_TEAM = {"team": "team"}
_SCORES = {str(score): title for score, title in SCORES.items()}
_TEAMS = {"team": "team", "was": "team"}
_RULE = {"rule": "rule"}
_WEBHOOK = {"webhook": "webhook"}
_INCIDENT = {"incident": "incident"}
_HOLDERS = {"to": "person", "was": "person"}


def _trail(kind: Kind, icon: str, words: str | Promise, **more: Mapping[str, str | Promise]) -> Verb:
    return Verb(words, icon, kind, in_trail=True, **more)  # type: ignore[arg-type]  # `refers` has plain words


_IN_CONVERSATIONS: dict[str, Verb] = {
    "assigned": Verb(
        _("gave it to {to}"), "user-round", Kind.ASSIGNING, _HOLDERS, in_trail=True, to_oneself=_("took it")
    ),
    "unassigned": _trail(Kind.ASSIGNING, "user-round", _("put it back in the queue"), refers=_HOLDERS),
    "skipped": _trail(
        Kind.ASSIGNING, "skip-forward", _("passed on it"), choices=dict(Conversation.SkipReason.choices)
    ),
    "given_to_team": _trail(Kind.ASSIGNING, "users", _("gave it to team {team}"), refers=_TEAMS),
    "taken_from_team": _trail(Kind.ASSIGNING, "users", _("took it from team {was}"), refers=_TEAMS),
    "routed": _trail(Kind.ASSIGNING, "users", _("put it with team {team}"), refers=_TEAMS),
    "closed": _trail(Kind.CLOSING, "check", _("closed it"), choices=_REASONS),
    "closed_untold": _trail(Kind.CLOSING, "check", _("closed it without telling the customer")),
    "reopened": _trail(Kind.CLOSING, "rotate-ccw", _("reopened it")),
    "woken": _trail(Kind.CLOSING, "alarm-clock", _("ended the snooze")),
    "snoozed": _trail(Kind.CLOSING, "moon", _("snoozed it")),
    "undone": _trail(Kind.CLOSING, "undo-2", _("took the last act back")),
    "labelled": _trail(Kind.SORTING, "tag", _("added label {label}"), refers={"label": "label"}),
    "unlabelled": _trail(Kind.SORTING, "tag", _("removed label {label}"), refers={"label": "label"}),
    "mood_corrected": _trail(Kind.SORTING, "meh", _("corrected the mood"), choices=_MOODS),
    "prioritised": _trail(Kind.SORTING, "gauge", _("set the priority"), choices=_PRIORITIES),
    "rule_told": _trail(Kind.SORTING, "bell", _("told colleagues of it by the rule “{rule}”"), refers=_RULE),
    "tone_chosen": _trail(Kind.SORTING, "pencil", _("chose the tone"), choices=_TONES),
    "complaint_set": _trail(Kind.SORTING, "triangle-alert", _("marked it as a complaint")),
    "complaint_unset": _trail(Kind.SORTING, "triangle-alert", _("no longer calls it a complaint")),
    "line_crossed": _trail(Kind.SORTING, "ban", _("drew a line"), choices=dict(Conversation.Line.choices)),
    "line_uncrossed": _trail(Kind.SORTING, "ban", _("took the drawn line away")),
    "merged": _trail(Kind.CONTACTS, "link", _("joined two conversations of one person")),
    "breached": Verb(_("saw the response target pass"), "clock-alert", Kind.ANSWERING),
    "queued": Verb(_("wrote an answer"), "send", Kind.ANSWERING),
    "sent": Verb(_("answered"), "send", Kind.ANSWERING),
    "assist_used": _trail(Kind.ANSWERING, "sparkles", _("wrote it with the help of the assistant")),
    "sent_anyway": _trail(Kind.ANSWERING, "send", _("sent it although there was a hint")),
    "taken_back": _trail(Kind.ANSWERING, "undo-2", _("took an answer back")),
    "discarded": _trail(Kind.ANSWERING, "trash-2", _("threw an answer away that did not leave")),
    "confirmed": _trail(Kind.ANSWERING, "check", _("said that the answer has arrived")),
    "tried_again": _trail(Kind.ANSWERING, "rotate-ccw", _("sent an answer again")),
    "approached": _trail(Kind.ANSWERING, "radar", _("addressed somebody who had not addressed us")),
    "incident_answered": _trail(
        Kind.ANSWERING, "siren", _("answered it in the incident “{incident}”"), refers=_INCIDENT
    ),
    "approval_asked": _trail(Kind.ANSWERING, "hourglass", _("asked for approval")),
    "approved": _trail(Kind.ANSWERING, "check", _("approved the answer of {author}"), refers={"author": "person"}),
    "given_back": _trail(Kind.ANSWERING, "undo-2", _("gave the answer back to {author}"), refers={"author": "person"}),
    "question_asked": _trail(
        Kind.ASSIGNING, "circle-question-mark", _("asked {asked} when in doubt"), refers={"asked": "person"}
    ),
    "question_to_leads": _trail(Kind.ASSIGNING, "circle-question-mark", _("asked the team leads when in doubt")),
    "question_answered": _trail(Kind.ASSIGNING, "circle-question-mark", _("answered the question")),
    "question_agreed": _trail(Kind.ASSIGNING, "check", _("agreed to what was asked")),
    "question_withdrawn": _trail(Kind.ASSIGNING, "undo-2", _("withdrew the question")),
    "question_passed_on": _trail(
        Kind.ASSIGNING, "users", _("let all team leads answer what {was} was asked"), refers={"was": "person"}
    ),
    "approved_by_link": _trail(
        Kind.ANSWERING, "check", _("approved the answer of {author} by a link"), refers={"author": "person"}
    ),
    "given_back_by_link": _trail(
        Kind.ANSWERING, "undo-2", _("gave the answer back to {author} by a link"), refers={"author": "person"}
    ),
    "approval_link_made": _trail(Kind.ANSWERING, "link", _("made a link to let somebody approve it")),
    "approval_link_revoked": _trail(Kind.ANSWERING, "link", _("withdrew a link to approve it")),
    "approval_overdue": _trail(Kind.ANSWERING, "clock-alert", _("told the team leads again that an answer waits")),
    "approval_expired": _trail(
        Kind.ANSWERING, "undo-2", _("gave the answer back to {author}: nobody approved it in time"),
        refers={"author": "person"},
    ),
    "approval_skipped": _trail(
        Kind.ANSWERING, "send", _("sent the answer of {author} without approval: nobody decided in time"),
        refers={"author": "person"},
    ),
    "survey_scored": _trail(
        Kind.ANSWERING, "star", _("kept the score that the customer gave"), choices=_SCORES
    ),
    "send_delayed": Verb(_("will try to send the answer again"), "clock", Kind.ANSWERING),
    "send_failed": _trail(Kind.ANSWERING, "circle-alert", _("could not send the answer")),
    "send_unknown": Verb(_("does not know whether the answer has arrived"), "clock", Kind.ANSWERING),
    "send_cancelled": _trail(Kind.ANSWERING, "circle-alert", _("did not send the answer")),
    "not_found": Verb(_("did not find the answer on the platform"), "search", Kind.ANSWERING),
    "not_looked_up": Verb(_("could not look for the answer on the platform"), "search", Kind.ANSWERING),
    "automatic_queued": Verb(_("wrote an automatic message"), "bot", Kind.ANSWERING),
    "automatic_sent": Verb(_("sent an automatic message"), "bot", Kind.ANSWERING),
    "automatic_delayed": Verb(_("will try to send the automatic message again"), "bot", Kind.ANSWERING),
    "automatic_failed": Verb(_("could not send the automatic message"), "bot", Kind.ANSWERING),
    "automatic_unknown": Verb(_("does not know whether the automatic message has arrived"), "bot", Kind.ANSWERING),
    "automatic_cancelled": Verb(_("did not send the automatic message"), "bot", Kind.ANSWERING),
    "automatic_skipped": _trail(Kind.ANSWERING, "bot", _("sent no automatic message")),
    "chat_mailed": _trail(Kind.ANSWERING, "mail", _("mailed what the visitor had not seen")),
    "chat_not_mailed": _trail(Kind.ANSWERING, "circle-alert", _("could not mail what the visitor had not seen")),
    "noted": Verb(_("wrote a note"), "sticky-note", Kind.SORTING),
    "mentioned": Verb(_("named a colleague in a note"), "at-sign", Kind.SORTING),
    "reviewed": Verb(_("reviewed an answer"), "star", Kind.SORTING, choices=dict(Review.Verdict.choices)),
    "like": _trail(Kind.PLATFORM, "heart", _("liked a message")),
    "unlike": _trail(Kind.PLATFORM, "heart", _("took a like back")),
    "boost": _trail(Kind.PLATFORM, "repeat-2", _("shared a message with our followers")),
    "unboost": _trail(Kind.PLATFORM, "repeat-2", _("took a share back")),
    "hide": _trail(Kind.PLATFORM, "eye-off", _("hid a message on the platform")),
    "unhide": _trail(Kind.PLATFORM, "eye", _("showed a message again on the platform")),
    "hide_refused": _trail(Kind.PLATFORM, "circle-alert", _("could not hide a message: the platform refused")),
    "show_refused": _trail(Kind.PLATFORM, "circle-alert", _("could not show a message: the platform refused")),
    "delete_own": _trail(Kind.PLATFORM, "trash-2", _("deleted an answer of ours from the platform")),
    "edited": Verb(_("saw that a message was changed"), "pencil", Kind.PLATFORM),
    "removed": Verb(_("saw that a message was removed"), "trash-2", Kind.PLATFORM),
    "person_blocked": _trail(
        Kind.PLATFORM, "ban", _("blocked this person"), choices=dict(Conversation.Line.choices)
    ),
    "person_unblocked": _trail(Kind.PLATFORM, "ban", _("unblocked this person")),
    "identity_changed": Verb(_("saw that somebody has another number or name"), "user-round", Kind.CONTACTS),
    "contact_kind": _trail(Kind.CONTACTS, "user-round", _("said who it is"), choices=dict(Contact.Kind.choices)),
    "contact_address": Verb(
        _("said how to address them"), "user-round", Kind.CONTACTS,
        choices={"": _("as the organisation does"), **dict(Contact.Address.choices)},
    ),
    "contact_noted": Verb(_("wrote a note about this person"), "sticky-note", Kind.CONTACTS),
    "contact_note_removed": Verb(_("removed a note about this person"), "sticky-note", Kind.CONTACTS),
    "surprised": Verb(_("wrote down a surprise for this person"), "gift", Kind.CONTACTS),
    "surprise_removed": Verb(_("removed a surprise for this person"), "gift", Kind.CONTACTS),
    "lookalike_dismissed": _trail(
        Kind.CONTACTS, "user-round", _("said that this person does not pretend to be us")
    ),
    "linked": _trail(Kind.CONTACTS, "link", _("linked another account of this person")),
    "unlinked": _trail(Kind.CONTACTS, "link", _("unlinked an account of this person")),
    "link_undone": _trail(Kind.CONTACTS, "undo-2", _("undid the linking")),
}  # fmt: skip

# Of no conversation. In front of an account's own history the first letter becomes a capital.
_OF_NONE: dict[str, Verb] = {
    "account_added": Verb(_("connected the account"), "plug", Kind.ACCOUNTS),
    "account_reconnected": Verb(_("connected the account again"), "plug", Kind.ACCOUNTS),
    "account_changed": Verb(
        _("changed the account's settings"), "plug", Kind.ACCOUNTS, choices=dict(Account.Mode.choices)
    ),
    "account_paused": Verb(_("paused the account"), "plug", Kind.ACCOUNTS),
    "account_resumed": Verb(_("resumed the account"), "plug", Kind.ACCOUNTS),
    "account_removed": Verb(_("removed the account"), "plug", Kind.ACCOUNTS),
    "account_tested": Verb(_("tested the account"), "plug", Kind.ACCOUNTS),
    "account_lost_access": Verb(_("was refused by the platform"), "circle-alert", Kind.ACCOUNTS),
    "account_access_back": Verb(_("has access to the account again"), "circle-check", Kind.ACCOUNTS),
    "platform_app_changed": Verb(_("changed the app that accounts are connected with"), "plug", Kind.ACCOUNTS),
    "deletion_asked": Verb(_("Meta passed on a request to delete somebody's data"), "trash-2", Kind.ACCOUNTS),
    "account_compared": Verb(_("fetched what had been missed"), "refresh-cw", Kind.ACCOUNTS),
    "account_news": Verb(_("heard news of the platform"), "bell", Kind.ACCOUNTS),
    "automatic_limited": Verb(_("stopped automatic messages for an hour: unusually many"), "bot", Kind.ACCOUNTS),
    "search_added": Verb(_("added a search"), "search", Kind.ACCOUNTS),
    "search_removed": Verb(_("removed a search"), "search", Kind.ACCOUNTS),
    "deliveries_replayed": Verb(_("had webhook deliveries read again"), "rotate-ccw", Kind.ACCOUNTS),
    "delivery_replayed": Verb(_("had a webhook delivery read again"), "rotate-ccw", Kind.ACCOUNTS),
    "organisation_changed": Verb(_("changed the organisation's settings"), "building-2", Kind.SETTINGS),
    "opening_changed": Verb(_("changed the opening hours"), "clock", Kind.SETTINGS),
    "target_added": Verb(_("added a response target"), "clock", Kind.SETTINGS),
    "target_changed": Verb(_("changed a response target"), "clock", Kind.SETTINGS),
    "target_removed": Verb(_("removed a response target"), "clock", Kind.SETTINGS),
    "promise_changed": Verb(_("changed the public promise page"), "megaphone", Kind.SETTINGS),
    "rule_added": Verb(_("added the rule “{rule}”"), "workflow", Kind.SETTINGS, _RULE),
    "rule_changed": Verb(_("changed the rule “{rule}”"), "workflow", Kind.SETTINGS, _RULE),
    "rule_moved": Verb(_("moved the rule “{rule}”"), "workflow", Kind.SETTINGS, _RULE),
    "rule_on": Verb(_("switched the rule “{rule}” on"), "workflow", Kind.SETTINGS, _RULE),
    "rule_off": Verb(_("switched the rule “{rule}” off"), "workflow", Kind.SETTINGS, _RULE),
    "rule_removed": Verb(_("put the rule “{rule}” away"), "workflow", Kind.SETTINGS, _RULE),
    "rule_paused": Verb(_("paused the rule “{rule}”: it reached its limit"), "workflow", Kind.SETTINGS, _RULE),
    "token_added": Verb(_("made a token of the API"), "braces", Kind.SETTINGS, {"to": "person"}),
    "token_revoked": Verb(_("revoked a token of the API"), "braces", Kind.SETTINGS, {"to": "person"}),
    "endpoint_added": Verb(_("added a webhook"), "braces", Kind.SETTINGS),
    "endpoint_changed": Verb(_("changed what a webhook is told of"), "braces", Kind.SETTINGS),
    "endpoint_on": Verb(_("switched a webhook on"), "braces", Kind.SETTINGS),
    "endpoint_off": Verb(_("switched a webhook off"), "braces", Kind.SETTINGS),
    "endpoint_gave_up": Verb(_("switched a webhook off: it did not answer"), "braces", Kind.SETTINGS),
    "endpoint_secret_renewed": Verb(_("gave a webhook a new secret"), "braces", Kind.SETTINGS),
    "endpoint_replayed": Verb(_("told a webhook once more"), "braces", Kind.SETTINGS),
    "endpoint_removed": Verb(_("put a webhook away"), "braces", Kind.SETTINGS),
    "post_written": Verb(_("wrote a post"), "calendar-days", Kind.ANSWERING),
    "post_asked": Verb(_("asked for approval of a post"), "hourglass", Kind.ANSWERING),
    "post_approved": Verb(_("approved a post"), "check", Kind.ANSWERING),
    "post_planned": Verb(_("planned a post"), "calendar-days", Kind.ANSWERING),
    "post_given_back": Verb(_("gave a post back to its author"), "undo-2", Kind.ANSWERING),
    "post_moved": Verb(_("moved a post to another moment"), "clock", Kind.ANSWERING),
    "post_withdrawn": Verb(_("withdrew a post"), "undo-2", Kind.ANSWERING),
    "post_released": Verb(_("let a post go"), "send", Kind.ANSWERING),
    "post_queued": Verb(_("put a post in the outbox"), "clock", Kind.ANSWERING),
    "post_sent": Verb(_("published a post"), "send", Kind.ANSWERING),
    "post_held": Verb(_("held a post"), "pause", Kind.ANSWERING),
    "post_delayed": Verb(_("will try to publish the post again"), "clock", Kind.ANSWERING),
    "post_failed": Verb(_("could not publish a post"), "circle-alert", Kind.ANSWERING),
    "post_confirmed": Verb(_("says that the post stands there"), "check", Kind.ANSWERING),
    "post_denied": Verb(_("says that the post does not stand there"), "circle-alert", Kind.ANSWERING),
    "post_unknown": Verb(_("does not know whether the post stands there"), "clock", Kind.ANSWERING),
    "found_settled": Verb(_("dealt with what a search found"), "eye", Kind.SORTING, choices=_FOUND),
    "found_reopened": Verb(_("put back what a search found"), "undo-2", Kind.SORTING),
    "assist_set": Verb(_("set up the assistant's server"), "sparkles", Kind.SETTINGS),
    "assist_switched": Verb(_("chose what the assistant helps with"), "sparkles", Kind.SETTINGS),
    "assist_removed": Verb(_("took the assistant's server away"), "sparkles", Kind.SETTINGS),
    "assist_summarised": Verb(_("had the conversation summed up by the assistant"), "sparkles", Kind.ANSWERING),
    "assist_drafted": Verb(_("had an answer drafted by the assistant"), "sparkles", Kind.ANSWERING),
    "assist_answer_translated": Verb(
        _("had an answer translated by the assistant"), "languages", Kind.ANSWERING
    ),
    "assist_translated": Verb(_("had a message translated by the assistant"), "languages", Kind.ANSWERING),
    "crm_connected": Verb(_("connected the CRM"), "contact", Kind.SETTINGS),
    "crm_changed": Verb(_("changed what the CRM is told"), "contact", Kind.SETTINGS),
    "crm_on": Verb(_("switched the CRM on"), "contact", Kind.SETTINGS),
    "crm_off": Verb(_("switched the CRM off"), "contact", Kind.SETTINGS),
    "crm_renewed": Verb(_("gave the CRM other credentials"), "contact", Kind.SETTINGS),
    "crm_resent": Verb(_("had the CRM written once more"), "contact", Kind.SETTINGS),
    "crm_linked": Verb(_("said who the customer is in the CRM"), "contact", Kind.CONTACTS),
    "crm_unlinked": Verb(_("unlinked the customer from the CRM"), "contact", Kind.CONTACTS),
    "crm_disconnected": Verb(_("disconnected the CRM"), "contact", Kind.SETTINGS),
    "webhook_added": Verb(_("added the webhook {webhook}"), "workflow", Kind.SETTINGS, _WEBHOOK),
    "webhook_removed": Verb(_("put the webhook {webhook} away"), "workflow", Kind.SETTINGS, _WEBHOOK),
    "webhook_secret_renewed": Verb(
        _("gave the webhook {webhook} a new secret"), "workflow", Kind.SETTINGS, _WEBHOOK
    ),
    "webhook_resent": Verb(_("told the webhook {webhook} once more"), "workflow", Kind.SETTINGS, _WEBHOOK),
    "webhook_failed": Verb(_("could not tell the webhook {webhook}"), "workflow", Kind.SETTINGS, _WEBHOOK),
    "position_removed": Verb(_("took a search position away"), "target", Kind.SETTINGS),
    "goal_set": Verb(_("set a goal for a figure"), "target", Kind.SETTINGS),
    "goal_ended": Verb(_("ended the goal of a figure"), "target", Kind.SETTINGS),
    "goal_set_of_team": Verb(_("set a goal of team {team} for a figure"), "target", Kind.SETTINGS, _TEAM),
    "goal_ended_of_team": Verb(_("ended the goal of team {team} for a figure"), "target", Kind.SETTINGS, _TEAM),
    "report_mailed": Verb(_("has figures mailed to {to}"), "mail", Kind.SETTINGS, {"to": "person"}),
    "report_ended": Verb(_("no longer has figures mailed to {to}"), "mail", Kind.SETTINGS, {"to": "person"}),
    "practice_started": Verb(_("started a practice round"), "graduation-cap", Kind.SETTINGS),
    "practice_ended": Verb(_("ended a practice round"), "graduation-cap", Kind.SETTINGS),
    "practice_deleted": Verb(_("deleted a practice round"), "graduation-cap", Kind.SETTINGS),
    "monitor_added": Verb(_("added a query to what is monitored"), "radar", Kind.SETTINGS),
    "monitor_changed": Verb(_("changed a query of what is monitored"), "radar", Kind.SETTINGS),
    "monitor_on": Verb(_("listens to a query again"), "radar", Kind.SETTINGS),
    "monitor_off": Verb(_("paused a query of what is monitored"), "radar", Kind.SETTINGS),
    "monitor_removed": Verb(_("deleted a query of what is monitored"), "radar", Kind.SETTINGS),
    "feed_added": Verb(_("added a feed to what is monitored"), "rss", Kind.SETTINGS),
    "feed_removed": Verb(_("removed a feed of what is monitored"), "rss", Kind.SETTINGS),
    "notice_posted": Verb(_("put a notice on the board"), "megaphone", Kind.SETTINGS),
    "notice_ended": Verb(_("took a notice down"), "megaphone", Kind.SETTINGS),
    "incident_started": Verb(_("started the incident “{incident}”"), "siren", Kind.ANSWERING, _INCIDENT),
    "incident_text_changed": Verb(
        _("changed the text of the incident “{incident}”"), "pencil", Kind.ANSWERING, _INCIDENT
    ),
    "incident_approved": Verb(_("approved the text of the incident “{incident}”"), "check", Kind.ANSWERING, _INCIDENT),
    "incident_sending": Verb(
        _("began to send answers in the incident “{incident}”"), "send", Kind.ANSWERING, _INCIDENT
    ),
    "incident_stopped": Verb(
        _("stopped the answers in the incident “{incident}”"), "octagon-x", Kind.ANSWERING, _INCIDENT
    ),
    "incident_resumed": Verb(
        _("went on with the answers in the incident “{incident}”"), "play", Kind.ANSWERING, _INCIDENT
    ),
    "incident_holds": Verb(
        _("holds automatic messages during the incident “{incident}”"), "pause", Kind.ANSWERING, _INCIDENT
    ),
    "incident_lets_go": Verb(
        _("lets automatic messages go during the incident “{incident}”"), "play", Kind.ANSWERING, _INCIDENT
    ),
    "incident_ended": Verb(_("ended the incident “{incident}”"), "check", Kind.ANSWERING, _INCIDENT),
    "spike_began": Verb(
        _("saw that it was unusual"), "chart-line", Kind.ACCOUNTS, choices=dict(Spike.Kind.choices)
    ),
    "spike_over": Verb(_("saw that it was calm again"), "chart-line", Kind.ACCOUNTS),
    "spike_watch_changed": Verb(
        _("changed how spikes are watched"), "chart-line", Kind.ACCOUNTS, choices=dict(SpikeWatch.Sensitivity.choices)
    ),
    "view_saved": Verb(_("saved a view"), "list-filter", Kind.SETTINGS),
    "view_changed": Verb(_("changed a view"), "list-filter", Kind.SETTINGS),
    "view_removed": Verb(_("removed a view"), "list-filter", Kind.SETTINGS),
    "canned_changed": Verb(_("changed a canned reply"), "book-open-text", Kind.SETTINGS),
    "canned_archived": Verb(_("put a canned reply away"), "book-open-text", Kind.SETTINGS),
    "canned_restored": Verb(_("took a canned reply back into use"), "book-open-text", Kind.SETTINGS),
    "guideline_changed": Verb(_("changed a guideline"), "book-open-text", Kind.SETTINGS),
    "guideline_archived": Verb(_("put a guideline away"), "book-open-text", Kind.SETTINGS),
    "word_added": Verb(_("added a watched word"), "book-open-text", Kind.SETTINGS),
    "word_removed": Verb(_("removed a watched word"), "book-open-text", Kind.SETTINGS),
    "label_added": Verb(_("added label {which}"), "tag", Kind.SETTINGS, {"which": "label"}),
    "label_changed": Verb(_("changed label {which}"), "tag", Kind.SETTINGS, {"which": "label"}),
    "label_archived": Verb(_("put label {which} away"), "tag", Kind.SETTINGS, {"which": "label"}),
    "label_restored": Verb(_("took label {which} back into use"), "tag", Kind.SETTINGS, {"which": "label"}),
    "team_added": Verb(_("added team {which}"), "users", Kind.SETTINGS, {"which": "team"}),
    "team_changed": Verb(_("changed team {which}"), "users", Kind.SETTINGS, {"which": "team"}),
    "team_archived": Verb(_("put team {which} away"), "users", Kind.SETTINGS, {"which": "team"}),
    "team_restored": Verb(_("took team {which} back into use"), "users", Kind.SETTINGS, {"which": "team"}),
    "team_leads_changed": Verb(_("changed who leads team {which}"), "users", Kind.SETTINGS, {"which": "team"}),
    "team_members_changed": Verb(_("changed who is in team {which}"), "users", Kind.SETTINGS, {"which": "team"}),
    "person_added": Verb(_("added {person}"), "user-round", Kind.PEOPLE, {"person": "person"}),
    "person_changed": Verb(_("changed {person}"), "user-round", Kind.PEOPLE, {"person": "person"}),
    "role_added": Verb(_("made a role"), "users", Kind.PEOPLE),
    "role_changed": Verb(_("changed a role"), "users", Kind.PEOPLE),
    "role_removed": Verb(_("removed a role"), "users", Kind.PEOPLE),
    "person_deactivated": Verb(_("ended the access of {person}"), "user-round", Kind.PEOPLE, {"person": "person"}),
    "person_reactivated": Verb(_("let {person} in again"), "user-round", Kind.PEOPLE, {"person": "person"}),
    "second_factor_added": Verb(_("made a second step"), "shield-check", Kind.PEOPLE),
    "second_factor_removed": Verb(_("removed a second step"), "shield-check", Kind.PEOPLE),
    "second_factor_failed": Verb(
        _("refused a code of the second step"), "shield-check", Kind.PEOPLE, {"person": "person"}
    ),
    "second_factor_reset": Verb(
        _("took the second step of {person} away"), "shield-check", Kind.PEOPLE, {"person": "person"}
    ),
    "session_ended": Verb(_("ended a session of {person}"), "lock", Kind.PEOPLE, {"person": "person"}),
    "sessions_ended": Verb(_("ended all sessions of {person}"), "lock", Kind.PEOPLE, {"person": "person"}),
    "signin_outside": Verb(_("refused a sign-in from another network"), "lock", Kind.PEOPLE, {"person": "person"}),
    "invitation_sent": Verb(_("invited {person} by e-mail"), "mail", Kind.PEOPLE, {"person": "person"}),
    "person_link_made": Verb(
        _("made a link with which {person} chooses a password"), "lock", Kind.PEOPLE, {"person": "person"}
    ),
    "password_changed": Verb(_("chose a new password"), "lock", Kind.PEOPLE),
    "signed_in": Verb(pgettext_lazy("a colleague did", "signed in"), "lock", Kind.PEOPLE),
    "signed_out": Verb(pgettext_lazy("a colleague did", "signed out"), "lock", Kind.PEOPLE),
    "signed_out_everywhere": Verb(_("signed out everywhere"), "lock", Kind.PEOPLE),
    "export_asked": Verb(
        _("asked for all that is held of a customer"), "download", Kind.PRIVACY,
        choices=dict(PersonExport.Known.choices),
    ),
    "export_fetched": Verb(_("fetched the file of a customer's access request"), "download", Kind.PRIVACY),
    "retention_changed": Verb(_("changed how long is kept what was closed"), "hourglass", Kind.PRIVACY),
    "retention_ran": Verb(_("took out what is kept no longer"), "hourglass", Kind.PRIVACY),
    "erasure_asked": Verb(_("asked to erase a customer"), "trash-2", Kind.PRIVACY),
    "person_erased": Verb(_("erased a customer"), "trash-2", Kind.PRIVACY),
    "person_exported": Verb(
        _("wrote all that is held of a customer to a file, by a command"), "download", Kind.PRIVACY
    ),
    "signin_failed": Verb(_("refused a sign-in"), "lock", Kind.PEOPLE, {"person": "person"}),
}  # fmt: skip

VERBS: Mapping[str, Verb] = {**_IN_CONVERSATIONS, **_OF_NONE}
TRAIL: tuple[str, ...] = tuple(name for name, verb in VERBS.items() if verb.in_trail)
OF_ACCOUNTS: tuple[str, ...] = (
    *(name for name, verb in _OF_NONE.items() if verb.kind == Kind.ACCOUNTS), "organisation_changed", "opening_changed",
    "target_added", "target_changed", "target_removed", "promise_changed",
)  # fmt: skip


def verbs_of(kind: str) -> Iterator[str]:
    """Yield the verbs of one kind of act."""
    return (name for name, verb in VERBS.items() if verb.kind == kind)
