"""What a first visit asks for, over real HTTP: few files, compressed, and kept for ever by their names."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import brotli
import pytest
import requests
import time_machine
from django.contrib.staticfiles import finders

from inbox.models import Conversation
from tests.browser.conftest import Open
from tests.factories import make_user
from webcare.lib.bundles import address_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def asked_for(page_html: str) -> list[str]:
    """The files a page names in its head."""
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', page_html)


def sign_in_page(site: str, encoding: str = "identity") -> requests.Response:
    return requests.get(f"{site}/account/login/", headers={"Accept-Encoding": encoding}, timeout=20)


def test_first_load_of_the_inbox_is_four_requests(visit: Open, site: str, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.wait_for_load_state("load")
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => [one.initiatorType, one.name])")
    by_head = [name.removeprefix(site) for kind, name in loaded if kind in ("link", "script", "css", "img")]
    assert [name.rpartition(".")[2] for name in by_head] == ["css", "js"]
    # The page itself, and its icons, which a browser without a window does not ask for.
    assert asked_for(page.content()) == [*asked_for(page.content())[:2], *by_head]


def test_every_file_of_a_page_is_compressed_and_kept_for_ever(site: str) -> None:
    files = asked_for(sign_in_page(site).text)
    assert [file.rpartition(".")[2] for file in files] == ["svg", "png", "css", "js", "js"]
    for file in files:
        if file.endswith(".png"):  # asked for by a telephone's home screen alone, by a plain name
            continue
        plain = requests.get(site + file, headers={"Accept-Encoding": "identity"}, timeout=20)
        assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Content-Encoding" not in plain.headers
        for encoding, read in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            answer = requests.get(site + file, headers={"Accept-Encoding": encoding}, stream=True, timeout=20)
            assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == (encoding, "Accept-Encoding")
            sent = cast("bytes", answer.raw.read(decode_content=False))
            assert read(sent) == plain.content
            assert int(answer.headers["Content-Length"]) == len(sent)
            assert len(sent) < len(plain.content)


def test_brotli_is_preferred_and_what_is_refused_is_not_sent(site: str) -> None:
    file = site + asked_for(sign_in_page(site).text)[-1]
    for accepted, encoding in (("gzip, deflate, br", "br"), ("gzip, br;q=0", "gzip"), ("identity", None)):
        answer = requests.get(file, headers={"Accept-Encoding": accepted}, stream=True, timeout=20)
        assert answer.headers.get("Content-Encoding") == encoding


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_pages_are_compressed_with_a_length_that_tells_nothing(site: str, encoding: str) -> None:
    lengths = set()
    for _visit in range(8):
        answer = sign_in_page(site, encoding)
        assert answer.headers["Content-Encoding"] == encoding
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.text.rstrip().endswith("</html>")
        lengths.add(answer.headers["Content-Length"])
    assert len(lengths) > 1
    assert "Content-Encoding" not in sign_in_page(site).headers


def test_browser_reads_a_page_in_brotli(visit: Open) -> None:
    page = visit("/preferences/", person=make_user(language="en"))
    answer = page.reload()
    assert answer is not None
    assert answer.header_value("content-encoding") == "br"
    assert page.locator("main h1").count() == 1


def test_edited_file_has_another_address_in_a_second(
    site: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "edited.js"
    monkeypatch.setattr(finders, "find", lambda name: str(script) if name == "js/edited.js" else None)
    addresses = []
    for seconds, words in enumerate(("first", "second")):
        script.write_text(f"/* {words} */", encoding="utf-8")
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds)):
            addresses.append(address_of("js", ["edited"]))
        answer = requests.get(site + addresses[-1], timeout=20)
        assert (words in answer.text, answer.headers["Cache-Control"][-9:]) == (True, "immutable")
    assert addresses[0] != addresses[1]
    former = requests.get(site + addresses[0], timeout=20)
    assert ("second" in former.text, former.headers["Cache-Control"]) == (True, "no-cache")


@pytest.mark.parametrize("names", ["nothing", "app+nothing", "../webcare/settings", "app++notify", "app+app"])
def test_what_is_no_file_of_ours_is_not_found(site: str, names: str) -> None:
    assert requests.get(f"{site}/static/bundles/{names}.0123456789abcdef.js", timeout=20).status_code == 404


def test_compressed_page_stays_within_its_policy(visit: Open) -> None:
    page = visit("/preferences/", person=make_user(language="en"))
    assert page.evaluate("typeof htmx") == "object"
    assert page.evaluate("[typeof insertText, typeof webcare]") == ["undefined", "undefined"]
    assert page.locator("style, script:not([src]), [style]").count() == 0
