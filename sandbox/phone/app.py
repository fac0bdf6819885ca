"""Where the phone pages stand: the routes the sandbox adds to its own."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.phone.actions import Actions
from sandbox.phone.live import Live
from sandbox.phone.pages import Pages
from sandbox.world import World


def routes(world: World) -> list[BaseRoute]:
    """The routes `sandbox/server.py` adds: `/` (people), `/phone/…` and `/phone-static/…`."""
    pages, actions, live = Pages(world), Actions(world), Live(world)
    return [
        Route("/", pages.index),
        Route("/phone", actions.meet, methods=["POST"]),
        Route("/phone/events", live.events),
        Route("/phone/media/{id}", pages.media),
        Route("/phone/sample/{name}.jpg", pages.sample),
        Route("/phone/{person}", pages.home),
        Route("/phone/{person}/join", actions.join, methods=["POST"]),
        Route("/phone/{person}/{platform}", pages.screen),
        Route("/phone/{person}/{platform}/do/{verb}", actions.act, methods=["POST"]),
        Route("/phone/{person}/{platform}/{view}", pages.screen),
        Route("/phone/{person}/{platform}/{view}/{id}", pages.screen),
        Mount("/phone-static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
