"""The lines of a rule's form, with what each offers, and the rule as one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from channels.platforms import PLATFORMS
from inbox.automation.acts import LEADS, REASONS
from inbox.library.canned import usable_by
from inbox.models import CannedReply, Contact, Conversation, Label, Rule, Team, User, Webhook
from inbox.routing.rules.actions import USUAL_HOURS, Does
from inbox.routing.rules.conditions import HOWS, How, Join, Subject
from inbox.routing.rules.moments import WAITING
from inbox.views.rules.draft import ALWAYS, OFFICE, Draft

Choice = tuple[str, str | Promise]
SUBJECTS: Mapping[Subject, str | Promise] = {
    Subject.CHANNEL: gettext_lazy("Channel"),
    Subject.ACCOUNT: gettext_lazy("Account"),
    Subject.VISIBILITY: gettext_lazy("Visibility"),
    Subject.WORDS: gettext_lazy("Words"),
    Subject.LANGUAGE: gettext_lazy("Language"),
    Subject.MOOD: gettext_lazy("Mood"),
    Subject.CONTACT: gettext_lazy("Who writes"),
    Subject.FOLLOWERS: gettext_lazy("Followers"),
    Subject.LABEL: gettext_lazy("Label"),
    Subject.HOURS: gettext_lazy("In opening hours"),
    Subject.KNOWN: gettext_lazy("Wrote before"),
    Subject.COMPLAINT: gettext_lazy("Complaint"),
    Subject.ADDRESSED: gettext_lazy("Names us"),
    Subject.TEAM: gettext_lazy("Team"),
    Subject.ASSIGNEE: gettext_lazy("Who has it"),
    Subject.PRIORITY: gettext_lazy("Priority"),
}
HOW_WORDS: Mapping[How, str | Promise] = {
    How.IS: pgettext_lazy("rule", "is"),
    How.IS_NOT: pgettext_lazy("rule", "is not"),
    How.ANY: pgettext_lazy("rule", "has one of"),
    How.ALL: pgettext_lazy("rule", "has all of"),
    How.NONE: pgettext_lazy("rule", "has none of"),
    How.AT_LEAST: pgettext_lazy("rule", "at least"),
    How.AT_MOST: pgettext_lazy("rule", "at most"),
}
JOINS: Mapping[Join, str | Promise] = {
    Join.ALL: pgettext_lazy("rule", "all of these"),
    Join.ANY: pgettext_lazy("rule", "one of these"),
    Join.NONE: pgettext_lazy("rule", "none of these"),
}
DOES: Mapping[Does, str | Promise] = {
    Does.TEAM: gettext_lazy("Give it to team"),
    Does.PERSON: gettext_lazy("Give it to"),
    Does.RELEASE: gettext_lazy("Put it back in the queue"),
    Does.LABEL: gettext_lazy("Add label"),
    Does.UNLABEL: gettext_lazy("Remove label"),
    Does.PRIORITY: gettext_lazy("Set priority"),
    Does.NOTIFY: gettext_lazy("Tell"),
    Does.ESCALATE: gettext_lazy("Ask the team leads to look"),
    Does.REPLY: gettext_lazy("Reply by itself, in private, with"),
    Does.HIDE: gettext_lazy("Hide it on the platform"),
    Does.WEBHOOK: gettext_lazy("Tell the webhook"),
    Does.SNOOZE: gettext_lazy("Snooze for"),
    Does.CLOSE: gettext_lazy("Close, reason"),
}
KINDS = list(Rule.Kind)
_YES_NO: list[Choice] = [("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]
_LANGUAGES: list[Choice] = [
    ("nl", gettext_lazy("Dutch")), ("en", gettext_lazy("English")), ("de", gettext_lazy("German")),
    ("fr", gettext_lazy("French")),
]  # fmt: skip
_NAPS: list[Choice] = [
    ("60", gettext_lazy("an hour")), ("180", gettext_lazy("three hours")), ("1440", gettext_lazy("a day")),
    ("10080", gettext_lazy("a week")),
]  # fmt: skip
HOURS: list[tuple[int, str | Promise]] = [
    (1, gettext_lazy("an hour")), (4, gettext_lazy("four hours")), (12, gettext_lazy("twelve hours")),
    (24, gettext_lazy("a day")), (72, gettext_lazy("three days")), (168, gettext_lazy("a week")),
]  # fmt: skip
_PRIORITIES: list[Choice] = [
    ("high", gettext_lazy("high")), ("normal", gettext_lazy("normal")), ("low", gettext_lazy("low")),
]  # fmt: skip


CLOCKS: list[Choice] = [
    (OFFICE, pgettext_lazy("rule", "in opening hours")), (ALWAYS, pgettext_lazy("rule", "round the clock")),
]  # fmt: skip
DAYS: list[Choice] = [
    ("", pgettext_lazy("rule", "every day")), ("workdays", pgettext_lazy("rule", "Monday to Friday")),
    ("weekend", pgettext_lazy("rule", "Saturday and Sunday")),
    *((str(number), name) for number, name in WEEKDAYS.items()),
]  # fmt: skip


@dataclass(frozen=True)
class MomentLine:
    """One moment, with what it needs besides its kind."""

    prefix: str
    kind: str
    minutes: str
    clock: str
    at: str
    days: str
    zone: str = ""

    @property
    def is_wait(self) -> bool:
        """Whether it counts minutes."""
        return self.kind in WAITING

    @property
    def is_clock(self) -> bool:
        """Whether it is a time of day."""
        return self.kind == Rule.Kind.CLOCK

    @property
    def words(self) -> str:
        """What it is in words."""
        words = str(Rule.Kind(self.kind).label)
        if self.is_wait:
            minutes = _("%(n)s minutes") % {"n": self.minutes or "?"}
            return f"{words}: {minutes}, {dict(CLOCKS).get(self.clock, '')}"
        if not self.is_clock:
            return words
        at = f"{self.at or '?'} ({self.zone})" if self.zone else self.at or "?"
        return f"{words}: {at}, {dict(DAYS).get(self.days, '')}"


@dataclass(frozen=True)
class Line:
    """One condition or action: what is chosen, and what could be."""

    prefix: str
    first: str
    how: str
    value: str
    choices: Sequence[Choice]
    hows: Sequence[Choice] = ()
    widget: str = "select"  # select, number, text or none
    lead: str | Promise = ""
    join: str = ""
    inside: Sequence[Line] = ()
    hours: int = 0  # in which a conversation gets one of these


class Offers:
    """What can be chosen, by somebody who sees these accounts. Each list is asked for once."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def accounts(self) -> list[Choice]:
        """Accounts that are connected."""
        return [(str(account.pk), account.at_handle) for account in self.user.visible_accounts()]

    @cached_property
    def teams(self) -> list[Choice]:
        """Teams in use."""
        return [(str(pk), name) for pk, name in Team.objects.filter(archived_at=None).values_list("pk", "name")]

    @cached_property
    def labels(self) -> list[Choice]:
        """Labels in use."""
        return [(str(pk), name) for pk, name in Label.objects.filter(archived_at=None).values_list("pk", "name")]

    @cached_property
    def replies(self) -> list[Choice]:
        """Canned replies that are not one person's own."""
        shared = usable_by(self.user).exclude(scope=CannedReply.Scope.PRIVATE).order_by("title", "pk")
        return [(str(pk), title) for pk, title in shared.values_list("pk", "title")]

    @cached_property
    def webhooks(self) -> list[Choice]:
        """Addresses in use."""
        return [(str(pk), name) for pk, name in Webhook.objects.filter(archived_at=None).values_list("pk", "name")]

    @cached_property
    def people(self) -> list[Choice]:
        """Colleagues who can sign in."""
        people = User.objects.filter(is_active=True).order_by("first_name", "last_name", "pk")
        return [(str(person.pk), person.name) for person in people]

    def of_subject(self, subject: Subject) -> list[Choice]:
        """Return what a condition can be compared with; nothing where it is written."""
        nobody: Choice = ("", _("nobody"))
        none: Choice = ("", _("none"))
        match subject:
            case Subject.CHANNEL:
                return [(code, platform.title) for code, platform in PLATFORMS.items()]
            case Subject.ACCOUNT:
                return self.accounts
            case Subject.VISIBILITY:
                return [("public", _("public")), ("private", _("private"))]
            case Subject.LANGUAGE:
                return _LANGUAGES
            case Subject.MOOD:
                return list(Conversation.Mood.choices)
            case Subject.CONTACT:
                return list(Contact.Kind.choices)
            case Subject.LABEL:
                return self.labels
            case Subject.TEAM:
                return [none, *self.teams]
            case Subject.ASSIGNEE:
                return [nobody, *self.people]
            case Subject.WORDS | Subject.FOLLOWERS | Subject.PRIORITY:
                return []
        return _YES_NO

    def of_action(self, does: Does) -> list[Choice]:
        """Return what an action can be done with."""
        match does:
            case Does.TEAM:
                return self.teams
            case Does.PERSON:
                return self.people
            case Does.LABEL | Does.UNLABEL:
                return self.labels
            case Does.PRIORITY:
                return _PRIORITIES
            case Does.NOTIFY:
                return [(LEADS, _("the team leads")), *self.people]
            case Does.SNOOZE:
                return _NAPS
            case Does.REPLY:
                return self.replies
            case Does.WEBHOOK:
                return self.webhooks
            case Does.CLOSE:
                return [(value, words) for value, words in Conversation.CloseReason.choices if value in REASONS]
        return []

    def moment_lines(self, draft: Draft) -> list[MomentLine]:
        """Return the moments as lines."""
        return [
            MomentLine(
                f"when-{n}", row["kind"], row.get("minutes", "60"), row.get("clock", OFFICE), row.get("at", "09:00"),
                row.get("days", ""), row.get("zone", ""),
            )
            for n, row in enumerate(draft.when)
        ]  # fmt: skip

    def condition_lines(self, draft: Draft) -> list[Line]:
        """Return the conditions as lines, groups with those inside them."""
        return [self._condition(part, f"c-{n}", draft.join if n else "") for n, part in enumerate(draft.parts)]

    def action_lines(self, draft: Draft) -> list[Line]:
        """Return the actions as lines."""
        return [self._action(row, f"a-{n}") for n, row in enumerate(draft.does) if row["does"] in list(DOES)]

    def _condition(self, part: Mapping[str, Any], prefix: str, lead: str) -> Line:
        said = lead_words(lead)
        if "parts" in part:
            join = part["join"]
            inside = [self._condition(one, f"{prefix}-{n}", join if n else "") for n, one in enumerate(part["parts"])]
            return Line(prefix, "", "", "", (), lead=said, join=join, inside=inside)
        subject = Subject(part["subject"])
        hows = [(str(how), HOW_WORDS[how]) for how in HOWS[subject]]
        choices = self.of_subject(subject)
        written = "text" if subject == Subject.WORDS else "number"
        return Line(
            prefix, subject, part["how"], part["value"], choices, hows, "select" if choices else written, lead=said
        )

    def _action(self, row: Mapping[str, Any], prefix: str) -> Line:
        choices = self.of_action(Does(row["does"]))
        widget = "none" if row["does"] in (Does.RELEASE, Does.ESCALATE, Does.HIDE) else "select"
        hours = int(row.get("hours", USUAL_HOURS)) if row["does"] == Does.REPLY else 0
        return Line(prefix, row["does"], "", row["value"], choices, widget=widget, hours=hours)

    def sentence(self, draft: Draft) -> str:
        """Return a rule in one line; that a message arrives goes without saying."""
        lines = self.moment_lines(draft)
        when = [line.words for line in lines if line.kind != Rule.Kind.ARRIVES or len(lines) > 1]
        moments = f"{f' {lead_words(Join.ANY)} '.join(when)} · " if when else ""
        asks = self._joined(draft.join, draft.parts)
        does = ", ".join(_worded(DOES[Does(line.first)], line) for line in self.action_lines(draft))
        return f"{moments}{asks or _('everything')} → {does}"

    def _joined(self, join: str, parts: Sequence[Mapping[str, Any]]) -> str:
        words = [self._said(part) for part in parts]
        between = f" {lead_words(join)} "
        return between.join(word for word in words if word)

    def _said(self, part: Mapping[str, Any]) -> str:
        if "parts" in part:
            inside = self._joined(part["join"], part["parts"])
            return f"{_('not')} ({inside})" if part["join"] == Join.NONE else f"({inside})"
        line = self._condition(part, "", "")
        how = dict(line.hows)[line.how]
        return f"{SUBJECTS[Subject(line.first)]} {how} {_shown(line)}"


def lead_words(join: str) -> str:
    """Return the word between two lines."""
    return {"": "", "all": _("and"), "any": _("or"), "none": _("or")}.get(join, "")


def _worded(words: str | Promise, line: Line) -> str:
    return f"{words} {_shown(line)}".strip() if line.widget != "none" else str(words)


def _shown(line: Line) -> str:
    if line.widget != "select":
        return line.value
    return str(dict(line.choices).get(line.value, "?"))
