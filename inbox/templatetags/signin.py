"""What the sign-in pages need to know of this installation."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template import RequestContext

from inbox.team import proof
from inbox.team.signin import single_sign_on_name

register = template.Library()


@register.simple_tag
def single_sign_on() -> str:
    """What the organisation's own account is called; "" without single sign-on."""
    return single_sign_on_name()


@register.simple_tag
def mail_works() -> bool:
    """Whether this installation can send mail, and so a link for a forgotten password."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


@register.simple_tag(takes_context=True)
def way_back(context: RequestContext) -> str:
    """Where somebody goes who would rather not show who they are."""
    return proof.way_back(context["request"])
