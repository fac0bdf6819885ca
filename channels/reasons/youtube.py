"""Sentences for YouTube Data API, "Errors" (2026-09), and of signing in at Google."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: tuple[tuple[str | Promise, str], ...] = (
    (
        gettext_lazy("This video takes no comments: they are switched off on YouTube."),
        "youtube/commentsDisabled",
    ),
    (
        gettext_lazy("This comment is held for review. Show it first, then it can be answered."),
        "youtube/parentCommentIsPrivate",
    ),
    (
        gettext_lazy("YouTube lets nobody answer under this comment any more."),
        "youtube/operationNotSupported",
    ),
    (
        gettext_lazy(
            "The quota of our Google project is used up for today. It goes on by itself after midnight in California: "
            "nine o’clock in the morning here."
        ),
        "youtube/quotaExceeded youtube/dailyLimitExceeded",
    ),
    (
        gettext_lazy("YouTube could not process this. We keep trying."),
        "youtube/processingFailure",
    ),
    (
        gettext_lazy("Who signed in has no YouTube channel, or chose another account than the channel's."),
        "youtube/noChannel youtube/authenticatedUserNotChannel youtube/ineligibleAccount",
    ),
    (
        gettext_lazy(
            "Our access does not cover comments. An admin has to connect the channel again and leave the permission on."
        ),
        "youtube/insufficientPermissions",
    ),
    (
        gettext_lazy("YouTube has closed or suspended this channel. Its owner has to sign in there."),
        "youtube/channelClosed youtube/channelSuspended youtube/authenticatedUserAccountClosed "
        "youtube/authenticatedUserAccountSuspende",
    ),
    (
        gettext_lazy(
            "Our access at Google was taken back or has run out. An admin has to connect the channel again. Of an app "
            "that is still in testing at Google it runs out every seven days."
        ),
        "google/invalid_grant",
    ),
    (
        gettext_lazy("Google does not know our app, or not by this secret. An admin has to check both."),
        "google/invalid_client google/unauthorized_client",
    ),
)
