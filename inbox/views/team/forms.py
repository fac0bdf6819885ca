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
from inbox.models.rights import Right
from inbox.models.undo_seconds import CHOICES
from inbox.team import roles


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

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    class Meta:
        model = User
        fields: ClassVar = [
            "first_name",
            "last_name",
            "email",
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
            "own_initials": forms.TextInput(attrs={"class": "input", "autocomplete": "off", "size": 6}),
            "language": forms.Select(attrs={"class": "select"}),
            "capacity": forms.NumberInput(attrs={"class": "input", "min": 0, "max": 500}),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["first_name"].required = True
        self.fields["capacity"].required = False
        self.initial["role"] = roles.key_of(self.instance)
        self.fields["role"].choices = roles.choices_for(by, self.instance)  # type: ignore[attr-defined]
        self.fields["accounts"].queryset = self._choosable()  # type: ignore[attr-defined]
        if not by.reads_all_accounts:
            del self.fields["all_accounts"]
        first = ["first_name", "last_name", "email", "role"]
        self.order_fields(first)

    def _choosable(self) -> QuerySet[Account]:
        """Those that whoever gives them reads. Removed ones stay where they were chosen: their history is read."""
        chosen = self.instance.accounts.values("pk") if self.instance.pk else []
        mine = Account.objects.filter(pk__in=self.by.readable_accounts().order_by().values("pk"))
        return mine.filter(Q(removed_at=None) | Q(pk__in=chosen)).order_by("platform", "name", "pk")

    @property
    def chosen_accounts(self) -> list[Account]:
        """Return the accounts to give: what was ticked, and what is not to be seen here and so stays."""
        if not self.works:
            return []
        chosen = list(self.cleaned_data["accounts"])
        if self.instance.pk is None:
            return chosen
        return chosen + list(self.instance.accounts.exclude(pk__in=self._choosable().order_by().values("pk")))

    @property
    def works(self) -> bool:
        """Whether the chosen role reads conversations."""
        return Right.WORK in roles.rights_of(self.cleaned_data["role"])

    @property
    def needs_proof(self) -> bool:
        """Whether saving lets somebody manage people or customers' data, or another address sign in as them."""
        may_manage = {Right.PEOPLE, Right.PRIVACY} & roles.rights_of(self.cleaned_data["role"])
        given_more = "role" in self.changed_data and bool(may_manage)
        return given_more or bool(self.instance.pk and "email" in self.changed_data)

    def clean_capacity(self) -> int:
        """What nobody filled in stays as it was."""
        given: int | None = self.cleaned_data["capacity"]
        return self.instance.capacity if given is None else given

    def clean(self) -> dict[str, Any]:
        """Who does not work in conversations has no accounts."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("role") and not self.works:
            given |= {"all_accounts": False, "accounts": Account.objects.none()}
        return given

    def _post_clean(self) -> None:
        if role := self.cleaned_data.get("role"):
            roles.give(self.instance, role)
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out

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
