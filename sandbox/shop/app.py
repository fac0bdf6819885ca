"""The fictional furniture shop: three pages with a strict policy, and the chat on them that was told of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.world import World

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Product:
    """One thing in the shop."""

    slug: str
    name: str
    price: str
    about: str
    facts: tuple[tuple[str, str], ...]


PRODUCTS = (
    Product(
        "fjord-hoekbank",
        "Fjord hoekbank",
        "€ 1.849",
        "Een diepe hoekbank in drie delen, met afneembare hoezen. Stof salie, ook in zand en roest.",
        (("Levertijd", "3 weken"), ("Maat", "284 × 212 cm"), ("Grootste deel", "74 cm breed"), ("Retour", "30 dagen")),
    ),
    Product(
        "eik-tafel",
        "Tafel van eiken",
        "€ 899",
        "Een rechte eettafel voor zes, met geolied blad van massief eiken.",
        (("Levertijd", "6 weken"), ("Maat", "200 × 95 cm"), ("Gewicht", "61 kg"), ("Retour", "30 dagen")),
    ),
    Product(
        "lamp-duin",
        "Lamp Duin",
        "€ 149",
        "Een vloerlamp met een kap van linnen. Te dimmen met de voet.",
        (("Levertijd", "2 dagen"), ("Hoogte", "152 cm"), ("Fitting", "E27"), ("Retour", "30 dagen")),
    ),
)
BY_SLUG = {product.slug: product for product in PRODUCTS}


def routes(world: World) -> list[BaseRoute]:
    """The routes `sandbox/server.py` adds: `/shop/`, a page for each product, and the shop's own style."""
    loader = jinja2.FileSystemLoader(FOLDER / "templates")
    template = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True).get_template("product.html")

    async def product(request: Request) -> Response:
        shown = BY_SLUG.get(request.path_params.get("slug", PRODUCTS[0].slug))
        if shown is None:
            raise HTTPException(404, "Dit hebben we niet.")
        chat = world.settings.get("chat")
        chat = chat if isinstance(chat, dict) else {}
        page = template.render(product=shown, products=PRODUCTS, chat=chat)
        return HTMLResponse(page, headers={"Content-Security-Policy": policy(str(chat.get("script", "")))})

    return [
        Route("/shop/", product),
        Route("/shop/{slug}/", product),
        Mount("/shop-static", StaticFiles(directory=FOLDER / "static")),
    ]


def policy(script: str) -> str:
    """As strict as a policy can be, with the chat let in by its address alone."""
    parts = urlsplit(script)
    chat = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    allowed = chat or "'none'"
    return (
        f"default-src 'none'; style-src 'self'; img-src 'self' {chat}; script-src {allowed}; connect-src {allowed}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
