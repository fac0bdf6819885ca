"""Sentences for what Bluesky says, by its own names."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: tuple[tuple[str | Promise, str], ...] = (
    (
        gettext_lazy(
            "Bluesky does not know this name, or not with this app password. Make a new one there: Settings → Privacy "
            "and security → App passwords."
        ),
        "bluesky/password bluesky/AuthenticationRequired",
    ),
    (
        gettext_lazy(
            "This is the account's own password, which asks for a code by mail. Make an app password instead."
        ),
        "bluesky/factor",
    ),
    (
        gettext_lazy(
            "The app password does not open private messages. An admin has to make one that allows them, and connect "
            "the account again."
        ),
        "bluesky/chat",
    ),
    (
        gettext_lazy("Bluesky has closed or suspended this account. Its owner has to sign in there."),
        "bluesky/inactive bluesky/AccountTakedown bluesky/AccountDeactivated bluesky/AccountSuspended",
    ),
)
