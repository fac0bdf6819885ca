"""Celery's way in: each task finds its rows and calls one function."""

from __future__ import annotations

import gc
import logging
from datetime import datetime
from functools import partial

from celery import shared_task
from celery.signals import worker_before_create_process

from channels.accounts import concurrency
from inbox.actions import hidden_spam
from inbox.automation import errands, occasions, sweeping
from inbox.incidents import answering
from inbox.ingest import payloads
from inbox.lists import queue_counts
from inbox.models import Conversation, Message, User
from inbox.notifications import mail, queue, waits
from inbox.notifications.push import queue as push
from inbox.outbox import approval, autoreply, deliver, survey
from inbox.privacy import erasing, exports, reads, retention
from inbox.sla import due, late
from inbox.spikes import sweep
from inbox.text import sentiment
from inbox.triage import assignment, dividing, estimates, priority, shift_end
from inbox.undo import reversal

log = logging.getLogger(__name__)


@worker_before_create_process.connect
def warm_up(**_more: object) -> None:
    """Load what tells languages and moods before a reader's processes are made: they share it."""
    sentiment.load()
    gc.freeze()


@shared_task(acks_late=True, ignore_result=True, time_limit=60)
def estimate_messages() -> None:
    """Tell the mood and language of what came in; then rules are applied to it."""
    estimates.estimate_due()
    occasions.apply_due()


@shared_task(acks_late=True, ignore_result=True, time_limit=60)
def apply_rules() -> None:
    """Apply the rules to what happened."""
    occasions.apply_due()


@shared_task(acks_late=True, ignore_result=True)
def sweep_rules() -> None:
    """Note what rules have to look at since time passed."""
    sweeping.note_due()


@shared_task(acks_late=True, ignore_result=True)
def run_errand(errand_id: int) -> None:
    """Tell an address, or hide a message, as a rule wants."""
    concurrency.posting.run((errands.run, errand_id), partial(errands.run, errand_id))


@shared_task(acks_late=True, ignore_result=True)
def sweep_errands() -> None:
    """Hand out what rules have yet to do outside: its own task was lost, or it waited for another try."""
    for errand_id in errands.due():
        run_errand.apply_async((errand_id,), expires=10)


@shared_task(acks_late=True, ignore_result=True)
def deliver_message(message_id: int) -> None:
    """Send one answer, or look for it where its sending ended unknown."""
    account_id = Message.objects.values_list("account_id", flat=True).filter(pk=message_id).first()
    if account_id is not None:
        concurrency.sending.run(message_id, partial(deliver.deliver, message_id), account_id)


@shared_task(acks_late=True, ignore_result=True)
def sweep_outbox() -> None:
    """Hand out the answers whose turn it is: those whose own task was lost, and those that wait for another try."""
    for message_id in deliver.sweep():
        deliver_message.apply_async((message_id,), expires=10)


@shared_task(acks_late=True, ignore_result=True)
def tell_opening_hours(conversation_ids: list[int]) -> None:
    """Queue the automatic message of these conversations, where one is due."""
    for conversation_id in conversation_ids:
        try:
            autoreply.queue_if_due(conversation_id)
        except Exception:  # one that cannot be told must not keep it from those behind it
            log.exception("Conversation %s could not be told the opening hours", conversation_id)


@shared_task(acks_late=True, ignore_result=True)
def sweep_automatic() -> None:
    """Do the same for those whose own task was lost."""
    tell_opening_hours(autoreply.due())


@shared_task(acks_late=True, ignore_result=True)
def ask_how_satisfied() -> None:
    """Ask customers whose conversation was closed how satisfied they are."""
    for conversation_id in survey.due():
        try:
            survey.queue_if_due(conversation_id)
        except Exception:  # one that cannot be asked must not keep it from those behind it
            log.exception("The customer of conversation %s could not be asked", conversation_id)


@shared_task(acks_late=True, ignore_result=True)
def hide_spam(conversation_id: int) -> None:
    """Hide on the platform what was closed as spam."""
    account_id = Conversation.objects.values_list("account_id", flat=True).get(pk=conversation_id)
    concurrency.errands.run((hidden_spam.hide, conversation_id), partial(hidden_spam.hide, conversation_id), account_id)


@shared_task(acks_late=True, ignore_result=True)
def show_spam_again(conversation_id: int, user_id: int, since: str) -> None:
    """Show what was hidden since a moment: closing as spam was undone."""
    account_id = Conversation.objects.values_list("account_id", flat=True).get(pk=conversation_id)
    agent, moment = User.objects.get(pk=user_id), datetime.fromisoformat(since)
    show = partial(hidden_spam.show_again, conversation_id, agent, moment)
    concurrency.errands.run((hidden_spam.show_again, conversation_id), show, account_id)


@shared_task(acks_late=True, ignore_result=True)
def hide_waiting_spam() -> None:
    """Hand out what was closed as spam and is not hidden yet: its own task was lost, or the platform was away."""
    for conversation_id in hidden_spam.waiting():
        hide_spam.apply_async((conversation_id,), expires=50)


@shared_task(acks_late=True, ignore_result=True)
def pass_approval_deadlines() -> None:
    """See to the answers that nobody approved in time."""
    approval.pass_deadlines()


@shared_task(acks_late=True, ignore_result=True)
def find_spikes() -> None:
    """See where it is unusually busy or negative."""
    sweep.sweep()


@shared_task(acks_late=True, ignore_result=True, time_limit=60)
def answer_incidents() -> None:
    """Hand the next answer of each account to the outbox, at its pace."""
    for reply_id in answering.due():
        try:
            answering.hand_over(reply_id)
        except Exception:  # one that cannot be handed over must not keep other accounts waiting
            log.exception("Reply %s in an incident could not be handed over", reply_id)


@shared_task(acks_late=True, ignore_result=True)
def wake_snoozed() -> None:
    """Open what was put aside until now."""
    assignment.wake_snoozed()


@shared_task(acks_late=True, ignore_result=True)
def divide_work() -> None:
    """Take back what nobody acts on or who had it left behind; give out what waits in teams that divide their work."""
    shift_end.return_left_behind()
    dividing.return_untouched()
    dividing.divide_waiting()


@shared_task(acks_late=True, ignore_result=True)
def rank_open() -> None:
    """Raise the priority of those who go on waiting."""
    priority.rank_open()


@shared_task(acks_late=True, ignore_result=True)
def record_late() -> None:
    """Record who waits longer than was promised."""
    late.record()


@shared_task(acks_late=True, ignore_result=True)
def tell_of_waits() -> None:
    """Tell who is nearly late, and take off the lists what is over."""
    waits.tell_near()
    waits.settle_ended()


@shared_task(acks_late=True, ignore_result=True)
def mail_notifications() -> None:
    """Mail people what they were told meanwhile."""
    mail.send_due()


@shared_task(acks_late=True, ignore_result=True)
def push_notifications() -> None:
    """Hand out what is due to be pushed to browsers."""
    for delivery_id in push.hand_out():
        push_message.apply_async((delivery_id,), expires=10)


@shared_task(acks_late=True, ignore_result=True)
def push_message(delivery_id: int) -> None:
    """Send one message to one browser's push service."""
    concurrency.pushing.run(delivery_id, partial(push.deliver, delivery_id))


@shared_task(acks_late=True, ignore_result=True)
def forget_notifications() -> None:
    """Delete notifications that are old."""
    queue.forget_old()


@shared_task(acks_late=True, ignore_result=True)
def renew_due_times() -> None:
    """Compute until when each customer should have an answer: targets or opening hours changed."""
    due.renew_all()


@shared_task(acks_late=True, ignore_result=True)
def forget_acts() -> None:
    """Delete what can no longer be undone, and what rules have seen to."""
    reversal.forget_old()
    occasions.forget_old()


@shared_task(acks_late=True, ignore_result=True)
def make_exports() -> None:
    """Make the files of access requests."""
    exports.make_due()


@shared_task(acks_late=True, ignore_result=True)
def forget_exports() -> None:
    """Delete the files whose week is over."""
    exports.forget_old()


@shared_task(acks_late=True, ignore_result=True)
def erase_due() -> None:
    """Go on with the erasures that were asked for, each claimed when its turn has come."""
    tried: list[int] = []
    while ids := erasing.due(besides=tried):
        erasure_id = ids[0]
        tried.append(erasure_id)
        try:
            erasing.go_on(erasure_id)
        except Exception:  # one that fails must not keep others waiting; it is tried again
            log.exception("Erasure %s could not go on", erasure_id)


@shared_task(acks_late=True, ignore_result=True)
def keep_no_longer() -> None:
    """Take out at night what is kept no longer."""
    retention.run_if_due()


@shared_task(acks_late=True, ignore_result=True)
def keep_months() -> None:
    """Make the tables of the months to come, and drop the oldest: of who read what, and of what platforms told."""
    reads.keep_months()
    payloads.keep_months()


@shared_task(acks_late=True, ignore_result=True)
def fold_counts() -> None:
    """Keep what the navigation adds up short."""
    queue_counts.fold_counts()


@shared_task(acks_late=True, ignore_result=True)
def check_counts() -> None:
    """Compare the navigation's counts with the conversations themselves; mend and log what differs."""
    queue_counts.mend_counts()
