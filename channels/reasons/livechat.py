"""Sentences for the chat on our own sites, where we are the platform."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: tuple[tuple[str | Promise, str], ...] = (
    (
        gettext_lazy(
            "They answered by mail, so this can only be mailed, and this chat has no mailbox that can send now. An "
            "admin chooses one at the account, under Chat on the site, or sets right the one that is chosen."
        ),
        "chat/no_mailbox",
    ),
    (
        gettext_lazy(
            "They answered by mail, so this can only be mailed, and it is not known to have left. Look in the mailbox "
            "before you send it again."
        ),
        "chat/not_mailed",
    ),
)
