"""The page stays light: all our own scripts together, as they stand, below 100 KiB."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import Client

from inbox.models import Conversation
from webcare.lib.modules import order_modules


def test_conversation_page_loads_less_than_100_kb_of_scripts(page: Client, conversation: Conversation) -> None:
    html = page.get(conversation.get_absolute_url()).content.decode()
    bundled = re.findall(r'<script src="/static/bundles/([a-z0-9_+-]+)[.]', html)
    entries = [name for joined in bundled for name in joined.split("+") if name != "htmx"]
    assert entries == ["app"]
    found = finders.find("js/app.js")
    assert isinstance(found, str)
    sizes = {module.path.name: len(module.body.encode()) for module in order_modules([Path(found)])}
    assert "autosave.js" in sizes
    assert sum(sizes.values()) < 100 * 1024, sizes
