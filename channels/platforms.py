"""Which platforms there are. A new one is one entry here and one folder (docs/adding-a-platform.md)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape

from django.utils.module_loading import import_string

from channels.base import Connector


@dataclass(frozen=True, slots=True)
class Platform:
    """What is known of a platform before its SDK is loaded.

    `connector` is a dotted path: an SDK that fails to import must not take the others down. `drawing` is SVG inside
    a square of 16 px; without one the badge shows the first letter.
    """

    title: str
    connector: str
    ids_count_everywhere: bool = False  # a person has one id there, whichever account of ours they meet
    company: str = ""  # where one signs in for it, where that has another name than the platform
    has_scoped_ids: bool = False  # somebody may come with a scoped id alone, after an id that counts everywhere
    marks_up: bool = False  # *bold* and _italics_ are shown as such
    impersonation_form: str = ""  # where somebody who pretends to be us is reported
    handles_are_addresses: bool = False  # e-mail: hidden as an address is, and shown without an @ in front
    connects: bool = True  # False where there is no platform to connect: its account is made by itself
    drawing: str = ""

    @property
    def badge(self) -> str:
        """The badge's drawing, as SVG inside a square of 16 px."""
        return self.drawing or (
            '<rect class="p-other" width="16" height="16" rx="5"/><text class="p-letter" x="8" y="11.5">'
            f"{escape(self.title[:1])}</text>"
        )


PLATFORMS = {
    "x": Platform(
        "X",
        "channels.x.connector.XConnector",
        ids_count_everywhere=True,
        impersonation_form="https://help.x.com/en/forms/authenticity/impersonation",
        drawing='<rect class="p-x" width="16" height="16" rx="5"/>'
        '<path class="p-stroke" stroke-width="1.2" d="M11.2 4.3 4.9 11.7"/>'
        '<path class="p-on" d="M4 4h2.5L12 12H9.5z"/>',
    ),
    "facebook": Platform(
        "Facebook",
        "channels.meta.facebook.connector.FacebookConnector",
        company="Meta",
        impersonation_form="https://www.facebook.com/help/contact/295309487309948",
        drawing='<rect class="p-facebook" width="16" height="16" rx="5"/>'
        '<path class="p-on" d="M8.95 13V8.7h1.5l.28-1.8H8.95V5.8c0-.52'
        '.22-.95 1-.95h.9V3.3c-.24-.04-.75-.1-1.38-.1-1.42 0-2.33.86-2.33 2.4v1.3H5.5v1.8h1.64V13z"/>',
    ),
    "instagram": Platform(
        "Instagram",
        "channels.meta.instagram.connector.InstagramConnector",
        company="Meta",
        impersonation_form="https://help.instagram.com/contact/636276399721841",
        drawing='<rect class="p-instagram" width="16" height="16" rx="5"/>'
        '<rect class="p-stroke" x="3.7" y="3.7" width="8.6" height="8.6" rx="2.6"/>'
        '<circle class="p-stroke" cx="8" cy="8" r="2"/><circle class="p-on" cx="10.4" cy="5.6" r=".7"/>',
    ),
    "whatsapp": Platform(
        "WhatsApp",
        "channels.meta.whatsapp.connector.WhatsAppConnector",
        company="Meta",
        ids_count_everywhere=True,
        has_scoped_ids=True,
        marks_up=True,
        impersonation_form="https://www.whatsapp.com/contact/",
        drawing='<rect class="p-whatsapp" width="16" height="16" rx="5"/>'
        '<path class="p-stroke" d="M3.7 12.3l.65-2.2A4.4 4.4 0 1 1 6 11.7z"/>'
        '<path class="p-on" d="M6.5 5.9c.5-.4.8 0 .95.5'
        '.15.5-.3.6-.2.9.2.5.7 1 1.2 1.2.3.1.4-.35.9-.2.5.15.9.45.5.95-.9 1-3.9-1.1-3.9-2.6 0-.3.2-.6.55-.75z"/>',
    ),
    "livechat": Platform(
        "Chat",
        "channels.livechat.connector.LiveChatConnector",
        drawing='<rect class="p-livechat" width="16" height="16" rx="5"/>'
        '<path class="p-stroke" d="M4.2 11.9V6a1.6 1.6 0 0 1 1.6-1.6h4.4A1.6 1.6 0 0 1 11.8 6v2.6'
        'a1.6 1.6 0 0 1-1.6 1.6H6.4z"/>',
    ),
    "email": Platform(
        "E-mail",
        "channels.email.connector.EmailConnector",
        ids_count_everywhere=True,
        handles_are_addresses=True,
        drawing='<rect class="p-email" width="16" height="16" rx="5"/>'
        '<rect class="p-stroke" x="3.4" y="4.6" width="9.2" height="6.8" rx="1.4"/>'
        '<path class="p-stroke" d="M3.8 5.6 8 8.7l4.2-3.1"/>',
    ),
    "youtube": Platform(
        "YouTube",
        "channels.youtube.connector.YouTubeConnector",
        company="Google",
        ids_count_everywhere=True,
        impersonation_form="https://support.google.com/youtube/answer/2801947",
        drawing='<rect class="p-youtube" width="16" height="16" rx="5"/>'
        '<path class="p-stroke" d="M3.6 12.4h8.8"/><path class="p-on" d="M6.2 3.9v6.2l5-3.1z"/>',
    ),
    "bluesky": Platform(
        "Bluesky",
        "channels.bluesky.connector.BlueskyConnector",
        ids_count_everywhere=True,
        drawing='<rect class="p-bluesky" width="16" height="16" rx="5"/>'
        '<path class="p-on" d="M8 7.4C7.4 6.2 5.8 4.4 4.5 3.6c-.9-.6-1.3-.4-1.3.5 0 .7.3 2.9.5 3.3.4 1.1 1.5 1.3 2.6 1'
        "-1.7.3-2.2 1.2-1.2 2.2 1.7 1.7 2.6-.4 2.9-1.2.3.8 1.2 2.9 2.9 1.2 1-1 .5-1.9-1.2-2.2 1.1.2 2.2 0 2.6-1.1"
        '.2-.4.5-2.6.5-3.3 0-.9-.4-1.1-1.3-.5C10.2 4.4 8.6 6.2 8 7.4z"/>',
    ),
    "mastodon": Platform(
        "Mastodon",
        "channels.mastodon.connector.MastodonConnector",
        ids_count_everywhere=True,
        drawing='<rect class="p-mastodon" width="16" height="16" rx="5"/>'
        '<path class="p-stroke" d="M4 11.6V6.3c0-1.2.8-2 1.9-2s2.1.8 2.1 2v2.4'
        'm4 2.9V6.3c0-1.2-.8-2-1.9-2S8 5.1 8 6.3"/>',
    ),
    "web": Platform(
        "Web",
        "channels.web.connector.WebConnector",
        connects=False,
        drawing='<rect class="p-other" width="16" height="16" rx="5"/>'
        '<circle class="p-stroke" cx="8" cy="8" r="4.2"/><path class="p-stroke" '
        'd="M3.8 8h8.4M8 3.8c-2.4 2.4-2.4 6 0 8.4M8 3.8c2.4 2.4 2.4 6 0 8.4"/>',
    ),
}

# Whose account is made by itself: nobody connects it, and nothing is asked of it.
UNCONNECTED = frozenset(name for name, platform in PLATFORMS.items() if not platform.connects)


def platform_of(name: str) -> Platform:
    """Return what is known of a platform; of one that is gone, its name alone."""
    return PLATFORMS.get(name) or Platform(name.title(), "")


@cache
def connector_class(name: str) -> type[Connector]:
    """Return the connector class of a platform. Raises KeyError for a platform that does not exist."""
    loaded: type[Connector] = import_string(PLATFORMS[name].connector)
    return loaded


def company_of(name: str) -> str:
    """Return where one signs in for a platform, as people write it."""
    return platform_of(name).company or platform_of(name).title


def written_handle(name: str, handle: str) -> str:
    """Return what somebody is known as there, as people write it: "@noor", or an e-mail address; "" for nothing."""
    return handle if not handle or platform_of(name).handles_are_addresses else f"@{handle}"


def platform_title(name: str) -> str:
    """Return a platform's name as people write it."""
    return platform_of(name).title
