"""The three workers and what each of them does; free of Celery, since the launcher only needs the command lines."""

from __future__ import annotations

THREADS = 10  # of those that wait for platforms; below the size of their pool of database connections (DATABASE_POOL)
READERS = 2  # processes that read: one that hangs leaves the other, and is ended from outside
SENDING = ("send",)  # the queue of what people wait for
READING = ("read", "estimate")  # of what reads customers' words, which may be written to make it hang
ASKING = ("poll", "celery")  # of what asks the platforms; "celery" has everything that is not routed
SENDER, READER, WORKER = NAMES = ("sender", "reader", "worker")
QUEUES = {SENDER: SENDING, READER: READING, WORKER: ASKING}


def arguments(name: str) -> list[str]:
    """Return what follows `python -m` for one of the workers.

    Threads where the work is waiting for platforms. Reading is work of our own and may hang, which only another
    process can end.
    """
    pool = ["-P", "prefork", "-c", str(READERS)] if name == READER else ["-P", "threads", "-c", str(THREADS)]
    options = [*pool, "--without-mingle", "--without-gossip", "--without-heartbeat"]
    return [
        "celery",
        "-A",
        "webcare",
        "worker",
        "-n",
        f"{name}@%h",
        "-Q",
        ",".join(QUEUES[name]),
        "-l",
        "warning",
        *options,
    ]


def environment(name: str) -> dict[str, str]:
    """Return what one of the workers has in its environment besides: processes of one thread need no pool."""
    return {"DATABASE_POOL": "0"} if name == READER else {}
