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
    bundled = re.findall(r'<script src="/static/bundles/([a-z0-9_+-]+)[.]', html)
    ours = [name for joined in bundled for name in joined.split("+") if name != "htmx"]
    assert "composer" in ours
    sizes = {}
    for name in ours:
        found = finders.find(f"js/{name}.js")
        assert isinstance(found, str), name
        with open(found, "rb") as script:
            sizes[name] = len(script.read())
    assert sum(sizes.values()) < 100_000, sizes
