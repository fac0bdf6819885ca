"""How people get in here: who has to have a second step, from where, and who makes tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.models import Organisation, User
from inbox.models.rights import Right
from inbox.team import networks
from inbox.team import organisation as team_organisation
from inbox.team.proof import proof_required
from webcare.server.addresses import is_inside


class SignInRulesForm(forms.Form):
    """The rules. Refuses networks that would shut out whoever fills them in."""

    second_factor = forms.MultipleChoiceField(
        label=_("A second step is a must for"),
        help_text=_("Who has none yet makes one at the next page they open. Single sign-on brings its own."),
        choices=User.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    networks = forms.CharField(
        label=_("Only from these networks"),
        help_text=_("One a line, such as 192.0.2.0/24. Empty: from everywhere."),
        required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "spellcheck": "false"}),
    )

    own_tokens = forms.BooleanField(
        label=_("Everybody who works here makes tokens of the API for themselves"),
        help_text=_("Each does what its owner may do, and ends when they leave. Leads and admins may in any case."),
        required=False,
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._address = address

    def clean_networks(self) -> list[str]:
        """Return the networks, if the admin is in one of them."""
        try:
            found = networks.parse(self.cleaned_data["networks"])
        except ValueError as error:
            wrong = gettext("“%(line)s” is no network.") % {"line": str(error)[:60]}
            raise forms.ValidationError(wrong) from None
        if not is_inside(self._address, found):
            words = gettext("You are at %(address)s yourself: that would shut you out.")
            raise forms.ValidationError(words % {"address": self._address})
        return found


@right_required(Right.ORGANISATION)
@proof_required
def signin_rules(request: AgentRequest) -> HttpResponse:
    """The rules of signing in. POST saves them."""
    now, address = Organisation.current(), request.META.get("REMOTE_ADDR", "")
    initial = {
        "second_factor": now.second_factor, "networks": "\n".join(now.networks), "own_tokens": now.own_tokens,
    }  # fmt: skip
    form = SignInRulesForm(request.POST or None, address=address, initial=initial)
    if request.method == "POST" and form.is_valid():
        team_organisation.change(request.user, **form.cleaned_data)
        messages.success(request, gettext("Saved."))
        return redirect("signin_rules")
    context = {"form": form, "address": address, "section": "people"}
    return render(request, "inbox/settings/signin_rules.html", context)
