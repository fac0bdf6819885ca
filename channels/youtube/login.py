"""Signing in at Google for a channel: OAuth 2 with PKCE.

Google Identity, "Using OAuth 2.0 for web server applications" (2026-09).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing

from django.conf import settings

from channels.base import Offer
from channels.errors import ChannelError
from channels.youtube.access import COMMENTS, SCOPES
from channels.youtube.connector import YouTubeConnector
from webcare.lib.oauth import login_address

NOT_ALLOWED = "youtube/insufficientPermissions"


def address(app: Mapping[str, str], redirect: str, state: str, verifier: str) -> str:
    """Return where somebody chooses a channel and lets our app in."""
    place = f"{settings.GOOGLE_LOGIN_BASE.rstrip('/')}/o/oauth2/v2/auth"
    # Google gives a refresh token for offline access, and to who let us in before only if asked for consent again.
    more = {"access_type": "offline", "prompt": "consent select_account"}
    return login_address(place, app["client_id"], redirect, SCOPES, state, verifier, **more)


def offers(credentials: Mapping[str, str]) -> Sequence[Offer]:
    """Ask YouTube whose access it is: Google gives it for one channel. Raises ChannelError."""
    if COMMENTS not in credentials["scopes"].split():
        # Each permission has a box of its own there, and this one was cleared.
        raise ChannelError("Without the permission nothing can be read.", permanent=True, code=NOT_ALLOWED)
    with closing(YouTubeConnector(external_id="", handle="", credentials=credentials)) as connector:
        profile = connector.identify()
    return [Offer("youtube", profile.external_id, profile.name, dict(credentials), profile.handle)]
