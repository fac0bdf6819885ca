"""Sentences for codes of several platforms that say the same."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: tuple[tuple[str | Promise, str], ...] = (
    (
        gettext_lazy(
            "%(platform)s could not take in our file: too large, damaged, or of a kind it does not take. Send "
            "another one."
        ),
        "131053 100/2018047 100/2018008 100/2018074 x/324 x/325 x/323",
    ),
    (
        gettext_lazy("%(platform)s has a disturbance. We try again by ourselves."),
        "1 2 131000 131016 135000 x/130 x/131 x/internal-error x/resource-unavailable",
    ),
    (
        gettext_lazy(
            "%(platform)s did not understand what we sent (number %(code)s). Tell your admin: this is a fault of ours."
        ),
        "131008 131009 131001 131002 100/2018005 100/2018015 x/invalid-request x/170 x/214",
    ),
    (
        gettext_lazy(
            "%(platform)s wants the owner of this account to sign in there and confirm who they are. After that "
            "an admin connects it again."
        ),
        "190/459 190/464 x/326",
    ),
    (
        gettext_lazy("This person limits who may answer this post."),
        "x/433 x/425 bluesky/replyDisabled",
    ),
)
