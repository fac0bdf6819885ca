"""The two workers and what each of them does; free of Celery, since the launcher only needs the command lines."""

from __future__ import annotations

THREADS = 10  # of each worker; below the size of its pool of database connections (DATABASE_POOL)
AT_HAND = ("send", "read")  # the queues of what people wait for
ASKING = ("poll", "celery")  # of what asks the platforms; "celery" has everything that is not routed
SENDER, WORKER = "sender", "worker"


def arguments(name: str) -> list[str]:
    """Return what follows `python -m` for the worker `sender` or `worker`.

    Threads: the work is waiting for platforms; one process stays small and leaves no grandchildren.
    """
    queues = ",".join(AT_HAND if name == SENDER else ASKING)
    how = ["-P", "threads", "-c", str(THREADS), "--without-mingle", "--without-gossip"]
    return ["celery", "-A", "webcare", "worker", "-n", f"{name}@%h", "-Q", queues, "-l", "warning", *how]
