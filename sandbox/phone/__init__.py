"""The customer's phone: pages on which a person sees each platform as a customer does, and writes there."""

from __future__ import annotations

from starlette.routing import BaseRoute

from sandbox.world import World


def routes(world: World) -> list[BaseRoute]:
    """The routes `sandbox/server.py` adds: `/` (people), `/phone/…` and `/phone-static/…`."""
    return []
