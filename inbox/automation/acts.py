"""What a rule does to one conversation, in the transaction that records it. Nothing here asks a platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext

from channels.models import Account
from channels.types import Action as PlatformAction
from channels.types import Visibility
from inbox.automation import errands, webhooks
from inbox.automation.rulebook import ReadyRule
from inbox.library import canned
from inbox.models import (
    CannedReply,
    Conversation,
    Event,
    Label,
    Notification,
    RuleApplication,
    RuleOccasion,
    Team,
    User,
    Webhook,
)
from inbox.notifications.queue import leads_of, tell
from inbox.outbox import rule_reply
from inbox.routing.holders import may_see
from inbox.routing.rules.actions import Action, Does
from inbox.triage import assignment, closing, escalation, labels, urgency
from inbox.triage.answered import newest_in_public

# A complaint or a question may be closed unanswered by a person, who says why. By a rule for these reasons alone.
LEADS = "leads"
HIDE = PlatformAction.HIDE
REASONS = ("no_question", "answered_elsewhere", "troll", "spam")


class Setting(NamedTuple):
    """In which an action is done."""

    rule: ReadyRule
    application: RuleApplication
    conversation: Conversation
    occasion: RuleOccasion
    place: int  # among the rule's actions


def do_all(
    rule: ReadyRule, application: RuleApplication, conversation: Conversation, occasion: RuleOccasion
) -> list[str]:
    """Do everything a rule does, in order; return the kinds of what changed something. The conversation is locked."""
    did = []
    for place, action in enumerate(rule.actions):
        setting = Setting(rule, application, conversation, occasion, place)
        if _DO[action.does](setting, action):
            did.append(str(action.does))
            conversation.refresh_from_db()
    return did


def _give_to_team(setting: Setting, action: Action) -> bool:
    team = Team.objects.filter(pk=action.number, archived_at=None).first()
    return team is not None and labels.give_to_team(setting.conversation, team, None)


def _give_to_person(setting: Setting, action: Action) -> bool:
    """Not to one who left, or does not see the conversation."""
    sees = may_see(account=setting.conversation.account_id, team=setting.conversation.team_id)
    person = User.objects.filter(sees, pk=action.number).first()
    return person is not None and assignment.assign(setting.conversation, person, None)


def _release(setting: Setting, _action: Action) -> bool:
    return assignment.assign(setting.conversation, None, None)


def _label(setting: Setting, action: Action) -> bool:
    label = Label.objects.filter(pk=action.number, archived_at=None).first()
    return label is not None and labels.add_label(setting.conversation, label, None)


def _unlabel(setting: Setting, action: Action) -> bool:
    label = Label.objects.filter(pk=action.number).first()
    return label is not None and labels.remove_label(setting.conversation, label, None)


def _prioritise(setting: Setting, action: Action) -> bool:
    return action.value in urgency.POINTS and urgency.prioritise(setting.conversation, action.value)


def _snooze(setting: Setting, action: Action) -> bool:
    until = timezone.now() + timedelta(minutes=action.number)
    return assignment.snooze(setting.conversation, until, None)


def _close(setting: Setting, action: Action) -> bool:
    """A complaint that nobody answered stays open: a person says why that may be closed."""
    conversation = setting.conversation
    if action.value not in REASONS or (conversation.waiting_since and closing.is_complaint(conversation)):
        return False
    return assignment.close(conversation, None, action.value)


def _notify(setting: Setting, action: Action) -> bool:
    conversation = setting.conversation
    people = (
        leads_of(conversation.account_id, conversation.team_id)
        if action.value == LEADS
        else User.objects.filter(pk=action.number)
    )
    occasion = f"rule:{setting.rule.pk}:{conversation.pk}:{setting.occasion.name}"
    kind = Notification.Kind.RULE
    if not tell(people, kind, occasion=occasion, conversation=conversation, subject=setting.rule.name):
        return False
    Event.note("rule_told", conversation=conversation)
    return True


def _escalate(setting: Setting, _action: Action) -> bool:
    """The rule's name is the question: it says why somebody should look."""
    question = gettext("A rule asks you to look at this: %(name)s") % {"name": setting.rule.name}
    reason = f"rule:{setting.rule.pk}"
    return escalation.ask(setting.conversation, question, to=None, by=None, reason=reason) is not None


def _reply(setting: Setting, action: Action) -> bool:
    """Send a canned reply by itself. Why not is in the log, unless it goes without saying."""
    conversation, now = setting.conversation, timezone.now()
    shared = CannedReply.objects.filter(archived_at=None).exclude(scope=CannedReply.Scope.PRIVATE)
    reply = canned.for_account(shared, conversation).filter(pk=action.number).first()
    why_not = rule_reply.queue(conversation, reply, action.hours, now) if reply else "no_reply"
    if why_not and why_not not in ("public", "recent"):
        Event.note("automatic_skipped", conversation=conversation, reason=why_not)
    return not why_not


def _hide(setting: Setting, _action: Action) -> bool:
    """Have what everybody can read hidden, where the platform can; what a colleague showed again stays."""
    account = setting.conversation.account
    if HIDE not in account.capabilities.actions or account.mode == Account.Mode.LISTEN:
        return False
    message = setting.occasion.message or newest_in_public(setting.conversation)
    public = message is not None and message.visibility == Visibility.PUBLIC and message.removed_at is None
    if message is None or not public or message.hidden_at or message.shown_at:
        return False
    errands.add(setting.application, setting.place, message=message)
    return True


def _tell_webhook(setting: Setting, action: Action) -> bool:
    webhook = Webhook.objects.filter(pk=action.number, archived_at=None).first()
    if webhook is None:
        return False
    body = webhooks.body_of(setting.rule.name, setting.application, setting.conversation, setting.occasion.message)
    errands.add(setting.application, setting.place, webhook=webhook, body=body)
    return True


_DO: Mapping[Does, Callable[[Setting, Action], bool]] = {
    Does.TEAM: _give_to_team,
    Does.PERSON: _give_to_person,
    Does.RELEASE: _release,
    Does.LABEL: _label,
    Does.UNLABEL: _unlabel,
    Does.PRIORITY: _prioritise,
    Does.SNOOZE: _snooze,
    Does.CLOSE: _close,
    Does.NOTIFY: _notify,
    Does.ESCALATE: _escalate,
    Does.REPLY: _reply,
    Does.HIDE: _hide,
    Does.WEBHOOK: _tell_webhook,
}
