"""Sentences for what Mastodon servers say, under names of our own."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: tuple[tuple[str | Promise, str], ...] = (
    (
        gettext_lazy(
            "The access token may do too little. An admin has to make one on the account's own server with the scopes "
            "read and write."
        ),
        "mastodon/scopes",
    ),
    (
        gettext_lazy("This server does not know apps as Mastodon does. Use an access token that you make there."),
        "mastodon/no_apps",
    ),
    (
        gettext_lazy("The server did not accept the sign-in: “%(said)s” Begin again."),
        "mastodon/sign_in",
    ),
)
