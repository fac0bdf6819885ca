"""Sentences for WhatsApp Cloud API, "Error codes" (2026-06)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: tuple[tuple[str | Promise, str], ...] = (
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
)
