"""One browser's connection that stays open, and how long a page takes over it."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping

from bench.stage import host_of


class Browser:
    """Asks for pages of one site, signed in."""

    def __init__(self, address: str, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection(*host_of(address), timeout=60)
        self._headers = {"Cookie": cookie, "Accept-Encoding": "gzip, br"} if cookie else {}
        self.bytes = 0

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, status: int = 200) -> float:
        """Ask for a page and return its milliseconds. RuntimeError for another status."""
        try:
            return self._ask(path, headers or {}, status)
        except (http.client.RemoteDisconnected, ConnectionError):
            # Closed by the server, since nothing was asked for some seconds; as a browser does, once more.
            self._connection.close()
            self._connection.connect()
            return self._ask(path, headers or {}, status)

    def _ask(self, path: str, headers: Mapping[str, str], status: int) -> float:
        began = time.perf_counter()
        self._connection.request("GET", path, headers={**self._headers, **headers})
        answer = self._connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != status:
            raise RuntimeError(f"{path} answered {answer.status} {answer.getheader('location') or ''}")
        self.bytes = len(body)
        return took
