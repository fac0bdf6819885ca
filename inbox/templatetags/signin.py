"""What the sign-in pages need to know of this installation."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def single_sign_on() -> str:
    """What the organisation's own account is called; "" without single sign-on."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return str(apps[0]["name"]) if apps else ""


@register.simple_tag
def mail_works() -> bool:
    """Whether this installation can send mail, and so a link for a forgotten password."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")
