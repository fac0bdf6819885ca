"""A query in X's words. X API v2 reference, recent search: 512 characters; AND binds before OR; -word excludes.

X advises against a minus before brackets, so what is excluded is divided down to its words.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from monitoring.queries.language import Either, Every, Not, NotAQuery, Part, Term, terms_of

LONGEST = 512
# What the connector adds around it (channels/x/streams.py).
_AROUND = len("() -is:retweet")
# What X takes as a word by itself: letters and digits, a name, a hashtag. Everything else stands in quotation marks.
_PLAIN = re.compile(r"[@#]?\w+")


def on_x(part: Part, *, language: str = "", handle: str = "") -> str:
    """Return what X is asked for: a query, in one language where it is given, without what is about us anyway.

    Posts of and to our own account come in by themselves. Raises NotAQuery where X cannot be asked that.
    """
    if handle and any(term.text.lower() == f"@{handle.lower()}" for term in terms_of(part)):
        raise NotAQuery(
            _("Posts that name @%(handle)s come in by themselves: leave that name out.") % {"handle": handle}, 0
        )
    divided = _divided(part, wanted=True)
    asked = _written(divided)
    extra = [f"lang:{language}"] if language else []
    extra += [f"-from:{handle}", f"-@{handle}"] if handle else []
    if extra:
        asked = " ".join([f"({asked})" if isinstance(divided, Either) else asked, *extra])
    most = LONGEST - _AROUND
    if len(asked) > most:
        words = _("On X this is %(n)s characters long, and X takes %(most)s. Make two queries of it.")
        raise NotAQuery(words % {"n": len(asked), "most": most}, 0)
    return asked


def _divided(part: Part, *, wanted: bool) -> Part:
    """Return the same query with each minus before a single word: not (a or b) is not a and not b."""
    match part:
        case Term():
            return part if wanted else Not(part)
        case Not(inner):
            return _divided(inner, wanted=not wanted)
        case Every(parts) | Either(parts):
            kind = Every if isinstance(part, Every) == wanted else Either
            return kind(tuple(_divided(inner, wanted=wanted) for inner in parts))


def _written(part: Part) -> str:
    match part:
        case Term(text, is_phrase):
            return text if not is_phrase and _PLAIN.fullmatch(text) else f'"{text}"'
        case Not(inner):
            return f"-{_written(inner)}"
        case Every(parts):
            return " ".join(f"({_written(one)})" if isinstance(one, Either) else _written(one) for one in parts)
        case Either(parts):
            return " OR ".join(f"({_written(one)})" if isinstance(one, Either) else _written(one) for one in parts)
