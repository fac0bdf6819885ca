"""Collects, checks and compiles the translated texts, without the gettext programs.

`python -m webcare.translations check` fails when a text has no Dutch translation or the compiled catalogue is older than
its source; `update` adds new texts to the catalogues, to be filled in by a person; `compile` writes the catalogues that
Django reads, which are kept in the repository so that nothing needs compiling after a clone.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

_ROOT = Path(__file__).resolve().parent.parent
_APPS = ("channels", "inbox", "webcare")
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_NAMED = {"project": "Webcare", "copyright_holder": "Webcare contributors", "fuzzy": False}


def main(task: str) -> int:
    """Do one task for every language but the source's; return the exit code."""
    settings.configure(USE_I18N=True)
    wanted = collect()
    problems: list[str] = []
    for folder in sorted(path for path in (_ROOT / "locale").glob("*/LC_MESSAGES") if path.parent.name != "en"):
        source, compiled = folder / "django.po", folder / "django.mo"
        catalogue = _read(source, folder.parent.name)
        if task == "update":
            catalogue.update(wanted, no_fuzzy_matching=True)
            catalogue.obsolete.clear()
            with source.open("wb") as file:
                write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
        elif task == "compile":
            compiled.write_bytes(_compiled(catalogue))
        else:
            problems += _problems(source, catalogue, wanted)
            if not compiled.exists() or compiled.read_bytes() != _compiled(catalogue):
                problems.append(f"{_shown(compiled)} is not up to date: run `python -m webcare.translations compile`.")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def collect() -> Catalog:
    """Return a catalogue of every text in code and templates that is marked for translation."""
    found = Catalog(**_NAMED)
    for path, text in _sources():
        readable = io.BytesIO(text.encode())
        for line, function, message, comments in extract_python(readable, _KEYWORDS, ["Translators:"], {}):
            _add(found, path, line, function, message, comments)
    return found


def _add(found: Catalog, path: Path, line: int, function: str | None, message: object, comments: list[str]) -> None:
    """Add one extracted call; its parts stand in the order of the function's arguments."""
    parts = [part for part in (message if isinstance(message, tuple) else (message,)) if isinstance(part, str)]
    spec = _KEYWORDS.get(function or "") or (1,)
    context = parts.pop(0) if parts and isinstance(spec[0], tuple) else None
    if not parts or not parts[0]:
        return
    plural = len([index for index in spec if isinstance(index, int)]) > 1
    text = (parts[0], parts[1]) if plural and len(parts) > 1 else parts[0]
    found.add(text, locations=[(_shown(path), line)], auto_comments=comments, context=context)


def _sources() -> Iterator[tuple[Path, str]]:
    """Yield the files of ours; a template as the Python-like text that Django makes of it, one call per line."""
    for app in _APPS:
        for path in sorted((_ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts and path != Path(__file__):
                yield path, path.read_text(encoding="utf-8")
    folders = [_ROOT / "templates", *(_ROOT / app / "templates" for app in _APPS)]
    for path in sorted(file for folder in folders for file in (*folder.rglob("*.html"), *folder.rglob("*.txt"))):
        pythonic = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield path, "\n".join(line.strip() for line in pythonic.splitlines()) + "\n"


def _problems(source: Path, catalogue: Catalog, wanted: Catalog) -> Iterator[str]:
    for message in wanted:
        if not message.id:
            continue
        where = ", ".join(f"{file}" for file, _ in message.locations[:2])
        translated = catalogue.get(message.id, message.context)
        if translated is None:
            yield f"{_shown(source)}: no translation of {_first(message)!r} ({where})."
        elif not all(translated.string if isinstance(translated.string, tuple) else (translated.string,)):
            yield f"{_shown(source)}: the translation of {_first(message)!r} is empty ({where})."
        elif translated.fuzzy:
            yield f"{_shown(source)}: the translation of {_first(message)!r} is marked as a guess."
    for message in catalogue:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"{_shown(source)}: {_first(message)!r} is used nowhere any more."
        for error in message.check(catalogue):
            yield f"{_shown(source)}: {_first(message)!r}: {error}."


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else str(message.id)


def _read(source: Path, language: str) -> Catalog:
    if not source.exists():
        return Catalog(locale=language, **_NAMED)
    with source.open("rb") as file:
        return read_po(file, locale=language)


def _compiled(catalogue: Catalog) -> bytes:
    made = io.BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def _shown(path: Path) -> str:
    return str(path.relative_to(_ROOT))


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["update"], ["compile"]):
        sys.exit("Say one of: check, update, compile.")
    sys.exit(main(sys.argv[1]))
