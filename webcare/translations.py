"""Keeps locale/ true to the texts in code and templates: `python -m webcare.translations update | check | compile`.

English is the source: a text's English words are its key. `update` adds new texts to the catalogue and drops old ones.
`check` fails on missing, left-over or mismatched ones. `compile` writes what Django reads. Needs no GNU gettext.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import os
import re
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
CODE = ("webcare", "inbox", "channels", "reports", "monitoring", "api", "crm", "assist", "publishing")
# Function → which arguments are (context, text, plural); None where it takes none.
_CALLS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[.\d]*[a-z]|\{\w+\}|%%\w|(?<!%)%(?!\(|%)[.\d]*[a-z]")


class Untranslatable(Exception):
    """A text is put together before it is translated, so no translation is found."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text to translate and the file it stands in."""

    where: str
    text: str
    plural: str = ""
    context: str = ""


def texts(root: Path = ROOT) -> list[Text]:
    """Return every translatable text of code and templates, files in order. Raises Untranslatable."""
    found: list[Text] = []
    for folder in CODE:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                found += _of_code(path.read_text(encoding="utf-8"), str(path.relative_to(root)))
    for folder in ("templates", *CODE):
        for path in sorted([*(root / folder).rglob("*.html"), *(root / folder).rglob("*.txt")]):
            found += _of_template(path.read_text(encoding="utf-8"), str(path.relative_to(root)))
    return found


def update(locale: Path = LOCALE, root: Path = ROOT) -> None:
    """Bring every catalogue up to date; new texts stand in it without a translation."""
    for path in _catalogues(locale):
        old, new = _read(path), _new_catalogue(path.parent.parent.name)
        for text in texts(root):
            message = old.get(text.text, context=text.context or None)
            new.add(
                (text.text, text.plural) if text.plural else text.text,
                _kept(message, plural=bool(text.plural)),
                locations=[(text.where, 1)],
                context=text.context or None,
            )
        _write(path, new)


def problems(locale: Path = LOCALE, root: Path = ROOT) -> list[str]:
    """Return what is wrong with the catalogues, one sentence each."""
    found: list[str] = []
    in_source = {(text.context, text.text): text for text in texts(root)}
    for path in _catalogues(locale):
        language, catalogue = path.parent.parent.name, _read(path)
        held = {(message.context or "", _singular(message.id)): message for message in catalogue if message.id}
        for key, text in in_source.items():
            message = held.get(key)
            forms = _forms(message.string) if message else ()
            if message is None or not all(forms) or (text.plural and len(forms) < catalogue.num_plurals):
                found.append(f"{language}: not translated: {_shown(text)}")
            elif message.fuzzy:
                found.append(f"{language}: not certain (fuzzy): {_shown(text)}")
            elif not _same_placeholders(text, forms):
                found.append(f"{language}: other placeholders than the English: {_shown(text)}")
        left = [message for key, message in held.items() if key not in in_source] + list(catalogue.obsolete.values())
        found += [f"{language}: no longer used: {_singular(message.id)!r}" for message in left]
    return found


def compile_catalogues(locale: Path = LOCALE) -> None:
    """Write each catalogue's .mo file, where it is missing or older than its source. Raises OSError."""
    for path in _catalogues(locale):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        from babel.messages.mofile import write_mo  # noqa: PLC0415  not loaded when there is nothing to do

        with _replacing(compiled) as file:
            write_mo(file, _read(path))


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m webcare.translations", description=__doc__)
    parser.add_argument("what", choices=["update", "check", "compile"])
    action = parser.parse_args(arguments).what
    if action == "update":
        update()
    elif action == "compile":
        compile_catalogues()
    else:
        found = problems()
        count = f"{len(found)} problems in the translations." if found else "The translations are complete."
        sys.stdout.write("\n".join([*found, count]) + "\n")
        return 1 if found else 0
    return 0


def _of_code(source: str, place: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _of_call(node, place)
        elif isinstance(node, ast.ClassDef) and place.startswith("channels"):
            # A connector's own line for the page where a platform is chosen.
            for part in node.body:
                if isinstance(part, ast.Assign) and [getattr(name, "id", "") for name in part.targets] == ["summary"]:
                    yield from _literal(part.value, place)


def _of_call(node: ast.Call, place: str) -> Iterator[Text]:
    name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
    if name == "CredentialField":
        named = {word.arg: word.value for word in node.keywords}
        for value in (node.args[1] if len(node.args) > 1 else named.get("label"), named.get("help")):
            yield from _literal(value, place)
    elif name in _CALLS:
        context, text, plural = (node.args[n] if n is not None and n < len(node.args) else None for n in _CALLS[name])
        if isinstance(text, ast.JoinedStr | ast.BinOp):
            raise Untranslatable(f"{place}:{node.lineno}: translate the text first, then fill it in.")
        for literal in _literal(text, place):
            yield Text(place, literal.text, _string(plural), _string(context))


def _literal(node: ast.expr | None, place: str) -> Iterator[Text]:
    if _string(node):
        yield Text(place, _string(node))


def _string(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _of_template(source: str, place: str) -> Iterator[Text]:
    from django.utils.translation.template import templatize  # noqa: PLC0415  Django is not needed to compile

    # Django turns a template into something a Python reader finds the calls in; only its indentation makes no sense.
    code = "\n".join(line.lstrip() for line in templatize(source, origin=place).splitlines())
    tokens: list[tokenize.TokenInfo] = []
    with contextlib.suppress(tokenize.TokenError):
        tokens.extend(tokenize.generate_tokens(io.StringIO(code).readline))
    for at, token in enumerate(tokens[:-1]):
        if token.type == tokenize.NAME and token.string in _CALLS and tokens[at + 1].string == "(":
            yield from _of_call(_parsed_call(tokens, at), place)


def _parsed_call(tokens: list[tokenize.TokenInfo], at: int) -> ast.Call:
    depth, words = 0, [tokens[at].string]
    for token in tokens[at + 1 :]:
        depth += {"(": 1, ")": -1}.get(token.string, 0) if token.type == tokenize.OP else 0
        words.append(token.string)
        if depth == 0:
            break
    call = ast.parse("".join(words), mode="eval").body
    assert isinstance(call, ast.Call)  # noqa: S101  a name and a bracket parse to nothing else
    return call


def _catalogues(locale: Path) -> list[Path]:
    return sorted(locale.glob("*/LC_MESSAGES/django.po"))


def _read(path: Path) -> Catalog:
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _new_catalogue(language: str) -> Catalog:
    from babel.messages.catalog import Catalog  # noqa: PLC0415

    return Catalog(locale=language, project="Webcare", header_comment="# The texts of Webcare.", fuzzy=False)


def _write(path: Path, catalogue: Catalog) -> None:
    from babel.messages.pofile import write_po  # noqa: PLC0415

    written = io.BytesIO()
    write_po(written, catalogue, width=0, sort_by_file=True, include_lineno=False)
    # Dates and versions in the header would make every update a change.
    passing = re.compile(rb'"(POT?-|Report-|Last-T|Language-T|Generated|Project-)')
    with _replacing(path) as file:
        file.write(b"".join(line for line in written.getvalue().splitlines(keepends=True) if not passing.match(line)))


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _shown(text: Text) -> str:
    return f"{text.text!r}{f' [{text.context}]' if text.context else ''} ({text.where})"


def _singular(text: object) -> str:
    return str(text[0]) if isinstance(text, list | tuple) else str(text)


def _forms(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, list | tuple) else (str(string or ""),)


def _kept(message: object, *, plural: bool) -> str | tuple[str, ...]:
    forms = _forms(getattr(message, "string", ""))
    if plural:
        return forms if len(forms) > 1 else ("", "")
    return forms[0]


def _same_placeholders(text: Text, forms: tuple[str, ...]) -> bool:
    names = {found.group(1) or found.group() for found in _PLACEHOLDER.finditer(text.text + text.plural)}
    for form in forms:
        has = {found.group(1) or found.group() for found in _PLACEHOLDER.finditer(form)}
        # A singular may say "one" instead of the number.
        if has - names or (names - has and not text.plural):
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
