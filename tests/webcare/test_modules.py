"""ES modules as one script: in the order of their imports, each in a scope of its own, refusing other forms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from webcare.lib.modules import ModuleError, join_modules, order_modules

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files by name, and return the first."""

    def write_files(**sources: str) -> Path:
        for name, source in sources.items():
            (tmp_path / f"{name}.js").write_text(source, encoding="utf-8")
        return tmp_path / f"{next(iter(sources))}.js"

    return write_files


def names(entry: Path) -> list[str]:
    return [module.path.stem for module in order_modules([entry])]


def test_what_is_imported_stands_before_what_imports_it(write: Write) -> None:
    entry = write(
        app='import "./list.js";\nimport "./keys.js";',
        keys='import { say } from "./toast.js";',
        list='import { say } from "./toast.js";',
        toast="export function say() {}",
    )
    assert names(entry) == ["toast", "list", "keys", "app"]


def test_module_of_two_entries_is_there_once(write: Write) -> None:
    app = write(app='import "./toast.js";', toast="export const LONG = 1;")
    modules = order_modules([app, app.with_name("toast.js")])
    assert [module.path.stem for module in modules] == ["toast", "app"]


def test_path_is_read_from_the_folder_of_its_importer(write: Write, tmp_path: Path) -> None:
    (tmp_path / "composer").mkdir()
    (tmp_path / "composer" / "emoji.js").write_text('import { say } from "../toast.js";', encoding="utf-8")
    entry = write(app='import "./composer/emoji.js";', toast="export const say = 1;")
    assert names(entry) == ["toast", "emoji", "app"]


def test_joined_script_leaves_no_name_in_the_page(write: Write) -> None:
    entry = write(app='import { say } from "./toast.js";\nsay();', toast="export function say() {}\nconst secret = 1;")
    joined = join_modules(order_modules([entry]))
    assert joined.startswith("{\n")
    assert joined.endswith("}\n")
    assert "window." not in joined


@pytest.mark.parametrize(
    "source",
    [
        'import toast from "./toast.js";',
        'import * as toast from "./toast.js";',
        'import { say as tell } from "./toast.js";',
        'import { say } from "toast";',
        "import { say } from './toast.js';",
        'import {\n  say,\n} from "./toast.js";',
        '  import { say } from "./toast.js";',
        'const toast = await import("./toast.js");',
        "const here = import.meta.url;",
        "export default function say() {}",
        "export { say };",
        'export * from "./toast.js";',
        "export let told = 0;",
        "export const { a, b } = pair;",
    ],
)
def test_form_of_another_kind_is_refused_with_its_line(write: Write, source: str) -> None:
    entry = write(app=f"// first line\n{source}", toast="export function say() {}")
    with pytest.raises(ModuleError, match=r"app\.js, line 2"):
        order_modules([entry])


def test_circle_of_imports_is_refused(write: Write) -> None:
    entry = write(app='import "./list.js";', list='import "./keys.js";', keys='import "./list.js";')
    with pytest.raises(ModuleError, match=r"list\.js and keys\.js import each other"):
        order_modules([entry])


def test_name_that_nobody_exports_is_refused(write: Write) -> None:
    entry = write(app='import { say, tell } from "./toast.js";', toast="export function say() {}\nfunction tell() {}")
    with pytest.raises(ModuleError, match=r"app\.js imports tell, which toast\.js does not export"):
        order_modules([entry])


def test_file_that_is_not_there_is_named_with_its_importer(write: Write) -> None:
    with pytest.raises(ModuleError, match=r"app\.js imports toast\.js, which is not there"):
        order_modules([write(app='import "./toast.js";')])


def test_edited_module_is_read_again(write: Write) -> None:
    entry = write(app='import "./toast.js";', toast="const words = 1;")
    assert "words = 1" in join_modules(order_modules([entry]))
    write(toast="const words = 22;")
    assert "words = 22" in join_modules(order_modules([entry]))


def our_modules() -> list[Path]:
    entry = finders.find("js/app.js")
    assert isinstance(entry, str)
    return sorted(Path(entry).parent.rglob("*.js"))


# Every page loads the first. Pages where it is needed load one of the others too; the last is a worker of its own.
ENTRIES = {
    "app.js", "alert_permission.js", "alert_sound.js", "copy.js", "passkey.js", "post_form.js", "push.js", "rules.js",
    "shell.js", "workload.js", "service_worker.js",
}  # fmt: skip


def test_every_script_of_ours_is_reached_from_an_entry() -> None:
    files = our_modules()
    entries = [file for file in files if file.name in ENTRIES]
    assert {module.path for module in order_modules(entries)} == {file.resolve() for file in files}


def test_our_modules_share_nothing_by_the_window() -> None:
    assert [file.name for file in our_modules() if "window.webcare" in file.read_text(encoding="utf-8")] == []


def test_lib_imports_nothing_of_the_page() -> None:
    library = [file for file in our_modules() if file.parent.name == "lib"]
    needed = {module.path.parent.name for module in order_modules(library)}
    assert needed == {"lib"}


def test_no_line_of_our_modules_is_over_120_characters() -> None:
    long = [
        f"{file.name}:{number}"
        for file in our_modules()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > 120
    ]
    assert long == []
