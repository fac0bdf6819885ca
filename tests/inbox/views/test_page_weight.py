"""The page stays light: all our own scripts together, as they stand, below 100 kB."""

from __future__ import annotations

import re

from django.contrib.staticfiles import finders
from django.test import Client

from inbox.models import Conversation


def test_the_conversation_page_asks_for_less_than_100_kb_of_our_own_scripts(
    page: Client, conversation: Conversation
) -> None:
    html = page.get(conversation.get_absolute_url()).content.decode()
    ours = [path for path in re.findall(r'<script src="/static/([^"?]+)"', html) if path.startswith("js/")]
    assert "js/composer.js" in ours
    sizes = {}
    for path in ours:
        # As the file stands, whether or not its address carries a fingerprint.
        found = finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.js$)", "", path))
        assert isinstance(found, str), path
        with open(found, "rb") as script:
            sizes[path] = len(script.read())
    assert sum(sizes.values()) < 100_000, sizes
