"""Why a platform refused something, and what helps, in words.

A code of the platform's own says it best; then one of channels.errors.REASONS; then the platform's own sentence.
Codes: WhatsApp Cloud API "Error codes" (2026-06), Graph API "Error handling", Messenger Platform "Error codes"
(2026-03), X API v2 "Response codes and errors" (2026-08) and the codes of its API v1.1 that v2 still answers; YouTube
Data API "Errors" (2026-09). Codes of other platforms are our own names for what they say in words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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


@cache
def _codes() -> dict[str, str | Promise]:
    """Each code with its sentence."""
    return {code: words for words, codes in _SENTENCES for code in codes.split()}


_SENTENCES: tuple[tuple[str | Promise, str], ...] = (
    (
        gettext_lazy(
            "%(platform)s sends nothing while the payment for this business account is not in order. An admin has "
            "to look at the billing settings at Meta."
        ),
        "131042 131044 134100",
    ),
    (
        gettext_lazy(
            "This person does not want marketing messages from us any more. An ordinary answer still arrives once "
            "they write."
        ),
        "131050",
    ),
    (
        gettext_lazy(
            "Meta keeps this message from this person for an experiment of its own. Trying again does not help. "
            "An ordinary answer arrives once they write."
        ),
        "130472",
    ),
    (
        gettext_lazy(
            "%(platform)s did not deliver this, so that people do not get too many messages from businesses. Wait "
            "a day at least: trying again at once makes it worse."
        ),
        "131049",
    ),
    (
        gettext_lazy(
            "This number is not registered with %(platform)s, or not in the right way. An admin has to register "
            "it again at Meta."
        ),
        "131045 133010 133000 133004 133005 133006 133008 133009 133015 133016 136025",
    ),
    (
        gettext_lazy("This is our own number: sender and recipient are the same."),
        "131021",
    ),
    (
        gettext_lazy("%(platform)s could not fetch the file that the customer sent. Ask them to send it again."),
        "131052",
    ),
    (
        gettext_lazy(
            "%(platform)s could not take in our file: too large, damaged, or of a kind it does not take. Send "
            "another one."
        ),
        "131053 100/2018047 100/2018008 100/2018074 x/324 x/325 x/323",
    ),
    (
        gettext_lazy("This kind of message cannot be shown or sent here. Ask for the same in words."),
        "131051 131060",
    ),
    (
        gettext_lazy(
            "This number cannot be reached on %(platform)s: it has no account, an old version of the app, or has "
            "not agreed to the newest terms. Try another way."
        ),
        "131026",
    ),
    (
        gettext_lazy(
            "More than 24 hours have passed since the customer wrote. Send a template, or wait until they write."
        ),
        "131047",
    ),
    (
        gettext_lazy(
            "Too many people blocked or reported messages of this number, so %(platform)s lets fewer through. An "
            "admin can see the quality of the number at Meta."
        ),
        "131048",
    ),
    (
        gettext_lazy(
            "We have written to as many people outside their window as %(platform)s allows for now. Try again "
            "tomorrow, or answer who writes."
        ),
        "131064",
    ),
    (
        gettext_lazy("Too many messages to this one person in a short time. It goes on by itself."),
        "131056",
    ),
    (
        gettext_lazy("%(platform)s has locked this business account. An admin has to settle that with Meta."),
        "131031 133007",
    ),
    (
        gettext_lazy("%(platform)s does not let this account write to people in this country."),
        "130497",
    ),
    (
        gettext_lazy(
            "The display name of this number has not been approved yet. An admin can see how far that is at Meta."
        ),
        "131037",
    ),
    (
        gettext_lazy(
            "This is a test number, which only writes to the numbers on its list. An admin can add this one at Meta."
        ),
        "131030",
    ),
    (
        gettext_lazy("Meta is working on this account. Try again in a few minutes."),
        "131057",
    ),
    (
        gettext_lazy("This person hides their number, and this kind of message needs it. Send an ordinary message."),
        "131062",
    ),
    (
        gettext_lazy("Marketing templates are switched off for this number. Choose another template."),
        "131063 131055 134011 134102",
    ),
    (
        gettext_lazy("This template is still being prepared by Meta. Try again in ten minutes."),
        "134101",
    ),
    (
        gettext_lazy("The words in this template break a rule of %(platform)s. Choose another one."),
        "132007",
    ),
    (
        gettext_lazy(
            "The form in this message has been stopped by Meta, or may be sent less often. An admin can look at "
            "it there."
        ),
        "132068 132069 139000 139001 139002 139003 139004",
    ),
    (
        gettext_lazy(
            "This person's security code has changed: they have a new phone, perhaps. Check who it is before you "
            "send anything private."
        ),
        "137000",
    ),
    (
        gettext_lazy("This is about a group, and groups are not answered from here."),
        "131020 131041 131059 131201 131202 131204 131207 131208 131209 131210 131211 131212 131213 131214 131215",
    ),
    (
        gettext_lazy("This is about a phone call, and calls are not made from here."),
        "138000 138001 138002 138003 138004 138005 138006 138007 138009 138012 138013 138018",
    ),
    (
        gettext_lazy("%(platform)s could not carry out this block. Try again in a moment."),
        "139100 139102 139103",
    ),
    (
        gettext_lazy("The list of blocked people at %(platform)s is full."),
        "139101",
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
        gettext_lazy("Our app was removed from this account at %(platform)s. An admin has to connect it again."),
        "190/458",
    ),
    (
        gettext_lazy(
            "%(platform)s wants the owner of this account to sign in there and confirm who they are. After that "
            "an admin connects it again."
        ),
        "190/459 190/464 x/326",
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
        gettext_lazy("This person limits who may answer this post."),
        "x/433 x/425 bluesky/replyDisabled",
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
            "Bluesky does not know this name, or not with this app password. Make a new one there: Settings → Privacy "
            "and security → App passwords."
        ),
        "bluesky/password bluesky/AuthenticationRequired",
    ),
    (
        gettext_lazy(
            "This is the account's own password, which asks for a code by mail. Make an app password instead."
        ),
        "bluesky/factor",
    ),
    (
        gettext_lazy(
            "The app password does not open private messages. An admin has to make one that allows them, and connect "
            "the account again."
        ),
        "bluesky/chat",
    ),
    (
        gettext_lazy("Bluesky has closed or suspended this account. Its owner has to sign in there."),
        "bluesky/inactive bluesky/AccountTakedown bluesky/AccountDeactivated bluesky/AccountSuspended",
    ),
    (
        gettext_lazy(
            "The access token may do too little. An admin has to make one on the account's own server with the scopes "
            "read and write."
        ),
        "mastodon/scopes",
    ),
    (
        gettext_lazy("This server does not know apps as Mastodon does. Use an access token that you make there."),
        "mastodon/no_apps",
    ),
    (
        gettext_lazy("The server did not accept the sign-in: “%(said)s” Begin again."),
        "mastodon/sign_in",
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
    (
        gettext_lazy("“%(said)s” is not an e-mail address."),
        "mail/address",
    ),
    (
        gettext_lazy(
            "“%(said)s” is not a mail server. Write its name, like mail.example.nl, with :465 behind it where it has "
            "another port than the usual one."
        ),
        "mail/server",
    ),
    (
        gettext_lazy("%(said)s does not answer. Check the name and the port."),
        "mail/no_server",
    ),
    (
        gettext_lazy(
            "%(said)s does not show a valid certificate, so no password is sent there. Check the name, or renew the "
            "certificate."
        ),
        "mail/certificate",
    ),
    (
        gettext_lazy("%(said)s offers no encryption, so no password is sent there. Try its other port."),
        "mail/not_encrypted",
    ),
    (
        gettext_lazy(
            "%(said)s does not let us read the mailbox: the user name or the password is not right. Many providers "
            "want an app password, and IMAP switched on first."
        ),
        "mail/imap_login",
    ),
    (
        gettext_lazy(
            "%(said)s does not let us send: the user name or the password is not right. Many providers want an app "
            "password."
        ),
        "mail/smtp_login",
    ),
    (
        gettext_lazy(
            "%(said)s does not let us read the mailbox with this sign-in. Who signed in has to have access to it, and "
            "IMAP has to be switched on for it."
        ),
        "mail/imap_token",
    ),
    (
        gettext_lazy(
            "%(said)s does not let us send with this sign-in. Who signed in has to be allowed to send from the mailbox."
        ),
        "mail/smtp_token",
    ),
    (
        gettext_lazy(
            "%(said)s sends nothing for programs: an admin of Microsoft 365 has to switch on “Authenticated SMTP” for "
            "the mailbox."
        ),
        "mail/smtp_off",
    ),
    (
        gettext_lazy("Not everything was allowed. Sign in again and allow reading and sending mail."),
        "mail/permissions",
    ),
    (
        gettext_lazy("The provider does not say which mailbox this is. Sign in again and fill in its address."),
        "mail/whose",
    ),
    (
        gettext_lazy("The provider gave access for an hour only. Take Webcare's access back there and sign in again."),
        "mail/online",
    ),
    (
        gettext_lazy("Our access to the mailbox was taken back or has run out. An admin has to connect it again."),
        "mail/invalid_grant",
    ),
    (
        gettext_lazy("The provider does not know our app, or not by this secret. An admin has to check both."),
        "mail/invalid_client mail/unauthorized_client",
    ),
    (
        gettext_lazy("%(said)s answers in a way that we do not understand. Is it a server for incoming mail?"),
        "mail/imap_refused",
    ),
    (
        gettext_lazy("This e-mail address does not exist (any more). Ask the customer for another one."),
        "mail/no_address",
    ),
    (
        gettext_lazy("The customer's mailbox is full. Try again later, or another way."),
        "mail/full",
    ),
    (
        gettext_lazy("The mail is too large with its files. Send fewer or smaller ones."),
        "mail/too_large",
    ),
    (
        gettext_lazy("The customer's mail server could not be reached for days. Try again later, or another way."),
        "mail/no_answer",
    ),
    (
        gettext_lazy(
            "The other mail server refused this as unwanted: “%(said)s” An admin can check that our domain says who "
            "may send for it (SPF, DKIM and DMARC)."
        ),
        "mail/refused",
    ),
    (
        gettext_lazy(
            "This mailbox has sent as many mails as its provider allows in a day. Within 24 hours there is room again."
        ),
        "mail/limit",
    ),
    (
        gettext_lazy(
            "The mail provider has let this mailbox send nothing for two days: “%(said)s” An admin can ask them why. "
            "Send it again after that, or another way."
        ),
        "mail/limit_lasts",
    ),
    (
        gettext_lazy("This mail came back: “%(said)s”"),
        "mail/returned",
    ),
    (
        gettext_lazy("This mail is larger than 25 MB. Its files were left in the mailbox."),
        "mail/left_there",
    ),
)
