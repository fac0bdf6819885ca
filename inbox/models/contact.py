"""A person, and that person's accounts on platforms."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels.platforms import platform_of
from webcare.lib import masks
from webcare.lib.bidi import NameField


class Contact(models.Model):
    """A person who talks to the brand. Made of one or more identities; never merged on a name alone."""

    class Kind(models.TextChoices):
        """Who writes: not every sender is a customer."""

        CUSTOMER = "customer", _("Customer")
        PRESS = "press", _("Press")
        OPINION_MAKER = "opinion", _("Opinion maker")
        CRITIC = "critic", _("Critic")
        COLLEAGUE = "colleague", _("Colleague")

    class Address(models.TextChoices):
        """How someone wants to be addressed; "" means as the organisation does."""

        JE = "je", _("je (informal)")
        U = "u", _("u (formal)")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CUSTOMER)
    address = models.CharField(max_length=2, choices=Address.choices, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)  # nothing of them is left

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    @property
    def title(self) -> str:
        """What to call this person: the name, else what their first account is called; "" for who is not known."""
        accounts: list[Identity] = list(self.identities.all())
        return self.name or next((known.title for known in sorted(accounts, key=lambda row: row.pk) if known.title), "")


def details_of(contact_id: int) -> str:
    """Return by what name somebody's own details are revealed to who sees masks."""
    return f"person {contact_id}"


class IdentityQuerySet(models.QuerySet["Identity"]):
    """Named selections of identities."""

    def visible_in(
        self, accounts: Collection[int] | models.Expression, closed: Collection[int] | models.Expression = ()
    ) -> Self:
        """Those a reader of these accounts knows of: with a conversation in one, or an id that one gave them.

        What the teams have that are `closed` to the reader tells of nobody.
        Asked inside the statement it narrows. inbox/access.py says what hangs on it.
        """
        from channels.models import Account  # noqa: PLC0415  the apps know each other by model only
        from inbox.models.conversation import Conversation  # noqa: PLC0415  it names this model

        talks = Conversation.objects.filter(identity=OuterRef("pk"))
        seen = talks.filter(account__in=accounts).exclude(team__in=closed)
        hidden = talks.filter(team__in=closed)
        owner = Account.objects.filter(pk__in=accounts, platform=OuterRef("platform"), external_id=OuterRef("scope"))
        return self.filter(Exists(seen) | (Exists(owner) & ~Exists(hidden)))


class Identity(models.Model):
    """A contact's account on a platform.

    `scope` is "" where ids count platform-wide (X, WhatsApp numbers). Else it is the account's external id (PSID,
    IGSID).
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="identities", db_index=False)
    platform = models.CharField(max_length=20)
    scope = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=160)
    name = NameField(max_length=200, blank=True)
    handle = NameField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    avatar_url = models.URLField(max_length=1000, blank=True)
    followers = models.PositiveIntegerField(null=True, blank=True)
    verified = models.BooleanField(null=True, blank=True)
    location = models.CharField(max_length=200, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    told_at = models.JSONField(default=dict, blank=True)  # when each of the facts above was last told

    objects: ClassVar = IdentityQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "scope", "external_id"], name="one_identity_per_platform_id"),
        ]
        indexes: ClassVar = [
            # serves the contact panel: all identities of one contact in a stable order
            models.Index(fields=["contact", "id"], name="identity_of_contact"),
            # who may be the same person: equal names and numbers
            models.Index(Lower("handle"), name="identity_handle", condition=~models.Q(handle="")),
            models.Index(fields=["phone"], name="identity_phone", condition=~models.Q(phone="")),
            # who else is called so (inbox/privacy/erasing.py), as `iexact` asks it
            models.Index(Upper("name"), name="identity_name", condition=~models.Q(name="")),
            # finding people by the beginning of a name or handle (inbox/lists/search.py asks with the same expression)
            GinIndex(
                models.Func("name", "handle", "phone", function="inbox_names", output_field=SearchVectorField()),
                name="identity_words",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What to call this person: name, else @handle or address, else phone number, else "" (unknown)."""
        return self.name or self.shown_handle or self.shown_phone

    @property
    def shown_handle(self) -> str:
        """Their @handle, or their e-mail address as the reader of this request may see it; "" for none."""
        is_address = "@" in self.handle and platform_of(self.platform).handles_are_addresses
        return masks.handle(self.handle, details_of(self.contact_id), is_address=is_address)

    @property
    def shown_phone(self) -> str:
        """Their phone number as the reader of this request may see it."""
        if not self.phone or not masks.is_on():
            return self.phone  # whose it is need not be known
        return masks.number(self.phone, details_of(self.contact_id))

    @property
    def at_handle(self) -> str:
        """The @handle, address or phone number beside the name; "" where there is none or it would repeat the name."""
        shown = self.shown_handle or self.shown_phone
        return "" if shown == self.title else shown

    @property
    def initials(self) -> str:
        """Two letters for the avatar; "?" for someone without a name."""
        words = [
            word for word in self.title.lstrip("@+").replace("_", " ").replace(".", " ").split() if word[0].isalnum()
        ]
        if not words:
            return "?"
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


class FormerId(models.Model):
    """An id that an identity had until some time (a new phone number). What was said under it is still theirs."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="former_ids")
    platform = models.CharField(max_length=20)
    scope = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=160)
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "scope", "external_id", "until"], name="one_former_id_each"),
        ]

    def __str__(self) -> str:
        return f"{self.external_id} until {self.until:%Y-%m-%d}"


class OtherId(models.Model):
    """A further id of an identity that holds beside its own: WhatsApp's scoped id of somebody with a number."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="other_ids")
    platform = models.CharField(max_length=20)
    scope = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=160)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "scope", "external_id"], name="one_identity_per_other_id"),
        ]

    def __str__(self) -> str:
        return self.external_id


class ContactNote(models.Model):
    """What colleagues should know about a person, in every conversation with them."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return self.text[:40]


class IdentityMove(models.Model):
    """An identity that a colleague put with another contact, so that it can be put back."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="moves")
    from_contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    to_contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    carried = models.JSONField(default=dict, blank=True)  # what went along: ids of notes, and what was set before

    class Meta:
        # what can still be taken back, in the contact panel
        indexes: ClassVar = [models.Index(fields=["to_contact", "-at"], name="moves_to_contact")]

    def __str__(self) -> str:
        return f"{self.identity_id}: {self.from_contact_id} to {self.to_contact_id}"


class Block(models.Model):
    """Somebody one of our accounts has blocked on its platform. Gone when undone: the log keeps who did what."""

    account = models.ForeignKey("channels.Account", on_delete=models.CASCADE, related_name="blocks")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="blocks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=20)  # one of inbox.actions.blocking.REASONS
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "identity"], name="one_block_per_person")]

    def __str__(self) -> str:
        return f"{self.identity_id} by {self.account_id}"


class NotSamePerson(models.Model):
    """A colleague's word that two contacts are two people: never suggested again."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["contact", "other"], name="one_refusal_per_pair")]

    def __str__(self) -> str:
        return f"{self.contact_id} is not {self.other_id}"
