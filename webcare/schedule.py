"""What runs by itself, and every how many seconds: Celery beat wakes these tasks.

What a task did not begin in time is left to its next turn.
"""

from __future__ import annotations

from typing import Any


def _every(seconds: float, task: str, *, within: int) -> dict[str, Any]:
    """Return an entry of beat's. Nobody begins it later than `within` seconds after its turn."""
    return {"task": task, "schedule": seconds, "options": {"expires": within}}


SCHEDULE = {
    "poll due streams": _every(2.0, "channels.tasks.poll_due", within=10),
    "read waiting deliveries": _every(5.0, "channels.tasks.read_deliveries", within=20),
    "estimate what waits": _every(10.0, "inbox.tasks.estimate_messages", within=20),
    "apply rules": _every(2.0, "inbox.tasks.apply_rules", within=10),
    "sweep rules": _every(10.0, "inbox.tasks.sweep_rules", within=10),
    "do errands of rules": _every(10.0, "inbox.tasks.sweep_errands", within=10),
    "fetch waiting attachments": _every(10.0, "channels.tasks.fetch_attachments", within=30),
    "load waiting contexts": _every(15.0, "channels.tasks.load_contexts", within=30),
    "check accounts": _every(900.0, "channels.tasks.check_accounts", within=600),
    "renew accesses": _every(60.0, "channels.tasks.renew_accesses", within=50),
    "compare accounts": _every(1800.0, "channels.tasks.compare_accounts", within=1200),
    "sweep the outbox": _every(2.0, "inbox.tasks.sweep_outbox", within=10),
    "hide waiting spam": _every(60.0, "inbox.tasks.hide_waiting_spam", within=50),
    "find who is to be told opening hours": _every(15.0, "inbox.tasks.sweep_automatic", within=30),
    "ask how satisfied": _every(15.0, "inbox.tasks.ask_how_satisfied", within=15),
    "answer in incidents": _every(2.0, "inbox.tasks.answer_incidents", within=5),
    "find spikes": _every(120.0, "inbox.tasks.find_spikes", within=100),
    "wake snoozed conversations": _every(15.0, "inbox.tasks.wake_snoozed", within=30),
    "see to overdue approvals": _every(30.0, "inbox.tasks.pass_approval_deadlines", within=25),
    "divide work": _every(15.0, "inbox.tasks.divide_work", within=15),
    "rank open conversations": _every(60.0, "inbox.tasks.rank_open", within=50),
    "record who is late": _every(60.0, "inbox.tasks.record_late", within=50),
    "tell who is nearly late": _every(30.0, "inbox.tasks.tell_of_waits", within=25),
    "mail notifications": _every(30.0, "inbox.tasks.mail_notifications", within=25),
    "push notifications": _every(5.0, "inbox.tasks.push_notifications", within=10),
    "forget notifications": _every(3600.0, "inbox.tasks.forget_notifications", within=1800),
    "renew due times": _every(3600.0, "inbox.tasks.renew_due_times", within=1800),
    "fold counts": _every(15.0, "inbox.tasks.fold_counts", within=15),
    "check counts": _every(3600.0, "inbox.tasks.check_counts", within=1800),
    "forget old acts": _every(3600.0, "inbox.tasks.forget_acts", within=1800),
    "make files of access requests": _every(30.0, "inbox.tasks.make_exports", within=25),
    "erase who is to be erased": _every(15.0, "inbox.tasks.erase_due", within=15),
    "take out what is kept no longer": _every(600.0, "inbox.tasks.keep_no_longer", within=500),
    "make months ahead": _every(21600.0, "inbox.tasks.keep_months", within=3600),
    "forget such files": _every(3600.0, "inbox.tasks.forget_exports", within=1800),
    "measure the promise": _every(900.0, "reports.tasks.measure_promise", within=600),
    "sum up figures by day": _every(120.0, "reports.tasks.roll_up", within=100),
    "gather questions": _every(1800.0, "reports.tasks.gather_questions", within=1200),
    "mail reports": _every(300.0, "reports.tasks.mail_reports", within=250),
    "look at what is monitored": _every(30.0, "monitoring.tasks.look", within=25),
    "forget what was found": _every(3600.0, "monitoring.tasks.forget", within=1800),
    "tell endpoints": _every(2.0, "api.tasks.sweep_tellings", within=5),
    "forget what was told": _every(3600.0, "api.tasks.forget", within=1800),
    "write to the CRM": _every(4.0, "crm.tasks.sweep_writes", within=5),
    "forget what was written": _every(3600.0, "crm.tasks.forget", within=1800),
    "purge old deliveries": _every(3600.0, "channels.tasks.purge_deliveries", within=1800),
}
