"""One event as people read it: who, what in words, what it was and became, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from channels.accounts import news
from channels.platforms import platform_title
from channels.reasons import sentence
from inbox.history.verbs import VERBS
from inbox.models import User
from inbox.models.rights import Right
from webcare.lib.statements import fetch

if TYPE_CHECKING:
    from inbox.models import Event

Names = Mapping[tuple[str, int], str]  # by what it is (person, team, label, rule, incident or webhook) and its number

NOBODY = "Webcare"  # what happened by itself
_WHY: dict[str, str | Promise] = {
    "out_of_sight": gettext_lazy("whoever had it cannot see it any more"),
    "left_team": gettext_lazy("whoever had it left the team"),
    "deactivated": gettext_lazy("whoever had it is no colleague any more"),
    "other_team": gettext_lazy("whoever had it is not in its new team"),
    "team_closed": gettext_lazy("its team is closed to whoever had it"),
    "team_archived": gettext_lazy("the team was put away"),
    "press": gettext_lazy("the press wrote"),
    "in_turn": gettext_lazy("it was their turn"),
    "least_loaded": gettext_lazy("they had the fewest open conversations"),
    "no_reaction": gettext_lazy("whoever was given it did nothing with it"),
    "shift_ended": gettext_lazy("whoever had it stopped working"),
}
# Why something was not said by itself (inbox/outbox/autoreply.py, rule_reply.py, survey.py).
_UNSAID: dict[str, str | Promise] = {
    "open": gettext_lazy("we are open"),
    "reopened": gettext_lazy("the conversation goes on"),
    "answered": gettext_lazy("a colleague answers"),
    "late": gettext_lazy("it is too late for it"),
    "off": gettext_lazy("it was switched off"),
    "account": gettext_lazy("nothing may leave through the account"),
    "blocked": gettext_lazy("we have blocked this person"),
    "asked": gettext_lazy("a colleague was asked what to say"),
    "press": gettext_lazy("the press is answered by people"),
    "approval": gettext_lazy("a second person looks at answers first here"),
    "window": gettext_lazy("the customer wrote too long ago"),
    "machine": gettext_lazy("the customer's message came from a machine"),
    "unfinished": gettext_lazy("the canned reply asks for something that is not known here"),
    "too_long": gettext_lazy("the canned reply is too long here"),
    "no_reply": gettext_lazy("the canned reply is not in use here"),
    "limit": gettext_lazy("unusually many were sent this hour"),
}
# Why a planned post waits for a person (inbox/outbox/posts.py).
HELD: dict[str, str | Promise] = {
    "late": gettext_lazy("its moment had passed too long ago"),
    "incident": gettext_lazy("an incident is running"),
}
_REFUSALS = {
    "post_delayed", "post_failed", "post_unknown",
    "send_delayed", "send_failed", "send_unknown", "send_cancelled", "automatic_delayed", "automatic_failed",
    "automatic_unknown", "automatic_cancelled", "hide_refused", "show_refused", "account_tested",
}  # fmt: skip
_NAMES = """
SELECT 'person', id, coalesce(nullif(btrim(first_name || ' ' || last_name), ''), email)
FROM inbox_user WHERE id = ANY(%s)
UNION ALL SELECT 'team', id, name FROM inbox_team WHERE id = ANY(%s)
UNION ALL SELECT 'label', id, name FROM inbox_label WHERE id = ANY(%s)
UNION ALL SELECT 'rule', id, name FROM inbox_rule WHERE id = ANY(%s)
UNION ALL SELECT 'webhook', id, name FROM inbox_webhook WHERE id = ANY(%s)
UNION ALL SELECT 'incident', id, name FROM inbox_incident WHERE id = ANY(%s)
"""


class Told(NamedTuple):
    """An event in words. `was` and `now` are empty where the event says nothing of them."""

    who: str
    words: str
    was: str = ""
    now: str = ""
    why: str = ""
    icon: str = "history"

    @property
    def line(self) -> str:
        """All of it but who, in one line."""
        before = _("before: %(name)s") % {"name": self.was} if self.was and not self.now else self.was
        change = " → ".join(value for value in (before, self.now) if value)
        return ", ".join(part for part in (self.words, change, self.why) if part)


def tell(
    verb: str, data: Mapping[str, Any], who: str, names: Names, platform: str = "", *, actor: int | None = None
) -> Told:
    """Return one event in words. One that no longer has words of its own is told by its verb."""
    known, who = VERBS.get(verb), who or str(data.get("by_link") or "") or NOBODY
    if known is None:
        return Told(who, verb)
    referred = {
        key: names.get((kind, number), "") if isinstance(number := data.get(key), int) else ""
        for key, kind in known.refers.items()
    }
    words = str(known.to_oneself if known.to_oneself and actor is not None and data.get("to") == actor else known.words)
    named = {key: name or "?" for key, name in referred.items()}
    was, now = _change(verb, data, known.choices)
    if not was and "{was}" not in words:
        was = referred.get("was", "")
    now = now or next(
        (name for key, name in referred.items() if key not in ("was", "to") and f"{{{key}}}" not in words), ""
    )
    return Told(who, words.format_map(named), was, now, _why(verb, data, names, platform), known.icon)


def names_in(events: Iterable[Event]) -> Names:
    """Return the names of everybody, every team, label, rule and incident these events refer to. One statement."""
    wanted: dict[str, set[int]] = {kind: set() for kind in ("person", "team", "label", "rule", "webhook", "incident")}
    for event in events:
        for kind, number in references(event.verb, event.data):
            wanted[kind].add(number)
    if not any(wanted.values()):
        return {}
    rows = fetch(_NAMES, [list(numbers) for numbers in wanted.values()])
    return {(kind, number): name for kind, number, name in rows}


def references(verb: str, data: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield what an event refers to, as its kind and its number."""
    known = VERBS.get(verb)
    for key, kind in known.refers.items() if known else ():
        if isinstance(data.get(key), int):
            yield kind, data[key]
    if isinstance(data.get("rule"), int):
        yield "rule", data["rule"]


def _role(data: Mapping[str, Any], when: str) -> str:
    return str(data.get(f"{when}title") or _chosen(User.Role.choices, data.get(f"{when}role")))


def _rights(data: Mapping[str, Any]) -> str:
    """Return a role's name, and the rights it gained and lost."""
    names = dict(Right.choices)
    gained = [f"+ {names[right]}" for right in data.get("gained", ()) if right in names]
    lost = [f"− {names[right]}" for right in data.get("lost", ()) if right in names]
    return "; ".join([str(data.get("title", "")), *gained, *lost])


def _change(verb: str, data: Mapping[str, Any], choices: Mapping[str, str | Promise]) -> tuple[str, str]:
    if verb == "snoozed":
        until = parse_datetime(str(data.get("until") or ""))
        return "", _moment(until) if until else _("until the customer writes")
    if verb == "person_changed":
        titles = _role(data, "was_"), _role(data, "")
        return titles if titles[0] != titles[1] else ("", "")
    if verb.startswith("role_"):
        return "", _rights(data)
    if verb.startswith("goal_set"):
        title = _(data["title"])
        return (f"{title} {data['was']}" if data["was"] else ""), f"{title} {data['now']}"
    if verb.startswith("goal_ended"):
        return "", f"{_(data['title'])} {data['was']}"
    if verb == "account_tested" and "works" in data:
        return "", _("it works") if data["works"] else _("it does not work")
    if not choices:
        return "", ""
    now = next((data[key] for key in ("now", "reason", "line") if key in data), None)
    return _chosen(choices.items(), data.get("was")), _chosen(choices.items(), now)


def _why(verb: str, data: Mapping[str, Any], names: Names, platform: str) -> str:
    if verb == "account_news":
        return news.sentence(dict(data))
    if isinstance(called := data.get("called"), str):
        return _("“%(name)s”") % {"name": called}
    if isinstance(token := data.get("token"), str):
        return _("with the token “%(name)s”") % {"name": token}
    reason = str(data.get("reason") or "")
    rule = data.get("rule")
    by_rule = _("by the rule “%(name)s”") % {"name": names.get(("rule", rule), "?")} if isinstance(rule, int) else ""
    if verb in ("automatic_skipped", "automatic_cancelled") and reason in _UNSAID:
        return ", ".join(part for part in (str(_UNSAID[reason]), by_rule) if part)
    if verb == "post_held" and reason in HELD:
        return str(HELD[reason])
    if by_rule and not verb.startswith("rule_"):
        return by_rule
    if verb in _REFUSALS and reason:
        return sentence(reason, platform_title(platform) if platform else "", str(data.get("code") or ""))
    return str(_WHY.get(str(data.get("why") or ""), ""))


def _chosen(choices: Iterable[tuple[Any, Any]], value: Any) -> str:
    return "" if value is None else str(dict(choices).get(value, ""))


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), pgettext("date format", "j M Y, H:i"))
