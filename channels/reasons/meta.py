"""Sentences for Graph API, "Error handling"; Messenger Platform, "Error codes" (2026-03)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: tuple[tuple[str | Promise, str], ...] = (
    (
        gettext_lazy("Our app was removed from this account at %(platform)s. An admin has to connect it again."),
        "190/458",
    ),
    (
        gettext_lazy(
            "The password at %(platform)s was changed, so our access ended. An admin has to connect the account again."
        ),
        "190/460",
    ),
    (
        gettext_lazy("Our access to %(platform)s has run out. An admin has to connect the account again."),
        "190/463",
    ),
    (
        gettext_lazy(
            "Whoever connected this account may no longer manage it at %(platform)s. Somebody who may has to "
            "connect it again."
        ),
        "190/492",
    ),
    (
        gettext_lazy(
            "%(platform)s does not accept the secret of our app. An admin has to check it on the account's page."
        ),
        "101 104",
    ),
    (
        gettext_lazy(
            "Another app is talking to this person now, so %(platform)s keeps our answer. An admin can set which "
            "app goes first."
        ),
        "10/2018300 200/2018300",
    ),
    (
        gettext_lazy(
            "This page may not send for a while, by a decision of Meta's. An admin sees why in the page's support "
            "inbox."
        ),
        "10/1893063",
    ),
    (
        gettext_lazy("This person has ended the conversation, blocked the page or closed their account."),
        "551 551/1545041 200/1545041 100/2018109",
    ),
    (
        gettext_lazy("%(platform)s does not know this person any more, or only by another of our pages."),
        "100/2018001 100/2534014",
    ),
    (
        gettext_lazy("Meta has not given our app the right to do this yet. An admin has to ask for it in App Review."),
        "200/2018028 10/2018065 3 199",
    ),
)
