"""What somebody fills in of a post: words, accounts, pictures and a moment."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from channels.file_type import read_type
from channels.models import Account
from channels.types import Route, RouteRules
from inbox.outbox import posts
from inbox.outbox.checks import Refused, check_files
from inbox.outbox.files import prepare_files
from inbox.text.length import length_of
from inbox.views.forms import zone_choices
from publishing.models import Part, Picture, Post
from publishing.moments import NoSuchTime, moment_in
from publishing.names import name_of
from webcare.lib.time_zones import zone_named

MOST_PICTURES = 4
LONGEST = 10_000  # more than any platform takes
_CLOCK = "%Y-%m-%dT%H:%M"


class MomentForm(forms.Form):
    """A moment by somebody's clock."""

    clock = forms.DateTimeField(
        label=gettext_lazy("When"),
        error_messages={"required": gettext_lazy("Give a date and a time.")},
        widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}, format=_CLOCK),
    )
    time_zone = forms.CharField(label=gettext_lazy("Time zone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Naive: it is read by the clock that was chosen, not by ours.
        self.fields["clock"].to_python = _clock  # type: ignore[method-assign]
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), required=False, choices=zone_choices(),
            widget=forms.Select(attrs={"class": "select"}),
        )  # fmt: skip
        self.fields["time_zone"].kept = True  # type: ignore[attr-defined]  # for the template: empty is an answer

    def clean(self) -> dict[str, Any]:
        """Make a moment of the time and the clock."""
        data = super().clean() or {}
        clock, name = data.get("clock"), data.get("time_zone") or ""
        if clock is None or "time_zone" in self.errors:
            return data
        zone = zone_named(name)
        try:
            data["at"] = moment_in(clock, zone)
        except (NoSuchTime, OverflowError):
            self.add_error("clock", _("That time does not exist: the clock is put forward over it."))
            return data
        if data["at"] <= timezone.now():
            self.add_error("clock", _("Choose a moment in the future."))
        return data


@dataclass(frozen=True, slots=True)
class Place:
    """An account to choose, what it takes, and the field of its own text."""

    account: Account
    rules: RouteRules
    own: Any
    is_chosen: bool


class PostForm(MomentForm):
    """A post and its parts, each with words of its own where wanted.

    `code` names a new post before it is there, so that a button pressed twice saves one. `version` is of the post as
    it was when somebody began to change it.
    """

    code = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "input", "rows": 6, "dir": "auto"}),
    )
    link = forms.URLField(
        label=gettext_lazy("Link"), required=False, max_length=500, assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "input", "inputmode": "url"}),
        help_text=gettext_lazy("Stands below the text."),
    )  # fmt: skip
    accounts = forms.MultipleChoiceField(
        label=gettext_lazy("Accounts"), widget=forms.CheckboxSelectMultiple, choices=(),
        error_messages={"required": gettext_lazy("Choose at least one account.")},
    )  # fmt: skip
    field_order = ("accounts", "text", "link", "clock", "time_zone")

    def __init__(
        self, *args: Any, accounts: Sequence[Account], post: Post | None = None, day: date | None = None, **kwargs: Any
    ) -> None:
        """`day` is the day a new post was begun on, in the calendar."""
        self.choosable = {str(account.code): account for account in accounts}
        self.post = post
        super().__init__(*args, initial=_initial(post, self.choosable, day), **kwargs)
        self.fields["accounts"].choices = [  # type: ignore[attr-defined]  # a choice field
            (code, account.at_handle) for code, account in self.choosable.items()
        ]
        own = {str(part.account.code): part.text for part in post.parts.all()} if post else {}
        for code, account in self.choosable.items():
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text on %(account)s") % {"account": name_of(account)}, required=False,
                max_length=LONGEST, initial=own.get(code, ""),
                widget=forms.Textarea(attrs={"class": "input", "rows": 4, "dir": "auto"}),
            )  # fmt: skip
        self.kept = self._kept_of(post) if post else []
        for picture in self.kept:
            self.fields[f"alt_{picture.code}"] = _alt_field(picture.alt_text, required=True)
            self.fields[f"drop_{picture.code}"] = forms.BooleanField(label=_("Remove this picture"), required=False)
        self.slots = range(MOST_PICTURES - len(self.kept))
        for slot in self.slots:
            self.fields[f"picture_{slot}"] = forms.FileField(
                label=_("Picture"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
            )
            self.fields[f"alt_new_{slot}"] = _alt_field("", required=False)
        self.new_files: list[tuple[UploadedFile[Any], str]] = []

    def _kept_of(self, post: Post) -> list[Picture]:
        """Return the pictures that a form knows: one that was saved a moment ago holds its new ones as new still."""
        pictures = list(post.pictures.all())
        if not self.is_bound or str(self.data.get("version", "")) in ("", str(post.version)):
            return pictures
        return [picture for picture in pictures if f"alt_{picture.code}" in self.data]

    @property
    def chosen(self) -> list[Account]:
        """The accounts it is for."""
        return [self.choosable[code] for code in self.cleaned_data.get("accounts", ())]

    @property
    def places(self) -> list[Place]:
        """Each account with what it takes and the field of its own text."""
        chosen = set(self["accounts"].value() or ())
        return [
            Place(account, account.capabilities.routes[Route.POST], self[f"text_{code}"], code in chosen)
            for code, account in self.choosable.items()
        ]

    @property
    def kept_fields(self) -> list[tuple[Any, Any, Any]]:
        """The pictures there are, with the fields of each."""
        return [(picture, self[f"alt_{picture.code}"], self[f"drop_{picture.code}"]) for picture in self.kept]

    @property
    def new_fields(self) -> list[tuple[Any, Any]]:
        """The places for new pictures."""
        return [(self[f"picture_{slot}"], self[f"alt_new_{slot}"]) for slot in self.slots]

    def clean(self) -> dict[str, Any]:
        """Look at the words and pictures as each account takes them."""
        data = super().clean()
        self._read_files(data)
        left = [picture for picture in self.kept if not data.get(f"drop_{picture.code}")]
        for account in self.chosen:
            rules = self._rules_of(account)
            if rules is None:
                continue
            self._check_length(account, rules, data)
            if rules.needs_file and not (left or self.new_files):
                self.add_error("accounts", _("A post on %(account)s needs a picture.") % {"account": name_of(account)})
        self._ask_files_again(data)
        return data

    def _ask_files_again(self, data: Mapping[str, Any]) -> None:
        """Say of chosen pictures that they are gone: a browser gives a file once, and something else was wrong."""
        if not self.errors:
            return
        for slot in self.slots:
            if data.get(f"picture_{slot}") and f"picture_{slot}" not in self.errors:
                self.add_error(f"picture_{slot}", _("Choose this picture once more: something else was not right yet."))

    def _rules_of(self, account: Account) -> RouteRules | None:
        try:
            rules = posts.rules_for(account)
        except Refused as error:
            self.add_error("accounts", f"{name_of(account)}: {error.message}")
            return None
        try:
            posts.check_permissions(account)
        except Refused as error:
            self.add_error("accounts", error.message)  # it names the account itself
            return None
        return rules

    def _check_length(self, account: Account, rules: RouteRules, data: Mapping[str, Any]) -> None:
        own = data.get(f"text_{account.code}") or ""
        part = Part(post=Post(text=data.get("text") or "", link=data.get("link") or ""), account=account, text=own)
        over = length_of(part.words, rules) - rules.limit
        if over > 0:
            words = ngettext(
                "On %(account)s this is %(over)d character too long.",
                "On %(account)s this is %(over)d characters too long.",
                over,
            )
            field = f"text_{account.code}" if own else "text"
            self.add_error(field, words % {"account": name_of(account), "over": over})

    def _read_files(self, data: Mapping[str, Any]) -> None:
        for slot in self.slots:
            file = data.get(f"picture_{slot}")
            if not file:
                continue
            alt_text = data.get(f"alt_new_{slot}") or ""
            if not alt_text:
                self.add_error(f"alt_new_{slot}", _("Say what the picture shows, for who cannot see it."))
            try:
                self.new_files.append((self._read(file), alt_text))
            except Refused as error:
                self.add_error(f"picture_{slot}", error.message)

    def _read(self, file: UploadedFile[Any]) -> UploadedFile[Any]:
        """Return a picture without place and time that every chosen account takes. Raises Refused."""
        content = file.read()
        found = read_type(BytesIO(content), file.content_type or "")
        if found is None or found.kind != "image":
            raise Refused("media_refused", _("“%(name)s” is no picture.") % {"name": file.name})
        typed: UploadedFile[Any] = SimpleUploadedFile(file.name or "picture", content, found.mime_type)
        for account in self.chosen:
            rules = account.capabilities.routes.get(Route.POST)
            if rules is not None:
                (typed,) = prepare_files([typed], rules, account)
                check_files([typed], rules, account)
        return typed


def _alt_field(initial: str, *, required: bool) -> forms.CharField:
    field = forms.CharField(
        label=_("What the picture shows"), required=required, max_length=1000, initial=initial,
        widget=forms.TextInput(attrs={"class": "input", "dir": "auto"}),
    )  # fmt: skip
    field.kept = True  # type: ignore[attr-defined]  # for the template: with a picture it is not optional
    return field


def _clock(value: Any) -> datetime | None:
    """Return a time without a zone. Raises ValidationError for what is none."""
    if not value:
        return None
    try:
        clock = datetime.fromisoformat(str(value))
    except ValueError:
        raise forms.ValidationError(_("Give a date and a time.")) from None
    return clock.replace(tzinfo=None, second=0, microsecond=0)


def _initial(post: Post | None, choosable: Mapping[str, Account], day: date | None) -> dict[str, Any]:
    if post is None:
        accounts = list(choosable) if len(choosable) == 1 else []
        return {"code": uuid.uuid4(), "accounts": accounts, "clock": _usual(day).strftime(_CLOCK)}
    return {
        "version": post.version, "text": post.text, "link": post.link,
        "clock": post.local_at.strftime(_CLOCK), "time_zone": post.time_zone,
        "accounts": [str(part.account.code) for part in post.parts.all()],
    }  # fmt: skip


def _usual(day: date | None) -> datetime:
    """Return nine o'clock on a day, tomorrow without one; the next hour but one where that has passed."""
    now = timezone.localtime().replace(second=0, microsecond=0)
    morning = datetime.combine(day or now.date() + timedelta(days=1), time(9), now.tzinfo)
    return morning if morning > now else now.replace(minute=0) + timedelta(hours=2)
