"""Passwords that are long enough and guessed first all the same: a well-known word and a year, a name from here."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from channels.models import Account
from channels.platforms import PLATFORMS
from inbox.models import Organisation, User

# What Dutch offices begin a password with, besides the words in Django's list of the most used.
_DUTCH = (
    "welkom", "wachtwoord", "geheim", "zomer", "winter", "herfst", "lente", "voorjaar", "najaar", "vakantie",
    "kantoor", "werk", "inlog", "inloggen", "toegang", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag",
    "zaterdag", "zondag", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
    "september", "oktober", "november", "december", "nederland", "holland", "amsterdam", "rotterdam", "utrecht",
    "denhaag", "klantenservice", "klant", "service", "team", "admin", "beheer", "beheerder", "test",
    "tijdelijk", "nieuw", "password", "welcome", "qwerty", "azerty",
)  # fmt: skip
_OURS = ("webcare", "inbox", "twitter", *(name for name in PLATFORMS if len(name) > 1))
_LOOKALIKES = str.maketrans("0134578@$!|€", "oieastbasiie")
_FEWEST = 5  # letters that must stay when all that can be guessed is taken out


class GuessableValidator:
    """Refuses what is made of well-known words, digits and names from here."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password that is guessed in the first thousand tries."""
        plain = _plain(password)
        if any(_is_guessable(text, user) for text in {plain, plain.translate(_LOOKALIKES)}):
            raise ValidationError(self.get_help_text(), code="password_guessable")

    def get_help_text(self) -> str:
        """Say what to do instead."""
        return _("This is guessed soon: a well-known word or a name with digits. Choose a short sentence.")


def _is_guessable(text: str, user: User | None) -> bool:
    letters = re.sub(r"[^a-z]", "", text)
    rest = text
    for word in sorted({*_DUTCH, *_OURS, *_names(user)}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return letters in _most_used() or len(set(re.sub(r"[^a-z]", "", rest))) < _FEWEST


def _names(user: User | None) -> set[str]:
    """Return the words that say who works here and for whom."""
    names = [Organisation.current().name]
    for name, handle in Account.objects.values_list("name", "handle"):
        names += [name, handle]
    if user is not None:
        names += [user.first_name, user.last_name, user.email]
    return {word for text in names for word in re.split(r"[^a-z0-9]+", _plain(text)) if len(word) > 2}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in folded if not unicodedata.combining(character))


@cache
def _most_used() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
