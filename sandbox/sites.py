"""Sites that are no platform, at /web/: a blog with an RSS feed and a forum with an Atom feed, both made up.

A feed has an ETag, and answers 304 to who knows it. `POST /control/sites/<site>` lets somebody write there.
"""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import iso_z
from sandbox.world import World


@dataclass(frozen=True)
class Entry:
    """One post of a blog, or one topic of a forum. `text` is HTML."""

    slug: str
    title: str
    text: str
    author: str
    at: datetime


@dataclass
class Site:
    """A site with what it says of itself; `hours` ago each of its first posts was written."""

    title: str
    form: str  # rss or atom
    first: tuple[tuple[float, str, str, str], ...]  # hours ago, author, title, text
    written: list[Entry] = field(default_factory=list)


def _sites() -> dict[str, Site]:
    return {
        "thuisblog": Site(
            "Thuis met Tess",
            "rss",
            (
                (3, "Tess", "Onze nieuwe bank is er (en wat er misging)",
                 "<p>De bank van <b>Veldhuis</b> kwam twee weken te laat en met een kras op de poot. "
                 "Slecht! De klantenservice belde me gelukkig zelf terug.</p>"),
                (27, "Tess", "Vijf kleuren groen voor de woonkamer",
                 "<p>Saliegroen, mos, en mijn favoriet: eucalyptus.</p><script>alert('niet lezen')</script>"),
                (75, "Tess", "Getest: drie eettafels onder de 500 euro",
                 "<p>De eettafel van Veldhuis is de mooiste van de drie en staat heel stevig. Aanrader!</p>"),
                (150, "Tess", "Met de trein naar Groningen",
                 "<p>Lijn Noord reed keurig op tijd, en de koffie was goed.</p>"),
            ),
        ),
        "keukentafel": Site(
            "De Keukentafel",
            "atom",
            (
                (1.5, "meubelman", "Veldhuis reageert niet op garantie",
                 "<p>Al drie weken wacht ik op antwoord over mijn kapotte stoel van Veldhuis. "
                 "Iemand hier die weet hoe ik ze wél bereik? Ontzettend teleurgesteld.</p>"),
                (20, "jannie62", "Re: kast zelf in elkaar zetten",
                 "<p>Bij Veldhuis zit er een filmpje bij, dat hielp mij enorm.</p>"),
                (49, "ov_reiziger", "Vertraging Lijn Noord, recht op geld terug?",
                 "<p>Gisteren een uur vertraging bij Lijn Noord. Krijg ik daar iets van terug?</p>"),
            ),
        ),
    }  # fmt: skip


class Sites:
    """The sites, where they are, and what is written there meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sites = _sites()
        self.began = world.now()

    def routes(self) -> list[Route]:
        """Return their addresses."""
        return [
            Route("/web/{site}/", self.page),
            Route("/web/{site}/feed.xml", self.feed),
            Route("/web/{site}/{slug}/", self.entry),
            Route("/control/sites/{site}", self.write, methods=["POST"]),
        ]

    def clear(self) -> None:
        """Forget what was written since the beginning."""
        self.sites, self.began = _sites(), self.world.now()

    async def page(self, request: Request) -> Response:
        """The front page, which names its feed."""
        site = self.sites.get(request.path_params["site"])
        if site is None:
            return Response(status_code=404)
        kind = "application/rss+xml" if site.form == "rss" else "application/atom+xml"
        head = f'<title>{html.escape(site.title)}</title><link rel="alternate" type="{kind}" href="feed.xml">'
        links = "".join(
            f'<li><a href="{entry.slug}/">{html.escape(entry.title)}</a></li>' for entry in self._entries(site)
        )
        return _page(head, f"<h1>{html.escape(site.title)}</h1><ul>{links}</ul>")

    async def entry(self, request: Request) -> Response:
        """One post."""
        site = self.sites.get(request.path_params["site"])
        found = [entry for entry in self._entries(site) if entry.slug == request.path_params["slug"]] if site else []
        if not found:
            return Response(status_code=404)
        title = html.escape(found[0].title)
        return _page(f"<title>{title}</title>", f"<h1>{title}</h1>{found[0].text}")

    async def feed(self, request: Request) -> Response:
        """The newest posts, or 304 for who has them."""
        site = self.sites.get(request.path_params["site"])
        if site is None:
            return Response(status_code=404)
        base = str(request.url).removesuffix("feed.xml")
        body = (_rss if site.form == "rss" else _atom)(site, self._entries(site), base).encode()
        mark = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == mark:
            return Response(status_code=304, headers={"etag": mark})
        return Response(body, media_type=f"application/{site.form}+xml", headers={"etag": mark})

    async def write(self, request: Request) -> Response:
        """POST /control/sites/<site> {"title", "text", "author"?}."""
        site = self.sites.get(request.path_params["site"])
        if site is None:
            return JSONResponse({"error": f"there are {', '.join(self.sites)}"}, status_code=400)
        body = orjson.loads(await request.body())
        slug = f"nieuw-{len(site.written) + 1}"
        text, author = f"<p>{html.escape(str(body['text']))}</p>", str(body.get("author") or "bezoeker")
        site.written.append(Entry(slug, str(body["title"]), text, author, self.world.now()))
        return JSONResponse({"slug": slug})

    def _entries(self, site: Site) -> list[Entry]:
        """Everything on a site, newest first."""
        first = [
            Entry(f"post-{number}", title, text, author, self.began - timedelta(hours=hours))
            for number, (hours, author, title, text) in enumerate(site.first, 1)
        ]
        return sorted([*first, *site.written], key=lambda entry: entry.at, reverse=True)


def _page(head: str, body: str) -> Response:
    return Response(
        f"<!doctype html><html lang=nl><head>{head}</head><body>{body}</body></html>", media_type="text/html"
    )


def _rss(site: Site, entries: list[Entry], base: str) -> str:
    items = "".join(
        f"<item><title>{html.escape(entry.title)}</title><link>{base}{entry.slug}/</link>"
        f"<guid>{base}{entry.slug}/</guid><pubDate>{format_datetime(entry.at)}</pubDate>"
        f'<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">{html.escape(entry.author)}</dc:creator>'
        f"<description>{html.escape(entry.text)}</description></item>"
        for entry in entries
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{html.escape(site.title)}</title>'
        f"<link>{base}</link><description></description>{items}</channel></rss>"
    )


def _atom(site: Site, entries: list[Entry], base: str) -> str:
    items = "".join(
        f'<entry><title>{html.escape(entry.title)}</title><link href="{base}{entry.slug}/"/>'
        f"<id>{base}{entry.slug}/</id><updated>{iso_z(entry.at)}</updated>"
        f"<author><name>{html.escape(entry.author)}</name></author>"
        f'<content type="html">{html.escape(entry.text)}</content></entry>'
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{html.escape(site.title)}</title><id>{base}</id>{items}</feed>"
    )
