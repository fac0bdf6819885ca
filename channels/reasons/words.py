"""Why a platform refused something, and what helps, in words.

A code of the platform's own says it best; then one of channels.errors.REASONS; then the platform's own sentence.
Each platform's codes stand in a module beside this one, with their source.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from channels.reasons import bluesky, email, livechat, mastodon, meta, several, whatsapp, x, youtube

LONGEST = 200  # of a platform's own words
_MARKS = re.compile(r"^\(#\d+\)\s*|\s*\[[\w/+-]{6,}\]$")  # Meta's number in front, and its trace id behind


def sentence(reason: str, platform_title: str, code: str = "", platform_words: str = "") -> str:
    """Return what happened and what helps.

    `code` is the platform's own, `platform_words` its own words: shown where neither code nor reason is one we know.
    """
    named = {"platform": platform_title, "code": code, "said": _one_line(platform_words)}
    words = _of_code(code) or _of_reason(reason)
    if words:
        return str(words) % named
    if code and named["said"]:
        return _("%(platform)s refused this, with number %(code)s: “%(said)s”") % named
    if code:
        return _("%(platform)s refused this, with number %(code)s, and says no more.") % named
    if named["said"]:
        return _("%(platform)s refused this: “%(said)s”") % named
    return _("%(platform)s refused, and did not say why in a way we know.") % named


def refused(
    reason: str, platform_title: str, code: str = "", platform_words: str = "", *, is_signed_in: bool = False
) -> str:
    """Return why a platform refused what somebody just filled in, or signed in with: nothing is connected by it yet."""
    if reason == "reauth" and not _of_code(code) and is_signed_in:
        why = _("the access that it just gave does not work. Sign in there once more.")
    elif reason == "reauth" and not _of_code(code):
        why = _("it was not copied in full, or it does not work any more. Try it once more.")
    elif reason == "site_address":  # nobody was asked
        return sentence(reason, platform_title)
    elif reason == "unreachable" and not _of_code(code):
        words = _("%(platform)s does not answer. Look whether this is right, and try again in a moment.")
        return words % {"platform": platform_title}
    else:
        why = sentence(reason, platform_title, code, platform_words)
    return _("%(platform)s did not accept this: %(reason)s") % {"platform": platform_title, "reason": why}


def loss_in_words(error: str, platform_title: str) -> str:
    """Return why something of a customer's came without its content, and what helps.

    `error` is the platform's code with its own words behind it. A code that is about our sending says nothing here.
    """
    code, _sep, platform_words = error.partition(" ")
    named = {"platform": platform_title, "code": _one_line(code), "said": _one_line(platform_words)}
    if code in _COMING_IN:
        return str(_codes()[_COMING_IN[code]]) % named
    if named["said"]:
        return _("%(platform)s could not pass this on, with number %(code)s: “%(said)s”") % named
    return _("%(platform)s could not pass this on, and does not say why.") % named


def _one_line(text: str) -> str:
    """A platform's words, short, on one line, without marks that turn or hide what follows."""
    shown = "".join(" " if sign.isspace() else sign for sign in text[: LONGEST * 5])
    shown = "".join(sign for sign in shown if not unicodedata.category(sign).startswith(("C", "Zl", "Zp")))
    shown = " ".join(_MARKS.sub("", shown).split())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1].rstrip()}…"


def _of_code(code: str) -> str | Promise | None:
    first, _slash, last = code.partition("/")
    table = _codes()
    # X says its HTTP status first, Meta its code; Meta's subcode says more than the code before it.
    return table.get(code) or table.get(f"x/{last}") or table.get(first)


def _of_reason(reason: str) -> str:
    return {
        "reauth": _("%(platform)s no longer accepts our access. An admin has to connect the account again."),
        "renewing": _("The access to %(platform)s has ended and is being renewed. It goes on by itself."),
        "rate_limited": _("%(platform)s allows no more requests for now. It goes on by itself."),
        "duplicate_text": _("%(platform)s refuses the same text twice. Change a word and send it again."),
        "too_long": _("This is too long for %(platform)s. Make it shorter."),
        "window_closed": _(
            "The time in which %(platform)s lets us answer has passed. It opens again when the customer writes."
        ),
        "not_summoned": _("%(platform)s only lets us answer people who named us, and this person did not."),
        "recipient_unavailable": _("%(platform)s cannot reach this person: blocked, gone, or closed to messages."),
        "message_gone": _("What this answers is no longer on %(platform)s."),
        "already_replied": _("%(platform)s allows one private answer to a comment, and that one was sent."),
        "too_old": _("What this answers is too old for %(platform)s."),
        "forbidden": _("%(platform)s does not allow our app to do this. An admin can check the app's permissions."),
        "blocked": _("%(platform)s has blocked sending for a while, because of how much or what was sent."),
        "unreachable": _("%(platform)s does not answer. We keep trying."),
        "deferred": _("The customer's mail server wants it later. We try again by itself, for more than an hour."),
        "media_refused": _("%(platform)s does not take this file: too large, or of another kind."),
        "not_fetched": _(
            "%(platform)s could not fetch the picture from Webcare. An admin can check that the internet reaches it."
        ),
        "template_refused": _("%(platform)s does not take this template: it is paused, changed or not approved."),
        "template_values": _("%(platform)s does not take these values for the template. Fill them in again."),
        "template_missing": _("%(platform)s does not know this template, or not in this language. Choose another one."),
        "template_paused": _(
            "%(platform)s has paused this template, since customers did not like it. Choose another one."
        ),
        "template_disabled": _("%(platform)s has switched this template off for good. Choose another one."),
        "too_late_to_block": _(
            "%(platform)s only lets us block somebody who wrote in the last 24 hours. Do it when they write again."
        ),
        "paused": _("This account is paused. What you send waits until an admin resumes it."),
        "listen_only": _("This account only listens: nothing can be sent from it."),
        "react_only": _(
            "This account answers who addresses us, and no posts that a search found. An admin can allow that."
        ),
        "site_address": _("The address must be one of a site over HTTPS, like https://www.example.nl."),
        "no_publishing": _("No posts may leave from this account. An admin can allow that."),
        "too_many_posts": _("%(platform)s takes no more posts of this account today. Publish it tomorrow."),
        "credit": _("The prepaid credit at %(platform)s is used up. An admin has to add to it."),
    }.get(reason, "")


# What is said of each where it is about the customer's message: a file is lost in the same way by two codes.
_COMING_IN = {
    "131051": "131051", "131052": "131052", "131053": "131052", "mail/left_there": "mail/left_there",
}  # fmt: skip
_TABLES = (bluesky, email, livechat, mastodon, meta, several, whatsapp, x, youtube)


@cache
def _codes() -> dict[str, str | Promise]:
    """Each code with its sentence."""
    return {code: words for module in _TABLES for words, codes in module.SENTENCES for code in codes.split()}
