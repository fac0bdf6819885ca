"""What may know what. `lint-imports` checks the layers; here are the doors by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from channels.base import Connector
from channels.platforms import PLATFORMS, connector_class

ROOT = Path(__file__).resolve().parent.parent
INTO_THE_INBOX = {
    "channels.intake.chats",
    "channels.intake.polling",
    "channels.intake.webhooks",
    "channels.intake.deliveries",
    "channels.intake.handing_over",
    "channels.intake.checkups",
    "channels.intake.comparing",
    "channels.intake.ledger",
    "channels.intake.removals",
    "channels.intake.thread_context",
}
TAKEN_UP = {"monitoring.hits.taking_up"}
OUT_OF_THE_INBOX = {"inbox.outbox.deliver", "inbox.actions.perform", "inbox.demo.people"}

# The only modules that stand beside the rooms of a package.
OUTSIDE_ROOMS = {
    "inbox": "access apps http middleware sessions tasks urls",
    "channels": (
        "apps base connectors downloads errors file_type http pictures platforms recordings secrets servers tasks types"
    ),
    "webcare": (
        "asgi backup django_texts cache celery env family health install keys logs metrics schedule settings"
        " translations urls warm_up workers wsgi"
    ),
}


@cache
def tree(path: Path) -> ast.Module:
    """Return what a module says, read once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def modules(package: str) -> Iterator[tuple[str, Path]]:
    """Yield (name, path) of each module in a package that somebody wrote by hand."""
    for path in sorted((ROOT / package).rglob("*.py")):
        if "migrations" not in path.parts:
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def _needed(path: Path, known: Collection[str]) -> Iterator[str]:
    """Yield the modules of ours that one imports: at once, later, or for its types alone."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found = {f"{node.module}.{name.name}" for name in node.names} & set(known)
            yield from found or ({node.module} & set(known))


def imports(package: str) -> Iterator[tuple[str, str]]:
    """Yield (module, what it imports) for each import in a package, those inside functions too."""
    for module, path in modules(package):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                yield from ((module, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield module, node.module
                yield from ((module, f"{node.module}.{name.name}") for name in node.names)


def _called(call: ast.Call) -> str:
    """Return what is called, where it is a name or of a name. Python's own way of writing it takes a second."""
    match call.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=of), attr=name):
            return f"{of}.{name}"
    return ""


def test_no_module_needs_itself_by_way_of_others() -> None:
    paths = {
        name: path
        for package in ("inbox", "channels", "reports", "monitoring", "api", "crm", "assist", "publishing", "webcare")
        for name, path in modules(package)
    }
    needs = {name: set(_needed(path, paths)) - {name} for name, path in paths.items()}
    assert list(TopologicalSorter(needs).static_order())  # raises CycleError with the way round


def test_messages_come_in_through_polling_and_webhooks_only() -> None:
    doors = {module for module, name in imports("channels") if name == "inbox.ingest.receive"}
    assert doors <= INTO_THE_INBOX
    assert {module for module, name in imports("monitoring") if name == "inbox.ingest.receive"} <= TAKEN_UP
    behind = {
        module
        for package in ("inbox", "channels", "reports", "monitoring", "api", "crm", "assist", "publishing")
        for module, name in imports(package)
        if name == "inbox.ingest.store"
    }
    assert behind == {"inbox.ingest.receive"}


def test_answers_go_out_through_the_outbox_only() -> None:
    makers = ("channels.connectors", "channels.platforms.connector_class")
    doors = {module for module, name in imports("inbox") if name.startswith(makers)}
    assert doors <= OUT_OF_THE_INBOX


def test_nobody_but_the_outbox_calls_a_connectors_send() -> None:
    callers = set()
    for package in ("inbox", "channels", "reports", "monitoring", "api", "crm", "assist", "publishing", "webcare"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Call) and _called(node) in ("connector.send", "connector.find_sent"):
                    callers.add(path.relative_to(ROOT).as_posix())
    assert callers == {"inbox/outbox/deliver.py"}


def test_the_sandbox_and_the_product_do_not_know_each_other() -> None:
    ours = ("inbox", "channels", "reports", "monitoring", "api", "crm", "assist", "publishing", "webcare")
    assert not {name for _module, name in imports("sandbox") if name.split(".")[0] in ours}
    for package in ("inbox", "channels", "reports", "monitoring", "api", "crm", "assist", "publishing", "webcare"):
        assert not {module for module, name in imports(package) if name.split(".")[0] == "sandbox"}


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_every_platform_is_complete(platform: str) -> None:
    made = connector_class(platform)
    assert issubclass(made, Connector)
    assert made.platform == platform
    if PLATFORMS[platform].connects:
        assert made.capabilities.routes
        assert made.credential_fields
    assert bool(made.streams) == made.capabilities.polls


def test_every_enqueued_name_is_a_task() -> None:
    known = {
        f"{package}.tasks.{node.name}"
        for package in ("inbox", "channels", "reports", "monitoring", "api", "crm")
        for node in tree(ROOT / package / "tasks.py").body
        if isinstance(node, ast.FunctionDef) and node.decorator_list
    }
    named = set()
    for package in ("inbox", "channels", "reports", "monitoring", "api", "crm", "assist", "publishing", "webcare"):
        for _module, path in modules(package):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Call) and _called(node) == "enqueue":
                    named.add(ast.literal_eval(node.args[0]))
    assert named and named <= known


def _functions(*packages: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for package in packages:
        for name, path in modules(package):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{name}.{node.name}", node


def test_no_function_is_longer_than_50_lines() -> None:
    everywhere = _functions(
        "inbox",
        "channels",
        "reports",
        "monitoring",
        "api",
        "crm",
        "assist",
        "publishing",
        "webcare",
        "sandbox",
        "bench",
        "tests",
    )
    assert [name for name, node in everywhere if (node.end_lineno or 0) - node.lineno + 1 > 50] == []


def test_no_test_name_is_longer_than_60_characters() -> None:
    assert [name for name, node in _functions("tests") if node.name.startswith("test") and len(node.name) > 60] == []


@pytest.mark.parametrize("package", sorted(OUTSIDE_ROOMS))
def test_no_module_stands_outside_its_room(package: str) -> None:
    assert {path.stem for path in (ROOT / package).glob("*.py")} - {"__init__"} == set(OUTSIDE_ROOMS[package].split())


@pytest.mark.parametrize(
    ("folder", "suffix"),
    [
        ("static/css", "css"),
        ("static/js", "js"),
        ("templates", "html"),
        ("templates", "txt"),
        ("sandbox/phone", "html"),
        ("sandbox/phone", "css"),
        ("sandbox/shop", "html"),
        ("sandbox/shop", "css"),
        ("channels/livechat/widget", "js"),
        ("channels/livechat/widget", "css"),
    ],
)
def test_no_line_is_longer_than_120_characters(folder: str, suffix: str) -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / folder).rglob(f"*.{suffix}"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > 120
    ]
    assert long == []


def test_every_style_sheet_is_linked_by_a_page() -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    bundles = re.findall(r'{% bundle "css" %}(.*?){% endbundle %}', pages, re.DOTALL)
    blocks = re.findall(r"{% block styles %}(.*?){% endblock %}", pages, re.DOTALL)
    names = set(re.findall(r"[a-z-]+", " ".join(bundles + blocks)))
    assert {path.stem for path in (ROOT / "static/css").glob("*.css")} - names == set()


def test_no_page_asks_for_a_stylesheet_twice() -> None:
    """A bundle that names a file twice is not given at all."""
    folder = ROOT / "templates"
    base = re.findall(r'\{% bundle "css" %\}(.*?)\{% endbundle', (folder / "base.html").read_text(), re.DOTALL)[0]
    always = re.sub(r"\{%.*?%\}", "", base).split()
    twice = {}
    for path in sorted(folder.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        added = re.findall(r"\{% block styles %\}\s*\{\{ block\.super \}\}([^{]*)", text)
        names = [*always, *(name for more in added for name in more.split())]
        if len(names) > len(set(names)):
            twice[path.relative_to(folder).as_posix()] = added
    assert twice == {}
