"""What is filled in about a person: by an admin, and by the person."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from channels.models import Account
from channels.platforms import platform_title
from inbox.models import User
from inbox.models.undo_seconds import CHOICES


class AccountsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Accounts by the name colleagues use."""

    def label_from_instance(self, account: Account) -> str:
        """@VeldhuisNL, X; of a removed one that too."""
        label = f"{account.at_handle}, {platform_title(account.platform)}"
        return f"{label} ({pgettext('an account', 'removed')})" if account.removed_at else label


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Who someone is, what they may do, and from which accounts."""

    accounts = AccountsField(
        Account.objects.none(),
        label=_("Accounts"),
        help_text=_("With nothing ticked this person sees no conversation."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields: ClassVar = [
            "first_name",
            "last_name",
            "email",
            "role",
            "own_initials",
            "language",
            "capacity",
            "all_accounts",
            "accounts",
        ]
        labels: ClassVar = {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "email": _("E-mail address"),
            "role": _("Role"),
            "own_initials": _("Initials"),
            "language": _("Language"),
            "capacity": _("Open conversations at most"),
            "all_accounts": _("Every account, also those added later"),
        }
        help_texts: ClassVar = {
            "capacity": _("With so many, nothing more is given by itself. 0: nothing ever is."),
            "email": _("This is what they sign in with."),
            "own_initials": _("Stands under answers. Empty: made from the name."),
        }
        widgets: ClassVar = {
            "first_name": forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
            "last_name": forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"class": "input", "autocomplete": "off"}),
            "role": forms.RadioSelect,
            "own_initials": forms.TextInput(attrs={"class": "input", "autocomplete": "off", "size": 6}),
            "language": forms.Select(attrs={"class": "select"}),
            "capacity": forms.NumberInput(attrs={"class": "input", "min": 0, "max": 500}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = True
        self.fields["capacity"].required = False
        self.fields["accounts"].queryset = self._choosable()  # type: ignore[attr-defined]

    def _choosable(self) -> QuerySet[Account]:
        """Removed accounts stay where they were chosen: their history is still read."""
        chosen = self.instance.accounts.values("pk") if self.instance.pk else []
        return Account.objects.filter(Q(removed_at=None) | Q(pk__in=chosen)).order_by("platform", "name", "pk")

    @property
    def needs_proof(self) -> bool:
        """Whether saving makes somebody an admin, or lets another address sign in as them."""
        becomes_admin = "role" in self.changed_data and self.cleaned_data["role"] == User.Role.ADMIN
        return becomes_admin or bool(self.instance.pk and "email" in self.changed_data)

    def clean_capacity(self) -> int:
        """What nobody filled in stays as it was."""
        given: int | None = self.cleaned_data["capacity"]
        return self.instance.capacity if given is None else given

    def clean(self) -> dict[str, Any]:
        """Auditors read the log, and no conversation."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("role") == User.Role.AUDITOR:
            given |= {"all_accounts": False, "accounts": Account.objects.none()}
        return given

    def clean_email(self) -> str:
        """One spelling per address, so that nobody gets a second account by a capital letter."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(gettext("Somebody with this address is here already."))
        return email


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """How the pages look for me, and how long I can take an answer back."""

    undo_seconds = forms.TypedChoiceField(
        label=_("Time to take an answer back"),
        help_text=_("An answer leaves after this many seconds; until then you can stop it."),
        coerce=int,
        choices=list(CHOICES.items()),
        widget=forms.Select(attrs={"class": "select"}),
    )

    class Meta:
        model = User
        fields: ClassVar = [
            "first_name",
            "last_name",
            "own_initials",
            "language",
            "theme",
            "density",
            "undo_seconds",
            "browser_alerts",
            "alert_sound",
        ]
        labels: ClassVar = {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "own_initials": _("Initials"),
            "language": _("Language"),
            "theme": _("Light or dark"),
            "density": _("Spacing"),
            "browser_alerts": _("Tell me outside the page when a colleague asks for me"),
            "alert_sound": _("With a sound"),
        }
        help_texts: ClassVar = {"own_initials": _("Stands under answers. Empty: made from the name.")}
        widgets: ClassVar = {
            "first_name": forms.TextInput(attrs={"class": "input", "autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"class": "input", "autocomplete": "family-name"}),
            "own_initials": forms.TextInput(attrs={"class": "input", "autocomplete": "off", "size": 6}),
            "language": forms.RadioSelect,
            "theme": forms.RadioSelect,
            "density": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = True
