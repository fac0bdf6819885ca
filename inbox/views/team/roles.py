"""Roles: what each lets people do, and the organisation's own."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from inbox.access import admin_required
from inbox.http import AgentRequest
from inbox.models import CustomRole, User
from inbox.models.rights import BUILT_IN, GROUPS, Right, offered_groups
from inbox.team import roles
from inbox.team.proof import proof_to_send


class Column(NamedTuple):
    """A role in the table: what it is called, how many have it, and where it is copied from or changed."""

    title: str
    people: int
    rights: frozenset[str]
    key: str
    pk: int | None = None


class RoleForm(forms.Form):
    """A role's name, what it is for, and its rights."""

    title = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    description = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, role: CustomRole, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        for number, (title, rights) in enumerate(offered_groups()):
            self.fields[f"group_{number}"] = forms.MultipleChoiceField(
                label=title,
                choices=[(right.value, right.label) for right in rights],
                initial=[right for right in rights if right in (role.rights or ())],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def rights(self) -> list[Right]:
        """Return the rights that were ticked, and those the role had that could not be."""
        ticked = (self.cleaned_data[f"group_{number}"] for number in range(len(GROUPS)))
        return [Right(right) for rights in ticked for right in rights] + self._not_offered

    @property
    def _not_offered(self) -> list[Right]:
        """Rights of the role that open nothing here now. A new role has none: a copy begins with what can be seen."""
        offered = {right for _title, rights in offered_groups() for right in rights}
        return [right for right in Right if self.role.pk and right in self.role.rights and right not in offered]

    def clean_title(self) -> str:
        """Return a name that no other role has."""
        title = " ".join(self.cleaned_data["title"].split())
        built_in = {str(name).casefold() for _role, name in User.Role.choices}
        taken = CustomRole.objects.filter(title__iexact=title).exclude(pk=self.role.pk).exists()
        if taken or title.casefold() in built_in:
            raise forms.ValidationError(str(roles.TitleTaken.sentence))
        return title

    def clean(self) -> dict[str, Any]:
        """Refuse a role that may do nothing."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(given.get(f"group_{number}") for number in range(len(GROUPS))) and not self._not_offered:
            raise forms.ValidationError(_("Tick at least one right."))
        return given


@require_safe
@admin_required
def listed(request: AgentRequest) -> HttpResponse:
    """Every role as a column, every right as a row."""
    having = dict(User.objects.filter(is_active=True).order_by().values_list("role").annotate(Count("pk")))
    own = CustomRole.objects.annotate(n=Count("people")).order_by("title", "pk")
    columns = [
        Column(str(title), having.get(role, 0), frozenset(BUILT_IN[role]), role)
        for role, title in User.Role.choices
        if role != User.Role.CUSTOM
    ]
    columns += [Column(row.title, row.n, frozenset(row.rights), f"custom:{row.pk}", row.pk) for row in own]
    groups = [
        (title, [(right.label, [(column.title, right in column.rights) for column in columns]) for right in rights])
        for title, rights in offered_groups()
    ]
    context = {"columns": columns, "groups": groups, "own": list(own), "section": "people", "wide": len(columns) + 1}
    return render(request, "inbox/settings/roles.html", context)


@admin_required
@proof_to_send
def add(request: AgentRequest) -> HttpResponse:
    """A new role; it begins as a copy of another where the address says which."""
    role, like = CustomRole(rights=[]), request.GET.get("like", "")
    if like in BUILT_IN:
        role.rights = [str(right) for right in BUILT_IN[like]]
    elif like.removeprefix("custom:").isdecimal() and len(like) < 26:
        copied = CustomRole.objects.filter(pk=int(like.removeprefix("custom:"))).first()
        role.rights = copied.rights if copied else []
    return _edit(request, role)


@admin_required
@proof_to_send
def change(request: AgentRequest, pk: int) -> HttpResponse:
    """A role of the organisation's own. POST saves it; its people have its rights at once."""
    return _edit(request, get_object_or_404(CustomRole, pk=pk))


@require_POST
@admin_required
@proof_to_send
def remove(request: AgentRequest, pk: int) -> HttpResponse:
    """Remove a role that nobody has."""
    role = get_object_or_404(CustomRole, pk=pk)
    try:
        roles.remove(role, by=request.user)
    except roles.RoleInUse as error:
        messages.error(request, str(error.sentence))
        return redirect("role", pk)
    messages.success(request, _("Removed."))
    return redirect("roles")


def _edit(request: AgentRequest, role: CustomRole) -> HttpResponse:
    initial = {"title": role.title, "description": role.description}
    form = RoleForm(request.POST or None, role=role, initial=initial)
    if request.method == "POST" and form.is_valid():
        role.title, role.description = form.cleaned_data["title"], form.cleaned_data["description"]
        try:
            roles.save(role, form.rights, by=request.user)
        except roles.TitleTaken as error:
            form.add_error("title", str(error.sentence))
        else:
            messages.success(request, _("Saved."))
            return redirect("roles")
    people = list(User.objects.filter(custom_role=role).order_by("first_name", "pk")) if role.pk else []
    context = {"form": form, "role": role, "people": people, "section": "people"}
    return render(request, "inbox/settings/role.html", context)
