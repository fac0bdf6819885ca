"""ES modules joined into one script: no build step, and one request.

Each module becomes a function that returns what it exports. They stand in the order their imports ask for.
Understood is only what we use: named imports and exports, each on one line. Everything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_IMPORT = re.compile(r'import (?:\{ (\w+(?:, \w+)*) \} from )?"(\.{1,2}/[\w./-]+\.js)";')
# No `export let`: what imports it would keep its first value.
_EXPORT = re.compile(r"export (?:async function|function|const|class) (\w+)\b.*")
_ANY_FORM = re.compile(r"\s*(?:import|export)\b")
_DYNAMIC = re.compile(r"\bimport\s*[(.]")


class ModuleError(Exception):
    """These modules cannot be joined; it says which line or name is the reason."""


@dataclass(frozen=True)
class Module:
    """One file: what it imports, by names and file, what it exports, and the rest without lines of comment."""

    path: Path
    imports: tuple[tuple[tuple[str, ...], Path], ...]
    exports: tuple[str, ...]
    body: str


def order_modules(entries: Iterable[Path]) -> tuple[Module, ...]:
    """Return the entries and all they import, each once and after what it needs. Raises ModuleError."""
    ordered: dict[Path, Module] = {}
    for entry in entries:
        _add(entry.resolve(), ordered, ())
    return tuple(ordered.values())


def join_modules(modules: Iterable[Module]) -> str:
    """Return these modules as one script that leaves no name behind in the page."""
    slots: dict[Path, str] = {}
    parts = []
    for module in modules:
        slot = slots[module.path] = f"$module{len(slots)}"
        taken = [f"const {{ {', '.join(names)} }} = {slots[path]};" for names, path in module.imports if names]
        exports = f"return {{ {', '.join(module.exports)} }};"
        parts += [f"// {module.path.name}", f"const {slot} = (() => {{", '"use strict";']
        parts += [*taken, module.body, exports, "})();"]
    return "\n".join(["{", *parts, "}", ""])


def _add(path: Path, ordered: dict[Path, Module], importers: tuple[Path, ...]) -> Module:
    if path in importers:
        raise ModuleError(f"{path.name} and {importers[-1].name} import each other.")
    if path in ordered:
        return ordered[path]
    try:
        module = _parse(path, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        importer = importers[-1].name if importers else "A page"
        raise ModuleError(f"{importer} imports {path.name}, which is not there.") from error
    for names, needed in module.imports:
        unknown = set(names) - set(_add(needed, ordered, (*importers, path)).exports)
        if unknown:
            raise ModuleError(f"{path.name} imports {', '.join(sorted(unknown))}, which {needed.name} does not export.")
    ordered[path] = module
    return module


@lru_cache(maxsize=256)
def _parse(path: Path, _changed: int) -> Module:
    imports: list[tuple[tuple[str, ...], Path]] = []
    exports: list[str] = []
    kept: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        taken, exported = _IMPORT.fullmatch(line), _EXPORT.fullmatch(line)
        if taken:
            names = tuple(taken[1].split(", ")) if taken[1] else ()
            imports.append((names, (path.parent / taken[2]).resolve()))
        elif line.lstrip().startswith("//"):
            continue  # a comment is for who reads the source; no text of ours goes over several lines
        elif _DYNAMIC.search(line) or (_ANY_FORM.match(line) and not exported):
            raise ModuleError(f"{path.name}, line {number}: this import or export is of no form we join.")
        else:
            if exported:
                exports.append(exported[1])
            kept.append(line.removeprefix("export "))
    return Module(path, tuple(imports), tuple(exports), "\n".join(kept).strip("\n"))
