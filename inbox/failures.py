"""Why a platform refused something, in words: one sentence for each of channels.errors.REASONS."""

from __future__ import annotations

from django.utils.translation import gettext as _


def sentence(reason: str, platform_title: str) -> str:
    """Return what happened and what helps, for one of channels.errors.REASONS; the general sentence for others."""
    named = {"platform": platform_title}
    words = {
        "reauth": _("%(platform)s no longer accepts our access. An admin has to connect the account again."),
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
        "media_refused": _("%(platform)s does not take this file: too large, or of another kind."),
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
        "credit": _("The prepaid credit at %(platform)s is used up. An admin has to add to it."),
    }
    return words.get(reason, _("%(platform)s refused, and did not say why in a way we know.")) % named
