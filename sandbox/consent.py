"""What the platforms' log-in pages look like here, and where they may send somebody back to."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode, urlsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.world import World

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#16181d;"
    "background:#fff}button{font:inherit;padding:.5rem 1rem;margin:.25rem .5rem .25rem 0}label{display:block;"
    "padding:.25rem 0}small{color:#555}fieldset{border:1px solid #bbb;margin:1rem 0}"
)


def page(title: str, body: str, status: int = 200) -> Response:
    """A page of a platform's. `body` is HTML."""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style><main><h1>{html.escape(title)}</h1>{body}</main>",
        status,
    )


def form(kept: Mapping[str, str], body: str) -> str:
    """A form that carries on what came in."""
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in kept.items()
    )
    return f'<form method="post">{hidden}{body}</form>'


def button(name: str, value: str, text: str) -> str:
    """One button."""
    return f'<button name="{html.escape(name)}" value="{html.escape(value)}">{html.escape(text)}</button>'


def ticks(legend: str, name: str, choices: Iterable[tuple[str, str]]) -> str:
    """Boxes, all of them ticked."""
    boxes = "".join(
        f'<label><input type="checkbox" name="{name}" value="{html.escape(value)}" checked> {html.escape(text)}</label>'
        for value, text in choices
    )
    return f"<fieldset><legend>{html.escape(legend)}</legend>{boxes}</fieldset>"


def may_return(world: World, address: str) -> bool:
    """Whether an app registered this address to come back to: letter by letter.

    Without the setting `redirects`, every address of this machine is registered.
    """
    registered = world.settings.get("redirects")
    if registered is not None:
        return address in registered
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and parts.hostname in ("127.0.0.1", "localhost") and not parts.fragment


def back(address: str, **answer: str) -> Response:
    """Send the browser back with an answer."""
    return RedirectResponse(f"{address}?{urlencode({name: text for name, text in answer.items() if text})}", 302)
