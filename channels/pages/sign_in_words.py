"""What an admin has to know before signing in at a platform: as whom, and what to look out for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_OF_META = _("Use the account that manages the page. On a shared computer: sign out at Meta afterwards.")
_HELP: Mapping[str, _StrPromise] = {
    "x": _("Sign in there as the brand's own account. X connects the account that you are signed in as."),
    "youtube": _(
        "Use a Google account that manages the channel, and choose the channel itself where Google asks. On a shared"
        " computer: sign out at Google afterwards."
    ),
    "email": _(
        "Microsoft 365 and Google Workspace open mailboxes by signing in only. Every other provider: with the"
        " mailbox's password."
    ),
    "mastodon": _(
        "Mastodon runs on many servers. Fill in where the account is at home, and sign in there as that account."
    ),
    "whatsapp": _("A system user of your business holds the access. Its token does not end when a colleague leaves."),
}


def help_for(platform: str) -> str:
    """Return it, in the reader's language."""
    return str(_HELP.get(platform, _OF_META))
