"""Salesforce's front door: tokens, versions, and what each resource answers."""

from __future__ import annotations

import base64
import html
import json
import re
import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.faults import Fault, Faults
from sandbox.ids import secret
from sandbox.salesforce import people
from sandbox.salesforce.errors import SalesforceError, expired, not_found, over_limit
from sandbox.salesforce.org import Org
from sandbox.web import Call, Reply, serve
from sandbox.world import World

#: One connected app and one user serve everybody; the same secrets in every world.
CONSUMER_KEY = "3MVG9" + secret("salesforce", "consumer key", length=80)
CONSUMER_SECRET = secret("salesforce", "consumer secret", length=64)
USERNAME, PASSWORD, TOKEN = "webcare@veldhuis.example", "veldhuis1", secret("salesforce", "token", length=24)
OLDEST, NEWEST = 31, 66
_VERSION = re.compile(r"^/services/data/v(\d+)\.0/(.*)$")
_MOST_IN_BATCH = 25


class Salesforce:
    """One org. It is filled when it is first asked something."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world, self.faults = world, faults
        self.clear()
        world.listen(lambda event: self.clear() if event.name == "cleared" else None)

    def clear(self) -> None:
        """Begin anew: everybody is signed out."""
        self.org: Org | None = None
        self.tokens: set[str] = set()

    def routes(self) -> list[BaseRoute]:
        """Return its addresses."""
        methods = ["GET", "POST", "PATCH", "DELETE"]
        return [
            Route("/services/{path:path}", self.api, methods=methods),
            Route("/lightning/r/{kind}/{id}/view", self.record),
            Route("/control/salesforce/{kind}", self.told),
        ]

    async def api(self, request: Request) -> Response:
        """Answer a call, with whatever fault is due for it."""
        return await serve(request, lambda call: "salesforce", self.handle, self.broken, self.faults)

    async def record(self, request: Request) -> Response:
        """Show a record as a page: where a link leads."""
        try:
            row = self.filled().get(request.path_params["kind"], request.path_params["id"])
        except SalesforceError:
            return HTMLResponse("<h1>Salesforce</h1><p>Record not found.</p>", 404)
        lines = "".join(f"<dt>{html.escape(key)}</dt><dd>{html.escape(str(value))}</dd>" for key, value in row.items())
        kind = html.escape(request.path_params["kind"])
        return HTMLResponse(f"<!doctype html><title>{kind}</title><h1>Salesforce: {kind}</h1><dl>{lines}</dl>")

    async def told(self, request: Request) -> Response:
        """GET /control/salesforce/Case: every record of an object; `app`: what one signs in with."""
        if request.path_params["kind"] == "app":
            signing = {
                "consumer_key": CONSUMER_KEY, "consumer_secret": CONSUMER_SECRET, "username": USERNAME,
                "password": PASSWORD, "security_token": TOKEN,
            }  # fmt: skip
            return Response(json.dumps(signing), media_type="application/json")
        rows = self.filled().records.get(request.path_params["kind"], {})
        return Response(json.dumps({"records": list(rows.values())}), media_type="application/json")

    def filled(self) -> Org:
        """Return the org with its people in it."""
        if self.org is None:
            org = Org(self.world.now)
            people.fill(org)
            self.org = org
        return self.org

    def handle(self, call: Call) -> Reply:
        """Answer one request."""
        if call.path == "/services/oauth2/token":
            return self._token(call)
        try:
            version = _VERSION.match(call.path)
            if version is None or not OLDEST <= int(version[1]) <= NEWEST:
                raise not_found()
            if call.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
                raise expired()
            reply = self._answer(call, version[2].strip("/"))
        except SalesforceError as error:
            reply = error.reply()
        reply.headers["sforce-limit-info"] = "api-usage=18/15000"
        return reply

    def _answer(self, call: Call, path: str) -> Reply:
        org, parts = self.filled(), [unquote(part) for part in path.split("/")]
        match call.method, parts:
            case "GET", ["query"]:
                rows = org.query(call.params.get("q", ""))
                return Reply(200, {"totalSize": len(rows), "done": True, "records": rows})
            case "GET", ["limits"]:
                return Reply(200, {"DailyApiRequests": {"Max": 15_000, "Remaining": 14_982}})
            case "POST", ["composite", "batch"]:
                return Reply(200, self._batch(call))
            case "POST", ["sobjects", name]:
                return Reply(201, {"id": org.create(name, call.body), "success": True, "errors": []})
            case "GET", ["sobjects", name, id]:
                return Reply(200, org.get(name, id))
            case "PATCH", ["sobjects", name, id]:
                org.update(name, id, call.body)
                return Reply(204)
            case "GET", ["sobjects", name, field, value]:
                row = org.by_external(name, field, value)
                if row is None:
                    raise not_found()
                return Reply(200, row)
            case "PATCH", ["sobjects", name, field, value]:
                id, is_new = org.upsert(name, field, value, call.body)
                return Reply(201 if is_new else 200, {"id": id, "success": True, "errors": [], "created": is_new})
        raise not_found()

    def _batch(self, call: Call) -> dict[str, Any]:
        """Several calls in one (REST API guide, "Composite Batch"): each answers with its status."""
        asked = call.body.get("batchRequests")
        if not isinstance(asked, list) or not 1 <= len(asked) <= _MOST_IN_BATCH:
            raise SalesforceError(400, "INVALID_BATCH_REQUEST", "Unable to process the batch request.")
        results = []
        for one in asked:
            parts = urlsplit("/services/data/" + str(one.get("url", "")))
            query = [(key, value) for key, values in parse_qs(parts.query).items() for value in values]
            part = replace(call, method=str(one.get("method", "GET")), path=parts.path, query=query, body={})
            reply = self.handle(part)
            results.append({"statusCode": reply.status, "result": reply.body})
        return {"hasErrors": any(one["statusCode"] >= 400 for one in results), "results": results}

    def _token(self, call: Call) -> Reply:
        """Give a token: client credentials (RFC 6749, 4.4), or username, password and token (4.3)."""
        given = {key: str(value) for key, value in call.body.items()}
        kind, basic = given.get("grant_type"), call.headers.get("authorization", "")
        client = (given.get("client_id", ""), given.get("client_secret", ""))
        if basic.startswith("Basic "):
            key, _colon, its_secret = base64.b64decode(basic[6:]).decode("utf-8", "replace").partition(":")
            client = (key, its_secret)
        if call.method != "POST" or kind not in ("client_credentials", "password"):
            return _refused("unsupported_grant_type", "grant type not supported")
        if client[0] != CONSUMER_KEY:
            return _refused("invalid_client_id", "client identifier invalid")
        if client[1] != CONSUMER_SECRET:
            return _refused("invalid_client", "invalid client credentials")
        if kind == "password" and (given.get("username"), given.get("password")) != (USERNAME, PASSWORD + TOKEN):
            return _refused("invalid_grant", "authentication failure")
        token = "00D5g!" + secrets.token_urlsafe(48)
        self.tokens.add(token)
        host = "https://veldhuis.my.salesforce.com"
        return Reply(200, {"access_token": token, "instance_url": host, "token_type": "Bearer", "id": f"{host}/id/1"})

    def broken(self, fault: Fault, call: Call) -> Reply | None:
        """Return the wrong answer of a fault."""
        match fault.name:
            case "sf_session_expired":
                self.tokens.clear()
                return None
            case "sf_over_limit":
                return over_limit().reply()
            case "sf_row_locked":
                said = "unable to obtain exclusive access to this record"
                return SalesforceError(400, "UNABLE_TO_LOCK_ROW", said).reply()
            case _:  # sf_unavailable
                return Reply(503, b"<html>Service not available</html>", mime="text/html")


def _refused(error: str, said: str) -> Reply:
    return Reply(400, {"error": error, "error_description": said})
