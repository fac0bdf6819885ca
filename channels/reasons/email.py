"""Sentences for what mail servers say, under names of our own."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: tuple[tuple[str | Promise, str], ...] = (
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
