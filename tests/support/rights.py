"""Which right opens which address, and people who have exactly the rights one asks for."""

from __future__ import annotations

from collections.abc import Collection

from inbox.models import CustomRole, User
from inbox.models.rights import Right
from inbox.team import roles
from tests.factories import make_user
from tests.support.doors import Door

_NAMES = {
    Right.LEAD: "cockpit cockpit_updates cockpit_give block unblock message_links message_link_revoke",
    Right.CANNED: "canned_edit canned_archive guideline_add guideline_edit guideline_archive words word_remove",
    Right.RULES: "rules rule_add rule rule_switch rule_move rule_remove rule_log rule_resend",
    Right.SETUP: (
        "labels_settings label_edit teams_settings team_edit label_or_team_archive targets target target_remove "
        "opening_hours own_hours own_exception own_exception_remove own_hours_drop"
    ),
    Right.QUALITY: ("reviews message_review practice_start practice_round practice_score practice_end practice_delete"),
    Right.INCIDENTS: (
        "notices notice_end incident_start incident_text incident_approve incident_automatic incident_end "
        "incident_send incident_stop incident_resume spikes spike spike_watch"
    ),
    Right.FIGURES: (
        "figures figures_csv figure figure_csv figures_by figures_by_csv questions questions_csv question "
        "question_aside reputation reputation_csv positions positions_csv position_remove signals signals_csv goals "
        "mailed_reports"
    ),
    Right.API: "api_described api_tokens",
    Right.LOG: "log log_csv people",
    Right.READS: "reads reads_csv",
    Right.PRIVACY: (
        "privacy privacy_person export_ask erase receipt retention retention_change retention_run export_fetch"
    ),
    Right.PEOPLE: (
        "person person_add person_deactivate person_reactivate person_link person_invite person_sessions_end "
        "person_session_end person_second_factor_reset"
    ),
    Right.ORGANISATION: (
        "signin_rules promise_settings promise_preview promise_preview_css organisation opening_week "
        "opening_exception opening_exception_remove"
    ),
    Right.WEBHOOKS: "api_endpoints api_endpoint api_endpoint_act api_telling_replay webhooks webhook",
    Right.ACCOUNTS: (
        "accounts account_choose account_add account_sign_in account_begin signed_in account_pick "
        "accounts_connected platform_apps account account_reconnect account_pause account_resume account_doctor "
        "account_doctor_data account_check account_compare account_replay account_test account_remove search_add "
        "search_remove unread_items failed_deliveries delivery_replay account_templates account_automatic "
        "account_survey account_chat account_chat_secret"
    ),
}
RIGHT_OF = {name: right for right, names in _NAMES.items() for name in names.split()}


def right_of(name: str, door: Door) -> Right | None:
    """Return which right opens an address: a lead's where none is named here; None where admins alone may."""
    return RIGHT_OF.get(name, Right.LEAD if door.role == "lead" else None)


def role_with(title: str, rights: Collection[Right]) -> CustomRole:
    """Return a role of these rights, and of those that they need."""
    role = CustomRole(title=title)
    roles.save(role, list(rights), by=make_user("admin"))
    return role


def person_with(rights: Collection[Right], title: str = "Eigen rol") -> User:
    """Return somebody in English with a role of these rights, and every account where they work in them."""
    person = make_user(language="en")
    roles.give(person, f"custom:{role_with(title, rights).pk}")
    person.all_accounts = person.has(Right.WORK)
    person.save()
    return person
