"""`{% bundle "css" %}tokens base{% endbundle %}`: the files named between, as one link or script."""

from __future__ import annotations

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString

from webcare.lib.bundles import address_of

register = template.Library()
_TAGS = {"css": '<link rel="stylesheet" href="{}">', "js": '<script src="{}" defer></script>'}


@register.simple_tag
def icon_file(name: str) -> str:
    """Return the address of a drawing among the static files."""
    return address_of("svg", [name])


@register.tag
def bundle(parser: Parser, token: Token) -> BundleNode:
    """Take the kind; the names stand between, where blocks of other templates may add theirs."""
    _tag, kind = token.split_contents()
    kind = kind.strip("\"'")
    if kind not in _TAGS:
        raise template.TemplateSyntaxError(f"bundle takes one of {', '.join(_TAGS)}.")
    nodelist = parser.parse(("endbundle",))
    parser.delete_first_token()
    return BundleNode(kind, nodelist)


class BundleNode(template.Node):
    """Renders the names, then one tag for them all."""

    def __init__(self, kind: str, nodelist: NodeList) -> None:
        self.kind, self.nodelist = kind, nodelist

    def render(self, context: template.Context) -> SafeString:
        """Return the tag."""
        return format_html(_TAGS[self.kind], address_of(self.kind, self.nodelist.render(context).split()))
