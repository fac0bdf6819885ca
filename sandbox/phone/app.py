"""Where the phone pages stand: the routes the sandbox adds to its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.phone.actions import Actions
from sandbox.phone.live import Live
from sandbox.phone.pages import Pages
from sandbox.world import World

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(world: World) -> list[BaseRoute]:
    """The routes `sandbox/server.py` adds: `/` (people), `/phone/…` and `/phone-static/…`."""
    pages, actions, live = Pages(world), Actions(world), Live(world)

    def kind(endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            try:
                return await endpoint(request)
            except HTTPException as lost:
                return pages.render("error.html", status=lost.status_code, sentence=lost.detail)

        return answer

    return [
        Route("/", kind(pages.index)),
        Route("/phone", kind(actions.meet), methods=["POST"]),
        Route("/phone/events", live.events),
        Route("/phone/media/{id}", kind(pages.media)),
        Route("/phone/sample/{name}.jpg", kind(pages.sample)),
        Route("/phone/{person}", kind(pages.home)),
        Route("/phone/{person}/join", kind(actions.join), methods=["POST"]),
        Route("/phone/{person}/{platform}", kind(pages.screen)),
        Route("/phone/{person}/{platform}/do/{verb}", kind(actions.act), methods=["POST"]),
        Route("/phone/{person}/{platform}/{view}", kind(pages.screen)),
        Route("/phone/{person}/{platform}/{view}/{id}", kind(pages.screen)),
        Mount("/phone-static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
