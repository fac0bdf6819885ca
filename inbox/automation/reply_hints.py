"""What a lead should see of the replies that a rule would send by itself: nobody looks at each of them later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from inbox.guard.rules import Hint, check_alone
from inbox.library.canned import FILLED_BY_ITSELF, fill_in
from inbox.models import CannedReply, CannedText, Rule, WatchedWord
from inbox.routing.rules.actions import Does, read_actions


def hints_of(rule: Rule) -> list[Hint]:
    """Return what the guard sees in every wording of a rule's replies, each named by its reply."""
    replies = replies_of(rule)
    if not replies:
        return []
    watched = list(WatchedWord.objects.all())
    texts = CannedText.objects.filter(canned__in=replies).select_related("canned").order_by("canned__title", "pk")
    found: dict[str, Hint] = {}
    for text in texts:
        words, _missing = fill_in(text.text, FILLED_BY_ITSELF)
        for hint in check_alone(words, watched):
            found.setdefault(hint.key, replace(hint, title=f"“{text.canned.title}”: {hint.title}"))
    return list(found.values())


def replies_of(rule: Rule) -> list[int]:
    """Return the canned replies that a rule sends by itself."""
    return [action.number for action in read_actions(rule.actions) if action.does == Does.REPLY]


def changed_since(rules: Iterable[Rule]) -> Mapping[int, list[str]]:
    """Return, by rule, the titles of replies that changed after somebody looked at the rule last. One statement."""
    sent = {rule.pk: (rule.changed_at, replies_of(rule)) for rule in rules}
    asked = {reply for _saved, replies in sent.values() for reply in replies}
    known = {row.pk: row for row in CannedReply.objects.filter(pk__in=asked)} if asked else {}
    return {
        pk: [known[reply].title for reply in replies if reply in known and known[reply].updated_at > saved]
        for pk, (saved, replies) in sent.items()
    }


def rules_that_send(canned: CannedReply, rules: Iterable[Rule]) -> list[Rule]:
    """Return which of these rules send a canned reply by themselves."""
    return [rule for rule in rules if canned.pk in replies_of(rule)] if canned.pk else []
