"""What pages about people need."""

from __future__ import annotations

from django import template

from inbox.notifications.push.subscriptions import browser_name

register = template.Library()
register.filter("browser_name", browser_name)
