"""The words of an automatic message: the mark in front, when we are back, and how long it can become."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inbox.text.length import length_of

if TYPE_CHECKING:
    from channels.models import Account
    from channels.types import RouteRules
    from inbox.models import Conversation

# Put in front by us, in the language of the text, so that nobody can leave it out.
MARKS = {"nl": "Automatisch bericht: ", "en": "Automatic message: "}
OPENS = "opens"  # the one thing a text may leave open
_BRACES = re.compile(r"\{([^{}]*)\}")
# How others' machines begin, in the words they use most; a machine is not answered by a machine.
_MACHINES = re.compile(
    r"\W*(?:automatisch(?:e)?\s+(?:bericht|antwoord|reactie)|afwezigheids|auto[- ]?reply|autoreply"
    r"|(?:this is an )?automat(?:ic|ed) (?:message|reply|response)|dit is een automatisch)",
    re.IGNORECASE,
)


def language_for(conversation: Conversation, account: Account) -> str:
    """Return in which language somebody is told: theirs where there is a text in it, else the account's."""
    preferences = (conversation.language, account.automatic_language, *MARKS)
    return next((language for language in preferences if language in MARKS and text_in(account, language)), "")


def text_in(account: Account, language: str) -> str:
    """Return what an admin wrote in a language, without the mark; "" for nothing."""
    return str(getattr(account, f"automatic_{language}")).strip()


def fill_in(text: str, language: str, opens: datetime, now: datetime) -> str:
    """Return the whole message as the customer gets it. `opens` is told by its own zone's clock."""
    return MARKS[language] + text.replace(f"{{{OPENS}}}", return_time(opens, now, language))


def return_time(opens: datetime, now: datetime, language: str) -> str:
    """Say when we are back, as one says it: today, tomorrow, on a weekday within the week, on a date after that.

    It is told by the clock of the zone that `opens` is in.
    """
    opening, today = opens, now.astimezone(opens.tzinfo)
    days = (opening.date() - today.date()).days
    with translation.override(language):
        clock = f"{opening.hour}:{opening.minute:02}"
        if days == 0:
            return _("today at %(time)s") % {"time": clock}
        if days == 1:
            return _("tomorrow at %(time)s") % {"time": clock}
        if days < 7:  # noqa: PLR2004  after that a weekday's name is another week's
            return _("on %(weekday)s at %(time)s") % {"weekday": date_format(opening, "l"), "time": clock}
        return _("on %(date)s at %(time)s") % {"date": date_format(opening, "l j F"), "time": clock}


def unknown_placeholders(text: str) -> list[str]:
    """Return what stands between braces and is nothing we can fill in; a brace without its other half too."""
    unknown = [found for found in _BRACES.findall(text) if found != OPENS]
    loose = [brace for brace in "{}" if brace in _BRACES.sub("", text)]
    return [f"{{{name}}}" for name in unknown] + loose


def longest_length(text: str, language: str, rules: RouteRules) -> int:
    """Return the longest length with the mark and return time, as the channel counts."""
    whole = MARKS[language] + text.replace(f"{{{OPENS}}}", _longest_return_time(language))
    return length_of(whole, rules)


def is_automatic(text: str) -> bool:
    """Whether a customer's message says of itself that nobody wrote it."""
    return bool(_MACHINES.match(text))


@cache
def _longest_return_time(language: str) -> str:
    begin = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    days = (begin + timedelta(days=n) for n in range(7, 7 + 366 * 6, 1))
    return max((return_time(day, begin, language) for day in days), key=len)
