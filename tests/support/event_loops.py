"""Coroutines in a test run in a thread of their own, since browser tests leave a loop running."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def run(story: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine to its end and return what it returns. Raises TimeoutError after sixty seconds."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asyncio.wait_for(story, 60)).result()
