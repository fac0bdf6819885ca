"""Every address, and who may open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.world import World

# What belongs to accounts, and to no team.
OF_ACCOUNTS = {
    "account", "incident", "rule", "spike", "target", "=account", "own_day", "planned", "planned_picture",
    "planned_message",
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """Who may open an address: the lowest role, and ("guards") whether its row must be theirs to see.

    Auditors open what is for them too ("audited"), and nothing else.
    """

    role: str
    method: str = "GET"
    args: tuple[str, ...] = ()  # names of codes in the world, or the words themselves
    data: Callable[[World], dict[str, Any]] = lambda world: {}
    guards: bool = False
    audited: bool = False

    def guards_in(self, world: World) -> bool:
        """Whether its row is not the outsider's to see."""
        if not self.guards or not self.args:
            return self.guards
        # A team has none of these, and nobody can choose an account of practice for one.
        return not ((world.is_of_team or world.is_practice) and set(self.args) <= OF_ACCOUNTS)


def agent(method: str = "GET", *args: str, **data: Any) -> Door:
    """Everybody's."""
    return Door("agent", method, args, lambda world: _filled(world, data))


def everyone(method: str = "GET", *args: str, **data: Any) -> Door:
    """Everybody's, auditors' too."""
    return Door("agent", method, args, lambda world: _filled(world, data), audited=True)


def audited(method: str = "GET", *args: str, **data: Any) -> Door:
    """Leads', admins' and auditors'."""
    return Door("lead", method, args, lambda world: _filled(world, data), audited=True)


def visible(method: str = "GET", args: str = "conversation", **data: Any) -> Door:
    """Everybody's who may see the row: 404 for all others."""
    return Door("agent", method, tuple(args.split()), lambda world: _filled(world, data), guards=True)


def lead(method: str = "GET", *args: str, **data: Any) -> Door:
    """Leads' and admins'."""
    return Door("lead", method, args, lambda world: _filled(world, data))


def guarded_lead(method: str = "GET", args: str = "conversation", **data: Any) -> Door:
    """Leads' and admins' who may see the row."""
    return Door("lead", method, tuple(args.split()), lambda world: _filled(world, data), guards=True)


def admin(method: str = "GET", *args: str, **data: Any) -> Door:
    """Admins'."""
    return Door("admin", method, args, lambda world: _filled(world, data))


DOORS: dict[str, list[Door]] = {
    # lists and what stands around them
    "inbox": [agent(), agent(account="account"), agent(queue="closed"), agent(queue="removed")],
    "menu": [agent()],
    "search": [agent(), agent(q="Geheimwoord"), agent(contact="contact"), agent(q="zwijger", account="account")],
    "palette": [agent(), agent(q="Zwijgzame"), agent(q="verborgen"), agent(on="conversation"), agent(on="nothing")],
    "bulk_people": [agent()],
    "bulk": [agent("POST", do="mine", pick="conversation"), agent("POST", do="choose", pick="conversation")],
    "updates": [agent(since="0")],
    "undo": [visible("POST", "", act="act")],  # a colleague's own
    "handover": [agent(), agent("POST", pick="conversation", note="Geef door")],
    "presence_choose": [agent("POST", state="away")],
    "looking": [agent(codes="conversation")],
    "privacy": [admin(), admin(q="Zwijgzame")],
    "privacy_person": [admin("GET", "contact")],
    "export_ask": [admin("POST", "contact", known="wrote", language="nl")],
    "erase": [admin("POST", "other_contact", why="asked", typed="erase Fluisterletter")],
    "receipt": [admin("GET", "receipt")],
    "retention": [admin(), admin(of="all", months="12")],
    "retention_change": [admin("POST", of="all", months="12")],
    "retention_run": [admin("GET", "=2020-02-02")],
    "reads": [Door("admin", audited=True)],
    "reads_csv": [Door("admin", audited=True)],
    "export_fetch": [admin("GET", "export")],
    "notices": [agent(), lead("POST", kind="disruption", text="Storing")],
    "notice_end": [lead("POST", "notice")],
    "notice_read": [agent("POST", "notice")],
    "incidents": [agent()],
    "incident_start": [lead(), lead("POST", name="Storing")],
    "incident": [visible("GET", "incident")],
    "incident_text": [guarded_lead("GET", "incident"), guarded_lead("POST", "incident", text="Anders")],
    "incident_approve": [guarded_lead("POST", "incident")],
    "incident_automatic": [guarded_lead("POST", "incident", holds="0")],
    "incident_end": [guarded_lead("POST", "incident")],
    "incident_send": [guarded_lead("POST", "incident", group="1")],
    "incident_stop": [guarded_lead("POST", "incident")],
    "incident_resume": [guarded_lead("POST", "incident")],
    "spikes": [lead()],
    "spike": [guarded_lead("GET", "spike")],
    "spike_watch": [guarded_lead("GET", "account"), guarded_lead("POST", "account", sensitivity="low", cool_down="60")],
    "notifications": [agent(), agent(after="0")],
    "settle_all": [agent("POST")],
    "settle_kind": [agent("POST", "=late")],
    "notification_choice": [agent(), agent("POST", page="late")],
    "push_subscribe": [agent("POST", endpoint="https://push.example/a")],
    "push_unsubscribe": [visible("POST", "push")],  # a colleague's own
    "settle_one": [visible("POST", "notification")],  # a colleague's own
    "saved_views": [agent()],
    "view_save": [agent("POST", name="Mijn", query="queue=mine")],
    "view_change": [visible("POST", "view", name="Anders")],  # a colleague's own
    # one conversation
    "conversation": [visible(), visible(example="answer")],
    "thread": [visible(), visible(fold="1")],
    "reply": [visible("POST", text="Hallo", tab="public", code="new")],
    "canned": [visible()],
    "conversation_guidelines": [visible()],
    "draft": [visible("POST", text="Hallo", tab="public", code="new")],
    "note": [visible("POST", text="Hallo")],
    "claim": [visible("POST")],
    "assign": [visible(), visible("POST", user="")],
    "release": [visible("POST")],
    "begin": [agent("POST")],
    "skip": [visible("POST", reason="other")],
    "ask": [visible(), visible("POST", question="Mag dit?")],
    "ask_answer": [visible("POST")],
    "ask_withdraw": [visible("POST")],
    "close": [visible("POST")],
    "close_next": [visible("POST")],
    "boundary": [visible("POST", line="insult")],
    "presence": [visible("POST")],
    "settle": [visible("POST")],
    "reopen": [visible("POST")],
    "snooze": [visible("POST", span="tomorrow")],
    "seen": [visible("POST")],
    "labels": [visible(), visible("POST", label="label")],
    "team": [visible(), visible("POST", team="team")],
    # the person
    "mood": [visible("POST", mood="happy")],
    "tone": [visible("POST", tone="informal")],
    "complaint": [visible("POST", complaint="1")],
    "contact": [visible("POST", kind="critic")],
    "contact_reveal": [visible("POST")],
    "contact_note": [visible("POST", text="Belt liever")],
    "contact_note_remove": [visible("POST", "conversation note")],
    "surprise": [visible("POST", what="Bloemen", cost="12,50")],
    "surprise_remove": [visible("POST", "conversation note")],
    "lookalike_dismiss": [visible("POST")],
    "contact_link": [visible(), visible(q="zwijger"), visible("POST", contact="other_contact")],
    "contact_unlink": [visible("POST", identity="identity")],
    "contact_undo": [visible("POST", move="move")],
    "contact_refuse": [visible("POST", contact="other_contact")],
    "contact_suggestions": [visible()],
    "contact_timeline": [visible(before="2030-01-01T00:00:00+00:00~1")],
    # one message, one file
    "message_cancel": [visible("POST", "answer")],  # its author's own
    "message_retry": [visible("POST", "answer")],
    "message_discard": [visible("POST", "answer")],
    "message_reveal": [visible("POST", "message")],
    "message_context": [visible("POST", "message")],
    "message_act": [visible("POST", "message like")],
    "file": [visible("GET", "file")],
    # people and oneself
    "figures": [lead(), lead(account="account", since="2020-01-01")],
    "figures_csv": [lead()],
    "figure": [lead("GET", "messages_in"), lead("GET", "backlog", account="account")],
    "questions": [lead(), lead(account="account")],
    "questions_csv": [lead()],
    "question": [lead("GET", "question"), lead("GET", "conversation")],
    "question_aside": [guarded_lead("POST", "question", do="aside")],
    "positions": [lead(), lead("POST", term="veldhuis", engine="google", day="2026-01-01", position="3")],
    "positions_csv": [lead()],
    "position_remove": [lead("POST", "position")],
    "reputation": [lead(), lead(account="account")],
    "reputation_csv": [lead()],
    "signals": [lead()],
    "signals_csv": [lead()],
    "figures_by": [lead("GET", "=account"), lead("GET", "=person"), lead("GET", "=team")],
    "figures_by_csv": [lead("GET", "=account")],
    "figure_csv": [lead("GET", "messages_in")],
    "goals": [lead(), lead("POST", figure="backlog", value="9", starts="2026-01-01")],
    "posts": [agent()],
    "posts_calendar": [agent(), agent(view="week")],
    "post_new": [agent(), agent("POST")],
    "posts_release": [agent("POST")],
    "post": [visible("GET", "planned")],
    "post_of_message": [visible("GET", "planned_message")],
    "post_edit": [visible("GET", "planned"), visible("POST", "planned")],
    "post_act": [visible("POST", "planned", do="withdraw")],
    "post_picture": [visible("GET", "planned_picture")],
    "mailed_reports": [lead(), lead("POST", every="week")],
    "mailed_report_end": [visible("POST", "mailed_report")],
    "monitoring": [agent(), agent(query="query", which="all", source="x", language="nl", mood="angry")],
    "monitoring_seen": [agent("POST", post="post")],
    "monitoring_settle": [visible("POST", "post", outcome="nothing")],
    "monitoring_take": [visible("POST", "post")],
    "monitoring_link": [agent(), agent("POST", address="https://10.0.0.5/topic", title="Klacht")],
    "monitoring_volume": [agent(), agent(days="91")],
    "monitoring_queries": [lead()],
    "monitoring_query_add": [lead(), lead("POST", name="Merk", text="veldhuis", in_feeds="on")],
    "monitoring_query": [
        guarded_lead("GET", "query"),
        guarded_lead("POST", "query", name="Merk", text="veldhuis", in_feeds="on"),
    ],
    "monitoring_query_switch": [guarded_lead("POST", "query")],
    "monitoring_query_remove": [guarded_lead("POST", "query")],
    "monitoring_feeds": [lead(), lead("POST", address="nergens")],
    "monitoring_feed_remove": [lead("POST", "feed")],
    "promise_settings": [admin(), admin("POST", colour="#102030")],
    "promise_preview": [admin(), admin("POST", colour="#102030")],
    "promise_preview_css": [admin()],
    "practice": [agent()],
    "practice_start": [lead(), lead("POST", name="Ronde", people="colleague", cases="complaint")],
    "practice_leave": [agent("POST")],
    "practice_enter": [visible("POST", "seat")],
    "practice_round": [lead("GET", "round")],
    "practice_score": [lead("POST", "round", "copy", score="4")],
    "practice_end": [lead("POST", "round")],
    "practice_delete": [lead("POST", "round")],
    "cockpit": [lead(), lead(show="late", account="account", team="team")],
    "cockpit_updates": [lead(), lead(since="0", account="account")],
    "cockpit_give": [lead("POST", person="person", pick="conversation"), lead("POST", user="room", do="oldest", n="3")],
    "log": [
        audited(),
        audited(conversation="conversation", account="account"),
        audited(kind="assigning", since="2020-01-01"),
    ],
    "log_csv": [audited(), audited(conversation="conversation")],
    "people": [audited()],
    "go_on": [everyone("GET", "new")],
    "roles": [admin()],
    "role_add": [admin(), admin("POST", title="Nachtdienst", group_2="log"), admin(like="lead")],
    "role": [admin("GET", "role"), admin("POST", "role", title="Nachtdienst", group_2="log")],
    "role_remove": [admin("POST", "role")],
    "person": [admin("GET", "person"), admin("POST", "person")],
    "person_add": [admin(), admin("POST")],
    "person_deactivate": [admin("GET", "person"), admin("POST", "person")],
    "person_reactivate": [admin("POST", "person")],
    "person_link": [admin("POST", "person")],
    "person_invite": [admin("POST", "person")],
    "person_sessions_end": [admin("POST", "person")],
    "person_session_end": [admin("POST", "person", "=1")],
    "person_second_factor_reset": [admin("POST", "person")],
    "signin_rules": [admin(), admin("POST", second_factor="auditor")],
    "session_end": [everyone("POST", "=1")],  # a colleague's changes nothing
    "preferences": [everyone(), everyone("POST")],
    # writing
    "canned_library": [agent()],
    "canned_add": [agent(), agent("POST")],
    "canned_edit": [lead("GET", "canned"), lead("POST", "canned"), visible("GET", "private_canned")],
    "canned_archive": [lead("POST", "canned"), visible("POST", "private_canned")],
    "guidelines": [agent()],
    "guideline_add": [lead(), lead("POST")],
    "guideline_edit": [lead("GET", "guideline"), lead("POST", "guideline")],
    "guideline_archive": [lead("POST", "guideline")],
    "reviews": [lead(), lead(after="WyIyMDMwLTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgMV0")],  # from 2030 back
    "words": [agent(), lead("POST", kind="cliche", phrase="uiteraard")],
    "word_remove": [lead("POST", "word")],
    "labels_settings": [lead(), lead("POST")],
    "label_edit": [lead("GET", "label"), lead("POST", "label")],
    "rules": [lead()],
    "rule_add": [lead(), lead("POST", name="Nieuw", **{"when-0": "arrives", "a-0-does": "release", "per_hour": "9"})],
    "rule": [guarded_lead("GET", "rule"), guarded_lead("POST", "rule", do="add-c")],
    "rule_switch": [guarded_lead("POST", "rule", on="1")],
    "rule_move": [guarded_lead("POST", "rule", to="up")],
    "rule_remove": [guarded_lead("POST", "rule")],
    "rule_log": [guarded_lead("GET", "rule")],
    "rule_resend": [guarded_lead("POST", "rule errand")],
    "api_described": [lead()],
    "api_tokens": [lead(), lead("POST")],
    "api_token_revoke": [visible("POST", "token")],
    "api_endpoints": [admin(), admin("POST")],
    "api_endpoint": [admin("GET", "endpoint"), admin("POST", "endpoint")],
    "api_endpoint_act": [admin("POST", "endpoint", do="renew")],
    "api_telling_replay": [admin("POST", "telling")],
    "crm_contact": [visible()],
    "crm_choose": [visible("POST", do="unlink")],
    "crm_timeline": [visible()],
    "crm": [admin(), admin("POST")],
    "crm_connect": [admin("GET", "=webhook"), admin("POST", "=webhook")],
    "crm_act": [admin("POST", do="on")],
    "crm_resend": [admin("POST", "crm_write")],
    "assist": [admin(), admin("POST")],
    "assist_act": [admin("POST", do="forget")],
    "assist_summary": [visible("POST")],
    "assist_draft": [visible("POST", code="new", tab="public")],
    "assist_own": [visible("POST", code="new", tab="public", text="")],
    "assist_take": [visible("POST", offered_text="Dag", tab="public", code="new")],
    "assist_translate": [visible("POST", "message")],
    "webhooks": [admin(), admin("POST")],
    "webhook": [admin("POST", "webhook", do="renew")],
    "targets": [lead(), lead("POST", minutes="30")],
    "target": [guarded_lead("GET", "target"), guarded_lead("POST", "target", minutes="20")],
    "target_remove": [guarded_lead("POST", "target")],
    "opening_hours": [lead()],
    "own_hours": [guarded_lead("GET", "=account account"), guarded_lead("POST", "=account account", day_0="9-17")],
    "own_exception": [guarded_lead("POST", "=account account", **{"other-date": "2099-12-25"})],
    "own_exception_remove": [guarded_lead("POST", "=account account own_day")],
    "own_hours_drop": [guarded_lead("POST", "=account account")],
    "teams_settings": [lead(), lead("POST")],
    "team_edit": [lead("GET", "team"), lead("POST", "team")],
    "label_or_team_archive": [lead("POST", "labels", "label"), lead("POST", "teams", "team")],
    # accounts
    "accounts": [admin()],
    "account_choose": [admin()],
    "account_add": [admin("GET", "x"), admin("POST", "x")],
    "account_sign_in": [admin("GET", "x")],
    "account_begin": [admin("POST", "x", way="x")],
    "signed_in": [admin("GET", "x", state="nobody's")],
    "account_pick": [
        admin("GET", "=00000000-0000-0000-0000-000000000000"),
        admin("POST", "=00000000-0000-0000-0000-000000000000"),
    ],
    "accounts_connected": [admin(account="account")],
    "platform_apps": [admin(), admin("POST", kind="x")],
    "account": [admin("GET", "account"), admin("POST", "account")],
    "account_reconnect": [admin("GET", "account"), admin("POST", "account")],
    "account_pause": [admin("POST", "account")],
    "account_resume": [admin("POST", "account")],
    "account_doctor": [admin("GET", "account")],
    "account_doctor_data": [admin("GET", "account")],
    "account_check": [admin("POST", "account")],
    "account_compare": [admin("POST", "account")],
    "account_replay": [admin("POST", "account")],
    "account_test": [admin("POST", "account")],
    "account_remove": [admin("GET", "account"), admin("POST", "account")],
    "search_add": [admin("POST", "account", query="veldhuis")],
    "search_remove": [admin("POST", "account", "stream")],
    "unread_items": [admin()],
    "failed_deliveries": [admin()],
    "delivery_replay": [admin("POST", "delivery")],
    "account_templates": [admin("POST", "account")],
    "organisation": [admin(), admin("POST", name="Anders")],
    "opening_week": [admin("POST", day_0="9:00-17:00")],
    "opening_exception": [admin("POST", **{"other-date": "2099-12-25"})],
    "opening_exception_remove": [admin("POST", "opening_day")],
    "account_automatic": [admin("POST", "account", automatic_on="on")],
    "account_survey": [admin("POST", "account", is_on="on")],
    "account_chat": [admin("POST", "account", name="Chat", sites="https://shop.example", colour="#0d6a64")],
    "account_chat_secret": [admin("POST", "account")],
    # beside the composer
    "emoji": [agent()],
    "odd_link": [agent(to="https://apple.com@evil.example/")],
    "session_token": [everyone()],
    "first_steps": [agent()],
    "first_steps_done": [agent("POST")],
    "template_send": [visible("POST")],
    "template_preview": [visible("POST")],
    "colleagues": [visible()],
    "block": [guarded_lead(), guarded_lead("POST")],
    "unblock": [guarded_lead("POST")],
    "message_arrived": [visible("POST", "answer")],
    "message_approve": [visible("POST", "answer")],
    "message_review": [guarded_lead("POST", "sent", verdict="partly")],
    "message_links": [guarded_lead("GET", "answer"), guarded_lead("POST", "answer", name="Iris")],
    "message_link_revoke": [guarded_lead("POST", "answer link")],
    "message_difference": [visible("POST", "answer", text="Anders")],
    "message_give_back": [visible("POST", "answer", comment="Andere foto")],
    "sign_out_everywhere": [everyone("POST")],  # the last: whoever opened it is signed out
}


def _filled(world: World, data: dict[str, Any]) -> dict[str, Any]:
    return {name: str(world.codes.get(value, value)) for name, value in data.items()}


def doors() -> Iterator[tuple[str, Door]]:
    yield from ((name, door) for name, doors in DOORS.items() for door in doors)
