"""Sessions in the database, read by a prepared statement: every request reads one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from webcare.lib.prepared import Given, Prepared

if TYPE_CHECKING:
    from django.contrib.sessions.models import Session


class SessionStore(db.SessionStore):
    """Django's own store but for how a session is read."""

    def _validate_session_key(self, key: str | None) -> bool:
        """Know what cannot be a key: a cookie may hold anything, also what PostgreSQL takes for no text."""
        django_s = super()._validate_session_key  # type: ignore[misc]  # the stubs do not know it
        return bool(key and key.isalnum() and django_s(key))

    def _get_session_from_db(self) -> Session | None:
        found: Session | None = _session.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found


@Prepared
def _session() -> Any:
    model = SessionStore.get_model_class()
    return model.objects.filter(session_key=Given("key"), expire_date__gt=Given("now"))
