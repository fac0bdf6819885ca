"""What runs by itself, and every how many seconds: Celery beat wakes these tasks.

What a task did not begin after "expires" is left to its next time.
"""

from __future__ import annotations

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "poll due streams": {"task": "channels.tasks.poll_due", "schedule": 2.0, "options": {"expires": 10}},
    "read waiting deliveries": {"task": "channels.tasks.read_deliveries", "schedule": 5.0, "options": {"expires": 20}},
    "estimate what waits": {"task": "inbox.tasks.estimate_messages", "schedule": 10.0, "options": {"expires": 20}},
    "apply rules": {"task": "inbox.tasks.apply_rules", "schedule": 2.0, "options": {"expires": 10}},
    "sweep rules": {"task": "inbox.tasks.sweep_rules", "schedule": 10.0, "options": {"expires": 10}},
    "do errands of rules": {"task": "inbox.tasks.sweep_errands", "schedule": 10.0, "options": {"expires": 10}},
    "fetch waiting attachments": {
        "task": "channels.tasks.fetch_attachments",
        "schedule": 10.0,
        "options": {"expires": 30},
    },
    "load waiting contexts": {"task": "channels.tasks.load_contexts", "schedule": 15.0, "options": {"expires": 30}},
    "check accounts": {"task": "channels.tasks.check_accounts", "schedule": 900.0, "options": {"expires": 600}},
    "renew accesses": {"task": "channels.tasks.renew_accesses", "schedule": 60.0, "options": {"expires": 50}},
    "compare accounts": {"task": "channels.tasks.compare_accounts", "schedule": 1800.0, "options": {"expires": 1200}},
    "sweep the outbox": {"task": "inbox.tasks.sweep_outbox", "schedule": 2.0, "options": {"expires": 10}},
    "hide waiting spam": {"task": "inbox.tasks.hide_waiting_spam", "schedule": 60.0, "options": {"expires": 50}},
    "find who is to be told opening hours": {
        "task": "inbox.tasks.sweep_automatic",
        "schedule": 15.0,
        "options": {"expires": 30},
    },
    "ask how satisfied": {"task": "inbox.tasks.ask_how_satisfied", "schedule": 15.0, "options": {"expires": 15}},
    "answer in incidents": {"task": "inbox.tasks.answer_incidents", "schedule": 2.0, "options": {"expires": 5}},
    "find spikes": {"task": "inbox.tasks.find_spikes", "schedule": 120.0, "options": {"expires": 100}},
    "wake snoozed conversations": {"task": "inbox.tasks.wake_snoozed", "schedule": 15.0, "options": {"expires": 30}},
    "see to overdue approvals": {
        "task": "inbox.tasks.pass_approval_deadlines",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "divide work": {"task": "inbox.tasks.divide_work", "schedule": 15.0, "options": {"expires": 15}},
    "rank open conversations": {"task": "inbox.tasks.rank_open", "schedule": 60.0, "options": {"expires": 50}},
    "record who is late": {"task": "inbox.tasks.record_late", "schedule": 60.0, "options": {"expires": 50}},
    "tell who is nearly late": {"task": "inbox.tasks.tell_of_waits", "schedule": 30.0, "options": {"expires": 25}},
    "mail notifications": {"task": "inbox.tasks.mail_notifications", "schedule": 30.0, "options": {"expires": 25}},
    "push notifications": {"task": "inbox.tasks.push_notifications", "schedule": 5.0, "options": {"expires": 10}},
    "forget notifications": {
        "task": "inbox.tasks.forget_notifications",
        "schedule": 3600.0,
        "options": {"expires": 1800},
    },
    "renew due times": {"task": "inbox.tasks.renew_due_times", "schedule": 3600.0, "options": {"expires": 1800}},
    "fold counts": {"task": "inbox.tasks.fold_counts", "schedule": 15.0, "options": {"expires": 15}},
    "check counts": {"task": "inbox.tasks.check_counts", "schedule": 3600.0, "options": {"expires": 1800}},
    "forget old acts": {"task": "inbox.tasks.forget_acts", "schedule": 3600.0, "options": {"expires": 1800}},
    "make files of access requests": {
        "task": "inbox.tasks.make_exports",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "erase who is to be erased": {"task": "inbox.tasks.erase_due", "schedule": 15.0, "options": {"expires": 15}},
    "take out what is kept no longer": {
        "task": "inbox.tasks.keep_no_longer",
        "schedule": 600.0,
        "options": {"expires": 500},
    },
    "make months ahead": {"task": "inbox.tasks.keep_months", "schedule": 21600.0, "options": {"expires": 3600}},
    "forget such files": {"task": "inbox.tasks.forget_exports", "schedule": 3600.0, "options": {"expires": 1800}},
    "measure the promise": {"task": "reports.tasks.measure_promise", "schedule": 900.0, "options": {"expires": 600}},
    "sum up figures by day": {"task": "reports.tasks.roll_up", "schedule": 120.0, "options": {"expires": 100}},
    "mail reports": {"task": "reports.tasks.mail_reports", "schedule": 300.0, "options": {"expires": 250}},
    "tell endpoints": {"task": "api.tasks.sweep_tellings", "schedule": 2.0, "options": {"expires": 5}},
    "forget what was told": {"task": "api.tasks.forget", "schedule": 3600.0, "options": {"expires": 1800}},
    "purge old deliveries": {
        "task": "channels.tasks.purge_deliveries",
        "schedule": 3600.0,
        "options": {"expires": 1800},
    },
}
