"""HTML of the parts that pages are made of, kept in this process by all that it shows.

A part's template sees one value and nothing else: nothing of the request or the page around it. That value, with the
language, is what the HTML is kept by. So a kept part cannot be stale: what shows something else is another part.
Why so: docs/decisions/0010-parts-kept-by-what-they-show.md
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Hashable, Iterable
from datetime import tzinfo
from threading import Lock

from cachetools import LRUCache, cached
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Bytes of HTML, however long its messages are; the values it is kept by take about as much again. A row takes some
# 2 KB, a part of a conversation some 13.
MOST = 32 * 1024 * 1024
_TOKEN = secrets.token_hex(16)  # stands in kept forms for the token: nobody outside knows it, so no text can hold it


def kept_html(
    template: str, shown: Hashable = None, csrf_token: object = "", *, variant: Hashable = None
) -> SafeString:
    """Return a part's HTML. Its template finds the value as `shown`; it has to be frozen, all the way down.

    Each answer's own CSRF token stands in its forms. `variant` is what else makes a part another one.
    """
    return kept_parts(template, (shown,), csrf_token, variant=variant)


def kept_parts(
    template: str, every: Iterable[Hashable], csrf_token: object = "", *, variant: Hashable = None
) -> SafeString:
    """Return the HTML of many parts of one template, one after the other."""
    language, zone = get_language(), timezone.get_current_timezone()
    html = "".join(_render(template, language, zone, shown, variant) for shown in every)
    return mark_safe(html.replace(_TOKEN, str(csrf_token)) if _TOKEN in html else html)  # noqa: S308  templates of ours


_kept: LRUCache[Hashable, SafeString] = LRUCache(MOST, getsizeof=sys.getsizeof)


@cached(_kept, lock=Lock())
def _render(template: str, _language: str | None, _zone: tzinfo, shown: Hashable, _variant: Hashable) -> SafeString:
    context = Context({"shown": shown, "csrf_token": _TOKEN})
    made = get_template(template).template.render(context)  # type: ignore[attr-defined]  # our engine
    return SafeString(made)  # a template of ours, which escapes


def forget_kept() -> None:
    """Forget every part: for tests, and for who measures."""
    _kept.clear()
