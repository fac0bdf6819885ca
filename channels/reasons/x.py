"""Sentences for X API v2, "Response codes and errors" (2026-08), and for codes of v1.1 that it still answers."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: tuple[tuple[str | Promise, str], ...] = (
    (
        gettext_lazy("%(platform)s has locked or suspended this account. An admin has to sign in there."),
        "x/63 x/64",
    ),
    (
        gettext_lazy("We have sent as many messages as %(platform)s allows in a day. It goes on tomorrow by itself."),
        "x/185 x/151",
    ),
    (
        gettext_lazy("This post looks automatic to %(platform)s. Change the words and wait a moment."),
        "x/226",
    ),
    (
        gettext_lazy("This post or person is closed to us: their account is protected, or they blocked us."),
        "x/179 x/136 x/162 x/not-authorized-for-resource x/not-authorized-for-field x/disallowed-resource",
    ),
    (
        gettext_lazy("This person takes private messages only from people they follow."),
        "x/150 x/349",
    ),
    (
        gettext_lazy(
            "Our app's plan at %(platform)s does not include this. An admin can see what it includes in the "
            "developer portal."
        ),
        "x/453 x/client-forbidden x/unsupported-authentication x/oauth1-permissions x/261",
    ),
    (
        gettext_lazy(
            "Our keys for %(platform)s may read and not write. An admin has to give them more rights in the "
            "developer portal and connect again."
        ),
        "x/220",
    ),
    (
        gettext_lazy("What this answers is no longer on %(platform)s."),
        "x/resource-not-found x/144 x/385 x/34 x/50",
    ),
)
