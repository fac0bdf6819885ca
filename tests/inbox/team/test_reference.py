"""Teams, labels, colleagues and settings are read once, and are never old."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inbox.library import reference
from inbox.models import Label, Organisation, Team, User
from inbox.team import organisation
from tests import factories
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db


def now() -> reference.Reference:
    """Read it as a page does."""
    return reference.reference_at(reference.moment().version)


def test_reference_data_is_read_once() -> None:
    Team.objects.create(name="Bezorging")
    first = now()
    with CaptureQueriesContext(connection) as asked:
        assert now() is first
    assert len(asked) == 1  # the version


@pytest.mark.parametrize(
    "change",
    [
        lambda: Team.objects.create(name="Retour"),
        lambda: Team.objects.update(name="Bezorgdienst"),
        lambda: Team.objects.all().delete(),
        lambda: Label.objects.bulk_create([Label(name="Klacht")]),
        lambda: User.objects.update(first_name="Fatima"),
        lambda: User.objects.update(is_active=False),
        lambda: organisation.change(factories.make_user("admin"), name="Veldhuis Wonen"),
    ],
)
def test_any_change_is_seen_at_once(change: object) -> None:
    Team.objects.create(name="Bezorging")
    factories.make_user()
    Organisation.objects.get_or_create(pk=1)
    before = now()
    change()  # type: ignore[operator]
    after = now()
    assert (after.teams, after.labels, after.people, after.organisation.name) != (
        before.teams, before.labels, before.people, before.organisation.name,
    )  # fmt: skip


def test_signing_in_changes_no_reference_data(client: Client) -> None:
    agent = factories.make_user()
    before = reference.moment().version
    client.force_login(agent)
    assert reference.moment().version == before


def test_what_is_rolled_back_is_forgotten() -> None:
    Team.objects.create(name="Bezorging")
    with pytest.raises(RuntimeError), transaction.atomic():
        Team.objects.create(name="Nooit")
        assert [team.name for team in now().teams] == ["Bezorging", "Nooit"]
        raise RuntimeError
    assert [team.name for team in now().teams] == ["Bezorging"]


@pytest.mark.django_db(transaction=True)
def test_another_thread_sees_a_change_after_its_commit() -> None:
    Team.objects.create(name="Bezorging")
    with transaction.atomic():
        Team.objects.create(name="Retour")
        (seen,) = at_once(lambda: [team.name for team in now().teams])
        assert seen == ["Bezorging"]
    (seen,) = at_once(lambda: [team.name for team in now().teams])
    assert seen == ["Bezorging", "Retour"]
