"""Work that is given up when it takes too long, whatever it does: what it reads was written to make it hang."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TookTooLong(BaseException):
    """The processor time is used up. No Exception, so that nobody on the way takes it for a strange shape."""


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Raise TookTooLong in the block once it has used so much processor time. Waiting costs none, a busy machine too.

    By a signal, which only a main thread receives: in another thread there is no limit. One block at a time.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise TookTooLong
