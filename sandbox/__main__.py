"""`python -m sandbox --port 9009 [--data DIR] [--host 127.0.0.1]`."""

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
    options = parser.parse_args()
    try:
        app = create_app(options.data, f"http://{options.host}:{options.port}")
    except OSError as error:
        sys.exit(f"The sandbox cannot keep its world in {options.data}: {error.strerror}.")
    uvicorn.run(
        app, host=options.host, port=options.port, http=CuttableProtocol, log_level="warning", lifespan="on",
        timeout_graceful_shutdown=2,
    )  # fmt: skip


if __name__ == "__main__":
    main()
