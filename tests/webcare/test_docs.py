"""What the documentation names is there."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
PLACES = [ROOT, *(path.parent for path in ROOT.glob("*/__init__.py"))]  # an app's rooms go without the app's name


def test_files_that_docs_name_exist() -> None:
    named = {
        (doc.name, name) for doc in DOCS for name in re.findall(r"`([\w./-]+/[\w-]+\.(?:py|md))`", doc.read_text())
    }
    assert len(named) > 100
    assert not [(doc, name) for doc, name in named if not any((place / name).exists() for place in PLACES)]


def test_links_between_docs_lead_somewhere() -> None:
    for doc in DOCS:
        for link in re.findall(r"\]\((?!\w+:)([^)#]+)", doc.read_text()):
            assert (doc.parent / link).exists(), (doc.name, link)


def test_each_decision_has_a_number_of_its_own() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        assert path.read_text().startswith(f"# {int(path.name[:4])}. ")


def test_each_command_to_copy_has_a_line_of_its_own() -> None:
    begun = r"(?:export|make|curl|docker compose|cat >)"
    for doc in DOCS:
        joined = re.findall(rf"^    (?!.*#)(?:export|curl|cat >) .* {begun} .*$", doc.read_text(), re.M)
        assert not joined, (doc.name, joined)
