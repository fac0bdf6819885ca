"""`python -m sandbox --port 9009 [--data DIR] [--host 127.0.0.1] [--url http://…]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvicorn

from sandbox.connections import CuttableProtocol
from sandbox.server import create_app


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The platforms, simulated on this machine.")
    parser.add_argument("--port", type=int, default=9009)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--data", type=Path, default=None, help="folder that keeps the world (default: nothing is kept)"
    )
    parser.add_argument("--url", default="", help="address others reach it at, when that is not http://HOST:PORT")
    parser.add_argument("--mail-ports", type=int, nargs=2, default=(0, 0), help="of IMAP and SMTP (default: any)")
    options = parser.parse_args()
    try:
        base = (options.url or f"http://{options.host}:{options.port}").rstrip("/")
        app = create_app(options.data, base, tuple(options.mail_ports))
    except OSError as error:
        sys.exit(f"The sandbox cannot keep its world in {options.data}: {error.strerror}.")
    uvicorn.run(
        app, host=options.host, port=options.port, http=CuttableProtocol, log_level="warning", lifespan="on",
        timeout_graceful_shutdown=2,
        timeout_keep_alive=75,
    )  # fmt: skip


if __name__ == "__main__":
    main()
