"""Signing in at Meta for pages, Instagram accounts and WhatsApp numbers, and what a token reaches.

Facebook Login, "Manually build a login flow" (2026-03); Graph API reference, User accounts, "Debug token", Business and
WhatsApp Business Account (v25.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from channels.base import Offer
from channels.errors import ChannelError
from channels.meta.facebook.connector import FacebookConnector
from channels.meta.graph import Graph
from channels.meta.instagram.connector import InstagramConnector
from channels.meta.whatsapp.connector import WhatsAppConnector

PAGE_SCOPES = tuple(
    dict.fromkeys(
        (
            "pages_show_list",
            *FacebookConnector.scopes,
            *InstagramConnector.scopes,
            "business_management",
            *FacebookConnector.publish_scopes,
            *InstagramConnector.publish_scopes,
        )
    )  # fmt: skip
)
# What somebody must be allowed to on a page, so that we may read and answer there.
TASKS = frozenset({"MODERATE", "MESSAGING"})
MOST_PAGES = 20  # of a list
_PAGE_FIELDS = "id,name,username,access_token,tasks,followers_count,instagram_business_account"
_INSTAGRAM_FIELDS = "{id,name,username,followers_count}"


def address(app: Mapping[str, str], redirect: str, state: str, *, config: str = "", again: bool = False) -> str:
    """Return where somebody lets our app in. `config`: embedded sign-up of WhatsApp. `again`: ask what was refused."""
    asked = {"client_id": app["app_id"], "redirect_uri": redirect, "state": state, "response_type": "code"}
    if config:
        asked |= {"config_id": config, "override_default_response_type": "true"}
    else:
        asked["scope"] = ",".join(PAGE_SCOPES)
        if again:
            asked["auth_type"] = "rerequest"
    return f"{settings.META_LOGIN_BASE.rstrip('/')}/{settings.GRAPH_API_VERSION}/dialog/oauth?{urlencode(asked)}"


def exchange(app: Mapping[str, str], redirect: str, code: str, *, longer: bool = True) -> str:
    """Change a code for a token, and that for one of sixty days: its pages' tokens do not end by themselves.

    Raises ChannelError.
    """
    asked: dict[str, Any] = {"client_id": app["app_id"], "client_secret": app["app_secret"]}
    with closing(Graph("")) as graph:
        token = _token(graph.write("oauth/access_token", **asked, redirect_uri=redirect, code=code))
        if not longer:
            return token
        more: dict[str, Any] = {"grant_type": "fb_exchange_token", "fb_exchange_token": token}
        return _token(graph.write("oauth/access_token", **asked, **more))


def page_offers(app: Mapping[str, str], token: str) -> Sequence[Offer]:
    """Return the pages somebody shared, each followed by its Instagram account. Raises ChannelError."""
    granted = _granted(app, token)
    if "pages_show_list" not in granted:
        raise ChannelError("Without the permission pages_show_list Meta names no page.", permanent=True, code="lacking")
    found: list[Offer] = []
    with closing(Graph(token, app_secret=app["app_secret"])) as graph:
        # Who signed in: Meta names them when they take our app away.
        app = {**app, "meta_user": str(graph.read("me", fields="id").get("id") or "")}
        instagram = _INSTAGRAM_FIELDS if "instagram_basic" in granted else "{id}"
        for answer in graph.pages("me/accounts", most=MOST_PAGES, fields=_PAGE_FIELDS + instagram, limit=50):
            for page in answer.get("data") or ():
                found += _of_page(app, page, granted)
    return found


def number_offers(app: Mapping[str, str], token: str) -> Sequence[Offer]:
    """Return the WhatsApp numbers a system user's token reaches. Raises ChannelError."""
    debugged = _debugged(app, token)
    granted = [str(scope) for scope in debugged.get("scopes") or ()]
    lacking = tuple(scope for scope in WhatsAppConnector.scopes if scope not in granted)
    fields = "id,display_phone_number,verified_name"
    found: list[Offer] = []
    with closing(Graph(token, app_secret=app["app_secret"])) as graph:
        for waba in _whatsapp_accounts(graph, debugged):
            for answer in graph.pages(f"{waba}/phone_numbers", most=MOST_PAGES, fields=fields):
                for number in answer.get("data") or ():
                    external_id, shown = str(number["id"]), str(number.get("display_phone_number") or "")
                    keys = {"phone_number_id": external_id, "waba_id": waba, **_keys(app, token)}
                    name = str(number.get("verified_name") or shown)
                    found.append(Offer("whatsapp", external_id, name, keys, detail=shown, lacking=lacking))
    return found


def _of_page(app: Mapping[str, str], page: Mapping[str, Any], granted: Sequence[str]) -> Iterator[Offer]:
    tasks = page.get("tasks")
    refusal = "" if not isinstance(tasks, list) or TASKS.issubset(tasks) else "tasks"
    page_id, name = str(page["id"]), str(page.get("name") or page["id"])
    keys = {"page_id": page_id, **_keys(app, str(page.get("access_token") or ""))}
    yield Offer(
        "facebook", page_id, name, keys, str(page.get("username") or ""), followers=_count(page), refusal=refusal,
        lacking=_lacking((*FacebookConnector.scopes, *FacebookConnector.publish_scopes), granted),
    )  # fmt: skip
    linked = page.get("instagram_business_account")
    if isinstance(linked, Mapping) and linked.get("id"):
        external_id, handle = str(linked["id"]), str(linked.get("username") or "")
        yield Offer(
            "instagram", external_id, str(linked.get("name") or handle or external_id),
            {"ig_user_id": external_id, **keys}, handle, detail=name, followers=_count(linked), refusal=refusal,
            lacking=_lacking((*InstagramConnector.scopes, *InstagramConnector.publish_scopes), granted),
        )  # fmt: skip


def _whatsapp_accounts(graph: Graph, debugged: Mapping[str, Any]) -> list[str]:
    """Return the WhatsApp accounts a token is for: those its permission names, else those of its businesses."""
    for scope in debugged.get("granular_scopes") or ():
        if scope.get("scope") == "whatsapp_business_management" and scope.get("target_ids"):
            return [str(target) for target in scope["target_ids"]]
    found: dict[str, None] = {}
    for business in graph.read("me/businesses", fields="id,name").get("data") or ():
        for edge in ("owned_whatsapp_business_accounts", "client_whatsapp_business_accounts"):
            for answer in graph.pages(f"{business['id']}/{edge}", most=MOST_PAGES, fields="id,name"):
                found |= {str(account["id"]): None for account in answer.get("data") or ()}
    return list(found)


def _granted(app: Mapping[str, str], token: str) -> list[str]:
    return [str(scope) for scope in _debugged(app, token).get("scopes") or ()]


def _debugged(app: Mapping[str, str], token: str) -> Mapping[str, Any]:
    """Ask about a token in the name of our app. Raises ChannelError for one that is not ours or does not work."""
    with closing(Graph(f"{app['app_id']}|{app['app_secret']}")) as graph:
        data = graph.read("debug_token", input_token=token).get("data")
    if not isinstance(data, Mapping) or not data.get("is_valid"):
        raise ChannelError("Meta says this token does not work.", permanent=True, reason="reauth")
    if str(data.get("app_id")) != app["app_id"]:
        raise ChannelError("This token was made for another app.", permanent=True)
    return data


def _keys(app: Mapping[str, str], token: str) -> dict[str, str]:
    who = {"meta_user": app["meta_user"]} if app.get("meta_user") else {}
    return {"access_token": token, "app_id": app["app_id"], "app_secret": app["app_secret"], **who}


def _token(answer: Mapping[str, Any]) -> str:
    token = str(answer.get("access_token") or "")
    if not token:
        raise ChannelError("Meta accepted the sign-in, but gave no access.", permanent=True)
    return token


def _count(node: Mapping[str, Any]) -> int | None:
    count = node.get("followers_count")
    return count if isinstance(count, int) else None


def _lacking(wanted: Sequence[str], granted: Sequence[str]) -> tuple[str, ...]:
    return tuple(scope for scope in wanted if scope not in granted)
