"""What a lead fills in about a query."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.models import Account
from inbox.lists.navigation import Nav
from inbox.models import Team
from inbox.views.sla.forms import AccountField
from monitoring.hits.searching import can_search
from monitoring.queries.language import NotAQuery, parse
from monitoring.queries.models import Query
from monitoring.queries.on_x import on_x

_AROUND = 12  # characters shown of what stands where it went wrong


class QueryForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A name, what to look for, where, and who sees what it finds."""

    account = AccountField(
        Account.objects.none(),
        label=gettext_lazy("Search on X, by this account"),
        required=False,
        empty_label=gettext_lazy("Do not search on X"),
        help_text=gettext_lazy(
            "Found posts can be answered where the account may start conversations; an admin decides that."
        ),
        widget=forms.Select(attrs={"class": "select"}),
    )

    class Meta:
        model = Query
        fields = ("name", "text", "language", "account", "in_feeds", "team")
        labels: ClassVar = {"team": gettext_lazy("For team"), "in_feeds": gettext_lazy("Blogs, forums and news")}
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"class": "input"}),
            "text": forms.Textarea(attrs={"class": "input", "rows": 3, "spellcheck": "false"}),
            "language": forms.Select(attrs={"class": "select"}),
            "team": forms.Select(attrs={"class": "select"}),
        }
        help_texts: ClassVar = {
            "text": gettext_lazy(
                "Words side by side all have to be there. <code>OR</code>, <code>NOT</code> or a minus, "
                "<code>“a phrase”</code> and brackets: <code>veldhuis (bank OR stoel) -vacature</code>"
            ),
            "language": gettext_lazy("Where the language cannot be told, a post of a feed is taken all the same."),
        }

    def __init__(self, *args: Any, nav: Nav, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        searching = [account.pk for account in nav.accounts if can_search(account.platform)]
        self.fields["account"].queryset = Account.objects.filter(pk__in=searching)  # type: ignore[attr-defined]
        teams = [team.id for team in nav.teams]
        self.fields["team"].queryset = Team.objects.filter(pk__in=teams)  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("Everybody")  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("Any language")), *Query.Language.choices]  # type: ignore[attr-defined]
        for name in ("account", "team", "language"):
            self.fields[name].kept = True  # type: ignore[attr-defined]  # for the template: empty is a choice
        if not searching:
            del self.fields["account"]
        if not teams:
            del self.fields["team"]

    def clean(self) -> dict[str, Any]:
        """Read the query, and say where it goes wrong."""
        data: dict[str, Any] = super().clean() or {}
        text, account = data.get("text", ""), data.get("account")
        if not text:
            return data
        try:
            part = parse(text)
            if account is not None:
                on_x(part, language=data.get("language", ""), handle=account.handle)
        except NotAQuery as error:
            self.add_error("text", _in_place(error, text))
        if account is None and not data.get("in_feeds"):
            self.add_error("in_feeds", _("Choose where to look: on X, in feeds, or in both."))
        return data


def _in_place(error: NotAQuery, text: str) -> str:
    """Return what is wrong, with what stands there."""
    rest = text[error.at : error.at + _AROUND].strip()
    if not error.at and not rest or error.at >= len(text):
        return error.message
    return _("%(message)s At character %(n)s: “%(there)s”") % {
        "message": error.message, "n": error.at + 1, "there": rest + ("…" if error.at + _AROUND < len(text) else ""),
    }  # fmt: skip
