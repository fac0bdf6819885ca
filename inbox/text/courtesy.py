"""Whether somebody only said thanks, or sent a heart: nobody waits for an answer to that."""

from __future__ import annotations

import re

LONGEST = 80  # letters; thanks are short, and nothing longer is read
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ASKS = re.compile(r"[?？؟;]|\d")  # a question mark, the Greek one too; or a number that may want something
_THANKS = """
dank bedankt dankjewel dankje dankuwel thanks thank thx tnx merci danke gracias grazie obrigado obrigada tack
ok oke oké okay okee top super fijn mooi prima perfect geweldig fantastisch toppie great lovely nice awesome
welkom gelukt opgelost
"""
_AROUND = """
je jullie jij u wel voor de het een jouw uw snelle goede hele heel erg zo veel hartelijk alvast nogmaals en ook
hulp reactie antwoord antwoorden service moeite informatie info bericht team fijne dag avond weekend is dat wat
graag gedaan helemaal weer hoor you u very much so a lot for the your quick fast kind help reply answer response
support and too again have good nice day evening weekend beaucoup pour votre ta aide réponse vielen schön
sehr für die hilfe antwort
"""
_SAYS_THANKS, _GOES_WITH_THEM = frozenset(_THANKS.split()), frozenset(_AROUND.split())


def is_courtesy(text: str) -> bool:
    """Whether a text asks nothing: thanks and praise, or emoji alone. In doubt it does ask.

    One word nobody knows may be among them: whom they thank.
    """
    text = text.strip()
    if not text or len(text) > LONGEST or _ASKS.search(text):
        return False
    words = [word.casefold() for word in _WORD.findall(text)]
    if not words:
        return True
    unknown = sum(word not in _SAYS_THANKS and word not in _GOES_WITH_THEM for word in words)
    return unknown <= 1 and any(word in _SAYS_THANKS for word in words) and unknown < len(words)
