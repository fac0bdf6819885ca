"""What a lead should see of the replies that a rule would send by itself: nobody looks at each of them later."""

from __future__ import annotations

from dataclasses import replace

from inbox.guard.rules import Hint, check_alone
from inbox.library.canned import FILLED_BY_ITSELF, fill_in
from inbox.models import CannedText, Rule, WatchedWord
from inbox.routing.rules.actions import Does, read_actions


def hints_of(rule: Rule) -> list[Hint]:
    """Return what the guard sees in every wording of a rule's replies, each named by its reply."""
    replies = [action.number for action in read_actions(rule.actions) if action.does == Does.REPLY]
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
