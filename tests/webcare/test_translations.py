"""The texts: every one found, every one translated, no placeholder lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext

from webcare import translations


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small product with one catalogue."""
    for folder in (*translations.CODE, "templates", "locale/nl/LC_MESSAGES"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "inbox" / "a.py").write_text(
        'say(_("Hello %(name)s"))\n'
        'ngettext("%(n)d day", "%(n)d days", n)\n'
        'pgettext("of a form", "May")\n'
        'CredentialField("key", "API key", help="In the " "portal")\n'
        "gettext(variable)\n"
    )
    (tmp_path / "templates" / "a.html").write_text(
        "{% load i18n %}\n  <p>{% translate 'Sign in' %}</p>\n{% blocktranslate count n=n %}{{ n }} row"
        "{% plural %}{{ n }} rows{% endblocktranslate %}{% translate 'Open' context 'state' %}"
    )
    catalogue(tmp_path).write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n')
    return tmp_path


def catalogue(root: Path) -> Path:
    return root / "locale" / "nl" / "LC_MESSAGES" / "django.po"


def translate(root: Path, text: str, words: str) -> None:
    path = catalogue(root)
    path.write_text(path.read_text().replace(f'msgid "{text}"\nmsgstr ""', f'msgid "{text}"\nmsgstr "{words}"'))


def check(root: Path) -> list[str]:
    return translations.problems(root / "locale", root)


def test_texts_are_found_in_code_templates_and_credential_fields(root: Path) -> None:
    found = {(text.context, text.text, text.plural) for text in translations.texts(root)}
    assert found == {
        ("", "Hello %(name)s", ""),
        ("", "%(n)d day", "%(n)d days"),
        ("of a form", "May", ""),
        ("", "API key", ""),
        ("", "In the portal", ""),
        ("", "Sign in", ""),
        ("", "%(n)s row", "%(n)s rows"),
        ("state", "Open", ""),
    }


def test_a_text_put_together_first_is_refused(root: Path) -> None:
    (root / "inbox" / "b.py").write_text('_(f"Hello {name}")')
    with pytest.raises(translations.Untranslatable, match="inbox/b.py:1"):
        translations.texts(root)


def test_what_is_not_translated_is_a_problem(root: Path) -> None:
    translations.update(root / "locale", root)
    assert len(check(root)) == 8
    translate(root, "Sign in", "Log in")
    assert not [line for line in check(root) if "Sign in" in line]


def test_updating_twice_changes_nothing_and_keeps_translations(root: Path) -> None:
    translations.update(root / "locale", root)
    translate(root, "Sign in", "Log in")
    before = catalogue(root).read_text()
    translations.update(root / "locale", root)
    assert catalogue(root).read_text() == before
    assert "Log in" in before


def test_a_lost_placeholder_is_a_problem(root: Path) -> None:
    translations.update(root / "locale", root)
    translate(root, "Hello %(name)s", "Hallo %(naam)s")
    assert any("other placeholders" in line for line in check(root))


def test_a_guess_and_a_leftover_are_problems(root: Path) -> None:
    translations.update(root / "locale", root)
    translate(root, "Sign in", "Log in")
    path = catalogue(root)
    path.write_text(
        path.read_text().replace('msgid "Sign in"', '#, fuzzy\nmsgid "Sign in"') + '\nmsgid "Old"\nmsgstr "Oud"\n'
    )
    found = check(root)
    assert any("fuzzy" in line for line in found)
    assert any("no longer used: 'Old'" in line for line in found)


def test_compiling_writes_only_what_is_older_than_its_source(root: Path) -> None:
    translations.update(root / "locale", root)
    translations.compile_catalogues(root / "locale")
    compiled = catalogue(root).with_suffix(".mo")
    first = compiled.stat().st_mtime_ns
    translations.compile_catalogues(root / "locale")
    assert compiled.stat().st_mtime_ns == first
    assert not [path for path in compiled.parent.iterdir() if path.name.startswith(".")]


def test_the_products_own_translations_are_complete() -> None:
    assert translations.problems() == []


def test_a_mailbox_has_one_word_in_dutch() -> None:
    dutch = re.findall(r"^msgstr.*", (translations.LOCALE / "nl/LC_MESSAGES/django.po").read_text(), re.MULTILINE)
    assert [line for line in dutch if re.search(r"\b(mailbox|provider)", line, re.IGNORECASE)] == []


def test_django_reads_the_compiled_texts() -> None:
    with translation.override("nl"):
        assert gettext("Sign in") == "Inloggen"
        assert (
            ngettext("%(n)d conversation is unassigned now.", "%(n)d conversations are unassigned now.", 2) % {"n": 2}
            == "2 gesprekken zijn nu vrij."
        )
    with translation.override("en"):
        assert gettext("Sign in") == "Sign in"
