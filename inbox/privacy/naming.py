"""Texts of colleagues that name a person and stay as they are: labels, rules, saved searches and the like.

Work is sorted and found by them, so people change them. They are shown before somebody is erased, and kept by key
on the receipt, which says of each whether it was changed since.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from channels.models import Account, Stream
from inbox.ingest import erased
from inbox.models import (
    CannedReply,
    CustomRole,
    Erasure,
    Guideline,
    Incident,
    Label,
    PracticeRound,
    Rule,
    Team,
    WatchedWord,
    Webhook,
)
from inbox.privacy import elsewhere
from inbox.privacy.elsewhere import Texts
from inbox.privacy.traces import Traces

_AT_ONCE = 500
_LONGEST = 300  # characters of a text that are shown


def _at(name: str, key: str = "code") -> Any:
    return lambda row: reverse(name, args=[getattr(row, key)])


def _searches() -> Any:
    rows = Stream.objects.filter(account__removed_at=None).exclude(query="")
    return rows.select_related("account").defer("account__sealed_credentials")


_KINDS = (
    Texts("label", _("Label"), Label.objects.all, ("name",), _at("label_edit")),
    Texts("team", _("Team"), Team.objects.all, ("name",), _at("team_edit")),
    Texts("rule", _("Rule"), Rule.objects.kept, ("name", "when", "conditions", "actions"), _at("rule")),
    Texts("webhook", _("Webhook of rules"), Webhook.objects.all, ("name",), lambda _row: reverse("webhooks")),
    Texts("canned", _("Canned reply"), CannedReply.objects.all, ("title",), _at("canned_edit")),
    Texts("guideline", _("Guideline"), Guideline.objects.all, ("title",), _at("guideline_edit")),
    Texts("word", _("Watched word"), WatchedWord.objects.all, ("phrase", "advice"), lambda _row: reverse("words")),
    Texts("incident", _("Incident"), Incident.objects.all, ("name",), _at("incident")),
    Texts("round", _("Practice round"), PracticeRound.objects.all, ("name",), _at("practice_round")),
    Texts("role", _("Role"), CustomRole.objects.all, ("title", "description"), _at("role", "pk")),
    Texts(
        "account", _("Account"), lambda: Account.objects.filter(removed_at=None).defer("sealed_credentials"),
        ("name", "automatic_nl", "automatic_en"), _at("account"),
    ),
    Texts(
        "search", _("Search on a platform"), _searches, ("query",),
        lambda row: reverse("account", args=[row.account.code]),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A text that names somebody: what it is, what it says, and where it is changed."""

    kind: str
    title: str
    pk: int
    texts: tuple[str, ...]  # of it, those that name them
    address: str

    @property
    def said(self) -> str:
        """What is shown of it."""
        return " · ".join(self.texts)[:_LONGEST]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a receipt says of one: where it is, or that it was changed or removed since."""

    title: str
    address: str
    is_changed: bool


def naming(traces: Traces) -> list[Named]:
    """Return the texts that name or quote a person now. Reads them all, so never inside a transaction."""
    found = []
    for texts in _kinds():
        for row in texts.rows().order_by("pk").iterator(chunk_size=_AT_ONCE):
            said = tuple(text for text in _said(row, texts) if traces.is_named_in(text))
            if said:
                found.append(Named(texts.kind, str(texts.title), row.pk, said, texts.address(row)))
    return found


def kept(found: list[Named]) -> list[list[Any]]:
    """Return what a receipt keeps of them: no words, but by what each text is known again."""
    key = erased.key() if found else b""
    return [[one.kind, one.pk, [_digest(text, key) for text in one.texts]] for one in found]


def still(row: Erasure) -> list[Kept]:
    """Return what a receipt's texts are now."""
    kinds = {texts.kind: texts for texts in _kinds()}
    key = erased.key() if row.named else b""
    found = []
    for kind, texts in kinds.items():
        known = {pk: digests for of, pk, digests in row.named if of == kind}
        rows = {one.pk: one for one in texts.rows().filter(pk__in=known)} if known else {}
        for pk, digests in known.items():
            one = rows.get(pk)
            address = texts.address(one) if one is not None else ""
            is_changed = one is None or _is_changed(list(_said(one, texts)), digests, key)
            found.append(Kept(str(texts.title), address, is_changed))
    return found


def _is_changed(said: list[str], digests: list[str] | str, key: bytes) -> bool:
    """Whether none of the texts that named them is said any more, whatever else was changed."""
    if isinstance(digests, str):  # a receipt of before: one digest of all that was said
        return _digest(json.dumps(said, ensure_ascii=False), key) != digests
    return not {_digest(text, key) for text in said} & {*digests}


def _kinds() -> list[Texts]:
    return [*_KINDS, *elsewhere.texts()]


def _said(row: Any, texts: Texts) -> Iterator[str]:
    for name in texts.fields:
        yield from _strings(getattr(row, name))


def _strings(node: Any) -> Iterator[str]:
    """Yield every text in a value, however deep."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for item in node:
            yield from _strings(item)


def _digest(text: str, key: bytes) -> str:
    """Return by what a changed text is told from the same one. The key is not in the row: it tells no words."""
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()[:16]
