"""The sandbox as one ASGI application: platforms, Salesforce, a language model, files, control, phone pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox import cdn
from sandbox.assist.app import Assist
from sandbox.bluesky.app import Bluesky
from sandbox.control import Control
from sandbox.delivery_status import DeliveryStatuses
from sandbox.faults import Faults
from sandbox.graph import events as graph_events
from sandbox.graph.app import Graph
from sandbox.identity import Identity
from sandbox.mail.app import Mail
from sandbox.mastodon.app import Mastodon
from sandbox.phone.app import routes as phone_routes
from sandbox.push import Push
from sandbox.salesforce.app import Salesforce
from sandbox.scenario.director import commander
from sandbox.shop.app import routes as shop_routes
from sandbox.sites import Sites
from sandbox.web import Call, read, respond, serve
from sandbox.world import World
from sandbox.x import events as x_events
from sandbox.x.app import X
from sandbox.x.hooks import Hooks
from sandbox.x.login import Login
from sandbox.youtube.app import YouTube
from sandbox.youtube.login import Login as GoogleLogin

Endpoint = Callable[[Request], Awaitable[Response]]
Platform = X | Graph | YouTube | Mastodon | Bluesky
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def _api(
    platform_of: Callable[[Call], str], platform: X | Graph | YouTube | Mastodon | Bluesky, faults: Faults
) -> Endpoint:
    """The endpoint of a platform's API."""

    async def answer(request: Request) -> Response:
        return await serve(request, platform_of, platform.handle, platform.broken, faults)

    return answer


def _files(world: World) -> Endpoint:
    async def files(request: Request) -> Response:
        call: Call = await read(request)
        return respond(cdn.fetch(world, call))

    return files


def create_app(data_dir: Path | None, base: str, mail_ports: tuple[int, int] = (0, 0)) -> Starlette:
    """Build the application over the world in `data_dir`, reached at `base`; its IMAP and SMTP at `mail_ports`."""
    world = World(data_dir)
    faults = Faults()
    push = Push(world, faults, {"x": x_events.build, "meta": graph_events.build}, base)
    x = X(world, Hooks(push))
    x.limits.factor = float(world.settings.get("limits", 1))
    graph, mail = Graph(world, push), Mail(data_dir, faults, world, mail_ports)
    youtube, mastodon, bluesky = YouTube(world), Mastodon(world), Bluesky(world)
    statuses, sites = DeliveryStatuses(world), Sites(world)
    control = Control(world, push, faults, x, sites, youtube, mastodon, bluesky, mail)
    x_api, graph_api = _api(lambda call: "x", x, faults), _api(graph.platform_of, graph, faults)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        push.start()
        statuses.start()
        await mail.start()
        control.scenario = commander(world)
        yield
        await control.scenario({"action": "stop"})
        statuses.stop()
        await mail.stop()
        push.stop()

    routes: list[BaseRoute] = [
        *control.routes(),
        *mail.routes(),
        Route("/2/{path:path}", x_api, methods=METHODS),
        Route("/1.1/{path:path}", x_api, methods=METHODS),
        Route("/youtube/v3/{path:path}", _api(lambda call: "youtube", youtube, faults), methods=METHODS),
        *bluesky.mounted(_api(lambda call: "bluesky", bluesky, faults)),
        *mastodon.mounted(_api(lambda call: "mastodon", mastodon, faults)),
        Route("/cdn/{path:path}", _files(world)),
        Route("/lookaside/{path:path}", _files(world)),
        *phone_routes(world),
        *shop_routes(world),
        *Identity(base).routes(),
        *sites.routes(),
        *Login(world, x.authority, mastodon.login).routes(),
        *mastodon.login.routes(),
        *graph.login.routes(),
        *Salesforce(world, faults).routes(),
        *Assist(faults, world).routes(),
        *GoogleLogin(world, youtube.authority, mail.login).routes(),
        Route("/{path:path}", graph_api, methods=METHODS),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.world, app.state.push, app.state.faults = world, push, faults
    return app
