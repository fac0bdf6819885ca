"""What the model says: word by word from a small dictionary, so that anybody sees that it is none."""

from __future__ import annotations

import re

_WORD = re.compile(r"\[\[[^\]]*\]\]|[^\W\d_]+")
_INTO = {
    "Dutch": {
        "hello": "hallo", "good": "goede", "morning": "morgen", "where": "waar", "is": "is", "my": "mijn",
        "parcel": "pakket", "package": "pakket", "order": "bestelling", "still": "nog", "not": "niet", "the": "de",
        "sofa": "bank", "chair": "stoel", "table": "tafel", "and": "en", "i": "ik", "am": "ben", "waiting": "aan het "
        "wachten", "for": "op", "please": "alstublieft", "thank": "dank", "thanks": "dank", "you": "u", "wo": "waar",
        "ist": "is", "mein": "mijn", "paket": "pakket", "ich": "ik", "warte": "wacht", "seit": "sinds",
        "tagen": "dagen", "bonjour": "goedendag", "je": "ik", "où": "waar", "est": "is", "mon": "mijn",
        "colis": "pakket",
    },
    "English": {
        "hallo": "hello", "goedemiddag": "good afternoon", "waar": "where", "blijft": "stays", "is": "is",
        "mijn": "my", "pakket": "parcel", "bestelling": "order", "de": "the", "bank": "sofa", "kast": "wardrobe",
        "en": "and", "ik": "I", "wacht": "wait", "al": "already", "wij": "we", "zoeken": "look", "het": "it",
        "uit": "up", "dank": "thanks", "u": "you", "je": "you", "dagen": "days", "sinds": "since",
    },
    "German": {"hallo": "Hallo", "goedemiddag": "Guten Tag", "uw": "Ihr", "je": "dein", "pakket": "Paket", "is": "ist"},
    "French": {"hallo": "Bonjour", "goedemiddag": "Bonjour", "uw": "votre", "je": "ton", "pakket": "colis"},
}  # fmt: skip


def answer_to(task: str, text: str) -> str:
    """Return what is said to a question, by what its task asks for."""
    language = next((one for one in _INTO if f"into {one}" in task), "")
    if language:
        return _translated(text, _INTO[language])
    if "draft of an answer" in task:
        return _drafted(text)
    if "sum up" in task:
        lines = text.splitlines()
        return f"{lines[0]} … {lines[-1]}"
    return "ready"


def _drafted(text: str) -> str:
    """Greet as the text names somebody, and say the first example again."""
    name = next(iter(re.findall(r"\[\[NAME_\d+\]\]", text)), "")
    examples = re.findall(r"(?:Canned reply|Earlier answer): (.+)", text)
    return f"Hallo {name}, ".replace(" ,", ",") + (examples[0] if examples else "we zoeken het uit.")


def _translated(text: str, words: dict[str, str]) -> str:
    def said(found: re.Match[str]) -> str:
        word = words.get(found[0].lower(), found[0])
        return word[:1].upper() + word[1:] if found[0][:1].isupper() and not found[0].startswith("[[") else word

    return _WORD.sub(said, text)
