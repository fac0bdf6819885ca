"""Teams, labels, people, settings, views, notices, incidents: read once per process, and when their version says so.

A trigger gives them a new version whenever one of their rows changes. Every page asks for the version in one short
statement; it reads the rows themselves only when the version is another one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from inbox.models import Incident, Label, Notice, Organisation, SavedView, Team, User
from webcare.lib.kept import forget_kept
from webcare.lib.statements import fetch


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """A team in use."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class LabelEntry:
    """A label in use."""

    id: int
    code: str
    name: str
    is_complaint: bool
    needs_approval: bool = False
    purpose: str = ""
    raised_on: date | None = None


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A colleague who can sign in."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What hardly changes, as it was at one version."""

    version: uuid.UUID
    teams: tuple[TeamEntry, ...] = ()
    labels: tuple[LabelEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()
    organisation: Organisation = field(default_factory=Organisation)
    views: tuple[SavedView, ...] = ()  # everybody's
    notices: tuple[Notice, ...] = ()  # newest first; some have run out since
    incidents: tuple[Incident, ...] = ()  # that run, the newest first


@dataclass(frozen=True, slots=True)
class ReadMoment:
    """When a page was read: `token` for the live catch-up, `version` of the reference data."""

    token: int
    version: uuid.UUID


_kept: Reference | None = None


def moment() -> ReadMoment:
    """Return where the live catch-up starts and the reference data's version. Ask before anything else of a page.

    Whatever is written after this statement has at least this token (`Conversation.version`).
    """
    ((token, version),) = fetch(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, version FROM inbox_referenceversion"
    )
    return ReadMoment(token, version)


def reference_at(version: uuid.UUID) -> Reference:
    """Return the reference data of a version, or a newer one: read now unless this process has it."""
    global _kept  # noqa: PLW0603  one copy per process; two threads may both read it, and find the same
    known = _kept
    if known is None or known.version != version:
        known = _kept = _read(version)
        forget_kept()  # whoever is erased gives it another version: their name stands in no part either
    return known


def _read(version: uuid.UUID) -> Reference:
    teams = Team.objects.filter(archived_at=None).values_list("pk", "code", "name")
    labels = Label.objects.filter(archived_at=None)
    people = User.objects.filter(is_active=True).order_by("first_name", "last_name", "pk")
    return Reference(
        version,
        tuple(TeamEntry(pk, str(code), name) for pk, code, name in teams),
        tuple(_entry_of(label) for label in labels),
        tuple(
            PersonEntry(str(user.code), user.name) for user in people.only("code", "first_name", "last_name", "email")
        ),
        Organisation.current(),
        tuple(SavedView.objects.order_by("position", "name", "pk")),
        tuple(Notice.objects.filter(expires_at__gt=timezone.now()).order_by("-at", "-pk")),
        tuple(Incident.objects.running().select_related("label", "approved_by").order_by("-started_at", "-pk")),
    )


def _entry_of(label: Label) -> LabelEntry:
    return LabelEntry(
        label.pk, str(label.code), label.name, label.is_complaint, label.needs_approval, label.purpose, label.raised_on
    )
