"""What one connection may take of the web server: time for its headers, their size, and time to read an answer.

uvicorn itself waits without end for headers and for stuck readers.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10.0  # from the first byte, or from connecting, to the last header
HEADER_BYTES = 64 * 1024
STALL_SECONDS = 30.0  # a reader must take something of what waits for it within this time
STALL_BYTES = 8 * 1024  # … and at least this much of it


class Connection(HttpToolsProtocol):
    """uvicorn's HTTP protocol with these limits. `--http webcare.server.connections:Connection` chooses it."""

    _headers_due: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Expect the first request's headers."""
        super().connection_made(transport)
        self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self._cancel_timers()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; refuse headers that do not end."""
        if self._headers_due is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_headers()
        super().data_received(data)
        if self._headers_due is not None:
            self._received += len(data)
            if self._received > HEADER_BYTES:
                self._refuse(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        """Start the request."""
        self._headers_due = _cancel(self._headers_due)
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The reader is behind: see to it that it goes on reading."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """The reader caught up."""
        self._stall = _cancel(self._stall)
        super().resume_writing()

    def _expect_headers(self) -> None:
        self._received = 0
        self._headers_due = self.loop.call_later(HEADER_SECONDS, self._refuse, b"408 Request Timeout")

    def _watch_reader(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        self._stall = self.loop.call_later(STALL_SECONDS, self._look_at_reader, waiting)

    def _look_at_reader(self, waited: int) -> None:
        if self.transport.get_write_buffer_size() > waited - STALL_BYTES:
            self._cancel_timers()
            self.transport.abort()  # closing would wait for the reader again
        else:
            self._watch_reader()

    def _refuse(self, status: bytes) -> None:
        self._cancel_timers()
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.close()

    def _cancel_timers(self) -> None:
        self._headers_due, self._stall = _cancel(self._headers_due), _cancel(self._stall)


def _cancel(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    """End a timer; return what takes its place."""
    if timer is not None:
        timer.cancel()
    return None
