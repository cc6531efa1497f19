"""How fast a queue gets empty, without asking anything of the tasks."""

import time


def until_empty(left, count, worker):
    """Gives how many tasks were run in how many seconds. What the worker needs to start is not in it: the
    clock begins when a twentieth is done."""
    while (first := left()) > count * 95 // 100:
        if worker.poll() is not None:
            raise SystemExit("the worker ended with %s" % worker.returncode)
        time.sleep(0.005)
    since = time.perf_counter()
    while left() > 0:
        time.sleep(0.005)
    return first, time.perf_counter() - since
